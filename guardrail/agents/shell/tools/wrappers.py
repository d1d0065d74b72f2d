"""Programs that run the program named in their arguments."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec
from msgspec import Struct

from guardrail.agents.shell.calls import Again, Call, Outcome, Text, join
from guardrail.agents.shell.marks import UNKNOWN, known, source
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.steering import READ_AT_START, runs
from guardrail.agents.shell.tools import packages, shells, strangers


class Wrapper(Struct, frozen=True, kw_only=True):
    """How the arguments of a wrapper are laid out."""

    valued: frozenset[str] = frozenset()
    """Options that take the next word."""
    skip: int = 0
    """Operands before the program."""
    verbs: frozenset[str] = frozenset()
    """The first operand must be one of these, else the wrapper runs nothing."""
    text: frozenset[str] = frozenset()
    """Options whose value is commands for a shell."""
    joined: bool = False
    """All operands together are commands for a shell."""
    directory: frozenset[str] = frozenset()
    """Options that change the directory."""


def _of(valued: str = "", **rest: object) -> Wrapper:
    sets = {
        key: frozenset(str(rest.pop(key, "")).split()) for key in ("verbs", "text", "directory")
    }
    return Wrapper(valued=frozenset(valued.split()), **sets, **rest)  # type: ignore[arg-type]


_RUN: Final = "exec run x"
WRAPPERS: Final[dict[str, Wrapper]] = {
    "sudo": _of(
        "-u -g -h -p -C -T -R -D -r -t -U --user --group --host --prompt --chdir --chroot --role "
        "--type --close-from --other-user --command-timeout",
        directory="-D --chdir",
    ),
    "doas": _of("-u -C -a"),
    "pkexec": _of("--user"),
    "run0": _of("-u --user -g --group -D --chdir", directory="-D --chdir"),
    "env": _of("-u --unset -C --chdir -a --argv0", text="-S --split-string", directory="-C --chdir"),
    "command": _of(),
    "builtin": _of(),
    "exec": _of("-a"),
    "coproc": _of(),
    **dict.fromkeys(("noglob", "nocorrect", "-", "and", "or", "not", "begin", "always"), _of()),
    "repeat": _of(skip=1),
    "sched": _of(skip=1, joined=True),
    "zargs": _of("-n -l -P"),
    "emulate": _of(text="-c", skip=1),
    "complete": _of(text="-C"),
    "compgen": _of(text="-C"),
    "nohup": _of(),
    "nice": _of("-n --adjustment"),
    "ionice": _of("-c -n -p -P -u --class --classdata"),
    "setsid": _of(),
    "timeout": _of("-s -k --signal --kill-after", skip=1),
    "gtimeout": _of("-s -k --signal --kill-after", skip=1),
    "stdbuf": _of("-i -o -e --input --output --error"),
    "time": _of("-f -o --format --output"),
    "watch": _of("-n -q --interval --equexit", joined=True),
    "viddy": _of("-n --interval", joined=True),
    "unbuffer": _of(),
    "chronic": _of(),
    "caffeinate": _of("-t -w"),
    "strace": _of("-e -o -p -s -u -E -P -I -a -b -O -S -X"),
    "ltrace": _of("-e -o -p -s -u -n -a -F -l -x"),
    "systemd-run": _of(
        "-p -u -H -M -E --unit --slice --property --description --uid --gid --nice --setenv "
        "--working-directory --on-active --on-calendar",
        directory="--working-directory",
    ),
    "systemd-inhibit": _of("--what --who --why --mode"),
    "chroot": _of("", skip=1),
    "unshare": _of("-S -G -R -w --setuid --setgid --root --wd"),
    "nsenter": _of("-t -S -G --target --setuid --setgid"),
    "setarch": _of("", skip=1),
    "taskset": _of("", skip=1),
    "chrt": _of("-T -P -D", skip=1),
    "prlimit": _of("-p --pid"),
    "numactl": _of("-N -m -C -p"),
    "flock": _of("-w -E --timeout --wait --conflict-exit-code", text="-c --command", skip=1),
    "lockf": _of("-t", skip=1),
    "script": _of("-I -O -B -T -m -E -o -t", text="-c --command", skip=1),
    "su": _of("-s -g -G -w --shell --group", text="-c --command --session-command"),
    "runuser": _of("-u -s -g -G --user --shell", text="-c --command --session-command"),
    "setpriv": _of("--reuid --regid --groups --inh-caps --bounding-set"),
    "busybox": _of(),
    "toybox": _of(),
    "xvfb-run": _of("-e -f -n -p -s"),
    "dbus-run-session": _of("--config-file"),
    "torsocks": _of(),
    "proxychains": _of("-f"),
    "proxychains4": _of("-f"),
    "rlwrap": _of("-f -H -C"),
    "envdir": _of(skip=1),
    "setuidgid": _of(skip=1),
    "chpst": _of("-u -U -b -e"),
    "s6-setuidgid": _of(skip=1),
    "su-exec": _of(skip=1),
    "gosu": _of(skip=1),
    "tini": _of(),
    "dumb-init": _of(),
    "catchsegv": _of(),
    "valgrind": _of(),
    "cpulimit": _of("-l -p -e"),
    "faketime": _of(skip=1),
    "nocache": _of(),
    "trickle": _of("-d -u"),
    "aws-vault": _of("-d --duration --region --backend --prompt -t --mfa-token", skip=1, verbs="exec"),
    "aws-okta": _of("", skip=1, verbs="exec"),
    "saml2aws": _of("-a --idp-account --profile", verbs="exec"),
    "assume": _of("", text="--exec -e"),
    "granted": _of("", verbs="exec", skip=1),
    "chamber": _of("-b -r", skip=1, verbs="exec"),
    "envchain": _of("", skip=1),
    "op": _of("--env-file --account --config", verbs="run"),
    "doppler": _of("-p -c -t --project --config --token", text="--command", verbs="run"),
    "infisical": _of("--env --path --projectId --token", text="--command", verbs="run"),
    "vault": _of("", verbs="exec"),
    "teller": _of("-c --config", verbs="run"),
    "summon": _of("-p -f -e -D --provider --environment"),
    "sops": _of("", skip=1, verbs="exec-env exec-file", joined=True),
    "berglas": _of("", verbs="exec"),
    "dotenv": _of("-f -e --file"),
    "dotenvx": _of("-f -e --env-file", verbs="run"),
    "direnv": _of("", skip=1, verbs="exec"),
    "mise": _of("-C -j --cd --jobs", text="-c --command", verbs="exec x", directory="-C --cd"),
    "rtx": _of("", verbs="exec x"),
    "asdf": _of("", verbs="exec"),
    "tenv": _of("", verbs="exec"),
    "uv": _of(
        "--with -p --python --extra --group --env-file --directory --project --index "
        "--with-requirements --with-editable --package --cache-dir",
        verbs="run", directory="--directory",
    ),
    "poetry": _of("-C --directory -P --project", verbs="run", directory="-C --directory"),
    "pipenv": _of("", verbs="run"),
    "pdm": _of("-p --project", verbs="run"),
    "hatch": _of("-e --env", verbs="run"),
    "rye": _of("", verbs="run"),
    "flox": _of("", verbs="activate"),
    "pixi": _of("-e --environment", verbs="run"),
    "conda": _of("-n -p --name --prefix", verbs="run"),
    "mamba": _of("-n -p --name --prefix", verbs="run"),
    "micromamba": _of("-n -p --name --prefix", verbs="run"),
    "bundle": _of("", verbs="exec"),
    "npx": _of("-p --package -w --workspace", text="-c --call"),
    "bunx": _of(),
    "pnpx": _of(),
    "uvx": _of("--from --with -p --python"),
    "pipx": _of("--spec --pip-args", verbs="run"),
    "nix-shell": _of("-p -A -I", text="--run --command"),
    "devbox": _of("", verbs="run"),
    "terramate": _of("-C --chdir -B --tags --no-tags --changed", verbs="run", directory="-C --chdir"),
    "hyperfine": _of("-w -r -m -M -i -s --warmup --runs --prepare --cleanup", joined=True),
    "entr": _of(""),
    "watchexec": _of("-w -e -f -i --watch --exts", joined=True),
    "nodemon": _of("-w -e --watch --ext", text="-x --exec"),
    "concurrently": _of("-n -c --names", joined=True),
    "parallel": _of("-j --jobs -a --arg-file --colsep -I"),
    "xargs": _of(
        "-a -d -E -I -L -n -P -s -J -R -S --arg-file --delimiter --max-lines --max-args "
        "--max-procs --max-chars --replace-str"
    ),
}  # fmt: skip
HEADS: Final = {"terraform", "tofu", "terragrunt", "pulumi", "cdktf", "bash", "sh"}
"""Programs worth finding behind an option that a wrapper\'s table lacks."""
_CLUSTER: Final = late(r"-[a-zA-Z]+([a-zA-Z])")
_UNKNOWN_TAIL: Final = {"xargs", "parallel"}


