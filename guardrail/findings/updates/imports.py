"""
What a live object loses in the plan that brings it under Terraform.

Nobody has managed it through this configuration before: what the block leaves out
is what somebody set elsewhere, and an update takes it away. Only names come out:
attributes, and blocks inside blocks. Keys of maps are values of somebody's.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from guardrail.findings.catalog import catalog
from guardrail.findings.describe import Describer, attribute_names
from guardrail.findings.model import Kind, Observation
from guardrail.findings.updates.expressions import Expressions
from guardrail.plan.model import Action, Change

_BOOKKEEPING: Final = re.compile(
    r"tags(_all)?|(\w+_)?labels|annotations|description|comment|timeouts"
    r"|force_(destroy|delete|detach\w*|update\w*|overwrite\w*|new)|skip_\w+|apply_immediately"
    r"|allow_major_version_upgrade|wait_for_\w+|wait|delete_\w*on_\w+|final_snapshot_\w+"
    r"|\w+_on_(destroy|deletion|termination)|create_before_destroy|id|etag|arn|self_link"
)
"""Attributes that say how Terraform or a person handles the object, not what it does."""
_NAMES: Final = ("name", "key", "id", "type")
_JSON: Final = msgspec.json.Decoder(dict[str, object])


def observe_changed_import(
    change: Change,
    describer: Describer,
    expressions: Expressions,
    disruptions: Callable[[Change], Iterable[Observation]],
) -> Iterator[Observation]:
    """
    Yield what the imported object of ``change`` loses; the attributes and blocks are the causes.

    ``disruptions`` yields what any change stops or cuts off. That is yielded as well, but not
    where it is all among what is lost; where it is all that is lost, its words are kept.
    """
    if not change.importing or Action.UPDATE not in change.actions:
        yield from disruptions(change)
        return
    causes = attribute_names(taken_away(change, expressions))
    lost = _heads(causes)
    said: list[Observation] = []
    for disruption in disruptions(change):
        if _heads(disruption.causes) <= lost:
            said.append(disruption)
        else:
            yield disruption
    if causes:
        detail = said[0].detail if len(said) == 1 and _heads(said[0].causes) == lost else ""
        found = describer.describe(Kind.IMPORTED_AND_CHANGED, change, causes)
        yield replace(found, detail=detail)


def _heads(attributes: Iterable[str]) -> frozenset[str]:
    return frozenset(attribute.partition(".")[0] for attribute in attributes)


def taken_away(change: Change, expressions: Expressions) -> tuple[str, ...]:
    """
    Return the attributes that held something and lose it or hold something else.

    An attribute that only apply will know counts where the block sets it. Where the
    object afterwards cannot be read at all, everything it held counts.
    """
    before = _read(change.before)
    blind = change.after_unknown == Raw(b"true")
    after, mask = ({}, {}) if blind else (_read(change.after), _read(change.after_unknown))
    # What protects it is looked at where protections are.
    elsewhere = {row.attribute for row in catalog().protections(change.type)}
    causes: dict[str, None] = {}
    for name, old in before.items():
        if name in elsewhere or _BOOKKEEPING.fullmatch(name) or _is_empty(old):
            continue
        if mask.get(name) is True:
            if expressions.configures(change, name):
                causes[name] = None
        else:
            causes |= dict.fromkeys(_lost(old, after.get(name), mask.get(name), name))
    return tuple(causes)


def _read(values: Raw) -> dict[str, object]:
    try:
        return _JSON.decode(values)
    except (msgspec.MsgspecError, RecursionError):
        return {}


def _is_empty(value: object) -> bool:
    """Return whether there is nothing to lose: none, nothing in it, zero, or off."""
    if isinstance(value, list):
        return all(map(_is_empty, value))
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    return not value


def _lost(old: object, new: object, mask: object, path: str) -> Iterator[str]:
    """Yield the paths below ``path`` at which something that ``old`` holds is not in ``new``."""
    if _is_empty(old) or old == new or mask is True:
        return
    if isinstance(old, list) and isinstance(new, list):
        yield from _lost_items(old, new, mask, path)
    elif isinstance(old, dict) and isinstance(new, dict):
        # Nothing tells a map from an object, and the keys of a map are values.
        if any(_lost_pairs(old, new, mask, path)):
            yield path
    elif not _says_the_same(old, new):
        yield path


def _lost_pairs(
    old: dict[str, object], new: dict[str, object], mask: object, path: str
) -> Iterator[str]:
    masks = mask if isinstance(mask, dict) else {}
    for key, value in old.items():
        yield from _lost(value, new.get(key), masks.get(key), path)


def _lost_items(old: list[object], new: list[object], mask: object, path: str) -> Iterator[str]:
    masks = mask if isinstance(mask, list) else []
    left = dict(enumerate(new))
    same: dict[bytes, list[int]] = {}
    for at, each in left.items():
        same.setdefault(_written(each), []).append(at)
    gone = []
    for each in old:
        if places := same.get(_written(each)):
            del left[places.pop()]
        elif not _is_empty(each):
            gone.append(each)
    for block, place in _succeeded(gone, left):
        if place is None or not isinstance(block, dict):
            yield path
        else:
            successor_mask = masks[place] if place < len(masks) else None
            yield from _lost_in_block(block, new[place], successor_mask, path)


def _succeeded(gone: list[object], left: dict[int, object]) -> Iterator[tuple[object, int | None]]:
    """Yield each block with the place of what it became: one of its name, or else the first left."""
    named: dict[bytes | None, list[int]] = {}
    for at, each in reversed(left.items()):
        named.setdefault(_called(each), []).append(at)
    nameless = []
    for block in gone:
        called = _called(block)
        if called is not None and (places := named.get(called)):
            at = places.pop()
            del left[at]
            yield block, at
        else:
            nameless.append(block)
    others = iter(left)
    for block in nameless:
        yield block, next(others, None)


def _called(block: object) -> bytes | None:
    """Return what tells a block from its neighbours, None where it says nothing of the kind."""
    if not isinstance(block, dict):
        return None
    name = next((each for each in _NAMES if block.get(each)), None)
    return None if name is None else _written([name, block[name]])


def _written(value: object) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _lost_in_block(block: dict[str, object], new: object, mask: object, path: str) -> Iterator[str]:
    values = new if isinstance(new, dict) else {}
    masks = mask if isinstance(mask, dict) else {}
    for name, old in block.items():
        inner = f"{path}.{name}" if _holds_blocks(old) else path
        yield from _lost(old, values.get(name), masks.get(name), inner)


def _holds_blocks(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _says_the_same(old: object, new: object) -> bool:
    """Return whether two texts are the same JSON, however it is written."""
    if not isinstance(old, str) or not isinstance(new, str) or old[:1] not in {"{", "["}:
        return False
    try:
        return bool(msgspec.json.decode(old) == msgspec.json.decode(new))
    except (msgspec.MsgspecError, RecursionError):
        return False
