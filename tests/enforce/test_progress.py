"""Terraform's own reports: addresses and actions are kept, values are not even read."""

import json

import pytest

from guardrail.enforce.progress import Progress, read_progress

HOOK = {"resource": {"addr": "aws_vpc.main"}, "action": "delete", "id_value": "CANARY"}


def line(**members: object) -> bytes:
    return json.dumps({"@message": "CANARY", **members}).encode()


@pytest.mark.parametrize("event", ["apply_start", "apply_complete", "apply_errored"])
def test_a_resource_and_what_happens_to_it(event: str):
    heard = read_progress(line(type=event, hook=HOOK))
    assert heard == Progress(event=event, address="aws_vpc.main", action="delete")


def test_an_error_is_told_without_its_text():
    diagnostic = {"severity": "error", "summary": "CANARY", "address": "aws_vpc.main"}
    heard = read_progress(line(type="diagnostic", diagnostic=diagnostic))
    assert heard == Progress(event="error", address="aws_vpc.main", action="")


def test_the_summary_of_an_apply_says_that_it_is_done():
    changes = {"operation": "apply", "add": 1, "change": 2, "remove": 3}
    heard = read_progress(line(type="change_summary", changes=changes))
    assert heard is not None
    assert (heard.event, heard.add, heard.change, heard.remove) == ("summary", 1, 2, 3)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"Terraform v1.11",
        b"\xff\xfe",
        b"[1]",
        line(type="version"),
        line(type="outputs", outputs={"a": {"value": "CANARY"}}),
        line(type="diagnostic", diagnostic={"severity": "warning", "summary": "CANARY"}),
        line(type="change_summary", changes={"operation": "plan", "add": 1}),
        line(type="apply_start", hook=[]),
    ],
)
def test_everything_else_is_no_news(text: bytes):
    assert read_progress(text) is None
