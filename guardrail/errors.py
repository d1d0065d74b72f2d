"""
Every exception of this package, on one page.

An exception means that no decision could be made, which never opens the gate.
A denial is a value (:class:`guardrail.decision.Decision`), not an exception.

Messages are lower case without a full stop and say what was expected and what
came; ``hint`` says what to do. Neither ever holds a value from a plan.
"""

from typing import ClassVar


class GuardrailError(Exception):
    """No decision could be made. Always blocks."""

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GuardrailError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = 2


class PlanError(GuardrailError):
    """The input could not be judged as a Terraform plan."""


class NotAPlanError(PlanError):
    """The input is something else that a person passes by mistake; the message names it."""


class MalformedPlanError(PlanError):
    """The input looks like a plan, but is not one exact document of the right shape."""


class UnsupportedPlanError(PlanError):
    """The plan is of a kind or version that this release cannot judge."""


class PlanTooLargeError(PlanError):
    """The plan is over a size or depth limit."""


class SettingsError(GuardrailError):
    """The settings are missing a part, have one too many, or lie where others can write."""


class PolicyError(GuardrailError):
    """The policy gave no usable answer."""


class PolicyUnavailableError(PolicyError):
    """The engine could not be started, crashed, ran out of time, or refused the policies."""


class MalformedAnswerError(PolicyError):
    """The engine answered something that is not an answer: undefined, wrong types, missing parts."""


class RulesNotEvaluatedError(PolicyError):
    """A loaded rule is missing from the list of evaluated rules."""


class TrustError(GuardrailError):
    """The trust document is missing, malformed, expired, rolled back or writable by others."""


class ApprovalError(GuardrailError):
    """
    An approval that does not count.

    ``code`` is the stable, machine-readable reason that reports and the audit log carry.
    """

    def __init__(self, code: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class AlreadySpentError(ApprovalError):
    """The approval, or another one of the same request, was burnt before."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__("already_used", message, hint=hint)


class SigningError(GuardrailError):
    """The approval could not be signed."""


class FileError(GuardrailError):
    """A file could not be read or written, or lies where others could have changed it."""


class LedgerError(GuardrailError):
    """The ledger could not be read or written; nothing may be applied without it."""


class AuditError(GuardrailError):
    """The audit log could not be written or is broken; nothing may be applied without it."""


class EnforcementError(GuardrailError):
    """The decision could not be carried out as decided."""


class ProcessError(GuardrailError):
    """A child process could not be started, failed, ran too long or said too much."""
