"""The backend that a directory uses: its digest is the one that a plan of the directory has."""

import json
from pathlib import Path

import pytest
from state_server import state_server
from terraform_workspace import Workspace

from guardrail.errors import EnforcementError, FileError
from guardrail.plan.planfile import read_saved
from guardrail.sources.backend import LOCAL, read_backend

HTTP = """\
terraform {{
  backend "http" {{
    address                = "{address}/a"
    username               = "{user}"
    retry_max              = 300
    skip_cert_verification = true
  }}
}}
"""


def record(folder: Path, text: str) -> Path:
    (folder / "terraform.tfstate").write_text(text)
    return folder


@pytest.mark.terraform
def test_a_plan_names_the_same_backend(workspace: Workspace):
    with state_server() as address:
        workspace.write(
            HTTP.format(address=address, user="ü" * 300) + 'output "x" {\n value=1\n}\n'
        )
        workspace.init()
        saved = read_saved(workspace.plan().read_bytes())
        found = read_backend(workspace.directory / ".terraform")
        assert (found.type, found.sha256) == (saved.backend, saved.backend_sha256)


def test_where_nothing_is_recorded_there_is_none(tmp_path: Path):
    assert read_backend(tmp_path) is None
    assert read_backend(record(tmp_path, '{"version": 3}')) is None
    assert LOCAL.sha256 == ""


def test_the_order_of_settings_and_what_else_is_recorded_tell_nothing(tmp_path: Path):
    config = {"bucket": "b", "key": None, "nested": [{"z": 1, "a": 2.5}]}
    one = {"version": 3, "backend": {"type": "s3", "config": config, "hash": 1}}
    turned = dict(reversed(config.items()))
    other = {"lineage": "x", "backend": {"type": "s3", "config": turned, "hash": 2}}
    digests = set()
    for each in (one, other):
        digests.add(read_backend(record(tmp_path, json.dumps(each))).sha256)
    assert len(digests) == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", '{"backend": 1}', '{"backend": {"type": "s3", "config": []}}',
        '{"backend": {"type": "s3", "config": null}}', '{"backend": {}}', "[" * 100_000,
    ],
)  # fmt: skip
def test_a_record_that_is_none_is_refused(tmp_path: Path, text: str):
    with pytest.raises(EnforcementError, match="backend record"):
        read_backend(record(tmp_path, text))


def test_a_provider_that_keeps_states_is_no_local_file(tmp_path: Path):
    assert read_backend(record(tmp_path, '{"version": 3, "state_store": null}')) is None
    with pytest.raises(EnforcementError, match="kept by a provider"):
        read_backend(record(tmp_path, '{"version": 3, "state_store": {"type": "x"}}'))


def test_a_folder_in_its_place_is_refused(tmp_path: Path):
    (tmp_path / "terraform.tfstate").mkdir()
    with pytest.raises(FileError):
        read_backend(tmp_path)
