"""
Where providers and modules come from, against what the settings allow.

A source is text of the configuration, and may hold a password. It is shown only where
it is made of what addresses of registries and repositories are made of.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.environments import strictest
from guardrail.findings.places.targets import read_provider
from guardrail.findings.view import View

_BUILT_IN: Final = "terraform.io/builtin/"
_LOCAL: Final = ("./", "../", ".\\", "..\\")
_CLIMBS: Final = re.compile(r"(?:^|[/\\])(?:\.|%2e){2}(?:$|[/\\?])", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,199}")
_PROVIDER: Final = "a provider"
_MODULE: Final = "a module"


def observe_sources(view: View) -> Iterator[Observation]:
    """
    Yield each source that the settings do not allow; nothing where they do not say.

    ``detail`` says what comes from it, ``causes`` is the source where it can be shown, and
    ``count`` says how many modules come from it; ``address`` is the first of them.
    """
    if view.settings.provider_sources:
        yield from _providers(view)
    if view.settings.module_sources:
        yield from _modules(view)


def _providers(view: View) -> Iterator[Observation]:
    patterns = _lower(view.settings.provider_sources)
    for source in sorted(_provider_sources(view)):
        lowered = source.lower()
        if not lowered.startswith(_BUILT_IN) and not _matches(lowered, patterns):
            users = [change for change in view.plan.changes if change.provider == source]
            place = view.environments.strictest_of(users)
            yield _observation(_PROVIDER, source, "", place.name)


def _provider_sources(view: View) -> set[str]:
    """Return every provider source; empty where a provider has none that can be read."""
    found = {change.provider for change in view.plan.changes}
    configured = view.plan.configuration.providers.values()
    return found | {read_provider(raw).full_name for raw in configured}


def _modules(view: View) -> Iterator[Observation]:
    patterns = _lower(view.settings.module_sources)
    foreign: dict[str, list[str]] = {}
    for path, source in _module_sources(view):
        local = source.startswith(_LOCAL)
        if not local and (_CLIMBS.search(source) or not _matches(source.lower(), patterns)):
            foreign.setdefault(source, []).append(path)
    for source, paths in sorted(foreign.items()):
        places = (view.environments.of_address(path) for path in paths)
        label = view.describer.labels.label(min(paths))
        yield _observation(_MODULE, source, label, strictest(places).name, len(paths))


def _module_sources(view: View) -> Iterator[tuple[str, str]]:
    """Yield the path and the source of each module call; empty where it has none."""
    configuration = view.plan.configuration
    sources: Mapping[str, str] = configuration.module_sources
    for path in dict.fromkeys((*sources, *configuration.calls)):
        yield path, sources.get(path, "")


def _observation(
    what: str, source: str, address: str, environment: str, count: int = 1
) -> Observation:
    shown = source.partition("?")[0]
    return Observation(
        kind=Kind.FOREIGN_SOURCE,
        address=address,
        type="",
        environment=environment,
        data=False,
        benign=False,
        causes=(shown,) if _PLAIN.fullmatch(shown) else (),
        detail=what,
        count=count,
    )


def _lower(patterns: Iterable[str]) -> tuple[str, ...]:
    return tuple(pattern.lower() for pattern in patterns)


def _matches(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
