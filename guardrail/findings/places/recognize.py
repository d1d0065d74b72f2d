"""
What a workspace, a directory, a module or a tag says about the environment.

Three voices, in this order: the installation's settings, the repository's
settings, the built-in vocabulary. A text that the installation's settings know
is not looked up in the vocabulary; the repository's voice never takes the
place of another.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from msgspec import Struct

from guardrail.findings.places.vocabulary import Group, group_of, groups_within
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, Settings

UNKNOWN: Final = "unknown"
STRICTNESS: Final = (
    EnvironmentClass.PRODUCTION,
    EnvironmentClass.NONPRODUCTION,
    EnvironmentClass.DISPOSABLE,
)
"""The strictest class first."""


class Evidence(StrEnum):
    """Where an environment's name comes from, the strongest first."""

    SETTINGS = "settings"
    TAGS = "tags"
    WORKSPACE = "workspace"
    MODULE = "module"
    DIRECTORY = "directory"


ORDER: Final = tuple(Evidence)


class Candidate(Struct, frozen=True, kw_only=True):
    """One environment that one piece of evidence names."""

    name: str
    environment_class: EnvironmentClass
    evidence: Evidence
    trusted: bool
    """Whether the installation's own settings say so."""


class Recognizer:
    """Finds the environments that a text names, for one set of settings."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the names and classes that ``settings`` and the vocabulary give."""
        self._rules = settings.environments
        self._renamed = _renamed(settings.environments)
        self.candidates = cache(self._candidates)

    def _candidates(self, source: Evidence, text: str) -> tuple[Candidate, ...]:
        """Return what ``text``, found at ``source``, names: by rules first, then by vocabulary."""
        named = [rule for rule in self._rules if _matches(rule, source, text)]
        found = [self._of_rule(rule) for rule in named]
        if not any(rule.trusted for rule in named):
            found += [self._of_group(group, source) for group in _spoken(source, text)]
        return tuple(dict.fromkeys(found))

    def _of_rule(self, rule: EnvironmentRule) -> Candidate:
        return Candidate(
            name=rule.name,
            environment_class=rule.environment_class,
            evidence=Evidence.SETTINGS,
            trusted=rule.trusted,
        )

    def _of_group(self, group: Group, source: Evidence) -> Candidate:
        rule = self._renamed.get(group.name)
        return Candidate(
            name=group.name if rule is None else rule.name,
            environment_class=group.environment_class if rule is None else rule.environment_class,
            evidence=source,
            trusted=rule is not None and rule.trusted,
        )


def _renamed(rules: tuple[EnvironmentRule, ...]) -> dict[str, EnvironmentRule]:
    """
    Return vocabulary name → the rule that stands for it, so that one name has one class.

    ``[environments.dev]`` speaks for every word for development. The installation's
    rules come first; the repository's count where they are no less strict than the word.
    """
    renamed: dict[str, EnvironmentRule] = {}
    for rule in rules:
        group = group_of(rule.name)
        if group is None or group.name in renamed:
            continue
        if rule.trusted or _rank(rule.environment_class) <= _rank(group.environment_class):
            renamed[group.name] = rule
    return renamed


_rank = STRICTNESS.index


def _matches(rule: EnvironmentRule, source: Evidence, text: str) -> bool:
    match source:
        case Evidence.WORKSPACE:
            patterns = rule.workspaces
        case Evidence.DIRECTORY:
            patterns = rule.directories
        case Evidence.MODULE:
            patterns = rule.modules
        case _:
            patterns = rule.tags
    lowered = text.lower()
    if source is Evidence.DIRECTORY:
        named = rule.name in lowered.split("/")
    else:
        named = rule.name == lowered
    return named or any(fnmatchcase(lowered, pattern.lower()) for pattern in patterns)


def _spoken(source: Evidence, text: str) -> Iterator[Group]:
    """
    Yield what the vocabulary hears in ``text``.

    Workspaces and tags are there to name environments, so any word counts. A module
    or directory may be called ``load-test`` in production: there a word inside a
    longer name only counts towards production.
    """
    parts = re.split(r"[/\\]+", text) if source is Evidence.DIRECTORY else [text]
    for part in parts:
        if (whole := group_of(part)) is not None:
            yield whole
            continue
        for group in groups_within(part):
            loose = source in {Evidence.WORKSPACE, Evidence.TAGS}
            if loose or group.environment_class is EnvironmentClass.PRODUCTION:
                yield group
