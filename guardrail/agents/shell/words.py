"""
From nodes of the grammar to the words that a program would be given.

A word has alternatives where a variable has several values in the line; what
the line does not tell is marked (``marks``) instead of guessed.
"""

import re
from itertools import product
from typing import TYPE_CHECKING, Final, TypeAlias

from guardrail.agents.shell.marks import (
    BREAK,
    SET,
    STREAM,
    UNKNOWN,
    braces,
    clean,
    escapes,
    literal,
    unbraced,
    unquoted,
)
from guardrail.agents.shell.output import formatted, printed
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.syntax import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

    from guardrail.agents.shell.scope import Scope

Words: TypeAlias = tuple[str, ...]
MOST: Final = 64
"""Alternatives of one word, and of one command; beyond that it is unknown."""
_DEPTH: Final = 12
_PROGRAM: Final = late(r"(TF|TERRAFORM|TOFU|TG)(_(BIN|BINARY|CMD|COMMAND|EXE|PATH))?")
"""Variables that are called as the program that they name."""
_CHANGED: Final = late(r"\$\{(!?)(\w+)(##?|%%?|,,?|\^\^?|//?|:(?![-=+?])|)([^}]*)\}")


class Evaluator:
    """Evaluates words in one scope; ``positional`` is what ``$0``, ``$1``, … stand for."""

    def __init__(self, scope: "Scope", positional: Words | None = None) -> None:
        self.scope = scope
        self.positional = positional
        self._looking: list[str] = []

    def commands(self, nodes: "Iterable[Node]") -> list[Words]:
        """Return every argument list that ``nodes`` may become."""
        fields = [self.fields(node) for node in nodes]
        size = 1
        for each in fields:
            size *= len(each)
        if size > MOST:  # the program stays, its many arguments become unknown
            unknown: list[Words] = [(UNKNOWN,)]
            fields[1:] = [each if len(each) == 1 else unknown for each in fields[1:]]
        return [tuple(word for words in chosen for word in words) for chosen in product(*fields)]

    def fields(self, node: "Node") -> list[Words]:
        """Return the alternatives of ``node``, each as the words that it becomes."""
        bare = node.type in {"simple_expansion", "expansion", "command_substitution"}
        return list(dict.fromkeys(_split(text, bare=bare) for text in self.value(node)))

    def text(self, node: "Node") -> list[str]:
        """Return the alternatives of ``node`` as one text, as in an assignment."""
        return [unbraced(text).replace(BREAK, " ") for text in self.value(node)]

    def value(self, node: "Node", *, quoted: bool = False) -> list[str]:  # noqa: PLR0911 - a row a type
        """Return the alternatives of ``node``, with marks."""
        match node.type:
            case "word" | "number" | "variable_name" | "extglob_pattern" | "regex":
                return self._word(node)
            case "raw_string":
                return [clean(text_of(node)[1:-1])]
            case "ansi_c_string":
                return [escapes(text_of(node)[2:-1])]
            case "string" | "translated_string":
                return self._string(node)
            case "concatenation" | "command_name" | "array":
                return self._joined(node)
            case "simple_expansion" | "expansion":
                return self._expansion(node, quoted=quoted)
            case "command_substitution":
                return self._as(printed(self, node), quoted=quoted)
            case "process_substitution":
                return [STREAM + text for text in printed(self, node)]
            case _:
                return [UNKNOWN]

    def _word(self, node: "Node") -> list[str]:
        if not node.named_children:
            return [_unescaped(text_of(node))]
        return self._joined(node)

    def _joined(self, node: "Node") -> list[str]:
        glue = BREAK if node.type == "array" else ""
        if node.type != "array":
            return _product(self._with_gaps(node, raw=False), glue)
        parts = [self.value(child) for child in node.named_children]
        indexed = re.compile(f"{SET}[^]]*\\]=")  # an element may name its place
        return [indexed.sub("", text) for text in _product(parts, glue)]

    def _string(self, node: "Node") -> list[str]:
        if node.type == "translated_string":
            return _product([self.value(child) for child in node.named_children], "")
        return _product(self._with_gaps(node, raw=True), "")

    def _with_gaps(self, node: "Node", *, raw: bool) -> list[list[str]]:
        """Return the parts of ``node``; the grammar leaves white space and marks out of its children."""
        text = node.text or b""
        children = [child for child in node.named_children if child.type != "string_content"]
        start = 1 if raw and text[:1] == b'"' else 0
        if raw and text[:2] == b'$"':
            start = 2
        stop = len(text) - 1 if raw else len(text)
        parts: list[list[str]] = []
        for child in children:
            begin = child.start_byte - node.start_byte
            if begin > start:
                parts.append([_decoded(text[start:begin], quoted=raw)])
            parts.append(self.value(child, quoted=raw))
            start = child.end_byte - node.start_byte
        if start < stop:
            parts.append([_decoded(text[start:stop], quoted=raw)])
        return parts

    def _expansion(self, node: "Node", *, quoted: bool) -> list[str]:
        text = text_of(node)
        if node.type == "simple_expansion":
            values = self.named(text[1:], quoted=quoted)
            if text[1:] not in {"@", "*"}:
                values = [element for value in values for element in value.split(BREAK)]
            return self._as(values, quoted=quoted)
        found = re.match(r"\$\{(\w+|[@*])(\[[^\]]*\])?(:?[-=+]|\})", text)
        if found is None:
            return self._as(self._changed(text), quoted=quoted)
        values = self.named(found[1], quoted=quoted)
        if found[2] not in {"[@]", "[*]"}:
            values = [element for value in values for element in value.split(BREAK)]
        operator = found[3].lstrip(":")
        if operator == "}":
            return self._as(values, quoted=quoted)
        rest = [self.value(child, quoted=quoted) for child in node.named_children[1:]]
        default = _product(rest, "")
        return [*self._as(values, quoted=quoted), *default]

    def _changed(self, text: str) -> list[str]:
        """Return what ``${NAME#…}`` and its like make of the values of ``NAME``."""
        how = _CHANGED.fullmatch(text)
        if how is None:
            return [UNKNOWN]
        values = self.named(how[2])
        if how[1]:
            values = [each for name in values for each in self.named(name)]
        return [_changed(value, how[3], how[4]) for value in values]

    def named(self, name: str, *, quoted: bool = False) -> list[str]:
        """Return the values of the variable ``name``; one mark where the line tells none."""
        if name in {"@", "*"} or name.isdigit():
            return self._argument(name, quoted=quoted)
        if name in self._looking or len(self._looking) > _DEPTH:
            return [UNKNOWN]
        self._looking.append(name)
        try:
            return self._assigned(name)
        finally:
            self._looking.pop()

    def _argument(self, name: str, *, quoted: bool) -> list[str]:
        if self.positional is None:
            return [UNKNOWN]
        if name.isdigit():
            return list(self.positional[int(name) :][:1]) or [""]
        given = self.positional[1:]
        return [BREAK.join(given) if quoted or name == "@" else " ".join(given)]

    def _assigned(self, name: str) -> list[str]:
        scope: Scope | None = self.scope
        while scope is not None:
            if name in scope.values or name in scope.unknown or name in scope.appended:
                return self._in(scope, name)
            scope = scope.outer
        if name == "IFS":
            return [" \t\n"]
        return [UNKNOWN, "terraform"] if _PROGRAM.fullmatch(name) else [UNKNOWN]

    def _in(self, scope: "Scope", name: str) -> list[str]:
        values = [text for node in scope.values.get(name, ()) for text in self._plain(node)]
        if name in scope.appended:
            tails = _product([self._plain(node) for node in scope.appended[name]], "")
            values += [head + tail for head in values or [UNKNOWN] for tail in tails]
        for nodes in scope.printed.get(name, ()):
            values += [formatted(argv) for argv in self.commands(nodes)]
        if name in scope.unknown:
            values += [text for node in scope.fed for text in self._read(node)]
            values.append(UNKNOWN)
        values = list(dict.fromkeys(values))
        return values if len(values) <= MOST else [UNKNOWN]

    def _read(self, node: "Node") -> list[str]:
        """Return what ``read`` may find: the words of all lines."""
        return [text.removeprefix(STREAM).replace("\n", BREAK) for text in self.text(node)]

    def _plain(self, node: "Node") -> list[str]:
        if node.type == "array":
            return self.value(node)
        return [unbraced(text).replace(BREAK, " ") for text in self.value(node)]

    def _as(self, values: "Sequence[str]", *, quoted: bool) -> list[str]:
        if quoted:
            return list(values)
        split = [unquoted(value) for value in values]
        for separators in self.named("IFS") if self.scope.sets("IFS") else ():
            plain = separators.replace(UNKNOWN, "")
            split += [value.translate(str.maketrans(plain, BREAK * len(plain))) for value in values]
        return split


