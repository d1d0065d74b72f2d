"""Public keys as OpenSSH writes them."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.approval import keys, strict_base64, wire


def test_a_fingerprint_is_what_ssh_keygen_prints(keyring):
    key = keyring["alice"]
    printed = subprocess.run(
        ["ssh-keygen", "-l", "-f", key.path], capture_output=True, check=True, text=True
    ).stdout
    assert printed.split()[1] == key.public.fingerprint


def test_a_pub_file_is_read(keyring):
    for name in ("alice", "bob"):
        line = keyring[name].path.with_name(f"{name}.pub").read_text()
        assert keys.read_line(line) == keyring[name].public


def test_a_security_key_keeps_its_type_and_application(keyring):
    key = keys.read_line(keyring["alice-sk"].line)
    assert (key.type, key.application) == (keys.SK_ED25519, b"ssh:")
    assert key.fingerprint != keyring["alice"].public.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        lambda line: "",
        lambda line: line.split()[0],
        lambda line: 'from="*" ' + line,
        lambda line: line + "\n" + line,
        lambda line: line.replace("ssh-ed25519 ", "ssh-rsa "),
        lambda line: line.replace("ssh-ed25519 ", "sk-ssh-ed25519@openssh.com "),
        lambda line: line.replace("AAAAC3", "AAAAC"),
        lambda line: line.replace("AAAAC3", "AAAAD3"),
    ],
)
def test_a_line_of_another_form_is_refused(keyring, change):
    with pytest.raises(ValueError):
        keys.read_line(change(keyring["alice"].line))


def test_a_blob_of_another_form_is_refused(keyring):
    plain, security = keyring["alice"].public.blob, keyring["alice-sk"].public.blob
    for blob in (
        plain + b"\0",
        plain[:-1],
        security + b"\0",
        security.replace(b"ssh:", b"web:"),
        wire.string(b"ssh-ed25519") + wire.string(b"\1" * 31),
        wire.string(b"ssh-rsa") + wire.string(b"\1" * 32),
        b"",
    ):
        with pytest.raises(ValueError):
            keys.read_blob(blob)


@pytest.mark.parametrize(
    "text", ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q Q==", "QQ==QQ==", "-_==", "é", "="]
)
def test_base64_has_one_text_only(text):
    with pytest.raises(ValueError):
        strict_base64.decode(text)


@pytest.mark.parametrize("text", ["QQ==", "QR", "QQ\n", " QQ", "Q", "+/8", "é", "=", "QQ=QQ"])
def test_url_safe_base64_has_one_text_only(text):
    with pytest.raises(ValueError):
        strict_base64.decode_url(text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_base64_goes_there_and_back(data):
    assert strict_base64.decode(strict_base64.encode(data)) == data
    assert strict_base64.decode_url(strict_base64.encode_url(data)) == data


def test_the_fields_of_the_wire_format_are_bounded():
    reader = wire.Reader(b"\xff\xff\xff\xffabc")
    with pytest.raises(ValueError, match="ends inside"):
        reader.string()
