"""
The bundle: every Rego module that takes part in a decision.

The built-in rules are always in it. Directories of others can add rules and helpers;
they cannot touch, replace or relax what is built in:

1. A module's package is a rule of its own, ``guardrail.rules.<category>.<rule>``, or a
   helper's outside ``guardrail``. A package that is built in takes no further module.
2. Every rule reports: it has a ``report``, and the answer must list it as evaluated.
3. Idioms that reach outside, or that the engines read differently, are refused
   (:mod:`guardrail.policy.lint`).
4. Files are read as they are, bounded in size and number, never from outside the directory.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, count
from pathlib import Path

from msgspec import Struct

from guardrail.canonical import sha256_hex
from guardrail.errors import FileError, PolicyError
from guardrail.policy.lint import Module, lint, read_module
from guardrail.system.files import read_limited

FILE_BYTES = 256 << 10
"""The largest module that is read."""
FILE_COUNT = 500
"""The most modules that one directory may hold."""
BUILT_IN = "rego"
"""What the names of built-in modules begin with."""
SUFFIX = ".rego"
TEST_SUFFIX = "_test.rego"

_RULES = ("guardrail", "rules")
_RULE_DEPTH = 4


class Bundle(Struct, frozen=True, kw_only=True):
    """Modules, and what is known of them."""

    modules: Mapping[str, str]
    """From the name, a path as people know it, to the text."""
    packages: frozenset[str]
    """Every package, such as ``guardrail.decision``."""
    rules: frozenset[str]
    """Every rule, as ``category/rule``."""
    sha256: str
    """Of all names and texts: two bundles with the same digest decide alike."""


def load_bundle(directories: Sequence[Path]) -> Bundle:
    """
    Read the built-in modules and those of ``directories``.

    Raises :class:`PolicyError` that names the file, and the line where there is one,
    for anything that the module's docstring rules out.
    """
    built_in = _built_in(built_in_directory().resolve())
    added = [
        read_module(name, text)
        for root, label in _labelled(directories)
        for name, text in _read_directory(root, label)
    ]
    _refuse_foreign_packages(added, {module.package for module in built_in})
    for module in added:
        lint(module)
    _refuse_silent_rules(added)
    return _bundle([*built_in, *added])


def _bundle(modules: Sequence[Module]) -> Bundle:
    texts = {module.name: module.text for module in sorted(modules, key=lambda each: each.name)}
    packages = {module.package for module in modules}
    parts = [part.encode() for item in texts.items() for part in item]
    return Bundle(
        modules=texts,
        packages=frozenset(".".join(package) for package in packages),
        rules=frozenset("/".join(package[2:]) for package in packages if _is_rule(package)),
        sha256=sha256_hex(b"".join(len(part).to_bytes(8, "big") + part for part in parts)),
    )


def built_in_directory() -> Path:
    """Return where the built-in modules lie: inside a wheel, else beside the package."""
    package = Path(__file__).parent.parent
    installed = package / "_rego"
    return installed if installed.is_dir() else package.parent / "rego"


@cache
def _built_in(directory: Path) -> tuple[Module, ...]:
    # They are a part of the program, of which a process holds one version until it ends.
    return tuple(
        # A built-in module lies where its package says; a test holds that.
        Module(name=name, text=text, package=tuple(Path(name).parent.parts[1:]), tokens=())
        for name, text in _read_directory(directory, BUILT_IN)
    )


def _labelled(directories: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each directory once, with a name that no other one has."""
    taken = {BUILT_IN}
    for root in dict.fromkeys(directory.resolve() for directory in directories):
        numbers = (f"{root.name}-{number}" for number in count(2))
        label = next(each for each in chain([root.name], numbers) if each not in taken)
        taken.add(label)
        yield root, label


def _read_directory(directory: Path, label: str) -> Iterator[tuple[str, str]]:
    # 4. Bounded, as they are, never from outside.
    if not directory.is_dir():
        raise PolicyError(
            f"the policy directory {str(directory)!r} is missing",
            hint="directories come from --policy and from policy.directories in guardrail.toml",
        )
    paths = sorted(map(Path, _files(directory)))
    if not paths:
        raise PolicyError(f"the policy directory {str(directory)!r} holds no {SUFFIX} file")
    if len(paths) > FILE_COUNT:
        raise PolicyError(
            f"the policy directory {str(directory)!r} holds more than {FILE_COUNT} modules"
        )
    for path in paths:
        name = f"{label}/{path.relative_to(directory).as_posix()}"
        yield name, _read_text(path, name)


def _files(root: Path) -> Iterator[str]:
    """Yield the path of each module as text: making a Path of everything there takes longer."""
    waiting = [str(root)]
    while waiting:
        for entry in _entries(waiting.pop()):
            link = entry.is_symlink()
            if link and not _leads_into(Path(entry.path), root):
                raise PolicyError(f"{entry.path!r} leads out of the policy directory")
            if entry.is_dir():
                waiting += () if link else (entry.path,)
            elif entry.name.endswith(SUFFIX) and not entry.name.endswith(TEST_SUFFIX):
                yield entry.path


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise PolicyError(f"a policy directory cannot be read: {error.strerror}") from None


def _leads_into(link: Path, root: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def _read_text(path: Path, name: str) -> str:
    try:
        return read_limited(path, FILE_BYTES).decode()
    except FileError as error:
        raise PolicyError(f"a policy cannot be read: {error.message}") from None
    except UnicodeDecodeError:
        raise PolicyError(f"{name} is not UTF-8 text") from None


def _refuse_foreign_packages(modules: Iterable[Module], built_in: set[tuple[str, ...]]) -> None:
    # 1. Nothing that is built in, and nothing that would change what it means.
    for module in modules:
        package, shown = module.package, ".".join(module.package)
        if package == ("main",):
            raise PolicyError(
                f"{module.name} is a conftest policy (package main), which is not supported yet",
                hint="put each rule into a package guardrail.rules.<category>.<rule>",
            )
        if package in built_in:
            raise PolicyError(f"{module.name} adds to the built-in package {shown}")
        if package[0] in {"data", "input", "system"}:
            raise PolicyError(f"{module.name} uses the reserved package {shown}")
        if package[0] == "guardrail" and not _is_rule(package):
            raise PolicyError(
                f"{module.name} is in the package {shown}, which is not a rule's",
                hint="use guardrail.rules.<category>.<rule>, or a helper package outside guardrail",
            )


def _refuse_silent_rules(modules: Iterable[Module]) -> None:
    # 2. A rule without a report would never be evaluated.
    reporting: dict[tuple[str, ...], bool] = {}
    for module in modules:
        if _is_rule(module.package):
            reporting[module.package] = reporting.get(module.package, False) or module.reports
    for package, reports in reporting.items():
        if not reports:
            raise PolicyError(
                f"the rule {'/'.join(package[2:])} has no report",
                hint="a rule says `report contains finding if { … }`",
            )


def _is_rule(package: tuple[str, ...]) -> bool:
    return package[:2] == _RULES and len(package) == _RULE_DEPTH
