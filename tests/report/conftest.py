"""Decisions and requests to report on."""

import types
from collections.abc import Callable

import msgspec
import pytest

from guardrail.approval.request import Binding, Facts, Request, Requester, Required
from guardrail.decision import (
    Accepted,
    ApprovalRecord,
    Decision,
    Next,
    Outcome,
    PlanRecord,
    PolicyRecord,
    Rejected,
    StackRecord,
    Standing,
)
from guardrail.findings.model import Counts, Environment, Loss
from guardrail.origin.evidence import Evidence, Origin, OriginKind, Source, Strength
from guardrail.policy.answer import Finding, Verdict
from guardrail.settings.model import EnvironmentClass

REQUEST_ID = "3f2a" * 8


def environment(**changes: object) -> Environment:
    base = Environment(
        name="production",
        environment_class=EnvironmentClass.PRODUCTION,
        evidence=("workspace",),
        managed=40,
        deleted=0,
        replaced=34,
        forgotten=0,
        lost=34,
        data_lost=3,
        share=0.85,
        loss=Loss.REBUILT,
    )
    return msgspec.structs.replace(base, **changes)


def finding(**changes: object) -> Finding:
    base = Finding(
        rule="destruction/resource_replaced",
        outcome=Verdict.REQUIRE_APPROVAL,
        tier=2,
        address="aws_vpc.main",
        environment="production",
        message="deleted and created anew, forced by cidr_block",
        remedy="keep cidr_block as it is",
    )
    return msgspec.structs.replace(base, **changes)


def evidence(**changes: object) -> Evidence:
    base = Evidence(
        source=Source.ENVIRONMENT,
        signal="CLAUDECODE",
        name="claude-code",
        kind=OriginKind.AGENT,
        strength=Strength.STRONG,
    )
    return msgspec.structs.replace(base, **changes)


def blocked() -> Decision:
    """A rebuild of production that an agent asks for."""
    replaced = tuple(finding(address=f"aws_instance.web[{i}]") for i in range(34))
    rebuilt = finding(
        rule="environment/rebuilt",
        tier=3,
        address="",
        message="34 of 40 managed resources of production are replaced",
        remedy="split the change",
    )
    return Decision(
        decision_id=REQUEST_ID,
        outcome=Outcome.APPROVAL_REQUIRED,
        would_be=Outcome.APPROVAL_REQUIRED,
        profile="balanced",
        mode=Standing.ADVISORY,
        engine="embedded",
        plan=PlanRecord(
            source="saved", sha256="ab" * 32, json_sha256="cd" * 32, terraform_version="1.11.4"
        ),
        stack=StackRecord(
            directory="/srv/stacks/shop", workspace="prod", backend="s3", lineage="l-1", serial=7
        ),
        origin=Origin(kind=OriginKind.AGENT, names=("claude-code",), evidence=(evidence(),)),
        counts=Counts(replace=34, create=1, no_op=6),
        environments=(environment(),),
        findings=(rebuilt, *replaced),
        approval=ApprovalRecord(
            required=Required(level="senior", count=1),
            request=REQUEST_ID,
            rejected=(Rejected(code="expired", why="the approval ran out 3 minutes ago"),),
        ),
        next=Next(allowed=("make the plan smaller",), prohibited=("run terraform directly",)),
        policy=PolicyRecord(sha256="ef" * 32, rules=20),
        time=1_700_000_000,
    )


def allowed() -> Decision:
    """A plan with nothing wrong in it."""
    return msgspec.structs.replace(
        blocked(),
        outcome=Outcome.ALLOW,
        would_be=Outcome.ALLOW,
        counts=Counts(create=1, update=2),
        environments=(environment(replaced=0, lost=0, data_lost=0, share=0.0, loss=Loss.NONE),),
        findings=(),
        approval=ApprovalRecord(required=None, request=None),
        next=Next(allowed=(), prohibited=()),
    )


def approved() -> Decision:
    """The rebuild, with a senior's approval that counts."""
    accepted = Accepted(person="ana", level="senior", key="SHA256:x", jti="j", expires=1)
    required = Required(level="senior", count=1)
    return msgspec.structs.replace(
        blocked(),
        outcome=Outcome.ALLOW,
        would_be=Outcome.ALLOW,
        approval=ApprovalRecord(required=required, request=None, accepted=(accepted,)),
        next=Next(allowed=(), prohibited=()),
    )


def asked() -> Request:
    """The request for the rebuild."""
    decision = blocked()
    return Request(
        request_id=REQUEST_ID,
        nonce="0" * 64,
        created=1_700_000_000,
        expires=1_700_003_600,
        requester=Requester(
            origin="agent", agents=("claude-code",), logins=("bo", "bo@example.org")
        ),
        required=Required(level="senior", count=1),
        binding=Binding(
            plan_sha256="ab" * 32,
            plan_json_sha256="cd" * 32,
            terraform_version="1.11.4",
            terraform_sha256="12" * 32,
            lockfile_sha256="",
            directory="/srv/stacks/shop",
            backend="s3",
            backend_sha256="34" * 32,
            workspace="prod",
            lineage="l-1",
            serial=7,
            policy_sha256="56" * 32,
            guardrail_version="0.1.0",
        ),
        facts=Facts(
            counts=decision.counts,
            environments=decision.environments,
            findings=decision.findings,
        ),
    )


@pytest.fixture(scope="session")
def change() -> Callable[..., object]:
    """Return the function that copies a value with some fields changed."""
    return msgspec.structs.replace


@pytest.fixture(scope="session")
def make() -> object:
    """Return the builders of this module."""
    return types.SimpleNamespace(
        environment=environment,
        finding=finding,
        evidence=evidence,
        blocked=blocked,
        allowed=allowed,
        approved=approved,
        asked=asked,
    )
