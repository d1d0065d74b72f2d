"""Programs that start others in ways of their own: git, editors, terminals, tar, curl, CI."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec

from guardrail.agents.shell.calls import Again, Call, Folder, Outcome, Reader, Text, Wrote, operands
from guardrail.agents.shell.marks import UNKNOWN
from guardrail.agents.shell.model import UNKNOWN_WORD, Operation, Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import files, strangers, wrappers
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
_RUNS_BY_CONFIG: Final = late(
    r"(?i)^(alias\.|core\.(pager|editor|sshcommand|fsmonitor|hookspath|gitproxy|askpass)|pager\."
    r"|diff\..*(external|command|textconv)|filter\.|credential\..*helper|sequence\.editor|gpg\."
    r"|merge\..*driver|mergetool\.|difftool\.|interactive\.|protocol\.ext|http\.proxy|include)"
)
_TFE_HOSTS: Final = late(
    r"/api/v2/(runs/[^/\s]+/actions/[\w-]+|runs\b|workspaces|organizations/[^\s]*workspaces|state-versions"
    r"|plans|applies|vars|projects|admin)"
)
_RUN_ACTION: Final = late(r"/api/v2/runs/[^/\s]*/actions/")
_CLOUD_HOSTS: Final = late(
    r"(api\.digitalocean\.com|management\.azure\.com|googleapis\.com|amazonaws\.com|api\.cloudflare\.com"
    r"|api\.hetzner\.cloud|api\.linode\.com|api\.vultr\.com|api\.heroku\.com|api\.fly\.io"
    r"|api\.scaleway\.com|app\.terraform\.io|api\.pulumi\.com|spacelift\.io)"
)
_SENDS: Final = late(
    r"-X(POST|PUT|PATCH|DELETE)?|--request(=.*)?|--method(=.*)?|-d.*|--data.*|--json.*|-F.*|-T.*"
)
_METHODS: Final = {"POST", "PUT", "PATCH", "DELETE"}


def _git(call: Call) -> Iterator[Outcome]:
    """Yield commands that git is told to run, and what it takes away or writes over."""
    words = list(call.words)
    at = 0
    while at < len(words) and words[at].startswith("-"):
        value = words[at + 1] if at + 1 < len(words) else ""
        if words[at] in {"-c", "--config-env"} and _RUNS_BY_CONFIG.match(value):
            yield from _setting(value.partition("=")[2])
        at += 2 if words[at] in _GIT_VALUED else 1
    name, rest = "".join(words[at : at + 1]), words[at + 1 :]
    if name in _GIT_RUNS:
        yield from _GIT_RUNS[name](rest)
    elif UNKNOWN in name:
        yield Reason.DYNAMIC
    else:
        yield from _git_files(name, rest, call)


def _bisect(words: list[str]) -> Iterator[Outcome]:
    if words[:1] == ["run"] and words[1:]:
        yield Again(argv=tuple(words[1:]))


def _submodule(words: list[str]) -> Iterator[Outcome]:
    if words[:1] == ["foreach"]:
        argv = [word for word in words[1:] if word not in {"--recursive", "-q", "--quiet"}]
        yield Text(text=" ".join(argv), directory=UNKNOWN_WORD)


def _filter_branch(words: list[str]) -> Iterator[Outcome]:
    yield Reason.PROGRAM
    for flag, text in pairwise(words):
        if flag.endswith("-filter"):
            yield Text(text=text, directory=UNKNOWN_WORD)


def _rebase(words: list[str]) -> Iterator[Outcome]:
    for number, word in enumerate(words):
        if word in {"-x", "--exec"}:
            yield Text(text="".join(words[number + 1 : number + 2]))
        elif word.startswith("--exec="):
            yield Text(text=word[7:])


def _config(words: list[str]) -> Iterator[Outcome]:
    keys = [word for word in words if _RUNS_BY_CONFIG.match(word)]
    if keys and keys[0] != words[-1]:
        yield from _setting(words[-1])


_GIT_RUNS: Final = {
    "bisect": _bisect,
    "submodule": _submodule,
    "filter-branch": _filter_branch,
    "rebase": _rebase,
    "config": _config,
}


def _git_files(name: str, words: list[str], call: Call) -> Iterator[Outcome]:
    """Yield the files that git takes from the working tree, or brings back from before."""
    if name == "clean" and any(re.fullmatch(r"-[a-zA-Z]*[xX][a-zA-Z]*", word) for word in words):
        if not any(re.fullmatch(r"-[a-zA-Z]*n[a-zA-Z]*|--dry-run", word) for word in words):
            yield Folder(path=".")
        return
    if {"--cached", "--staged", "-S", "-n", "--dry-run"} & set(words):
        return
    if name == "stash" and words[:1] == ["push"]:
        words = words[1:]
    elif name not in {"rm", "mv", "checkout", "restore"}:
        return
    verb = {"rm": "remove", "mv": "move"}.get(name, "write")
    for word in words:
        if not word.startswith("-"):
            yield from files.touched(word, call, verb)


def _setting(value: str) -> Iterator[Outcome]:
    if value.startswith("!"):
        yield Text(text=value[1:])
    elif re.search(r"[\s/$;|&]", value):
        yield Text(text=value)


def _texts(*flags: str) -> Reader:
    """Return a reader for programs that take commands as the value of ``flags``."""

    def reader(call: Call) -> Iterator[Outcome]:
        for at, word in enumerate(call.words):
            value = "".join(call.words[at + 1 : at + 2])
            if word in flags or re.fullmatch(r"-[a-zA-Z]+c", word):
                yield Text(text=re.sub(r"^\s*:?\s*!", "", value))
            elif "+" in flags and word.startswith("+"):
                yield Text(text=re.sub(r"^\+\s*:?\s*!?", "", word))

    return reader


def _editor(call: Call) -> Iterator[Outcome]:
    """Yield the commands of an editor, and the files that it writes without anybody looking."""
    yield from _texts("-c", "--cmd", "+")(call)
    if {"-c", "-es", "-s", "-sc", "-e"} & set(call.words) or call.name == "ex":
        for word in call.words:
            yield from files.touched(word, call, "write")


_TYPES: Final = {
    "send-keys", "send", "stuff", "-X", "run-shell", "run", "if-shell", "pipe-pane", "display-popup",
    "popup", "send-text", "write-chars", "type", "paste", "set-buffer",
}  # fmt: skip


def _terminal(call: Call) -> Iterator[Outcome]:
    """Yield what tmux or screen is told to start or to type."""
    words = [word for word in call.words if word not in {"Enter", "C-m", "KPEnter"}]
    for at, word in enumerate(words):
        if word in _TYPES or word.startswith(("new", "split", "respawn", "neww")):
            rest = [each for each in words[at + 1 :] if not re.fullmatch(r"-.*", each)]
            for start in range(min(len(rest), 4)):
                yield Text(text=re.sub(r"\\[nr015]+$|\n$", "", " ".join(rest[start:])))
            return
    for at, word in enumerate(words):
        if word.rsplit("/", 1)[-1] in HEADS:
            yield Again(argv=tuple(words[at:]))


def _window(call: Call) -> Iterator[Outcome]:
    yield from _texts("-e", "--command", "-x")(call)
    yield from _terminal(call)


def _nix(call: Call) -> Iterator[Outcome]:
    """Yield the program of ``nix run nixpkgs#PROGRAM -- …`` and of ``nix shell … -c``."""
    words = call.words
    inner = words[words.index("--") + 1 :] if "--" in words else ()
    for at, word in enumerate(words):
        if word in {"-c", "--command"}:
            yield Again(argv=words[at + 1 :])
        elif "#" in word and words[:1] == ("run",):
            yield Again(argv=(word.rsplit("#", 1)[-1], *inner))


