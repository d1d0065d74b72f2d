"""
Tools that are no shells: the ones of known servers that change infrastructure by themselves.

Servers are called what their user likes, and executors join the names in different ways,
so a tool of a table is known by how its full name ends. Of servers beyond the tables the
words tell: what deletes, in a name where a cloud or a cluster is named too, or what
applies where Terraform is. What only looks or plans is left alone.

Sources: https://github.com/hashicorp/terraform-mcp-server, https://github.com/awslabs/mcp
(terraform-mcp-server, ccapi-mcp-server, eks-mcp-server, ecs-mcp-server),
https://github.com/pulumi/mcp-server, https://github.com/severity1/terraform-cloud-mcp,
https://github.com/containers/kubernetes-mcp-server,
https://github.com/Flux159/mcp-server-kubernetes, https://github.com/Azure/azure-mcp,
https://github.com/digitalocean-labs/mcp-digitalocean, https://neon.com/docs/ai/neon-mcp-server,
https://github.com/supabase/mcp, https://github.com/akuity/argocd-mcp.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from guardrail.agents.tool_lines import words_of

Arguments = Mapping[str, Any]

_READS = frozenset({"init", "plan", "validate", "output", "show", "graph", "fmt", "version"})
_PLANS = frozenset(
    {"plan_only", "plan_and_apply", "refresh_state", "refresh_only", "allow_empty_apply"}
)


class Known(Struct, frozen=True):
    """A kind of tool that changes infrastructure."""

    name: re.Pattern[str]
    what: str
    """What it does, as the end of "this call …"."""
    counts: Callable[[Arguments], bool]
    """Whether a call with these arguments does it."""


def changing_tool(tool: str, arguments: Arguments) -> str | None:
    """Return what a call of ``tool`` would change, or None where it is not known to."""
    for known in _KNOWN:
        if known.name.search(tool) and known.counts(arguments):
            return known.what
    return _by_its_words(tool, arguments)


_TERRAFORMS = frozenset(
    {"terraform", "tofu", "opentofu", "terragrunt", "tf", "tfe", "tfc", "pulumi", "cdktf", "hcp"}
)
_APPLIES = frozenset(
    {"apply", "destroy", "taint", "untaint", "unlock", "deploy", "up", "import", "rm", "mv", "push"}
)
_CLOUDS = _TERRAFORMS | {
    "aws", "ec2", "s3", "rds", "dynamodb", "cloudformation", "cfn", "ccapi", "cloudcontrol", "route53",
    "eks", "ecs", "ecr", "vpc", "azure", "azmcp", "aks", "gcp", "gcloud", "gke", "googlecloud",
    "digitalocean", "droplet", "hetzner", "hcloud", "linode", "vultr", "scaleway", "ovh", "upcloud",
    "cloudflare", "kubernetes", "k8s", "kube", "kubectl", "helm", "openshift", "rancher", "argocd",
    "argo", "flux", "fluxcd", "crossplane", "neon", "supabase", "planetscale", "railway", "render",
    "flyio", "heroku", "vercel", "netlify", "proxmox", "vsphere", "vmware", "openstack", "nutanix",
    "spacelift", "env0", "scalr", "nomad", "databricks", "snowflake", "planton", "oci",
}  # fmt: skip
_DELETES = frozenset(
    {"delete", "destroy", "terminate", "purge", "uninstall", "drop", "drain", "deprovision", "wipe",
     "teardown", "nuke", "remove", "reset", "rollback", "prune", "deletes", "decommission"}
)  # fmt: skip
_LOOKS = frozenset(
    {"get", "list", "show", "read", "describe", "search", "explain", "check", "validate", "preview",
     "plan", "diff", "log", "logs", "status", "watch", "docs", "generate", "resolve", "details",
     "find", "query", "resolver", "devops", "fmt", "lint", "suggest"}
)  # fmt: skip
_SELECTS = ("operation", "action", "command", "verb", "method", "operation_type", "sub_command")
_PODS = frozenset({"pod", "pods", "po"})
_BOT = re.compile(
    r"(?m)^\s*/?(?:atlantis|digger|terrateam|burrito)\s+(?:apply|destroy|unlock|import|state)\b"
)


def _by_its_words(tool: str, arguments: Arguments) -> str | None:
    """Return what a tool of an unknown server would change, as far as words tell."""
    words = set(words_of(tool))
    if "comment" in words or "note" in words:
        body = next((v for n, v in arguments.items() if n in {"body", "note", "content"}), "")
        bot = isinstance(body, str) and _BOT.search(body)
        return "tells a bot to apply" if bot else None
    if "guardrail" in words or _dry(arguments) or _pod(words, arguments):
        return None
    looks = words & _LOOKS
    if words & _TERRAFORMS and words & _APPLIES and not looks:
        return "runs Terraform, or its like, without a saved plan"
    chosen = {
        word
        for name in _SELECTS
        if isinstance(value := arguments.get(name), str)
        for word in words_of(value)[:2]
    }
    if words & _CLOUDS and ((words & _DELETES and not looks) or (chosen & _DELETES)):
        return "deletes what no plan knows"
    return None


def _dry(arguments: Arguments) -> bool:
    return any(_squeezed(n) in {"dryrun", "previewonly"} and _yes(v) for n, v in arguments.items())


def _pod(words: set[str], arguments: Arguments) -> bool:
    """Return whether one pod is meant, which its controller makes again."""
    if words & {"pod", "pods"}:
        return not {"all", "namespace"} & words
    kinds = {
        str(v).lower() for n, v in arguments.items() if _squeezed(n) in {"kind", "resourcetype"}
    }
    return bool(kinds & _PODS) and isinstance(arguments.get("name"), str)


def _ends(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[^a-z0-9])(?:{names})$", re.IGNORECASE)


def _belongs(servers: str, names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{servers}).*[^a-z0-9](?:{names})$", re.IGNORECASE | re.DOTALL)


def _always(_arguments: Arguments) -> bool:
    return True


def _yes(value: object) -> bool:
    # What is neither plainly false nor missing counts: a server may read "yes" as true.
    return value not in (None, False, 0, "", "false", "False", "FALSE", "0", "no")


def _flagged(*names: str) -> Callable[[Arguments], bool]:
    wanted = {_squeezed(name) for name in names}

    def counts(arguments: Arguments) -> bool:
        return any(_yes(v) for name, v in arguments.items() if _squeezed(name) in wanted)

    return counts


def _squeezed(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _word(name: str, harmless: frozenset[str]) -> Callable[[Arguments], bool]:
    def counts(arguments: Arguments) -> bool:
        value = arguments.get(name)
        return not (isinstance(value, str) and value.strip().lower() in harmless)

    return counts


def _creates_run(arguments: Arguments) -> bool:
    if _flagged("auto_approve", "auto_apply", "is_destroy")(arguments):
        return True
    return "run_type" in arguments and _word("run_type", _PLANS)(arguments)


_TERRAFORM = r"terraform|tofu|\btfe\b|\btfc\b|hcp"
_KNOWN = (
    Known(
        _ends("action_run"),
        "applies a run of HCP Terraform",
        _word("run_action", frozenset({"discard", "cancel"})),
    ),
    Known(_ends("create_run"), "starts a run that applies or destroys by itself", _creates_run),
    Known(
        _belongs(_TERRAFORM, "update_workspace"),
        "lets a workspace apply by itself",
        _flagged("auto_apply"),
    ),
    Known(
        _ends(
            "delete_workspace_safely|force_unlock_workspace|delete_variable_in_variable_set"
            "|detach_variable_set_from_workspaces"
        ),
        "takes away or unlocks what Terraform keeps",
        _always,
    ),
    Known(
        _belongs(_TERRAFORM, r"(?:delete|destroy|force_unlock)(?:_\w+)?"),
        "takes away or unlocks what Terraform keeps",
        _always,
    ),
    Known(
        _ends("ExecuteTerraformCommand|ExecuteTerragruntCommand"),
        "runs Terraform with -auto-approve",
        _word("command", _READS),
    ),
    Known(
        _belongs(r"ccapi|cloud[ _-]?control|cfn", "(?:create|update|delete)_resource"),
        "changes a resource that no plan knows",
        _always,
    ),
    Known(
        _ends("resources_delete|apply_run|force_execute_run"), "changes what no plan knows", _always
    ),
    Known(
        _ends("manage_eks_stacks"),
        "changes a cluster that no plan knows",
        _word("operation", frozenset({"describe", "generate"})),
    ),
    Known(_ends("reset_from_parent"), "discards a branch of a database", _always),
    Known(
        _belongs("pulumi", r"(?:pulumi-cli-|pulumi_)?(?:up|destroy|refresh)"),
        "changes a Pulumi stack",
        _always,
    ),
)
