"""Making the world obey: the very bytes that were decided, in an environment of our own."""
