"""
Terraform's own command line, read by a list of what is known.

What is not on the list does not exist: an option that nobody here knows may move the state
or skip what guards it. Words are taken apart as Terraform's own parser does, and what is handed
on is put together anew from what was understood. Source: Terraform's
``internal/command/arguments`` and Go's package ``flag``.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from guardrail.door.known_options import (
    APPLY,
    FALSE,
    MOVES,
    OPERATION_OPTIONS,
    OPTIONS,
    PLANNING,
    TRUE,
    Known,
)
from guardrail.door.subcommands import (
    HELP,
    MOVES_STATE,
    OPERATIONS,
    OPERATIONS_BELOW,
    READS,
    READS_BELOW,
)
from guardrail.errors import UsageError


class Read(Struct, frozen=True, kw_only=True):
    """A command that changes nothing which a plan stands for: the real binary answers it."""

    directory: str
    """As ``-chdir`` gave it; empty for none."""
    arguments: tuple[str, ...]


class Change(Struct, frozen=True, kw_only=True):
    """A command that applies a plan."""

    directory: str
    plan: str | None
    """A saved plan, from ``directory``; None where one must be made."""
    planning: tuple[str, ...]
    """Options for making it."""


class Operation(Struct, frozen=True, kw_only=True):
    """A command that changes what no plan shows."""

    directory: str
    name: str
    """``state rm``, ``init -reconfigure``, …; from our tables."""
    options: tuple[str, ...] = ()
    """As they are handed on; without what made it an operation, and without locking's."""
    names: tuple[str, ...] = ()
    """What it was given beside options."""


def files_written(read: Read) -> Iterator[str]:
    """Yield the files, from its directory, that ``read`` names as those to write."""
    for word in read.arguments:
        if word.startswith(("-out=", "-generate-config-out=")):
            yield word.partition("=")[2]
        elif read.arguments[:2] == ("providers", "mirror") and not word.startswith("-"):
            yield word


_CHANGES: Final = {"apply", "destroy", "refresh"}
_BELOW: Final = {
    "state": READS_BELOW["state"] | OPERATIONS_BELOW["state"],
    "workspace": READS_BELOW["workspace"] | OPERATIONS_BELOW["workspace"],
    "metadata": {"functions"},
    "providers": {"lock", "mirror", "schema"},
}
_SECRETS: Final = {"login", "logout"}

_STEERING: Final = (
    "TF_CLI_ARGS", "TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG", "TF_WORKSPACE", "TF_DATA_DIR",
    "TF_REATTACH_PROVIDERS", "TF_HTTP_", "TF_CLOUD_", "TF_TOKEN_", "TF_ENCRYPTION",
    "TF_FORCE_LOCAL_BACKEND", "TF_LOG_PATH", "TF_TEMP_LOG_PATH", "TF_DISABLE_PLUGIN_TLS",
    "TF_STACKS_PLUGIN_DEV_OVERRIDE", "TF_SKIP_PROVIDER_VERIFY", "TF_STATE_",
    "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE",
)  # fmt: skip


def refuse_steering(env: Mapping[str, str]) -> None:
    """
    Refuse an environment that would have steered Terraform elsewhere, or to something else.

    None of it is handed on anyway; but what is then done is not what was asked for. Raises
    :class:`UsageError`.
    """
    found = {word for name in env for word in _STEERING if name.startswith(word) and env[name]}
    if found:
        shown = ", ".join(f"{word}*" if word.endswith("_") else word for word in sorted(found))
        raise UsageError(
            f"the environment steers Terraform, which the guardrail does not pass on: {shown}",
            hint="unset it, and write the options on the command line",
        )


def read_arguments(words: Sequence[str]) -> Read | Change | Operation:
    """Return what a command line of Terraform asks for; raises :class:`UsageError`."""
    directory, rest = "", list(words)
    while rest and rest[0].startswith("-"):
        flag, _, value = _flag(rest.pop(0))
        if flag == "chdir" and value and not directory:
            directory = value
        elif flag in {"version", "v"}:
            return Read(directory=directory, arguments=("version",))
        elif flag in {"help", "h"}:
            return Read(directory=directory, arguments=("-help",))
        else:
            raise UsageError(
                "an option before the subcommand is not known",
                hint="known there: -chdir=DIR, -help, -version",
            )
    if not rest:
        return Read(directory=directory, arguments=())
    return _subcommand(directory, *_name(rest))


def _name(words: list[str]) -> tuple[str, list[str]]:
    """Return the subcommand, of one or two words, and what follows it."""
    first, *rest = words
    if first not in READS | OPERATIONS | set(_BELOW):
        raise _unknown("subcommand", READS | OPERATIONS | set(_BELOW))
    if first in _BELOW and rest and not rest[0].startswith("-"):
        if rest[0] not in _BELOW[first]:
            raise _unknown(f"subcommand of {first}", _BELOW[first])
        return f"{first} {rest[0]}", rest[1:]
    return first, rest


