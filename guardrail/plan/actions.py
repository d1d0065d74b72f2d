"""
The action words of a plan, and the lists that Terraform makes of them.

What a change does is decided by these words alone, as a set: ``delete`` anywhere
destroys, ``forget`` anywhere orphans. Case counts, and a word or a combination
that nobody knows refuses the plan. Sources: ``actionString`` in Terraform's and
OpenTofu's ``internal/command/jsonplan``.
"""

from guardrail.errors import MalformedPlanError, UnsupportedPlanError
from guardrail.plan.model import Action

NO_OP = frozenset({Action.NO_OP})
DELETE = frozenset({Action.DELETE})
FORGET = frozenset({Action.FORGET})
CREATE = frozenset({Action.CREATE})

_WORDS = frozenset(Action)
_LISTS: dict[tuple[str, ...], frozenset[Action]] = {
    words: frozenset(map(Action, words))
    for words in (
        *((word,) for word in Action),
        ("delete", "create"),
        ("create", "delete"),
        ("create", "forget"),
        ("forget", "create"),
    )
}
"""Every action list that Terraform and OpenTofu write; anything else refuses the plan."""


def read_actions(words: list[str], where: str) -> frozenset[Action]:
    """
    Return the actions that ``words`` list.

    Raises :class:`UnsupportedPlanError` for an unknown word, without repeating
    it, and :class:`MalformedPlanError` for a combination that is never written.
    """
    try:
        return _LISTS[tuple(words)]
    except KeyError:
        if unknown := len(set(words) - _WORDS):
            raise UnsupportedPlanError(
                f"expected known actions in {where}, got {unknown} unknown (case counts)"
            ) from None
        raise MalformedPlanError(
            f"expected actions that Terraform combines in {where}, got another list"
        ) from None
