"""
One answer to an executor, whatever happens.

1. The question is read, for as long as the deadline lets it come. The deadline is our own and
   shorter than what executors grant, as most of them let a call run that took too long.
2. What is harmless beyond doubt is answered at once: nothing there can take long.
3. For everything else a copy of this process thinks, and is killed at the deadline.
4. Where no answer comes from there, this process denies in the executor's form.
5. Where even that can't be said, the exit code still blocks.

Nothing but Python's own modules is loaded here before the question is read.
"""

import os
import select
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from guardrail.agents.hooks import EXECUTORS
from guardrail.errors import ProcessError
from guardrail.system.loading import load_msgspec
from guardrail.system.streams import prepare_process
from guardrail.system.watched import run_watched

if TYPE_CHECKING:
    from guardrail.agents.hooks.protocol import Reply
    from guardrail.system.installation import Installation

DEADLINE = 8.0
"""How long an answer may take, in seconds."""
LIMIT = 1 << 20
"""The largest question that is read, in bytes."""
BLOCKS = 2
"""The exit code of everything but an allowed call."""

_LAST = b'{"cancel":true,"errorMessage":"guardrail is broken here; nothing may run"}'
_Said: TypeAlias = tuple[bytes, bytes, int]


def answer_call(
    name: str, *, installation: "Installation | None" = None, env: Mapping[str, str] | None = None
) -> int:
    """
    Answer the executor ``name`` about the call on standard input; return the exit code.

    ``installation`` is the machine's or user's where None, ``env`` the process's environment.
    """
    try:
        end = time.monotonic() + DEADLINE
        prepare_process()
        said = _answered(name, _question(end), installation, env, end)
    # Executors let a call run when a hook crashes: whatever it was, it must become an answer.
    except BaseException as error:  # noqa: BLE001
        # 4. A denial.
        said = _failed(name, error)
    return _say(*said)


def _question(end: float) -> bytes:
    # 1. The question.
    parts: list[bytes] = []
    left = LIMIT
    while True:
        ready, _, _ = select.select([0], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise ProcessError("the call did not come to its end in time")
        part = os.read(0, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
        left -= len(part)
        if left < 0:
            raise ProcessError(f"the call could not be read: it is larger than {LIMIT} bytes")


def _answered(
    name: str,
    question: bytes,
    installation: "Installation | None",
    env: Mapping[str, str] | None,
    end: float,
) -> _Said:
    load_msgspec()
    from guardrail.agents.hooks import answer  # noqa: PLC0415 - what may fail is loaded late

    # 2. At once.
    reply = answer.answer_at_once(name, question)
    if reply is not None:
        return reply.stdout, reply.stderr, reply.code

    def think() -> bytes:
        given = dict(os.environ if env is None else env)
        return _packed(answer.answer(name, question, installation, given))

    # 3. The copy.
    data = run_watched(think, seconds=max(0.0, end - time.monotonic()))
    size = int.from_bytes(data[1:5], "big")
    return data[5 : 5 + size], data[5 + size :], data[0]


def _packed(reply: "Reply") -> bytes:
    size = len(reply.stdout).to_bytes(4, "big")
    return bytes([reply.code]) + size + reply.stdout + reply.stderr


def _failed(name: str, error: BaseException) -> _Said:
    try:
        adapter = import_module(f"guardrail.agents.hooks.{EXECUTORS[name]}")
        why = getattr(error, "message", None) or f"internal error ({type(error).__name__})"
        reply: Reply = adapter.failed(why)
    except BaseException:  # noqa: BLE001
        # One executor believes nothing but JSON, and the others believe the exit code.
        return (_LAST if name == "cline" else b""), b"guardrail is broken here\n", BLOCKS
    return reply.stdout, reply.stderr, reply.code


def _say(stdout: bytes, stderr: bytes, code: int) -> int:
    # 5. The exit code.
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
