"""
The names a process goes by.

Three things name a program: its file, the first word of its command line, and
its title. For an interpreter the script counts as well, because most agents are
scripts of node, python or bun, or of the node inside an editor. On macOS the applications that
the file lies in count too: a main program is often called ``Electron`` or ``stable``. Only whole names are compared, never parts of a
command line: ``grep codex`` is not Codex.
"""

from collections.abc import Sequence
from itertools import pairwise

_INTERPRETERS = frozenset(
    ("node", "nodejs", "bun", "deno", "python", "pypy", "ruby", "sh", "bash", "dash", "zsh", "ksh")
)
_WITH_VALUE = frozenset(
    ("-r", "--require", "--import", "--loader", "-C", "--conditions", "-W", "-X", "-O", "-o")
)
_NO_SCRIPT = frozenset(("-c", "-e", "--eval", "-p", "--print", "-", "-s", "--"))
_SUBCOMMANDS = frozenset(("run", "x", "exec"))
_HELPERS = ("electron", " helper", " helper (plugin)", " helper (renderer)")
"""Ends of the names that Electron's programs have on macOS; with a script they are a node."""
_BUNDLE = ".app"
_EXTENSIONS = (".exe", ".cmd", ".js", ".mjs", ".cjs", ".ts", ".py", ".pyz", ".sh")
_DELETED = " (deleted)"


def base_name(path: str) -> str:
    """
    Return a program's bare name: no directory, login dash, extension or capital letter.

    Linux marks a program whose file was replaced while it runs, as agents that
    update themselves do; the mark is not part of the name.
    """
    name = path.removesuffix(_DELETED).replace("\\", "/").rpartition("/")[2]
    name = name.removeprefix("-").casefold()
    for extension in _EXTENSIONS:
        name = name.removesuffix(extension)
    return name


def script_of(argv: Sequence[str]) -> str:
    """Return the script or module that ``argv`` makes an interpreter run, or an empty text."""
    if not argv or not _interprets(base_name(argv[0])):
        return ""
    words = iter(argv[1:])
    for word in words:
        if word == "-m":
            return next(words, "").partition(".")[0]
        if word in _NO_SCRIPT or (word.startswith("-") and word.endswith("c") and len(word) == 3):
            return ""
        if word in _WITH_VALUE:
            next(words, None)
        elif word and not word.startswith("-") and word not in _SUBCOMMANDS:
            return word
    return ""


def program_names(executable: str, argv: Sequence[str], title: str) -> tuple[str, ...]:
    """
    Return every name of the process with this file, command line and title.

    ``executable`` and ``title`` may be empty where they could not be read.
    """
    paths = (executable, argv[0] if argv else "", title, script_of(argv), *_bundles(executable))
    return tuple(dict.fromkeys(base_name(path) for path in paths if path))


def _interprets(name: str) -> bool:
    return name.rstrip("0123456789.") in _INTERPRETERS or name.endswith(_HELPERS)


def _bundles(executable: str) -> list[str]:
    """Return the applications of macOS that ``executable`` lies in, outermost first."""
    folders = executable.split("/")[:-1]
    return [
        folder.removesuffix(_BUNDLE)
        for folder, inner in pairwise(folders)
        if folder.endswith(_BUNDLE) and inner == "Contents"
    ]
