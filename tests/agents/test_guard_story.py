"""An agent's rebuild, stopped by ``Guard``, on a real Terraform and a pretend cloud."""

from pathlib import Path

import pytest
from installed import Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail import Guard, Outcome

pytestmark = pytest.mark.terraform


def test_a_rebuild_is_stopped_and_a_seniors_token_releases_it(
    stack: Workspace, cloud: Cloud, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    rebuild = stack.plan(out="rebuild.tfplan")
    built = len(cloud.log())
    with Guard(
        stack.directory, agent="claude-code", env={}, installation=installed.installation
    ) as guard:
        asked = guard.check(rebuild, ask=False)
        assert asked.outcome is Outcome.APPROVAL_REQUIRED
        assert installed.requests() == [], "nobody was to be asked"
        stopped = guard.check(rebuild)
        assert stopped.outcome is Outcome.APPROVAL_REQUIRED
        assert "environment/rebuilt" in {each.rule for each in stopped.findings}
        assert stopped.origin.names == ("claude-code",)
        (request,) = installed.requests()
        assert stopped.approval.request == request.request_id
        assert f"guardrail approve {request.request_id}" in stopped.next.allowed[0]
        assert len(cloud.log()) == built, "a check applies nothing"

        token = installed.approve(request, keys / "sam")
        assert guard.check(rebuild).outcome is Outcome.APPROVAL_REQUIRED, "only apply takes it"
        here = ("--chdir", stack.directory, "--token", token)
        released = installed.run("apply", rebuild, *here, env={})
        assert released.code == 0, released.err
    deleted = [kind for what, kind in cloud.operations(since=built) if what == "delete"]
    assert len(deleted) == 6
    assert "aws_db_instance" in deleted
