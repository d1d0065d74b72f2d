"""Where plans and evidence come from."""
