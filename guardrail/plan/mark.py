"""How a saved plan is told from its JSON, apart from what reads it: most checks get JSON."""

from mmap import mmap

_END_RECORD = 22
_LONGEST_COMMENT = 0xFFFF


def is_saved_plan(data: bytes | memoryview | mmap) -> bool:
    """Whether any zip reader could open ``data``: it starts like a zip, or ends like one."""
    view = memoryview(data)
    tail = bytes(view[-(_END_RECORD + _LONGEST_COMMENT) :])
    return bytes(view[:2]) == b"PK" or b"PK\x05\x06" in tail
