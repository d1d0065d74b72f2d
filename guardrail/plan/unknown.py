"""
Members of a plan that this release does not know.

Terraform adds members without a new format version, six of them with effects
while the version stayed 1.2. One that does not look like changes is read past,
as the format asks; one that does refuses the plan.
"""

import msgspec
from msgspec import Raw

from guardrail.errors import UnsupportedPlanError
from guardrail.plan.strict import first, items, members, refuse_duplicates, typed

_LONGEST_NAME = 64
"""Longer names of unknown members are not repeated in an error."""

_ENDINGS = ("change", "changes", "action", "actions", "invocation", "invocations")
"""How the members of Terraform's own entries with effects end."""

_KEYS = msgspec.json.Decoder(dict[str, Raw])


def refuse_hidden_changes(raw: Raw, name: str) -> None:
    """
    Raise :class:`UnsupportedPlanError` if an unknown member of a plan lists changes.

    That is an object, or an array or map of objects, with members such as
    ``change`` or ``actions``: it would have effects that nobody judged.
    """
    plain = name.isidentifier() and name.isascii() and len(name) <= _LONGEST_NAME
    where = f"the member {name!r}" if plain else "a member"
    refuse_duplicates(raw, where)
    if any(_looks_like_change(element) for element in _elements(raw, where)):
        raise UnsupportedPlanError(
            f"expected the members of a plan, got a list of changes in {where}, which this "
            "release does not know",
            hint="upgrade the guardrail, or plan with an older Terraform",
        )


def _elements(raw: Raw, where: str) -> list[Raw]:
    match first(raw):
        case "[":
            return items(raw, where)
        case "{":
            return [raw, *members(raw, where).values()]
        case _:
            return []


def _looks_like_change(raw: Raw) -> bool:
    if first(raw) != "{":
        return False
    return any(key.endswith(_ENDINGS) for key in typed(raw, _KEYS, "a member"))
