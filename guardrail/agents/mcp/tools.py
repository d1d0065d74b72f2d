"""
The tools, as plain functions: each is one call of a door, with an agent as its caller.

They raise :class:`guardrail.errors.GuardrailError` where nothing could be decided, which
the server turns into an error result. A denial is a value.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.agents.caller import by_construction
from guardrail.agents.mcp import shapes, words
from guardrail.agents.mcp.paths import inside
from guardrail.agents.memory import what_changed
from guardrail.agents.messages import what_may_change
from guardrail.decision import Decision, Next, Outcome, to_record
from guardrail.door.check import check
from guardrail.door.follow import follow
from guardrail.door.keep import apply_kept
from guardrail.door.session import Call
from guardrail.door.warm import WarmEngines
from guardrail.enforce.progress import Progress
from guardrail.errors import EnforcementError
from guardrail.ledger.interface import ApplyOutcome
from guardrail.report.escape import terminal
from guardrail.system.clock import unix_now
from guardrail.system.files import read_limited
from guardrail.system.installation import Installation

TOKEN_LIMIT = 1 << 16
"""The largest token that is read, in bytes."""


class Place(Struct, frozen=True, kw_only=True):
    """Where a server works, and for whom."""

    installation: Installation
    root: Path
    """Everything an agent may name is inside of it: its one true path, without links."""
    env: Mapping[str, str]
    session: str = msgspec.field(default_factory=lambda: f"mcp {secrets.token_hex(8)}")
    """Names this run of the server, so that a second denial can say what is new."""
    engines: WarmEngines = msgspec.field(default_factory=WarmEngines)
    """Close them when it ends."""
    ending: threading.Event = msgspec.field(default_factory=threading.Event)
    """Set once whoever runs the server wants it to end, and with it what it applies."""


class Told(Struct, frozen=True, kw_only=True):
    """What a tool answers."""

    text: str
    shape: Any
    """One of :mod:`guardrail.agents.mcp.shapes`."""
    failed: bool = False
    """Whether what was asked for did not happen."""


def check_plan(place: Place, client: str, path: str, directory: str, *, ask: bool) -> Told:
    """Decide about a plan; with ``ask``, a senior is asked where that is needed."""
    call, plan = _call(place, client, directory), inside(place.root, path)
    with place.engines.session(call) as session:
        decision, _ = check(session, str(plan), ask=ask)
    text, record = _decided(place, decision, path)
    return Told(text=text, shape=shapes.Checked.model_validate(record))


def follow_request(place: Place, client: str, request: str) -> Told:
    """Tell where a request stands."""
    found = follow(_call(place, client, "."), request)
    text, following = words.followed(found)
    asked = found.request
    return Told(
        text=text,
        shape=shapes.Followed(
            request=asked.request_id,
            status=found.status.value,
            plan_sha256=asked.binding.plan_sha256,
            required=shapes.Required(level=asked.required.level, count=asked.required.count),
            created=asked.created,
            expires=asked.expires,
            next=shapes.Next.model_validate(msgspec.to_builtins(following, builtin_types=())),
        ),
    )


def apply(
    place: Place,
    client: str,
    path: str,
    directory: str,
    token_file: str,
    on_step: Callable[[], None],
) -> Told:
    """Apply a plan where it is allowed, exactly as it was decided."""
    call, plan = _call(place, client, directory), inside(place.root, path)
    token = read_limited(inside(place.root, token_file), TOKEN_LIMIT) if token_file else None
    summary: list[Progress] = []

    def hear(progress: Progress) -> None:
        if progress.event == "summary":
            summary.append(progress)
        on_step()

    # A client may end this server at any time: somebody else has to see the apply through.
    done = apply_kept(call, plan, token=token, on_progress=hear, stop=place.ending.is_set)
    text, record = _decided(place, done.decision, path)
    if done.outcome is None:
        return Told(text=text, shape=_applied(record, None), failed=True)
    if done.outcome is not ApplyOutcome.APPLIED:
        raise EnforcementError(
            f"terraform apply ended as {done.outcome}: part of the plan may be done",
            hint="make a new plan to see what is left; Terraform's messages are not repeated "
            "here because they can hold values",
        )
    counted = summary[-1] if summary else None
    record = {**record, "next": {"allowed": [], "prohibited": []}}
    return Told(text=words.applied(_counted(counted)), shape=_applied(record, counted, done=True))


def _call(place: Place, client: str, directory: str) -> Call:
    return Call(
        installation=place.installation,
        directory=inside(place.root, directory or "."),
        env=place.env,
        now=unix_now(),
        evidence=(by_construction("mcp", client),),
    )


def _decided(place: Place, decision: Decision, path: str) -> tuple[str, dict[str, Any]]:
    steps = words.next_of(decision, saved=decision.plan.source == "saved")
    again = None
    if decision.outcome is not Outcome.ALLOW:
        facts = what_may_change(decision)
        again = what_changed(place.installation, place.session, path, facts)
    return words.decided(decision, steps, again), _record(decision, steps)


def _record(decision: Decision, steps: Next) -> dict[str, Any]:
    shown = decision.findings[: shapes.FINDINGS]
    told = msgspec.structs.replace(decision, findings=shown, details=(), undo=(), next=steps)
    left_out = len(decision.findings) - len(shown)
    record: dict[str, Any] = _plain({**to_record(told), "findings_left_out": left_out})
    return record


def _plain(value: Any) -> Any:
    """Return ``value`` with every text on one line and without what a terminal obeys."""
    match value:
        case str():
            return terminal(value)
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value


def _applied(
    record: dict[str, Any], counted: Progress | None, *, done: bool = False
) -> shapes.Applied:
    return shapes.Applied.model_validate(
        {
            **record,
            "applied": done,
            "added": None if counted is None else counted.add,
            "changed": None if counted is None else counted.change,
            "destroyed": None if counted is None else counted.remove,
        }
    )


def _counted(counted: Progress | None) -> str:
    if counted is None:
        return "the plan was applied exactly as it was decided"
    return f"{counted.add} added, {counted.change} changed, {counted.remove} destroyed"
