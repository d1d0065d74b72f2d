"""
Signature suites: how a key of each type signs.

The suite follows from the key's type in the trust document; nothing in a token chooses it.
"""

from collections.abc import Mapping
from typing import Protocol

from guardrail.approval import sshsig
from guardrail.approval.keys import ED25519, SK_ED25519, Presence, PublicKey


class Suite(Protocol):
    """Checks one signature."""

    def __call__(self, blob: bytes, message: bytes, key: PublicKey, presence: Presence) -> None:
        """Return when ``key`` signed ``message``; else raise :class:`guardrail.errors.ApprovalError`."""


SUITES: Mapping[str, Suite] = {ED25519: sshsig.verify, SK_ED25519: sshsig.verify}
