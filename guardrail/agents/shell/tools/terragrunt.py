"""Terragrunt: its own commands, and Terraform's in one or many directories."""

from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, join
from guardrail.agents.shell.marks import known
from guardrail.agents.shell.model import UNKNOWN_WORD
from guardrail.agents.shell.tools import terraform

_READS: Final = {
    "find", "list", "ls", "render", "scaffold", "catalog", "hcl", "hclfmt", "hclvalidate", "info",
    "graph-dependencies", "dag", "render-json", "terragrunt-info", "validate-inputs", "help",
    "output-module-groups", "version",
}  # fmt: skip
_ALL: Final = {"apply-all", "destroy-all", "plan-all", "output-all", "validate-all"}
_BELOW: Final = {
    "stack": {"generate", "output", "clean"},
    "backend": {"bootstrap"},
}
_VALUED: Final = {
    "working-dir", "config", "tf-path", "tfpath", "log-level", "log-format", "download-dir",
    "parallelism", "source", "source-map", "iam-assume-role", "iam-role", "queue-include-dir",
    "queue-exclude-dir", "queue-excludes-file", "include-dir", "exclude-dir", "filter",
    "inputs-debug-file", "provider-cache-dir", "provider-cache-hostname", "provider-cache-port",
    "provider-cache-token", "provider-cache-registry-names", "feature", "experiment", "report-file",
    "report-format", "json-out-dir", "out-dir", "auth-provider-cmd", "strict-control", "graph-root",
    "units-reading", "modules-that-include", "queue-strict-include-file", "use-partial-parse",
    "iam-assume-role-duration", "iam-assume-role-session-name", "hclfmt-file", "log-custom-format",
}  # fmt: skip


def read(call: Call) -> Iterator[Outcome]:  # noqa: C901 - a row a command
    """Yield what Terragrunt does, in one directory or in all below it."""
    directory, words, every = _options(call.directory, list(call.words))
    steered = [f"--{flag}" for flag in _flags(call) if flag in {"tf-path", "tfpath", "source"}]
    if not words:
        return
    name, *rest = words
    if name == "run":
        directory, rest, again = _options(directory, rest)
        yield from _terraform(call, rest, directory, every=every or again, steered=steered)
    elif name in {"run-all", "graph"}:
        yield from _terraform(call, rest, directory, every=True, steered=steered)
    elif name in _ALL:
        yield from _terraform(call, [name[:-4], *rest], directory, every=True, steered=steered)
    elif name == "stack" and rest[:1] == ["run"]:
        yield from _terraform(call, rest[1:], directory, every=True, steered=steered)
    elif name in _BELOW:
        if rest and rest[0] not in _BELOW[name]:
            told = rest[0] if rest[0] in {"delete", "migrate"} else UNKNOWN_WORD
            yield call.operation(f"{name} {told}", directory=directory)
    elif name == "exec":
        inner = rest[rest.index("--") + 1 :] if "--" in rest else _options("", rest)[1]
        if inner:
            yield Again(argv=tuple(inner), directory=directory)
    elif name not in _READS:
        yield from _terraform(call, words, directory, every=every, steered=steered)


def _terraform(
    call: Call, words: list[str], directory: str, *, every: bool, steered: list[str]
) -> Iterator[Outcome]:
    directory, words, again = _options(directory, words)
    if not words:
        return
    every = every or again or "--all" in words or "-all" in words
    for operation in terraform.below(call, words, directory):
        yield call.operation(
            f"run --all {operation.name}" if every else operation.name,
            plan=operation.plan,
            directory=directory,
            steered=(*steered, *operation.steered[len(call.variables) :]),
        )


def _options(directory: str, words: list[str]) -> tuple[str, list[str], bool]:
    """Return the directory that the options name, the words after them, and whether all is meant."""
    every, at = False, 0
    while at < len(words) and words[at].startswith("-"):
        name, sign, value = words[at].lstrip("-").partition("=")
        name = name.removeprefix("terragrunt-")
        at += 1
        every = every or name == "all"
        if name in {"version", "help", "h", "v"}:
            return directory, [], every
        if not sign and name in _VALUED and at < len(words):
            value = words[at]
            at += 1
        if name == "working-dir":
            directory = join(directory, value) if known(value) else UNKNOWN_WORD
    return directory, words[at:], every


def _flags(call: Call) -> Iterator[str]:
    for word in call.words:
        if word.startswith("-"):
            yield word.lstrip("-").partition("=")[0].removeprefix("terragrunt-")
