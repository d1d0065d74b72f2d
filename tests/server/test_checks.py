"""The plain door, asked over a real connection."""

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator

JSON = {"Content-Type": "application/json"}
NOTHING = json.dumps(
    {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {},
        "resource_changes": [],
        "configuration": {},
    }
).encode()
SECRET = "hunter2-in-the-plan"


@pytest.fixture
def plan(scenarios):
    return lambda name: (scenarios / name / "plan.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("aws_create_env", "allow"),
        ("aws_env_recreate_cidr", "approval_required"),
        ("synthetic_unknown_action", None),
    ],
)
def test_a_decision_is_a_200_and_no_decision_is_none(client, plan, name, outcome):
    answer = client.post("/v1/check", content=plan(name), headers=JSON)
    if outcome is None:
        assert answer.status_code == 422 or answer.json()["outcome"] != "allow"
    else:
        assert answer.status_code == 200, answer.text
        assert answer.json()["outcome"] == outcome
        assert answer.headers["cache-control"] == "no-store"


def test_the_answer_is_the_published_document(client, plan, root):
    schema = json.loads((root / "guardrail/report/decision.schema.json").read_bytes())
    answer = client.post("/v1/check", content=plan("aws_env_recreate_cidr"), headers=JSON)
    Draft202012Validator(schema).validate(answer.json())


def test_who_says_to_be_an_agent_is_one_and_nobody_becomes_a_human(served, client, plan):
    data = plan("aws_create_env")

    def origin(client, query=""):
        answer = client.post(f"/v1/check{query}", content=data, headers=JSON)
        return answer.json()["origin"]

    assert origin(client)["kind"] == "unknown"
    assert origin(client, "?login=human")["kind"] == "unknown"
    assert origin(client, "?agent=claude-code")["names"] == ["claude-code"]
    assert origin(client, "?agent=%3Cignore%20this%3E")["names"] == ["unnamed-agent"]
    with served.client("agents") as agents:
        assert origin(agents)["kind"] == "agent"
        assert origin(agents)["evidence"][0]["forgeable"] is False


def test_a_workspace_counts_for_json(client, plan):
    def said(workspace):
        path = f"/v1/check?workspace={workspace}"
        answer = client.post(path, content=plan("aws_env_recreate_cidr"), headers=JSON)
        return answer.json()["stack"]["workspace"]

    assert said("live") == "live"
    assert said("") == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"{", "unusable_plan"),
        (b"[]", "unusable_plan"),
        (b"\xff\xfe\x00", "unusable_plan"),
        (b'{"' + SECRET.encode() + b'": 1}', "unusable_plan"),
        (b"PK\x03\x04" + SECRET.encode(), "usage"),
        (NOTHING[:-1] + b',"resource_changes":[]}', "unusable_plan"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "unusable_plan"),
    ],
)
def test_what_is_no_plan_is_a_problem_that_repeats_nothing(client, body, code):
    answer = client.post("/v1/check", content=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("directory=elsewhere", 422),
        ("directory=../live", 422),
        ("directory=/etc", 422),
        ("directory=gone", 500),
        ("directory=live&directory=live", 400),
        ("chdir=/etc", 400),
        ("workspace=%00", 400),
        ("workspace=" + "x" * 201, 400),
        ("login=%1b", 422),
    ],
)
def test_a_request_names_no_path_and_nothing_odd(client, query, status):
    answer = client.post(f"/v1/check?{query}", content=NOTHING, headers=JSON)
    assert answer.status_code == status, answer.text


def test_a_known_directory_is_the_stacks(client, served):
    answer = client.post("/v1/check?directory=live", content=NOTHING, headers=JSON)
    assert answer.json()["stack"]["directory"].endswith("/live")


@pytest.mark.parametrize("kind", [None, "text/html", "multipart/form-data"])
def test_another_media_type_is_not_read(client, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    assert client.post("/v1/check", content=NOTHING, headers=headers).status_code == 415


def test_each_decision_and_each_refusal_is_in_the_log_with_its_caller(served, client):
    answer = client.post("/v1/check", content=NOTHING, headers=JSON)
    client.post("/v1/check", content=b"{", headers=JSON)
    lines = served.installed.installation.audit_log.read_bytes().splitlines()
    entries = [msgspec.json.decode(line) for line in lines]
    decided = next(
        each for each in entries if each["body"].get("decision_id") == answer.json()["decision_id"]
    )
    assert decided["event"] == "decision"
    assert (decided["body"]["door"], decided["body"]["caller"]) == ("http", "ci")
    refused = [each for each in entries if each["event"] == "check_refused"]
    assert refused[-1]["body"]["error"] == "MalformedPlanError"


def test_settings_that_change_count_at_once(served, client, plan):
    data = plan("aws_env_recreate_cidr")
    path = served.installed.installation.settings
    before = path.read_text()
    try:
        served.installed.settings(f'profile = "observe"\n{before}')
        answer = client.post("/v1/check", content=data, headers=JSON).json()
        assert (answer["outcome"], answer["would_be"]) == ("allow", "approval_required")
        served.installed.settings("nonsense = 1")
        broken = client.post("/v1/check", content=data, headers=JSON)
        assert broken.status_code == 500
        assert str(path) not in broken.text
    finally:
        served.installed.settings(before)
    again = client.post("/v1/check", content=data, headers=JSON).json()
    assert again["outcome"] == "approval_required"
