"""Questions about the shape of a node that need no walk."""

from typing import TYPE_CHECKING, Final

from guardrail.agents.shell.syntax import operators

if TYPE_CHECKING:
    from tree_sitter import Node

PLAIN: Final = {"word", "number", "raw_string", "string", "concatenation", "ansi_c_string"}


def single(root: "Node") -> "Node | None":
    """Return the command that is all of the text, if there is one."""
    nodes = root.named_children
    only = len(nodes) == 1 and nodes[0].type == "command"
    return nodes[0] if only and not operators(root) - {"\n", ";"} else None


def static(node: "Node") -> bool:
    """Return whether a command is words only: nothing assigned, expanded or redirected."""
    waiting = list(node.named_children)
    while waiting:
        child = waiting.pop()
        if child.type not in {*PLAIN, "command_name", "string_content"}:
            return False
        waiting.extend(child.named_children)
    return True
