"""The way to the server over HTTP: who gets in, and what the command line refuses."""

from pathlib import Path

import httpx2
import pytest
from installed import Installed

from guardrail.agents.mcp import serve
from guardrail.agents.mcp.serve import http_app, read_bearer
from guardrail.agents.mcp.tools import Place
from guardrail.errors import FileError, SettingsError

BEARER = "b" * 64
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    },
}
ACCEPT = {"Accept": "application/json, text/event-stream"}
RIGHT = {"Authorization": f"Bearer {BEARER}"}


def post(url: str, headers, **rest) -> httpx2.Response:
    given = [*ACCEPT.items(), *(headers.items() if isinstance(headers, dict) else headers)]
    return httpx2.post(url, headers=given, json=INITIALIZE, **rest)


def test_the_right_token_gets_in(served, tmp_path: Path):
    assert post(served(tmp_path), RIGHT).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": BEARER},
        {"Authorization": f"Basic {BEARER}"},
        {"Authorization": f"Bearer {BEARER}x"},
        {"Authorization": f"Bearer {BEARER[1:]}"},
        [("Authorization", f"Bearer {BEARER}"), ("Authorization", "Bearer x")],
        {"Cookie": f"token={BEARER}"},
    ],
)
def test_nobody_else_gets_in(served, tmp_path: Path, headers):
    refused = post(served(tmp_path), headers)
    assert refused.status_code == 401
    assert refused.content == b""


@pytest.mark.parametrize("path", ["/", "/mcp/", "/.well-known/oauth-protected-resource", "/x"])
def test_without_the_token_nothing_tells_what_is_there(served, tmp_path: Path, path):
    url = served(tmp_path).removesuffix("/mcp") + path
    assert httpx2.get(url).status_code == 401


@pytest.mark.parametrize(
    "header", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_no_web_page_reaches_it_through_a_browser(served, tmp_path: Path, header):
    assert post(served(tmp_path), {**RIGHT, **header}).status_code in {403, 421}


def test_a_large_request_is_refused(served, tmp_path: Path):
    url = served(tmp_path)
    big = httpx2.post(url, headers={**ACCEPT, **RIGHT}, json={"x": "y" * (2 << 20)})
    assert big.status_code == 413


@pytest.mark.parametrize("text", ["", "short", "a b" * 20, "ä" * 40, "x" * 600, "x" * 40 + "\ny"])
def test_a_token_that_could_be_guessed_or_misread_is_refused(tmp_path: Path, text):
    file = tmp_path / "bearer"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(SettingsError):
        read_bearer(file)


def test_a_token_that_others_could_write_or_read_is_refused(tmp_path: Path):
    file = tmp_path / "bearer"
    file.write_text(BEARER)
    file.chmod(0o666)
    with pytest.raises(FileError):
        read_bearer(file)
    file.chmod(0o640)
    with pytest.raises(SettingsError, match="read by others"):
        read_bearer(file)
    file.chmod(0o600)
    assert read_bearer(file) == BEARER.encode()


def test_http_without_a_token_is_not_served(installed: Installed, tmp_path: Path):
    refused = installed.run("mcp", "--chdir", tmp_path, "--http", "8001")
    assert refused.code == 2
    assert "belong together" in refused.err
    (tmp_path / "bearer").write_text("guess")
    (tmp_path / "bearer").chmod(0o600)
    token = ("--token-file", tmp_path / "bearer")
    assert installed.run("mcp", "--chdir", tmp_path, *token).code == 2
    assert installed.run("mcp", "--chdir", tmp_path, "--http", "8001", *token).code == 4


def test_without_the_extra_the_command_says_what_to_install(installed: Installed, mocker):
    mocker.patch("guardrail.cli.mcp.find_spec", return_value=None)
    refused = installed.run("mcp")
    assert refused.code == 2
    assert "tf-guardrail[mcp]" in refused.err


def test_a_client_that_is_gone_is_forgotten(installed: Installed, tmp_path: Path, mocker):
    made = mocker.spy(serve, "make_server")
    place = Place(installation=installed.installation, root=tmp_path, env={})
    http_app(place, bearer=BEARER.encode())
    assert made.spy_return.session_manager.session_idle_timeout == serve.SESSION_SECONDS
