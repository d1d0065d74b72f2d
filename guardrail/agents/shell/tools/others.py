"""Programs that start others in ways of their own: editors, terminals, tar, what keeps for later."""

import re
from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, Reader, Text, operands
from guardrail.agents.shell.marks import UNKNOWN
from guardrail.agents.shell.model import Operation, Reason
from guardrail.agents.shell.tools import files, strangers, wrappers
from guardrail.agents.shell.tools.wrappers import HEADS


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
    **dict.fromkeys(("bwrap", "firejail", "proot", "fakeroot", "schroot"), _always(Reason.PROGRAM)),
    **dict.fromkeys(("vagrant", "lima", "limactl", "wsl", "nixos-rebuild"), _always(Reason.REMOTE)),
    **dict.fromkeys(("tfctl-run", "salt", "salt-call", "pdsh", "pssh", "fab", "knife"),
                    _always(Reason.REMOTE)),
    **dict.fromkeys(("ansible", "ansible-playbook", "ansible-console", "act", "gitlab-runner",
                     "dagger", "earthly", "circleci", "drone", "fastlane", "ansible-pull", "chef-client", "chef-solo", "cloud-init"),
                    _always(Reason.PROGRAM)),
}  # fmt: skip
