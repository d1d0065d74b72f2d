"""What the ledger remembers of real stacks, and by what it knows them again."""

import contextlib
import os
import sqlite3
from pathlib import Path

import msgspec
import pytest
from installed import AGENT, Installed
from pretend_cloud import Cloud
from state_server import state_server
from terraform_workspace import Workspace

import guardrail.door.judge
from guardrail.audit.verify import verify_file
from guardrail.cli.apply import _tell_progress
from guardrail.decision import StackRecord
from guardrail.door.apply import apply_plan
from guardrail.door.carry import Listener
from guardrail.door.history import history_of
from guardrail.door.session import Call, open_session
from guardrail.findings.history import History, Past
from guardrail.findings.identity import address_digest, identity_digest
from guardrail.findings.places.targets import pointers
from guardrail.ledger.interface import ApplyOutcome, Lost, Remembered, Stack, Toll
from guardrail.ledger.sqlite import SqliteLedger
from guardrail.origin.evidence import Origin, OriginKind
from guardrail.plan.parse import parse_plan
from guardrail.plan.planfile import read_saved
from guardrail.settings.model import Settings
from guardrail.system.clock import unix_now

ORIGIN = Origin(kind=OriginKind.AGENT, names=("b", "a"), evidence=())
NOW = 1767225600
HOUR = 3600
DATA = 'resource "terraform_data" "%s" {\n  count = %d\n}\n'


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return SqliteLedger(tmp_path / "ledger.sqlite")


def record(**changes: object) -> StackRecord:
    stack = StackRecord(
        directory="/srv/live", workspace="prod", backend="s3", lineage="f3c6", serial=8
    )
    return msgspec.structs.replace(stack, **changes)


def left(stack: StackRecord, backend_sha256: str = "91ab", **changes: object) -> Stack:
    return Stack(
        **{
            "key": stack.key(backend_sha256), "place": stack.place, "lineage": stack.lineage,
            "serial": stack.serial, "resources": 2, "remembered": Remembered(), "apply_id": "b7", "at": NOW,
            **changes,
        }
    )  # fmt: skip


def recall(
    ledger: SqliteLedger, stack: StackRecord, backend_sha256: str = "91ab", *, now: int = NOW
) -> History | None:
    key = stack.key(backend_sha256)
    return history_of(ledger, stack, key, ORIGIN, Settings(window_hours=24), now)


def lose(ledger: SqliteLedger, apply_id: str, stack: str = "s3:91ab#prod", at: int = NOW) -> None:
    toll = Toll(
        lineage="f3c6",
        origin="agent:a,b",
        losses=(Lost(environment="production", objects=frozenset({apply_id, "a"}), managed=9),),
        imports=("5c",),
    )
    ledger.begin_apply(
        apply_id=apply_id, stack=stack, plan_sha256="", request_id=None, at=at, toll=toll
    )
    ledger.end_apply(apply_id, "applied", at)


# -- what names a stack ------------------------------------------------------------------


def test_a_local_stack_is_its_directory_and_workspace():
    assert record(backend="local").key("91ab") == "/srv/live#prod"


def test_a_remote_stack_is_its_backend_and_workspace_wherever_it_is_checked_out():
    assert record().key("91ab") == record(directory="/elsewhere").key("91ab") == "s3:91ab#prod"
    assert len({record().key("91ab"), record().key("0a"), record(workspace="dev").key("91ab")}) == 3


# -- known again -------------------------------------------------------------------------


def known(ledger: SqliteLedger, stack: StackRecord, backend_sha256: str = "91ab") -> bool:
    found = recall(ledger, stack, backend_sha256)
    return found is not None and found.resources == 2


def test_a_stack_that_was_never_applied_has_no_history(ledger: SqliteLedger):
    assert recall(ledger, record()) is None


def test_a_stack_is_known_by_its_key_even_if_its_state_is_another(ledger: SqliteLedger):
    ledger.note_stack(left(record()))
    found = recall(ledger, record(lineage="0a", serial=1, directory="/elsewhere"))
    assert found is not None
    assert (found.lineage, found.serial, found.resources) == ("f3c6", 8, 2)


def test_a_copied_state_is_the_known_stack(ledger: SqliteLedger):
    ledger.note_stack(left(record(backend="local")))
    assert known(ledger, record(backend="local", directory="/copy"))


def test_a_plan_without_a_state_is_for_the_one_stack_of_its_place(ledger: SqliteLedger):
    ledger.note_stack(left(record()))
    assert known(ledger, record(lineage="", serial=0), "0a"), "another bucket, and empty"
    assert not known(ledger, record(lineage="", serial=0, workspace="dev"), "0a")
    assert not known(ledger, record(lineage="5e"), "0a"), "another environment's state"
    ledger.note_stack(left(record(lineage="5e"), "0a"))
    assert not known(ledger, record(lineage="", serial=0), "77"), "which of the two?"


