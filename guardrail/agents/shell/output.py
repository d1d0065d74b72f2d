"""What a command substitution prints, where that can be told without running it."""

import re
from typing import TYPE_CHECKING, Final

from guardrail.agents.shell.filters import through
from guardrail.agents.shell.marks import UNKNOWN, escapes
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.syntax import operators, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

    from guardrail.agents.shell.words import Evaluator, Words

_NAMERS: Final = {"which", "whereis", "type", "realpath", "basename", "readlink"}
_MOST: Final = 16
_FORMAT: Final = late(r"%[-+ 0#]*\d*(?:\.\d+)?[sqbdi]")


def printed(evaluator: "Evaluator", node: "Node") -> list[str]:
    """Return what the commands inside ``node`` print, without the last line end."""
    inner = [child for child in node.named_children if child.type != "comment"]
    if len(inner) != 1 or "<" in operators(node):
        return [UNKNOWN]
    return [text.rstrip("\n") for text in output(evaluator, inner[0])]


def output(evaluator: "Evaluator", node: "Node") -> list[str]:
    """Return what the statement ``node`` prints, or the mark for unknown."""
    if node.type == "redirected_statement":
        return redirected(evaluator, node)
    if node.type == "pipeline":
        first, *others = node.named_children
        texts = output(evaluator, first)
        for other in others:
            texts = filtered(evaluator, other, texts)
        return texts
    if node.type != "command":
        return [UNKNOWN]
    redirects = node.children_by_field_name("redirect")
    if redirects:
        return _fed(evaluator, node, redirects)
    return [_of(argv) for argv in evaluator.commands(_nodes(node))]


def filtered(evaluator: "Evaluator", stage: "Node", texts: "Iterable[str]") -> list[str]:
    """Return what the command ``stage`` prints when it reads one of ``texts``."""
    if stage.type == "redirected_statement":  # its messages go elsewhere
        body = stage.child_by_field_name("body")
        redirects = stage.children_by_field_name("redirect")
        if body is None or not all(text_of(each).startswith("2") for each in redirects):
            return [UNKNOWN]
        stage = body
    if stage.type != "command" or stage.children_by_field_name("redirect"):
        return [UNKNOWN]
    choices = evaluator.commands(_nodes(stage))
    return list(dict.fromkeys(through(argv, text) for argv in choices for text in texts))[:_MOST]


def redirected(evaluator: "Evaluator", node: "Node") -> list[str]:
    """Return what the redirected statement ``node`` prints, wherever it goes."""
    body = node.child_by_field_name("body")
    redirects = node.children_by_field_name("redirect")
    inputs = [each for each in redirects if each.type != "file_redirect"]
    if body is not None and inputs:
        return _fed(evaluator, body, inputs)
    if body is None or any("<" in operators(each) for each in redirects):
        return [UNKNOWN]
    while body.type == "list" and body.named_children:  # the grammar takes it for all of the list
        body = body.named_children[-1]
    return output(evaluator, body)


def _fed(evaluator: "Evaluator", node: "Node", redirects: "Sequence[Node]") -> list[str]:
    match [(each.type, each) for each in redirects if each.type != "file_redirect"]:
        case [("heredoc_redirect", found)]:
            texts = document(evaluator, found)
        case [("herestring_redirect", found)]:
            texts = [text for child in found.named_children[:1] for text in evaluator.text(child)]
        case _:
            return [UNKNOWN]
    if node.type != "command":
        return [UNKNOWN]
    choices = evaluator.commands(_nodes(node))
    return list(dict.fromkeys(through(argv, text) for argv in choices for text in texts))[:_MOST]


def _nodes(command: "Node") -> "list[Node]":
    name = command.child_by_field_name("name")
    words = command.children_by_field_name("argument")
    return words if name is None else [name, *words]


def document(evaluator: "Evaluator", node: "Node") -> list[str]:
    """Return the text of a here-document; where its word is unquoted, names have their values."""
    start = next((text_of(each) for each in node.children if each.type == "heredoc_start"), "")
    body = next((each for each in node.children if each.type == "heredoc_body"), None)
    if body is None:
        return [""]
    raw = text_of(body)
    if re.search(r"['\"\\]", start):
        return [raw]
    texts = [""]
    at = body.start_byte
    source = body.text or b""
    for child in body.named_children:
        if child.type == "heredoc_content":
            continue
        lead = source[at - body.start_byte : child.start_byte - body.start_byte]
        values = evaluator.value(child, quoted=True)
        texts = [text + lead.decode(errors="replace") + value for text in texts for value in values]
        at = child.end_byte
        if len(texts) > 16:
            return [UNKNOWN]
    return [text + source[at - body.start_byte :].decode(errors="replace") for text in texts]


def _of(argv: "Words") -> str:
    name, *words = argv or ("",)
    match name.rsplit("/", 1)[-1]:
        case "echo":
            flags = ""
            while words and re.fullmatch(r"-[neE]+", words[0]):
                flags += words.pop(0)
            text = " ".join(words)
            return escapes(text) if "e" in flags else text
        case "printf":
            return formatted(words)
        case "command" if words[:1] == ["-v"]:
            return words[-1]
        case base if base in _NAMERS and words:
            return words[-1].rsplit("/", 1)[-1] if base == "basename" else words[-1]
        case _:
            return UNKNOWN


def formatted(words: "Sequence[str]") -> str:
    """Return what ``printf`` prints."""
    words = list(words)
    while words and words[0] == "--":
        words.pop(0)
    if not words or words[0].startswith("-"):
        return UNKNOWN
    pattern, *values = words
    out = ""
    while True:
        before = len(values)
        out += _FORMAT.sub(lambda _: values.pop(0) if values else "", pattern)
        if not values or len(values) == before or len(out) > 10_000:
            return escapes(out.replace("%%", "%"))
