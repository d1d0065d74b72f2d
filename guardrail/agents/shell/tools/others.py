"""Programs that start others in ways of their own: git, editors, terminals, tar, curl, CI."""

import re
from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, Reader, Text, operands
from guardrail.agents.shell.marks import UNKNOWN
from guardrail.agents.shell.model import UNKNOWN_WORD, Operation, Reason
from guardrail.agents.shell.tools.wrappers import HEADS

_GIT_VALUED: Final = frozenset(
    [
        "-C",
        "-c",
        "--git-dir",
        "--work-tree",
        "--namespace",
        "--super-prefix",
        "--config-env",
        "--exec-path",
    ]
)
_RUNS_BY_CONFIG: Final = re.compile(
    r"(?i)^(alias\.|core\.(pager|editor|sshcommand|fsmonitor|hookspath|gitproxy|askpass)|pager\."
    r"|diff\..*(external|command|textconv)|filter\.|credential\..*helper|sequence\.editor|gpg\."
    r"|merge\..*driver|mergetool\.|difftool\.|interactive\.|protocol\.ext|http\.proxy|include)"
)
_TFE_HOSTS: Final = re.compile(
    r"/api/v2/(runs/[^/\s]+/actions/[\w-]+|runs\b|workspaces|organizations/[^\s]*workspaces|state-versions"
    r"|plans|applies|vars|projects|admin)"
)
_RUN_ACTION: Final = re.compile(r"/api/v2/runs/[^/\s]*/actions/")
_CLOUD_HOSTS: Final = re.compile(
    r"(api\.digitalocean\.com|management\.azure\.com|googleapis\.com|amazonaws\.com|api\.cloudflare\.com"
    r"|api\.hetzner\.cloud|api\.linode\.com|api\.vultr\.com|api\.heroku\.com|api\.fly\.io"
    r"|api\.scaleway\.com|app\.terraform\.io|api\.pulumi\.com|spacelift\.io)"
)
_SENDS: Final = re.compile(
    r"-X(POST|PUT|PATCH|DELETE)?|--request(=.*)?|--method(=.*)?|-d.*|--data.*|--json.*|-F.*|-T.*"
)
_METHODS: Final = {"POST", "PUT", "PATCH", "DELETE"}


def _git(call: Call) -> Iterator[Outcome]:  # noqa: C901 - a row a command
    """Yield commands that git is told to run: bisect, submodule, rebase and settings."""
    words = list(call.words)
    at = 0
    while at < len(words) and words[at].startswith("-"):
        value = words[at + 1] if at + 1 < len(words) else ""
        if words[at] in {"-c", "--config-env"} and _RUNS_BY_CONFIG.match(value):
            yield from _setting(value.partition("=")[2])
        at += 2 if words[at] in _GIT_VALUED else 1
    match words[at:]:
        case ["bisect", "run", *argv] if argv:
            yield Again(argv=tuple(argv))
        case ["submodule", "foreach", *argv]:
            argv = [word for word in argv if word not in {"--recursive", "-q", "--quiet"}]
            yield Text(text=" ".join(argv), directory=UNKNOWN_WORD)
        case ["filter-branch", *_]:
            yield Reason.PROGRAM
        case ["rebase", *options]:
            for number, word in enumerate(options):
                if word in {"-x", "--exec"}:
                    yield Text(text="".join(options[number + 1 : number + 2]))
                elif word.startswith("--exec="):
                    yield Text(text=word[7:])
        case ["config", *options]:
            keys = [word for word in options if _RUNS_BY_CONFIG.match(word)]
            if keys and keys[0] != options[-1]:
                yield from _setting(options[-1])
        case [name, *_] if UNKNOWN in name:
            yield Reason.DYNAMIC


def _setting(value: str) -> Iterator[Outcome]:
    if value.startswith("!"):
        yield Text(text=value[1:])
    elif re.search(r"[\s/$;|&]", value):
        yield Text(text=value)


def _texts(*flags: str) -> Reader:
    """Return a reader for programs that take commands as the value of ``flags``."""

    def reader(call: Call) -> Iterator[Outcome]:
        for at, word in enumerate(call.words[:-1]):
            if word in flags:
                value = call.words[at + 1]
                yield Text(text=re.sub(r"^\s*:?\s*!", "", value))

    return reader


def _terminal(call: Call) -> Iterator[Outcome]:
    """Yield what tmux or screen is told to start or to type."""
    words = [word for word in call.words if word not in {"Enter", "C-m", "KPEnter"}]
    for at, word in enumerate(words):
        if word in {"send-keys", "send", "stuff", "-X"} or word.startswith(
            ("new", "split", "respawn", "neww")
        ):
            rest = [each for each in words[at + 1 :] if not re.fullmatch(r"-.*", each)]
            for start in range(min(len(rest), 4)):
                yield Text(text=re.sub(r"\\[nr015]+$|\n$", "", " ".join(rest[start:])))
            return
    for at, word in enumerate(words):
        if word.rsplit("/", 1)[-1] in HEADS:
            yield Again(argv=tuple(words[at:]))


def _tar(call: Call) -> Iterator[Outcome]:
    for at, word in enumerate(call.words):
        match = re.match(
            r"--(?:checkpoint-action=exec|to-command|use-compress-program|rsh-command)=(.*)", word
        )
        if match:
            yield Text(text=match[1])
        elif word in {"--to-command", "--use-compress-program", "-I"}:
            yield Text(text="".join(call.words[at + 1 : at + 2]))