def _changed(value: str, operator: str, operand: str) -> str:  # noqa: PLR0911 - a row an operator
    if UNKNOWN in value or re.search(r"[*?\[$`\\'\"]", operand):
        return UNKNOWN
    match operator:
        case "":
            return value
        case "#" | "##":
            return value.removeprefix(operand)
        case "%" | "%%":
            return value.removesuffix(operand)
        case "," | ",,":
            return value.lower()
        case "^" | "^^":
            return value.upper()
        case "/" | "//":
            old, _, new = operand.partition("/")
            return value.replace(old, new) if old else value
        case _:
            at, _, length = operand.partition(":")
            try:
                rest = value[int(at) :]
                return rest[: int(length)] if length else rest
            except ValueError:
                return UNKNOWN


def _split(text: str, *, bare: bool) -> Words:
    if bare and not text:
        return ()
    words = [each for part in text.split(BREAK) for each in braces(part)]
    return tuple(word for word in words if word) if BREAK in text else tuple(words)


def _product(parts: "Sequence[Sequence[str]]", glue: str) -> list[str]:
    size = 1
    for each in parts:
        size *= len(each)
    if size > MOST:
        return [UNKNOWN]
    return list(dict.fromkeys(glue.join(chosen) for chosen in product(*parts)))


def _decoded(raw: bytes, *, quoted: bool) -> str:
    text = raw.decode("utf-8", errors="replace")
    return clean(re.sub(r'\\([$`"\\\n])', _kept, text)) if quoted else _unescaped(text)


def _kept(found: re.Match[str]) -> str:
    return "" if found[1] == "\n" else found[1]


def _unescaped(text: str) -> str:
    """Return an unquoted ``text`` without its backslashes; what they protected is not marked."""
    pieces = re.split(r"(\\.)", text, flags=re.DOTALL)
    return "".join(
        literal(clean(piece)) if at % 2 == 0 else clean(piece[1:].replace("\n", ""))
        for at, piece in enumerate(pieces)
    ).replace("\r", "")
