"""The main job, on a real Terraform and a pretend cloud that logs what was really done."""

from pathlib import Path

import msgspec
import pytest
from installed import AGENT, Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.approval.request import write_request
from guardrail.approval.ssh import sign_request
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.trust import parse_trust
from guardrail.system.clock import unix_now

pytestmark = pytest.mark.terraform


@pytest.fixture
def stack(cloud: Cloud) -> Workspace:
    """Return a production environment that stands, in the pretend cloud."""
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.apply()
    return stack


@pytest.fixture
def rebuild(stack: Workspace, cloud: Cloud) -> Path:
    """Return a plan that deletes and recreates nearly all of it."""
    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    return stack.plan(out="rebuild.tfplan")


def test_an_agents_rebuild_is_stopped_and_a_seniors_token_lets_exactly_it_through(
    stack: Workspace, rebuild: Path, cloud: Cloud, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    built = len(cloud.log())
    here = ("--chdir", stack.directory, "--format", "json")

    stopped = installed.run("apply", rebuild, *here)
    assert stopped.code == 3, stopped.err
    assert "environment/rebuilt" in stopped.rules
    assert stopped.decision["origin"]["kind"] == "agent"
    (request,) = installed.requests()
    assert stopped.decision["approval"]["request"] == request.request_id
    assert len(cloud.log()) == built, "a blocked plan deletes nothing"

    token = installed.approve(request, keys / "sam")

    stack.plan("-destroy", out="other.tfplan")
    other = installed.run("apply", "other.tfplan", *here, "--token", token, env=AGENT)
    assert other.code in {3, 4}

    other = installed.run("apply", stack.directory / "other.tfplan", *here, "--token", token)
    assert other.code == 3
    assert other.decision["approval"]["rejected"][0]["code"] == "wrong_plan"
    assert len(cloud.log()) == built

    applied = installed.run("apply", rebuild, *here, "--token", token)
    assert applied.code == 0, applied.err
    assert applied.decision["approval"]["accepted"][0]["person"] == "sam"
    assert ("delete", "aws_db_instance") in cloud.operations(since=built)
    done = len(cloud.log())

    again = installed.run("apply", rebuild, *here, "--token", token)
    assert again.code == 4
    assert "spent" in again.err
    assert len(cloud.log()) == done, "the same token releases nothing twice"

    verified = installed.run("audit", "verify")
    assert verified.code == 0, verified.out


def test_what_destroys_nothing_is_applied_without_asking(cloud: Cloud, installed: Installed):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    applied = installed.run("apply", "--chdir", stack.directory, "--format", "json")
    assert applied.code == 0, applied.err
    assert applied.decision["outcome"] == "allow"
    assert ("create", "aws_db_instance") in cloud.operations()
    assert installed.requests() == []


def test_a_plan_that_the_gate_made_waits_and_is_applied_by_its_token_alone(
    stack: Workspace, cloud: Cloud, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack.write({"main.tf": cloud.environment_hcl(ami="ami-2")})
    stopped = installed.run("apply", "--chdir", stack.directory)
    assert stopped.code == 3
    (request,) = installed.requests()
    token = installed.approve(request, keys / "sam")
    stack.write({"main.tf": ""})
    applied = installed.run("apply", "--chdir", stack.directory, "--token", token)
    assert applied.code == 0, applied.err
    assert "aws_instance.web[0]" in stack.addresses()


def test_asking_twice_does_not_ask_a_senior_twice(
    stack: Workspace, rebuild: Path, installed: Installed
):
    for command in ("apply", "check", "check"):
        assert installed.run(command, rebuild, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    (waiting,) = installed.run("requests").out.splitlines()
    assert waiting.startswith(request.request_id)
    assert str(stack.directory) in waiting


def test_a_rejected_request_cannot_be_approved_afterwards(
    stack: Workspace, rebuild: Path, installed: Installed, keys: Path, cloud: Cloud
):
    installed.trust(keys / "sam")
    installed.trust(keys / "pat", person="pat")
    assert installed.run("check", rebuild, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    token = installed.approve(request, keys / "pat")
    rejected = installed.run("reject", request.request_id, "--key", keys / "sam")
    assert rejected.code == 0, rejected.err
    built = len(cloud.log())
    here = ("--chdir", stack.directory, "--format", "json")
    tried = installed.run("apply", rebuild, *here, "--token", token)
    assert tried.code == 4
    assert "a senior rejected this request" in tried.err
    assert len(cloud.log()) == built
    assert installed.run("requests").out == "nothing waits\n"
    answers = b"production\n6\n"
    signed = installed.run("approve", request.request_id, "--key", keys / "pat", stdin=answers)
    assert signed.code == 4, "what can never count is not signed"
    assert "a senior rejected this request" in signed.err


def test_a_token_of_somebody_below_senior_does_not_count(
    stack: Workspace, rebuild: Path, installed: Installed, keys: Path
):
    installed.trust(keys / "sam", level="engineer")
    assert installed.run("check", rebuild, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    signed = installed.run(
        "approve", request.request_id, "--key", keys / "sam", stdin=b"production\n6\n"
    )
    assert signed.code == 4
    assert "senior or higher expected, sam is engineer" in signed.err


def test_who_types_the_wrong_number_signs_nothing(
    stack: Workspace, rebuild: Path, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    assert installed.run("check", rebuild, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    signed = installed.run(
        "approve", request.request_id, "--key", keys / "sam", stdin=b"production\n1\n"
    )
    assert signed.code == 4
    assert "not signed" in signed.err
    assert "tfg1." not in signed.out


def test_a_request_that_was_written_to_mislead_signs_nothing_that_applies(
    stack: Workspace, rebuild: Path, installed: Installed, keys: Path, cloud: Cloud
):
    installed.trust(keys / "sam")
    assert installed.run("check", rebuild, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    harmless = msgspec.structs.replace(
        request, facts=msgspec.structs.replace(request.facts, findings=(), environments=())
    )
    path = installed.folder / "harmless.json"
    path.write_bytes(write_request(harmless))
    token = installed.folder / "token"
    lost = request.facts.counts.replace + request.facts.counts.delete
    signed = installed.run(
        "approve", path, "--key", keys / "sam", "-o", token, stdin=f"unknown\n{lost}\n".encode()
    )
    assert signed.code == 0, signed.err
    here = ("--chdir", stack.directory, "--format", "json")
    built = len(cloud.log())
    tried = installed.run("apply", rebuild, *here, "--token", token)
    assert tried.code == 3
    assert tried.decision["approval"]["rejected"][0]["code"].startswith("wrong_")
    assert len(cloud.log()) == built


def test_a_rejection_presented_as_an_approval_releases_nothing(
    stack: Workspace, rebuild: Path, installed: Installed, keys: Path, cloud: Cloud
):
    installed.trust(keys / "sam")
    assert installed.run("check", rebuild, "--chdir", stack.directory).code == 3
    (request,) = installed.requests()
    token = installed.folder / "rejection"
    token.write_bytes(
        sign_request(
            request,
            trust=parse_trust(installed.installation.trust.read_bytes()),
            key_file=keys / "sam",
            now=unix_now(),
            minutes=30,
            verdict=ApprovalVerdict.REJECT,
            reason="no",
            environment={},
        )
    )
    built = len(cloud.log())
    here = ("--chdir", stack.directory, "--format", "json")
    tried = installed.run("apply", rebuild, *here, "--token", token)
    assert tried.code == 3, tried.err
    assert tried.decision["approval"]["rejected"][0]["code"] == "rejected_by_senior"
    assert len(cloud.log()) == built
