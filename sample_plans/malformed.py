"""What people pass by mistake, or on purpose, where a plan is meant: made by real Terraform."""

import json
import re
from collections.abc import Callable

from terraform_workspace import Workspace

WHEN = "2026-01-15T09:00:00Z"
TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

CONFIGURATION = """\
resource "aws_s3_bucket" "invoices" {
  bucket = "acme-invoices"
}

output "name" {
  value = aws_s3_bucket.invoices.bucket
}
"""


def malformed_inputs(workspace: Workspace, providers: str) -> dict[str, bytes]:
    """Return each input by the name of its file."""
    return {
        name: TIMES.sub(WHEN, text).encode()
        for name, text in {**terraform_outputs(workspace, providers), **BROKEN}.items()
    } | {
        name: change(dict(json.loads(good_plan(workspace)))).encode()
        for name, change in EDITS.items()
    }


def good_plan(workspace: Workspace) -> bytes:
    """Return the one good plan that the edited ones start from."""
    return workspace.show_json(workspace.directory / "plan.tfplan")


def terraform_outputs(workspace: Workspace, providers: str) -> dict[str, str]:
    """Return what other commands of Terraform print or write, all of it valid, none of it a plan."""

    def says(*arguments: str) -> str:
        return workspace.run(*arguments).stdout

    workspace.write({"providers.tf": providers, "main.tf": CONFIGURATION})
    workspace.plan()
    plan_stream, plan_text = says("plan", "-json"), says("plan", "-no-color")
    apply_stream = says("apply", "-json", "-auto-approve")
    state_file = json.dumps(workspace.state(), indent=2)
    return {
        "plan_stream.json": plan_stream,
        "plan_text.txt": plan_text,
        "plan_text_in_colour.txt": says("plan", "-destroy"),
        "apply_stream.json": apply_stream,
        "state_instead_of_plan.json": says("show", "-json"),
        "state_file.tfstate": re.sub(r'"lineage": "[^"]+"', '"lineage": "00000000"', state_file),
        "output.json": says("output", "-json"),
        "validate.json": says("validate", "-json"),
        "version.json": says("version", "-json"),
        "provider_schema.json": json.dumps(small_schema(says("providers", "schema", "-json"))),
        "configuration.tf.txt": CONFIGURATION,
    }


def small_schema(text: str) -> dict:
    """Return the schemas of the providers with one resource type left."""
    schema = json.loads(text)
    for each in schema["provider_schemas"].values():
        kept = each.get("resource_schemas", {})
        each["resource_schemas"] = {name: kept[name] for name in sorted(kept)[:1]}
    return schema


BROKEN = {
    "empty.json": "",
    "not_json.html": "<html><body>502 Bad Gateway</body></html>\n",
    "not_an_object.json": '["format_version", "1.2"]\n',
    "unfamiliar_object.json": '{"hello": "world"}\n',
    "cloud_bookmark.json": (
        '{"remote_plan_format": 1, "run_id": "run-1234567890abcdef", "hostname": "app.example.com"}\n'
    ),
    "encrypted_plan.json": (
        '{"meta": {"key_provider.pbkdf2.main": "eyJzYWx0IjoiIn0="},'
        ' "encrypted_data": "AAAA", "encryption_version": "v0"}\n'
    ),
}


def text(plan: dict, **members: object) -> str:
    """Return the plan with some members changed."""
    return json.dumps(plan | members) + "\n"


def with_action(plan: dict, word: str) -> str:
    """Return the plan with another word for its first action."""
    plan["resource_changes"][0]["change"]["actions"] = [word]
    return text(plan)


def without(plan: dict, member: str) -> str:
    """Return the plan without one of its members."""
    del plan[member]
    return text(plan)


EDITS: dict[str, Callable[[dict], str]] = {
    "truncated.json": lambda plan: text(plan, timestamp=WHEN)[:-200],
    "two_plans.json": lambda plan: text(plan, timestamp=WHEN) * 2,
    "text_before_the_plan.json": lambda plan: "Refreshing…\n" + text(plan, timestamp=WHEN),
    "text_after_the_plan.json": lambda plan: text(plan, timestamp=WHEN) + "Done.\n",
    "duplicate_keys.json": lambda plan: text(plan, timestamp=WHEN).replace(
        '"actions": ["create"]', '"actions": ["create"], "actions": ["no-op"]', 1
    ),
    "unknown_action.json": lambda plan: with_action(plan | {"timestamp": WHEN}, "obliterate"),
    "upper_case_action.json": lambda plan: with_action(plan | {"timestamp": WHEN}, "Create"),
    "actions_as_text.json": lambda plan: text(plan, timestamp=WHEN).replace(
        '["create"]', '"create"', 1
    ),
    "wrong_format_version.json": lambda plan: text(plan, timestamp=WHEN, format_version="2.0"),
    "no_format_version.json": lambda plan: without(plan | {"timestamp": WHEN}, "format_version"),
    "not_a_number.json": lambda plan: text(
        plan, timestamp=WHEN, variables={"a": {"value": float("nan")}}
    ),
}
