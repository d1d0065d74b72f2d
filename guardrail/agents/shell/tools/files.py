"""Files that hold Terraform's state, and those that keep agents and guardrail in place."""

import fnmatch
import re
from collections.abc import Iterator
from typing import Final

from guardrail.agents.own_files import decides, holds_deciding
from guardrail.agents.shell.calls import Again, Call, Folder, Outcome, Reader, Wrote, placed
from guardrail.agents.shell.marks import ONE, SET, STAR, UNKNOWN, unmarked
from guardrail.agents.shell.model import Operation
from guardrail.agents.shell.patterns import late
from guardrail.agents.state_files import names_state, points_to_state

_STATE_NAMES: Final = ("terraform.tfstate", "terraform.tfstate.backup", "terraform.tfstate.d")
_MANY: Final = late(r"[\0\1\2\3]")
_PROGRAM: Final = late(r"(^|/)bin/guardrail$|^guardrail$")
_HERE: Final = frozenset({".", "./", "..", "../"})
_TAKES_AWAY: Final = frozenset({"remove", "move"})


def written(path: str, call: Call, *, pulled: bool = False) -> Iterator[Operation]:
    """
    Yield an operation if a redirection onto ``path`` writes over state or a hook.

    What was ``pulled`` from the state may be kept under any name but Terraform's own.
    """
    if pulled and path.rsplit("/", 1)[-1] not in _STATE_NAMES and not decides(path):
        return
    yield from touched(path, call, "write")


def touched(path: str, call: Call, verb: str) -> Iterator[Operation]:
    """Yield an operation if ``path`` is state or decides about agents, and ``verb`` is done to it."""
    if is_state(path) or (verb == "write" and points_to_state(path)):
        yield Operation(tool="files", name=f"{verb} state", directory=call.directory)
    elif _ours(path, call, verb):
        yield Operation(tool="guardrail", name="change hooks or settings", directory=call.directory)


def _ours(path: str, call: Call, verb: str) -> bool:
    whole = unmarked(placed(call, path))
    return (
        decides(whole)
        or (verb in _TAKES_AWAY and holds_deciding(whole))
        or _PROGRAM.search(path) is not None
    )


def is_state(path: str) -> bool:
    """Return whether ``path`` is, or as a pattern could be, a file of Terraform's state."""
    if names_state(path):
        return True
    base = path.rstrip("/").rsplit("/", 1)[-1]
    if not _MANY.search(base) or len(re.sub(r"[^a-z]", "", base)) < 3:
        return False
    pattern = base.replace(UNKNOWN, "*").replace(STAR, "*").replace(ONE, "?").replace(SET, "[")
    return any(fnmatch.fnmatchcase(name, pattern) for name in _STATE_NAMES)


def _all_operands(verb: str) -> Reader:
    def reader(call: Call) -> Iterator[Outcome]:
        for word in call.words:
            yield from touched(word, call, verb)
        upstream = call.feed.source if call.feed else ""
        if any(UNKNOWN in word for word in call.words) and "tfstate" in upstream:
            yield Operation(tool="files", name=f"{verb} state", directory=call.directory)

    return reader


_remove = _all_operands("remove")
_write = _all_operands("write")


def _rm(call: Call) -> Iterator[Outcome]:
    yield from _remove(call)
    if any(re.fullmatch(r"-\w*[rR]\w*|--recursive", word) for word in call.words):
        for word in call.words:
            if not word.startswith("-"):
                yield Folder(path=word)


def _tee(call: Call) -> Iterator[Outcome]:
    yield from _write(call)
    texts = call.feed.texts if call.feed is not None else ()
    for word in call.words:
        if not word.startswith("-"):
            yield Wrote(path=word, texts=texts)


def _move(call: Call) -> Iterator[Outcome]:
    yield from _all_operands("move")(call)
    paths = [word for word in call.words if not word.startswith("-")]
    if len(paths) > 1:
        yield from _into(paths[:-1], paths[-1], call)


def _copy(call: Call) -> Iterator[Outcome]:
    """Yield what the last operand of ``cp`` loses; a copy under another name loses nothing."""
    paths = [word for word in call.words if not word.startswith("-")]
    if len(paths) < 2:
        return
    target = paths[-1]
    base = target.rstrip("/").rsplit("/", 1)[-1]
    kept = base not in _STATE_NAMES and base not in _HERE and not _MANY.search(base)
    if not (all(is_state(path) for path in paths[:-1]) and kept):
        yield from touched(target, call, "write")
    yield from _into(paths[:-1], target, call)


def _into(paths: list[str], target: str, call: Call) -> Iterator[Outcome]:
    """Yield what copies of ``paths`` write over in the folder ``target``."""
    for path in paths:
        base = path.rstrip("/").rsplit("/", 1)[-1]
        inside = f"{target.rstrip('/')}/{base}"
        home = target in _HERE or target.startswith("~")
        if home and holds_deciding(base):
            yield from touched(inside, call, "remove")
        elif target in _HERE or (not decides(base) and not is_state(path)):
            yield from touched(inside, call, "write")
        yield Wrote(path=inside, texts=())
    yield Wrote(path=target, texts=())


def _dd(call: Call) -> Iterator[Outcome]:
    for word in call.words:
        if word.startswith("of="):
            yield from touched(word[3:], call, "write")
            yield Wrote(path=word[3:], texts=())


def in_place(call: Call) -> Iterator[Outcome]:
    """Yield what ``sed -i`` and its like write over."""
    if any(re.match(r"-[a-zA-Z]*i|--in-place", word) for word in call.words):
        for word in call.words:
            yield from touched(word, call, "write")


def _find(call: Call) -> Iterator[Outcome]:
    names = [word for word in call.words if is_state(word) or decides(unmarked(word))]
    if "-delete" in call.words and names:
        yield from touched(names[0], call, "remove")
    words = list(call.words)
    for at, word in enumerate(words):
        if word in {"-exec", "-execdir", "-ok", "-okdir"}:
            stop = next((n for n in range(at, len(words)) if words[n] in {";", "+"}), len(words))
            inner = [each.replace("{}", UNKNOWN) for each in words[at + 1 : stop]]
            if inner:
                yield Again(argv=tuple(inner), directory="?" if word.endswith("dir") else None)
            if names and inner[:1] in (["rm"], ["mv"], ["shred"], ["truncate"], ["unlink"]):
                yield from touched(names[0], call, "remove")


READERS: Final[dict[str, Reader]] = {
    "rm": _rm,
    **dict.fromkeys(("unlink", "shred", "trash", "trash-put", "rmdir", "srm", "gio", "wipe"), _remove),
    "mv": _move,
    "rename": _all_operands("move"),
    "tee": _tee,
    **dict.fromkeys(
        ("truncate", "sponge", "chmod", "chown", "chattr", "ed", "patch", "setfacl", "fallocate",
         "nano", "pico", "micro", "unlzma", "gunzip", "sqlite3"),
        _write,
    ),
    **dict.fromkeys(("cp", "install", "ln", "rsync", "scp", "ditto", "gcp"), _copy),
    "dd": _dd,
    **dict.fromkeys(("sed", "gsed"), in_place),
    **dict.fromkeys(("remove-item", "ri", "del", "erase", "rd"), _rm),
    **dict.fromkeys(("clear-content", "set-content", "add-content", "out-file"), _write),
    **dict.fromkeys(("move-item", "mi", "ren", "rename-item"), _all_operands("move")),
    "copy-item": _copy,
    "find": _find,
    "gfind": _find,
}  # fmt: skip
