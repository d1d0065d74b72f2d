"""AuthZEN's questions and answers, over a real connection."""

import json

import pytest

URL = "/access/v1/evaluation"
BATCH = "/access/v1/evaluations"
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def plan(scenarios):
    return lambda name: json.loads((scenarios / name / "plan.json").read_bytes())


@pytest.fixture
def asked(plan):
    def question(name: str, **changes) -> dict:
        return {
            "subject": {"type": "user", "id": "alice@example.com"},
            "action": {"name": "terraform.apply"},
            "resource": {
                "type": "terraform_plan",
                "id": "inline",
                "properties": {"plan": plan(name)},
            },
        } | changes

    return question


def test_a_harmless_plan_is_allowed(client, asked):
    answer = client.post(URL, json=asked("aws_create_env"), headers={"X-Request-ID": "a-1"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["decision"] is True
    assert answer.json()["context"]["reason"] == "allowed"
    assert answer.headers["x-request-id"] == "a-1"


def test_json_that_destroys_is_denied_and_nobody_can_approve_json(client, asked):
    answer = client.post(URL, json=asked("aws_env_recreate_cidr"))
    assert answer.status_code == 200
    context = answer.json()["context"]
    assert answer.json()["decision"] is False
    assert context["reason"] == "approval_required"
    assert "access_request" not in context
    assert "saved plan" in context["not_requestable"]["en"]
    assert context["next"]["prohibited"]


@pytest.mark.parametrize(
    "subject",
    [
        {"type": "human", "id": "root"},
        {"type": "user", "id": "sam", "properties": {"human": True, "level": "senior"}},
        {"type": "agent", "id": "claude-code", "properties": {"confidence": 0}},
    ],
)
def test_no_claim_of_a_subject_lowers_anything(client, asked, subject):
    answer = client.post(URL, json=asked("aws_env_recreate_cidr", subject=subject)).json()
    assert answer["decision"] is False
    kind = answer["context"]["guardrail"]["origin"]["kind"]
    assert kind == ("agent" if subject["type"] == "agent" else "unknown")


def test_an_approval_with_json_is_refused_and_a_made_up_one_counts_for_nothing(client, asked):
    context = {"approval": {"state": "tfg1.AAAA"}}
    answer = client.post(URL, json=asked("aws_env_recreate_cidr", context=context))
    assert answer.status_code == 422
    assert answer.json()["code"] == "unbound_plan"
    unknown = {"approval": {"id": "0" * 32}}
    answer = client.post(URL, json=asked("aws_env_recreate_cidr", context=unknown))
    assert answer.json()["decision"] is False


def test_an_uploaded_plan_is_found_by_whoever_uploaded_it_and_by_nobody_else(
    client, served, asked, scenarios
):
    data = (scenarios / "aws_create_env" / "plan.json").read_bytes()
    kept = client.post("/v1/plans", content=data, headers=OCTETS).json()
    resource = {"type": "terraform_plan", "id": kept["id"]}
    question = asked("aws_create_env", resource=resource)
    assert client.post(URL, json=question).json()["decision"] is True
    with served.client("agents") as other:
        answer = other.post(URL, json=question)
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_plan"


@pytest.mark.parametrize(
    "changes",
    [
        {"resource": {"type": "document", "id": "1"}},
        {"action": {"name": "can_read"}},
    ],
)
def test_what_is_no_plan_to_apply_is_denied(client, asked, changes):
    answer = client.post(URL, json=asked("aws_create_env", **changes))
    assert answer.status_code == 200
    assert answer.json()["decision"] is False
    assert answer.json()["context"]["reason"] == "unsupported"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"{",
        b'{"subject":1}',
        b'{"subject":{"type":"user","id":"a"},"subject":{"type":"agent","id":"b"}}',
        b'{"subject":{"type":"user","id":"a","id":"b"}}',
        b'\xff{"subject":1}',
        b'{"a":NaN}',
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
    ],
)
def test_a_malformed_question_is_no_question(client, body):
    answer = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "malformed"


@pytest.mark.parametrize(
    ("semantic", "decisions"),
    [
        (None, [True, False, True]),
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_several_questions_are_answered_in_their_order(client, asked, semantic, decisions):
    whole = asked("aws_create_env")
    destroys = {"resource": asked("aws_env_recreate_cidr")["resource"]}
    body = whole | {"evaluations": [{}, destroys, {"subject": {"type": "user", "id": "bob"}}]}
    if semantic:
        body["options"] = {"evaluations_semantic": semantic}
    answer = client.post(BATCH, json=body)
    assert answer.status_code == 200, answer.text
    assert [each["decision"] for each in answer.json()["evaluations"]] == decisions


def test_what_cannot_be_decided_is_denied_among_others(client, asked):
    unknown = {"resource": {"type": "terraform_plan", "id": "sha256:0"}}
    body = asked("aws_create_env") | {"evaluations": [unknown, {}]}
    first, second = client.post(BATCH, json=body).json()["evaluations"]
    assert first["decision"] is False
    assert first["context"]["error"]["status"] == 404
    assert second["decision"] is True


def test_a_batch_without_questions_is_one_question(client, asked):
    assert client.post(BATCH, json=asked("aws_create_env")).json()["decision"] is True


@pytest.mark.parametrize(
    "changes",
    [{"evaluations": [{}] * 17}, {"evaluations": [{}], "options": {"evaluations_semantic": "x"}}],
)
def test_a_batch_has_its_limits(client, asked, changes):
    assert client.post(BATCH, json=asked("aws_create_env") | changes).status_code == 400


def test_the_metadata_names_what_is_there(served, client):
    with served.client(None) as anybody:
        found = anybody.get("/.well-known/authzen-configuration").json()
    assert found["policy_decision_point"] == served.url
    for name in ("access_evaluation", "access_evaluations", "access_request"):
        assert found[f"{name}_endpoint"].startswith(f"{served.url}/access/v1/")


@pytest.mark.parametrize(
    "denial", [None, {"evaluation_id": "0" * 32, "expires_at": "2026-01-01T00:00:00Z"}]
)
def test_nothing_is_requested_that_was_not_denied(client, asked, denial):
    body = asked("aws_env_recreate_cidr") | ({} if denial is None else {"denial": denial})
    answer = client.post("/access/v1/requests", json=body)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("error:invalid_denial_binding")


@pytest.mark.parametrize("name", ["0" * 32, "x", "..", "0" * 33])
def test_an_unknown_request_has_no_status(client, name):
    assert client.get(f"/access/v1/requests/{name}").status_code == 404
