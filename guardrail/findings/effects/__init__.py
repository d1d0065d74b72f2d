"""Effects outside the changes of this apply, and where code comes from."""
