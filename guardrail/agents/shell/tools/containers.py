"""Containers: an image of Terraform is Terraform, a program that the line names is read."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, Reader
from guardrail.agents.shell.marks import UNKNOWN, known
from guardrail.agents.shell.model import UNKNOWN_WORD, Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import clouds
from guardrail.agents.shell.tools.remote import ssh

_FLAGS: Final = frozenset(
    [
        "-d",
        "-i",
        "-t",
        "-it",
        "-ti",
        "-dit",
        "-itd",
        "-P",
        "-q",
        "--rm",
        "--detach",
        "--interactive",
        "--tty",
        "--privileged",
        "--init",
        "--read-only",
        "--publish-all",
        "--no-healthcheck",
        "--oom-kill-disable",
        "--quiet",
        "--sig-proxy",
        "--disable-content-trust",
        "--no-deps",
        "--service-ports",
        "--use-aliases",
        "--build",
        "--quiet-pull",
        "-T",
        "--no-TTY",
        "--remove-orphans",
        "--stdin",
        "--attach",
        "--leave-stdin-open",
        "--no-tty",
    ]
)
_GLOBAL_VALUED: Final = frozenset(
    [
        "-H",
        "-c",
        "-l",
        "-f",
        "-p",
        "--host",
        "--context",
        "--config",
        "--log-level",
        "--file",
        "--project-name",
        "--profile",
        "--env-file",
        "--project-directory",
        "--ansi",
        "--parallel",
        "--tlscacert",
        "--tlscert",
        "--tlskey",
        "--connection",
        "--url",
        "--identity",
        "--namespace",
        "-n",
    ]
)
_IMAGES: Final = late(
    r"(^|/)(?P<tool>terraform|terragrunt|tofu|opentofu|pulumi|cdktf)[^/:@]*([:@].*)?$"
)
_TOOLS: Final = {"opentofu": "tofu"}
_AWS: Final = late(r"(^|/)(aws-cli|kubectl|helm|azure-cli)([:@].*)?$")
_SERVICES: Final = {"tf": "terraform", "tg": "terragrunt"}
"""What services of Compose are called."""
_AWS_TOOLS: Final = {"aws-cli": "aws", "azure-cli": "az"}


def _docker(call: Call) -> Iterator[Outcome]:
    words = _after_options(call.words, _GLOBAL_VALUED)
    if words[:1] in (["container"], ["compose"]):
        words = _after_options(words[1:], _GLOBAL_VALUED)
    match words[:1]:
        case ["exec"]:
            yield from _program(_operands(words[1:])[1][1:])
        case ["run" | "create"]:
            yield from _run(words[1:])
        case ["stack" | "service"] if words[1:2] in (["rm"], ["remove"], ["down"]):
            yield call.operation(f"{words[0]} rm")
        case ["start" | "attach"]:
            yield Reason.CONTAINER
        case [first] if not known(first):
            yield Reason.DYNAMIC
        case _:
            pass


def _run(words: Sequence[str]) -> Iterator[Outcome]:
    options, rest = _operands(words)
    if not rest:
        return
    image, *argv = rest
    entry = options.get("--entrypoint")
    tool = _tool(image)
    if entry:
        yield Again(argv=(*_words(entry), *argv), directory=UNKNOWN_WORD)
        return
    if tool is not None:
        yield Again(argv=(tool, *argv), directory=UNKNOWN_WORD)
        return
    yield Reason.CONTAINER
    if argv:
        yield Again(argv=tuple(argv), directory=UNKNOWN_WORD)


def _tool(image: str) -> str | None:
    found = _IMAGES.search(image)
    if found is not None:
        return _TOOLS.get(found["tool"], found["tool"])
    if image in _SERVICES:
        return _SERVICES[image]
    cloud = _AWS.search(image)
    return _AWS_TOOLS.get(cloud[2], cloud[2]) if cloud is not None else None


def _words(entry: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\s\[\]\",]+", entry)) or (UNKNOWN,)


def _program(argv: Sequence[str]) -> Iterator[Outcome]:
    if argv:
        yield Again(argv=tuple(argv), directory=UNKNOWN_WORD)
    else:
        yield Reason.CONTAINER


def _operands(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return options with values, and the operands; an option that is no known flag takes a word."""
    options: dict[str, str] = {}
    at = 0
    while at < len(words) and words[at].startswith("-"):
        name, sign, value = words[at].partition("=")
        at += 1
        if name == "--":
            break
        if not sign and name not in _FLAGS and not re.fullmatch(r"-[ditPqT]+", name):
            if re.fullmatch(r"-[vepwuhmlc].+", name):
                continue
            value = words[at] if at < len(words) else ""
            at += 1
        options[name] = value
    return options, list(words[at:])


def _after_options(words: Sequence[str], valued: frozenset[str]) -> list[str]:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in valued else 1
    return list(words[at:])


def _kubectl(call: Call) -> Iterator[Outcome]:
    """Yield what ``exec`` and ``run`` start, and what the table of deletions knows."""
    words = call.words
    verbs = words[: words.index("--")] if "--" in words else words
    inside = "exec" in verbs or "debug" in verbs or "run" in verbs[:1]
    image = next((word[8:] for word in words if word.startswith("--image=")), "")
    tool = _tool(image) if image else None
    if tool is not None and "--" in words:
        argv = words[words.index("--") + 1 :]
        yield Again(argv=argv if argv[:1] == (tool,) else (tool, *argv), directory=UNKNOWN_WORD)
    elif not inside:
        yield from clouds.read(call)
    elif "--" in words:
        yield from _program(words[words.index("--") + 1 :])
    elif "exec" in verbs:
        yield from _program(_operands(words[list(words).index("exec") + 1 :])[1][1:])
    else:
        yield Reason.CONTAINER


READERS: Final[dict[str, Reader]] = {
    "docker": _docker,
    "podman": _docker,
    "nerdctl": _docker,
    "finch": _docker,
    "docker-compose": _docker,
    "podman-compose": _docker,
    "kubectl": _kubectl,
    "oc": _kubectl,
    "ssh": ssh,
    "mosh": ssh,
    "autossh": ssh,
}
