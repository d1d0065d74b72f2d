"""
What AuthZEN's certification asks of a decision point, as far as it is about the protocol.

The cases are those of "Authorization API 1.0 - Certification Scenario" of the OpenID AuthZEN
working group; their records are plans here.
"""

import json

import pytest

URL, BATCH = "/access/v1/evaluation", "/access/v1/evaluations"
JSON = {"Content-Type": "application/json"}
SUBJECT = {"type": "user", "id": "alice"}
ACTION = {"name": "terraform.apply"}


@pytest.fixture
def harmless(scenarios) -> dict:
    plan = json.loads((scenarios / "aws_create_env" / "plan.json").read_bytes())
    return {"type": "terraform_plan", "id": "record-1", "properties": {"plan": plan}}


@pytest.fixture
def destructive(scenarios) -> dict:
    plan = json.loads((scenarios / "aws_env_recreate_cidr" / "plan.json").read_bytes())
    return {"type": "terraform_plan", "id": "record-2", "properties": {"plan": plan}}


@pytest.fixture
def question(harmless) -> dict:
    return {"subject": SUBJECT, "action": ACTION, "resource": harmless}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"context": {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}},
        {"foo": "bar", "futureField": {"nested": True}},
        {"subject": SUBJECT | {"properties": {"department": "Sales"}, "more": 1}},
        {"action": ACTION | {"properties": {"method": "GET"}, "more": 1}},
    ],
)
def test_what_is_not_known_is_passed_over(client, question, more):
    for _ in range(2):
        answer = client.post(URL, json=question | more)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["decision"] is True


@pytest.mark.parametrize("url", [URL, BATCH])
@pytest.mark.parametrize(
    "change",
    [
        {"subject": None},
        {"action": None},
        {"resource": None},
        {"subject": {"id": "alice"}},
        {"subject": {"type": "user"}},
        {"action": {}},
        {"resource": {"id": "record-1"}},
        {"resource": {"type": "record"}},
        {"subject": "alice"},
        {"subject": {"type": "user", "id": 1}},
        {"subject": {"type": "user", "id": None}},
        {"subject": SUBJECT | {"properties": []}},
        {"action": {"name": 123}},
        {"resource": {"type": "record", "id": "record-1", "properties": 1}},
        {"context": 1},
    ],
)
def test_a_gap_or_another_type_is_a_400(client, question, url, change):
    asked = {name: value for name, value in (question | change).items() if value is not None}
    assert client.post(url, json=asked).status_code == 400


@pytest.mark.parametrize("url", [URL, BATCH, "/access/v1/requests"])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{}", {"Content-Type": "text/plain"}),
        (b"{}", {}),
        (b"", JSON),
        (b"{", JSON),
        (b"not json", JSON),
    ],
)
def test_another_media_type_and_what_is_no_json_are_a_400(client, url, body, headers):
    answer = client.post(url, content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_request_id_comes_back_whatever_the_answer(served, client, question):
    given = {"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"}
    answers = [
        client.post(URL, json=question, headers=given),
        client.post(URL, json={}, headers=given),
        client.get("/nowhere", headers=given),
    ]
    with served.client(None) as anybody:
        answers.append(anybody.post(URL, json=question, headers=given))
    assert [each.status_code for each in answers] == [200, 400, 404, 401]
    assert {each.headers["x-request-id"] for each in answers} == set(given.values())
    assert "x-request-id" not in client.post(URL, json=question).headers


def test_a_batch_is_answered_in_its_order_with_or_without_defaults(
    client, question, harmless, destructive
):
    defaults = {"subject": SUBJECT, "action": ACTION}
    parts = [{"resource": destructive}, {"resource": harmless, "context": {"source": "batch"}}]
    for body in (
        defaults | {"evaluations": parts, "context": {"time": "2025-06-27T18:03-07:00"}},
        {"evaluations": [defaults | part for part in parts]},
    ):
        answer = client.post(BATCH, json=body)
        assert answer.status_code == 200
        assert answer.json().keys() == {"evaluations"}
        assert [each["decision"] for each in answer.json()["evaluations"]] == [False, True]


def test_a_part_is_whole_with_what_every_entity_must_have_of_the_defaults(
    client, harmless, destructive
):
    body = {
        "subject": {"type": "user"},
        "action": {"name": "can_read"},
        "resource": {"type": "terraform_plan", "properties": destructive["properties"]},
        "evaluations": [
            {
                "subject": {"id": "alice"},
                "action": ACTION,
                "resource": {"id": "x", "properties": harmless["properties"]},
            },
            # Properties are replaced with the rest, not mixed: there is no plan here.
            {"subject": {"id": "alice"}, "action": ACTION, "resource": {"id": "x"}},
        ],
    }
    first, second = client.post(BATCH, json=body).json()["evaluations"]
    assert first["decision"] is True
    assert second["context"]["error"]["code"] == "unknown_plan"


@pytest.mark.parametrize("part", [{}, 5, None, {"subject": "alice"}, {"action": {"name": 1}}])
def test_what_is_malformed_in_a_batch_is_denied_alone(client, harmless, part):
    body = {
        "subject": SUBJECT,
        "action": ACTION,
        "evaluations": [part, {"resource": harmless}],
    }
    first, second = client.post(BATCH, json=body).json()["evaluations"]
    assert first["decision"] is False
    assert (first["context"]["reason"], first["context"]["error"]["status"]) == ("undecided", 400)
    assert second["decision"] is True
    stopped = client.post(
        BATCH, json=body | {"options": {"evaluations_semantic": "deny_on_first_deny"}}
    )
    assert len(stopped.json()["evaluations"]) == 1


def test_nothing_is_looked_at_of_somebody_elses_resource(client, question):
    record = {"type": "record", "id": "1", "properties": {"directory": 5, "plan": "x"}}
    answer = client.post(URL, json=question | {"resource": record})
    assert answer.status_code == 200
    assert answer.json() == {
        "decision": False,
        "context": {
            "reason": "unsupported",
            "reason_user": {"en": "only resources of the type terraform_plan are decided about"},
        },
    }


def test_the_metadata_is_there_for_everybody(served):
    with served.client(None) as anybody:
        found = anybody.get("/.well-known/authzen-configuration")
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert found.json() == {
        "policy_decision_point": served.url,
        "access_evaluation_endpoint": f"{served.url}{URL}",
        "access_evaluations_endpoint": f"{served.url}{BATCH}",
        "access_request_endpoint": f"{served.url}/access/v1/requests",
        "capabilities": ["urn:openid:authzen:capability:access-request"],
    }
