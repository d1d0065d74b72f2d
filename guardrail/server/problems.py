"""What goes wrong, as RFC 9457 problem documents that hold nothing of a plan."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.responses import Response

from guardrail.errors import (
    ApprovalError,
    EnforcementError,
    GuardrailError,
    PlanError,
    PolicyError,
    PolicyUnavailableError,
    ProcessError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
ACCESS_REQUEST = "urn:openid:authzen:access-request:error:"
"""What the AuthZEN access request profile puts before its codes."""

_TOLD = (PlanError, UsageError, ApprovalError, EnforcementError, PolicyError, ProcessError)
"""Errors whose message is the caller's business; others name files of this machine."""
_CALLERS = (PlanError, UsageError, ApprovalError)
"""Errors that another request may not have."""


class Problem(Exception):  # noqa: N818 - the name that RFC 9457 gives it
    """A request that gets no answer but why. ``detail`` holds nothing that came in the request."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
        urn: str = "about:blank",
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.hint = status, code, detail, hint
        self.headers, self.urn = dict(headers or {}), urn

    def document(self) -> dict[str, object]:
        """Return the members of the problem document."""
        return {
            "type": self.urn,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **({} if self.hint is None else {"hint": self.hint}),
        }

    def response(self) -> Response:
        """Return the problem as a response."""
        return Response(
            msgspec.json.encode(self.document()),
            self.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


def undecided(error: GuardrailError) -> Problem:
    """Return the problem for a plan that could not be decided. Whoever asked must not go on."""
    if isinstance(error, PolicyUnavailableError):
        return Problem(
            503, "policy_unavailable", error.message, headers={"Retry-After": "1"}, hint=error.hint
        )
    if isinstance(error, _CALLERS):
        code = error.code if isinstance(error, ApprovalError) else _code(error)
        return Problem(422, code, error.message, hint=error.hint)
    if isinstance(error, _TOLD):
        return Problem(500, _code(error), error.message, hint=error.hint)
    return Problem(
        500,
        _code(error),
        "the plan could not be decided",
        hint="whoever runs the server finds the reason in its output",
    )


def internal() -> Problem:
    """Return the problem for a mistake of ours."""
    return Problem(500, "internal_error", "the plan could not be decided: internal error")


def _code(error: GuardrailError) -> str:
    match error:
        case UsageError():
            return "usage"
        case PlanError():
            return "unusable_plan"
        case PolicyError():
            return "policy_failed"
        case _:
            return "undecided"
