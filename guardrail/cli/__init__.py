"""The command line: it translates and does not think."""
