"""
Bytes that are copied once and can't change afterwards, not even by who holds them.

On Linux a sealed memory file: the kernel refuses every write, for everybody and
for good. Elsewhere a file without a name, which nobody can open a second time.
"""

import contextlib
import fcntl
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator
from mmap import MAP_PRIVATE, PROT_READ, mmap
from pathlib import Path
from types import TracebackType
from typing import Self

from guardrail.errors import FileError
from guardrail.system.regular import chunks, open_regular

_SEALS = (
    (fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
    if hasattr(fcntl, "F_SEAL_SEAL")
    else 0
)

_SMALL = 1 << 20
"""Up to so many bytes are hashed sooner than a thread starts."""


class Sealed:
    """
    Bytes that can't change. Close it, or use it in a ``with``.

    What :meth:`view` gave stays good after closing.
    """

    fd: int
    """A descriptor for child processes (``pass_fds``)."""

    ascii_only: bool
    """Whether every byte was seen to be ASCII on its way in; false says nothing."""

    def __init__(self, fd: int, *, ascii_only: bool = False) -> None:
        self.fd = fd
        self.ascii_only = ascii_only
        self._view = _map(fd)
        self._sha256 = ""
        self._hashing: threading.Thread | None = None
        if len(self._view) <= _SMALL:
            self._hash()
            return
        # Sealed bytes can be hashed while they are read, on the other core.
        self._hashing = threading.Thread(target=self._hash)
        self._hashing.start()

    @property
    def sha256(self) -> str:
        """The digest of the bytes, in hexadecimal, taken after they were sealed."""
        if self._hashing is not None:
            self._hashing.join()
        return self._sha256

    def _hash(self) -> None:
        self._sha256 = self.rehash()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> str:
        """The path under which a child process that was passed :attr:`fd` reads the bytes."""
        return f"{'/proc/self/fd' if _in_memory() else '/dev/fd'}/{self.fd}"

    def view(self) -> memoryview:
        """Return the bytes, read-only and without copying them."""
        return self._view

    def rehash(self) -> str:
        """Return the digest of the bytes as they are now."""
        return hashlib.sha256(self._view).hexdigest()

    def close(self) -> None:
        """Let go of the bytes."""
        if self._hashing is not None:
            self._hashing.join()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class SealedOutput:
    """A place where a child process writes, sealed before anybody reads it."""

    fd: int
    """The descriptor to write to."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._view: memoryview | None = None

    def view(self) -> memoryview:
        """Seal what was written and return it, read-only. Nothing can be written afterwards."""
        if self._view is None:
            try:
                _seal(self.fd)
                self._view = _map(self.fd)
            except OSError as error:
                raise FileError(f"the output could not be sealed: {error.strerror}") from None
        return self._view


def seal(data: bytes) -> Sealed:
    """Return ``data`` as sealed bytes. Raises :class:`FileError` when there is no room."""
    return _sealed([data])


def seal_file(path: Path, *, limit: int) -> Sealed:
    """
    Return one copy of the regular file at ``path``, sealed.

    The path is opened once, whoever changes what it names afterwards. Raises
    :class:`FileError` for what is not a readable regular file of at most ``limit`` bytes.
    """
    with open_regular(path, limit) as source:
        return _sealed(chunks(source, limit, path))


@contextlib.contextmanager
def sealed_output() -> Iterator[SealedOutput]:
    """Give a place for the output of one child process."""
    fd = _anonymous()
    try:
        yield SealedOutput(fd)
    finally:
        os.close(fd)


def _sealed(parts: Iterable[bytes]) -> Sealed:
    """
    Copy ``parts`` into sealed bytes.

    1. A place that nobody else can open.
    2. Copy once.
    3. Seal: from here on not even we can change it.
    4. Hash what was sealed, not what was copied.
    """
    # 1. The place.
    fd = _anonymous()
    try:
        # 2. One copy.
        ascii_only = True
        for part in parts:
            _write(fd, part)
            ascii_only = ascii_only and part.isascii()
        # 3. The seal.
        _seal(fd)
        # 4. The digest.
        return Sealed(fd, ascii_only=ascii_only)
    except OSError as error:
        os.close(fd)
        raise FileError(f"the sealed copy could not be made: {error.strerror}") from None
    except BaseException:
        os.close(fd)
        raise


def _write(fd: int, part: bytes) -> None:
    rest = memoryview(part)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _map(fd: int) -> memoryview:
    if os.fstat(fd).st_size == 0:
        return memoryview(b"")
    # Private: older kernels refuse to share a write-sealed file even for reading.
    return memoryview(mmap(fd, 0, flags=MAP_PRIVATE, prot=PROT_READ))


def _anonymous() -> int:
    try:
        if _in_memory():
            return os.memfd_create("guardrail", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        return _unlinked()
    except OSError as error:
        raise FileError(f"no place for a sealed copy: {error.strerror}") from None


def _unlinked() -> int:
    import tempfile  # noqa: PLC0415 (slow to import, and not needed where memory can be sealed)

    with tempfile.TemporaryDirectory(prefix="guardrail-") as private:
        path = Path(private) / "sealed"
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def _seal(fd: int) -> None:
    if _in_memory():
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)


def _in_memory() -> bool:
    return hasattr(os, "memfd_create")