def _terramate(call: Call) -> Iterator[Outcome]:
    if operands(call.words)[:2] == ["script", "run"]:
        yield Reason.SCRIPT
    else:
        yield from wrappers.read(call)


def _tfenv(call: Call) -> Iterator[Outcome]:
    if call.words[:1] == ("exec",):
        yield Again(argv=("terraform", *call.words[1:]))


def _tar(call: Call) -> Iterator[Outcome]:
    for at, word in enumerate(call.words):
        match = re.match(
            r"--(?:checkpoint-action=exec|to-command|use-compress-program|rsh-command)=(.*)", word
        )
        if match:
            yield Text(text=match[1])
        elif word in {"--to-command", "--use-compress-program", "-I"}:
            yield Text(text="".join(call.words[at + 1 : at + 2]))
    if any(re.fullmatch(r"-?[a-zA-Z]*x[a-zA-Z]*|--extract", word) for word in call.words[:1]):
        for word in call.words[2:]:
            yield from files.touched(word, call, "write")


def _unpack(call: Call) -> Iterator[Outcome]:
    for word in call.words:
        yield from files.touched(word, call, "write")


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
        yield from strangers.said(call.feed.source if call.feed is not None else "")


def _curl(call: Call) -> Iterator[Outcome]:
    """Yield requests that start, apply or delete through the API of a service."""
    text = " ".join(call.words)
    sends = any(_SENDS.fullmatch(word) for word in call.words) or bool(
        _METHODS & {word.upper() for word in call.words}
    )
    if _RUN_ACTION.search(text) or (sends and _APPLIES.search(text)):
        yield Operation(tool=call.name, name="run action", directory=call.directory)
    elif sends and (_TFE_HOSTS.search(text) or _STATE_API.search(text)):
        yield Operation(tool=call.name, name="change through the API", directory=call.directory)
    elif ("DELETE" in text.upper() and _CLOUD_HOSTS.search(text)) or _CLOUD_ACTION.search(text):
        yield Operation(tool=call.name, name="delete through the API", directory=call.directory)
    elif sends and _PIPELINES.search(text):
        yield Reason.REMOTE
    for flag, value in pairwise(call.words):
        if flag in {"-o", "--output", "-O", "--output-document"}:
            yield from files.touched(value, call, "write")
            yield Wrote(path=value, texts=())


