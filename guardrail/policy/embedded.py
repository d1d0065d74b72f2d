"""
The embedded engine: Rego in a child process, with nothing but ``python`` and ``regorus`` in it.

A policy that runs away, runs out of memory or crashes the engine takes the child with
it, never the gate. Nothing of what the child says is believed but an answer:

1. The packages that it loaded are the bundle's, no more and no less.
2. The length of a message is bounded before the message is read.
3. Undefined, an error, a signal, silence for too long: no answer, which blocks.
"""

import re
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from guardrail.errors import MalformedAnswerError, PolicyUnavailableError, ProcessError
from guardrail.policy.bundle import Bundle
from guardrail.system.child import Child, start

_WORKER = Path(__file__).with_name("worker.py")
_LENGTH = 8
_UNDEFINED = b'"<undefined>"'
_PLACE = r"(?m)-->\s*(?P<file>.+?):(?P<line>\d+):\d+$"
_CAUSE = r"(?m)^error: (?P<cause>.+)$"
_HARMLESS = (
    r"could not find function [A-Za-z0-9_.]+|recursion detected.*|var `?\w+`? is unsafe"
    r"|divide by zero|unexpected keyword `\w+`|expecting [\w ]+|invalid character"
)


class Bounds(Struct, frozen=True, kw_only=True):
    """What one question may cost."""

    cpu_seconds: int = 60
    wall_seconds: float = 120.0
    memory_bytes: int = 4 << 30
    answer_bytes: int = 256 << 20


class EmbeddedEngine:
    """Evaluates one bundle in a child process, which starts at once and serves many questions."""

    name = "embedded"

    def __init__(self, bundle: Bundle, bounds: Bounds | None = None) -> None:
        self._bundle = bundle
        self._bounds = bounds or Bounds()
        self._lock = threading.Lock()
        self._ready = False
        self._failure = "it was closed"
        self._child: Child | None = _start(self._bounds)
        parts = [part.encode() for module in bundle.modules.items() for part in module]
        try:
            self._send(*parts, b"")
        except ProcessError as error:
            # The first question will say so.
            self._fail(error)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int | None:
        """The child's process id; None after it has ended."""
        return None if self._child is None else self._child.pid

    def evaluate(self, question: bytes) -> bytes:
        """Return the answer to ``question``, both as JSON; raise ``PolicyError`` for none."""
        with self._lock:
            try:
                if not self._ready:
                    self._check_packages(self._receive(b"R"))
                    self._ready = True
                self._send(question)
                answer = self._receive(b"A")
            except ProcessError as error:
                self._fail(error)
                raise PolicyUnavailableError(
                    f"the embedded policy engine gave no answer: {error.message}",
                    hint="`--engine opa` asks a real OPA instead",
                ) from None
            except BaseException:
                # Half a message may be under way: no later answer could be trusted.
                self.close()
                raise
        if answer == _UNDEFINED:
            raise MalformedAnswerError("the policies' answer is undefined")
        return answer

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _check_packages(self, said: bytes) -> None:
        # 1. What was loaded is what was meant.
        loaded = frozenset(said.decode().split("\n"))
        if loaded != {f"data.{package}" for package in self._bundle.packages}:
            raise PolicyUnavailableError("the embedded policy engine loaded other policies")

    def _send(self, *messages: bytes) -> None:
        framed = b"".join(len(each).to_bytes(_LENGTH, "big") + each for each in messages)
        self._alive().write(framed, timeout=self._bounds.wall_seconds)

    def _receive(self, expected: bytes) -> bytes:
        child, seconds = self._alive(), self._bounds.wall_seconds
        length = int.from_bytes(child.read(_LENGTH, timeout=seconds), "big")
        # 2. Bounded before it is read.
        if length > self._bounds.answer_bytes:
            raise MalformedAnswerError("the policies' answer is too large")
        message = child.read(length, timeout=seconds)
        if message[:1] == expected:
            return message[1:]
        # 3. Anything else is no answer.
        raise PolicyUnavailableError(
            f"the embedded policy engine reports an error{reason(message[1:], self._bundle)}"
        )

    def _alive(self) -> Child:
        if self._child is None:
            raise ProcessError(self._failure)
        return self._child

    def _fail(self, error: ProcessError) -> None:
        self._failure = error.message
        self.close()


def reason(said: bytes, bundle: Bundle) -> str:
    """
    Return where and why the engine failed, as far as that can be told without any value.

    ``said`` is its error with source lines and stack. What it says about the
    question is dropped: only places in known modules and known phrases pass.
    """
    text = said.decode(errors="replace")
    place, cause = re.search(_PLACE, text), re.search(_CAUSE, text)
    shown = ""
    if place is not None and place["file"] in bundle.modules:
        shown = f" at {place['file']}:{place['line']}"
    phrase = None if cause is None else re.match(_HARMLESS, cause["cause"])
    return shown if phrase is None else f"{shown}: {phrase.group()}"


def _start(bounds: Bounds) -> Child:
    found = find_spec("regorus")
    if found is None or found.origin is None:
        raise PolicyUnavailableError(
            "the embedded policy engine is not installed",
            hint="install gordon-to-regorus, or use `--engine opa`",
        )
    directory = Path(found.origin).resolve().parent.parent
    argv = [sys.executable, "-I", "-S", "-B", str(_WORKER), str(directory)]
    limits = [str(bounds.cpu_seconds), str(bounds.memory_bytes)]
    try:
        return start([*argv, *limits], env={})
    except ProcessError as error:
        raise PolicyUnavailableError(error.message) from None
