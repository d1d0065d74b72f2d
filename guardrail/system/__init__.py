"""The outside world, thinly: the only place with child processes and the clock."""
