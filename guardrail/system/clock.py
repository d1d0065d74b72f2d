"""The time, read once at the edge and handed down as a value."""

import time


def unix_now() -> int:
    """Return the current time as whole seconds since 1970-01-01T00:00:00Z."""
    return int(time.time())
