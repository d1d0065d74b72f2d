"""
Operations that make Terraform look for the state elsewhere.

1. What is used here, by the record of the last ``init``; local files where there is none.
2. What the configuration names now, by an ``init`` in a data directory of its own.
3. ``-reconfigure`` leaves behind the state that is selected here.
4. A migration writes states here over those of the same name there, as Terraform pairs them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from guardrail.door.operations.prospect import (
    Asked,
    Prospect,
    Reads,
    Subject,
    command_prospect,
    identity,
)
from guardrail.errors import EnforcementError, UsageError
from guardrail.plan.model import Plan
from guardrail.plan.operation import operation_plan, plan_between, remarks
from guardrail.plan.statefile import NO_STATE, StateFile, read_statefile
from guardrail.sources.backend import LOCAL, LOCAL_FILES, Backend
from guardrail.sources.states import States, configured_backend, opened

_DEFAULT: Final = "default"


class _Pair(Struct, frozen=True, kw_only=True):
    """A state here, and the one that stands in its place there."""

    source: str
    """Its workspace."""
    target: str
    """The workspace there."""
    here: bytes
    there: bytes

    @property
    def state(self) -> StateFile:
        return read_statefile(self.here)

    @property
    def found(self) -> StateFile:
        return read_statefile(self.there)


def move(asked: Asked) -> Prospect:
    """Return what is left behind, or written over."""
    if asked.operation.name == "init -reconfigure":
        return _reconfigure(asked)
    return _migrate(asked)


def _reconfigure(asked: Asked) -> Prospect:
    here = asked.backend
    states: tuple[bytes, ...] = ()
    concerns: tuple[str, ...] | None = ()
    told: tuple[str, ...] = ()
    state, before = NO_STATE, b""
    try:
        before = _selected(asked, here)
        state = read_statefile(before)
    except EnforcementError:
        # Gone or out of reach, as a backend may be that is left for good: nobody knows what it holds.
        concerns, told = None, ("what is used here could not be read",)
    if state.managed:
        # Where nothing is held, nothing is left behind.
        there = _configured(asked)
        if here is LOCAL and there is not LOCAL:
            raise UsageError(
                "a local state lies here, which Terraform does not leave behind by -reconfigure",
                hint="copy it with -migrate-state",
            )
        after = _selected(asked, there)
        states = (before, after)
        concerns, told = _left_behind(state, read_statefile(after))
    return command_prospect(
        asked,
        _command(asked, "-reconfigure"),
        plan=operation_plan(asked.operation.name, state, concerns=concerns, remarks=told),
        subject=Subject(backend=here, workspace=asked.workspace, state=state),
        place=asked.place(),
        reads=Reads(configuration=True, states=states),
        left=None,
    )


def _left_behind(state: StateFile, found: StateFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what of ``state`` is not found any more where ``found`` is, and what is to be told."""
    if state.lineage == found.lineage and (found.serial > state.serial or _same(state, found)):
        return (), ()
    told = remarks(state, found) if state.lineage == found.lineage else ()
    return tuple(each.address for each in state.managed), told


def _selected(asked: Asked, backend: Backend) -> bytes:
    if backend is LOCAL and not any((asked.directory / each).exists() for each in LOCAL_FILES):
        return b""
    with _opened(asked, backend) as states:
        return states.of(asked.workspace)


def _migrate(asked: Asked) -> Prospect:
    source, target = asked.backend, _configured(asked)
    pairs = _pairs(asked, source, target, asked.env)
    names = {each.source for each in pairs}
    judged = asked.workspace if asked.workspace in names else _DEFAULT
    pair = next((each for each in pairs if each.source == judged), pairs[0])
    others = [each for each in pairs if each is not pair]
    if any(_overwritten(each) for each in others):
        raise EnforcementError(
            "states of other workspaces would be copied over others: they can't all be judged here",
            hint="go to the other backend with -reconfigure, and `state push` to each workspace",
        )
    beyond = sum(len(each.state.managed) for each in others if not _stays(each))
    states = _states(pairs)
    return command_prospect(
        asked,
        # Nobody is asked a second time whether to copy: that is what is decided here.
        _command(asked, "-migrate-state", "-force-copy"),
        plan=_copied(asked.operation.name, pair, beyond),
        subject=Subject(backend=target, workspace=pair.target, state=pair.found),
        place=asked.place(states, lambda env: _states(_pairs(asked, source, target, env))),
        reads=Reads(configuration=True, states=states),
        left=asked.pull,
    )


def _copied(name: str, pair: _Pair, beyond: int) -> Plan:
    """Return what becomes of the state there when the one here is copied over it."""
    state, found = pair.state, pair.found
    also = (f"and {beyond} managed resources of other workspaces with it",) if beyond else ()
    if _stays(pair):
        return operation_plan(name, found, concerns=(), remarks=also, beyond=beyond)
    over = plan_between(name, found, state, identity)
    concerns = over.unplanned.concerns if over.unplanned and over.unplanned.concerns else ()
    return operation_plan(
        name,
        found,
        # What comes from here is managed already: nothing is imported.
        changes=tuple(each for each in over.changes if each.forgets),
        concerns=tuple(sorted({*concerns, *(each.address for each in state.managed)})),
        remarks=(*(remarks(found, state) if _overwritten(pair) else ()), *also),
        beyond=beyond,
    )


def _pairs(
    asked: Asked, source: Backend, target: Backend, env: Mapping[str, str]
) -> tuple[_Pair, ...]:
    """
    Return every state here with the one that it would be copied over.

    Source: Terraform's ``internal/command/meta_backend_migrate.go``.
    """
    with _opened(asked, source, env) as here, _opened(asked, target, env) as there:
        names = [(_DEFAULT, _DEFAULT)]
        if here.workspaces is not None and set(here.workspaces) != {_DEFAULT}:
            names = [(each, each) for each in here.workspaces]
            if there.workspaces is None:
                names = [(asked.workspace, _DEFAULT)]
        return tuple(
            _Pair(source=one, target=other, here=here.of(one), there=there.of(other))
            for one, other in names
        )


def _states(pairs: tuple[_Pair, ...]) -> tuple[bytes, ...]:
    return tuple(state for each in pairs for state in (each.here, each.there))


def _overwritten(pair: _Pair) -> bool:
    return not _stays(pair) and not pair.found.empty


def _stays(pair: _Pair) -> bool:
    """Return whether Terraform leaves the state there as it is."""
    state, found = pair.state, pair.found
    return state.empty or (state.lineage == found.lineage and _same(state, found))


def _same(one: StateFile, other: StateFile) -> bool:
    return one.instances == other.instances and one.outputs == other.outputs


def _configured(asked: Asked) -> Backend:
    options = tuple(o for o in asked.operation.options if o.startswith("-backend-config="))
    return configured_backend(asked.terraform, options, env=asked.env, directory=asked.directory)


@contextmanager
def _opened(
    asked: Asked, backend: Backend, env: Mapping[str, str] | None = None
) -> Iterator[States]:
    with opened(
        asked.terraform, backend, env=env or asked.env, directory=asked.directory
    ) as states:
        yield states


def _command(asked: Asked, *options: str) -> tuple[str, ...]:
    return ("init", *options, "-input=false", *asked.operation.options)