def read(call: Call) -> Iterator[Outcome]:
    """Yield the program that a wrapper runs."""
    wrapper, words = WRAPPERS[call.name], list(call.words)
    if wrapper.verbs:
        at = next((n for n, word in enumerate(words) if word in wrapper.verbs), None)
        if at is None:
            yield from packages.removes_ours(call)
            yield from strangers.read(call)
            return
        words = words[at + 1 :]
    if call.name in {"command", "type"} and words[:1] in (["-v"], ["-V"]):
        return
    options, rest, strange = _split(words, wrapper)
    yield from _texts(wrapper, options, rest)
    for name, value in options:
        if name in wrapper.directory:
            call = msgspec.structs.replace(call, directory=join(call.directory, value))
    if "--" in words and (wrapper.verbs or wrapper.skip):
        rest = words[words.index("--") + 1 :]
    else:
        rest = rest[wrapper.skip :]
    unset = [value for name, value in options if name in {"-u", "--unset"}]
    variables = unset if call.name == "env" else []
    if call.name == "env" and {"-i", "-", "--ignore-environment"} & set(words):
        variables.append("AI_AGENT")  # among all the others
    yield from _assigned(rest, variables)
    yield from _inner(call, rest, tuple(variables), strange=strange, joined=wrapper.joined)


