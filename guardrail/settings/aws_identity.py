"""Principals of AWS that the settings know by name."""

from enum import StrEnum

from msgspec import Struct


class AwsKind(StrEnum):
    """Who has a principal's credentials; never a human, whose machine an agent works on too."""

    AGENT = "agent"
    AUTOMATION = "automation"


class AwsIdentity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Principals whose credentials only an agent, or an automation, has."""

    arn: str
    """A role, user, root or federated users, with ``*`` for any text within one part."""
    kind: AwsKind
    name: str
    """What reports call it, as a slug."""
    trusted: bool = True
    """False for a row from the repository's own file: it may add agents, nothing else."""
