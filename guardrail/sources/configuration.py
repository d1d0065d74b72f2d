"""
The configuration beside a plan: which resources said ``prevent_destroy``, and where blocks are.

A plan says neither. Now is what the saved plan carries of it, or for JSON the working
directory; before is what git has at the base of the change. What cannot be read is not
known, and nothing here raises for it.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path

import msgspec
from msgspec import Struct

from guardrail.errors import ProcessError
from guardrail.findings.surroundings import Line
from guardrail.plan.blocks import read_blocks
from guardrail.plan.hcl import PREVENTED, module_path
from guardrail.sources.ci import commit_range
from guardrail.sources.committed import Committed, find_bases
from guardrail.sources.git import find_git
from guardrail.sources.modules import Called, Worktree, located, walk
from guardrail.sources.plans import LoadedPlan

_SNAPSHOT = "tfconfig/"


class Hcl(Struct, frozen=True, kw_only=True):
    """What the configuration says beside the plan; the fields of Surroundings with these names."""

    prevented_before: frozenset[str] = frozenset()
    prevented_now: frozenset[str] | None = None
    lines: Mapping[str, Line] = {}


class _Entry(Struct):
    key: str = msgspec.field(name="Key")
    directory: str = msgspec.field(name="Dir")


def read_hcl(
    loaded: LoadedPlan,
    *,
    directory: Path,
    env: Mapping[str, str],
    commits: tuple[str, str] | None,
) -> Hcl:
    """
    Return what the configuration of ``loaded`` says, before the change and now.

    ``directory`` is its place, absolute and without links; ``commits`` are base and head
    of the change, beside the range that a CI job in ``env`` names. A plan without a prior
    object has nothing to lose, and nothing is read for it.
    """
    plan = loaded.plan
    if not any(resource.mode == "managed" for resource in plan.prior):
        return Hcl()
    top, start = located(directory)
    here = walk(Worktree(top).read, start)
    named = [ends[0] for ends in (commits, commit_range(env)) if ends is not None]
    bases = _at_bases(here, directory, env, named) if (top / ".git").exists() else []
    before: dict[str, str] = {}
    for base in bases:
        # Two bases may say different things: what protects counts.
        said = _prevented(base).items()
        before |= {a: text for a, text in said if text != "false" and before.get(a) != PREVENTED}
    if plan.saved is None:
        now = _now(here, before)
        before = {a: text for a, text in before.items() if not a.startswith(_unread(here))}
        shown = partial(_placed, [here, *bases], start)
    else:
        now = frozenset(plan.saved.configured.prevent_destroy)
        view = loaded.sealed.view()
        if any(text != PREVENTED for address, text in before.items() if address not in now):
            now |= _unchanged(_prevented(_snapshot(view)), before)
        shown = partial(_snapshot_and, view, partial(_placed, bases, start))
    return Hcl(prevented_before=frozenset(before), prevented_now=now, lines=_Lines(shown))


def _at_bases(
    here: Sequence[Called], directory: Path, env: Mapping[str, str], named: Iterable[str]
) -> list[list[Called]]:
    git = find_git(directory, env)
    if git is None:
        return []
    try:
        bases = find_bases(git, named)
        committed = Committed(git, {c for called in here for c in called.files.values()})
        # All at once, as far as the configuration of now tells where to look.
        committed.load(bases, {called.directory for called in here})
        return [walk(partial(committed.read, base), here[0].directory) for base in bases]
    except (ProcessError, ValueError):
        return []


def _prevented(modules: Iterable[Called]) -> dict[str, str]:
    return {
        called.path + address: text
        for called in modules
        for address, text in called.module.prevented.items()
    }


def _now(here: Sequence[Called], before: Mapping[str, str]) -> frozenset[str] | None:
    if not here[0].files:
        return None
    said = _prevented(here)
    kept = {address for address, text in said.items() if text == PREVENTED}
    return frozenset(kept) | _unchanged(said, before)


def _unchanged(now: Mapping[str, str], before: Mapping[str, str]) -> frozenset[str]:
    """Return what is prevented by the same expression as before: only OpenTofu takes one."""
    same = (a for a, text in before.items() if text != "false" and now.get(a) == text)
    return frozenset(same)


def _unread(here: Sequence[Called]) -> tuple[str, ...]:
    """Return how addresses begin in modules that are called and were not read."""
    read = {called.path for called in here if called.files}
    called = {f"{each.path}module.{name}." for each in here for name in each.module.calls}
    return tuple(called - read)


class _Lines(Mapping[str, Line]):
    """Where blocks are, looked up only once somebody asks: most plans lose nothing."""

    def __init__(self, places: Callable[[], Iterable[Called]]) -> None:
        self._places = places

    @cached_property
    def _found(self) -> Mapping[str, Line]:
        found: dict[str, Line] = {}
        for called in self._places():
            for name, content in called.files.items():
                file = posixpath.normpath(posixpath.join(called.directory, name))
                if file.isprintable() and name.endswith(".tf") and b"resource" in content:
                    for address, line in _resources(content):
                        found.setdefault(called.path + address, Line(file=file, line=line))
        return found

    def __getitem__(self, address: str) -> Line:
        return self._found[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _resources(content: bytes) -> Iterator[tuple[str, int]]:
    for block in read_blocks(content.decode("utf-8-sig", errors="replace")):
        if block.kind == "resource" and len(block.labels) == 2:
            yield ".".join(block.labels), block.line


def _placed(walks: Iterable[Iterable[Called]], start: str) -> Iterator[Called]:
    """Yield each module with its directory seen from the configuration's."""
    for called in (called for modules in walks for called in modules):
        place = posixpath.relpath(called.directory or ".", start or ".")
        yield Called(path=called.path, directory=place, files=called.files)


def _snapshot_and(view: memoryview, others: Callable[[], Iterable[Called]]) -> Iterator[Called]:
    yield from _snapshot(view)
    yield from others()


def _snapshot(view: memoryview) -> list[Called]:
    """Return the configuration in a saved plan whose zip the strict reader has read before."""
    from io import BytesIO  # noqa: PLC0415 - only where something is lost
    from zipfile import ZipFile  # noqa: PLC0415 - takes as long to load as a small plan to read

    files: dict[str, dict[str, bytes]] = {}
    with ZipFile(BytesIO(view)) as archive:
        listed = msgspec.json.decode(archive.read(f"{_SNAPSHOT}modules.json"), type=list[_Entry])
        for name in archive.namelist():
            key, separator, file = name.removeprefix(f"{_SNAPSHOT}m-").partition("/")
            if name.startswith(f"{_SNAPSHOT}m-") and separator:
                files.setdefault(key, {})[file] = archive.read(name)
    return [
        Called(path=module_path(each.key), directory=each.directory, files=files.get(each.key, {}))
        for each in listed
    ]
