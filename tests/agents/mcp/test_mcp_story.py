"""The main job through the MCP server: real client, real Terraform, a cloud that keeps a log."""

import shutil
from pathlib import Path

import pytest
from installed import Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.door.follow import Status, follow
from guardrail.door.requests import WAITS
from guardrail.door.session import Call
from guardrail.system.clock import unix_now

pytestmark = [pytest.mark.anyio, pytest.mark.terraform]


@pytest.mark.parametrize("way", ["stdio", "http"])
async def test_an_agents_rebuild_is_stopped_and_a_seniors_token_releases_it(
    way: str,
    request: pytest.FixtureRequest,
    stack: Workspace,
    cloud: Cloud,
    installed: Installed,
    keys: Path,
):
    installed.trust(keys / "sam")
    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    stack.plan(out="tfplan")
    built = len(cloud.log())

    async with request.getfixturevalue(way)(stack.directory) as client:
        checked = await client.call_tool("check_plan", {"path": "tfplan"})
        assert not checked.is_error
        decision = checked.structured_content
        assert decision["outcome"] == "approval_required"
        assert decision["origin"]["kind"] == "agent"
        assert "environment/rebuilt" in {each["rule"] for each in decision["findings"]}
        assert decision["approval"]["request"] is None
        assert installed.requests() == [], "looking asks nobody"

        stopped = await client.call_tool("apply_plan", {"path": "tfplan"})
        assert stopped.is_error
        assert stopped.structured_content["applied"] is False
        asked = await client.call_tool("open_request", {"path": "tfplan"})
        name = asked.structured_content["approval"]["request"]
        assert f"guardrail approve {name}" in asked.structured_content["next"]["allowed"][0]
        assert len(cloud.log()) == built, "a blocked plan destroys nothing"

        async def status() -> str:
            followed = await client.call_tool("follow_request", {"request": name})
            return followed.structured_content["status"]

        assert await status() == "waiting"
        (waiting,) = installed.requests()
        token = installed.approve(waiting, keys / "sam")
        assert await status() == "approved"

        without = await client.call_tool("apply_plan", {"path": "tfplan"})
        assert without.is_error, "a signature that nobody hands in releases nothing"
        away = await client.call_tool("apply_plan", {"path": "tfplan", "token_file": str(token)})
        assert away.is_error, "a token is read in the server's directory only"
        assert len(cloud.log()) == built

        shutil.copy(token, stack.directory / "sam.token")
        handed = {"path": "tfplan", "token_file": "sam.token"}
        done = await client.call_tool("apply_plan", handed)
        assert not done.is_error, done.content[0].text
        assert done.structured_content["applied"] is True
        assert done.structured_content["destroyed"] == 6
        deleted = [kind for what, kind in cloud.operations(since=built) if what == "delete"]
        assert len(deleted) == 6
        assert "aws_db_instance" in deleted
        assert await status() == "spent"

        changed = len(cloud.log())
        again = await client.call_tool("apply_plan", handed)
        assert again.is_error
        assert "spent" in again.content[0].text
        assert len(cloud.log()) == changed


async def test_what_destroys_nothing_is_applied_and_counted(
    http, cloud: Cloud, installed: Installed
):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.plan(out="tfplan")
    async with http(stack.directory.parent) as client:
        where = {"path": f"{stack.directory.name}/tfplan", "directory": stack.directory.name}
        heard: list[float] = []

        async def hear(progress: float, _total: float | None, _message: str | None) -> None:
            heard.append(progress)

        done = await client.call_tool("apply_plan", where, progress_callback=hear)
        assert not done.is_error, done.content[0].text
        assert done.structured_content["added"] == 8
        assert len(cloud.objects()) == 8
        assert heard, "a long apply shows that it goes on"
        assert heard == sorted(heard)


async def test_a_plan_of_another_directory_is_not_applied_here(http, cloud: Cloud):
    first, second = cloud.workspace("first"), cloud.workspace("second")
    first.write({"main.tf": 'resource "aws_kms_key" "main" {}'}).plan(out="tfplan")
    second.write({"main.tf": 'resource "aws_kms_key" "main" {}'}).apply()
    built = len(cloud.log())
    async with http(first.directory.parent) as client:
        done = await client.call_tool("apply_plan", {"path": "first/tfplan", "directory": "second"})
        assert done.is_error
    assert len(cloud.log()) == built


async def test_a_rejected_request_is_told_as_that(
    http, stack: Workspace, installed: Installed, keys: Path
):
    installed.trust(keys / "sam")
    stack.plan("-destroy", out="tfplan")
    async with http(stack.directory) as client:
        asked = await client.call_tool("open_request", {"path": "tfplan"})
        name = asked.structured_content["approval"]["request"]
        assert installed.run("reject", name, "--key", keys / "sam").code == 0
        followed = await client.call_tool("follow_request", {"request": name})
        assert followed.structured_content["status"] == "rejected"
        assert "for good" in followed.content[0].text
        again = await client.call_tool("open_request", {"path": "tfplan"})
        assert again.structured_content["approval"]["request"] != name
        assert "New since the last denial: the request." in again.content[0].text
        same = await client.call_tool("open_request", {"path": "tfplan"})
        assert "the same denial as before" in same.content[0].text
    later = Call(
        installation=installed.installation, directory=stack.directory, env={},
        now=unix_now() + WAITS + 1,
    )  # fmt: skip
    waited = again.structured_content["approval"]["request"]
    assert follow(later, waited).status is Status.EXPIRED
