"""git: commands that it is told to run, and files that it takes away or writes over."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Folder, Outcome, Reader, Text
from guardrail.agents.shell.marks import UNKNOWN
from guardrail.agents.shell.model import UNKNOWN_WORD, Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import files

_GIT_VALUED: Final = frozenset(
    [
        "-C",
        "-c",
        "--git-dir",
        "--work-tree",
        "--namespace",
        "--super-prefix",
        "--config-env",
        "--exec-path",
    ]
)
_RUNS_BY_CONFIG: Final = late(
    r"(?i)^(alias\.|core\.(pager|editor|sshcommand|fsmonitor|hookspath|gitproxy|askpass)|pager\."
    r"|diff\..*(external|command|textconv)|filter\.|credential\..*helper|sequence\.editor|gpg\."
    r"|merge\..*driver|mergetool\.|difftool\.|interactive\.|protocol\.ext|http\.proxy|include)"
)


def _git(call: Call) -> Iterator[Outcome]:
    """Yield commands that git is told to run, and what it takes away or writes over."""
    words = list(call.words)
    at = 0
    while at < len(words) and words[at].startswith("-"):
        value = words[at + 1] if at + 1 < len(words) else ""
        if words[at] in {"-c", "--config-env"} and _RUNS_BY_CONFIG.match(value):
            yield from _setting(value.partition("=")[2])
        at += 2 if words[at] in _GIT_VALUED else 1
    name, rest = "".join(words[at : at + 1]), words[at + 1 :]
    if name in _GIT_RUNS:
        yield from _GIT_RUNS[name](rest)
    elif UNKNOWN in name:
        yield Reason.DYNAMIC
    else:
        yield from _git_files(name, rest, call)


def _bisect(words: list[str]) -> Iterator[Outcome]:
    if words[:1] == ["run"] and words[1:]:
        yield Again(argv=tuple(words[1:]))


def _submodule(words: list[str]) -> Iterator[Outcome]:
    if words[:1] == ["foreach"]:
        argv = [word for word in words[1:] if word not in {"--recursive", "-q", "--quiet"}]
        yield Text(text=" ".join(argv), directory=UNKNOWN_WORD)


def _filter_branch(words: list[str]) -> Iterator[Outcome]:
    yield Reason.PROGRAM
    for flag, text in pairwise(words):
        if flag.endswith("-filter"):
            yield Text(text=text, directory=UNKNOWN_WORD)


def _rebase(words: list[str]) -> Iterator[Outcome]:
    for number, word in enumerate(words):
        if word in {"-x", "--exec"}:
            yield Text(text="".join(words[number + 1 : number + 2]))
        elif word.startswith("--exec="):
            yield Text(text=word[7:])


def _config(words: list[str]) -> Iterator[Outcome]:
    keys = [word for word in words if _RUNS_BY_CONFIG.match(word)]
    if keys and keys[0] != words[-1]:
        yield from _setting(words[-1])


_GIT_RUNS: Final = {
    "bisect": _bisect,
    "submodule": _submodule,
    "filter-branch": _filter_branch,
    "rebase": _rebase,
    "config": _config,
}


def _git_files(name: str, words: list[str], call: Call) -> Iterator[Outcome]:
    """Yield the files that git takes from the working tree, or brings back from before."""
    if name == "clean" and any(re.fullmatch(r"-[a-zA-Z]*[xX][a-zA-Z]*", word) for word in words):
        if not any(re.fullmatch(r"-[a-zA-Z]*n[a-zA-Z]*|--dry-run", word) for word in words):
            yield Folder(path=".")
        return
    if {"--cached", "--staged", "-S", "-n", "--dry-run"} & set(words):
        return
    if name == "stash" and words[:1] == ["push"]:
        words = words[1:]
    elif name not in {"rm", "mv", "checkout", "restore"}:
        return
    verb = {"rm": "remove", "mv": "move"}.get(name, "write")
    for word in words:
        if not word.startswith("-"):
            yield from files.touched(word, call, verb)


def _setting(value: str) -> Iterator[Outcome]:
    if value.startswith("!"):
        yield Text(text=value[1:])
    elif re.search(r"[\s/$;|&]", value):
        yield Text(text=value)


READERS: Final[dict[str, Reader]] = {"git": _git}
