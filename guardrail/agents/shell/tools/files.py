"""Files that hold Terraform's state, and those that keep agents and guardrail in place."""

import fnmatch
import re
from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, Reader
from guardrail.agents.shell.marks import ONE, SET, STAR, UNKNOWN
from guardrail.agents.shell.model import Operation

_STATE_NAMES: Final = (
    "terraform.tfstate", "terraform.tfstate.backup", "terraform.tfstate.d", ".terraform",
)  # fmt: skip
_STATE: Final = re.compile(
    r"(^|/)[^/]*\.tfstate[^/]*$|(^|/)terraform\.tfstate\.d(/|$)"
    r"|(^|/)\.terraform/?$|(^|/)\.terraform/(environment|terraform\.tfstate)[^/]*$"
)
_HOOKS: Final = re.compile(
    r"(^|/)\.claude/(settings[^/]*\.json|hooks(/|$))|(^|/)\.claude/?$|(^|/)\.cursor/hooks"
    r"|(^|/)managed-settings\.json$|(^|/)\.codex/(hooks|config|rules|requirements)"
    r"|(^|/)\.kiro/(hooks|agents|settings)|(^|/)\.amazonq/cli-agents|(^|/)\.github/hooks(/|$)"
    r"|(^|/)\.gemini/(settings|hooks|policies)|(^|/)\.copilot/(hooks|config|settings)"
    r"|(^|/)\.opencode/plugins?(/|$)|(^|/)opencode\.jsonc?$|(^|/)\.config/opencode(/|$)"
    r"|(^|/)\.clinerules/hooks|(^|/)Cline/Hooks|(^|/)\.windsurf/hooks|(^|/)\.codeium/windsurf/hooks"
    r"|(^|/)guardrail\.toml$|(^|/)\.config/guardrail(/|$)|(^|/)\.?guardrail/(trust\.json|guardrail\.toml)"
    r"|(^|/)(\.local/state|\.local/share)/guardrail(/|$)|(^|/)\.(cursor|codex|kiro|windsurf)/?$"
)
_MANY: Final = re.compile(r"[\0\1\2\3]")


def written(path: str, *, pulled: bool = False) -> Iterator[Operation]:
    """
    Yield an operation if a redirection onto ``path`` writes over state or a hook.

    What was ``pulled`` from the state may be kept under any name but Terraform's own.
    """
    if pulled and path.rsplit("/", 1)[-1] not in _STATE_NAMES and not _HOOKS.search(path):
        return
    yield from _touched(path, Call(name="files", words=()), "write")


def _touched(path: str, call: Call, verb: str) -> Iterator[Operation]:
    if is_state(path):
        yield Operation(tool="files", name=f"{verb} state", directory=call.directory)
    elif _HOOKS.search(path):
        yield Operation(tool="guardrail", name="change hooks or settings", directory=call.directory)


def is_state(path: str) -> bool:
    """Return whether ``path`` is, or as a pattern could be, a file of Terraform's state."""
    if _STATE.search(path):
        return True
    base = path.rstrip("/").rsplit("/", 1)[-1]
    if not _MANY.search(base) or len(re.sub(r"[^a-z]", "", base)) < 3:
        return False
    pattern = base.replace(UNKNOWN, "*").replace(STAR, "*").replace(ONE, "?").replace(SET, "[")
    return any(fnmatch.fnmatchcase(name, pattern) for name in _STATE_NAMES)


def _all_operands(verb: str) -> Reader:
    def reader(call: Call) -> Iterator[Outcome]:
        for word in call.words:
            yield from _touched(word, call, verb)
        upstream = call.feed.source if call.feed else ""
        if any(UNKNOWN in word for word in call.words) and "tfstate" in upstream:
            yield Operation(tool="files", name=f"{verb} state", directory=call.directory)

    return reader


def _copy(call: Call) -> Iterator[Outcome]:
    """Yield what the last operand of ``cp`` loses; a copy under another name loses nothing."""
    paths = [word for word in call.words if not word.startswith("-")]
    if len(paths) < 2:
        return
    target = paths[-1]
    copied = all(is_state(path) for path in paths[:-1])
    base = target.rstrip("/").rsplit("/", 1)[-1]
    if copied and base not in _STATE_NAMES and not _MANY.search(base):
        return
    yield from _touched(target, call, "write")


def _dd(call: Call) -> Iterator[Outcome]:
    for word in call.words:
        if word.startswith("of="):
            yield from _touched(word[3:], call, "write")


def _in_place(call: Call) -> Iterator[Outcome]:
    if any(re.match(r"-[a-zA-Z]*i|--in-place", word) for word in call.words):
        for word in call.words:
            yield from _touched(word, call, "write")


def _find(call: Call) -> Iterator[Outcome]:
    from guardrail.agents.shell.calls import Again  # noqa: PLC0415 - read only for find

    names = [word for word in call.words if is_state(word) or _HOOKS.search(word)]
    if "-delete" in call.words and names:
        yield from _touched(names[0], call, "remove")
    words = list(call.words)
    for at, word in enumerate(words):
        if word in {"-exec", "-execdir", "-ok", "-okdir"}:
            stop = next((n for n in range(at, len(words)) if words[n] in {";", "+"}), len(words))
            inner = [each.replace("{}", UNKNOWN) for each in words[at + 1 : stop]]
            if inner:
                yield Again(argv=tuple(inner), directory="?" if word.endswith("dir") else None)
            if names and inner[:1] in (["rm"], ["mv"], ["shred"], ["truncate"], ["unlink"]):
                yield from _touched(names[0], call, "remove")


READERS: Final[dict[str, Reader]] = {
    "rm": _all_operands("remove"),
    "unlink": _all_operands("remove"),
    "shred": _all_operands("remove"),
    "trash": _all_operands("remove"),
    "rmdir": _all_operands("remove"),
    "mv": _all_operands("move"),
    "rename": _all_operands("move"),
    "truncate": _all_operands("write"),
    "tee": _all_operands("write"),
    "sponge": _all_operands("write"),
    "chmod": _all_operands("write"),
    "chown": _all_operands("write"),
    "chattr": _all_operands("write"),
    "ed": _all_operands("write"),
    "patch": _all_operands("write"),
    "cp": _copy,
    "install": _copy,
    "ln": _copy,
    "rsync": _copy,
    "dd": _dd,
    "sed": _in_place,
    "gsed": _in_place,
    "find": _find,
    "gfind": _find,
}
