"""What comes of one program: aliases, functions and builtins here, anything else in its tool."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from guardrail.agents.shell.calls import (
    Again,
    Call,
    Feed,
    File,
    Folder,
    Outcome,
    Text,
    Wrote,
    join,
    told,
)
from guardrail.agents.shell.marks import UNKNOWN, clean, known, script, unmarked
from guardrail.agents.shell.model import UNKNOWN_WORD, Operation, Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.programs import base_name, copies, read_program
from guardrail.agents.shell.scope import Scope
from guardrail.agents.shell.steering import steering
from guardrail.agents.shell.syntax import parse
from guardrail.agents.shell.tools.shells import change_directory
from guardrail.agents.shell.tools.wrappers import quoted
from guardrail.agents.shell.words import Evaluator, Words

if TYPE_CHECKING:
    from tree_sitter import Node

_SCRIPTS: Final = 2
"""Scripts that run scripts."""
_MOST: Final = 20_000
"""Programs of one line."""
_CALLS: Final = 6
"""Functions and aliases inside one another."""
_RUNS_BY_ITSELF: Final = late(
    r"(^|/)(\.git/hooks|\.husky|\.githooks)/[\w.-]+$|(^|/)\.(bashrc|bash_profile|bash_aliases|profile"
    r"|zshrc|zprofile|zshenv|envrc|bash_logout)$|(^|/)config\.fish$"
)
"""Files whose commands run at the next occasion."""
_MOVERS: Final = {"cd", "pushd", "chdir"}


class Runner(ABC):
    """Collects operations, and reasons why something could not be read."""

    def __init__(
        self,
        script: Callable[[str, str], str | None] | None,
        holds: Callable[[str, str], bool] | None = None,
    ) -> None:
        self.operations: list[Operation] = []
        self.reasons: dict[str, None] = {}
        self.exhausted = False
        self._script = script
        self._holds = holds
        self._files: dict[str, list[str]] = {}
        self._steps = self._depth = self._scripts = 0
        self._calls: list[tuple[str, Scope | str]] = []
        self._variables: list[str] = []
        self._directory = self._place = ""
        self._feed: Feed | None = None
        self._scope = Scope(parse(""))
        self._words = Evaluator(self._scope, ("bash",))  # an agent's shell is given no arguments

    @abstractmethod
    def read(self, text: str, positional: Words | None = None) -> None:
        """Read ``text`` as a shell started here would; its ``$0``, ``$1``, … are ``positional``."""

    @abstractmethod
    def _visit(self, node: "Node") -> None: ...

    def run(self, argv: Words, *, alone: bool = False) -> None:
        """Follow one program with its arguments."""
        self._steps += 1
        if self._steps > _MOST:
            self.exhausted = True
        elif not self._own(argv):
            call = self._call(base_name(argv[0]), argv[1:], alone=alone)
            self._outcomes(read_program(argv, call), call)

    def _call(self, name: str, words: Words, *, alone: bool = False) -> Call:
        return Call(
            name=name,
            words=words,
            directory=self._directory,
            place=self._place,
            variables=steering(self._variables),
            feed=self._feed,
            alone=alone,
        )

    def _own(self, argv: Words) -> bool:
        """Return whether the shell itself follows ``argv``."""
        name, words = argv[0], argv[1:]
        values = [
            each for each in self._scope.aliases.get(name, ()) if (name, each) not in self._calls
        ]
        scope = self._defining(name)
        if values and self._enter((name, values[0])):
            for value in values:
                self.read(f"{value} {quoted(words)}")
            self._calls.pop()
        elif scope is not None and (name, scope) not in self._calls and self._enter((name, scope)):
            scope.entered.add(name)
            self._function(scope.functions[name], (UNKNOWN, *words))
            self._calls.pop()
        elif name in self._scope.copies:
            self.run((self._scope.copies[name], *words))
        else:
            self._scope.copies.update(copies(argv))
            return self._builtin(name, words)
        return True

    def _builtin(self, name: str, words: Words) -> bool:
        """Return whether ``name`` only changes the shell that runs it."""
        if name in _MOVERS:
            self._directory = change_directory(self._directory, words)
            self._place = unmarked(words[-1]) if words else "~"
        elif name == "popd":
            self._directory = UNKNOWN_WORD
        elif name == "set" and "--" in words:
            self._words.positional = (UNKNOWN, *words[words.index("--") + 1 :])
        elif name == "alias":
            for alias, sign, value in (word.partition("=") for word in words):
                if sign:
                    self._scope.aliases.setdefault(alias, []).append(script(value))
        else:
            return False
        return True

    def _enter(self, call: "tuple[str, Scope | str]") -> bool:
        """Return whether a function or alias may be entered; inside itself it is a program's name."""
        if len(self._calls) >= _CALLS:
            self.reasons[Reason.DEPTH] = None
            return False
        self._calls.append(call)
        return True

    def _defining(self, name: str) -> Scope | None:
        """Return the text that defines the function ``name``, seen from here."""
        scope: Scope | None = self._scope
        while scope is not None and name not in scope.functions:
            scope = scope.outer
        return scope

    def _function(self, bodies: "Iterable[Node]", words: Words | None) -> None:
        kept = self._words
        self._words = Evaluator(self._scope, words)
        for body in bodies:
            self._visit(body)
        self._words = kept

    def _outcomes(self, outcomes: Iterable[Outcome], call: Call) -> None:
        for outcome in outcomes:
            match outcome:
                case Operation():
                    self.operations.append(outcome)
                case Reason():
                    self.reasons[outcome] = None
                case Again():
                    self._again(outcome)
                case Text():
                    self._elsewhere(outcome.directory, [script(outcome.text)], outcome.positional)
                case File():
                    self._file_of(outcome, call)
                case Folder():
                    self._folder(outcome, call)
                case Wrote():
                    self._wrote(outcome)

    def _again(self, outcome: Again) -> None:
        """Follow the program that another one starts; no longer alone, perhaps elsewhere."""
        directory, feed = self._directory, self._feed
        variables = list(self._variables)
        self._directory = directory if outcome.directory is None else outcome.directory
        self._feed = feed if outcome.feed is None else outcome.feed
        self._variables += outcome.variables
        self.run(outcome.argv)
        self._directory, self._feed, self._variables = directory, feed, variables

    def _elsewhere(
        self, directory: str | None, texts: Iterable[str], positional: Words = ()
    ) -> None:
        for text in texts:
            kept = self._directory
            self._directory = kept if directory is None else directory
            self.read(text, positional or None)
            self._directory = kept

    def _file_of(self, outcome: File, call: Call) -> None:
        """Read a script, if it can be had and is not too deep in others."""
        directory = call.directory if outcome.directory is None else outcome.directory
        if self._scripts >= _SCRIPTS:
            self.reasons[Reason.SCRIPT] = None
            return
        for name in outcome.names:
            found = self._texts(directory, name, written=outcome.written)
            commands = [outcome.extract(text) for text in found]
            if found and None not in commands:
                self._scripts += 1
                for each in commands:
                    self._elsewhere(join(directory, "."), each or (), outcome.positional)
                self._scripts -= 1
                return
            if found:
                break
        self.reasons[Reason.SCRIPT] = None

    def _texts(self, directory: str, name: str, *, written: bool) -> list[str]:
        """Return what the script ``name`` may hold: what the line wrote there, and what is there."""
        texts = list(self._files.get(told(name) and join(directory, told(name)), ()))
        if UNKNOWN in texts:
            self.reasons[Reason.SCRIPT] = None
            texts = [text for text in texts if text != UNKNOWN]
        if self._script and not written and directory != UNKNOWN_WORD and known(name):
            there = self._script(directory, told(name))
            texts += [] if there is None else [there]
        return texts

    def _wrote(self, outcome: Wrote) -> None:
        """Remember a file of the line; one that runs by itself is read at once."""
        path = told(outcome.path)
        texts = [clean(text) for text in outcome.texts] or [UNKNOWN]
        self._files.setdefault(join(self._directory, path), []).extend(texts)
        if _RUNS_BY_ITSELF.search(unmarked(outcome.path)) and self._scripts < _SCRIPTS:
            if UNKNOWN in texts:
                self.reasons[Reason.SCRIPT] = None
            self._scripts += 1
            self._elsewhere(UNKNOWN_WORD, [text for text in texts if text != UNKNOWN])
            self._scripts -= 1

    def _folder(self, outcome: Folder, call: Call) -> None:
        """Hold a folder that is removed against what is in it, if that can be had."""
        path = outcome.path
        if self._holds is None or self._directory == UNKNOWN_WORD or UNKNOWN in path:
            return
        if self._holds(self._directory, unmarked(path)):
            self.operations.append(
                Operation(tool="files", name="remove state", directory=call.directory)
            )