# -- within the window -------------------------------------------------------------------


def test_losses_and_imports_count_within_the_window(ledger: SqliteLedger):
    ledger.note_stack(left(record()))
    lose(ledger, "old", at=NOW - 25 * HOUR)
    lose(ledger, "1", at=NOW - 24 * HOUR)
    lose(ledger, "2", stack="copy")
    found = recall(ledger, record())
    assert found is not None
    objects = frozenset({"1", "2", "a"})
    assert found.lost == {"production": Past(objects=objects, managed=9)}
    assert (found.lost_by_origin, found.lost_elsewhere) == (objects, 0)
    assert found.imported == {"5c"}
    later = recall(ledger, record(), now=NOW + 25 * HOUR)
    assert later is not None
    assert (later.lost, later.lost_by_origin, later.imported) == ({}, frozenset(), frozenset())


def test_what_an_origin_lost_elsewhere_counts_on_a_stack_that_is_new(ledger: SqliteLedger):
    lose(ledger, "1")
    found = recall(ledger, record(workspace="new", lineage="0a"))
    assert found == History(lineage="", serial=0, resources=0, lost_elsewhere=2)


# -- real applies ------------------------------------------------------------------------


def objects_of(workspace: Workspace) -> dict[str, str]:
    """Return what the next plan says is there."""
    plan = parse_plan(workspace.show_json(workspace.plan(out="next.tfplan")))
    return {
        address_digest(each.address): identity_digest(each.type, each.values) or ""
        for each in plan.prior
        if each.mode == "managed"
    }


def place(workspace: Workspace) -> str:
    return f"{workspace.directory.resolve()}#default"


def apply(installed: Installed, workspace: Workspace) -> None:
    done = installed.run("apply", "--chdir", workspace.directory, "--format", "json")
    assert done.code == 0, done.err


@pytest.mark.terraform
def test_each_apply_leaves_the_stack_as_the_next_plan_finds_it(
    workspace: Workspace, installed: Installed
):
    ledger = None
    for number in (1, 3):
        workspace.write(DATA % ("a", number)).init()
        apply(installed, workspace)
        ledger = SqliteLedger(installed.installation.ledger)
        found = ledger.stack(place(workspace))
        assert found is not None
        assert found.resources == number
        assert found.serial == workspace.state()["serial"]
        assert found.lineage == workspace.state()["lineage"]
        assert found.remembered.objects == objects_of(workspace)
        assert len(set(found.remembered.objects.values())) == number
    copy = workspace.copy(workspace.directory.parent / "copy")
    saved = read_saved(copy.plan().read_bytes())
    stack = record(
        directory=str(copy.directory), workspace="default", backend="local", lineage=saved.lineage
    )
    assert ledger is not None
    by_lineage = recall(ledger, stack)
    assert by_lineage is not None
    assert by_lineage.objects == objects_of(copy)


@pytest.mark.terraform
def test_the_objects_of_a_cloud_are_remembered_and_so_is_what_prevents_their_loss(
    cloud: Cloud, installed: Installed
):
    kept = "  lifecycle {\n    prevent_destroy = true\n  }\n  backup_retention_period"
    west = 'provider "aws" {\n  alias  = "west"\n  region = "us-west-1"\n}\n'
    hcl = cloud.environment_hcl().replace("  backup_retention_period", kept)
    workspace = cloud.workspace().write({"main.tf": hcl, "west.tf": west})
    apply(installed, workspace)
    found = SqliteLedger(installed.installation.ledger).stack(place(workspace))
    assert found is not None
    assert found.remembered.objects == objects_of(workspace)
    assert found.remembered.prevented == ("aws_db_instance.main",)
    assert found.resources == found.peak == 8
    plan = parse_plan(workspace.show_json(workspace.directory / "next.tfplan"))
    assert found.remembered.pointers == pointers(plan)
    assert list(found.remembered.pointers) == ["aws.west region"]


@pytest.mark.terraform
def test_a_failed_apply_is_looked_at_too(cloud: Cloud, installed: Installed):
    bucket = 'resource "aws_s3_bucket" "b" {\n  bucket = "acme"\n}\n'
    cloud.workspace("first").write(bucket).apply()
    workspace = cloud.workspace("second").write(bucket + 'resource "aws_kms_key" "k" {}\n')
    done = installed.run("apply", "--chdir", workspace.directory)
    assert done.code == 4, done.err
    assert workspace.addresses() == ["aws_kms_key.k"]
    found = SqliteLedger(installed.installation.ledger).stack(place(workspace))
    assert found is not None
    assert list(found.remembered.objects) == [address_digest("aws_kms_key.k")]


