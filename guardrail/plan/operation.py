"""
An operation without a plan, told as the plan that would do the same.

What takes an object out of a state forgets it; what brings one in imports it. So
everything that looks at plans looks at operations as well. What is only written down
differently (tainted, of another provider, with other attributes) is no change of any
object, and is counted as what the operation is about.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Raw

from guardrail.plan.actions import FORGET, NO_OP
from guardrail.plan.model import Change, Configuration, Plan, Resource, Unplanned
from guardrail.plan.statefile import Instance, StateFile

Same = Callable[[Instance, Instance], bool]
"""Tells whether two instances, wherever they stand, are the same object."""
_Objects = Mapping[tuple[str, str], Instance]
_NULL = Raw(b"null")
_FALSE = Raw(b"false")


def plan_between(
    name: str, before: StateFile, after: StateFile, same: Same, *, told: tuple[str, ...] = ()
) -> Plan:
    """Return the operation ``name`` that makes ``after`` of the state ``before``."""
    was, becomes = _objects(before), _objects(after)
    changes = tuple(_changes(was, becomes, same))
    changed = {each.previous_address or each.address for each in changes}
    changed |= {key[0] for key, each in becomes.items() if _told_differently(was.get(key), each)}
    return operation_plan(name, before, changes=changes, concerns=tuple(sorted(changed)), told=told)


def operation_plan(
    name: str,
    state: StateFile,
    *,
    concerns: tuple[str, ...] | None,
    changes: tuple[Change, ...] = (),
    told: tuple[str, ...] = (),
) -> Plan:
    """
    Return the operation ``name`` about ``concerns`` of ``state``, which does ``changes``.

    ``told`` are the names that it was given and that everybody may read.
    """
    managed = state.managed
    gone = {each.address for each in changes if each.forgets and each.deposed is None}
    touched = {each.address for each in changes} | {each.previous_address for each in changes}
    return Plan(
        terraform_version="",
        format_version="",
        changes=changes,
        no_ops=sum(each.address not in touched for each in managed),
        drift=(),
        deferred=(),
        invocations=(),
        output_changes=0,
        prior=tuple(map(_resource, managed)),
        planned=frozenset(each.address for each in managed) - gone,
        configuration=Configuration(),
        errored=False,
        complete=None,
        applyable=None,
        inconsistencies=(),
        unplanned=Unplanned(name=name, told=told, concerns=concerns),
    )


def _objects(state: StateFile) -> _Objects:
    return {
        (each.address, each.deposed): each for each in state.instances if each.mode == "managed"
    }


def _changes(was: _Objects, becomes: _Objects, same: Same) -> Iterator[Change]:
    gone = {
        key: each for key, each in was.items() if key not in becomes or not same(each, becomes[key])
    }
    come = [each for key, each in becomes.items() if key not in was or not same(was[key], each)]
    for each in come:
        origin = next((key for key, other in gone.items() if _moved(other, each, same)), None)
        if origin is None:
            yield change_of(each, importing=True)
        else:
            yield change_of(each, previous=gone.pop(origin))
    yield from (change_of(each) for each in gone.values())


def _moved(origin: Instance, target: Instance, same: Same) -> bool:
    return origin.deposed == target.deposed and origin.type == target.type and same(origin, target)


def _told_differently(was: Instance | None, becomes: Instance) -> bool:
    return was is not None and was != becomes


def change_of(
    found: Instance, *, importing: bool = False, previous: Instance | None = None
) -> Change:
    """Return the change that forgets ``found``, or that brings it in, or moves ``previous`` there."""
    stays = importing or previous is not None
    return Change(
        address=found.address,
        previous_address=None if previous is None else previous.address,
        module=found.module,
        mode=found.mode,
        type=found.type,
        name=found.name,
        index=found.index,
        provider=found.provider,
        actions=NO_OP if stays else FORGET,
        create_first=False,
        deposed=found.deposed or None,
        importing=importing,
        reason=None,
        replace_paths=(),
        before=found.attributes if previous is None else previous.attributes,
        after=found.attributes if stays else _NULL,
        after_unknown=_FALSE,
    )


def _resource(found: Instance) -> Resource:
    return Resource(
        address=found.address,
        mode=found.mode,
        type=found.type,
        module=found.module,
        values=found.attributes,
    )
