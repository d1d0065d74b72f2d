"""Interpreters of other languages: what they run is not read."""

import re
from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, Reader, split_options
from guardrail.agents.shell.model import Reason

_MODULES: Final = {
    "pytest", "pip", "venv", "mypy", "ruff", "black", "isort", "flake8", "unittest", "json.tool",
    "http.server", "build", "twine", "compileall", "py_compile", "coverage", "pylint", "pyright",
    "virtualenv", "ensurepip", "timeit", "cProfile", "doctest", "this", "site", "sysconfig",
    "pre_commit", "pdm", "poetry", "uv", "hatch",
}  # fmt: skip
_OURS: Final = {"guardrail", "awscli", "pulumi"}
_TELLS: Final = {"--version", "-V", "--help", "-h", "-v", "version", "-VV", "-version"}
_SAFE_AWK: Final = re.compile(r"system|getline|\||close|ENVIRON|@load|@include|\0")


def _interpreter(call: Call) -> Iterator[Outcome]:
    words = call.words
    if words and set(words) <= _TELLS:
        return
    if not words and call.feed is None:
        yield Reason.INPUT
        return
    yield Reason.LANGUAGE


def _python(call: Call) -> Iterator[Outcome]:
    """Yield that Python runs, unless it is a module whose work is known."""
    words = call.words
    at = next((n for n, word in enumerate(words) if not word.startswith("-") or word == "-m"), None)
    before = words[:at]
    if at is not None and words[at] == "-m" and at + 1 < len(words) and "-c" not in before:
        module = words[at + 1]
        if module in _MODULES:
            return
        if module in _OURS:
            yield Again(argv=("aws" if module == "awscli" else module, *words[at + 2 :]))
            return
    yield from _interpreter(call)


def _awk(call: Call) -> Iterator[Outcome]:
    _, words = split_options(call.words, frozenset({"-F", "-v"}))
    if any(word.startswith(("-f", "--file")) for word in call.words) or any(
        _SAFE_AWK.search(re.sub(r'"\|"|\|\||/[^/\n]*/', "", word)) for word in words
    ):
        yield Reason.LANGUAGE


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
        ("node", "deno", "ruby", "irb", "perl", "php", "lua", "tclsh", "expect", "rscript", "julia",
         "osascript", "pwsh", "powershell", "cmd", "groovy", "scala", "kotlin", "java", "ts-node",
         "tsx", "swift", "elixir", "iex", "erl", "ghci", "runghc", "ocaml", "guile", "sbcl", "nu",
         "xonsh", "ansible", "ansible-playbook", "ansible-console", "packer", "babashka", "bb",
         "zx", "nbexec", "jupyter", "papermill"),
        _interpreter,
    ),
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
