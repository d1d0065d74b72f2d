"""
Deletions and terminations in the command lines of clouds and clusters, by a table.

A row is words that must appear among the operands in this order; what stands
between them (values of options, names) does not matter.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from guardrail.agents.shell.calls import Call, Outcome, Reader, operands
from guardrail.agents.shell.marks import UNKNOWN
from guardrail.agents.shell.model import Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import strangers
from guardrail.agents.shell.tools.remote import REMOTE

_TABLE: Final = {
    "aws": "s3 rb|s3 rm|delete-*|terminate-*|remove-*|deregister-*|destroy-*|purge-*|batch-delete-*"
    "|schedule-key-deletion|disable-key|release-address|release-hosts|reset-*|revoke-*"
    "|cloudformation deploy|cloudformation update-stack|cloudformation create-stack"
    "|cloudformation execute-change-set|cloudcontrol create-resource|cloudcontrol update-resource"
    "|disassociate-*|detach-*|cancel-*|abort-environment-update|stop-db-*|force-delete-*"
    "|unassign-*|delete|terminate|change-resource-record-sets",
    "turso": "db destroy|group destroy",
    "firebase": "projects:delete|*:delete|database:remove|hosting:disable|ext:uninstall",
    "netlify": "*:delete",
    "koyeb": "delete|rm",
    "appwrite": "*delete*",
    "auth0": "delete|rm",
    "okta": "delete",
    "etcdctl": "del",
    "s3cmd": "rb|del|rm",
    "s5cmd": "rm|rb",
    "mc": "rb|rm",
    "rclone": "purge|delete|deletefile|rmdirs",
    "azcopy": "remove|rm",
    "ovhcloud": "delete|terminate",
    "nova": "delete",
    "lxc": "delete",
    "incus": "delete",
    "werf": "dismiss|purge",
    "ecs-cli": "service rm|service delete|down",
    "qm": "destroy",
    "pct": "destroy",
    "gcloud": "delete|destroy|purge|services disable|infra-manager deployments apply|storage rm"
    "|deployment-manager deployments update|deployment-manager deployments create|rb"
    "|abandon-instances|versions disable|projects undelete",
    "gsutil": "rm|rb",
    "bq": "rm",
    "az": "delete|purge|remove|deployment * create|deployment create|stack * create"
    "|deallocate|delete-batch|wipe",
    "kubectl": "delete|drain",
    "oc": "delete|drain|adm drain",
    "helm": "uninstall|delete|del|un|rollback",
    "helmfile": "destroy|delete|apply|sync",
    "doctl": "delete|rm|d|destroy|delete-*|remove-*",
    "hcloud": "delete|rebuild|remove-*|detach|reset",
    "linode-cli": "delete|rm|*-delete|rebuild",
    "vultr-cli": "delete|destroy|reinstall",
    "scw": "delete|terminate|destroy",
    "exo": "delete",
    "civo": "delete|remove|rm|destroy",
    "oci": "delete|terminate|destroy|purge|bulk-delete|schedule-deletion",
    "ibmcloud": "delete|destroy|*-delete|rm",
    "aliyun": "Delete*|Release*|Remove*|delete|rm",
    "tccli": "Delete*|Terminate*|Remove*|Release*",
    "yc": "delete",
    "openstack": "delete|purge|rebuild",
    "flyctl": "destroy|delete|apps destroy|remove|rm",
    "fly": "destroy|delete|apps destroy|remove|rm",
    "heroku": "apps:destroy|*:destroy|*:delete|*:remove|pg:reset|apps:delete",
    "railway": "down|delete",
    "vercel": "remove|rm",
    "wrangler": "delete|*:delete|d1 delete|r2 bucket delete|destroy",
    "supabase": "projects delete|branches delete",
    "render": "delete",
    "cf": "delete|delete-*|d|purge-*|unbind-service",
    "eksctl": "delete|drain",
    "kops": "delete|rolling-update",
    "gkectl": "delete",
    "eb": "terminate",
    "nomad": "job stop|stop|system gc|namespace delete|volume delete|purge|node drain",
    "consul": "kv delete|kv import|snapshot restore|force-leave",
    "vault": "delete|secrets disable|auth disable|kv delete|kv destroy|kv metadata delete"
    "|policy delete|lease revoke|operator seal|token revoke",
    "argocd": "app rollback|app delete|appset delete|cluster rm|proj delete|repo rm",
    "flux": "delete|uninstall",
    "velero": "backup delete|uninstall|restore delete|delete",
    "istioctl": "uninstall",
    "virsh": "destroy|undefine|vol-delete|pool-delete|net-destroy|net-undefine",
    "govc": "*.destroy|*.rm|*.delete|object.destroy",
    "multipass": "delete|purge",
    "pscale": "delete",
    "neonctl": "delete",
    "atlas": "delete|terminate",
    "confluent": "delete",
    "databricks": "delete|bundle destroy|permanent-delete",
    "rosa": "delete",
    "ocm": "delete",
    "rancher": "delete|rm",
    "juju": "destroy-model|destroy-controller|remove-application|kill-controller|remove-machine",
    "nixops": "destroy|delete",
    "boundary": "delete",
    "waypoint": "destroy|uninstall",
    "porter": "uninstall",
}
_ROWS: Final = {
    tool: tuple(row.split() for row in rows.split("|")) for tool, rows in _TABLE.items()
}
_DRY: Final = late(r"--dry-?run(=(client|server|true))?|--dryrun|--generate-cli-skeleton(=.*)?")
_DRY_TOOLS: Final = {"aws", "kubectl", "oc", "helm", "gsutil", "gcloud", "vault", "virsh", "eksctl"}
_HELP: Final = {"--help", "-h", "help"}
_HARMLESS: Final = {
    "kubectl": ("auth can-i", "config", "explain", "plugin", "krew"),
    "oc": ("auth can-i", "config", "explain"),
    "helm": ("plugin", "repo", "template", "search", "env"),
    "gcloud": ("config", "components", "auth", "topic", "info"),
    "az": ("cache", "extension", "config", "account clear", "bicep", "find", "interactive"),
    "aws": ("configure", "sso", "help"),
    "doctl": ("auth",),
    "heroku": ("plugins:*", "git:*"),
    "argocd": ("context",),
    "vault": ("plugin", "login"),
    "hcloud": ("context",),
    "nomad": ("plan",),
    "rclone": ("config",),
    "mc": ("alias",),
}
"""Commands whose deletions concern the caller's own machine, or which only ask."""
_STARTS: Final = {"exec", "ssh", "run", "debug", "attach"}
_STATE_OBJECT: Final = late(r"(s3|gs|az|https?)://\S*(\.tfstate|terraform\.tfstate|tfstate/)")
_SENDS_OBJECT: Final = {"put-object", "copy-object", "upload", "upload-batch", "copy"}


