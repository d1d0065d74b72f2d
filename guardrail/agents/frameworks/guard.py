"""
What the guards of all frameworks share: one call of a tool in, one ruling out.

1. A call that changes nothing, and a saved plan that is allowed, runs.
2. A saved plan that waits for a senior is held. With the token of that senior the gate itself
   applies exactly those bytes, and the tool is not run; a plain yes of whoever sits there
   releases nothing.
3. Everything else is refused, with what may be done instead. So is what can't be judged: an
   error in here never lets a call through.
"""

from collections.abc import Mapping
from contextlib import suppress
from os import environ
from pathlib import Path

from msgspec import Struct

from guardrail.agents.caller import by_construction
from guardrail.agents.frameworks.calls import Known, asked
from guardrail.agents.judge import World, judge
from guardrail.agents.messages import denied, denied_plan
from guardrail.agents.verdict import MalformedCallError, Waiting, plain
from guardrail.door.keep import apply_kept
from guardrail.door.session import Call, true_directory
from guardrail.errors import FileError, GuardrailError
from guardrail.ledger.interface import ApplyOutcome
from guardrail.report.escape import sentence
from guardrail.system.clock import unix_now
from guardrail.system.files import read_limited
from guardrail.system.installation import Installation, find_installation

_TOKEN_LIMIT = 1 << 16


class Ruling(Struct, frozen=True, kw_only=True):
    """What becomes of one call."""

    run: bool
    """Whether the tool may run. Nothing else is a permission."""
    message: str = ""
    """What the model gets in the place of the tool's output."""
    applied: bool = False
    """Whether the gate did in its place what a senior's token released."""
    waits: Waiting | None = None
    """The plan that a senior's token would release."""

    @property
    def question(self) -> dict[str, str]:
        """What a paused framework shows to people: the request and how it is answered."""
        if self.waits is None:
            return {}
        return {
            "request": self.waits.request,
            "message": self.message,
            "answer": f"the token that `guardrail approve {self.waits.request}` prints",
        }


class ToolGuard:
    """Judges calls of tools for one framework; threads may share it."""

    def __init__(
        self,
        framework: str,
        *,
        directory: str | Path = ".",
        commands: Mapping[str, str] | None = None,
        plans: Mapping[str, str] | None = None,
        tokens: str | Path | None = None,
        session: str = "",
        env: Mapping[str, str] | None = None,
        installation: Installation | None = None,
    ) -> None:
        """
        Guard tools that work in ``directory``.

        ``commands`` and ``plans`` name the argument that holds the command line or the saved
        plan of tools that do not show it by their names. ``tokens`` is a folder in which a
        senior's token is looked for, as ``<request>.token``. Raises :class:`GuardrailError`.
        """
        self._framework = framework
        self._directory = true_directory(Path(directory))
        self._known = Known(commands=commands or {}, plans=plans or {})
        self._tokens = None if tokens is None else Path(tokens).absolute()
        self._session = session
        self._env = dict(environ if env is None else env)
        self._installation = installation or find_installation()

    def rule(self, tool: str, arguments: object, *, answer: object = None) -> Ruling:
        """
        Return what becomes of a call of ``tool``; never raises.

        ``answer`` is what a paused framework was told by people: the token, or a mapping that
        holds it as ``token``.
        """
        try:
            return self._rule(tool, arguments, answer)
        except GuardrailError as error:
            hint = f" ({error.hint})" if error.hint else ""
            return _refused(f"{error.message}{hint}")
        except MalformedCallError as error:
            return _refused(str(error))
        # Whatever goes wrong in here must not run the tool. A panic in Rust is no Exception.
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001
            return _refused(f"internal error ({type(error).__name__})")

    def _rule(self, tool: str, arguments: object, answer: object) -> Ruling:
        calls = asked(
            self._framework,
            tool,
            plain(arguments),
            known=self._known,
            directory=str(self._directory),
            session=self._session,
        )
        world = World(installation=lambda: self._installation, env=self._env)
        verdicts = (judge(call, world) for call in calls)
        verdict = next((verdict for verdict in verdicts if not verdict.allow), None)
        if verdict is None:
            return Ruling(run=True)
        if verdict.waits is not None:
            token = _token(answer) or self._stored(verdict.waits.request)
            if token is not None:
                return self._release(verdict.waits, token)
        return Ruling(run=False, message=verdict.message, waits=verdict.waits)

    def _stored(self, request: str) -> bytes | None:
        if self._tokens is not None:
            with suppress(FileError):
                return read_limited(self._tokens / f"{request}.token", _TOKEN_LIMIT)
        return None

    def _release(self, waits: Waiting, token: bytes) -> Ruling:
        call = Call(
            installation=self._installation,
            directory=Path(waits.directory),
            env=self._env,
            now=unix_now(),
            evidence=(by_construction(f"framework:{self._framework}", self._framework),),
        )
        # The program around may end at any time: somebody else has to see the apply through.
        done = apply_kept(call, Path(waits.plan), token=token)
        if done.outcome is None:
            stopped = denied_plan(done.decision, "PLAN", None)
            return Ruling(run=False, message=stopped.message, waits=waits)
        if done.outcome is not ApplyOutcome.APPLIED:
            return _refused(f"terraform apply ended as {done.outcome}: part of it may be done")
        return Ruling(run=False, applied=True, message=_APPLIED)


_APPLIED = (
    "guardrail: APPLIED: a senior's token released this plan, and the gate applied exactly it. "
    "The tool itself was not run."
)


def _token(answer: object) -> bytes | None:
    if isinstance(answer, Mapping):
        answer = answer.get("token")
    match answer:
        case str() if answer.strip():
            return answer.strip().encode("utf-8", "replace")[:_TOKEN_LIMIT]
        case bytes() if answer.strip():
            return answer.strip()[:_TOKEN_LIMIT]
        case _:
            return None


def _refused(why: str) -> Ruling:
    stopped = denied("undecided", f"nothing was decided, so nothing runs: {sentence(why)}")
    return Ruling(run=False, message=stopped.message)
