"""
Tools that are no shells but run what a shell could: a cloud's command line, code, keys, requests.

Each is turned into the line that does the same, which is read like any other.
"""

import re
import shlex
from collections.abc import Mapping
from typing import Any, Final

Arguments = Mapping[str, Any]

_CLIS: Final = (
    "terraform", "tofu", "terragrunt", "pulumi", "kubectl", "helm", "gcloud", "gsutil", "aws", "az",
    "doctl", "hcloud", "eksctl", "oc", "argocd", "flux", "flyctl", "heroku", "vercel",
    "wrangler", "databricks", "oci", "ibmcloud", "linode", "scw", "nomad", "consul", "vault",
)  # fmt: skip
_CALLED: Final = {"linode": "linode-cli"}
_STARTED: Final = frozenset(
    {"run", "exec", "execute", "command", "commands", "cli", "call", "generic", "extension", "use"}
)
"""Words of the names of tools that take a command line without its program."""
_COMMANDS: Final = (
    "command", "cli_command", "commands", "cmd", "subcommand", "state_subcommand", "args",
    "arguments", "state_args",
)  # fmt: skip
_RUNS_CODE: Final = re.compile(
    r"(?:execute|run|eval)_?(?P<what>code|python|py|cell|script|javascript|js|node|typescript)"
    r"|(?P<early>python|jupyter|javascript|node)_?(?:execute|run|exec|repl|eval)"
    r"|execute_?in_?notebook",
    re.IGNORECASE,
)
_CODE: Final = ("code", "source", "script", "python_code", "cell", "content", "text")
_TYPES: Final = re.compile(
    r"send_?keys|write_?(?:to_?)?(?:stdin|terminal|process|shell)|send_?(?:input|text|command)"
    r"|type_?(?:text|in)|terminal_?(?:input|write)|interact_with_process|pty_?write",
    re.IGNORECASE,
)
_TYPED: Final = ("chars", "keys", "input", "text", "data", "command")
_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UNREADABLE: Final = "aws $operation"
_CALL_AWS: Final = re.compile(r"(?:^|[^a-z0-9])call_aws$", re.IGNORECASE)
_PIECES: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*[a-z]*|[A-Z]+\d*|\d+[a-z]*")


def words_of(tool: str) -> list[str]:
    """Return the words in the name of a tool, however they are joined, lower case."""
    return [word.lower() for word in _PIECES.findall(tool)]


def shell_line(tool: str, arguments: Arguments) -> str | None:
    """Return the line that does what a call of ``tool`` does, where there is one."""
    if _CALL_AWS.search(tool):
        return _lines(arguments.get("cli_command")) or _UNREADABLE
    words = words_of(tool)
    started = next((each for each in reversed(words) if each in _CLIS), None)
    if started is not None and _STARTED & set(words):
        return _command(_CALLED.get(started, started), arguments)
    if found := _RUNS_CODE.search(tool):
        what = (found["what"] or found["early"] or "").lower()
        program = "node -e" if what in {"javascript", "js", "node", "typescript"} else "python3 -c"
        code = _first(arguments, _CODE)
        return None if code is None else f"{program} {shlex.quote(code)}"
    if _TYPES.search(tool):
        return _first(arguments, _TYPED)
    return _request(arguments)


def _lines(value: Any) -> str:
    match value:
        case str(line):
            return line
        case [*lines] if all(isinstance(line, str) for line in lines):
            return "\n".join(lines)
        case _:
            return ""


def _command(program: str, arguments: Arguments) -> str | None:
    given: list[str] = []
    for name in _COMMANDS:
        match arguments.get(name):
            case str(text):
                given.append(text)
            case [*words] if words:
                given.append(" ".join(shlex.quote(str(word)) for word in words))
            case _:
                continue
    line = " ".join(given).strip()
    if not line:
        return None
    first = line.split()[0].rsplit("/", 1)[-1]
    return line if first in _CLIS or first in {program, "az", "linode-cli"} else f"{program} {line}"


def _first(arguments: Arguments, names: tuple[str, ...]) -> str | None:
    for name in names:
        if isinstance(text := arguments.get(name), str):
            return text
    return None


def _request(arguments: Arguments) -> str | None:
    """Return the line for a request to a URL that is meant to change something."""
    lowered = {name.lower(): value for name, value in arguments.items()}
    url = next((lowered[name] for name in ("url", "uri", "endpoint") if name in lowered), None)
    method = lowered.get("method", lowered.get("http_method"))
    if not isinstance(url, str) or not isinstance(method, str) or method.upper() not in _METHODS:
        return None
    body = next((lowered[name] for name in ("body", "data", "json") if name in lowered), "")
    sent = body if isinstance(body, str) else repr(body)
    return f"curl -X {method.upper()} {shlex.quote(url)} -d {shlex.quote(sent)}"
