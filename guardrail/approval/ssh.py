"""
Signing with the person's own ``ssh-keygen``: passphrases, agents and security keys work as ever.

The signature is checked at once, as the gate will check it, so that nobody hands out
a token that does not count.
"""

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from guardrail.approval import keys
from guardrail.approval.envelope import pre_authentication_encoding
from guardrail.approval.request import Request
from guardrail.approval.sign import finish, prepare
from guardrail.approval.sshsig import NAMESPACE
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.trust import Trust
from guardrail.approval.verify import verify
from guardrail.errors import SigningError
from guardrail.system.process import run

SYSTEM_PATH = "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin:/run/current-system/sw/bin"
"""Where ``ssh-keygen`` is looked for; never in what the caller's PATH names."""
PATIENCE = 180.0
"""Seconds in which a person finds the passphrase or touches the key."""
_PASSED_ON = (
    "HOME",
    "SSH_AUTH_SOCK",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "TERM",
)


def sign_request(
    request: Request,
    *,
    trust: Trust,
    key_file: Path,
    now: int,
    minutes: int,
    verdict: ApprovalVerdict,
    reason: str,
    environment: Mapping[str, str],
) -> bytes:
    """
    Return the token in which the owner of ``key_file`` answers ``request``.

    ``key_file`` is a private key, or the ``.pub`` file of one that an agent holds. Raises
    :class:`SigningError` when it can't be used, and :class:`ApprovalError` when the approval
    would not count.
    """
    found = trust.find(public_key(key_file).fingerprint)
    if found is None:
        raise SigningError(
            "this key is not in the trust document", hint="choose your enrolled key with --key"
        )
    person, key = found
    payload = prepare(
        request,
        person=person,
        key=key,
        jti=secrets.token_hex(32),
        now=now,
        minutes=minutes,
        verdict=verdict,
        reason=reason,
    )
    message = pre_authentication_encoding(payload)
    token = finish(payload, sign(message, key_file=key_file, environment=environment))
    verify(
        token,
        request=request,
        binding=request.binding,
        facts=request.facts,
        trust=trust,
        now=now,
        max_seconds=60 * minutes,
    )
    return token


def public_key(key_file: Path) -> keys.PublicKey:
    """Return the public half of ``key_file``, read from the ``.pub`` file beside it."""
    name = key_file.name
    beside = key_file if name.endswith(".pub") else key_file.with_name(name + ".pub")
    try:
        return keys.read_line(beside.read_text(encoding="utf-8"))
    except OSError as error:
        raise SigningError(
            f"the public key beside the key can't be read: {error.strerror}",
            hint="write it with: ssh-keygen -y -f KEY > KEY.pub",
        ) from None
    except ValueError as error:
        raise SigningError(f"the .pub file holds no usable key: {error}") from None


def sign(message: bytes, *, key_file: Path, environment: Mapping[str, str]) -> bytes:
    """
    Return the armoured SSH signature of ``message`` in our namespace.

    ``environment`` is the caller's; only what reaching the person and the agent needs is
    passed on. Raises :class:`SigningError`.
    """
    program = shutil.which("ssh-keygen", path=SYSTEM_PATH)
    if program is None:
        raise SigningError("ssh-keygen was not found", hint="install OpenSSH 8.2 or later")
    passed = {name: environment[name] for name in _PASSED_ON if name in environment}
    done = run(
        [program, "-Y", "sign", "-f", str(key_file), "-n", NAMESPACE],
        env={**passed, "PATH": SYSTEM_PATH, "LANG": "C"},
        stdin=message,
        timeout=PATIENCE,
    )
    if done.code != 0:
        raise SigningError(
            f"ssh-keygen did not sign (exit code {done.code})",
            hint="try it by hand: ssh-keygen -Y sign -f KEY -n test FILE",
        )
    return done.stdout
