"""
Which environment each object belongs to.

Evidence, the strongest first: settings, tags, workspace, modules, directory. Where
it disagrees the strictest class wins, and all of it is listed. Only what was there
before the plan counts: tags as they were, and the module an object moves away from
as much as the one it moves to. What has no evidence, as much that cannot be tagged, is
where the rest of its stack is, if half of that says so and nothing in it disagrees. Else
it is ``unknown``, which is production.
"""

from collections.abc import Iterable, Iterator

from msgspec import Raw, Struct

from guardrail.findings.address import Step, parse_address, parse_modules
from guardrail.findings.churn import Lookup, churn_lookup, ordinary
from guardrail.findings.places.recognize import (
    ORDER,
    STRICTNESS,
    UNKNOWN,
    Candidate,
    Evidence,
    Recognizer,
)
from guardrail.findings.places.tags import environment_tags, same_tags, unknown_tags
from guardrail.plan.model import Action, Change, Plan
from guardrail.settings.model import EnvironmentClass, Settings


class Membership(Struct, frozen=True, kw_only=True):
    """The environment of one object, and where that comes from."""

    name: str
    environment_class: EnvironmentClass
    evidence: tuple[Evidence, ...]


NOWHERE = Membership(name=UNKNOWN, environment_class=EnvironmentClass.PRODUCTION, evidence=())


class Environments:
    """The environments of one plan's objects."""

    def __init__(self, plan: Plan, settings: Settings, *, workspace: str, directory: str) -> None:
        """
        Prepare to place the objects of ``plan``.

        ``directory`` is the configuration's place relative to the top of the
        repository: where a machine keeps its repositories says nothing.
        """
        self._recognizer = Recognizer(settings)
        self._tag_keys = frozenset(key.lower() for key in settings.tag_keys)
        self._has_disposable = any(
            rule.environment_class is EnvironmentClass.DISPOSABLE for rule in settings.environments
        )
        self._surroundings = tuple(_surroundings(workspace, directory))
        self._common = tuple(
            candidate
            for source, text in self._surroundings
            for candidate in self._recognizer.candidates(source, text)
        )
        self._drifted = {change.address: change.before for change in plan.drift if change.managed}
        self._moved = {
            change.address: change.previous_address
            for change in plan.changes
            if change.previous_address is not None
        }
        self._modules: dict[str, tuple[Candidate, ...]] = {}
        self._memberships: dict[tuple[object, ...], Membership] = {}
        self.prior = {
            resource.address: self._place(resource.address, resource.module, resource.values)
            for resource in plan.prior
            if resource.mode == "managed"
        }
        self._stack = self._of_stack(plan, churn_lookup(settings.churn))
        if self._stack is not NOWHERE:
            self.prior = {a: m if m.evidence else self._stack for a, m in self.prior.items()}
        """Address → membership of every managed object of the state before the plan."""

    def of(self, change: Change) -> Membership:
        """Return the environment of the object that ``change`` is about."""
        known = self.prior.get(change.address)
        if known is not None and change.deposed is None:
            return known
        before = None if change.actions == {Action.CREATE} else change.before
        place = self._place(change.address, change.module, before)
        # What is only being imported was no part of the stack.
        return place if place.evidence or change.importing else self._stack

    def of_address(self, address: str) -> Membership:
        """Return the environment of something that has an address and no values."""
        if address in self.prior:
            return self.prior[address]
        return self._decide((), self._of_address(address), ())

    def strictest_of(self, changes: Iterable[Change]) -> Membership:
        """Return the strictest environment of ``changes``; where there are none, of the whole state."""
        places = set(map(self.of, changes)) or set(self.prior.values())
        return strictest(places) if places else self.of_address("")

    def texts(self, change: Change) -> tuple[tuple[Evidence, str], ...]:
        """Return each text that names the environment of what was there before, and where it stands."""
        tags = environment_tags(change.before, self._tag_keys)
        if change.address in self._drifted:
            tags += environment_tags(self._drifted[change.address], self._tag_keys)
        steps = list(parse_modules(change.module) or ())
        if change.previous_address is not None and (was := parse_address(change.previous_address)):
            steps += was.modules
        return (
            *((Evidence.TAGS, tag) for tag in tags),
            *((Evidence.MODULE, text) for text in _named(steps)),
            *self._surroundings,
        )

    def weakened(self, change: Change) -> bool:
        """
        Return whether ``change`` retags or moves its object into a less strict environment.

        Once applied, the new tags and the new address are what the next plan is judged by.
        A first tag on an object that nothing placed before is no weakening, unless it says
        disposable; a tag that only apply will know may say so.
        """
        if change.previous_address is None and same_tags(change.before, change.after):
            return False
        tags = environment_tags(change.after, self._tag_keys)
        before = self._before_moving(change)
        after = self._decide(tags, self._of_modules(change.module), ())
        if not after.evidence and unknown_tags(change.after_unknown, self._tag_keys):
            return self._has_disposable and Evidence.TAGS in before.evidence
        weaker = _rank(after) > _rank(before)
        return weaker and (bool(before.evidence) or _is_disposable(after))

    def _of_stack(self, plan: Plan, churn: Lookup) -> Membership:
        """
        Return where the parts of the stack are that nothing places; never anywhere disposable.

        Half of what the stack consists of must say so. Ordinary churn does not count, as anyone
        may add any number of it.
        """
        placed = {(m.name, m.environment_class) for m in self.prior.values() if m.evidence}
        counted = [
            bool(self.prior[each.address].evidence)
            for each in plan.prior
            if each.mode == "managed" and not ordinary(churn, each.type)
        ]
        if len(placed) != 1 or not any(counted) or 2 * sum(counted) < len(counted):
            return NOWHERE
        ((name, environment_class),) = placed
        stack = Membership(name=name, environment_class=environment_class, evidence=())
        return NOWHERE if _is_disposable(stack) else stack

    def _before_moving(self, change: Change) -> Membership:
        if change.previous_address is None:
            return self.of(change)
        tags = environment_tags(change.before, self._tag_keys)
        return self._decide(tags, self._of_address(change.previous_address), ())

    def _place(self, address: str, module: str, values: Raw | None) -> Membership:
        tags = () if values is None else environment_tags(values, self._tag_keys)
        if address in self._drifted:
            tags += environment_tags(self._drifted[address], self._tag_keys)
        if address not in self._moved:
            return self._decide(tags, self._of_modules(module), ())
        moved = self._of_address(self._moved[address])
        place = self._decide(tags, self._of_modules(module), moved)
        # What belonged nowhere was production's, and does not become disposable by being moved.
        return (
            min(self._decide(tags, moved, ()), place, key=_rank) if _is_disposable(place) else place
        )

    def _decide(
        self, tags: tuple[str, ...], module: tuple[Candidate, ...], moved: tuple[Candidate, ...]
    ) -> Membership:
        key = (tags, module, moved)
        if key not in self._memberships:
            tagged = [c for tag in tags for c in self._recognizer.candidates(Evidence.TAGS, tag)]
            self._memberships[key] = decide([*tagged, *module, *moved, *self._common])
        return self._memberships[key]

    def _of_address(self, address: str) -> tuple[Candidate, ...]:
        parsed = parse_address(address)
        return self._of_steps(parsed.modules) if parsed else ()

    def _of_modules(self, path: str) -> tuple[Candidate, ...]:
        if path not in self._modules:
            self._modules[path] = self._of_steps(parse_modules(path) or ())
        return self._modules[path]

    def _of_steps(self, steps: tuple[Step, ...]) -> tuple[Candidate, ...]:
        return tuple(
            candidate
            for text in _named(steps)
            for candidate in self._recognizer.candidates(Evidence.MODULE, text)
        )


