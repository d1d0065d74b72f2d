"""A command line that infrastructure would notice, or that can't be read."""

from pathlib import Path

import msgspec

from guardrail.agents.caller import by_construction
from guardrail.agents.judge import World
from guardrail.agents.messages import argument, denied_plan, what_may_change
from guardrail.agents.remedies import TERRAFORM, Remedy, called, remedy
from guardrail.agents.shell.model import UNKNOWN_WORD, Operation, Reading
from guardrail.agents.stops import again, stop
from guardrail.agents.verdict import ALLOWED, Asked, Verdict, Waiting
from guardrail.decision import Outcome
from guardrail.door.check import check
from guardrail.door.session import Call, open_session, true_directory, trusted_settings
from guardrail.errors import FileError
from guardrail.settings.model import Profile
from guardrail.system.clock import unix_now


def judge_opaque(reading: Reading, asked: Asked, world: World) -> Verdict:
    """Let what can't be read run, unless the profile is ``strict``."""
    if trusted_settings(world.installation()).profile is not Profile.STRICT:
        return ALLOWED
    why = "; ".join(reading.reasons) or "it could not be read"
    return stop(
        asked,
        world,
        "opaque",
        f"the profile is strict, and what this line runs is not plain: {why}",
        allowed=("run the steps one by one, as plain commands",),
        facts={"the line": asked.command or ""},
    )


def judge_operations(reading: Reading, asked: Asked, world: World) -> Verdict:
    """Decide about the operations of a line."""
    if trusted_settings(world.installation()).profile is Profile.OBSERVE:
        return ALLOWED
    changing = [each for each in reading.operations if each.name.rpartition(" ")[2] != "plan"]
    match changing:
        case [Operation(tool=tool, name="apply", plan=str(plan)) as only] if tool in TERRAFORM:
            if UNKNOWN_WORD not in {plan, only.directory}:
                return _judge_plan(only, plan, asked, world)
            return _unplanned([only], asked, world)
        case _:
            return _unplanned(changing, asked, world)


def _judge_plan(operation: Operation, plan: str, asked: Asked, world: World) -> Verdict:
    directory = _directory(asked, operation)
    path = directory / plan
    call = Call(
        installation=world.installation(),
        directory=directory,
        env=world.env,
        now=unix_now(),
        evidence=(by_construction(f"hook:{asked.executor}", asked.executor),),
    )
    with open_session(call) as session:
        decision, request = check(session, str(path))
    shown = argument(str(path), "PLAN")
    if decision.outcome is not Outcome.ALLOW:
        changed = again(asked, world, str(path), what_may_change(decision))
        stopped = denied_plan(decision, shown, "".join(changed) or None)
        if request is None:
            return stopped
        waits = Waiting(request=request.request_id, plan=str(path), directory=str(directory))
        return msgspec.structs.replace(stopped, waits=waits)
    if operation.alone and not operation.steered:
        return ALLOWED
    return _through_the_gate(operation, directory, path, asked, world)


def _unplanned(operations: list[Operation], asked: Asked, world: World) -> Verdict:
    first = min(operations, key=lambda each: each.tool not in TERRAFORM, default=None)
    found = _NOTHING if first is None else remedy(first)
    others = sorted({called(each) for each in operations if each is not first})
    return stop(
        asked,
        world,
        "no_saved_plan",
        found.why,
        details=[f"In the same line: {', '.join(others[:4])}."] if others else [],
        allowed=found.steps,
        facts={
            "what the line does": ",".join(others),
            "where it runs": "" if first is None else first.directory,
            # An apply without a plan is the same with any options.
            "the line": "" if first is None or first.name in _ALIKE else asked.command or "",
        },
    )


_ALIKE = frozenset({"apply", "destroy", "refresh"})
_NOTHING = Remedy("this line changes infrastructure", ("run the steps one by one",))


def _through_the_gate(
    operation: Operation, directory: Path, path: Path, asked: Asked, world: World
) -> Verdict:
    plan, place = argument(str(path), "PLAN"), argument(str(directory), "DIRECTORY")
    steered = f" ({', '.join(operation.steered[:4])})" if operation.steered else ""
    why = "something in it steers Terraform" if steered else "the line does more than apply it"
    return stop(
        asked,
        world,
        "not_alone",
        f"the plan is allowed, but not by this line: {why}{steered}",
        allowed=(f"run: guardrail apply {plan} --chdir {place}",),
        facts={"the line": asked.command or ""},
    )


def _directory(asked: Asked, operation: Operation) -> Path:
    if not asked.directory and not Path(operation.directory).is_absolute():
        raise FileError("the executor does not tell in which directory the command runs")
    return true_directory(Path(asked.directory, operation.directory))
