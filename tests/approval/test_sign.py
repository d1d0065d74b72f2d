"""Signing: what is prepared, and the person's real ssh-keygen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from guardrail.approval import keys, ssh, sshsig
from guardrail.approval.request import write_request
from guardrail.approval.sign import finish, prepare
from guardrail.approval.statement import MAX_ENCODED, ApprovalVerdict
from guardrail.approval.token import read_token
from guardrail.errors import ApprovalError, GuardrailError, ProcessError, SigningError


def sign(kit, key_file, **changes):
    said = {
        "trust": kit.trust,
        "key_file": key_file,
        "now": kit.now,
        "minutes": 60,
        "verdict": ApprovalVerdict.APPROVE,
        "reason": "CHG-1042",
        "environment": {},
    }
    return ssh.sign_request(changes.pop("request", kit.request), **(said | changes))


def test_a_real_key_signs_a_token_that_counts(kit):
    token = sign(kit, kit.keys["alice"].path)
    approval = kit.check(token)
    assert (approval.person, approval.verdict) == ("alice", ApprovalVerdict.APPROVE)
    assert b"\n" not in token


def test_every_token_has_its_own_jti(kit):
    jtis = {kit.check(sign(kit, kit.keys["alice"].path)).jti for _ in range(3)}
    assert len(jtis) == 3


def test_a_rejection_is_signed_the_same_way(kit):
    token = sign(kit, kit.keys["bob"].path, verdict=ApprovalVerdict.REJECT, reason="")
    assert kit.check(token).verdict is ApprovalVerdict.REJECT


def test_a_token_that_would_not_count_is_not_handed_out(kit):
    with pytest.raises(ApprovalError) as caught:
        sign(kit, kit.keys["jane"].path)
    assert caught.value.code == "level_too_low"
    asked = kit.with_requester(kit.request, "alice")
    with pytest.raises(ApprovalError) as caught:
        sign(kit, kit.keys["alice"].path, request=asked)
    assert caught.value.code == "self_approval"


def test_a_key_that_is_not_enrolled_does_not_sign(kit):
    with pytest.raises(SigningError, match="not in the trust document"):
        sign(kit, kit.keys["mallory"].path)


def test_the_wrong_private_key_beside_a_pub_file_is_noticed(kit, tmp_path):
    (tmp_path / "k.pub").write_text(kit.keys["alice"].line)
    (tmp_path / "k").write_bytes(kit.keys["bob"].path.read_bytes())
    (tmp_path / "k").chmod(0o600)
    with pytest.raises(GuardrailError):
        sign(kit, tmp_path / "k")


def test_a_missing_or_odd_pub_file_is_explained(kit, tmp_path):
    with pytest.raises(SigningError, match="No such file") as caught:
        sign(kit, tmp_path / "none")
    assert "ssh-keygen -y" in caught.value.hint
    (tmp_path / "k.pub").write_bytes(b"\xff\xfe")
    for _ in range(2):
        with pytest.raises(SigningError, match="no usable key"):
            sign(kit, tmp_path / "k")
        (tmp_path / "k.pub").write_text("ssh-rsa AAAA")


def test_the_private_key_missing_is_explained(kit, tmp_path):
    (tmp_path / "k.pub").write_text(kit.keys["alice"].line)
    with pytest.raises(SigningError, match="exit code 255"):
        sign(kit, tmp_path / "k")


def test_a_missing_ssh_keygen_is_explained(kit, mocker, tmp_path):
    mocker.patch.object(ssh, "SYSTEM_PATH", str(tmp_path))
    with pytest.raises(SigningError, match="not found"):
        sign(kit, kit.keys["alice"].path)


def test_an_ssh_keygen_that_gets_no_answer_is_ended(kit, mocker):
    mocker.patch.object(ssh, "run", side_effect=ProcessError("ssh-keygen took too long"))
    with pytest.raises(ProcessError):
        sign(kit, kit.keys["alice"].path)


def test_a_fake_ssh_keygen_on_the_path_is_not_run(kit, tmp_path, monkeypatch):
    fake = tmp_path / "ssh-keygen"
    fake.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    token = sign(kit, kit.keys["alice"].path, environment={"PATH": str(tmp_path)})
    assert kit.check(token)
    assert not (tmp_path / "ran").exists()


def test_only_what_reaches_the_person_is_passed_on(kit, mocker):
    spy = mocker.spy(ssh, "run")
    environment = {"TERM": "xterm", "LD_PRELOAD": "/x.so", "AWS_SECRET_ACCESS_KEY": "canary"}
    sign(kit, kit.keys["alice"].path, environment=environment)
    passed = spy.call_args.kwargs["env"]
    assert passed == {"TERM": "xterm", "PATH": ssh.SYSTEM_PATH, "LANG": "C"}


@pytest.fixture
def agent(tmp_path):
    """Start an ssh-agent and return the environment that reaches it."""
    sock = tmp_path / "agent.sock"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", sock], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    process.stdout.readline()
    yield {"SSH_AUTH_SOCK": str(sock)}
    process.terminate()
    process.wait()
    process.stdout.close()


def test_a_key_in_an_agent_signs_with_its_pub_file_alone(kit, agent, tmp_path):
    key = kit.keys["alice"]
    subprocess.run(
        ["ssh-add", "-q", key.path], env=agent | {"PATH": os.environ["PATH"]}, check=True
    )
    (tmp_path / "alice.pub").write_text(key.line)
    assert kit.check(sign(kit, tmp_path / "alice.pub", environment=agent)).person == "alice"


# In a process of its own, because forking one with threads is asking for trouble.
AT_A_TERMINAL = """
import os, pty, sys
from pathlib import Path
from guardrail.approval import ssh