def _named(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(text for step in steps for text in (step.name, step.key) if text)


def _surroundings(workspace: str, directory: str) -> Iterator[tuple[Evidence, str]]:
    if workspace not in {"", "default"}:
        yield Evidence.WORKSPACE, workspace
    # Above the last part of an absolute path lies the machine, not the configuration.
    relative = directory.rstrip("/")
    relative = relative.rpartition("/")[2] if relative.startswith("/") else relative
    if relative not in {"", "."}:
        yield Evidence.DIRECTORY, relative


def decide(candidates: Iterable[Candidate]) -> Membership:
    """
    Return the one environment that ``candidates`` speak for.

    1. Production, from any evidence, wins.
    2. Else what the installation's settings name wins over built-in words.
    3. Among what is left the strictest class wins, then the strongest evidence.
    """
    found = sorted(candidates, key=lambda candidate: ORDER.index(candidate.evidence))
    if not found:
        return NOWHERE
    evidence = tuple(sorted({c.evidence for c in found}, key=ORDER.index))
    strict = [c for c in found if c.environment_class is EnvironmentClass.PRODUCTION]
    named = strict or [c for c in found if c.trusted] or found
    best = min(named, key=lambda candidate: STRICTNESS.index(candidate.environment_class))
    return Membership(name=best.name, environment_class=best.environment_class, evidence=evidence)


def strictest(memberships: Iterable[Membership]) -> Membership:
    """Return the membership with the strictest class; raises :class:`ValueError` if there is none."""
    return min(memberships, key=lambda membership: (_rank(membership), membership.name))


def _rank(membership: Membership) -> int:
    return STRICTNESS.index(membership.environment_class)


def _is_disposable(membership: Membership) -> bool:
    return membership.environment_class is EnvironmentClass.DISPOSABLE
