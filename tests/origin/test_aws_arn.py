"""Principals behind the ARNs that AWS answers, and the patterns that name them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrail.origin.aws_arn import match_principal, matches, principal_of
from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind, Source
from guardrail.settings.aws_identity import AwsIdentity, AwsKind

ROLE = "arn:aws:iam::111122223333:role/terraform-agent"
NAME = st.text(string.ascii_letters + string.digits + "_+=,.@-", min_size=2, max_size=64)


def row(arn: str, kind: AwsKind = AwsKind.AGENT, *, trusted: bool = True) -> AwsIdentity:
    return AwsIdentity(arn=arn, kind=kind, name="coder", trusted=trusted)


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        ("arn:aws:sts::111122223333:assumed-role/terraform-agent/ada@corp.example", ROLE),
        (
            "arn:aws-cn:sts::111122223333:assumed-role/r/s",
            "arn:aws-cn:iam::111122223333:role/r",
        ),
        (
            "arn:aws-us-gov:sts::111122223333:assumed-role/r/s",
            "arn:aws-us-gov:iam::111122223333:role/r",
        ),
        (
            "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada",
            "arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_0123456789abcdef",
        ),
        ("arn:aws:iam::111122223333:user/ada", "arn:aws:iam::111122223333:user/ada"),
        (
            "arn:aws:iam::111122223333:user/team/a:b/ada",
            "arn:aws:iam::111122223333:user/team/a:b/ada",
        ),
        ("arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root"),
        (
            "arn:aws:sts::111122223333:federated-user/whoever",
            "arn:aws:sts::111122223333:federated-user/*",
        ),
    ],
)
def test_what_its_holder_chooses_is_left_out(arn, principal):
    assert principal_of(arn) == principal


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "arn:aws:sts::111122223333:assumed-role/r",
        "arn:aws:sts::111122223333:assumed-role/r/s/t",
        "arn:aws:sts::111122223333:assumed-role//s",
        "arn:aws:sts::111122223333:assumed-role/aws:ec2-instance/i-0123",
        "arn:aws:iam::111122223333:role/r",
        "arn:aws:sts::1111:assumed-role/r/s",
        "arn:aws:sts::111122223333:assumed-role/r/s\n",
        "arn:aws:iam::111122223333:root/x",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::١١١١٢٢٢٢٣٣٣٣:root",
    ],
)
def test_another_form_is_nobody_we_know(arn):
    assert principal_of(arn) is None


@pytest.mark.parametrize(
    "pattern",
    [
        ROLE,
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::*:role/*-agent",
        "arn:aws:iam::*:role/terra*agent",
        "arn:aws:iam::111122223333:role/Terraform-Agent",
    ],
)
def test_a_pattern_is_held_against_the_whole_arn(pattern):
    assert matches(pattern, ROLE)


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:iam::111122223333:role/terraform",
        "arn:aws:iam::111122223333:role/agent",
        "arn:aws:iam::111122223334:role/terraform-agent",
        "arn:aws-cn:iam::111122223333:role/terraform-agent",
        "arn:aws:iam::111122223333:user/*",
        "arn:aws:iam::*",
        "arn:aws:iam::111122223333:root",
    ],
)
def test_a_pattern_that_fits_a_part_fits_nothing(pattern):
    assert not matches(pattern, ROLE)


def test_a_star_stays_between_its_slashes():
    deep = "arn:aws:iam::111122223333:user/team/agents/bot"
    assert not matches("arn:aws:iam::111122223333:user/*", deep)
    assert not matches("arn:aws:iam::111122223333:user/team/*", deep)
    assert matches("arn:aws:iam::111122223333:user/team/*/bot", deep)
    assert not matches("arn:aws:iam::*:root", "arn:aws:iam::1:2:root")


@given(role=NAME, session=NAME)
def test_no_session_name_changes_what_matches(role, session):
    seen = principal_of(f"arn:aws:sts::111122223333:assumed-role/{role}/{session}")
    assert seen is not None
    assert seen == f"arn:aws:iam::111122223333:role/{role}"
    assert matches(f"arn:aws:iam::*:role/{role}", seen)


@given(st.text(max_size=200))
def test_no_answer_breaks_the_reader(arn):
    principal_of(arn)
    principal_of(f"arn:aws:sts::111122223333:assumed-role/{arn}")


def test_every_row_that_matches_is_evidence_and_says_its_own_pattern():
    rows = (
        row("arn:aws:iam::*:role/*-agent"),
        row(ROLE, AwsKind.AUTOMATION),
        row("arn:aws:iam::*:role/other"),
    )
    agent, automation = match_principal(ROLE, rows)
    assert (agent.source, agent.signal, agent.name) == (Source.AWS, rows[0].arn, "coder")
    assert (agent.kind, automation.kind) == (OriginKind.AGENT, OriginKind.AUTOMATION)
    assert classify((automation, agent)).kind is OriginKind.AGENT
    assert classify((automation,)).kind is OriginKind.AUTOMATION


def test_only_the_installation_can_call_an_agent_beyond_doubt():
    found = match_principal(
        ROLE, (row(ROLE), row(ROLE, AwsKind.AUTOMATION), row(ROLE, trusted=False))
    )
    assert [each.forgeable for each in found] == [False, True, True]
