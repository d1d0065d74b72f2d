"""
Commits compared with the table: authors, trailers, texts and authorship notes.

Marks are looked for where a tool writes them: an address, the start of a line,
a trailer. A commit that only talks about an agent carries none.
"""

from collections.abc import Iterable, Iterator, Sequence

from guardrail.origin.commit import split_person
from guardrail.origin.evidence import Evidence, Source
from guardrail.origin.match import evidence_for, match_address
from guardrail.origin.naming import UNNAMED, slug_at_start
from guardrail.origin.notes import tools_of
from guardrail.origin.observed import Commit
from guardrail.origin.signals import Signals, TrailerSignal

_KEY = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def match_commits(commits: Iterable[Commit], signals: Signals) -> tuple[Evidence, ...]:
    """Return what the commits give away; the same mark in many commits is reported once."""
    found: dict[Evidence, None] = {}
    for commit in commits:
        found.update(dict.fromkeys(_match_commit(commit, signals)))
    return tuple(found)


def _match_commit(commit: Commit, signals: Signals) -> Iterator[Evidence]:
    lines = [line.strip() for line in commit.message.splitlines()]
    people = (
        ("author", commit.author, commit.author_email),
        ("committer", commit.committer, commit.committer_email),
    )
    for role, name, address in people:
        yield from _person(role, name, address, signals)
    for key, value in _trailers(lines):
        if key in signals.authorship_trailers:
            yield from _person(key, *split_person(value), signals)
        yield from _trailer(key, value, signals)
    yield from _texts(lines, signals)
    yield from _note(commit.note, signals)


def _person(role: str, name: str, address: str, signals: Signals) -> Iterator[Evidence]:
    for row, word in match_address(address, signals):
        yield evidence_for(row, signals, source=Source.GIT, signal=f"{role}: {word}")
    for text in signals.texts:
        if text.place == "person" and name.casefold().endswith(text.text):
            yield evidence_for(text, signals, source=Source.GIT, signal=f"{role}:{text.text}")


def _trailers(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield key and value of every trailer, also of those that a squash left in the middle."""
    for line in lines:
        key, colon, value = line.partition(":")
        key = key.rstrip().casefold()
        if colon and key and _KEY.issuperset(key):
            yield key, value.strip()


def _trailer(key: str, value: str, signals: Signals) -> Iterator[Evidence]:
    for row in signals.trailers:
        if not _is_trailer(row, key, value):
            continue
        name = None
        if row.named_by_value:
            name = slug_at_start(value, signals)
            if name is None and not _names_a_model(value):
                continue
        yield evidence_for(
            row, signals, source=Source.GIT, signal=f"{row.trailer}:", name=name or row.name
        )


def _is_trailer(row: TrailerSignal, key: str, value: str) -> bool:
    same = key.startswith(row.trailer[:-1]) if row.trailer.endswith("*") else key == row.trailer
    return same and (not row.values or value.casefold() in row.values)


def _names_a_model(value: str) -> bool:
    """
    Say whether ``value`` has the kernel's shape ``AGENT:MODEL``.

    Some projects have credited people with ``Assisted-by:`` for years; a person
    has no model.
    """
    agent, colon, model = value.partition(":")
    return bool(colon and agent and model) and not model.startswith("//") and "<" not in agent


def _texts(lines: Sequence[str], signals: Signals) -> Iterator[Evidence]:
    subject = next((line.casefold() for line in lines if line), "")
    starts = [_undecorated(line) for line in lines]
    for row in signals.texts:
        if (row.place == "subject" and subject.startswith(row.text)) or (
            row.place == "line" and any(start.startswith(row.text) for start in starts)
        ):
            yield evidence_for(row, signals, source=Source.GIT, signal=f"{row.place}: {row.text}")


def _undecorated(line: str) -> str:
    """Return the line from its first letter on: tools open theirs with an emoji or a bracket."""
    start = next((at for at, letter in enumerate(line) if letter.isalpha()), len(line))
    return line[start:].casefold()


def _note(note: str, signals: Signals) -> Iterator[Evidence]:
    for tool in tools_of(note):
        yield evidence_for(
            signals.notes,
            signals,
            source=Source.GIT,
            signal=signals.notes.ref,
            name=slug_at_start(tool, signals) or UNNAMED,
        )
