"""
The JSON that Terraform printed, held against the saved plan that apply would use.

Both come from one file, so whatever differs was changed on the way, or was read
differently; the policy denies on any difference.
"""

from collections.abc import Iterator

import msgspec

from guardrail.plan.actions import DELETE
from guardrail.plan.address import is_data
from guardrail.plan.model import Action, Mode, Plan, Saved

_EXPLAINED_BY_TARGETS = "deletion_missing"
_NEVER_PLANNED = {
    Mode.DESTROY: frozenset({Action.CREATE, Action.UPDATE}),
    Mode.REFRESH_ONLY: frozenset(Action) - {Action.NO_OP},
}
_EXPLAINED_BY_REFRESH = "applyable_contradicts_changes"


def join(plan: Plan, saved: Saved) -> Plan:
    """
    Return ``plan`` with ``saved`` attached, and a code for each thing on which they differ.

    * ``saved_actions_differ``: an object is missing on one side, or another
      action is planned for it.
    * ``saved_mode_differs``: the saved plan's mode never plans such an action.
    * ``saved_version_differs``, ``saved_flags_differ``, ``saved_counts_differ``:
      the Terraform version; errored, complete, applyable; drift, deferred
      changes and invocations.

    A cross-check of the JSON that failed only because JSON does not tell targets
    or mode is settled here. The saved plan's own word is taken for that.
    """
    codes = set(plan.inconsistencies) - set(_settled(plan, saved))
    codes.update(_differences(plan, saved))
    return msgspec.structs.replace(plan, saved=saved, inconsistencies=tuple(sorted(codes)))


def _settled(plan: Plan, saved: Saved) -> Iterator[str]:
    # OpenTofu does not write `complete`, so a targeted plan looks as if deletions were missing.
    if plan.complete is None and (saved.targets or saved.excludes):
        yield _EXPLAINED_BY_TARGETS
    # A refresh may change what JSON leaves out: private data, dependencies, deposed objects.
    if saved.mode is Mode.REFRESH_ONLY and not saved.actions:
        yield _EXPLAINED_BY_REFRESH


def _differences(plan: Plan, saved: Saved) -> Iterator[str]:
    # Terraform drops data sources from the state by deletions that its JSON leaves out.
    shown = {
        key: actions
        for key, actions in saved.actions.items()
        if actions != DELETE or not is_data(key[0])
    }
    if plan.actions != shown:
        yield "saved_actions_differ"
    planned = frozenset().union(*saved.actions.values())
    if planned & _NEVER_PLANNED.get(saved.mode, frozenset()):
        yield "saved_mode_differs"
    if plan.terraform_version != saved.terraform_version:
        yield "saved_version_differs"
    if not _flags_agree(plan, saved):
        yield "saved_flags_differ"
    # Drift that only moves is in the file and not always in the JSON.
    counts = (len(plan.deferred), len(plan.invocations))
    if counts != (saved.deferred, saved.invocations) or len(plan.drift) > saved.drift:
        yield "saved_counts_differ"


def _flags_agree(plan: Plan, saved: Saved) -> bool:
    said = ((plan.complete, saved.complete), (plan.applyable, saved.applyable))
    return plan.errored == saved.errored and all(
        shown is None or shown == recorded for shown, recorded in said
    )