@pytest.mark.terraform
def test_what_an_apply_lost_and_imported_is_remembered(
    cloud: Cloud, installed: Installed, keys: Path
):
    bucket = 'resource "aws_s3_bucket" "b" {\n  bucket = "acme"\n}\n'
    cloud.workspace("first").write(bucket).apply()
    begins = 'import {\n  to = aws_s3_bucket.b\n  id = "acme"\n}\n'
    workspace = cloud.workspace("second").write({"main.tf": bucket + begins})
    apply(installed, workspace)
    ledger = SqliteLedger(installed.installation.ledger)
    assert ledger.imports(place(workspace), "", 0) == {address_digest("aws_s3_bucket.b")}
    assert ledger.losses(place(workspace), "", 0) == ()

    installed.trust(keys / "sam")
    workspace.write({"main.tf": ""})
    assert installed.run("apply", "--chdir", workspace.directory).code == 3
    assert ledger.losses(place(workspace), "", 0) == (), "nothing was applied yet"
    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam")
    done = installed.run("apply", "--chdir", workspace.directory, "--token", token)
    assert done.code == 0, done.err
    (lost,) = ledger.losses(place(workspace), "", 0)
    objects = frozenset({address_digest("aws_s3_bucket.b")})
    assert (lost.objects, lost.managed) == (objects, 1)
    assert ledger.losses_by_origin("agent:claude-code", place(workspace), "", 0).here == objects
    found = ledger.stack(place(workspace))
    assert found is not None
    assert (found.resources, found.peak, found.remembered.objects) == (0, 1, {})


@pytest.mark.terraform
def test_a_state_that_cannot_be_read_after_the_apply_is_told_and_the_outcome_stands(
    workspace: Workspace, installed: Installed, capsys: pytest.CaptureFixture[str]
):
    workspace.write(DATA % ("a", 1)).init()
    apply(installed, workspace)
    workspace.write(DATA % ("a", 2))
    plan = workspace.plan()

    def damage(step: str) -> None:
        if step == "recorded":
            (workspace.directory / "terraform.tfstate").write_text("{")

    call = Call(
        installation=installed.installation, directory=workspace.directory.resolve(),
        env=AGENT, now=unix_now(),
    )  # fmt: skip
    listener = Listener(
        on_decision=lambda _decision: None,
        on_progress=_tell_progress,
        boundary=damage,
    )
    with open_session(call) as session:
        done = apply_plan(session, str(plan), listener, token=None)
    assert done.outcome is ApplyOutcome.APPLIED
    assert "warning: how this apply left the stack could not be noted" in capsys.readouterr().err
    log = installed.installation.audit_log.read_text()
    assert '"event":"stack_not_noted"' in log.splitlines()[-1]
    assert verify_file(installed.installation.audit_log, head=None).problems == ()
    found = SqliteLedger(installed.installation.ledger).stack(place(workspace))
    assert found is not None
    assert found.resources == 1, "as it was before"


# -- a remote backend --------------------------------------------------------------------


def remote(address: str) -> str:
    return f'terraform {{\n  backend "http" {{\n    address = "{address}"\n  }}\n}}\n'


@pytest.mark.terraform
def test_a_remote_stack_is_the_same_in_another_checkout(workspace: Workspace, installed: Installed):
    with state_server() as address:
        files = {"main.tf": DATA % ("a", 2), "backend.tf": remote(f"{address}/prod")}
        workspace.write(files).init()
        apply(installed, workspace)
        elsewhere = Workspace(
            workspace.directory.parent / "checkout", workspace.terraform, workspace.environment
        )
        elsewhere.write(files).write({"main.tf": DATA % ("a", 3)}).init()
        apply(installed, elsewhere)

        with contextlib.closing(sqlite3.connect(installed.installation.ledger)) as connection:
            rows = connection.execute("SELECT key, place, resources FROM stacks").fetchall()
        ((key, where, resources),) = rows
        assert key.startswith("http:")
        assert key.endswith("#default")
        assert (where, resources) == (place(elsewhere), 3)


