"""SSH signatures, with ssh-keygen as the second opinion in both directions."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.approval import sshsig
from guardrail.approval.keys import Presence
from guardrail.errors import ApprovalError


def keygen_sign(key, message, namespace=sshsig.NAMESPACE, *options):
    done = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-f", key.path, "-n", namespace, *options],
        input=message,
        capture_output=True,
        check=True,
    )
    return done.stdout


def armor(blob):
    text = sshsig.strict_base64.encode(blob)
    lines = [text[n : n + 70] for n in range(0, len(text), 70)]
    return "\n".join(
        ["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]
    ).encode()


@pytest.fixture
def keygen_accepts(tmp_path):
    """Return whether ssh-keygen accepts a signature by ``key`` over ``message``."""

    def accepts(key, message, blob, namespace=sshsig.NAMESPACE):
        (tmp_path / "signers").write_text(f"somebody {key.line}\n")
        (tmp_path / "sig").write_bytes(armor(blob))
        command = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", "somebody"]
        command += ["-n", namespace, "-s", tmp_path / "sig"]
        done = subprocess.run(command, input=message, capture_output=True, check=False)
        return done.returncode == 0

    return accepts


def code(blob, message, key, presence=Presence.KEY):
    with pytest.raises(ApprovalError) as caught:
        sshsig.verify(blob, message, key.public, presence)
    return caught.value.code


@pytest.mark.parametrize("options", [(), ("-O", "hashalg=sha256"), ("-O", "hashalg=sha512")])
def test_what_ssh_keygen_signs_is_accepted(keyring, options):
    key = keyring["alice"]
    blob = sshsig.dearmor(keygen_sign(key, b"a message", sshsig.NAMESPACE, *options))
    sshsig.verify(blob, b"a message", key.public, Presence.KEY)
    assert code(blob, b"another message", key) == "bad_signature"


def test_what_ssh_keygen_signs_for_git_is_refused(keyring):
    key = keyring["alice"]
    blob = sshsig.dearmor(keygen_sign(key, b"a message", "git"))
    assert code(blob, b"a message", key) == "wrong_namespace"


@pytest.mark.parametrize("name", ["alice", "alice-sk"])
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_what_is_accepted_here_ssh_keygen_accepts(keyring, keygen_accepts, name, hash_name):
    key = keyring[name]
    blob = key.sign(b"a message", hash_name=hash_name)
    sshsig.verify(blob, b"a message", key.public, Presence.KEY)
    assert keygen_accepts(key, b"a message", blob)
    assert not keygen_accepts(key, b"another message", blob)
    assert not keygen_accepts(key, b"a message", blob, "git")


def test_ssh_keygen_accepts_an_untouched_security_key_and_we_do_not(keyring, keygen_accepts):
    key = keyring["alice-sk"]
    blob = key.sign(b"a message", flags=0)
    assert keygen_accepts(key, b"a message", blob)
    assert code(blob, b"a message", key) == "no_touch"


def test_whatever_ssh_keygen_refuses_is_refused_here(keyring, keygen_accepts):
    key = keyring["alice"]
    blob = key.sign(b"a message")
    for position in range(0, len(blob), 11):
        bent = bytearray(blob)
        bent[position] ^= 0x10
        assert not keygen_accepts(key, b"a message", bytes(bent))
        code(bytes(bent), b"a message", key)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_other_kinds_of_keys_are_refused(keyring, tmp_path, kind):
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", tmp_path / "k"], check=True)
    signer = type("Signer", (), {"path": tmp_path / "k"})
    blob = sshsig.dearmor(keygen_sign(signer, b"a message"))
    assert code(blob, b"a message", keyring["alice"]) in {"malformed_signature", "wrong_key"}


@pytest.mark.parametrize("scalar", [b"\0" * 64, b"\xff" * 64, b"\0" * 32 + b"\xff" * 32])
def test_a_signature_of_zeros_or_out_of_range_is_refused(keyring, scalar):
    key = keyring["alice"]
    blob = key.sign(b"a message")[:-64] + scalar
    assert code(blob, b"a message", key) == "bad_signature"


def test_a_signature_with_the_group_order_added_is_refused(keyring):
    order = 2**252 + 27742317777372353535851937790883648493
    key = keyring["alice"]
    blob = key.sign(b"a message")
    again = int.from_bytes(blob[-32:], "little") + order
    bent = blob[:-32] + again.to_bytes(32, "little")
    assert code(bent, b"a message", key) == "bad_signature"


def test_a_signature_of_another_length_is_refused(keyring):
    key = keyring["alice"]
    fields = sshsig.read_signature(key.sign(b"a message"))
    wire = sshsig.wire.string
    for signature in (fields.signature[:-1], fields.signature + b"\0", b""):
        inner = wire(fields.algorithm) + wire(signature)
        head = b"SSHSIG\0\0\0\1" + wire(fields.key) + wire(fields.namespace) + wire(b"")
        blob = head + wire(fields.hash_name) + wire(inner)
        assert code(blob, b"a message", key) == "malformed_signature"


def test_a_signature_cut_anywhere_is_refused(keyring):
    blob = keyring["alice-sk"].sign(b"a message")
    for length in range(len(blob)):
        with pytest.raises(ValueError):
            sshsig.read_signature(blob[:length])


def test_armour_is_taken_off_exactly(keyring):
    blob = keyring["alice"].sign(b"a message")
    text = armor(blob)
    assert sshsig.dearmor(text) == blob
    for bent in (
        b"",
        b"\n" + text,
        text + b"\n",
        text[:-1],
        text.replace(b"SIGNATURE", b"signature"),
        text.replace(b"\n", b"\r\n"),
        text.replace(b"U1NI", b"U1N!", 1),
        text.replace(b"U1NI", b"U1\xc3\xa9", 1),
        b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
    ):
        with pytest.raises(ValueError):
            sshsig.dearmor(bent)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail_in_another_way(junk):
    for data in (junk, b"SSHSIG\0\0\0\1" + junk):
        try:
            sshsig.read_signature(data)
        except ValueError:
            pass
    try:
        sshsig.dearmor(junk)
    except ValueError:
        pass
