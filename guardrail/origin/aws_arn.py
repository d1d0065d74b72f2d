"""
Whom AWS says credentials belong to, compared with the patterns of the settings. Pure.

A role is known by its account and name. The name of its session, like the name of a federated
user, is chosen by whoever asks for the credentials: it is neither compared nor kept.
"""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from guardrail.origin.evidence import Evidence, OriginKind, Source, Strength
from guardrail.settings.aws_identity import AwsIdentity, AwsKind

REFERENCE = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"

_NAME = r"[A-Za-z0-9_+=,.@-]+"
_CALLER = re.compile(
    r"arn:(?P<partition>aws(?:-[a-z]+)*):"
    rf"(?:iam::(?P<account>[0-9]{{12}}):(?P<resource>root|user/(?:[!-.0-~]+/)*{_NAME})"
    r"|sts::(?P<issuer>[0-9]{12}):"
    rf"(?:assumed-role/(?P<role>{_NAME})/[^/\s]+|federated-user/[^/\s]+))"
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""


def principal_of(arn: str) -> str | None:
    """
    Return the principal behind the ``Arn`` of a caller's identity, written as patterns write it.

    That is ``arn:aws:iam::ACCOUNT:role/NAME`` for a session of a role, whose path AWS does not
    tell, the user's own ARN, ``…:root``, or ``arn:aws:sts::ACCOUNT:federated-user/*``. None for
    what has another form.
    """
    found = _CALLER.fullmatch(arn)
    if found is None:
        return None
    start = f"arn:{found['partition']}:"
    if found["resource"]:
        return f"{start}iam::{found['account']}:{found['resource']}"
    if found["role"]:
        return f"{start}iam::{found['issuer']}:role/{found['role']}"
    return f"{start}sts::{found['issuer']}:federated-user/*"


def matches(pattern: str, principal: str) -> bool:
    """
    Say whether the whole of ``principal`` has the form ``pattern``.

    ``*`` stands for any text within one part, between colons and slashes. Case does not count: no
    two principals of an account differ by case alone.
    """
    wanted, given = _parts(pattern), _parts(principal)
    return len(wanted) == len(given) and all(map(fnmatchcase, given, wanted))


def match_principal(principal: str, rows: Sequence[AwsIdentity]) -> tuple[Evidence, ...]:
    """
    Return what the settings say of ``principal``: one piece of evidence for each row that matches.

    The signal is the row's pattern, never an ARN of AWS's answer.
    """
    return tuple(
        Evidence(
            source=Source.AWS,
            signal=row.arn,
            name=row.name,
            kind=OriginKind(row.kind.value),
            strength=Strength.STRONG,
            # An agent in an automation's job has its credentials, and anybody writes a repository.
            forgeable=not (row.trusted and row.kind is AwsKind.AGENT),
            reference=REFERENCE,
        )
        for row in rows
        if matches(row.arn, principal)
    )


def _parts(arn: str) -> list[str]:
    *head, resource = arn.casefold().split(":", 5)
    return [*head, *resource.split("/")]
