"""Task runners: the recipe of a target is read like a script."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from guardrail.agents.shell.calls import (
    Again,
    Call,
    File,
    Outcome,
    Reader,
    Text,
    join,
    split_options,
)
from guardrail.agents.shell.marks import known
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.tools import recipes

_MAKE_VALUED: Final = frozenset(
    ["-C", "-f", "-I", "-j", "-l", "-o", "-W", "--directory", "--file", "--makefile", "--jobs"]
)
_MAKE_TELLS: Final = {
    "-n",
    "--dry-run",
    "--just-print",
    "--recon",
    "-v",
    "--version",
    "--help",
    "-h",
    "-q",
}
_MAKEFILES: Final = ("GNUmakefile", "makefile", "Makefile")
_JUSTFILES: Final = ("justfile", "Justfile", ".justfile")
_TASKFILES: Final = (
    "Taskfile.yml",
    "taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
)
_JUST_VALUED: Final = frozenset(
    ["-f", "-d", "--justfile", "--working-directory", "--set", "--shell", "--color"]
)
_JUST_TELLS: Final = {
    "-l", "--list", "--summary", "--show", "-s", "--evaluate", "--dump", "--fmt", "-n", "--dry-run",
    "--version", "-V", "--help", "-h", "--choose", "--variables", "--groups",
}  # fmt: skip
_TASK_VALUED: Final = frozenset(
    ["-d", "-t", "-C", "-o", "-c", "--dir", "--taskfile", "--concurrency", "--output"]
)
_TASK_TELLS: Final = {
    "-l",
    "--list",
    "-a",
    "--list-all",
    "-n",
    "--dry",
    "--summary",
    "--version",
    "--help",
    "-h",
    "--init",
    "-i",
    "--status",
}
_SCRIPTS_OF: Final = {
    "test": "test",
    "t": "test",
    "tst": "test",
    "start": "start",
    "stop": "stop",
    "restart": "restart",
}
_NPM_OWN: Final = {
    "install", "i", "ci", "add", "remove", "rm", "uninstall", "un", "update", "up", "upgrade",
    "outdated", "audit", "ls", "list", "view", "info", "show", "init", "create", "config", "cache",
    "pack", "publish", "version", "login", "logout", "whoami", "link", "unlink", "prune", "dedupe",
    "help", "doctor", "fund", "root", "prefix", "bin", "search", "why", "explain", "store", "fetch",
    "import", "patch", "set", "get", "pkg", "rebuild",
    "plugin", "policies", "env",  "repo", "docs", "ping", "token", "x-help", "licenses",
}  # fmt: skip
_NPM_VALUED: Final = frozenset(
    ["-w", "--workspace", "--prefix", "-C", "--dir", "--filter", "-F", "--cwd", "--loglevel"]
)


def _make(call: Call) -> Iterator[Outcome]:  # noqa: C901 - a row an option
    options: list[str] = []
    targets: list[str] = []
    directory, file = call.directory, ""
    words, at = call.words, 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.startswith("-"):
            options.append(word)
            name, sign, value = word.partition("=")
            if word in _MAKE_VALUED and at < len(words) and word not in {"-j", "--jobs", "-l"}:
                value = words[at]
                at += 1
            elif word.startswith("-C") and not sign:
                name, value = "-C", word[2:]
            if name in {"-C", "--directory"}:
                directory = join(directory, value)
            elif name in {"-f", "--file", "--makefile"}:
                file = value or "-"  # the grammar loses a dash before "<<"
            elif name in {"--eval", "-E"}:
                yield from _made(value, targets)
        else:
            targets.append(word)
    if _MAKE_TELLS & set(options):
        return
    if file in {"-", "/dev/stdin"} and call.feed is not None and call.feed.texts:
        for text in call.feed.texts:
            yield from _made(text, targets)
        return
    yield from _recipe(
        partial(recipes.make, words=tuple(targets)), (file,) if file else _MAKEFILES, directory
    )


def _made(text: str, targets: Sequence[str]) -> Iterator[Outcome]:
    """Yield the recipes of a Makefile that stands in the line."""
    commands = recipes.make(text, tuple(targets)) or recipes.make(text, ())
    yield from (Text(text=command) for command in commands or ())


def _recipe(extract: recipes.Extract, names: Sequence[str], directory: str) -> Iterator[Outcome]:
    yield File(names=tuple(names), directory=directory, extract=extract)


def _just(call: Call) -> Iterator[Outcome]:
    if _JUST_TELLS & set(call.words):
        return
    options, words = split_options(call.words, _JUST_VALUED)
    names = _value(options, {"-f", "--justfile"})
    words = [word for word in words if "=" not in word]
    yield from _recipe(
        partial(recipes.just, words=tuple(words)),
        (names,) if names else _JUSTFILES,
        join(call.directory, _value(options, {"-d", "--working-directory"}) or "."),
    )


def _task(call: Call) -> Iterator[Outcome]:
    if _TASK_TELLS & set(call.words):
        return
    options, words = split_options(call.words, _TASK_VALUED)
    names = _value(options, {"-t", "--taskfile"})
    words = [word for word in words if "=" not in word]
    yield from _recipe(
        partial(recipes.task, words=tuple(words)),
        (names,) if names else _TASKFILES,
        join(call.directory, _value(options, {"-d", "--dir"}) or "."),
    )


def _value(options: Sequence[str], names: set[str]) -> str:
    for at, word in enumerate(options):
        name, sign, value = word.partition("=")
        if name in names:
            return value if sign else "".join(options[at + 1 : at + 2])
    return ""


def _npm(call: Call) -> Iterator[Outcome]:
    """Yield the script of ``package.json`` that npm, yarn, pnpm or bun runs."""
    options, words = split_options(call.words, _NPM_VALUED)
    if not words or not known(words[0]):
        if words:
            yield Reason.DYNAMIC
        return
    directory = join(call.directory, _value(options, {"--prefix", "-C", "--dir", "--cwd"}) or ".")
    name, *rest = words
    if name in {"exec", "x", "dlx"}:
        yield from _execute(rest)
        return
    if name in {"run", "run-script", "rum", "urn"}:
        rest = (
            [word for word in rest if word == "--" or not word.startswith("-")]
            if rest[:1] != ["--"]
            else rest
        )
        name, *rest = rest or [""]
        if not name:
            return
    elif name in _SCRIPTS_OF and not (call.name == "bun" and name == "test"):
        name = _SCRIPTS_OF[name]
    elif name in _NPM_OWN or call.name == "npm":
        return
    else:
        yield Again(argv=(name, *rest), directory=directory)
    rest = rest[1:] if rest[:1] == ["--"] else rest
    yield File(
        names=("package.json",),
        directory=directory,
        extract=partial(recipes.npm, name=name, rest=tuple(rest)),
    )


def _execute(words: list[str]) -> Iterator[Outcome]:
    """Yield the program of ``npm exec`` and ``pnpm dlx``."""
    options, rest = split_options(words, frozenset({"-p", "--package", "-c", "--call"}))
    text = _value(options, {"-c", "--call"})
    if text:
        yield Text(text=text)
    if rest:
        yield Again(argv=tuple(rest))


def _unread(call: Call) -> Iterator[Outcome]:
    if not {"--version", "--help", "-h", "-l", "--list", "-T"} & set(call.words):
        yield Reason.SCRIPT


READERS: Final[dict[str, Reader]] = {
    "make": _make,
    "just": _just,
    "task": _task,
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), _npm),
    **dict.fromkeys(
        ("rake", "invoke", "inv", "nox", "tox", "doit", "grunt", "gulp", "ant", "mvn", "gradle",
         "gradlew", "mvnw", "mage", "ninja", "scons", "waf", "lerna", "nx", "turbo", "moon", "poe",
         "composer", "mix", "lein", "ko", "skaffold", "tilt", "garden", "devspace", "rush"),
        _unread,
    ),
}  # fmt: skip
