"""Nothing of a plan's values ever comes out: one canary, planted everywhere a value can be."""

from pathlib import Path

import pytest
from installed import Installed
from terraform_workspace import Workspace

pytestmark = pytest.mark.terraform

CANARY = "CANARY-7f3a-prod"

PLANTED = """
variable "secret" {{
  type      = string
  sensitive = true
  default   = "{canary}-default"
}}

variable "plain" {{
  type = string
}}

resource "terraform_data" "keyed" {{
  for_each         = toset(["{canary}-key", "${{var.plain}}-key", "prod"])
  input            = {{ tags = {{ Environment = "{canary}-tag", Name = "{canary}" }} }}
  triggers_replace = ["{canary}-{generation}", var.secret]

  provisioner "local-exec" {{
    command = "true # {canary}-create"
  }}

  provisioner "local-exec" {{
    when    = destroy
    command = "true # {canary}-destroy"
  }}
}}

module "inner" {{
  for_each = toset(["{canary}-module"])
  source   = "./inner"
  value    = "{canary}-{generation}"
}}

output "shown" {{
  value = "{canary}-output-{generation}"
}}

output "hidden" {{
  value     = var.secret
  sensitive = true
}}
"""

INNER = """
variable "value" {
  type = string
}

resource "terraform_data" "inner" {
  triggers_replace = [var.value]
}
"""


def planted(generation: int) -> dict[str, str]:
    return {
        "main.tf": PLANTED.format(canary=CANARY, generation=generation),
        "inner/main.tf": INNER,
        "terraform.tfvars": f'plain = "{CANARY}-plain"\nsecret = "{CANARY}-secret"\n',
    }


def everything_written(folder: Path) -> bytes:
    kept = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "plans"]
    return b"".join(path.read_bytes() for path in kept)


@pytest.fixture
def stack(workspace: Workspace) -> Workspace:
    workspace.write(planted(1)).init().apply()
    workspace.write(planted(2)).plan(out="tfplan")
    (workspace.directory / "plan.json").write_bytes(
        workspace.show_json(workspace.directory / "tfplan")
    )
    return workspace


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("plan", ["tfplan", "plan.json"])
def test_no_report_holds_a_value(plan: str, form: str, stack: Workspace, installed: Installed):
    assert CANARY in (stack.directory / "plan.json").read_text()
    done = installed.run(
        "check", stack.directory / plan, "--chdir", stack.directory, "--format", form
    )
    assert done.code == 3, done.err
    assert "CANARY" not in done.out + done.err
    assert b"CANARY" not in everything_written(installed.folder)


def test_no_request_token_log_or_brief_holds_a_value(
    stack: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    here = ("--chdir", stack.directory)
    said = [installed.run("apply", stack.directory / "tfplan", *here)]
    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam")
    said.append(installed.run("requests"))
    said.append(
        installed.run("approve", request.request_id, "--key", keys / "sam", stdin=b"x\n1\n")
    )
    said.append(installed.run("apply", stack.directory / "tfplan", *here, "--token", token))
    assert said[-1].code == 0, said[-1].err
    said.append(installed.run("audit", "show"))
    assert all("CANARY" not in each.out + each.err for each in said)
    assert b"CANARY" not in everything_written(installed.folder)


def test_an_error_in_the_middle_of_a_plan_repeats_none_of_it(
    stack: Workspace, installed: Installed
):
    text = (stack.directory / "plan.json").read_text()
    for broken in (text[:-40], text.replace(f'"{CANARY}', f'"\\ud800{CANARY}', 1), text + text):
        (stack.directory / "broken.json").write_text(broken)
        done = installed.run("check", stack.directory / "broken.json")
        assert done.code == 4
        assert "CANARY" not in done.out + done.err


def test_a_crash_says_where_and_nothing_else(stack: Workspace, installed: Installed, mocker):
    mocker.patch("guardrail.gate.observe", side_effect=RuntimeError(CANARY))
    done = installed.run("check", stack.directory / "plan.json")
    assert done.code == 4
    assert "internal error (RuntimeError" in done.err
    assert "CANARY" not in done.out + done.err


def test_a_policy_that_fails_repeats_no_value(
    stack: Workspace, installed: Installed, tmp_path: Path
):
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "odd.rego").write_text(
        "package guardrail.rules.mine.odd\n\nreport contains finding if {\n"
        "\tfinding := to_number(input.observations.replaced[_].address)\n}\n"
    )
    done = installed.run("check", stack.directory / "plan.json", "--policy", rules)
    assert done.code == 4
    assert "CANARY" not in done.out + done.err
