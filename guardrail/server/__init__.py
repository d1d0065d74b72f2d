"""The HTTP door: a decision point that others ask before they act."""
