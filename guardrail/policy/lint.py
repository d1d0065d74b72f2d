"""
What a module may not say.

Three sorts of idioms are refused when a module is loaded, with its file and line:

* what reaches outside or differs from one moment to the next: the network, the
  environment, the clock, chance, the log;
* what the embedded engine reads otherwise than OPA, without a word: ``walk`` with one
  argument, objects as patterns, ``strings.count``;
* what makes it crash: a function that calls itself.

Only modules of others are looked at when they are loaded; ours are by a test. Whatever
slips through meets an engine that says no, or whose silence blocks.
"""

from collections.abc import Sequence

from msgspec import Struct

from guardrail.errors import PolicyError
from guardrail.policy.tokens import Token, closing, opening, statements, tokenize

_OUTSIDE = "reaches outside the question"
_CHANGES = "differs from one moment to the next"
_BUILTINS = {
    "http.send": _OUTSIDE,
    "json.match_schema": _OUTSIDE,
    "json.verify_schema": _OUTSIDE,
    "net.lookup_ip_addr": _OUTSIDE,
    "opa.runtime": _OUTSIDE,
    "rand.intn": _CHANGES,
    "time.now_ns": _CHANGES,
    "uuid.rfc4122": _CHANGES,
    "print": "writes what the question holds to a log",
    "trace": "writes what the question holds to a log",
    "rego.metadata": "is silently empty in the embedded engine",
    "strings.count": "counts differently in the embedded engine",
}
_ASSIGNMENTS = frozenset({":=", "="})


class Module(Struct, frozen=True, kw_only=True):
    """One Rego module."""

    name: str
    """Its path, as people know it."""
    text: str
    package: tuple[str, ...]
    tokens: Sequence[Token]
    """Empty for a built-in module, which is not looked at."""

    @property
    def reports(self) -> bool:
        """Whether it holds a part of a rule called ``report``."""
        heads = (statement[:2] for statement in statements(self.tokens))
        return any(
            head[0].text == "report" or [token.text for token in head] == ["default", "report"]
            for head in heads
        )


def read_module(name: str, text: str) -> Module:
    """Return the module ``text``; raises :class:`PolicyError` where its package is not clear."""
    tokens = tokenize(name, text)
    package: list[str] = []
    for index, token in enumerate(tokens[1:]):
        if token.kind != ("sign" if index % 2 else "name") or (index % 2 and token.text != "."):
            break
        package.append(token.text)
    path = tuple(package[::2])
    rest = tokens[len(package) + 1 :]
    if not path or tokens[0].text != "package" or len(package) != 2 * len(path) - 1:
        raise PolicyError(f"{name}: a module begins with `package` and a path of plain names")
    if rest and not rest[0].first:
        raise PolicyError(f"{name}:{rest[0].line}: the package line says more than the package")
    return Module(name=name, text=text, package=path, tokens=tokens)


def lint(module: Module) -> None:
    """Raise :class:`PolicyError` for the first idiom in ``module`` that may not be used."""
    for index, token in enumerate(module.tokens):
        if complaint := _complaint(module.tokens, index):
            raise PolicyError(f"{module.name}:{token.line}: {complaint}")
    for statement in statements(module.tokens):
        if complaint := _statement_complaint(statement):
            raise PolicyError(f"{module.name}:{statement[0].line}: {complaint}")


def _complaint(tokens: Sequence[Token], index: int) -> str | None:
    token = tokens[index]
    if token.kind == "name" and (index == 0 or tokens[index - 1].text != "."):
        if token.text == "walk":
            return _walk_complaint(tokens, index)
        if token.text == "some":
            return _some_complaint(tokens, index)
        return _builtin_complaint(tokens, index)
    if token.text in _ASSIGNMENTS and _is_pattern(tokens, index):
        return "an object as a pattern also fits larger objects in the embedded engine"
    return None


def _builtin_complaint(tokens: Sequence[Token], index: int) -> str | None:
    path = [tokens[index].text]
    while step := _step(tokens, index + 1):
        path.append(step[0])
        index = step[1]
    called = index + 1 < len(tokens) and tokens[index + 1].text == "("
    for name, reason in _BUILTINS.items():
        words = name.split(".")
        if path[: len(words)] == words and (called or len(words) > 1):
            return f"{name} {reason}"
    return None


def _step(tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
    """Return the next word of a path and where it ends: ``.word`` and ``["word"]`` are the same."""
    first, word, last = (*tokens[index : index + 3], None, None, None)[:3]
    if first is None or word is None:
        return None
    if first.text == "." and word.kind == "name":
        return word.text, index + 1
    if first.text == "[" and word.kind == "string" and last is not None and last.text == "]":
        return _unquoted(word.text), index + 2
    return None


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    import json  # noqa: PLC0415 (only policies of others are read)

    try:
        return str(json.loads(text))
    except ValueError:
        return text


def _walk_complaint(tokens: Sequence[Token], index: int) -> str | None:
    start = index + 1
    if start >= len(tokens) or tokens[start].text != "(":
        return None
    end = closing(tokens, start)
    inside = tokens[start + 1 : end]
    depth = tokens[start].depth + 1
    commas = [i for i, t in enumerate(inside) if t.text == "," and t.depth == depth]
    before, after = tokens[index - 1].text, tokens[end + 1 : end + 2]
    if len(commas) != 1 or before in _ASSIGNMENTS or (after and after[0].text in _ASSIGNMENTS):
        return "walk finds nothing in the embedded engine unless written walk(x, [path, value])"
    if any(token.text == "{" for token in inside[commas[0] :]):
        return "an object as a pattern also fits larger objects in the embedded engine"
    return None


def _some_complaint(tokens: Sequence[Token], index: int) -> str | None:
    depth = tokens[index].depth
    for token in tokens[index + 1 :]:
        if token.text == "{":
            return "an object as a pattern also fits larger objects in the embedded engine"
        if token.text == "in" or token.depth < depth or token.first:
            return None
    return None


def _is_pattern(tokens: Sequence[Token], index: int) -> bool:
    return _left_is_pattern(tokens, index) or (
        tokens[index].text == "=" and tokens[index].depth > 0 and _right_is_pattern(tokens, index)
    )


def _left_is_pattern(tokens: Sequence[Token], index: int) -> bool:
    last = tokens[index - 1]
    if last.text == "}":
        return True
    if last.text != "]":
        return False
    start = opening(tokens, index - 1)
    indexed = start > 0 and not tokens[start].first and tokens[start - 1].kind == "name"
    return not indexed and any(token.text == "{" for token in tokens[start:index])


def _right_is_pattern(tokens: Sequence[Token], index: int) -> bool:
    after = tokens[index + 1 : index + 2]
    if not after or after[0].text not in {"{", "["}:
        return False
    end = closing(tokens, index + 1)
    return any(token.text == "{" for token in tokens[index + 1 : end])


def _statement_complaint(statement: Sequence[Token]) -> str | None:
    name = statement[0].text
    if len(statement) < 2 or statement[1].text != "(":
        return None
    end = closing(statement, 1)
    if any(token.text == "{" for token in statement[1:end]):
        return "an object as a pattern also fits larger objects in the embedded engine"
    for before, token, after in zip(
        statement[end:], statement[end + 1 :], statement[end + 2 :], strict=False
    ):
        if token.text == name and after.text == "(" and before.text != ".":
            return f"{name} calls itself"
    return None
