"""Pulumi, the CDKs, and other tools that hold a stack: commands that only read are listed."""

from collections.abc import Iterator
from typing import Final

from guardrail.agents.shell.calls import Again, Call, Outcome, Reader, join, operands, split_options
from guardrail.agents.shell.marks import known
from guardrail.agents.shell.model import UNKNOWN_WORD

_PULUMI_VALUED: Final = frozenset({
    "-C", "--cwd", "-s", "--stack", "--color", "-v", "--verbose", "--profiling", "--tracing",
    "--config-file", "-m", "--message", "-c", "--config",
})  # fmt: skip
_PULUMI_READS: Final = {
    "preview", "pre", "logs", "whoami", "version", "about", "config", "new", "install", "plugin",
    "org", "env", "package", "policy", "schema", "gen-completion", "help", "console", "convert",
    "login", "logout", "ai", "history", "query", "neo", "template",
}  # fmt: skip
_PULUMI_BELOW: Final = {
    "stack": {"ls", "select", "init", "output", "history", "graph", "export", "tag", "unselect"},
    "state": set[str](),
    "deployment": {"settings"},
}
_PULUMI_OPERATIONS: Final = {
    "up", "update", "destroy", "refresh", "import", "cancel", "watch", "stack rm", "stack import",
    "stack rename", "stack change-secrets-provider", "state delete", "state rename", "state move",
    "state unprotect", "state protect", "state upgrade", "state edit", "state repair",
    "state taint", "state untaint", "deployment run", "do",
}  # fmt: skip
_HELP: Final = {"-h", "--help"}


def _pulumi(call: Call) -> Iterator[Outcome]:
    directory = call.directory
    options, words = split_options(call.words, _PULUMI_VALUED)
    for at, word in enumerate(options):
        if word in {"-C", "--cwd"} and at + 1 < len(options):
            directory = join(directory, options[at + 1])
        elif word.startswith("--cwd="):
            directory = join(directory, word[6:])
    if not words or {*words, *options} & {*_HELP, "--version"}:
        return
    name, rest = words[0], operands(words[1:], _PULUMI_VALUED)
    if name in _PULUMI_BELOW:
        if not rest or rest[0] in _PULUMI_BELOW[name]:
            return
        name = f"{name} {rest[0]}"
    elif name in _PULUMI_READS:
        return
    if "--preview-only" in words:
        return
    yield call.operation(
        name if name in _PULUMI_OPERATIONS else UNKNOWN_WORD,
        directory=directory,
    )


class _Table:
    """A tool whose first operands tell: these commands change something, others read."""

    def __init__(self, commands: str, valued: str = "") -> None:
        self.commands = tuple(tuple(each.split()) for each in commands.split(","))
        self.valued = frozenset(valued.split())

    def __call__(self, call: Call) -> Iterator[Outcome]:
        words = operands(call.words, self.valued)
        if _HELP & set(call.words):
            return
        if words and not known(words[0]):
            yield call.operation(UNKNOWN_WORD)
        for command in self.commands:
            if words[: len(command)] == list(command):
                yield call.operation(" ".join(command))
                return


def _atmos(call: Call) -> Iterator[Outcome]:
    """Yield Terraform's part of ``atmos terraform apply component``."""
    words = operands(call.words)
    if words[:1] in (["terraform"], ["tf"], ["tofu"]) and len(words) > 1:
        name = words[1] if words[1] != "deploy" else "apply"
        yield Again(argv=("terraform", name), directory=UNKNOWN_WORD)


READERS: Final[dict[str, Reader]] = {
    "pulumi": _pulumi,
    "cdktf": _Table("deploy, apply, destroy, watch, login", "--app -a --output -o --log-level"),
    "cdk": _Table("deploy, destroy, bootstrap, import, watch, rollback, gc, refactor, migrate",
                  "--app -a --profile --output -o --context -c --plugin"),
    "atmos": _atmos,
    "terraspace": _Table("up, down, all up, all down, import, state rm, state mv, state push, force_unlock"),
    "tfctl": _Table("apply, approve, create, delete, reconcile, replan, resume"),
    "spacectl": _Table("stack deploy, stack confirm, stack delete, stack task, stack resources destroy"),
    "sst": _Table("deploy, remove, refresh, unlock, state edit, state remove, state repair", "--stage"),
    "sls": _Table("deploy, remove, rollback"),
    "serverless": _Table("deploy, remove, rollback"),
    "sam": _Table("deploy, delete, sync"),
    "digger": _Table("apply, destroy, run"),
    "env0": _Table("deploy, destroy, environment destroy"),
    "tfmigrate": _Table("apply"),
    "aws-nuke": _Table("run, nuke"),
    "cloud-nuke": _Table("aws, gcp"),
    "chalice": _Table("delete, deploy"),
    "zappa": _Table("undeploy"),
    "arc": _Table("destroy, deploy"),
    "up": _Table("stack delete, stack apply"),
    "kubeadm": _Table("reset"),
    "talosctl": _Table("reset"),
    "copilot": _Table("app delete, env delete, svc delete, job delete, env deploy, svc deploy"),
    "amplify": _Table("delete, push, publish"),
    "azd": _Table("down, up, provision, env delete"),
    "crossplane": _Table("beta delete"),
}  # fmt: skip
