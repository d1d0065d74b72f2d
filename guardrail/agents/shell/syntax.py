"""The grammar, loaded on first use: most lines never need it."""

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser


@cache
def _parser() -> "Parser":
    from tree_sitter import Language, Parser  # noqa: PLC0415 - a harmless line must not wait for it

    return Parser(Language(_grammar()))


def _grammar() -> object:
    """
    Return the grammar of the package ``tree_sitter_bash`` without loading the rest of it.

    The rest is there for queries that we do not ask, and takes several times as long to load.
    """
    from importlib.machinery import PathFinder  # noqa: PLC0415 - the same
    from importlib.util import module_from_spec  # noqa: PLC0415 - the same

    package = PathFinder.find_spec("tree_sitter_bash")
    places = package and package.submodule_search_locations
    binding = PathFinder.find_spec("tree_sitter_bash._binding", places) if places else None
    if binding is None or binding.loader is None:
        import tree_sitter_bash  # noqa: PLC0415 - installed in a way of its own

        return tree_sitter_bash.language()
    module = module_from_spec(binding)
    binding.loader.exec_module(module)
    return module.language()


def parse(text: str) -> "Node":
    """Return the root of ``text``; errors are nodes of their own, nothing is raised."""
    return _parser().parse(text.encode("utf-8", errors="replace")).root_node


def text_of(node: "Node") -> str:
    """Return the source of ``node``."""
    return (node.text or b"").decode("utf-8", errors="replace")


def operators(node: "Node") -> set[str]:
    """Return the types of the direct children that are punctuation or keywords."""
    return {child.type for child in node.children if not child.is_named}


_CONTINUED_BYTES: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\\n")
_VERBATIM: Final = {"comment", "raw_string", "heredoc_body", "ansi_c_string"}


def joined(text: str) -> str:
    """
    Return ``text`` with continued lines joined, as the shell does before it sees words.

    The grammar takes a continuation for white space, and would see two words in
    one. What stands in single quotes, comments and here-documents stays.
    """
    if "\\\n" not in text:
        return text
    raw = text.encode("utf-8", errors="replace")
    kept = [(node.start_byte, node.end_byte) for node in _verbatim(parse(text))]
    pieces, at = [], 0
    for found in _CONTINUED_BYTES.finditer(raw):
        end = found.end()
        if any(start <= end - 2 < stop for start, stop in kept):
            continue
        pieces.append(raw[at : end - 2])
        at = end
    return b"".join([*pieces, raw[at:]]).decode("utf-8", errors="replace")


def _verbatim(root: "Node") -> "Iterator[Node]":
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _VERBATIM:
            yield node
        waiting.extend(node.named_children)
