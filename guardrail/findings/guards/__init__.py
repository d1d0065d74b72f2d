"""What guards against loss, and who takes it away."""