def _texts(wrapper: Wrapper, options: list[tuple[str, str]], rest: list[str]) -> Iterator[Outcome]:
    """Yield the commands that options hold; some stand after the operands."""
    for name, value in options:
        cluster = _CLUSTER.fullmatch(name)
        if name in wrapper.text:
            yield Text(text=value)
        elif cluster and f"-{cluster[1]}" in wrapper.text and rest:  # script -qc "…"
            yield Text(text=rest[0])
    for flag, value in pairwise(rest):
        if flag in wrapper.text:
            yield Text(text=value)


def _assigned(words: list[str], variables: list[str]) -> Iterator[Outcome]:
    """Take the assignments before the program out of ``words``, and yield the commands in them."""
    while words and "=" in words[0] and known(words[0].partition("=")[0]):
        name, _, value = words.pop(0).partition("=")
        variables.append(name)
        if runs(name):
            yield Text(text=value)
        elif name in READ_AT_START:
            yield shells.script(value)


def _inner(
    call: Call, words: list[str], variables: tuple[str, ...], *, strange: bool, joined: bool
) -> Iterator[Outcome]:
    words = _without_braces(call, words)
    if call.name == "parallel" and any(word.startswith(":::") for word in words):
        at = next(n for n, word in enumerate(words) if word.startswith(":::"))
        words, given = words[:at], words[at + 1 :]
        for value in given:
            yield Text(text=" ".join([*map(source, words), value]))
    if not words:
        if call.name in {"sudo", "su", "doas", "busybox"} and call.feed is not None:
            yield from (Text(text=text) for text in call.feed.texts)
            yield Reason.INPUT
        return
    if call.name in _UNKNOWN_TAIL:
        yield from _fed(call, words)
        words = [*(word.replace("{}", UNKNOWN) for word in words), UNKNOWN]
    if joined:
        yield Text(text=" ".join(words), directory=call.directory)
    again = Again(argv=tuple(words), directory=call.directory, variables=variables, feed=call.feed)
    yield again
    if strange:
        for at, word in enumerate(words[1:], start=1):
            if word.rsplit("/", 1)[-1] in HEADS:
                yield msgspec.structs.replace(again, argv=tuple(words[at:]), feed=None)


def _fed(call: Call, words: list[str]) -> Iterator[Outcome]:
    """Yield the program with the words that it is fed, where the line tells them."""
    for text in call.feed.texts if call.feed is not None else ():
        if any("{}" in word for word in words):
            yield Again(argv=tuple(word.replace("{}", text.strip()) for word in words))
        else:
            yield Again(argv=(*words, *text.split()))
            yield Again(argv=(*words, text))


def _without_braces(call: Call, words: list[str]) -> list[str]:
    """Return the words after ``coproc NAME {``."""
    if call.name == "coproc":
        while len(words) > 1 and (words[0] in {"{", "("} or words[1] in {"{", "("}):
            words = words[1:]
    return words


def _split(words: list[str], wrapper: Wrapper) -> tuple[list[tuple[str, str]], list[str], bool]:
    """Return options with their values, the rest, and whether an option was not in the table."""
    options: list[tuple[str, str]] = []
    takes = wrapper.valued | wrapper.text | wrapper.directory
    at, strange = 0, False
    while at < len(words) and words[at].startswith("-") and len(words[at]) > 1:
        word = words[at]
        at += 1
        if word == "--":
            break
        name, sign, value = word.partition("=")
        if not sign and name in takes and at < len(words):
            value = words[at]
            at += 1
        elif not sign and name[:2] in takes and not name.startswith("--"):
            name, value = name[:2], name[2:]
        elif name not in takes:
            strange = True
        options.append((name, value))
    return options, words[at:], strange


def quoted(words: tuple[str, ...]) -> str:
    """Return shell text that means ``words``."""
    return " ".join(source(word) for word in words)
