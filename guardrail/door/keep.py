"""
Applying where whoever asked may go away: in a process of its own, which sees it through.

A server or an agent's program can be ended at any time, by clients that kill all they started.
An apply that runs inside of it would lose its witness: the approval burnt, the stack changed,
and nobody to note how it ended. So:

1. The keeper is a session of its own. It reads, decides, burns, applies and notes the outcome
   (:func:`guardrail.door.apply.apply_plan`), whoever still listens.
2. It gets the plan's name, never a decision: nothing that was decided before is believed.
3. What it says goes into memory, which the end of a reader doesn't close.
4. A SIGINT or SIGTERM before Terraform starts ends it with nothing begun; later it asks
   Terraform to stop in order. Its own end waits for the outcome to be noted.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from guardrail.decision import Decision
from guardrail.door.apply import apply_plan
from guardrail.door.carry import Applied, Listener
from guardrail.door.session import Call, open_session
from guardrail.enforce.progress import Progress
from guardrail.errors import EnforcementError, GuardrailError
from guardrail.ledger.interface import ApplyOutcome
from guardrail.origin.evidence import Evidence
from guardrail.system.files import read_limited, seal
from guardrail.system.installation import Installation
from guardrail.system.supervised import interrupts_noted, supervise

_LIMIT = 1 << 20
_START = (
    # Until somebody listens, no signal may end it half started.
    "import signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM)); "
    "sys.path.insert(0, sys.argv[2]); from guardrail.door.keep import keep; keep(sys.argv[1])"
)
_HOME = str(Path(__file__).resolve().parent.parent.parent)
"""Where this package lies, for a keeper that is of the same one."""


class Kept(Struct, frozen=True, kw_only=True):
    """What came of a wish to apply."""

    decision: Decision
    outcome: ApplyOutcome | None
    """How Terraform ended; None where it never started."""


class _Errand(Struct, frozen=True, kw_only=True):
    config: str
    state: str
    home: str
    directory: str
    now: int
    engine: str | None
    evidence: tuple[Evidence, ...]
    logins: tuple[str, ...]
    plan: str
    token: bytes | None


class _Fault(Struct, frozen=True, kw_only=True, tag="fault"):
    message: str
    hint: str | None


class _Step(Struct, frozen=True, kw_only=True, tag="step"):
    progress: Progress


class _End(Struct, frozen=True, kw_only=True, tag="end"):
    decision: Decision
    outcome: ApplyOutcome | None


def apply_kept(
    call: Call,
    plan: Path,
    *,
    token: bytes | None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> Kept:
    """
    Decide about the saved plan at ``plan`` and apply it where it is allowed, in a keeper.

    Once ``stop`` is true, Terraform is asked to stop. Raises :class:`GuardrailError` where
    nothing could be decided.
    """
    said: list[_Fault | _End] = []

    def hear(line: bytes) -> None:
        match _read(line):
            case _Step(progress=progress):
                on_progress(progress)
            case _Fault() | _End() as last:
                said.append(last)
            case None:
                # A warning of the interpreter, or whatever a library prints.
                pass

    with seal(msgspec.json.encode(_errand(call, plan, token))) as errand:
        supervise(
            [sys.executable, "-I", "-c", _START, errand.path, _HOME],
            env=call.env,
            cwd=call.directory,
            pass_fds=[errand.fd],
            on_line=hear,
            stop=stop,
        )
    match said[-1:]:
        case [_End(decision=decision, outcome=outcome)]:
            return Kept(decision=decision, outcome=outcome)
        case [_Fault(message=message, hint=hint)]:
            raise EnforcementError(message, hint=hint)
        case _:
            raise EnforcementError(
                "the process that applies ended without a word: what it did is not known here",
                hint="`guardrail audit show` has what it noted",
            )


def keep(errand: str) -> None:
    """Do what ``errand``, a file, says; runs in the keeper."""
    with interrupts_noted() as told:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            applied = _apply(
                msgspec.json.decode(read_limited(Path(errand), _LIMIT), type=_Errand), told
            )
            _say(_End(decision=applied.decision, outcome=applied.outcome))
        except GuardrailError as error:
            _say(_Fault(message=error.message, hint=error.hint))
        # Its text could hold values of the plan. A panic in Rust is no Exception.
        except BaseException as error:  # noqa: BLE001
            _say(_Fault(message=f"internal error ({type(error).__name__})", hint=None))


def _apply(errand: _Errand, told: Callable[[], bool]) -> Applied:
    def stop_before(step: str) -> None:
        # 4. Before anything is spent, and once more before Terraform starts.
        if step in {"rehashed", "rechecked"} and told():
            raise EnforcementError("the apply was told to stop before it began")

    listener = Listener(
        on_decision=lambda _decision: None,
        on_progress=lambda progress, _labels: _say(_Step(progress=progress)),
        boundary=stop_before,
    )
    with open_session(_call(errand)) as session:
        return apply_plan(session, errand.plan, listener, token=errand.token)


def _errand(call: Call, plan: Path, token: bytes | None) -> _Errand:
    place = call.installation
    return _Errand(
        config=str(place.config),
        state=str(place.state),
        home=str(place.home),
        directory=str(call.directory),
        now=call.now,
        engine=call.engine,
        evidence=call.evidence,
        logins=call.logins,
        plan=str(plan),
        token=token,
    )


def _call(errand: _Errand) -> Call:
    return Call(
        installation=Installation(
            config=Path(errand.config), state=Path(errand.state), home=Path(errand.home)
        ),
        directory=Path(errand.directory),
        env=dict(os.environ),
        now=errand.now,
        engine=errand.engine,
        evidence=errand.evidence,
        logins=errand.logins,
    )


def _say(word: _Step | _Fault | _End) -> None:
    # 3. In memory: this can neither block nor break.
    os.write(1, msgspec.json.encode(word) + b"\n")


def _read(line: bytes) -> _Step | _Fault | _End | None:
    try:
        return msgspec.json.decode(line, type=_Step | _Fault | _End)
    except msgspec.MsgspecError:
        return None