def _fed(call: Call) -> Iterator[Outcome]:
    """Yield what ``at``, ``batch`` and ``crontab`` keep for later."""
    if call.name == "crontab" and set(call.words) & {"-l", "-r"}:
        return
    if call.feed is not None and call.feed.texts:
        for text in call.feed.texts:
            lines = text.splitlines()
            yield Text(
                text="\n".join(re.sub(r"^\s*(@\w+|(\S+\s+){5})", "", line) for line in lines)
                if call.name == "crontab"
                else text
            )
    elif call.name != "at" or not set(call.words) & {"-l", "-d", "-r"}:
        yield Reason.INPUT


def _curl(call: Call) -> Iterator[Outcome]:
    """Yield requests that start, apply or delete through the API of HCP Terraform or a cloud."""
    text = " ".join(call.words)
    sends = any(_SENDS.fullmatch(word) for word in call.words) or bool(_METHODS & set(call.words))
    deletes = "DELETE" in text
    if _RUN_ACTION.search(text):
        yield Operation(tool=call.name, name="run action", directory=call.directory)
    elif sends and _TFE_HOSTS.search(text):
        yield Operation(tool=call.name, name="change through the API", directory=call.directory)
    elif deletes and _CLOUD_HOSTS.search(text):
        yield Operation(tool=call.name, name="delete through the API", directory=call.directory)


def _gh(call: Call) -> Iterator[Outcome]:
    """Yield that a pipeline is started, which may do anything."""
    words = operands(call.words)
    if words[:2] in (["workflow", "run"], ["run", "rerun"], ["ci", "run"], ["pipeline", "run"]):
        yield Reason.REMOTE
    elif words[:1] in (["repo"], ["ci"]) and words[1:2] == ["delete"]:
        yield call.operation("delete")
    elif words[:2] == ["codespace", "ssh"]:
        yield Reason.REMOTE
    elif words[:1] == ["api"]:
        yield from _curl(call)


def _sed(call: Call) -> Iterator[Outcome]:
    from guardrail.agents.shell.tools import files  # noqa: PLC0415 - sed also writes

    yield from files.READERS["sed"](call)
    for word in call.words:
        if re.search(r"(^|[;{}\n\d$/])\s*e(\s|$)", word) or re.fullmatch(
            r"(?s).*s(.).*\1.*\1[gIipmM0-9]*e[gIipmM0-9]*", word
        ):
            yield Reason.PROGRAM


def _fd(call: Call) -> Iterator[Outcome]:
    """Yield the program that fd runs for what it finds."""
    for at, word in enumerate(call.words):
        if word in {"-x", "-X", "--exec", "--exec-batch"} and call.words[at + 1 :]:
            inner = [each.replace("{}", UNKNOWN) for each in call.words[at + 1 :] if each != ";"]
            yield Again(argv=(*inner, UNKNOWN))


def _helper(*flags: str) -> Reader:
    """Return a reader for programs that start the one which an option of ``flags`` names."""

    def reader(call: Call) -> Iterator[Outcome]:
        if any(word.partition("=")[0] in flags for word in call.words):
            yield Reason.PROGRAM

    return reader


def _always(reason: Reason) -> Reader:
    def reader(call: Call) -> Iterator[Outcome]:
        if not {"--version", "--help", "-h", "-V"} & set(call.words):
            yield reason

    return reader


READERS: Final[dict[str, Reader]] = {
    "git": _git,
    "sed": _sed,
    "gsed": _sed,
    **dict.fromkeys(("vim", "vi", "nvim", "ex", "view"), _texts("-c", "--cmd", "+")),
    **dict.fromkeys(("less", "man"), _texts("+", "-P")),
    **dict.fromkeys(("ksshaskpass", "xterm", "gnome-terminal", "alacritty", "kitty", "konsole"),
                    _texts("-e", "--command", "-x")),
    "wezterm": _texts("--"),
    "zellij": _texts("-c", "--"),
    "fd": _fd,
    "fdfind": _fd,
    "rg": _helper("--pre", "--hostname-bin"),
    "sort": _helper("--compress-program"),
    "emacs": _always(Reason.PROGRAM),
    "gdb": _always(Reason.PROGRAM),
    "lldb": _always(Reason.PROGRAM),
    "tmux": _terminal,
    "screen": _terminal,
    "tar": _tar,
    "gtar": _tar,
    "bsdtar": _tar,
    "at": _fed,
    "batch": _fed,
    "crontab": _fed,
    **dict.fromkeys(("curl", "wget", "http", "https", "xh", "httpie"), _curl),
    "gh": _gh,
    "glab": _gh,
    **dict.fromkeys(("bwrap", "firejail", "proot", "fakeroot", "schroot"), _always(Reason.PROGRAM)),
    **dict.fromkeys(("vagrant", "lima", "limactl", "wsl", "nixos-rebuild"), _always(Reason.REMOTE)),
    **dict.fromkeys(("tfctl-run", "salt", "salt-call", "pdsh", "pssh", "fab", "knife"),
                    _always(Reason.REMOTE)),
    **dict.fromkeys(("act", "gitlab-runner", "dagger", "earthly", "circleci", "drone", "fastlane"),
                    _always(Reason.PROGRAM)),
}  # fmt: skip
