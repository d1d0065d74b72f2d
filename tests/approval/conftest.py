"""People, keys and a request to sign; real keys made by ssh-keygen, signatures made in process."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
)
from msgspec.structs import replace

from guardrail.approval import keys, strict_base64, trust_edit, wire
from guardrail.approval.envelope import (
    Envelope,
    Signature,
    pre_authentication_encoding,
    read_envelope,
)
from guardrail.approval.keys import SK_ED25519, Presence, PublicKey
from guardrail.approval.request import Binding, Facts, Request, Requester, Required
from guardrail.approval.sign import prepare
from guardrail.approval.sshsig import NAMESPACE
from guardrail.approval.statement import ApprovalVerdict
from guardrail.approval.token import read_token, write_token
from guardrail.approval.trust import Trust
from guardrail.approval.verify import Approval, verify
from guardrail.canonical import canonical_bytes
from guardrail.errors import ApprovalError
from guardrail.findings.model import Counts, Environment, Loss
from guardrail.policy.answer import Finding, Verdict
from guardrail.settings.model import EnvironmentClass

NOW = 1_767_225_600
PEOPLE = {
    "alice": "senior",
    "bob": "senior",
    "jane": "engineer",
    "petra": "principal",
}


class Key:
    """One key pair, and how it signs."""

    def __init__(self, private: Ed25519PrivateKey, path: Path | None, *, security: bool) -> None:
        self.private = private
        self.path = path
        point = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        kind = SK_ED25519 if security else keys.ED25519
        blob = wire.string(kind.encode()) + wire.string(point)
        self.public = keys.read_blob(blob + (wire.string(b"ssh:") if security else b""))

    @property
    def line(self) -> str:
        return f"{self.public.type} {strict_base64.encode(self.public.blob)} somebody"

    def sign(
        self,
        message: bytes,
        *,
        namespace: str = NAMESPACE,
        hash_name: str = "sha512",
        reserved: bytes = b"",
        flags: int = 1,
        counter: int = 7,
        version: int = 1,
        as_key: PublicKey | None = None,
        trailing: bytes = b"",
        inner_trailing: bytes = b"",
    ) -> bytes:
        """Return an SSHSIG blob over ``message``, honest unless told otherwise."""
        public = as_key or self.public
        hashed = hashlib.new(hash_name, message).digest()
        fields = [namespace.encode(), reserved, hash_name.encode()]
        head = b"".join(map(wire.string, fields))
        signed = b"SSHSIG" + head + wire.string(hashed)
        state = b""
        if public.type == SK_ED25519:
            state = bytes([flags]) + counter.to_bytes(4, "big")
            application = hashlib.sha256(public.application).digest()
            signed = application + state + hashlib.sha256(signed).digest()
        inner = wire.string(public.type.encode()) + wire.string(self.private.sign(signed))
        return (
            b"SSHSIG"
            + version.to_bytes(4, "big")
            + wire.string(public.blob)
            + head
            + wire.string(inner + state + inner_trailing)
            + trailing
        )


class Kit:
    """A company with four people, one request, and every way to sign and check."""

    now = NOW

    def __init__(self, keyring: dict[str, Key]) -> None:
        self.keys = keyring
        trust = trust_edit.create(expires=NOW + 10**7)
        for name, level in PEOPLE.items():
            trust = trust_edit.add_person(
                trust,
                person_id=name,
                level=level,
                logins=[f"{name}@example.com"],
                public_keys=[keyring[k].line for k in keyring if k.split("-")[0] == name],
                now=NOW - 1000,
            )
        self.trust: Trust = trust
        self.request = make_request()

    def payload(self, who: str = "alice", request: Request | None = None, **changes: Any) -> bytes:
        """Return the statement that ``who`` would sign; ``changes`` go to :func:`prepare`."""
        found = self.trust.find(self.keys[who].public.fingerprint)
        person, key = found or self.trust.find(self.keys["alice"].public.fingerprint)
        said = {
            "jti": "5d" * 32,
            "now": NOW,
            "minutes": 60,
            "verdict": ApprovalVerdict.APPROVE,
            "reason": "CHG-1042",
        }
        return prepare(request or self.request, person=person, key=key, **(said | changes))

    def seal(self, payload: bytes, *who: str, **how: Any) -> bytes:
        """Return the token in which ``who`` sign ``payload``."""
        message = pre_authentication_encoding(payload)
        signatures = [
            Signature(
                keyid=self.keys[name].public.fingerprint, sig=self.keys[name].sign(message, **how)
            )
            for name in who or ("alice",)
        ]
        ordered = tuple(sorted(signatures, key=lambda s: s.keyid))
        return write_token(Envelope(payload=payload, signatures=ordered))

    def token(self, who: str = "alice", request: Request | None = None, **changes: Any) -> bytes:
        return self.seal(self.payload(who, request, **changes), who)

    def reseal(self, token: bytes, edit: Callable[[Any], None], *who: str) -> bytes:
        """Return the token with its statement edited and signed again."""
        statement = json.loads(read_token(token).payload)
        edit(statement)
        return self.seal(canonical_bytes(statement), *who)

    def check(self, token: bytes, **changes: Any) -> Approval:
        request: Request = changes.get("request", self.request)
        given = {
            "request": request,
            "binding": request.binding,
            "facts": request.facts,
            "trust": self.trust,
            "now": NOW,
            "max_seconds": 3600,
            "presence": Presence.KEY,
        }
        return verify(token, **(given | changes))

    def refused(self, token: bytes, **changes: Any) -> str:
        """Return the code with which ``token`` is refused."""
        with pytest.raises(ApprovalError) as caught:
            self.check(token, **changes)
        assert not caught.value.message[0].isupper()
        assert not caught.value.message.endswith(".")
        return caught.value.code

    def envelope(self, token: bytes) -> Any:
        """Return the envelope in ``token`` as plain values, to be edited."""
        return json.loads(strict_base64.decode_url(token.decode().removeprefix("tfg1.")))

    @staticmethod
    def pack(envelope: bytes) -> bytes:
        """Return the token line around any bytes at all."""
        return b"tfg1." + strict_base64.encode_url(envelope).encode()

    @staticmethod
    def with_required(request: Request, level: str = "senior", count: int = 1) -> Request:
        return replace(request, required=Required(level=level, count=count))

    @staticmethod
    def with_requester(request: Request, *logins: str, agents: tuple[str, ...] = ()) -> Request:
        return replace(
            request, requester=Requester(origin="agent", agents=agents, logins=tuple(logins))
        )

    @staticmethod
    def read_envelope(data: bytes) -> Envelope:
        return read_envelope(data)


def make_request() -> Request:
    """Return a request in which an agent wants to rebuild a production environment."""
    finding = Finding(
        rule="destruction/rebuild",
        outcome=Verdict.REQUIRE_APPROVAL,
        tier=3,
        address="",
        environment="prod",
        message="34 of 40 resources of prod are replaced",
        remedy="make the change smaller",
    )
    environment = Environment(
        name="prod",
        environment_class=EnvironmentClass.PRODUCTION,
        evidence=("workspace",),
        managed=40,
        deleted=0,
        replaced=34,
        forgotten=0,
        lost=34,
        data_lost=2,
        share=0.85,
        loss=Loss.REBUILT,
    )
    return Request(
        request_id="0192" * 8,
        nonce="91aa" * 16,
        created=NOW - 100,
        expires=NOW + 86400,
        requester=Requester(
            origin="agent", agents=("claude-code",), logins=("dev", "dev@example.com")
        ),
        required=Required(level="senior", count=1),
        binding=Binding(
            plan_sha256="6f" * 32,
            plan_json_sha256="a1" * 32,
            terraform_version="1.11.4",
            terraform_sha256="b2" * 32,
            lockfile_sha256="c3" * 32,
            directory="/srv/infra/live",
            backend="local",
            backend_sha256="d4" * 32,
            workspace="prod",
            lineage="3f0c6a52-9d0e-4d3c-8f43-0a1b2c3d4e5f",
            serial=41,
            policy_sha256="e5" * 32,
            guardrail_version="0.1.0",
        ),
        facts=Facts(counts=Counts(replace=34), environments=(environment,), findings=(finding,)),
    )


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Key]:
    """Return keys by name: real ones from ssh-keygen, and security keys that are emulated."""
    folder = tmp_path_factory.mktemp("keys")
    ring = {}
    for name in ("alice", "alice-two", "bob", "jane", "petra", "mallory"):
        path = folder / name
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True
        )
        private = load_ssh_private_key(path.read_bytes(), None)
        assert isinstance(private, Ed25519PrivateKey)
        ring[name] = Key(private, path, security=False)
    ring["alice-sk"] = Key(Ed25519PrivateKey.generate(), None, security=True)
    return ring


@pytest.fixture(scope="session")
def kit(keyring: dict[str, Key]) -> Kit:
    return Kit(keyring)


def members_of(value: Any) -> dict[str, Any]:
    """Return a struct as plain values."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
