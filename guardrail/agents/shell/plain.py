"""
A quick test for lines that need no reading, sound by being narrow.

1. The line is all words that hide nothing, and what may stand between them: ``&&``, ``||``,
   ``;``, ``|``, a line's end, and a redirection to nowhere.
2. Each command starts a program of the tables here, in a way that starts no other one and
   writes no file that matters.

Any other line is read in full. What is plain is harmless to the reader too, for every row of
the tables: a test holds that. This module imports nothing of ours, as a hook asks it before
anything else.
"""

import re
from collections.abc import Iterator, Sequence

_VALUE = r"\$(?:[A-Za-z_]\w*+|\?)"
_CONTROL = r"\0-\x08\x0b-\x1f\x7f"
_TOKEN = re.compile(
    r"(?P<end>&&|\|\||;|\||\n[\n ]*)"
    r"|(?<= )(?P<quiet>(?:2>&1|2?>/dev/null)(?=[ \n;|]|\Z))"
    rf"|(?P<word>(?!=)(?:[\w./,:=@%+^~*?-]|{_VALUE}|'[^'{_CONTROL}]*+'"
    rf'|"(?:[^"$`\\{_CONTROL}]|{_VALUE})*+")++(?=[ \n;|&]|\Z))'
    r"| +",
    re.ASCII,
)
_LONGEST = 2_000
"""Characters; a longer line is read in full."""

ANY = {
    "ls", "cat", "pwd", "cd", "head", "tail", "wc", "grep", "egrep", "fgrep", "echo", "printf",
    "true", "false", "whoami", "hostname", "uname", "id", "df", "du", "stat", "which", "basename",
    "dirname", "realpath", "readlink", "cmp", "diff", "md5sum", "sha1sum", "sha256sum", "nl", "cut",
    "tr", "seq", "sleep", "date", "ps", "printenv", "uniq", "column", "comm", "paste", "tac", "od",
    "xxd", "file", "tree", "jq", "test", "mkdir", "pytest", "ruff", "mypy", "black", "isort",
    "flake8", "pyright", "eslint", "prettier", "tsc", "jest", "vitest", "tflint", "terraform-docs",
    "yamllint", "shellcheck",
}  # fmt: skip
"""Programs that are harmless with any words."""
_TERRAFORM = {
    "plan", "validate", "fmt", "version", "show", "output", "graph", "state list", "state show",
    "workspace list", "workspace show",
}  # fmt: skip
VERBS = {
    "git": {
        "status", "log", "diff", "show", "branch", "rev-parse", "ls-files", "blame", "add", "commit",
        "remote", "tag", "describe", "shortlog", "merge-base", "rev-list", "cat-file", "fetch",
        "pull", "push", "switch", "grep", "ls-tree",
    },
    "terraform": _TERRAFORM,
    "tofu": _TERRAFORM,
    "npm": {"ci", "install", "i", "ls", "outdated", "audit", "view"},
    "pip": {"install", "list", "show", "freeze"},
    "python": {
        "-m pytest", "-m mypy", "-m ruff", "-m black", "-m unittest", "-m pip", "-m json.tool",
    },
    "docker": {"ps", "images", "logs"},
}  # fmt: skip
"""Programs that are harmless with any words after one of these, or after a pair of them."""
OPTIONS = {
    "sort": ("MRVbdfghiknrstuz0123456789.,", set[str]()),
    "rg": (
        "ABCFSUceghilnostuvw0123456789",
        {"--files", "--hidden", "--type", "--glob", "--count", "--no-ignore", "--json", "--stats"},
    ),
    "find": (
        "",
        {
            "-name", "-iname", "-path", "-type", "-maxdepth", "-mindepth", "-not", "-o", "-a",
            "-size", "-mtime", "-newer", "-print", "-prune", "-empty",
        },
    ),
}  # fmt: skip
"""Programs that are harmless with options of these letters and these names only."""
SET = {
    "CI", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "NODE_ENV", "DEBUG", "RUST_LOG", "TF_LOG",
}  # fmt: skip
"""Variables that a command may be given."""
PLACES = (
    ".venv/bin/", "venv/bin/", "./node_modules/.bin/", "node_modules/.bin/", "/usr/bin/", "/bin/",
)  # fmt: skip
"""Where programs lie that are what they are called."""
RUNNERS = (["uv", "run"], ["poetry", "run"])
"""Words that run the program after them."""


def plainly_harmless(text: str) -> bool:
    """Return whether ``text`` is harmless beyond doubt; False says nothing."""
    if len(text) > _LONGEST:
        return False
    try:
        return all(map(_harmless, _commands(text)))
    except ValueError:
        return False


def _commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command as they were typed; raise ValueError for other text."""
    words: list[str] = []
    at, end = 0, ""
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError
        at = found.end()
        if found["end"]:
            end = found["end"]
            yield words
            words = []
        elif found["word"]:
            words.append(found["word"])
    if words or (end != ";" and end[:1] != "\n"):
        yield words


def _harmless(words: Sequence[str]) -> bool:
    rest = list(words)
    while rest and "=" in rest[0] and rest[0].partition("=")[0] in SET and _told(rest[0]):
        del rest[0]
    if rest[:2] in RUNNERS:
        # They take what follows "--" for the program, wherever that stands.
        if not all(_told(word) not in {None, "--"} for word in rest):
            return False
        del rest[:2]
    if not rest:
        return False
    name, *rest = rest
    for place in PLACES:
        name = name.removeprefix(place)
    if name in {"python3", "pip3"}:
        name = name[:-1]
    return name in ANY or _has_verb(name, rest) or _has_options(name, rest) or _shows(name, rest)


def _has_verb(name: str, words: Sequence[str]) -> bool:
    """Return whether the options of ``name`` itself are known, and the word after them is."""
    at = 0
    if name == "git":
        while words[at : at + 1] in (["--no-pager"], ["-C"]):
            at += 1 if words[at] == "--no-pager" else 2
    elif name in {"terraform", "tofu"} and words and words[0].startswith("-chdir="):
        at = 1
    verbs = VERBS.get(name, ())
    return " ".join(words[at : at + 1]) in verbs or " ".join(words[at : at + 2]) in verbs


def _has_options(name: str, words: Sequence[str]) -> bool:
    if name not in OPTIONS:
        return False
    letters, names = OPTIONS[name]
    for word in map(_told, words):
        if word is None:
            return False
        option = word.startswith("-") and word.partition("=")[0] not in names
        if option and not set(word[1:]) <= set(letters):
            return False
    return True


def _shows(name: str, words: Sequence[str]) -> bool:
    """Return whether sed prints lines by their numbers; others of its scripts run programs."""
    return (
        name == "sed"
        and words[:1] == ["-n"]
        and re.fullmatch(r"\d+(?:,\d+)?p|'\d+(?:,(?:\d+|\$))?p'", " ".join(words[1:2])) is not None
        and all(re.fullmatch(_TEXT_FILE, word) for word in words[2:])
    )


_TEXT_FILE = r"[\w./-]+\.(?:py|go|[jt]sx?|md|tf|txt|json|ya?ml|toml|sh|rs|java|html|css)"


def _told(word: str) -> str | None:
    """Return what the shell makes of ``word``; None where that takes more than quotes off."""
    if word[:1] in {"'", '"'} and word[:1] == word[-1:] and len(word) > 1:
        inner = word[1:-1]
        return None if word[0] in inner or (word[0] == '"' and "$" in inner) else inner
    return None if set("'\"$*?") & set(word) else word
