import json
import zipfile
from io import BytesIO

import pytest
from terraform_workspace import Workspace, clean_environment

from guardrail.errors import MalformedPlanError, NotAPlanError, UnsupportedPlanError
from guardrail.plan.parse import parse_plan

CONFIGURATION = """\
variable "secret" {
  default = "canary-7f3a"
}

resource "terraform_data" "a" {
  input = var.secret
}

output "o" {
  value = terraform_data.a.output
}
"""


@pytest.fixture(scope="session")
def mistakes(terraform, tmp_path_factory):
    """Return what a real Terraform prints that is no plan, by the name of the test case."""
    folder = tmp_path_factory.mktemp("mistakes")
    workspace = Workspace(folder / "w", terraform, clean_environment(folder / "home"))
    workspace.write(CONFIGURATION).init()

    def say(*arguments):
        return workspace.run(*arguments).stdout.encode()

    found = {
        "plan text": say("plan", "-no-color"),
        "coloured plan text": say("plan"),
        "plan stream": say("plan", "-json"),
        "empty state": say("show", "-json"),
        "no outputs": say("output", "-json"),
        "apply stream": say("apply", "-json", "-auto-approve"),
        "no changes text": say("plan", "-no-color"),
        "no changes in colour": say("plan"),
        "destroy stream": say("plan", "-destroy", "-json"),
        "state": say("show", "-json"),
        "state file": (workspace.directory / "terraform.tfstate").read_bytes(),
        "validate": say("validate", "-json"),
        "version": say("version", "-json"),
        "outputs": say("output", "-json"),
        "schemas": say("providers", "schema", "-json"),
        "functions": say("metadata", "functions", "-json"),
        "destroy text": say("plan", "-destroy", "-no-color"),
    }
    return found | {"apply of a destroy": say("apply", "-destroy", "-json", "-auto-approve")}


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("plan text", "prints for people"),
        ("coloured plan text", "prints for people"),
        ("no changes text", "prints for people"),
        ("no changes in colour", "prints for people"),
        ("destroy text", "prints for people"),
        ("plan stream", "plan -json"),
        ("destroy stream", "plan -json"),
        ("apply stream", "apply -json"),
        ("apply of a destroy", "apply -json"),
        ("state", "a state"),
        ("empty state", "a state"),
        ("state file", "terraform.tfstate"),
        ("validate", "validate -json"),
        ("version", "version -json"),
        ("outputs", "output -json"),
        ("no outputs", "empty JSON object"),
        ("schemas", "providers schema -json"),
        ("functions", "functions"),
    ],
)
def test_what_terraform_prints_beside_plans_is_named(mistakes, name, what):
    with pytest.raises(NotAPlanError, match=what) as caught:
        parse_plan(mistakes[name])
    assert caught.value.message.startswith("expected a plan, got ")
    assert "terraform" in caught.value.hint
    assert "canary" not in caught.value.message


LITERAL = {
    "empty": (b"", "empty input"),
    "white space": (b" \n\t", "empty input"),
    "colour alone": (b"\x1b[0m\n", "empty input"),
    "configuration": (CONFIGURATION.encode(), r"\.tf file"),
    "configuration with a comment first": (b"# c\n\nterraform {\n}\n", r"\.tf file"),
    "unquoted labels": (b"resource aws_vpc main {\n}\n", r"\.tf file"),
    "configuration in JSON": (b'{"resource":{"a":{"b":{}}},"locals":{}}', "configuration in JSON"),
    "configuration shown": (b'{"format_version":"1.0","root_module":{}}', "show -json -config"),
    "an array": (b"[1,2]", "array"),
    "an empty array": (b"[]", "array"),
    "a number": (b"12", "single JSON value"),
    "a text": (b'"x"', "single JSON value"),
    "null": (b"null", "single JSON value"),
    "words": (b"Error: something went wrong", "not JSON"),
    "binary": (b"\x7fELF\x02\x01\x01", "not JSON"),
    "an object": (b'{"a":1}', "another JSON object"),
    "objects": (b'{"a":{"sensitive":false}}', "another JSON object"),
    "an empty object": (b"{}", "empty JSON object"),
    "an old state file": (
        b'{"version":4,"terraform_version":"1.1.0","resources":[]}',
        "terraform.tfstate",
    ),
    "one log line": (b'{"@level":"info","@message":"x"}', "log line"),
    "opentofu's text": (b"OpenTofu used the selected providers to generate", "for people"),
    "outputs text": (b"\nChanges to Outputs:\n  + a = 1\n", "for people"),
}


@pytest.mark.parametrize("name", LITERAL)
def test_what_else_is_passed_by_mistake_is_named(name):
    data, what = LITERAL[name]
    with pytest.raises(NotAPlanError, match=what) as caught:
        parse_plan(data)
    assert caught.value.hint


def test_a_zip_given_as_json_is_named():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(NotAPlanError, match="zip archive"):
        parse_plan(buffer.getvalue())


def test_an_encrypted_plan_of_opentofu_is_named():
    data = {"meta": {"key_provider.pbkdf2.x": "e30="}, "encrypted_data": "AAAA"}
    with pytest.raises(UnsupportedPlanError, match="encrypted") as caught:
        parse_plan(json.dumps(data | {"encryption_version": "v0"}).encode())
    assert "tofu show -json" in caught.value.hint


def test_the_bookmark_of_a_cloud_run_is_named():
    data = {"remote_plan_format": 1, "run_id": "run-x", "hostname": "app.terraform.io"}
    with pytest.raises(UnsupportedPlanError, match="HCP"):
        parse_plan(json.dumps(data).encode())


def test_text_before_and_after_a_plan_is_named(samples):
    data = samples.compact(samples.document())
    with pytest.raises(MalformedPlanError, match="text before"):
        parse_plan(b"Acquiring state lock. This may take a few moments...\n" + data)
    with pytest.raises(MalformedPlanError, match="after it"):
        parse_plan(data + b"\nReleasing state lock.")
    with pytest.raises(MalformedPlanError, match="after it"):
        parse_plan(data + b"\n" + data)


def test_a_truncated_plan_is_named(samples):
    with pytest.raises(MalformedPlanError, match="too early"):
        parse_plan(samples.compact(samples.document())[:-30])


def test_something_with_a_format_version_but_no_plan_in_it_misses_members():
    with pytest.raises(MalformedPlanError, match="without terraform_version"):
        parse_plan(b'{"format_version":"1.2","something":1}')


def test_a_mistake_in_utf16_is_named_too():
    with pytest.raises(NotAPlanError, match=r"\.tf file"):
        parse_plan(CONFIGURATION.encode("utf-16"))
