"""
The options of Terraform and OpenTofu that the drop-in knows, by subcommand.

What is not listed does not exist there: options that move a state file, take a lock away,
load plug-ins from elsewhere or write a file of any name are left out. Source: Terraform's
``internal/command/arguments``.
"""

from collections.abc import Mapping
from typing import Final

from guardrail.door.subcommands import MOVES_STATE

Known = Mapping[str, bool]
"""Options by name, and whether each takes a value."""


TRUE: Final = {"1", "t", "T", "true", "TRUE", "True"}
FALSE: Final = {"0", "f", "F", "false", "FALSE", "False"}
"""What Go's package ``strconv`` reads as a switch."""


def _known(text: str) -> Known:
    return {word.rstrip("="): word.endswith("=") for word in text.split()}


_QUIET: Final = "input lock no-color compact-warnings concise show-sensitive deprecation="
PLANNING: Final = _known(
    "target= replace= var= var-file= refresh refresh-only destroy parallelism= lock-timeout= "
    "exclude= target-file= exclude-file="
)
APPLY: Final = {**PLANNING, **_known(f"auto-approve {_QUIET}")}
MOVES: Final = dict.fromkeys(MOVES_STATE, False)
OPTIONS: Final[Mapping[str, Known]] = {
    "version": _known("json"),
    "validate": _known("json no-color no-tests test-directory= var= var-file="),
    "fmt": _known("list write diff check recursive no-color"),
    "output": _known("json raw no-color show-sensitive"),
    "providers": _known("test-directory="),
    "providers lock": _known("platform= test-directory="),
    "providers mirror": _known("platform="),
    "providers schema": _known("json"),
    "graph": _known("plan= draw-cycles type= module-depth="),
    "show": _known("json no-color show-sensitive"),
    "get": _known("update json no-color test-directory="),
    "metadata functions": _known("json"),
    "modules": _known("json"),
    "plan": {
        **PLANNING,
        **_known(f"out= detailed-exitcode generate-config-out= json {_QUIET}"),
    },
    "init": {
        **MOVES,
        **_known(
            "upgrade input lock lock-timeout= no-color compact-warnings get backend json "
            "backend-config= lockfile= test-directory= var= var-file="
        ),
    },
    "state list": _known("id="),
    "state show": _known("show-sensitive"),
    "state pull": {},
    "state identities": _known("json id="),
    "workspace list": {},
    "workspace show": {},
    "workspace select": _known("or-create lock lock-timeout="),
    "workspace new": _known("lock lock-timeout="),
}
_VARIABLES: Final = "var= var-file= no-color"
_LOCK: Final = "lock lock-timeout="
OPERATION_OPTIONS: Final[Mapping[str, Known]] = {
    "state rm": _known(f"dry-run {_LOCK}"),
    "state mv": _known(f"dry-run {_LOCK}"),
    "state push": _known(f"force {_LOCK}"),
    "state replace-provider": _known(f"auto-approve {_LOCK}"),
    "taint": _known(f"allow-missing {_LOCK}"),
    "untaint": _known(f"allow-missing no-color {_LOCK}"),
    "import": _known(f"input parallelism= {_VARIABLES} {_LOCK}"),
    "workspace delete": _known(f"force {_LOCK}"),
    "force-unlock": _known("force"),
    "test": _known(f"filter= json test-directory= verbose parallelism= {_VARIABLES}"),
    "console": _known(_VARIABLES),
    "query": _known(f"json {_VARIABLES}"),
    "login": {},
    "logout": {},
}
