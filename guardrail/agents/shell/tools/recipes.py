"""The commands that a target of a Makefile, justfile, Taskfile or ``package.json`` runs."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

import msgspec

from guardrail.agents.shell.patterns import late

Extract: TypeAlias = Callable[[str], Sequence[str] | None]
_RULE: Final = late(r"^([^\s:#=][^:#=]*?)\s*::?(?!=)\s*(.*)$")
_SET: Final = late(r"^(?:export\s+|override\s+)?([\w.-]+)\s*(?:[?:+!]|::)?=\s*(.*)$")
_MAKE_NAME: Final = late(r"\$[({]([\w.-]+)[)}]")
_MAKE_CALL: Final = late(r"\$[({][^()${}]*[)}]|\$[@<^+?*%]")
_JUST_RULE: Final = late(r"^@?([\w-]+)((?:\s+[^:=\s]+(?:=\S+)?)*)\s*:(?!=)\s*(.*)$")
_DEEPEST: Final = 20


def make(text: str, words: Sequence[str]) -> list[str] | None:
    """Return the recipes of the targets in ``words`` (else the first), prerequisites first; None if one is not there."""
    values: dict[str, str] = {"MAKE": "make"}
    rules: dict[str, tuple[list[str], list[str]]] = {}
    _read_makefile(text.replace("\\\n", " "), values, rules)
    given = dict(word.split("=", 1) for word in words if "=" in word)
    values.update(given)
    targets = [word for word in words if "=" not in word]
    first = next((name for name in rules if not name.startswith(".")), None)
    if not targets:
        targets = [first] if first else []
    found: list[str] = []
    for target in targets:
        if target not in rules:
            return None
        found += _recipes(target, rules, [])
    return [_with_values(line, values) for line in found]


def _read_makefile(
    text: str, values: dict[str, str], rules: dict[str, tuple[list[str], list[str]]]
) -> None:
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith("\t"):
            for name in current:
                rules[name][1].append(line.strip().lstrip("@-+ "))
        elif assigned := _SET.match(line):
            values[assigned[1]] = assigned[2].split(" #")[0].strip()
        elif rule := _RULE.match(line):
            needs, _, recipe = rule[2].partition(";")
            current = rule[1].split()
            for name in current:
                entry = rules.setdefault(name, ([], []))
                entry[0].extend(needs.split("#")[0].replace("|", " ").split())
                entry[1].extend([recipe.strip()] if recipe.strip() else [])


def _recipes(
    target: str, rules: dict[str, tuple[list[str], list[str]]], seen: list[str]
) -> Iterator[str]:
    if target in seen or target not in rules or len(seen) > 500:
        return
    seen.append(target)
    for need in rules[target][0]:
        yield from _recipes(need, rules, seen)
    yield from rules[target][1]


def _with_values(line: str, values: dict[str, str]) -> str:
    """Return ``line`` as the shell sees it; what make would compute becomes an unknown variable."""
    line = line.replace("$$", "\1")
    for _ in range(_DEEPEST):
        replaced = _MAKE_NAME.sub(lambda found: values.get(found[1], found[0]), line)
        if replaced == line or len(replaced) > 100_000:
            break
        line = replaced
    for _ in range(_DEEPEST):
        replaced = _MAKE_CALL.sub("\2", line)
        if replaced == line:
            break
        line = replaced
    return line.replace("\2", "${_}").replace("\1", "$")


def just(text: str, words: Sequence[str]) -> list[str] | None:
    """Return the bodies of the recipe ``words[0]`` (else the first) and of what it depends on."""
    rules: dict[str, tuple[list[str], list[str], list[str]]] = {}
    values: dict[str, str] = {}
    aliases: set[str] = set()
    current: list[str] | None = None
    for line in text.replace("\\\n", " ").splitlines():
        if line[:1] in {" ", "\t"} and current is not None:
            current.append(line.strip().lstrip("@-"))
        elif assigned := re.match(r"^(?:export\s+)?([\w-]+)\s*:=\s*['\"]([^'\"]*)['\"]\s*$", line):
            values[assigned[1]] = assigned[2]
        elif alias := re.match(r"^alias\s+([\w-]+)\s*:=\s*([\w-]+)", line):
            rules[alias[1]] = ([alias[2]], [], [])
            aliases.add(alias[1])
        elif rule := _JUST_RULE.match(line):
            current = []
            rules[rule[1]] = (re.findall(r"[\w-]+", rule[3]), current, rule[2].split())
    target = words[0] if words else next((name for name in rules if not aliases & {name}), "")
    if target not in rules:
        return None
    parameters = [name.lstrip("*+$").partition("=")[0] for name in rules[target][2]]
    values.update(zip(parameters, words[1:], strict=False))
    plain = {name: (needs, body) for name, (needs, body, _) in rules.items()}
    lines = list(_recipes(target, plain, []))
    if any(line.startswith("#!") for line in lines) and not any("sh" in line for line in lines):
        return None
    return [
        re.sub(r"\{\{\s*([^}]*?)\s*\}\}", lambda found: values.get(found[1], "${_}"), line)
        for line in lines
    ]


def task(text: str, words: Sequence[str]) -> list[str] | None:
    """Return the commands of the tasks in ``words``; None for a Taskfile beyond the simple form."""
    tasks = _tasks(text)
    found: list[str] = []
    for name in words or ("default",):
        if name not in tasks:
            return None
        found += _recipes(name, tasks, [])
    return [re.sub(r"\{\{[^}]*\}\}", "${_}", line) for line in found]


def _tasks(text: str) -> dict[str, tuple[list[str], list[str]]]:
    """Return needs and commands by task: every item and text below a task counts as a command."""
    tasks: dict[str, tuple[list[str], list[str]]] = {}
    inside, current = False, None
    for line in text.splitlines():
        if re.match(r"^\S", line):
            inside = line.startswith("tasks:")
        elif inside and (head := re.match(r"^ {2}['\"]?([\w:.-]+)['\"]?:\s*(.*)$", line)):
            current = tasks.setdefault(head[1], ([], []))
            current[1].extend([head[2]] if head[2] and head[2][0] not in "|>{" else [])
        elif current is not None and line.strip():
            _task_line(line.strip(), current)
    return tasks


def _task_line(line: str, current: tuple[list[str], list[str]]) -> None:
    if needs := re.match(r"^deps:\s*\[(.*)\]$", line):
        current[0].extend(re.findall(r"[\w:.-]+", needs[1]))
        return
    line = re.sub(r"^-\s+", "", line)
    if other := re.match(r"^task:\s*['\"]?([\w:.-]+)", line):
        current[0].append(other[1])
        return
    line = re.sub(r"^(cmd|defer|sh|cmds):\s*[|>]?", "", line).strip()
    if line[:1] in {"'", '"'} and line[-1:] == line[:1]:
        line = line[1:-1]
    if line and not re.match(
        r"^(desc|summary|silent|vars|env|dir|sources|generates|platforms|run|method|label|prompt|aliases|internal|interactive|preconditions|requires|status|msg|deps|ignore_error|set|shopt)\b.*:",
        line,
    ):
        current[1].append(line)


def npm(text: str, name: str, rest: Sequence[str]) -> list[str] | None:
    """Return the script ``name`` with its ``pre`` and ``post``; None if it is not there."""
    try:
        scripts = msgspec.json.decode(text, type=_Package).scripts
    except (msgspec.MsgspecError, UnicodeError):
        return None
    if name not in scripts:
        return None
    words = "".join(" " + "'" + word.replace("'", "'\\''") + "'" for word in rest)
    around = (scripts.get(f"pre{name}"), scripts[name] + words, scripts.get(f"post{name}"))
    return [line for line in around if line]


class _Package(msgspec.Struct):
    scripts: dict[str, str] = {}
