"""
Cross-checks: what a plan says in one place must agree with what it says in another.

Terraform writes ``resource_changes`` and ``planned_values`` from one list, and
made that list from ``prior_state``. Each check below therefore holds for every
plan that Terraform prints, and a code says which one an edited plan breaks.
OpenTofu and Terraform may differ in whether a forgotten object stays planned,
so a forgotten object is allowed on either side.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Raw, Struct, field

from guardrail.plan.actions import CREATE, DELETE, FORGET, NO_OP
from guardrail.plan.address import matches
from guardrail.plan.changes import NULL
from guardrail.plan.model import Action, Change, Resource

_READS = frozenset({NO_OP, frozenset({Action.READ})})
_OF_LEFTOVERS = frozenset({NO_OP, DELETE, FORGET})
_NEVER_MANAGED = frozenset({Action.READ, Action.OPEN})
_REPLACEMENTS = frozenset(
    {frozenset({Action.CREATE, Action.DELETE}), frozenset({Action.CREATE, Action.FORGET})}
)
_REPLACED = ("replace_because_", "replace_by_")


class Census(Struct, kw_only=True):
    """The addresses of ``resource_changes``, collected while the entries go by."""

    no_ops: int = 0
    effects: int = 0
    """Entries that apply would act on: no no-ops, unless they import or move."""
    actions: dict[tuple[str, str], frozenset[Action]] = field(default_factory=dict)
    """(address, deposed key or "") → actions."""
    existing: dict[str, Raw] = field(default_factory=dict)
    """Managed objects that the plan says exist now, with their values."""
    created: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    """Managed objects that are purely deleted."""
    forgotten: set[str] = field(default_factory=set)
    remaining: dict[str, Raw] = field(default_factory=dict)
    """Managed objects that the plan says exist afterwards, with their values then."""
    codes: set[str] = field(default_factory=set)

    def add(self, change: Change) -> bool:
        """Count ``change``; return whether it does anything."""
        key = (change.address, change.deposed or "")
        if key in self.actions:
            self.codes.add("change_listed_twice")
        self.actions[key] = change.actions
        self.codes.update(_contradictions(change))
        if change.managed and change.deposed is None:
            self._place(change)
        still = change.actions == NO_OP
        acts = not still or change.importing or change.previous_address is not None
        self.no_ops += still
        self.effects += acts
        return acts

    def keep(self, address: str, values: Raw) -> None:
        """Count a managed object that stays as it is, with its ``values``."""
        key = (address, "")
        if key in self.actions:
            self.codes.add("change_listed_twice")
        self.actions[key] = NO_OP
        self.existing[address] = self.remaining[address] = values
        self.no_ops += 1

    def _place(self, change: Change) -> None:
        if change.actions == CREATE:
            self.created.add(change.address)
        else:
            self.existing[change.address] = change.before
        if change.actions == DELETE:
            self.deleted.add(change.address)
        elif change.actions == FORGET:
            self.forgotten.add(change.address)
        else:
            self.remaining[change.address] = change.after


class Said(Struct, frozen=True, kw_only=True):
    """What the plan says about itself, for the checks that depend on it."""

    errored: bool
    complete: bool | None
    applyable: bool | None
    other_effects: bool
    """Whether outputs change, actions run, changes are put off, or the refresh found drift."""
    flags: int = 3
    """How many of errored, complete and applyable are given."""
    emptied: bool = False
    """Whether ``resource_changes`` is there and empty: Terraform leaves an empty list out."""
    leftovers: frozenset[tuple[str, str]] = frozenset()
    """(address, deposed key) of every deposed object in ``prior_state``."""


def inconsistencies(
    census: Census, prior: Sequence[Resource], planned: Iterable[str], said: Said
) -> tuple[str, ...]:
    """
    Return the codes of all cross-checks that fail, sorted; empty for a plan as Terraform made it.

    * ``change_listed_twice``: one object with two entries.
    * ``resource_listed_twice``: one address twice in ``prior_state``.
    * ``values_contradict_actions``, ``address_contradicts_members``,
      ``data_source_changed``, ``managed_resource_read``, ``leftover_changed``,
      ``replacement_relabelled``: inside one entry.
    * ``changes_emptied``: an empty list of changes over a state that has objects.
    * ``flags_missing``: complete or applyable is given, and not all three flags are.
    * ``planned_values_differ``: ``planned_values`` lists other objects than
      the changes leave.
    * ``prior_state_differs``: a change of an object that is not in
      ``prior_state``, or a creation of one that is.
    * ``deletion_missing``: an object of ``prior_state`` is neither planned nor
      among the deletions, or a deposed one has no entry.
    * ``applyable_contradicts_changes``: the plan calls itself applyable and shows
      nothing that would be applied, or the other way round.
    """
    managed = [resource.address for resource in prior if resource.mode == "managed"]
    before, after = set(managed), set(planned)
    codes = set(census.codes)
    if len(before) != len(managed):
        codes.add("resource_listed_twice")
    remaining = census.remaining.keys()
    if not remaining <= after <= remaining | census.forgotten:
        codes.add("planned_values_differ")
    if said.emptied and managed:
        codes.add("changes_emptied")
    if said.flags < 3 and (said.complete, said.applyable) != (None, None):
        codes.add("flags_missing")
    if not said.errored:
        codes.update(_against_prior(census, before, after, said))
        only_data = len(managed) < len(prior) and (not managed or said.complete is False)
        if not _applyable_agrees(census, said, only_data=only_data):
            codes.add("applyable_contradicts_changes")
    return tuple(sorted(codes))


def _against_prior(census: Census, before: set[str], after: set[str], said: Said) -> Iterator[str]:
    if not census.existing.keys() <= before or census.created & before:
        yield "prior_state_differs"
    # A refresh-only or -invoke plan lists no changes and plans no values; a targeted
    # one (complete is false) leaves out what was not asked for.
    if said.complete is not False and (census.actions or after):
        gone = before - after - census.forgotten
        if gone - census.deleted or said.leftovers - census.actions.keys():
            yield "deletion_missing"


def _applyable_agrees(census: Census, said: Said, *, only_data: bool) -> bool:
    if said.applyable is None:
        return True
    if census.effects:
        return said.applyable
    # Destroying a state of data sources alone is applyable, and plan JSON never lists them.
    return not said.applyable or said.other_effects or only_data


def _contradictions(change: Change) -> Iterator[str]:
    """
    Yield the code of each contradiction inside one entry, for an edited plan.

    A no-op shows the same value twice, because a saved plan holds it once; what
    is created did not exist, what is deleted will not, and anything else did.
    Data sources are only ever read, and an address repeats type and name. Only a
    replacement says what forces it; the reason is not trusted for anything else.
    """
    managed, actions = change.managed, change.actions
    resource = f"{change.type}.{change.name}"
    if not managed:
        resource = f"{change.mode}.{resource}"
    if not matches(change.address, change.module, resource):
        yield "address_contradicts_members"
    if change.mode == "data" and actions not in _READS:
        yield "data_source_changed"
    if managed and not actions.isdisjoint(_NEVER_MANAGED):
        yield "managed_resource_read"
    if change.deposed is not None and actions not in _OF_LEFTOVERS:
        yield "leftover_changed"
    if managed and not _values_agree(change):
        yield "values_contradict_actions"
    forced = change.replace_paths or (change.reason or "").startswith(_REPLACED)
    if forced and actions not in _REPLACEMENTS:
        yield "replacement_relabelled"


def _values_agree(change: Change) -> bool:
    existed = change.before != NULL
    if change.actions == NO_OP:
        return existed and change.before == change.after
    if change.actions == CREATE:
        return not existed
    if change.actions in (DELETE, FORGET):
        return existed and change.after == NULL
    return existed
