"""
Tools that are no shells: the ones of known servers that change infrastructure by themselves.

Servers are called what their user likes, and executors join the names in different ways,
so a tool is known by how its full name ends. What only looks or plans is not here.

Sources: https://github.com/hashicorp/terraform-mcp-server, https://github.com/awslabs/mcp
(terraform-mcp-server, ccapi-mcp-server, aws-api-mcp-server),
https://github.com/pulumi/mcp-server.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

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
    return None


def shell_line(tool: str, arguments: Arguments) -> str | None:
    """Return the command line that ``tool`` runs, where it is one of a cloud's own."""
    if not _CALL_AWS.search(tool):
        return None
    match arguments.get("cli_command"):
        case str(line):
            return line
        case [*lines] if all(isinstance(line, str) for line in lines):
            return "\n".join(lines)
        case _:
            return _UNREADABLE


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
_CALL_AWS = _ends("call_aws")
_UNREADABLE = "aws $operation"
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
        _belongs("pulumi", r"(?:pulumi-cli-|pulumi_)?(?:up|destroy|refresh)"),
        "changes a Pulumi stack",
        _always,
    ),
)
