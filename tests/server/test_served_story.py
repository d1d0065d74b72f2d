"""The main job through the HTTP door, on a real Terraform and a pretend cloud."""

import pytest
from installed import Installed
from pretend_cloud import Cloud
from serving import free_port, serving, settings
from terraform_workspace import Workspace

pytestmark = pytest.mark.terraform

PLAN = {"Content-Type": "application/octet-stream"}
TEXT = {"Content-Type": "text/plain"}


def question(plan: str, **context) -> dict:
    return {
        "subject": {
            "type": "agent",
            "id": "claude-code",
            "properties": {"on_behalf_of": "dev@example.com"},
        },
        "action": {"name": "terraform.apply"},
        "resource": {"type": "terraform_plan", "id": plan, "properties": {"directory": "live"}},
        "context": context,
    }


def test_an_agents_rebuild_is_denied_but_requestable_and_a_seniors_token_releases_it(
    stack: Workspace, cloud: Cloud, installed: Installed, keys, terraform
):
    installed.trust(keys / "sam")
    stack.write({"main.tf": cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")})
    rebuild = stack.plan(out="rebuild.tfplan")
    built = len(cloud.log())
    directories = f'[server.directories]\nlive = "{stack.directory}"\n'
    text = settings(free_port(), terraform=terraform, tables=directories)
    with serving(installed, text) as served, served.client("agents") as client:
        kept = client.post("/v1/plans", content=rebuild.read_bytes(), headers=PLAN)
        assert kept.status_code == 201, kept.text
        plan = kept.json()["id"]

        asked = client.post("/access/v1/evaluation", json=question(plan)).json()
        assert asked["decision"] is False
        context = asked["context"]
        assert context["reason"] == "approval_required"
        record = context["guardrail"]
        assert record["origin"]["kind"] == "agent"
        assert record["origin"]["names"] == ["claude-code"]
        assert "environment/rebuilt" in {each["rule"] for each in record["findings"]}
        assert installed.requests() == [], "an evaluation asks no senior"
        offered = context["access_request"]

        denial = {"evaluation_id": context["evaluation_id"], "expires_at": offered["expires_at"]}
        other = question(plan) | {"subject": {"type": "user", "id": "sam"}, "denial": denial}
        refused = client.post(offered["endpoint"], json=other)
        assert refused.json()["code"] == "invalid_denial_binding"
        key = {"Idempotency-Key": "7b8d0f0d-65a1-4af1-9fd3-a684f08a5d13"}
        wanted = question(plan) | {"denial": denial}
        opened = client.post(offered["endpoint"], json=wanted, headers=key)
        assert opened.status_code == 202, opened.text
        again = client.post(offered["endpoint"], json=wanted, headers=key)
        assert (again.status_code, again.json()) == (202, opened.json())
        another = client.post(offered["endpoint"], json=wanted | {"n": 1}, headers=key)
        assert (another.status_code, another.json()["code"]) == (409, "duplicate_request")
        task = opened.json()["task"]
        assert task["status"] == "pending"
        (request,) = installed.requests()
        assert request.request_id == task["id"]
        assert {"dev@example.com", "agents"} <= set(request.requester.logins)
        assert opened.headers["Location"] == task["status_endpoint"]
        waiting = client.get(task["status_endpoint"])
        assert waiting.json()["task"]["status"] == "pending"
        assert "Retry-After" in waiting.headers
        with served.client("ci") as stranger:
            assert stranger.get(task["status_endpoint"]).status_code == 404

        token = installed.approve(request, keys / "sam")
        signed = client.get(task["status_endpoint"]).json()
        assert signed["task"]["status"] == "pending", "nothing can be evaluated with it yet"
        assert "handed in" in signed["task"]["display"]["description"]
        place = f"/access/v1/requests/{task['id']}/approval"
        assert client.post(place, content=b"tfg1.AAAA", headers=TEXT).status_code == 422
        handed = client.post(place, content=token.read_bytes(), headers=TEXT)
        assert handed.status_code == 200, handed.text
        found = client.get(task["status_endpoint"]).json()
        assert found["task"]["status"] == "approved"
        approval = found["result"]["approval"]
        assert approval["state"].encode() == token.read_bytes().strip()

        for given in (approval, {"state": approval["state"]}, {"id": task["id"]}):
            again = client.post("/access/v1/evaluation", json=question(plan, approval=given))
            assert again.json()["decision"] is True, again.text
            assert again.json()["context"]["approval"]["id"] == task["id"]
        assert len(cloud.log()) == built, "an evaluation applies nothing"

        stack.plan("-destroy", out="other.tfplan")
        other = (stack.directory / "other.tfplan").read_bytes()
        wrong = client.post("/v1/plans", content=other, headers=PLAN).json()["id"]
        denied = client.post("/access/v1/evaluation", json=question(wrong, approval=approval))
        assert denied.json()["decision"] is False
        assert denied.json()["context"]["next_action"] == "request"
        rejected = denied.json()["context"]["guardrail"]["approval"]["rejected"]
        assert rejected[0]["code"] == "wrong_plan"

        here = ("--chdir", stack.directory, "--format", "json")
        applied = installed.run("apply", rebuild, *here, "--token", token)
        assert applied.code == 0, applied.err
        assert ("delete", "aws_db_instance") in cloud.operations(since=built)
        spent = client.post("/access/v1/evaluation", json=question(plan, approval=approval))
        assert spent.json()["decision"] is False
        over = client.get(task["status_endpoint"]).json()
        assert over["task"]["status"] == "approved"
        assert "state" not in over["result"]["approval"], "it is used up"

    verified = installed.run("audit", "verify")
    assert verified.code == 0, verified.out


def test_a_check_of_a_saved_plan_opens_the_request_that_a_senior_reads(
    stack: Workspace, cloud: Cloud, installed: Installed, terraform
):
    destroy = stack.plan("-destroy", out="destroy.tfplan").read_bytes()
    directories = f'[server.directories]\nlive = "{stack.directory}"\n'
    text = settings(free_port(), terraform=terraform, tables=directories)
    with serving(installed, text) as served, served.client() as client:
        nowhere = client.post("/v1/check", content=destroy, headers=PLAN)
        assert nowhere.status_code == 422
        assert "directory" in nowhere.json()["detail"]
        elsewhere = client.post(
            "/v1/check?directory=live&workspace=dev", content=destroy, headers=PLAN
        )
        assert elsewhere.status_code == 422
        checked = client.post("/v1/check?directory=live", content=destroy, headers=PLAN)
        assert checked.status_code == 200, checked.text
        assert checked.json()["outcome"] == "approval_required"
        (request,) = installed.requests()
        assert checked.json()["approval"]["request"] == request.request_id
    assert cloud.operations()[-1][0] == "create"