_APPLIES: Final = late(
    r"/api/(apply|unlock|locks)\b|\bmutation\b[^\n]*\b(run(Confirm|Trigger|Approve)|stack(Delete|Lock))"
    r"|/(digger|terrateam)/[^\s]*apply"
)
_STATE_API: Final = late(r"/terraform/state/|\.tfstate\b")
_CLOUD_ACTION: Final = late(
    r"amazonaws\.com\S*[?&]Action=(Delete|Terminate|Deregister|Purge|Schedule)"
    r"|X-Amz-Target:\s*\S*\.(Delete|Terminate|Schedule)|amazonaws\.com[^\n]*\bAction=(Delete|Terminate)"
)
_PIPELINES: Final = late(
    r"/dispatches\b|/actions/runs/\d+/rerun|/deployments\b|/trigger/pipeline|/projects/[^/\s]+/pipelines?\b"
    r"|/jobs/[^/\s]+/(play|retry)|/pipeline\b|/buildWithParameters|/job/\S+/build\b|/pipelines/\S+/(builds|runs)"
    r"|spacelift\.io/graphql|env0\.com|scalr\.io|/api/v\d+/builds"
)
_COMMENTS: Final = {("pr", "comment"), ("issue", "comment"), ("mr", "note"), ("mr", "comment"),
                    ("pr", "review"), ("issue", "note"), ("api",)}  # fmt: skip
_BOT: Final = late(
    r"(?m)^\s*(?:body=|note=)?\s*/?(atlantis|digger|terrateam|burrito|tfbuddy|spacelift|kubechecks)"
    r"\s+(apply|destroy|unlock|import|state|approve_policies)\b"
)


def _gh(call: Call) -> Iterator[Outcome]:
    """Yield that a pipeline is started, which may do anything, or a bot is told to apply."""
    words = operands(call.words)
    if {tuple(words[:2]), tuple(words[:1])} & _COMMENTS and any(map(_BOT.search, call.words)):
        yield call.operation("comment that applies")
    elif tuple(words[:2]) in _STARTS_PIPELINE:
        yield Reason.REMOTE
    elif words[:1] in (["repo"], ["ci"]) and words[1:2] == ["delete"]:
        yield call.operation("delete")
    elif words[:1] == ["api"]:
        fields = {"-f", "-F", "--field", "--raw-field", "--input"} & set(call.words)
        words_sent = (*call.words, "POST") if fields else call.words
        yield from _curl(msgspec.structs.replace(call, words=words_sent))


