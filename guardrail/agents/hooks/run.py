"""
One answer to an executor, whatever happens.

1. A copy of this process reads, thinks and answers, within a deadline of our own: it is
   shorter than what executors grant, since most of them let a call run that took too long.
2. Where no answer comes from there, this process denies in the executor's form.
3. Where even that can't be said, the exit code still blocks.

Nothing but Python's own modules is loaded here before the copy is made.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from guardrail.agents.hooks import EXECUTORS
from guardrail.system.streams import prepare_process
from guardrail.system.watched import run_watched

if TYPE_CHECKING:
    from guardrail.agents.hooks.protocol import Reply
    from guardrail.system.installation import Installation

DEADLINE = 8.0
"""How long an answer may take, in seconds."""
BLOCKS = 2
"""The exit code of everything but an allowed call."""

_LAST = b'{"cancel":true,"errorMessage":"guardrail is broken here; nothing may run"}'


def answer_call(
    name: str, *, installation: "Installation | None" = None, env: Mapping[str, str] | None = None
) -> int:
    """
    Answer the executor ``name`` about the call on standard input; return the exit code.

    ``installation`` is the machine's or user's where None, ``env`` the process's environment.
    """
    try:
        prepare_process()
        # 1. The copy.
        reply = _thought(name, installation, env)
    # Executors let a call run when a hook crashes: whatever it was, it must become an answer.
    except BaseException as error:  # noqa: BLE001
        # 2. A denial.
        reply = _failed(name, error)
    return _say(*reply)


def _thought(
    name: str, installation: "Installation | None", env: Mapping[str, str] | None
) -> tuple[bytes, bytes, int]:
    def think() -> bytes:
        from guardrail.agents.hooks import answer  # noqa: PLC0415 - only the copy needs it

        reply = answer.answer(name, installation, dict(os.environ if env is None else env))
        return _packed(reply)

    data = run_watched(think, seconds=DEADLINE)
    size = int.from_bytes(data[1:5], "big")
    return data[5 : 5 + size], data[5 + size :], data[0]


def _packed(reply: "Reply") -> bytes:
    size = len(reply.stdout).to_bytes(4, "big")
    return bytes([reply.code]) + size + reply.stdout + reply.stderr


def _failed(name: str, error: BaseException) -> tuple[bytes, bytes, int]:
    try:
        adapter = import_module(f"guardrail.agents.hooks.{EXECUTORS[name]}")
        why = getattr(error, "message", None) or f"internal error ({type(error).__name__})"
        reply: Reply = adapter.failed(why)
    except BaseException:  # noqa: BLE001
        # One executor believes nothing but JSON, and the others believe the exit code.
        return (_LAST if name == "cline" else b""), b"guardrail is broken here\n", BLOCKS
    return reply.stdout, reply.stderr, reply.code


def _say(stdout: bytes, stderr: bytes, code: int) -> int:
    # 3. The exit code.
    try:
        _write(1, stdout)
    except OSError:
        code = BLOCKS
    with suppress(OSError):
        _write(2, stderr)
    return code


def _write(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]
