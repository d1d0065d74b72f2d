"""How the arguments of programs are laid out that run the program named in them."""

from typing import Final

from msgspec import Struct


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
    tail: bool = False
    """What follows such an option belongs to its commands."""
    joined: bool = False
    """All operands together are commands for a shell."""
    directory: frozenset[str] = frozenset()
    """Options that change the directory."""


def _of(valued: str = "", **rest: object) -> Wrapper:
    sets = {
        key: frozenset(str(rest.pop(key, "")).split()) for key in ("verbs", "text", "directory")
    }
    return Wrapper(valued=frozenset(valued.split()), **sets, **rest)  # type: ignore[arg-type]


WRAPPERS: Final[dict[str, Wrapper]] = {
    "sudo": _of(
        "-u -g -h -p -C -T -R -D -r -t -U --user --group --host --prompt --chdir --chroot --role "
        "--type --close-from --other-user --command-timeout",
        directory="-D --chdir",
    ),
    "doas": _of("-u -C -a"),
    "pkexec": _of("--user"),
    "run0": _of("-u --user -g --group -D --chdir", directory="-D --chdir"),
    "env": _of(
        "-u --unset -C --chdir -a --argv0",
        text="-S --split-string",
        tail=True,
        directory="-C --chdir",
    ),
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
