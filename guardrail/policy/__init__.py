"""What the rules say: one question in, one answer out, through either Rego engine."""
