"""Programs that run the program named in their arguments."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec

from guardrail.agents.shell.calls import Again, Call, Outcome, Text, join
from guardrail.agents.shell.marks import UNKNOWN, known, source
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.steering import READ_AT_START, runs
from guardrail.agents.shell.tools import packages, shells, strangers
from guardrail.agents.shell.tools.wrapping import WRAPPERS, Wrapper

HEADS: Final = {"terraform", "tofu", "terragrunt", "pulumi", "cdktf", "bash", "sh"}
"""Programs worth finding behind an option that a wrapper\'s table lacks."""
_CLUSTER: Final = late(r"-[a-zA-Z]+([a-zA-Z])")
_UNKNOWN_TAIL: Final = {"xargs", "parallel"}


def read(call: Call) -> Iterator[Outcome]:
    """Yield the program that a wrapper runs."""
    wrapper, words = WRAPPERS[call.name], list(call.words)
    if wrapper.verbs:
        at = next((n for n, word in enumerate(words) if word in wrapper.verbs), None)
        if at is None:
            yield from packages.removes_ours(call)
            yield from strangers.read(call)
            return
        words = words[at + 1 :]
    if call.name in {"command", "type"} and words[:1] in (["-v"], ["-V"]):
        return
    options, rest, strange = _split(words, wrapper)
    yield from _texts(wrapper, options, rest)
    for name, value in options:
        if name in wrapper.directory:
            call = msgspec.structs.replace(call, directory=join(call.directory, value))
    if "--" in words and (wrapper.verbs or wrapper.skip):
        rest = words[words.index("--") + 1 :]
    else:
        rest = rest[wrapper.skip :]
    unset = [value for name, value in options if name in {"-u", "--unset"}]
    variables = unset if call.name == "env" else []
    if call.name == "env" and {"-i", "-", "--ignore-environment"} & set(words):
        variables.append("AI_AGENT")  # among all the others
    yield from _assigned(rest, variables)
    yield from _inner(call, rest, tuple(variables), strange=strange, joined=wrapper.joined)


def _texts(wrapper: Wrapper, options: list[tuple[str, str]], rest: list[str]) -> Iterator[Outcome]:
    """Yield the commands that options hold; some stand after the operands."""
    for name, value in options:
        cluster = _CLUSTER.fullmatch(name)
        if name in wrapper.text:
            tail = map(source, rest) if wrapper.tail else ()
            yield Text(text=" ".join([value, *tail]))
        elif cluster and f"-{cluster[1]}" in wrapper.text and rest:  # script -qc "…"
            yield Text(text=rest[0])
    for flag, value in pairwise(rest):
        if flag in wrapper.text:
            yield Text(text=value)


def _assigned(words: list[str], variables: list[str]) -> Iterator[Outcome]:
    """Take the assignments before the program out of ``words``, and yield the commands in them."""
    while words and "=" in words[0] and known(words[0].partition("=")[0]):
        name, _, value = words.pop(0).partition("=")
        variables.append(name)
        if runs(name):
            yield Text(text=value)
        elif name in READ_AT_START:
            yield shells.script(value)


def _inner(
    call: Call, words: list[str], variables: tuple[str, ...], *, strange: bool, joined: bool
) -> Iterator[Outcome]:
    words = _without_braces(call, words)
    if call.name == "parallel" and any(word.startswith(":::") for word in words):
        at = next(n for n, word in enumerate(words) if word.startswith(":::"))
        words, given = words[:at], words[at + 1 :]
        for value in given:
            yield Text(text=" ".join([*map(source, words), value]))
    if not words:
        if call.name in {"sudo", "su", "doas", "busybox"} and call.feed is not None:
            yield from (Text(text=text) for text in call.feed.texts)
            yield Reason.INPUT
        return
    if call.name in _UNKNOWN_TAIL:
        yield from _fed(call, words)
        words = [*(word.replace("{}", UNKNOWN) for word in words), UNKNOWN]
    if joined:
        yield Text(text=" ".join(words), directory=call.directory)
    again = Again(argv=tuple(words), directory=call.directory, variables=variables, feed=call.feed)
    yield again
    if strange:
        for at, word in enumerate(words[1:], start=1):
            if word.rsplit("/", 1)[-1] in HEADS:
                yield msgspec.structs.replace(again, argv=tuple(words[at:]), feed=None)


def _fed(call: Call, words: list[str]) -> Iterator[Outcome]:
    """Yield the program with the words that it is fed, where the line tells them."""
    for text in call.feed.texts if call.feed is not None else ():
        if any("{}" in word for word in words):
            yield Again(argv=tuple(word.replace("{}", text.strip()) for word in words))
        else:
            yield Again(argv=(*words, *text.split()))
            yield Again(argv=(*words, text))


def _without_braces(call: Call, words: list[str]) -> list[str]:
    """Return the words after ``coproc NAME {``."""
    if call.name == "coproc":
        while len(words) > 1 and (words[0] in {"{", "("} or words[1] in {"{", "("}):
            words = words[1:]
    return words


def _split(words: list[str], wrapper: Wrapper) -> tuple[list[tuple[str, str]], list[str], bool]:
    """Return options with their values, the rest, and whether an option was not in the table."""
    options: list[tuple[str, str]] = []
    takes = wrapper.valued | wrapper.text | wrapper.directory
    at, strange = 0, False
    while at < len(words) and words[at].startswith("-") and len(words[at]) > 1:
        word = words[at]
        at += 1
        if word == "--":
            break
        name, sign, value = word.partition("=")
        if not sign and name in takes and at < len(words):
            value = words[at]
            at += 1
        elif not sign and name[:2] in takes and not name.startswith("--"):
            name, value = name[:2], name[2:]
        elif name not in takes:
            strange = True
        options.append((name, value))
    return options, words[at:], strange


def quoted(words: tuple[str, ...]) -> str:
    """Return shell text that means ``words``."""
    return " ".join(source(word) for word in words)