def _subcommand(directory: str, name: str, rest: list[str]) -> Read | Change | Operation:
    if name == "help" or HELP & set(rest):
        shown = [] if name == "help" else name.split()
        return Read(directory=directory, arguments=(*shown, "-help"))
    if name in _CHANGES:
        return _change(directory, name, rest)
    first, _, second = name.partition(" ")
    if name in OPERATIONS | _SECRETS or second in OPERATIONS_BELOW.get(first, ()):
        return _operation(directory, name, rest)
    options, names = _parse(name, rest, OPTIONS.get(name, {}))
    if moved := _moves(options):
        _refuse_values(name, options, unlocked=False)
        # What forces a copy copies, whatever else is written.
        which = next(flag for flag in reversed(MOVES_STATE) if flag in moved)
        kept = _written(each for each in options if each[0] not in {*MOVES, "lock", "input"})
        return Operation(
            directory=directory, name=f"{name} -{which}", options=tuple(kept), names=tuple(names)
        )
    # Reading without a lock harms nobody; what writes could be torn apart by it.
    _refuse_values(name, options, unlocked=name == "plan")
    handed = _written(each for each in options if each[0] not in MOVES)
    return Read(directory=directory, arguments=(*name.split(), *handed, *names))


def _operation(directory: str, name: str, rest: list[str]) -> Read | Operation:
    if name not in OPERATION_OPTIONS:
        # Nothing is known of its options, and nobody can approve it.
        return Operation(directory=directory, name=name)
    options, names = _parse(name, rest, OPERATION_OPTIONS[name])
    _refuse_values(name, options, unlocked=False)
    if _said(options, "dry-run"):
        return Read(directory=directory, arguments=(*name.split(), *_written(options), *names))
    unsaid = {"lock", "input", "dry-run", "auto-approve"}
    kept = _written(each for each in options if each[0] not in unsaid)
    return Operation(directory=directory, name=name, options=tuple(kept), names=tuple(names))


def _change(directory: str, name: str, rest: list[str]) -> Change:
    options, names = _parse(name, rest, APPLY)
    _refuse_values(name, options, unlocked=False)
    planning = [each for each in options if each[0] in PLANNING]
    modes = {flag for flag, value in planning if value not in FALSE}
    modes |= {"destroy"} if name == "destroy" else {"refresh-only"} if name == "refresh" else set()
    if {"destroy", "refresh-only"} <= modes:
        raise UsageError("a plan either destroys or only refreshes")
    if len(names) > 1 or (names and name != "apply"):
        raise UsageError(f"`{name}` was given too many names")
    if names and planning:
        raise UsageError("the planning options make a new plan: give them without a saved one")
    made = [each for each in planning if each[0] not in {"destroy", "refresh-only"}]
    made += [(flag, None) for flag in sorted(modes & {"destroy", "refresh-only"})]
    return Change(
        directory=directory, plan=names[0] if names else None, planning=tuple(_written(made))
    )


Options = list[tuple[str, str | None]]


def _parse(name: str, words: list[str], known: Known) -> tuple[Options, list[str]]:
    """Return options and names; options end at the first name, as in Terraform."""
    options: Options = []
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        flag, given, value = _flag(rest.pop(0))
        if flag not in known:
            raise _unknown(f"option of {name}", (f"-{each}" for each in known))
        if known[flag]:
            if not given and not rest:
                raise UsageError(f"-{flag} needs a value")
            options.append((flag, value if given else rest.pop(0)))
        elif given and value not in TRUE | FALSE:
            raise UsageError(f"-{flag} is either true or false")
        else:
            options.append((flag, value if given else None))
    if any(word.startswith("-") and word != "-" for word in rest):
        raise UsageError(f"the options of `{name}` come before names")
    return options, rest


def _moves(options: Options) -> set[str]:
    """Return what makes an ``init`` look for the state elsewhere."""
    # Without a backend of its own it keeps the one that is used now, whatever else is written.
    if _said(options, "backend") is False:
        return set()
    return {flag for flag, value in options if flag in MOVES and value not in FALSE}


def _said(options: Options, name: str) -> bool | None:
    """Return what a switch is set to: the last time counts. None where it is not given."""
    values = [value not in FALSE for flag, value in options if flag == name]
    return values[-1] if values else None


def _refuse_values(name: str, options: Options, *, unlocked: bool) -> None:
    for flag, value in options:
        if flag == "lock" and value in FALSE and not unlocked:
            raise UsageError(f"`{name}` is not run without the lock on the state")
        if flag == "input" and value not in FALSE:
            raise UsageError(
                "nobody is asked here for what is missing: -input=false is all there is"
            )


def _written(options: Iterator[tuple[str, str | None]] | Options) -> Iterator[str]:
    for flag, value in options:
        yield f"-{flag}" if value is None else f"-{flag}={value}"


def _flag(word: str) -> tuple[str, bool, str]:
    """Return an option's name, whether it has a value of its own, and that value."""
    flag, given, value = word.removeprefix("-").removeprefix("-").partition("=")
    return flag, bool(given), value


def _unknown(what: str, known: Iterator[str] | set[str]) -> UsageError:
    return UsageError(
        f"this {what} is not known here, so it is not run",
        hint=f"known: {', '.join(sorted(known)) or 'none'}",
    )
