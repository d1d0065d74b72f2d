"""
A walk over one text in the order in which a shell would run it.

Every branch is taken, every function that is called is entered, and whatever
runs inside a substitution is read like a line of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from guardrail.agents.shell.calls import Feed
from guardrail.agents.shell.marks import UNKNOWN, braces, literal, near, script
from guardrail.agents.shell.model import UNKNOWN_WORD, Reason
from guardrail.agents.shell.output import filtered, output
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.redirections import LEAVES, Redirections
from guardrail.agents.shell.scope import Scope
from guardrail.agents.shell.shape import PLAIN, single, static
from guardrail.agents.shell.steering import READ_AT_START, runs
from guardrail.agents.shell.syntax import joined, operators, parse, text_of
from guardrail.agents.shell.tools import shells
from guardrail.agents.shell.words import Evaluator, Words

if TYPE_CHECKING:
    from tree_sitter import Node

_LEADING_BRACES: Final = late(r"(?<![^\s;&|(])\{[^\s{};,]*,[^\s{};]*\}[^\s;&|]*")
_DEEPEST: Final = 8
"""Shells inside shells."""


class Shell(Redirections):
    """Reads texts, and follows the programs in them."""

    def __init__(
        self,
        script: Callable[[str, str], str | None] | None,
        holds: Callable[[str, str], bool] | None = None,
    ) -> None:
        super().__init__(script, holds)
        self._only: Node | None = None

    def read(self, text: str, positional: Words | None = None) -> None:
        """Read ``text`` as a shell started here would; its ``$0``, ``$1``, … are ``positional``."""
        if self._depth >= _DEEPEST:
            self.reasons[Reason.DEPTH] = None
            return
        text = joined(near(text))
        root = parse(text)
        scope = Scope(root, self._scope)
        only = self._only
        with self._inside(scope, Evaluator(scope, positional or self._words.positional)):
            self._only = single(root) if self._depth == 1 else None
            self._variables += [
                *scope.values,
                *scope.appended,
                *sorted(scope.unknown | scope.emptied),
            ]
            self._visit(root)
            self._left(scope)
            self._commands_in(scope)
            if root.has_error:
                self.reasons[Reason.PARSE] = None
                if _LEADING_BRACES.search(text):  # the grammar knows no program in braces
                    self.read(_LEADING_BRACES.sub(_spread, text))
        self._only = only

    def _commands_in(self, scope: Scope) -> None:
        """Read the variables whose values other programs run."""
        for name, nodes in scope.values.items():
            if runs(name):
                texts = [text.lstrip("| ") for node in nodes for text in self._words.text(node)]
                self._elsewhere(None, map(script, texts))
            elif name in READ_AT_START:
                texts = [text for node in nodes for text in self._words.text(node)]
                self._outcomes(map(shells.script, texts), self._call("", ()))

    @contextmanager
    def _inside(self, scope: Scope, words: Evaluator) -> Iterator[None]:
        kept = self._scope, self._words
        self._scope, self._words = scope, words
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self._scope, self._words = kept

    # -- the walk -----------------------------------------------------------------------

    def _visit(self, node: "Node") -> None:
        match node.type:
            case "command" | "test_command" if node.child_by_field_name("name") is not None:
                self._command(node, ())
            case "redirected_statement":
                self._redirected(node)
            case "pipeline":
                self._pipeline(list(node.named_children))
            case "subshell" | "command_substitution" | "process_substitution":
                own = Feed() if text_of(node).startswith(">(") else None
                with self._apart(own):
                    self._each(node.named_children)
            case "function_definition":
                self._define(node)
            case "ERROR":
                self._broken(node)
            case "if_statement" | "case_statement" | "while_statement" | "for_statement":
                self._branches(node)
            case "list" if "||" in operators(node):
                self._branches(node)
            case kind if kind not in LEAVES:
                self._each(node.named_children)
            case _:
                pass

    def _each(self, nodes: "Iterable[Node]") -> None:
        for node in nodes:
            self._visit(node)

    def _branches(self, node: "Node") -> None:
        """Visit every branch; where they lead to different directories, the way is lost."""
        first, *others = node.named_children or [node]
        self._visit(first)
        before = self._directory
        for child in others:
            self._visit(child)
        if self._directory != before:
            self._directory = UNKNOWN_WORD

    def _define(self, node: "Node") -> None:
        name = node.child_by_field_name("name")
        if name is not None and text_of(name) in self._scope.functions:
            return  # entered where it is called with its arguments, or at the end
        with self._apart():
            self._each(node.named_children)

    def _left(self, scope: Scope) -> None:
        """Visit the functions that this text defines for later."""
        for name, bodies in scope.functions.items():
            if name not in scope.entered:
                with self._apart():
                    self._function(bodies, None)

    def _broken(self, node: "Node") -> None:
        """Read the words of a part that the grammar refuses as if they were a command."""
        words: list[Node] = []
        for child in [*node.named_children, None]:
            if child is not None and child.type in {*PLAIN, "command_name"}:
                words.append(child)
                continue
            if words:
                self._run_all(words, ())
                words = []
            if child is not None:
                self._visit(child)

    def _pipeline(self, stages: "list[Node]") -> None:
        feed: Feed | None = None
        for stage in stages:
            with self._apart(feed):
                self._visit(stage)
            source = (feed.source if feed else "") + " " + text_of(stage)
            texts = (
                output(self._words, stage)
                if feed is None
                else filtered(self._words, stage, feed.texts or (UNKNOWN,))
            )
            feed = Feed(texts=tuple(text for text in texts if text != UNKNOWN), source=source)

    # -- commands -----------------------------------------------------------------------

    def _command(self, node: "Node", redirects: "Iterable[Node]") -> None:
        own = [child for child in node.named_children if child.type.endswith("_redirect")]
        feed, extra = self._redirects([*own, *redirects])
        name = node.child_by_field_name("name")
        for child in node.named_children:
            if child not in own:
                self._nested_in_word(child)
        words = [name, *node.children_by_field_name("argument"), *extra]
        with self._input(feed):
            self._run_all([word for word in words if word is not None], redirects, node)
        self._rest_of_document(node, own)

    def _run_all(
        self, words: "list[Node]", redirects: "Iterable[Node]", node: "Node | None" = None
    ) -> None:
        alone = node is not None and node == self._only and not list(redirects) and static(node)
        choices = [argv for argv in self._words.commands(words) if argv]
        before, places = self._directory, set()
        for argv in choices:
            self._directory = before
            self.run(argv, alone=alone)
            places.add(self._directory)
        self._directory = before if not places else places.pop()
        if places:
            self._directory = UNKNOWN_WORD


def _spread(found: re.Match[str]) -> str:
    return " ".join(filter(None, braces(literal(found[0]))))
