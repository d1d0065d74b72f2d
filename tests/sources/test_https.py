"""One GET, with a real server on loopback."""

import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import trustme
from issuing import serving, written

from guardrail.sources import https
from guardrail.sources.https import get


def ask(
    server, path: str = "/.well-known/jwks", *, env=None, limit: int = 1 << 20, **rest
) -> bytes:
    return get(
        server.url + path,
        env=env or {},
        headers=rest.pop("headers", {}),
        authorities=rest.pop("authorities", server.authorities),
        limit=limit,
    )


def refused(server, path: str = "/", **rest) -> str:
    with pytest.raises(OSError, match="no answer") as raised:
        ask(server, path, **rest)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    return str(raised.value)


@pytest.fixture
def server():
    with serving() as running:
        yield running


def test_an_answer_comes_back_with_our_headers_gone_out(server):
    assert ask(server, headers={"Authorization": "bearer x"}) == server.jwks
    ((path, headers),) = server.asked
    assert path == "/.well-known/jwks"
    assert headers["Authorization"] == "bearer x"
    assert headers["Accept"] == "application/json"


def test_plain_http_is_asked_where_it_is_named():
    with serving(tls=False) as server:
        assert ask(server, env={"HTTPS_PROXY": "http://127.0.0.1:1"}) == server.jwks


def test_an_authority_that_nobody_named_is_not_believed(server, tmp_path, monkeypatch):
    cafile = written(tmp_path / "ca.pem", server.authorities)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, cafile)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    # The variables would do for Python's own default.
    assert ssl.create_default_context().get_ca_certs()
    assert "SSLCertVerificationError" in refused(server, authorities=None)
    assert "SSLCertVerificationError" in refused(server, authorities=trustme.CA().cert_pem.bytes())
    assert server.asked == []


def test_no_key_of_the_connection_is_written_down(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert ask(server)
    assert not (tmp_path / "keys").exists()


def test_a_certificate_is_for_the_host_that_was_asked(server):
    server.url = server.url.replace("localhost", "127.0.0.1")
    assert "SSLCertVerificationError" in refused(server)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 404, 500, 204, 206])
def test_no_other_answer_is_taken_and_no_redirect_followed(server, status):
    there = {"Location": f"{server.url}/elsewhere"}
    server.answer = lambda _: (status, there, b"" if status == 204 else b"{}")
    assert "ValueError" in refused(server, headers={"Authorization": "bearer CANARY"})
    assert [path for path, _ in server.asked] == ["/"]


def test_an_answer_has_a_size(server):
    server.answer = lambda _: (200, {}, b"x" * 5000)
    assert len(ask(server, limit=5000)) == 5000
    refused(server, limit=4999)
    server.answer = lambda _: (200, {"Content-Length": "99999999"}, b"x" * 5000)
    refused(server, limit=4999)


def test_an_answer_that_breaks_off_is_none(server):
    server.answer = lambda _: (200, {"Content-Length": "50"}, b"x" * 10)
    refused(server)


def test_an_answer_has_its_time(server, mocker):
    mocker.patch.object(https, "SECONDS", 0.05)
    waiting = threading.Event()

    def late(_):
        waiting.wait(5)
        return 200, {}, b"late"

    server.answer = late
    assert "TimeoutError" in refused(server)
    waiting.set()


def test_a_drip_has_its_time_as_well(server, mocker):
    clock = mocker.patch.object(https.time, "monotonic", side_effect=[0.0, https.SECONDS + 1.0])
    assert "ValueError" in refused(server, "/.well-known/jwks")
    assert clock.call_count == 2


def test_nobody_there_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for url in (
        f"http://127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}/",
        "http:///",
        "https://[/",
    ):
        with pytest.raises(OSError, match="no answer"):
            get(url, env={}, headers={}, authorities=None, limit=1)


def test_what_is_asked_stays_out_of_what_is_said(server, mocker):
    for headers in ({"Authorization": "CANARY\r\nX: y"}, {"Authorization": "CANARY\0"}):
        assert "CANARY" not in refused(server, headers=headers)
    assert "CANARY" not in refused(server, "/CANARY\r\nX: y")
    mocker.patch("http.client.HTTPSConnection", side_effect=RuntimeError("CANARY"))
    assert refused(server) == "no answer (RuntimeError)"


@contextmanager
def proxy(server):
    """Pass one connection through, and remember how that was asked for."""
    asked: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        client, _ = listening.accept()
        with client:
            asked.append(client.recv(4096))
            port = int(server.url.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as upstream:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=pump, args=(upstream, client))
                back.start()
                pump(client, upstream)
                back.join()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        running = threading.Thread(target=serve, args=(listening,))
        running.start()
        yield listening.getsockname()[1], asked
        running.join()


def pump(here: socket.socket, there: socket.socket) -> None:
    try:
        while data := here.recv(65536):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_a_proxy_passes_tls_through_and_sees_no_header(server):
    with proxy(server) as (port, asked):
        env = {"HTTPS_PROXY": f"http://ada:p%40ss@127.0.0.1:{port}", "NO_PROXY": "other.example"}
        assert ask(server, env=env, headers={"Authorization": "bearer CANARY"}) == server.jwks
    (request,) = asked
    assert request.startswith(b"CONNECT localhost:")
    assert b"Proxy-Authorization: Basic YWRhOnBAc3M=" in request
    assert b"CANARY" not in request


@pytest.mark.parametrize("spared", ["localhost", "*", "other.example, LOCALHOST", ".localhost"])
def test_a_host_may_be_spared_the_proxy(server, spared):
    env = {"https_proxy": "127.0.0.1:1", "no_proxy": spared}
    assert ask(server, env=env) == server.jwks


@pytest.mark.parametrize("named", ["127.0.0.1:1", "http://127.0.0.1:1", "//", "http://:80"])
def test_a_proxy_that_is_none_is_no_answer(server, named):
    refused(server, env={"https_proxy": named, "no_proxy": "host,, ocalhost"})
    assert server.asked == []
