"""From the word in command position to the tool that knows what it does."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, Reader
from guardrail.agents.shell.marks import BREAK, ONE, SET, STAR, STREAM, UNKNOWN
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import (
    agents,
    clouds,
    containers,
    databases,
    files,
    git,
    guardrail,
    languages,
    others,
    packages,
    pulumi,
    runners,
    services,
    shells,
    signals,
    strangers,
    terraform,
    terragrunt,
    wrappers,
)
from guardrail.agents.shell.tools.wrapping import WRAPPERS

_SHORT: Final = {
    "tf": "terraform", "tform": "terraform", "opentofu": "tofu", "tg": "terragrunt", "k": "kubectl",
    "nodejs": "node", "gmake": "make", "go-task": "task", "podman-remote": "podman",
    "cdktf-cli": "cdktf", "aws-cdk": "cdk", "awscli": "aws", "osls": "serverless",
    "terramate-cli": "terramate", "@pulumi/cli": "pulumi", "firebase-tools": "firebase",
    "netlify-cli": "netlify", "@railway/cli": "railway", "mongocli": "atlas",
}  # fmt: skip
_VERSION: Final = late(
    r"(?<=[a-z]{2})[-_.]?v?\d[\w.]*$|\.(exe|real|orig|bin|cmd)$|(?<=\w)@[\w.^~*-]+$"
)
_DRIVE: Final = late(r"[a-z]:.*(terraform|tofu|terragrunt|pulumi)(\.exe)?$")
_PLAIN_PLACES: Final = late(
    r"^/(usr|bin|sbin|opt|nix|snap)(/|$)|(^|/)(\.?v?env[\w.-]*/bin|node_modules/\.bin|vendor/bin"
    r"|\.local/bin|homebrew|\.cargo/bin|go/bin|\.(pyenv|rbenv|nvm|asdf|volta|mise))(/|$)"
)
_TERRAFORM_ONLY: Final = late(r"-(auto-approve|chdir=.*|refresh-only|replace=.*|var-file=.*)")

_READERS: Final[dict[str, Reader]] = {
    "terraform": terraform.read,
    "tofu": terraform.read,
    "terragrunt": terragrunt.read,
    **dict.fromkeys(WRAPPERS, wrappers.read),
    **dict.fromkeys(shells.SHELLS, shells.read),
    "eval": shells.evaluate,
    "trap": shells.trap,
    "source": shells.sourced,
    ".": shells.sourced,
    **pulumi.READERS,
    **clouds.READERS,
    **containers.READERS,
    **runners.READERS,
    **languages.READERS,
    **files.READERS,
    **others.READERS,
    **git.READERS,
    **services.READERS,
    **agents.READERS,
    **databases.READERS,
    **packages.READERS,
    **signals.READERS,
    "guardrail": guardrail.read,
}
_COPIERS: Final = {"cp", "ln", "mv", "install"}
_PATTERNS: Final = (
    "terraform", "tofu", "terragrunt", "pulumi", "aws", "kubectl", "gcloud", "guardrail",
)  # fmt: skip
_BINARIES: Final = {"terraform", "tofu", "terragrunt"}


def base_name(word: str) -> str:
    """Return the name of the program in ``word``: without path, case, version and suffix."""
    base = word.replace("\\", "/").rsplit("/", 1)[-1].rsplit("#", 1)[-1].lower().lstrip("=")
    if base in _READERS:
        return base
    if drive := _DRIVE.match(base):  # a path of Windows whose backslashes the shell took
        return drive[1]
    plain = _VERSION.sub("", _VERSION.sub("", base))
    plain = _SHORT.get(plain, plain)
    return plain if plain in _READERS else base


def read_program(argv: tuple[str, ...], call: Call) -> Iterable[Outcome]:
    """Yield what the program ``argv[0]`` does; a name that the line does not tell is opaque."""
    word = argv[0]
    base = word.rsplit("/", 1)[-1]
    if any(mark in base for mark in (UNKNOWN, STAR, ONE, SET, BREAK, STREAM)):
        yield from _dynamic(word, call)
    elif call.name in _READERS:
        yield from _READERS[call.name](call)
    elif "/" in word and not _PLAIN_PLACES.search(word):
        yield shells.script(word, *call.words)
        yield from strangers.read(call)
    else:
        yield from strangers.read(call)


def _dynamic(word: str, call: Call) -> Iterator[Outcome]:
    """Yield what runs if the expansion is empty, or if the arguments are such as only Terraform takes."""
    yield Reason.DYNAMIC
    if call.feed is not None:
        yield from strangers.said(call.feed.source)
    base = word.rsplit("/", 1)[-1]
    if UNKNOWN not in base and sum(map(str.isalpha, base)) > 1:  # a pattern
        pattern = base.replace(STAR, "*").replace(ONE, "?").replace(SET, "[")
        yield from (
            Again(argv=(name, *call.words)) for name in _PATTERNS if fnmatchcase(name, pattern)
        )
    if rest := word.replace(UNKNOWN, ""):
        yield from (Again(argv=(rest, *call.words)),) if UNKNOWN in word else ()
    elif call.words:
        yield Again(argv=call.words)
    if any(_TERRAFORM_ONLY.fullmatch(word) for word in call.words):
        import msgspec  # noqa: PLC0415 - rare

        yield from terraform.read(msgspec.structs.replace(call, name="terraform"))


def copies(argv: tuple[str, ...]) -> dict[str, str]:
    """Return the new names of Terraform's program that ``cp`` or ``ln`` makes."""
    operands = [word for word in argv[1:] if not word.startswith("-")]
    if base_name(argv[0]) not in _COPIERS or len(operands) != 2:
        return {}
    kind = base_name(operands[0])
    if kind not in _BINARIES:
        return {}
    return {operands[1]: kind, operands[1].rsplit("/", 1)[-1]: kind}
