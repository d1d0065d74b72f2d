"""Commands that run on another machine: read where they stand in the line, opaque otherwise."""

from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, Reader, Text, operands, split_options
from guardrail.agents.shell.model import UNKNOWN_WORD, Reason
from guardrail.agents.shell.tools import strangers

_SSH_VALUED: Final = frozenset(
    [
        "-B",
        "-b",
        "-c",
        "-D",
        "-E",
        "-e",
        "-F",
        "-I",
        "-i",
        "-J",
        "-L",
        "-l",
        "-m",
        "-O",
        "-o",
        "-P",
        "-p",
        "-Q",
        "-R",
        "-S",
        "-W",
        "-w",
    ]
)


def ssh(call: Call) -> Iterator[Outcome]:
    """Yield the commands of an ``ssh``: its operands, or what it is fed."""
    before, words = split_options(call.words, _SSH_VALUED)
    after, rest = split_options(words[1:], _SSH_VALUED)  # options may follow the host too
    if {"-V", "-G", "-Q", "-N"} & {*before, *after}:
        return
    if rest:
        yield Text(text=" ".join(rest), directory=UNKNOWN_WORD)
    elif call.feed is not None and call.feed.texts:
        for text in call.feed.texts:
            yield Text(text=text, directory=UNKNOWN_WORD)
    elif words:
        yield Reason.REMOTE


def _starting(*starts: str) -> Reader:
    commands = tuple(tuple(start.split()) for start in starts)

    def reader(call: Call) -> Iterator[Outcome]:
        words = operands(call.words)
        for command in commands:
            if all(word in words for word in command):
                yield from _told(call)

    return reader


def _told(call: Call) -> Iterator[Outcome]:
    """Yield the text of ``--command``, else that commands run elsewhere."""
    for at, word in enumerate(call.words):
        name, sign, value = word.partition("=")
        if name in {"--command", "--scripts"}:
            value = value if sign else "".join(call.words[at + 1 : at + 2])
            yield Text(text=value, directory=UNKNOWN_WORD)
            return
    yield Reason.REMOTE
    yield from strangers.said(" ".join(call.words))


REMOTE: Final[dict[str, Reader]] = {
    "aws": _starting("ssm send-command", "ssm start-session", "ecs execute-command", "lambda invoke",
                     "codebuild start-build", "ssm start-automation-execution",
                     "stepfunctions start-execution", "codepipeline start-pipeline-execution"),
    "gcloud": _starting("compute ssh", "builds submit", "builds triggers", "run jobs", "functions call"),
    "az": _starting("vm run-command", "pipelines run", "container exec", "aks command", "ssh"),
    "flyctl": _starting("ssh"),
    "fly": _starting("ssh", "trigger-job", "execute"),
    "multipass": _starting("shell"),
    "heroku": _starting("run"),
    "eb": _starting("ssh"),
}  # fmt: skip
