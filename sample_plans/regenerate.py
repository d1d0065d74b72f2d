"""
Make every ``plan.json`` here again: real Terraform, the pretend cloud of the tests, no network.

Run as ``make samples``; name situations to make only those. A situation is a
directory: ``before.tf.txt`` is applied first where there is one, then ``main.tf`` is
planned. What takes more than that is said in the tables below. Needs Terraform on
PATH or the development environment's own.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "terraform"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "cloud"))

from malformed import malformed_inputs
from pretend_cloud import PROVIDERS, prepare
from pretend_store import Store
from terraform_workspace import Workspace, find_terraform

HERE = Path(__file__).parent
WHEN = "2026-01-15T09:00:00Z"
ERRORED = {"errored_plan"}
ARGUMENTS = {
    "destroys_a_target_and_what_stands_on_it": ["-destroy", "-target=aws_vpc.main"],
    "destroys_an_environment": ["-destroy"],
    "targeted_plan": ["-target=aws_vpc.main"],
}


def leave_deposed(workspace: Workspace, store: Store, after: str) -> None:
    """Fail the delete of a replacement, once."""
    store.fail_next_delete("aws_instance")
    workspace.write(after).apply(check=False)


def lose_everything(_workspace: Workspace, store: Store, _after: str) -> None:
    """Hide every object, as another account's credentials do."""
    for identity in store.objects():
        store.lose(identity)


def lose_state(workspace: Workspace, _store: Store, _after: str) -> None:
    """Take the state away: what lives in the cloud is a stranger now."""
    (workspace.directory / "terraform.tfstate").unlink()


TROUBLE: dict[str, Callable[[Workspace, Store, str], None]] = {
    "deposed_leftover": leave_deposed,
    "imports_and_replaces": lose_state,
    "imports_functions_and_strips_them": lose_state,
    "imports_and_strips": lose_state,
    "works_on_the_wrong_account": lose_everything,
}


def strike_deletes(plan: dict) -> None:
    """Edit a plan by hand, as somebody might who wants it to look harmless."""
    kept = [each for each in plan["resource_changes"] if each["change"]["actions"] != ["delete"]]
    plan["resource_changes"] = kept


def defer_deletes(plan: dict) -> None:
    """Put deletes off, as experimental builds of Terraform do."""
    deletes = [each for each in plan["resource_changes"] if each["change"]["actions"] == ["delete"]]
    strike_deletes(plan)
    reason = "instance_count_unknown"
    plan["deferred_changes"] = [{"reason": reason, "resource_change": each} for each in deletes]
    plan["complete"] = False


def invoke_action(plan: dict) -> None:
    """Ask for an action, as Terraform 1.14 and later do; the pretend cloud has none."""
    action = {
        "address": "action.aws_lambda_invoke.wipe",
        "type": "aws_lambda_invoke",
        "name": "wipe",
    }
    invocation = {
        **action,
        "config_values": {"function_name": "wipe", "payload": "{}"},
        "config_sensitive": {},
        "config_unknown": {},
        "provider_name": "example.com/pretend/aws",
        "invoke_action_trigger": {},
    }
    del plan["resource_changes"]
    configured = plan["configuration"]["root_module"]
    configured["actions"] = [{**action, "provider_config_key": "aws"}]
    plan |= {
        "terraform_version": "1.15.5",
        "planned_values": {"root_module": {}},
        "action_invocations": [invocation],
        "applyable": True,
    }


def read_program(plan: dict) -> None:
    """Read a program's output once a bucket is there; the pretend cloud has no data sources."""
    data = {
        "address": "data.external.check",
        "mode": "data",
        "type": "external",
        "name": "check",
    }
    change = {
        "actions": ["read"],
        "before": None,
        "after": {"program": ["./check.sh"]},
        "after_unknown": {"id": True, "result": True},
        "before_sensitive": False,
        "after_sensitive": {},
    }
    provider = "registry.terraform.io/hashicorp/external"
    read = {**data, "provider_name": provider, "change": change}
    plan["resource_changes"].append({**read, "action_reason": "read_because_dependency_pending"})
    plan["configuration"]["root_module"]["resources"].append(
        {
            **data,
            "provider_config_key": "external",
            "expressions": {"program": {"constant_value": ["./check.sh"]}},
            "schema_version": 0,
            "depends_on": ["aws_s3_bucket.reports"],
        }
    )


EDITS: dict[str, Callable[[dict], None]] = {
    "defers_a_change": defer_deletes,
    "deletes_what_the_list_hides": strike_deletes,
    "invokes_an_action": invoke_action,
    "runs_a_program_while_applying": read_program,
}


def situations() -> list[Path]:
    """Return every situation, in order of name."""
    return sorted(path.parent for path in HERE.glob("*/main.tf"))


def make_plan(situation: Path, workspace: Workspace) -> bytes:
    """Bring the workspace into the situation and return the plan as Terraform shows it."""
    store = Store(workspace.directory / "cloud")
    after = (situation / "main.tf").read_text()
    before = situation / "before.tf.txt"
    (workspace.directory / "providers.tf").unlink()
    if (situation / "modules").exists():
        shutil.copytree(situation / "modules", workspace.directory / "modules")
    if before.exists():
        workspace.write(before.read_text()).init().apply()
    workspace.write(after).init()
    if situation.name in TROUBLE:
        TROUBLE[situation.name](workspace, store, after)
    arguments = ARGUMENTS.get(situation.name, [])
    plan = workspace.plan(*arguments, check=situation.name not in ERRORED)
    return workspace.show_json(plan)


def normalise(shown: bytes, edit: Callable[[dict], None] | None) -> str:
    """Return the plan one member a line, with one fixed time and one fixed deposed key."""
    plan = json.loads(re.sub(rb'("deposed(_key)?":)"[0-9a-f]{8}"', rb'\1"5e721e39"', shown))
    plan["timestamp"] = WHEN
    if edit:
        edit(plan)
    return json.dumps(plan, indent=2, ensure_ascii=False) + "\n"


def table() -> str:
    """Return the table of README.md, made from the directories."""
    rows = ["| situation | outcome | exit |", "|---|---|---|"]
    for situation in situations():
        expected = json.loads((situation / "expected.json").read_text())
        name = f"[{situation.name}]({situation.name}/README.md)"
        rows.append(f"| {name} | {expected['outcome']} | {expected['exit']} |")
    return "\n".join(rows) + "\n"


def write_table() -> None:
    """Put the table between the two marks of README.md."""
    readme = HERE / "README.md"
    marked = re.sub(
        r"(<!-- table -->\n).*(<!-- end -->)",
        lambda found: found[1] + table() + found[2],
        readme.read_text(),
        flags=re.DOTALL,
    )
    readme.write_text(marked)


def main(names: list[str]) -> int:
    """Make the named situations again, or all of them, the malformed inputs and the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        terraform = find_terraform(root)
        if terraform is None:
            print("no Terraform here: install it, or the development environment", file=sys.stderr)
            return 1
        template = prepare(root, terraform)
        for situation in situations():
            if not names or situation.name in names:
                shown = make_plan(situation, template.copy(root / situation.name))
                text = normalise(shown, EDITS.get(situation.name))
                (situation / "plan.json").write_text(text)
                print(situation.name)
        if not names:
            workspace = template.copy(root / "malformed")
            for name, content in malformed_inputs(workspace, PROVIDERS).items():
                (HERE / "malformed" / name).write_bytes(content)
    write_table()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
