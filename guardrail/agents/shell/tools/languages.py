"""Interpreters of other languages: what they run is not read."""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from guardrail.agents.shell.calls import Again, Call, File, Outcome, Reader, Text, split_options
from guardrail.agents.shell.marks import script
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import files, runners

_MODULES: Final = {
    "pytest", "pip", "venv", "mypy", "ruff", "black", "isort", "flake8", "unittest", "json.tool",
    "http.server", "build", "twine", "compileall", "py_compile", "coverage", "pylint", "pyright",
    "virtualenv", "ensurepip", "timeit", "cProfile", "doctest", "this", "site", "sysconfig",
    "pre_commit", "pdm", "poetry", "uv", "hatch",
}  # fmt: skip
_OURS: Final = {"guardrail", "awscli", "pulumi"}
_BACKTICKS: Final = {"ruby", "irb", "perl", "php", "julia"}
_TELLS: Final = {"--version", "-V", "--help", "-h", "-v", "version", "-VV", "-version"}
_SAFE_AWK: Final = late(r"system|getline|\||close|ENVIRON|@load|@include|\0")
_AWK_STARTS: Final = late(r'"([^"]+)"\s*\|\s*getline|system\s*\(\s*"([^"]+)"')


def _interpreter(call: Call) -> Iterator[Outcome]:
    words = call.words
    if words and set(words) <= _TELLS:
        return
    if not words and call.feed is None:
        yield Reason.INPUT
        return
    yield Reason.LANGUAGE
    extract = partial(_other, backticks=call.name in _BACKTICKS)
    for text in [*(word for word in words if re.search(r"[\s(`]", word)), *_fed(call)]:
        yield from _started(extract(script(text)))
    yield from _scripts(call, extract)


def _other(text: str, *, backticks: bool) -> list[str]:
    from guardrail.agents.shell.tools import code  # noqa: PLC0415 - seldom in the line, and large

    return code.other(text, backticks=backticks)


def _python_code(text: str) -> list[str]:
    from guardrail.agents.shell.tools import code  # noqa: PLC0415 - the same

    return code.python(text)


def _fed(call: Call) -> tuple[str, ...]:
    return call.feed.texts if call.feed is not None else ()


def _started(commands: Sequence[str]) -> Iterator[Outcome]:
    for command in commands:
        yield Text(text=command)


def _scripts(call: Call, extract: Callable[[str], Sequence[str]]) -> Iterator[Outcome]:
    """Yield the script that the line wrote before it is run."""
    file = call.feed.file if call.feed is not None else None
    named = (word for word in call.words if not word.startswith("-") and " " not in word)
    for name in filter(None, (next(named, None), file)):
        yield File(names=(name,), extract=extract, written=True)


def _python(call: Call) -> Iterator[Outcome]:
    """Yield that Python runs, unless it is a module whose work is known."""
    words = call.words
    at = next((n for n, word in enumerate(words) if not word.startswith("-") or word == "-m"), None)
    before = words[:at]
    if at is not None and words[at] == "-m" and at + 1 < len(words) and "-c" not in before:
        module = words[at + 1]
        if module in {"pip", "uv"}:
            yield Again(argv=words[at + 1 :])
            return
        if module in _MODULES:
            return
        if module in _OURS:
            yield Again(argv=("aws" if module == "awscli" else module, *words[at + 2 :]))
            return
    if words and set(words) <= _TELLS:
        return
    if not words and call.feed is None:
        yield Reason.INPUT
        return
    yield Reason.LANGUAGE
    for number, word in enumerate(words):
        if re.fullmatch(r"-[a-zA-Z]*c", word):
            yield from _started(_python_code(script("".join(words[number + 1 : number + 2]))))
    for text in _fed(call):
        yield from _started(_python_code(script(text)))
    yield from _scripts(call, _python_code)


def _perl(call: Call) -> Iterator[Outcome]:
    yield from files.in_place(call)
    yield from _interpreter(call)


def _bun(call: Call) -> Iterator[Outcome]:
    inline = {"-e", "--eval", "-p", "--print"} & set(call.words)
    yield from (_interpreter if inline else runners.READERS["bun"])(call)


def _shell_of_another_kind(call: Call) -> Iterator[Outcome]:
    """Yield what PowerShell, ``cmd`` and the like are told; much of it reads like any shell."""
    if call.words and set(call.words) <= _TELLS:
        return
    yield Reason.LANGUAGE if call.words else Reason.INPUT
    words = [word for word in call.words if not re.fullmatch(r"[-/]\w+", word)]
    encoded = [
        words.pop(words.index(value))
        for flag, value in pairwise(call.words)
        if re.fullmatch(r"(?i)-e(c|nc|ncodedcommand)?", flag) and value in words
    ]
    for text in (" ".join(words), *map(_encoded, encoded), *_fed(call)):
        yield Text(text=text.replace("\\", "/"))


def _start_process(call: Call) -> Iterator[Outcome]:
    """Yield the program of PowerShell's ``Start-Process``; lists of arguments have commas."""
    words = [word for word in call.words if not re.fullmatch(r"-[A-Z]\w+", word)]
    yield Again(argv=tuple(piece for word in words for piece in re.split(r"[,\s]+", word) if piece))


def _encoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-16-le")
    except ValueError:
        return text


def _awk(call: Call) -> Iterator[Outcome]:
    _, words = split_options(call.words, frozenset({"-F", "-v"}))
    if any(word.startswith(("-f", "--file")) for word in call.words) or any(
        _SAFE_AWK.search(re.sub(r'"\|"|\|\||/[^/\n]*/', "", word)) for word in words
    ):
        yield Reason.LANGUAGE
        for word in words:
            yield from _started(["".join(each) for each in _AWK_STARTS.findall(word)])


def _building(*verbs: str) -> Reader:
    def reader(call: Call) -> Iterator[Outcome]:
        if any(word in verbs for word in call.words):
            yield Reason.LANGUAGE

    return reader


READERS: Final[dict[str, Reader]] = {
    "python": _python,
    "py": _python,
    "pypy": _python,
    "ipython": _interpreter,
    **dict.fromkeys(
        ("node", "deno", "ruby", "irb", "php", "lua", "tclsh", "expect", "rscript", "julia",
         "osascript", "groovy", "jshell", "scala", "kotlin", "java", "ts-node",
         "tsx", "swift", "elixir", "erl", "ghci", "runghc", "ocaml", "guile", "sbcl",
         "packer", "babashka", "bb",
         "zx", "nbexec", "jupyter", "papermill"),
        _interpreter,
    ),
    "perl": _perl,
    "bun": _bun,
    **dict.fromkeys(("pwsh", "powershell", "cmd", "nu", "xonsh", "elvish", "iex",
                     "invoke-expression"), _shell_of_another_kind),
    **dict.fromkeys(("start-process", "saps", "start-job"), _start_process),
    "awk": _awk,
    "gawk": _awk,
    "mawk": _awk,
    "nawk": _awk,
    "go": _building("run", "generate"),
    "cargo": _building("run", "xtask", "script", "make"),
    "dotnet": _building("run", "script", "exec"),
    "bazel": _building("run"),
    "buck2": _building("run"),
    "zig": _building("run"),
    "crystal": _building("run"),
    "stack": _building("exec", "run", "runghc"),
    "cabal": _building("run", "exec"),
    "sbt": _building("run"),
}  # fmt: skip
