"""A decision, told to a person, a program or a pull request."""
