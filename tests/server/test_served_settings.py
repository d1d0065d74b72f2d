"""How a server begins: with tokens that are private, TLS beyond loopback, or not at all."""

import asyncio
import ssl
from pathlib import Path

import httpx
import pytest
import trustme
from installed import Installed
from serving import add, free_port, serving, settings

from guardrail.errors import GuardrailError
from guardrail.server.auth import PREFIX, find_caller, read_tokens
from guardrail.server.patience import Loop


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """Return an installation without Terraform."""
    return Installed(tmp_path / "guardrail")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, Path]:
    """Return settings that name a certificate of 127.0.0.1, and the authority that signed it."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    chain, key, signer = (tmp_path / name for name in ("chain.pem", "key.pem", "signer.pem"))
    chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    key.chmod(0o600)
    authority.cert_pem.write_to_path(str(signer))
    return f'certificate = "{chain}"\nkey = "{key}"', signer


def test_a_token_is_told_once_and_only_its_digest_is_kept(installed: Installed):
    token = add(installed, "ci")
    agents = add(installed, "agents", "--agent")
    path = installed.installation.config / "server.tokens"
    assert token.startswith(PREFIX)
    assert token not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    ci, bots = find_caller(path, token), find_caller(path, agents)
    assert (ci.name, ci.agent) == ("ci", False)
    assert (bots.name, bots.agent) == ("agents", True)
    assert find_caller(path, token + "x") is None
    again = installed.run("serve", "--add", "ci")
    assert again.code == 4
    assert find_caller(path, token) == ci


@pytest.mark.parametrize("name", ["", "CI", "a b", "a\nb", "../x", "x" * 65])
def test_a_callers_name_is_plain(installed: Installed, name):
    assert installed.run("serve", "--add", name).code == 4


@pytest.mark.parametrize("line", ["ci", "ci " + "0" * 63, "ci " + "0" * 64 + " senior", "\x00"])
def test_a_line_that_is_none_stops_everything(tmp_path, line):
    path = tmp_path / "tokens"
    path.write_text(f"# callers\n\nfirst {'1' * 64}\n{line}\n")
    path.chmod(0o600)
    with pytest.raises(GuardrailError, match="line 4"):
        list(read_tokens(path))


def test_tokens_that_others_can_read_are_not_used(installed: Installed):
    add(installed, "ci")
    (installed.installation.config / "server.tokens").chmod(0o640)
    said = installed.run("serve")
    assert said.code == 4
    assert "read by others" in said.err


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('address = "0.0.0.0"', "without a certificate only loopback"),
        ('address = "::"', "without a certificate only loopback"),
        ('address = "1.2.3"', "no IP address"),
        ('url = "https://guardrail.example.com"', "server.url"),
        ('certificate = "/nowhere.pem"\nkey = "/nowhere.key"', "does not exist"),
        ('key = "/nowhere.key"', "certificate"),
        ('tokens = "/nowhere.tokens"', "does not exist"),
    ],
)
def test_a_server_that_would_be_open_does_not_begin(installed: Installed, more, why):
    add(installed, "ci")
    installed.settings(settings(free_port(), more=more))
    said = installed.run("serve")
    assert said.code == 4
    assert why in said.err


def test_a_server_that_nobody_may_call_does_not_begin(installed: Installed):
    installed.settings(settings(free_port()))
    path = installed.installation.config / "server.tokens"
    path.write_text("# nobody\n")
    path.chmod(0o600)
    said = installed.run("serve")
    assert "nobody has a token" in said.err


def test_a_key_that_others_can_read_is_not_used(installed: Installed, certificate, tmp_path):
    (tmp_path / "key.pem").chmod(0o644)
    add(installed, "ci")
    installed.settings(settings(free_port(), more=certificate[0]))
    assert "private key can be read" in installed.run("serve").err


def test_with_a_certificate_only_tls_is_spoken(installed: Installed, certificate):
    more, signer = certificate
    with serving(installed, settings(free_port(), more=more), scheme="https") as served:
        context = ssl.create_default_context(cafile=str(signer))
        with served.client(verify=context) as client:
            assert client.get("/healthz").json() == {"healthy": True}
            found = client.get("/.well-known/authzen-configuration").json()
            assert found["policy_decision_point"] == served.url
        with pytest.raises(httpx.TransportError):
            httpx.get(served.url.replace("https", "http") + "/healthz")
        old = ssl.create_default_context(cafile=str(signer))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with served.client(verify=old) as client:
            assert client.get("/healthz").status_code == 200
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with served.client(verify=old) as client, pytest.raises(httpx.ConnectError):
            client.get("/healthz")


def test_a_handshake_that_dawdles_is_cut_off(certificate, mocker):
    mocker.patch("guardrail.server.patience.HEAD_SECONDS", 0.05)
    more, _ = certificate
    chain, key = (line.partition(" = ")[2].strip('"') for line in more.splitlines())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)

    async def dawdle() -> bytes:
        listening = await asyncio.get_running_loop().create_server(
            asyncio.Protocol, "127.0.0.1", 0, ssl=context
        )
        async with listening:
            port = listening.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            said = await reader.read()
            writer.close()
            return said

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(dawdle()) == b""
