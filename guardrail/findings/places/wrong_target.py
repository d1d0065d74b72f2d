"""
Who disagrees about the environment of what is lost: a plan for staging that hits production.

Workspace, tags, module and directory each may name an environment. The voice of one
is heard only where all it says is of the same worth, and only in the words of the
installation and the vocabulary: what a repository adds can silence nobody. A text
that the installation's patterns know means what they say.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from msgspec import Struct, structs

from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.recognize import ORDER, Candidate, Evidence, Recognizer
from guardrail.findings.view import Lost, View
from guardrail.settings.model import EnvironmentClass, Settings

_SAYS: Final = {
    Evidence.TAGS: "the tags say",
    Evidence.WORKSPACE: "the workspace says",
    Evidence.MODULE: "the module says",
    Evidence.DIRECTORY: "the directory says",
}
Texts = tuple[tuple[Evidence, str], ...]


class Dispute(Struct, frozen=True, kw_only=True):
    """A disagreement about one environment."""

    detail: str
    """Who says what, in words and in names of environments."""
    sealed: bool
    """Whether the workspace is certainly the wrong one."""


def observe_wrong_target(view: View) -> Iterator[Observation]:
    """Yield each disagreement about what is lost; ``address`` is the first of ``count`` things."""
    judge = _Judge(view.settings)
    disputed: dict[Dispute, list[Lost]] = {}
    for lost in view.losses:
        # One witness has nobody to disagree with; settings speak for any number of them.
        evidence = view.environments.of(lost.change).evidence
        if not lost.observation.benign and (len(evidence) > 1 or Evidence.SETTINGS in evidence):
            dispute = judge.dispute(view.environments.texts(lost.change))
            if dispute is not None:
                disputed.setdefault(dispute, []).append(lost)
    for dispute, losses in disputed.items():
        place = view.environments.strictest_of(lost.change for lost in losses)
        yield Observation(
            kind=Kind.WRONG_TARGET,
            address=losses[0].observation.address,
            type=losses[0].observation.type,
            environment=place.name,
            data=any(lost.observation.data for lost in losses),
            benign=False,
            detail=dispute.detail,
            count=len(losses),
            sealed=dispute.sealed,
        )


class _Judge:
    """Finds who disagrees, by the installation's settings alone."""

    def __init__(self, settings: Settings) -> None:
        trusted = tuple(rule for rule in settings.environments if rule.trusted)
        self._recognizer = Recognizer(structs.replace(settings, environments=trusted))
        self.dispute = cache(self._dispute)

    def _dispute(self, texts: Texts) -> Dispute | None:
        heard: dict[Evidence, list[Candidate]] = {}
        for source, text in texts:
            heard.setdefault(source, []).extend(self._recognizer.candidates(source, text))
        voices = {source: voice for source in heard if (voice := _voice(source, heard[source]))}
        production = _sources(voices, production=True)
        lesser = _sources(voices, production=False)
        # Where the two that exist to name environments agree, a folder's name is only a name.
        if not production or not lesser or {Evidence.TAGS, Evidence.WORKSPACE} <= production:
            return None
        sealed = Evidence.WORKSPACE in lesser and Evidence.TAGS in production
        return Dispute(detail=_detail(voices), sealed=sealed)


def _voice(source: Evidence, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return what one source says; nothing where it contradicts itself, or only happens to say it."""
    found = tuple(candidates)
    kinds = {_is_production(candidate) for candidate in found}
    # A module called test or integration may well be a part of production.
    by_chance = source is Evidence.MODULE and not any(candidate.trusted for candidate in found)
    return () if len(kinds) != 1 or (by_chance and False in kinds) else found


def _sources(
    voices: Mapping[Evidence, Iterable[Candidate]], *, production: bool
) -> frozenset[Evidence]:
    return frozenset(
        source
        for source, found in voices.items()
        if all(_is_production(candidate) is production for candidate in found)
    )


def _is_production(candidate: Candidate) -> bool:
    return candidate.environment_class is EnvironmentClass.PRODUCTION


def _detail(voices: Mapping[Evidence, Iterable[Candidate]]) -> str:
    return ", ".join(
        f"{_SAYS[source]} {' and '.join(sorted({candidate.name for candidate in voices[source]}))}"
        for source in ORDER
        if source in voices
    )
