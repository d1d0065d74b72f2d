"""
Write the approval vectors: tokens that any implementation must judge alike.

Keys come from fixed seeds and Ed25519 is deterministic, so the files never change by themselves.
"""

import json
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from guardrail.approval import strict_base64, trust_edit
from guardrail.approval.request import write_request
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.token import read_token
from guardrail.approval.trust import write_trust

FOLDER = Path(__file__).parents[1] / "vectors" / "approval"
_parts = runpy.run_path(str(Path(__file__).with_name("conftest.py")))
Key, Kit = _parts["Key"], _parts["Kit"]
NAMES = ("alice", "alice-two", "bob", "jane", "petra", "mallory", "alice-sk")


def make_kit() -> Any:
    """Return the company of the tests with keys that are always the same."""
    ring = {}
    for number, name in enumerate(NAMES):
        private = Ed25519PrivateKey.from_private_bytes(bytes([number + 1]) * 32)
        ring[name] = Key(private, None, security=name.endswith("-sk"))
    return Kit(ring)


def cases(kit: Any) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield name, comment, expectation, and what differs from the ordinary case."""
    ordinary = kit.token()
    payload = kit.payload()
    yield "approve", "A senior approves.", "approve", {}
    yield (
        "approve_sha256",
        "The other hash of SSHSIG.",
        "approve",
        {"token": kit.seal(payload, hash_name="sha256")},
    )
    security = kit.payload("alice-sk")
    yield (
        "approve_security_key",
        "A touched security key where a touch is asked for.",
        "approve",
        {"token": kit.seal(security, "alice-sk"), "presence": 1},
    )
    rejection = kit.token(verdict=ApprovalVerdict.REJECT)
    yield "reject", "A senior turns the request down.", "reject", {"token": rejection}
    quorum = kit.with_required(kit.request, count=2)
    two = kit.seal(kit.payload(request=quorum), "alice", "bob")
    yield "approve_two", "Two persons of two.", "approve", {"token": two, "request": quorum}
    pair = kit.seal(kit.payload(request=quorum), "alice", "alice-two")
    yield (
        "one_person_two_keys",
        "Two keys of one person where two persons are required.",
        "not_enough_approvers",
        {"token": pair, "request": quorum},
    )
    yield (
        "untouched",
        "ssh-keygen -Y verify accepts this signature.",
        "no_touch",
        {"token": kit.seal(security, "alice-sk", flags=0)},
    )
    yield (
        "no_pin",
        "Touched, where a PIN is asked for.",
        "no_user_verification",
        {"token": kit.seal(security, "alice-sk"), "presence": 2},
    )
    yield "plain_key", "A plain key where a touch is asked for.", "no_touch", {"presence": 1}
    yield (
        "namespace_git",
        "A signature made for git.",
        "wrong_namespace",
        {"token": kit.seal(payload, namespace="git")},
    )
    yield (
        "reserved",
        "Something in the reserved field.",
        "malformed_signature",
        {"token": kit.seal(payload, reserved=b"x")},
    )
    yield (
        "unknown_key",
        "A key that is not enrolled.",
        "unknown_key",
        {"token": kit.seal(payload, "mallory")},
    )
    yield "junior", "An engineer signs for a senior.", "level_too_low", {"token": kit.token("jane")}
    asked = kit.with_requester(kit.request, "ALICE@example.com")
    yield (
        "self",
        "The approver asked, under a login.",
        "self_approval",
        {"token": kit.token(request=asked), "request": asked},
    )
    yield "expired", "In the first second after its life.", "expired", {"now": kit.now + 3600}
    yield "early", "Beyond the skew.", "not_yet_valid", {"now": kit.now - 61}
    yield "too_long", "A longer life than allowed.", "lifetime_too_long", {"max_seconds": 3599}
    yield from _other_requests(kit, ordinary)
    yield from _bent(kit, ordinary)


def _other_requests(kit: Any, ordinary: bytes) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for code, change in {
        "wrong_plan": {"plan_sha256": "00" * 32},
        "wrong_target": {"workspace": "staging"},
        "stale_state": {"serial": 42},
        "wrong_policy": {"policy_sha256": "00" * 32},
    }.items():
        binding = replace(kit.request.binding, **change)
        request = replace(kit.request, binding=binding)
        yield code, f"Another {next(iter(change))}.", code, {"request": request}
    other = replace(kit.request, nonce="00" * 32)
    yield "wrong_request", "Another request, same plan.", "wrong_request", {"request": other}
    alice = kit.keys["alice"].public.fingerprint
    revoked = trust_edit.revoke_key(kit.trust, fingerprint=alice, now=kit.now + 10**6)
    yield "revoked", "Revoked, by whatever clock.", "revoked_key", {"trust": revoked}
    yield "ordinary_again", "The ordinary token once more.", "approve", {"token": ordinary}


def _bent(kit: Any, ordinary: bytes) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    text = strict_base64.decode_url(ordinary.decode().removeprefix("tfg1.")).decode()
    payload = read_token(ordinary).payload
    tricks: dict[str, Callable[[], tuple[str, bytes]]] = {
        "envelope_white_space": lambda: (
            "malformed_token",
            kit.pack(text.replace('":', '": ').encode()),
        ),
        "envelope_member_twice": lambda: (
            "malformed_token",
            kit.pack(text.replace("{", '{"payload":"",', 1).encode()),
        ),
        "envelope_member_more": lambda: (
            "malformed_token",
            kit.pack(text.replace("{", '{"a":1,', 1).encode()),
        ),
        "padding": lambda: ("malformed_token", ordinary + b"="),
        "prefix": lambda: ("malformed_token", ordinary.replace(b"tfg1", b"tfg2")),
        "statement_member_more": lambda: (
            "malformed_statement",
            kit.seal(payload.replace(b'"approver":{', b'"approver":{"a":1,')),
        ),
        "statement_member_twice": lambda: (
            "malformed_statement",
            kit.seal(payload.replace(b'"max_uses":1', b'"max_uses":1,"max_uses":1')),
        ),
        "statement_time_as_fraction": lambda: (
            "malformed_statement",
            kit.seal(payload.replace(b'"max_uses":1', b'"max_uses":1.0')),
        ),
        "statement_level": lambda: (
            "malformed_statement",
            kit.seal(payload.replace(b'"approver":{', b'"level":"principal","approver":{')),
        ),
        "payload_bent": lambda: (
            "bad_signature",
            kit.pack(text.replace(text[20:24], "AAAA", 1).encode()),
        ),
    }
    for name, trick in tricks.items():
        code, token = trick()
        yield name, "Bent in one place.", code, {"token": token}


def vectors() -> dict[Path, str]:
    """Return the text of each vector by the path it belongs at."""
    kit = make_kit()
    files = {}
    for name, comment, expect, changes in cases(kit):
        vector = {
            "comment": comment,
            "expect": expect,
            "token": changes.get("token", kit.token()).decode(),
            "now": changes.get("now", kit.now),
            "max_seconds": changes.get("max_seconds", 3600),
            "presence": changes.get("presence", 0),
            "request": write_request(changes.get("request", kit.request)).decode().rstrip(),
            "trust": write_trust(changes.get("trust", kit.trust)).decode(),
        }
        files[FOLDER / f"{name}.json"] = json.dumps(vector, indent=1) + "\n"
    return files


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in vectors().items():
        path.write_text(text, encoding="utf-8")