@pytest.mark.terraform
def test_a_backend_pointed_at_an_empty_state_is_still_the_stack_of_its_place(
    workspace: Workspace, installed: Installed
):
    with state_server() as address:
        files = {"main.tf": DATA % ("a", 3), "backend.tf": remote(f"{address}/prod")}
        workspace.write(files).init()
        apply(installed, workspace)
        workspace.write({"backend.tf": remote(f"{address}/typo")}).init("-reconfigure")
        saved = read_saved(workspace.plan().read_bytes())
        assert saved.lineage == ""
        stack = record(
            directory=str(workspace.directory.resolve()), workspace="default", backend="http",
            lineage="",
        )  # fmt: skip
        ledger = SqliteLedger(installed.installation.ledger)
        found = recall(ledger, stack, saved.backend_sha256)
        assert found is not None
        assert found.resources == 3


@pytest.mark.terraform
def test_an_apply_that_began_under_the_place_of_a_remote_stack_is_unfinished(
    workspace: Workspace, installed: Installed
):
    with state_server() as address:
        workspace.write({"main.tf": DATA % ("a", 1), "backend.tf": remote(address)}).init()
        installed.installation.state.mkdir(mode=0o700)
        SqliteLedger(installed.installation.ledger).begin_apply(
            apply_id="0" * 32, stack=place(workspace), plan_sha256="", request_id=None, at=0
        )
        done = installed.check(workspace.plan(), "--chdir", workspace.directory)
    assert "state/unfinished_apply" in done.rules


# -- plan JSON ---------------------------------------------------------------------------


@pytest.fixture
def json_plan(workspace: Workspace, installed: Installed) -> Path:
    """Return JSON of a plan for a stack that stands, was applied here, and lost its state."""
    workspace.write(DATA % ("a", 4)).init()
    apply(installed, workspace)
    (workspace.directory / "terraform.tfstate").unlink()
    path = workspace.directory / "plan.json"
    path.write_bytes(workspace.show_json(workspace.plan()))
    return path


def recalled(installed: Installed, plan: Path, directory: Path, mocker) -> History | None:
    decide = mocker.spy(guardrail.door.judge, "decide")
    done = installed.check(plan, "--chdir", directory)
    assert done.code in {0, 3}, done.err
    mocker.stop(decide)
    return decide.call_args.args[0].surroundings.history


@pytest.mark.terraform
def test_json_is_for_the_stack_of_the_working_directory(
    json_plan: Path, installed: Installed, mocker
):
    found = recalled(installed, json_plan, json_plan.parent, mocker)
    assert found is not None
    assert found.resources == 4
    assert recalled(installed, json_plan, json_plan.parent.parent, mocker) is None


@pytest.mark.terraform
def test_json_is_for_a_remote_stack_where_the_directory_has_a_remote_backend(
    json_plan: Path, installed: Installed, mocker
):
    ledger = SqliteLedger(installed.installation.ledger)
    local = ledger.stack(f"{json_plan.parent}#default")
    assert local is not None
    ledger.note_stack(msgspec.structs.replace(local, key="s3:91ab#default", serial=99))
    pointer = json_plan.parent / ".terraform" / "terraform.tfstate"
    pointer.parent.mkdir(exist_ok=True)
    pointer.write_text('{"version": 3, "backend": {"type": "s3", "config": {}}}')
    found = recalled(installed, json_plan, json_plan.parent, mocker)
    assert found is not None
    assert found.serial == 99
    ledger.note_stack(msgspec.structs.replace(local, key="s3:0a#default"))
    assert recalled(installed, json_plan, json_plan.parent, mocker) is None, "which of the two?"


@pytest.mark.terraform
def test_json_that_names_nothing_of_the_directorys_stack_is_for_another(
    json_plan: Path, installed: Installed, root: Path, mocker
):
    other = root / "sample_plans" / "adds_a_tag" / "plan.json"
    assert recalled(installed, other, json_plan.parent, mocker) is None


@pytest.mark.terraform
def test_a_check_of_json_changes_no_ledger_and_believes_none_that_is_gone(
    json_plan: Path, installed: Installed, mocker
):
    ledger = installed.installation.ledger
    with contextlib.closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        for name in ("stacks", "losses", "imports"):
            connection.execute(f"DROP TABLE {name}")
        connection.execute("PRAGMA user_version = 1")
    mark = ledger.with_name("ledger.sqlite.mark").read_text()
    assert recalled(installed, json_plan, json_plan.parent, mocker) is None
    assert ledger.with_name("ledger.sqlite.mark").read_text() == mark
    ledger.unlink()
    done = installed.check(json_plan, "--chdir", json_plan.parent)
    assert done.code == 4
    assert "the ledger is gone" in done.err


def test_a_check_of_json_makes_no_ledger(root: Path, tmp_path: Path, mocker):
    installed = Installed(tmp_path / "guardrail")
    plan = root / "sample_plans" / "adds_a_tag" / "plan.json"
    assert recalled(installed, plan, tmp_path, mocker) is None
    assert not os.path.lexists(installed.installation.state)
