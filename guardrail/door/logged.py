"""What the audit log is told of a decision."""

from collections.abc import Mapping

from guardrail.audit.entry import Event
from guardrail.audit.log import AuditLog
from guardrail.decision import Decision


def log_decision(
    audit: AuditLog, decision: Decision, now: int, *, through: Mapping[str, object] | None = None
) -> None:
    """
    Append ``decision``, and each approval that was offered for it.

    ``through`` names the door and its caller, where that says more than the plan's origin.
    Raises :class:`AuditError`.
    """
    audit.append(Event.DECISION, {**_entry(decision), **(through or {})}, now)
    about = {"decision_id": decision.decision_id, "request_id": decision.approval.request or ""}
    for accepted in decision.approval.accepted:
        signer = {"person": accepted.person, "key": accepted.key, "jti": accepted.jti}
        audit.append(Event.APPROVAL_ACCEPTED, {**about, **signer}, now)
    for rejected in decision.approval.rejected:
        audit.append(Event.APPROVAL_REJECTED, {**about, "code": rejected.code}, now)


def _entry(decision: Decision) -> dict[str, object]:
    return {
        "decision_id": decision.decision_id,
        "outcome": decision.outcome.value,
        "would_be": decision.would_be.value,
        "profile": decision.profile,
        "mode": decision.mode.value,
        "engine": decision.engine,
        "policy_sha256": decision.policy.sha256,
        "plan_sha256": decision.plan.sha256,
        "origin": decision.origin.kind.value,
        "agents": list(decision.origin.names),
        "rules": sorted({finding.rule for finding in decision.findings}),
        "request_id": decision.approval.request or "",
    }
