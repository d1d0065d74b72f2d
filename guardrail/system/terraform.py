"""
The Terraform binary: found once, hashed, and run by the very file that was hashed.

A binary first on ``PATH`` may be the agent's. So the trusted settings' path
counts first, then the machine's own folders, and ``PATH`` only last.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import msgspec

from guardrail.errors import EnforcementError, ProcessError
from guardrail.system.attached import attend
from guardrail.system.environment import SEARCH_PATH
from guardrail.system.process import Finished, become, run
from guardrail.system.shims import is_shim, programs
from guardrail.system.supervised import supervise

_STATE_SECONDS = 600.0
_STOPPING = b"Interrupt received"
"""What Terraform and OpenTofu say, as text or JSON, once they were asked to stop."""


class _Version(msgspec.Struct, frozen=True):
    terraform_version: str


class Terraform:
    """One opened Terraform (or OpenTofu) binary. Close it, or use it in a ``with``."""

    def __init__(self, path: Path, fd: int, sha256: str | None = None) -> None:
        self.path = path
        self._sha256 = sha256
        self._fd = fd

    @property
    def sha256(self) -> str:
        """Of the file that is open; read now, unless it was while it was opened."""
        if self._sha256 is None:
            self._sha256 = _hash(self._fd)
        return self._sha256

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the binary; it can't be run afterwards."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def run(
        self,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str],
        directory: Path,
        timeout: float,
        pass_fds: Sequence[int] = (),
        stdout_fd: int | None = None,
    ) -> Finished:
        """Run the binary in ``directory`` with exactly ``arguments`` and ``env``."""
        return run(
            [str(self.path), *arguments],
            executable=f"/proc/self/fd/{self._fd}" if _by_descriptor() else None,
            env=env,
            cwd=directory,
            timeout=timeout,
            pass_fds=(self._fd, *pass_fds),
            stdout_fd=stdout_fd,
        )

    def supervise(
        self,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str],
        directory: Path,
        pass_fds: Sequence[int] = (),
        on_line: Callable[[bytes], None],
    ) -> int:
        """Run the binary without a time limit, line by line; see :func:`guardrail.system.supervised.supervise`."""
        return supervise(
            [str(self.path), *arguments],
            executable=f"/proc/self/fd/{self._fd}" if _by_descriptor() else None,
            env=env,
            cwd=directory,
            pass_fds=(self._fd, *pass_fds),
            on_line=on_line,
            stopping=_STOPPING,
        )

    def attend(self, arguments: Sequence[str], *, env: Mapping[str, str], directory: Path) -> int:
        """Run the binary with this process's own input and output; see :func:`guardrail.system.attached.attend`."""
        return attend(
            [str(self.path), *arguments],
            executable=f"/proc/self/fd/{self._fd}" if _by_descriptor() else None,
            env=env,
            cwd=directory,
            pass_fds=(self._fd,),
        )

    def become(
        self, arguments: Sequence[str], *, env: Mapping[str, str], directory: Path
    ) -> NoReturn:
        """Let this process go on as the binary; see :func:`guardrail.system.process.become`."""
        os.set_inheritable(self._fd, True)  # noqa: FBT003 - a parameter of os by place only
        become(
            [str(self.path), *arguments],
            executable=f"/proc/self/fd/{self._fd}" if _by_descriptor() else None,
            env=env,
            cwd=directory,
        )

    def version(self, *, env: Mapping[str, str], directory: Path) -> str:
        """Return the version that the binary itself reports."""
        done = self.run(["version", "-json"], env=env, directory=directory, timeout=60)
        try:
            return msgspec.json.decode(done.stdout, type=_Version).terraform_version
        except msgspec.MsgspecError:
            raise ProcessError(
                "the terraform binary did not report its version as JSON",
                hint="set [terraform] binary in guardrail.toml to a Terraform or OpenTofu binary",
            ) from None


def pull_state(terraform: Terraform, *, env: Mapping[str, str], directory: Path) -> bytes:
    """
    Return the state that ``directory`` points at, in JSON: nothing where there is none.

    Raises :class:`EnforcementError` when it can't be read.
    """
    done = terraform.run(["state", "pull"], env=env, directory=directory, timeout=_STATE_SECONDS)
    if done.code != 0:
        raise EnforcementError(
            f"the state could not be read (terraform state pull: exit code {done.code})",
            hint="run this in a working directory, after `terraform init`",
        )
    return done.stdout


def open_terraform(
    configured: str | None, pin: str | None, search_path: str, *, hashed: bool = True
) -> Terraform:
    """
    Open the binary to use: ``configured``, else the machine's own, else one on ``search_path``.

    ``pin`` is the SHA-256 it must have, or None. Without one, who needs no digest can do without
    reading the whole file: ``hashed`` is false. Raises :class:`EnforcementError`
    when there is none, or when it is not the pinned one.
    """
    path = Path(configured) if configured else _find(search_path)
    if not path.is_absolute():
        raise EnforcementError("the configured terraform binary is not an absolute path")
    if is_shim(path):
        raise EnforcementError(
            f"the configured terraform binary {str(path)!r} is the guardrail's own shim",
            hint="put the real one in [terraform] binary of the trusted settings",
        )
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise EnforcementError(
            f"the terraform binary {str(path)!r} cannot be opened: {error.strerror}",
            hint="install it there, or put [terraform] binary in the trusted settings right",
        ) from None
    terraform = Terraform(path, fd, _hash(fd) if hashed else None)
    if pin is not None and terraform.sha256 != pin:
        terraform.close()
        raise EnforcementError(
            f"the terraform binary is not the pinned one: expected sha256 {pin[:12]}…, "
            f"found {terraform.sha256[:12]}…",
            hint="install the pinned release, or have the pin in the trusted settings changed",
        )
    return terraform


def _find(search_path: str) -> Path:
    for name in ("terraform", "tofu"):
        # A shim leads back here, for ever.
        for place in (SEARCH_PATH, search_path):
            for found in programs(name, place):
                if not is_shim(found):
                    return found
    raise EnforcementError(
        "no terraform or tofu binary was found",
        hint="install Terraform, or set [terraform] binary in the trusted settings",
    )


def _hash(fd: int) -> str:
    with os.fdopen(os.dup(fd), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_descriptor() -> bool:
    return Path("/proc/self/fd").is_dir()
