"""What a statement's redirections read and write: a program's input, and files of the line."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from guardrail.agents.shell.calls import Feed, Wrote
from guardrail.agents.shell.marks import UNKNOWN
from guardrail.agents.shell.output import document, filtered, redirected
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.running import Runner
from guardrail.agents.shell.syntax import operators, text_of
from guardrail.agents.shell.tools.files import written

if TYPE_CHECKING:
    from tree_sitter import Node

_PULLS: Final = late(r"^(terraform|tofu)( -chdir=\S+)? state pull\s*$")
LEAVES: Final = {
    "word", "number", "raw_string", "string_content", "comment", "heredoc_start", "heredoc_end",
    "heredoc_content", "file_descriptor", "variable_name", "ansi_c_string", "special_variable_name",
}  # fmt: skip


class Redirections(Runner):
    """Follows redirections; what stands around them is another's to walk."""

    @abstractmethod
    def _command(self, node: "Node", redirects: "Iterable[Node]") -> None: ...

    @contextmanager
    def _apart(self, feed: Feed | None = None) -> Iterator[None]:
        """Keep what a subshell changes; ``feed`` is its standard input if it has its own."""
        directory, kept = self._directory, self._feed
        self._feed = kept if feed is None else feed
        try:
            yield
        finally:
            self._directory, self._feed = directory, kept

    def _redirected(self, node: "Node") -> None:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.named_children if child != body]
        if body is not None and body.type == "command":
            self._command(body, redirects)
        else:
            feed, _ = self._redirects(redirects)
            with self._apart(feed):
                if body is not None:
                    self._visit(body)
        self._rest_of_document(body, redirects)

    def _redirects(self, nodes: "Iterable[Node]") -> "tuple[Feed | None, list[Node]]":
        """Return the standard input that ``nodes`` give, and the words that stand among them."""
        feed: Feed | None = None
        extra: list[Node] = []
        for node in nodes:
            match node.type:
                case "file_redirect":
                    targets = node.children_by_field_name("destination")
                    extra += targets[1:]
                    feed = self._file(node, targets[0]) if targets else feed
                case "herestring_redirect":
                    inner, *more = node.named_children or [node]
                    extra += more
                    feed = Feed(texts=tuple(self._words.text(inner)))
                case "heredoc_redirect":
                    extra += node.children_by_field_name("argument")
                    extra += self._redirects(node.children_by_field_name("redirect"))[1]
                    feed = Feed(texts=tuple(document(self._words, node)), source=text_of(node))
                case _:
                    pass
            self._nested(node)
        return feed, extra

    def _file(self, node: "Node", target: "Node") -> Feed | None:
        signs = operators(node)
        body = node.parent.child_by_field_name("body") if node.parent is not None else None
        pulled = body is not None and _PULLS.search(text_of(body)) is not None
        for (path,) in (words for words in self._words.fields(target) if len(words) == 1):
            if signs & {">", ">>", ">|", "&>", "&>>"}:
                call = self._call("", ())
                self._outcomes(written(path, call, pulled=pulled), call)
                self._wrote(Wrote(path=path, texts=self._printed(node.parent)))
            elif "<" in signs:
                return Feed(file=path)
        return Feed() if signs & {"<", "<&"} else None

    def _printed(self, node: "Node | None") -> tuple[str, ...]:
        """Return what the command that ``node`` redirects prints, where the line tells."""
        if node is not None and node.type == "heredoc_redirect":
            node = node.parent
        if node is None or node.type != "redirected_statement":
            return ()
        return tuple(text for text in redirected(self._words, node) if text != UNKNOWN)

    def _nested(self, node: "Node") -> None:
        """Visit the substitutions inside ``node``; a here-document's pipeline is not one."""
        for child in node.named_children:
            if child.type in {"command_substitution", "process_substitution"}:
                self._visit(child)
            elif child.type not in LEAVES | {
                "pipeline",
                "command",
                "list",
                "redirected_statement",
            }:
                self._nested(child)

    def _rest_of_document(self, body: "Node | None", redirects: "Iterable[Node]") -> None:
        """Visit what follows ``<<WORD`` on its line: the grammar puts it inside the redirection."""
        for node in (each for each in redirects if each.type == "heredoc_redirect"):
            for child in node.named_children:
                if child.type == "pipeline":
                    texts = self._through(body, document(self._words, node))
                    with self._apart(Feed(texts=tuple(texts), source=text_of(node))):
                        self._pipeline_after(child)
                elif child.type in {"command", "list", "redirected_statement", "subshell"}:
                    self._visit(child)

    def _pipeline_after(self, node: "Node") -> None:
        feed = self._feed
        for stage in _stages(node):
            with self._apart(feed):
                self._visit(stage)
            texts = filtered(self._words, stage, feed.texts if feed else ())
            source = feed.source if feed else ""
            feed = Feed(texts=tuple(text for text in texts if text != UNKNOWN), source=source)

    def _through(self, body: "Node | None", texts: "Iterable[str]") -> list[str]:
        if body is None:
            return []
        return [text for text in filtered(self._words, body, texts) if text != UNKNOWN]

    def _nested_in_word(self, node: "Node") -> None:
        if node.type in {"command_substitution", "process_substitution"}:
            self._visit(node)
        else:
            self._nested(node)

    @contextmanager
    def _input(self, feed: Feed | None) -> Iterator[None]:
        kept = self._feed
        self._feed = kept if feed is None else feed
        try:
            yield
        finally:
            self._feed = kept


def _stages(node: "Node") -> "Iterator[Node]":
    for child in node.named_children:
        if child.type == "pipeline":
            yield from _stages(child)
        else:
            yield child
