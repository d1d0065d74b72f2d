"""
An operation without a plan, told as the plan that would do the same.

What takes an object out of a state forgets it; what brings one in imports it. So
everything that looks at plans looks at operations as well. What is only written down
differently (tainted, of another provider, with other attributes) is no change of any
object, and is counted as what the operation is about.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping

from msgspec import Raw

from guardrail.plan.actions import FORGET, NO_OP
from guardrail.plan.model import Change, Configuration, Plan, Resource, Unplanned
from guardrail.plan.statefile import Instance, StateFile

Identity = Callable[[Instance], Hashable]
"""Tells which object an instance is: equal for the same one, wherever it stands."""
_Key = tuple[str, str]
_Objects = Mapping[_Key, Instance]
_NULL = Raw(b"null")
_FALSE = Raw(b"false")


def plan_between(
    name: str,
    before: StateFile,
    after: StateFile,
    identity: Identity,
    *,
    told: tuple[str, ...] = (),
    whole: bool = False,
) -> Plan:
    """
    Return the operation ``name`` that makes ``after`` of the state ``before``.

    ``whole`` says that what is no managed resource may differ as well: where somebody else than
    Terraform wrote ``after``.
    """
    was, becomes = _objects(before), _objects(after)
    changes = tuple(_changes(was, becomes, identity))
    changed = {each.previous_address or each.address for each in changes}
    changed |= {key[0] for key in _told_differently(was, becomes)}
    return operation_plan(
        name,
        before,
        changes=changes,
        concerns=tuple(sorted(changed)),
        told=told,
        remarks=remarks(before, after) if whole else (),
        whole=whole and _differs(before, after),
    )


def operation_plan(
    name: str,
    state: StateFile,
    *,
    concerns: tuple[str, ...] | None,
    changes: tuple[Change, ...] = (),
    told: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    whole: bool = False,
    beyond: int = 0,
) -> Plan:
    """
    Return the operation ``name`` about ``concerns`` of ``state``, which does ``changes``.

    ``told`` are the names that it was given and that everybody may read; the rest is as in
    :class:`guardrail.plan.model.Unplanned`.
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
        unplanned=Unplanned(
            name=name, told=told, concerns=concerns, remarks=remarks, whole=whole, beyond=beyond
        ),
    )


def remarks(before: StateFile, after: StateFile) -> tuple[str, ...]:
    """Return what is to be told of a state ``after`` in the place of ``before``, beside objects."""
    found = []
    if before.lineage and before.lineage != after.lineage:
        found.append("it is another state, of another lineage")
    elif after.serial < before.serial:
        found.append("it is an older copy")
    if not before.empty and before.outputs != after.outputs:
        found.append("outputs change, which others may read")
    return tuple(found)


def _differs(before: StateFile, after: StateFile) -> bool:
    """Return whether ``after`` is another state than ``before`` in what is no managed resource."""
    return bool(remarks(before, after)) or _others(before) != _others(after)


def _others(state: StateFile) -> set[tuple[str, bytes]]:
    return {(each.address, bytes(each.written)) for each in state.instances if each.mode == "data"}


def _objects(state: StateFile) -> _Objects:
    return {
        (each.address, each.deposed): each for each in state.instances if each.mode == "managed"
    }


def _changes(was: _Objects, becomes: _Objects, identity: Identity) -> Iterator[Change]:
    replaced = {
        key
        for key in _told_differently(was, becomes)
        if (was[key].type, identity(was[key])) != (becomes[key].type, identity(becomes[key]))
    }
    gone = {key: each for key, each in was.items() if key not in becomes or key in replaced}
    # An object stands where it stood under another name: of several alike any will do.
    origins: dict[Hashable, list[_Key]] = defaultdict(list)
    for key, each in gone.items():
        origins[_stands(each, identity)].append(key)
    for key, each in becomes.items():
        if key in was and key not in replaced:
            continue
        if left := origins.get(_stands(each, identity)):
            yield change_of(each, previous=gone.pop(left.pop()))
        else:
            yield change_of(each, importing=True)
    yield from (change_of(each) for each in gone.values())


def _stands(found: Instance, identity: Identity) -> Hashable:
    return found.deposed, found.type, identity(found)


def _told_differently(was: _Objects, becomes: _Objects) -> Iterator[_Key]:
    return (key for key, each in was.items() if key in becomes and each != becomes[key])


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
