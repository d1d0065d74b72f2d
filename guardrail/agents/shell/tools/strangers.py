"""
Programs that no table knows: some run the program that their words name.

What follows ``--``, or reads like an operation of Terraform wherever it stands, is
taken for that program. Programs that only show or keep words are listed.
"""

import re
from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, Text
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.plain import ANY
from guardrail.door.subcommands import OPERATIONS, OPERATIONS_BELOW

_SHOW: Final = ANY | {
    "print", "say", "cowsay", "notify-send", "logger", "figlet", "banner", "toilet", "lolcat", "wall",
    "tldr", "cheat", "man", "info", "apropos", "whatis", "help", "whereis", "type", "hash", "compgen",
    "touch", "ll", "la", "pushd", "eza", "exa", "lsd", "bat", "[", "[[", "expr", "zgrep", "ag", "ack",
    "ugrep", "pgrep", "pidof", "code", "cursor", "subl", "open", "xdg-open", "brew", "apt", "apt-get",
    "apt-cache", "dnf", "yum", "apk", "pacman", "zypper", "snap", "port", "choco", "winget", "scoop",
    "yq", "export", "set", "declare", "local", "readonly", "typeset", "unset", "alias", "unalias",
    "read", "return", "exit", ":", "let", "shift", "getopts", "hub", "jira", "linear", "slack",
    "base64", "rev", "kill", "history", "dot", "tfenv", "tfswitch", "checkov", "tfsec", "trivy",
    "infracost", "espeak", "pbcopy", "xclip", "wl-copy", "dig", "fold",
}  # fmt: skip
_TERRAFORMS: Final = {"terraform", "tofu", "opentofu", "terragrunt", "pulumi", "cdktf", "tf"}
_VERBS: Final = (
    OPERATIONS
    | set(OPERATIONS_BELOW)
    | {"up", "run-all", "run", "stack", "deploy", "apply-all", "destroy-all"}
)
_APPLIES: Final = {"apply", "destroy", "--apply", "apply-run", "destroy-run"}
_SAYS: Final = late(
    r"(?:^|[\s;&|({`/'\"])(?:terraform|tofu|terragrunt|pulumi|cdktf)(?:\.exe)?['\",\s]+"
    r"(?:-[\w=./-]+['\",\s]+)*(?:apply|destroy|import|refresh|taint|state\s+(?:rm|mv|push)|up|deploy|run-all)\b"
)


def read(call: Call) -> Iterator[Outcome]:
    """Yield the program that the words of an unknown one name, if they do."""
    if call.name in _SHOW:
        return
    words = call.words
    if "--" in words and words[words.index("--") + 1 :]:
        yield Again(argv=words[words.index("--") + 1 :])
    for at, word in enumerate(words[:-1]):
        if word.rsplit("/", 1)[-1].removesuffix(".exe") in _TERRAFORMS and _operates(
            words[at + 1 :]
        ):
            yield Again(argv=words[at:])
            return
    steers = call.name.startswith(("tf", "terra", "tofu", "scalr", "tecli"))
    if any(says(word) for word in words) or (steers and _APPLIES & set(words)):
        yield Reason.PROGRAM


def _operates(words: tuple[str, ...]) -> bool:
    first = next((word for word in words if not word.startswith("-")), "")
    return first in _VERBS


def said(text: str) -> Iterator[Outcome]:
    """Yield the operation of Terraform that is written in ``text``, as far as it goes."""
    for found in _SAYS.finditer(text):
        line = re.split(r"[;&|\n)}\]<>]", text[found.start() :].lstrip("'\"`({;&|/ \t\n"))[0]
        yield Text(text=re.sub(r"['\"`,]+", " ", line))


def says(text: str) -> bool:
    """Return whether an operation of Terraform, or of its like, is written in ``text``."""
    return _SAYS.search(text) is not None
