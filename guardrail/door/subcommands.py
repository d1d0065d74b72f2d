"""Terraform's and OpenTofu's subcommands: those that only read are listed, others are operations."""

from typing import Final

READS: Final = {
    "version", "validate", "fmt", "output", "providers", "graph", "show", "get", "metadata",
    "modules", "help", "logout", "init", "plan",
}  # fmt: skip
READS_BELOW: Final = {
    "state": {"list", "show", "pull", "identities"},
    "workspace": {"list", "show", "select", "new"},
    "env": {"list", "show", "select", "new"},
}
OPERATIONS: Final = {
    "apply", "destroy", "import", "refresh", "taint", "untaint", "force-unlock", "test", "console",
    "query", "login", "push", "stacks", "cloud", "invoke", "rpcapi",
}  # fmt: skip
OPERATIONS_BELOW: Final = {
    "state": {"rm", "mv", "push", "replace-provider"},
    "workspace": {"delete"},
    "env": {"delete"},
}
MOVES_STATE: Final = ("migrate-state", "reconfigure", "force-copy")
"""Options that make ``init`` an operation."""
HELP: Final = {"-h", "-help", "--help"}
