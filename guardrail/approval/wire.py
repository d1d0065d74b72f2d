"""The SSH wire format (RFC 4251 §5): strings with their length before them, and whole numbers."""


class Reader:
    """Takes fields off the front of ``data``. Every method raises :class:`ValueError` at a short end."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        if count > len(self._rest):
            raise ValueError("the data ends inside a field")
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def number(self) -> int:
        """Return the next four bytes as an unsigned number."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """Return the next string."""
        return self.take(self.number())

    def end(self) -> None:
        """Raise unless everything was taken."""
        if self._rest:
            raise ValueError("there is data after the last field")


def string(data: bytes) -> bytes:
    """Return ``data`` with its length before it."""
    return len(data).to_bytes(4, "big") + data
