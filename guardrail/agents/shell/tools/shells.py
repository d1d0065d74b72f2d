"""Shells, and the builtins that read commands from a text or a file."""

from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Call, File, Outcome, Text, join
from guardrail.agents.shell.marks import STREAM, UNKNOWN
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import strangers

SHELLS: Final = {"sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "mksh", "rbash", "csh", "tcsh"}
_VALUED: Final = {"-o", "+o", "-O", "+O", "--rcfile", "--init-file", "-C", "--init-command"}
_TAKES_NAME: Final = late(r"-[a-zA-Z]+o")
_CLUSTER: Final = late(r"-[A-Za-z]*c[A-Za-z]*")


def read(call: Call) -> Iterator[Outcome]:
    """Yield what a shell reads: the text of ``-c``, a script, or its standard input."""
    words, at, command, syntax = call.words, 0, False, False
    while at < len(words) and words[at][:1] in {"-", "+"} and len(words[at]) > 1:
        word = words[at]
        at += 1
        if word in {"--version", "--help"}:
            return
        if word == "--":
            break
        command = command or bool(_CLUSTER.fullmatch(word)) or word == "--command"
        syntax = syntax or word == "-n"
        at += word in _VALUED or bool(_TAKES_NAME.fullmatch(word))
    rest = words[at:]
    if command:
        yield Text(text=rest[0], positional=rest[1:]) if rest else Reason.INPUT
    elif syntax:
        return
    elif rest and "-s" not in words and rest[0] not in {"-", "/dev/stdin"}:
        yield script(*rest)
    else:
        yield from _input(call)


def evaluate(call: Call) -> Iterator[Outcome]:
    """Yield what ``eval`` reads: its words, joined."""
    words = call.words[1:] if call.words[:1] == ("--",) else call.words
    if words:
        yield Text(text=" ".join(words))


def trap(call: Call) -> Iterator[Outcome]:
    """Yield the commands that ``trap`` keeps for later."""
    words = [word for word in call.words if word not in {"-p", "-l", "--"}]
    if words and words[0] != "-" and len(words) > 1:
        yield Text(text=words[0])


def sourced(call: Call) -> Iterator[Outcome]:
    """Yield the file that ``source`` reads."""
    if call.words[:1] == ("/dev/stdin",):
        yield from _input(call)
    elif call.words:
        yield script(*call.words)


def script(word: str, *words: str) -> Outcome:
    """Return the script that the operand ``word`` names, run with ``words``."""
    if word.startswith(STREAM):
        return Reason.INPUT if UNKNOWN in word else Text(text=word[1:])
    if word.endswith("/bin/activate"):
        return Text(text="")  # every virtual environment has this file
    return File(names=(word,), positional=(word, *words), extract=lambda text: (text,))


def _input(call: Call) -> Iterator[Outcome]:
    feed = call.feed
    if feed is None:
        yield Reason.INPUT
        return
    if feed.file is not None:
        yield script(feed.file)
    elif not feed.texts:
        yield Reason.INPUT
        yield from strangers.said(feed.source)
    for text in feed.texts:
        yield Text(text=text)


def change_directory(directory: str, words: tuple[str, ...]) -> str:
    """Return where ``cd`` with ``words`` leads from ``directory``."""
    operands = [word for word in words if word not in {"--", "-P", "-L", "-e", "-n"}]
    return join(directory, operands[0]) if len(operands) == 1 else "?"
