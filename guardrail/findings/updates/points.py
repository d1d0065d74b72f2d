"""What an object holds at an attribute, and whether what stands around it is as asked."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from guardrail.findings.attributes import UNKNOWN, leaves, opened, plain
from guardrail.findings.catalog.disruptions import Disruption

Block = Mapping[str, object]
Around = tuple[tuple[Block, Block], ...]
"""The blocks around a value with their masks, the nearest first."""


class Side(Struct, frozen=True):
    """An object before or after, as far as it was asked for."""

    values: Mapping[str, object]
    mask: Mapping[str, object] = {}
    """What only apply will know, as Terraform's ``after_unknown``."""


def points(side: Side, row: Disruption) -> list[object]:
    """Return every value at the row's attribute, each where the row's conditions hold for it."""
    found = _reach(side.values, side.mask, row.attribute.split("."), ())
    return [value for value, around in found if _as_asked(row, around)]


def _reach(
    value: object, mask: object, steps: list[str], around: Around
) -> Iterator[tuple[object, Around]]:
    """Yield what lies at ``steps`` through every block of every list, with the blocks around it."""
    value = opened(value) if steps else value
    if mask is True:
        yield UNKNOWN, around
    elif not steps:
        yield from ((member, around) for member in _members(value, mask))
    elif isinstance(value, list) or isinstance(mask, list):
        for item, item_mask in _paired(value, mask):
            yield from _reach(item, item_mask, steps, around)
    else:
        block, masks = _block(value), _block(mask)
        name, *rest = steps
        yield from _reach(block.get(name), masks.get(name), rest, ((block, masks), *around))


def _block(value: object) -> Block:
    return value if isinstance(value, Mapping) else {}


def _members(value: object, mask: object) -> Iterator[object]:
    """Yield the items of a list, the pairs of a map, or the one value; nothing where none is set."""
    if isinstance(value, list) or isinstance(mask, list):
        for item, item_mask in _paired(value, mask):
            found = UNKNOWN if item_mask is True else item
            if found is not None and found != "":
                yield found
    elif isinstance(value, dict):
        yield from ({key: item} for key, item in value.items() if item is not None)
        # A map leaves out what is not known yet.
        if isinstance(mask, dict) and any(each is True for each in mask.values()):
            yield UNKNOWN
    elif value is not None and value != "":
        yield value


def _paired(value: object, mask: object) -> Iterator[tuple[object, object]]:
    values = value if isinstance(value, list) else []
    masks = mask if isinstance(mask, list) else []
    for place in range(max(len(values), len(masks))):
        yield (
            values[place] if place < len(values) else None,
            masks[place] if place < len(masks) else None,
        )


def _as_asked(row: Disruption, around: Around) -> bool:
    named = all(_is_one_of(_looked_up(around, at), wanted) for at, wanted in row.where.items())
    return named and all(
        _is_below(_looked_up(around, at), limit) for at, limit in row.below.items()
    )


def _looked_up(around: Around, attribute: str) -> list[object]:
    name, *steps = attribute.split(".")
    nearest = (each for each in around if name in each[0] or name in each[1])
    block, mask = next(nearest, around[-1])
    found = leaves(block.get(name), mask.get(name), steps)
    return [item for each in found for item in (each if isinstance(each, list) else [each])]


def _is_one_of(found: list[object], wanted: tuple[object, ...]) -> bool:
    accepted = frozenset(map(plain, wanted))
    set_ones = [each for each in found if each is not None and each != ""]
    if not set_ones:
        return None in accepted
    # A block is no plain value, and not nothing either.
    return any(plain(each) in accepted for each in set_ones if not isinstance(each, dict | list))


def _is_below(found: list[object], limit: float) -> bool:
    return all(float(each) < limit for each in found if isinstance(each, int | float))


def comparable(value: object) -> object:
    """Return ``value`` so that it can be in a set; names of hosts without case and closing dot."""
    if isinstance(value, str):
        return value.lower().rstrip(".")
    if isinstance(value, dict | list):
        return msgspec.json.encode(value, order="deterministic")
    return value
