"""An operation done on a copy of the state, by Terraform itself."""

import json
from pathlib import Path

import pytest
from terraform_workspace import clean_environment

from guardrail.errors import EnforcementError, FileError
from guardrail.sources import rehearsal
from guardrail.sources.rehearsal import OFFERED, rehearse
from guardrail.system.terraform import open_terraform

pytestmark = pytest.mark.terraform

THING = {
    "mode": "managed", "type": "terraform_data", "name": "x",
    "provider": 'provider["terraform.io/builtin/terraform"]',
    "instances": [{"schema_version": 0, "attributes": {"id": "secret-id"}}],
}  # fmt: skip
STATE = json.dumps(
    {"version": 4, "serial": 3, "lineage": "l", "outputs": {}, "resources": [THING]}
).encode()


@pytest.fixture
def done(terraform: Path, tmp_path: Path):
    """Return what does something on a copy of a state."""
    env = clean_environment(tmp_path / "home")

    def run(line: str, state: bytes = STATE, **options) -> bytes:
        with open_terraform(str(terraform), None, "") as opened:
            return rehearse(opened, line.split(), state, env=env, **options)

    return run


def names(state: bytes) -> list[str]:
    return [each["name"] for each in json.loads(state)["resources"]]


def test_what_is_left_is_the_whole_state_after_it(done):
    left = done("state mv terraform_data.x terraform_data.y")
    assert names(left) == ["y"]
    assert json.loads(left)["serial"] == 4
    assert json.loads(left)["lineage"] == "l"


def test_what_is_offered_is_read_as_terraform_reads_it(done):
    folded = STATE[:-1].replace(b'"serial": 3', b'"serial": 9') + b', "Resources": []}'
    assert names(done(f"state push {OFFERED}", offered=folded)) == []
    # To a place where there is none yet as well.
    assert names(done(f"state push {OFFERED}", b"", offered=STATE)) == ["x"]


def test_what_terraform_does_not_do_is_refused_without_its_words(done):
    with pytest.raises(EnforcementError) as refused:
        done("state rm terraform_data.secret-id")
    assert "secret-id" not in refused.value.message + (refused.value.hint or "")
    with pytest.raises(EnforcementError):
        done("state rm terraform_data.x", b'{"version": 4, "secret": ')


def test_a_state_without_end_is_refused(done, mocker):
    mocker.patch.object(rehearsal, "LIMIT", 10)
    with pytest.raises(FileError, match="larger"):
        done("state rm terraform_data.x")


def test_nothing_is_left_lying_about(done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    done("state rm terraform_data.x")
    with pytest.raises(EnforcementError):
        done("state rm terraform_data.y")
    assert list(scratch.iterdir()) == []
