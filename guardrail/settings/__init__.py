"""Settings: what an installation says about its environments, thresholds and levels."""