_STARTS_PIPELINE: Final = {
    ("workflow", "run"), ("run", "rerun"), ("ci", "run"), ("ci", "trigger"), ("ci", "retry"),
    ("pipeline", "run"), ("codespace", "ssh"), ("job", "run"), ("pipeline", "start"),
}  # fmt: skip


def _starting(*rows: str) -> Reader:
    """Return a reader for the clients of pipelines: these commands start one."""
    starts = {tuple(row.split()) for row in rows}

    def reader(call: Call) -> Iterator[Outcome]:
        words = operands(call.words)
        if any(tuple(words[at : at + 2]) in starts or tuple(words[at : at + 1]) in starts
               for at in range(4)):  # fmt: skip
            yield Reason.REMOTE
        else:
            yield from strangers.read(call)

    return reader


def _sed(call: Call) -> Iterator[Outcome]:
    yield from files.READERS["sed"](call)
    for word in call.words:
        if re.search(r"(^|[;{}\n\d$/])\s*e(\s|$)", word) or re.fullmatch(
            r"(?s).*s(.).*\1.*\1[gIipmM0-9]*e[gIipmM0-9]*", word
        ):
            yield Reason.PROGRAM
            yield Text(
                text=re.sub(r"^[^e]*\be\s+|^s(.)[^\n]*?\1|(.)[gIipmM0-9]*e[gIipmM0-9]*$", "", word)
            )


def _fd(call: Call) -> Iterator[Outcome]:
    """Yield the program that fd runs for what it finds."""
    if "tfstate" in " ".join(operands(call.words)[:1]) and {"rm", "mv", "shred"} & set(call.words):
        yield Operation(tool="files", name="remove state", directory=call.directory)
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
            yield from strangers.read(call)
            yield from strangers.said(" ".join(call.words))

    return reader


READERS: Final[dict[str, Reader]] = {
    "git": _git,
    "sed": _sed,
    "gsed": _sed,
    **dict.fromkeys(("vim", "vi", "nvim", "ex", "view"), _editor),
    **dict.fromkeys(("less", "man"), _texts("+", "-P")),
    **dict.fromkeys(("ksshaskpass", "xterm", "gnome-terminal", "alacritty", "kitty", "konsole"),
                    _window),
    **dict.fromkeys(("wezterm", "zellij", "xdotool", "ydotool", "wtype"), _terminal),
    "fd": _fd,
    "fdfind": _fd,
    "rg": _helper("--pre", "--hostname-bin"),
    "sort": _helper("--compress-program"),
    "emacs": _always(Reason.PROGRAM),
    "gdb": _always(Reason.PROGRAM),
    "lldb": _always(Reason.PROGRAM),
    "nix": _nix,
    "terramate": _terramate,
    "tfenv": _tfenv,
    "fc": _always(Reason.INPUT),
    "tmux": _terminal,
    "screen": _terminal,
    "tar": _tar,
    "unzip": _unpack,
    "7z": _unpack,
    "gtar": _tar,
    "bsdtar": _tar,
    "at": _fed,
    "batch": _fed,
    "crontab": _fed,
    **dict.fromkeys(("curl", "wget", "http", "https", "xh", "httpie"), _curl),
    "puppet": _starting("apply", "agent"),
    "tkn": _starting("pipeline start", "task start", "clustertask start"),
    "argo": _starting("submit", "retry", "resubmit"),
    "octopus": _starting("release deploy", "runbook run"),
    "buildkite-agent": _starting("pipeline upload"),
    "jenkins-cli": _starting("build"),
    "bk": _starting("build new", "build create", "job unblock"),
    "gh": _gh,
    "glab": _gh,
    **dict.fromkeys(("bwrap", "firejail", "proot", "fakeroot", "schroot"), _always(Reason.PROGRAM)),
    **dict.fromkeys(("vagrant", "lima", "limactl", "wsl", "nixos-rebuild"), _always(Reason.REMOTE)),
    **dict.fromkeys(("tfctl-run", "salt", "salt-call", "pdsh", "pssh", "fab", "knife"),
                    _always(Reason.REMOTE)),
    **dict.fromkeys(("ansible", "ansible-playbook", "ansible-console", "act", "gitlab-runner", "dagger", "earthly", "circleci", "drone", "fastlane",
                     "ansible-pull", "chef-client", "chef-solo", "cloud-init"),
                    _always(Reason.PROGRAM)),
}  # fmt: skip
