"""
The names that a line gives values to.

A value is looked up without regard to order: a name has every value that the
line gives it anywhere, and a program that any of them names may run.
"""

from typing import TYPE_CHECKING, Final

from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.syntax import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_READERS: Final = {"read", "mapfile", "readarray", "getopts", "printf", "let", "unset"}
"""Commands that give names a value which the line does not tell."""
_REFERS: Final = late(r"^\w+\s+-\w*n")
"""A declaration of names that stand for other names."""


class Scope:
    """What one text assigns, defines and aliases; an inner shell sees the outer one's values."""

    def __init__(self, root: "Node", outer: "Scope | None" = None) -> None:
        self.outer = outer
        self.values: dict[str, list[Node]] = {}
        self.appended: dict[str, list[Node]] = {}
        self.unknown: set[str] = set()
        self.emptied: set[str] = set()
        self.fed: list[Node] = []
        """What ``read`` and its like may read."""
        self.printed: dict[str, list[list[Node]]] = {}
        """The words of ``printf -v NAME``."""
        self.functions: dict[str, list[Node]] = {}
        self.entered: set[str] = set()
        self.aliases: dict[str, list[str]] = dict(outer.aliases) if outer else {}
        self.copies: dict[str, str] = dict(outer.copies) if outer else {}
        for node in _descendants(root):
            self._learn(node)

    def _learn(self, node: "Node") -> None:
        match node.type:
            case "variable_assignment":
                self._assign(node)
            case "for_statement":
                self._loop(node)
            case "function_definition":
                name = node.child_by_field_name("name")
                body = node.child_by_field_name("body")
                if name is not None and body is not None:
                    self.functions.setdefault(text_of(name), []).append(body)
            case "declaration_command" if _REFERS.search(text_of(node)):
                self.unknown.update(
                    text_of(each.child_by_field_name("name") or each)
                    for each in node.named_children
                )
            case "herestring_redirect" | "process_substitution":
                self.fed.extend(node.named_children[:1] if "string" in node.type else [node])
            case "unset_command":
                self.emptied.update(text_of(each) for each in node.named_children)
            case "command":
                self._command(node)
            case _:
                pass

    def sets(self, name: str) -> bool:
        """Return whether this text, or one around it, gives ``name`` a value."""
        return name in self.values or (self.outer is not None and self.outer.sets(name))

    def _assign(self, node: "Node") -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return
        key = text_of(name.child_by_field_name("name") or name)
        if value is None:
            self.emptied.add(key)
            return
        table = self.appended if "+=" in {child.type for child in node.children} else self.values
        table.setdefault(key, []).append(value)

    def _loop(self, node: "Node") -> None:
        variable = node.child_by_field_name("variable")
        values = node.children_by_field_name("value")
        if variable is None:
            return
        if values:
            self.values.setdefault(text_of(variable), []).extend(values)
        else:
            self.unknown.add(text_of(variable))

    def _command(self, node: "Node") -> None:
        name = node.child_by_field_name("name")
        if name is None:
            return
        if text_of(name).rsplit("/", 1)[-1] in _READERS:
            words = node.children_by_field_name("argument")
            texts = list(map(text_of, words))
            if "-v" in texts[:-2]:
                at = texts.index("-v")
                self.printed.setdefault(texts[at + 1], []).append(words[at + 2 :])
            self.unknown.update(text_of(word).split("=")[0] for word in words)


def _descendants(root: "Node") -> "Iterator[Node]":
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.named_children))
