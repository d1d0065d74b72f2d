"""What a shell command line would do to infrastructure, read without running any of it."""