def read(call: Call) -> Iterator[Outcome]:
    """Yield the row of the table that the call is."""
    yield from REMOTE.get(call.name, _nothing)(call)
    words = _words(call)
    if any(_has(words[: len(row)], row) for row in _HARMLESS_ROWS.get(call.name, ())):
        return
    if _HELP & {*call.words[-1:], *call.words[:1]} or "--help" in call.words:
        return
    if call.name in _DRY_TOOLS and any(_DRY.fullmatch(word) for word in call.words):
        return
    row = next((row for row in _ROWS[call.name] if _has(words, row)), None)
    if row is not None and not _only_pods(call, words):
        yield call.operation(" ".join(row))
    elif flag := _flag(call, words):
        yield call.operation(flag)
    elif _over_state(call, words):
        yield call.operation("write state")
    elif _STARTS & set(words):
        yield from strangers.read(call)
    elif words[:1] == [UNKNOWN] or (call.name in {"aws", "kubectl"} and UNKNOWN in words[:2]):
        yield Reason.DYNAMIC


def _over_state(call: Call, words: list[str]) -> bool:
    """Return whether an object that looks like state is written, or moved away."""
    places = [word for word in operands(call.words, _VALUED.get(call.name, frozenset())) if word]
    if {"mv"} & set(words[:2]) or {"cp", "sync", "rsync"} & set(words[:3]):
        looked = places if "mv" in words[:3] else places[-1:]
        return any(_STATE_OBJECT.search(place) for place in looked)
    return bool(_SENDS_OBJECT & set(words)) and any(".tfstate" in word for word in call.words)


def _nothing(_call: Call) -> Iterator[Outcome]:
    yield from ()


_VALUED: Final = {
    "kubectl": frozenset(
        ["-n", "--namespace", "--context", "--cluster", "-o", "--output", "-l", "--selector"]
    ),
    "helm": frozenset(["-n", "--namespace", "--kube-context", "-o", "--output", "-f", "--values"]),
    "aws": frozenset(["--profile", "--region", "--output", "--query", "--endpoint-url"]),
}
"""Options that always take the next word, so that no name is taken for a command."""


def _words(call: Call) -> list[str]:
    words = operands(call.words, _VALUED.get(call.name, frozenset()))
    if call.name == "aws":
        return words[:4]
    return words[:8]


def _has(words: Sequence[str], row: Sequence[str]) -> bool:
    at = iter(words)
    return all(any(fnmatchcase(word, pattern) for word in at) for pattern in row)


def _only_pods(call: Call, words: list[str]) -> bool:
    """Return whether named pods are deleted, which their controllers make again."""
    if call.name not in {"kubectl", "oc"} or "delete" not in words:
        return False
    rest = words[words.index("delete") + 1 :]
    every = {"--all", "-A", "--all-namespaces", "-l", "--selector", "--force", "-f"} & set(
        call.words
    )
    if not rest or every or any(word.startswith(("--selector=", "--all=")) for word in call.words):
        return False
    if rest[0] in {"pod", "pods", "po"}:
        return len(rest) > 1
    return all(word.startswith(("pod/", "pods/", "po/")) for word in rest)


_FLAGS: Final = (
    ("kubectl oc", (), "--prune"),
    ("kubectl oc", ("replace",), "--force"),
    ("kubectl oc", ("scale",), "--replicas=0"),
    ("aws", ("s3", "sync"), "--delete"),
    ("aws", (), "--no-deletion-protection"),
    ("gsutil", ("rsync",), "-d"),
    ("supabase", ("db", "reset"), "--linked"),
    ("supabase", ("db", "reset"), "--db-url"),
    ("argocd", ("app", "sync"), "--prune"),
    ("mc", ("mirror",), "--remove"),
    ("s3cmd", ("sync",), "--delete-removed"),
    ("aws", ("ecs", "update-service"), "--desired-count 0"),
    ("aws", ("put-bucket-versioning",), "Status=Suspended"),
    ("az", ("rest",), "delete"),
    ("az", ("rest",), "DELETE"),
)
"""Tools, operands and the option that makes a deletion of a harmless command."""


def _flag(call: Call, words: list[str]) -> str:
    text = f" {' '.join(call.words)} "
    for tools, row, option in _FLAGS:
        if call.name in tools.split() and _has(words, row) and f" {option} " in text:
            return " ".join([*row, option])
    return ""


_HARMLESS_ROWS: Final = {
    tool: tuple(tuple(row.split()) for row in rows) for tool, rows in _HARMLESS.items()
}
READERS: Final[dict[str, Reader]] = dict.fromkeys(_TABLE, read)