child, terminal = pty.fork()
if child == 0:
    key, out = map(Path, sys.argv[1:])
    out.write_bytes(ssh.sign(b"a message", key_file=key, environment={}))
    os._exit(0)
said = b""
while b"passphrase" not in said:
    said += os.read(terminal, 1024)
os.write(terminal, b"open sesame\\n")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_passphrase_is_asked_for_on_the_terminal(tmp_path):
    path = tmp_path / "locked"
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", path]
    subprocess.run(make, check=True)
    subprocess.run(
        [sys.executable, "-c", AT_A_TERMINAL, path, tmp_path / "signature"],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
        timeout=60,
    )
    blob = sshsig.dearmor((tmp_path / "signature").read_bytes())
    sshsig.verify(blob, b"a message", ssh.public_key(path), keys.Presence.KEY)


# The pure halves


def test_a_statement_that_would_be_malformed_is_not_prepared(kit):
    for changes in (
        {"jti": "short"},
        {"reason": "a\nb"},
        {"reason": "x" * 201},
        {"reason": "\ud800"},
        {"minutes": 0},
        {"now": kit.request.expires},
        {"now": -1},
    ):
        with pytest.raises(SigningError, match="can't be signed"):
            kit.payload(**changes)


def test_a_statement_too_large_to_sign_is_not_prepared(kit):
    binding = replace(kit.request.binding, directory="/" + "d" * MAX_ENCODED)
    request = replace(kit.request, binding=binding)
    assert write_request(request)
    with pytest.raises(SigningError, match="4096"):
        kit.payload(request=request)


def test_a_statement_ends_with_its_request(kit):
    request = replace(kit.request, expires=kit.now + 5)
    token = kit.token(request=request)
    assert kit.check(token, request=request).exp == kit.now + 5


@pytest.mark.parametrize("signature", [b"", b"hello", b"\xff"])
def test_what_is_no_signature_makes_no_token(kit, signature):
    with pytest.raises(SigningError, match="no usable signature"):
        finish(kit.payload(), signature)


def test_a_token_names_the_key_that_really_signed(kit):
    person, key = kit.trust.find(kit.keys["bob"].public.fingerprint)
    payload = prepare(
        kit.request,
        person=person,
        key=key,
        jti="00" * 32,
        now=kit.now,
        minutes=1,
        verdict=ApprovalVerdict.APPROVE,
        reason="",
    )
    armored = ssh.sign(b"something else", key_file=kit.keys["bob"].path, environment={})
    token = finish(payload, armored)
    (signature,) = read_token(token).signatures
    assert signature.keyid == keys.fingerprint(kit.keys["bob"].public.blob)
    assert kit.refused(token) == "bad_signature"
