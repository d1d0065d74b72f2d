"""Where things belong: environments, and the accounts and regions they live in."""
