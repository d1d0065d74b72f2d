"""
What was seen, compared with the table of signals. Pure: no reading, no judging.

All matches are reported, because agents nest. What a signal is called in the
evidence comes from the table, never from the environment or a commit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from guardrail.origin.evidence import Evidence, Source
from guardrail.origin.naming import UNNAMED, kind_of, slug_at_start, slug_of
from guardrail.origin.observed import Actor, Means, Process
from guardrail.origin.signals import (
    Condition,
    ProcessSignal,
    Signal,
    Signals,
    VariableSignal,
)

NOREPLY = "@users.noreply.github.com"


def evidence_for(
    row: Signal, signals: Signals, *, source: Source, signal: str, name: str | None = None
) -> Evidence:
    """Return the evidence that ``row`` stands for; ``name`` is for rows named by a value."""
    slug = name or row.name
    return Evidence(
        source=source,
        signal=signal,
        name=slug,
        kind=kind_of(slug, signals),
        strength=row.strength,
        reference=signals.references[row.reference],
    )


def match_environment(
    env: Mapping[str, str], signals: Signals, source: Source = Source.ENVIRONMENT
) -> tuple[Evidence, ...]:
    """Return what the variables ``env`` give away. A variable that is there but empty counts."""
    return tuple(
        evidence_for(
            row,
            signals,
            source=source,
            signal=variable_label(row),
            name=_named_by_value(row, env, signals),
        )
        for row in signals.variables
        if all(_holds(condition, env, signals) for condition in row.all)
    )


def variable_label(row: VariableSignal) -> str:
    """Return the row's conditions as words: names and the table's own texts, no value of ours."""
    return " and ".join(_condition_label(condition) for condition in row.all)


def match_process(process: Process, signals: Signals) -> tuple[Evidence, ...]:
    """Return what the names of ``process`` give away."""
    return tuple(
        evidence_for(row, signals, source=Source.PROCESS, signal=row.program or row.package)
        for row in signals.processes
        if _runs(row, process)
    )


def match_ancestors(
    processes: Sequence[Process], own: Mapping[str, str], signals: Signals
) -> tuple[Evidence, ...]:
    """
    Return what the processes that started us give away, nearest first.

    Their variables are mostly ours too; only signals that our own environment
    ``own`` lacks are reported: those were taken away on the path to us.
    """
    known = {(seen.signal, seen.name) for seen in match_environment(own, signals)}
    found: list[Evidence] = []
    for process in processes:
        found += match_process(process, signals)
        found += (
            seen
            for seen in match_environment(process.environment or {}, signals, Source.ANCESTOR)
            if (seen.signal, seen.name) not in known
        )
    return unique(found)


def match_files(paths: Iterable[str], signals: Signals) -> tuple[Evidence, ...]:
    """Return what it means that the files ``paths`` exist."""
    there = frozenset(paths)
    return tuple(
        evidence_for(row, signals, source=Source.FILE, signal=row.path)
        for row in signals.files
        if row.path in there
    )


def match_ci(
    actors: Iterable[Actor], signals: Signals, source: Source = Source.CI
) -> tuple[Evidence, ...]:
    """Return what the actors, branches and labels that a CI system names give away."""
    found: list[Evidence] = []
    for actor in actors:
        found += (
            evidence_for(row, signals, source=source, signal=f"{actor.where}: {word}")
            for row, word in _ROWS[actor.means](actor.text, signals)
        )
    return unique(found)


def match_address(address: str, signals: Signals) -> Iterable[tuple[Signal, str]]:
    """
    Yield the rows that an e-mail address matches, with the table's word for it.

    Of a GitHub noreply address the account's name counts, after the number:
    ``198982749+Copilot@users.noreply.github.com`` is Copilot.
    """
    plain = address.strip().casefold()
    yield from ((row, row.address) for row in signals.addresses if row.address == plain)
    if plain.endswith(NOREPLY):
        yield from match_login(plain.removesuffix(NOREPLY).rpartition("+")[2], signals)


def match_login(login: str, signals: Signals) -> Iterable[tuple[Signal, str]]:
    """Yield the rows that an account's name equals, with the table's word for it."""
    plain = login.strip().casefold()
    yield from ((row, row.login) for row in signals.logins if row.login == plain)


def match_branch(branch: str, signals: Signals) -> Iterable[tuple[Signal, str]]:
    """Yield the rows whose prefix ``branch`` has, with that prefix."""
    plain = branch.strip().casefold()
    for start in ("refs/heads/", "refs/remotes/", "origin/"):
        plain = plain.removeprefix(start)
    yield from ((row, row.prefix) for row in signals.branches if plain.startswith(row.prefix))


def match_label(label: str, signals: Signals) -> Iterable[tuple[Signal, str]]:
    """Yield the rows that a pull request's label equals, with the table's word for it."""
    plain = label.strip().casefold()
    yield from ((row, row.label) for row in signals.labels if row.label == plain)


_ROWS: Mapping[Means, Callable[[str, Signals], Iterable[tuple[Signal, str]]]] = {
    Means.LOGIN: match_login,
    Means.EMAIL: match_address,
    Means.BRANCH: match_branch,
    Means.LABEL: match_label,
}


def unique(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return ``found`` without repeats, in the order of first sight."""
    return tuple(dict.fromkeys(found))


def _holds(condition: Condition, env: Mapping[str, str], signals: Signals) -> bool:
    if condition.variable.endswith("*"):
        return any(name.startswith(condition.variable[:-1]) for name in env)
    value = env.get(condition.variable)
    if value is None:
        return False
    if condition.known_slug:
        return slug_of(value, signals) is not None
    plain = value.casefold()
    if condition.equals:
        return plain in (text.casefold() for text in condition.equals)
    return not condition.contains or any(t.casefold() in plain for t in condition.contains)


def _condition_label(condition: Condition) -> str:
    if condition.equals:
        return f"{condition.variable} is {' or '.join(condition.equals)}"
    if condition.contains:
        return f"{condition.variable} contains {' or '.join(condition.contains)}"
    return (
        f"{condition.variable} is an agent's name" if condition.known_slug else condition.variable
    )


def _named_by_value(row: VariableSignal, env: Mapping[str, str], signals: Signals) -> str | None:
    if not row.named_by_value:
        return None
    return slug_at_start(env[row.all[0].variable], signals) or UNNAMED


def _runs(row: ProcessSignal, process: Process) -> bool:
    if row.package:
        return f"/node_modules/{row.package}/" in "/" + process.script.replace("\\", "/")
    if row.program.startswith("*"):
        return any(name.endswith(row.program[1:]) for name in process.programs)
    if row.program.endswith("*"):
        return any(name.startswith(row.program[:-1]) for name in process.programs)
    return row.program in process.programs
