"""What a request must be before anybody looks at it, byte by byte."""

import json
import os
import signal
import socket

import pytest

NOTHING = json.dumps(
    {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {},
        "resource_changes": [],
        "configuration": {},
    }
).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def raw(served):
    """Return a function that sends bytes and returns the status and everything that came."""

    def send(*lines: str, body: bytes = b"") -> tuple[int, str]:
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            connection.settimeout(30)
            head = b""
            while b"\r\n\r\n" not in head and (part := connection.recv(65536)):
                head += part
            text = head.decode()
            return int(text.split(" ")[1]), text

    return send


@pytest.fixture
def lines(served):
    def head(*more: str, path: str = "/v1/check", host: str | None = None) -> list[str]:
        return [
            f"POST {path} HTTP/1.1",
            f"Host: {host or f'127.0.0.1:{served.port}'}",
            f"Authorization: Bearer {served.tokens['ci']}",
            "Content-Type: application/json",
            *more,
        ]

    return head


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer x", "Basic Y2k6Y2k=", "Bearer \xff"])
def test_without_a_token_nothing_is_answered(served, raw, token):
    given = [] if token is None else [f"Authorization: {token}"]
    status, text = raw(
        "POST /v1/check HTTP/1.1", f"Host: 127.0.0.1:{served.port}", "Content-Length: 9", *given
    )
    assert status == 401
    assert "www-authenticate: Bearer" in text.replace("WWW-Authenticate", "www-authenticate")


@pytest.mark.parametrize("path", ["/metrics", "/v1/plans", "/access/v1/requests/x", "/nowhere"])
def test_every_path_but_the_public_ones_needs_a_token(served, path):
    with served.client(None) as anybody:
        assert anybody.get(path).status_code == 401
        assert anybody.post(path).status_code == 401


def test_a_token_that_is_taken_out_counts_no_more(served):
    with served.client("ci") as client:
        assert client.get("/metrics").status_code == 200
        path = served.installed.installation.config / "server.tokens"
        before = path.read_text()
        try:
            path.write_text("".join(x for x in before.splitlines(True) if not x.startswith("ci ")))
            assert client.get("/metrics").status_code == 401
            path.chmod(0o644)
            assert client.get("/metrics").status_code == 500
        finally:
            path.write_text(before)
            path.chmod(0o600)
        assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1", "127.0.0.1:1", "localhost"])
def test_another_host_is_not_served(raw, lines, host):
    assert raw(*lines("Content-Length: 2", host=host), body=b"{}")[0] == 421


def test_localhost_is_served_on_loopback(served, raw, lines):
    host = f"localhost:{served.port}"
    length = f"Content-Length: {len(NOTHING)}"
    assert raw(*lines(length, host=host), body=NOTHING)[0] == 200


@pytest.mark.parametrize(
    "twice",
    ["Authorization: Bearer x", "Content-Type: text/html", "X-Request-ID: a\r\nX-Request-ID: b"],
)
def test_a_header_that_decides_is_there_once(raw, lines, twice):
    assert raw(*lines("Content-Length: 2", twice), body=b"{}")[0] == 400


def test_a_huge_body_is_refused_before_it_is_sent(raw, lines):
    status, text = raw(*lines("Content-Length: 99999999999"))
    assert status == 413
    assert "connection: close" in text.lower()
    assert raw(*lines("Content-Length: 1048577"))[0] == 413


def test_a_huge_body_without_a_length_is_refused_while_it_comes(raw, lines):
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    assert raw(*lines("Transfer-Encoding: chunked"), body=chunk * 5)[0] == 413


def test_a_body_with_a_length_and_an_encoding_is_refused_with_what_follows_it(raw, lines):
    hidden = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    both = lines(f"Content-Length: {len(hidden) + 5}", "Transfer-Encoding: chunked")
    status, text = raw(*both, body=b"0\r\n\r\n" + hidden)
    assert status == 400
    assert "connection: close" in text.lower()
    assert text.count("HTTP/1.1") == 1


@pytest.mark.parametrize(
    "odd",
    [
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length: +2",),
        ("Content-Length: 2, 3",),
        ("Content-Length: 2", "Transfer-Encoding : chunked"),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Content-Length: 2", "\x00: 1"),
    ],
)
def test_a_request_whose_end_could_be_doubted_is_none(raw, lines, odd):
    assert raw(*lines(*odd), body=b"{}")[0] in {400, 501}


def test_what_follows_a_body_that_is_not_read_is_not_answered(served, lines):
    wanted = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n"
    refused = "\r\n".join([*lines("Content-Length: 99999999"), "", ""]) + wanted
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(refused.encode())
        said = b""
        while part := connection.recv(65536):
            said += part
    assert said.startswith(b"HTTP/1.1 413")
    assert said.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("head", [f"X-Long: {'x' * 70_000}", "\r\n".join(["X-Many: 1"] * 9000)])
def test_a_large_head_is_refused(raw, lines, head):
    assert raw(*lines("Content-Length: 2", head), body=b"{}")[0] in {400, 431}


def test_nobody_without_a_token_learns_more_than_that_it_is_needed(served):
    with served.client(None) as anybody:
        said = anybody.get("/v1/check")
        assert said.json() == {
            "type": "about:blank",
            "title": "Unauthorized",
            "status": 401,
            "code": "unauthenticated",
            "detail": "a valid bearer token is needed",
        }
        assert "server" not in said.headers
        assert anybody.get("/nowhere").json() == said.json()
        assert anybody.get("/healthz").json().keys() == {"healthy"}


@pytest.mark.parametrize(
    "path",
    ["/v1/%63heck", "/v1/check/", "//v1/check", "/v1/../v1/check", "/v1/check%00", "/v1/che\xe9ck"],
)
def test_a_path_is_taken_as_it_is(raw, lines, path):
    assert raw(*lines("Content-Length: 2", path=path), body=b"{}")[0] in {400, 404}


def test_a_compressed_body_is_not_read(raw, lines):
    assert raw(*lines("Content-Length: 2", "Content-Encoding: gzip"), body=b"{}")[0] == 415


def test_another_method_is_none(client):
    answer = client.get("/v1/check")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"] == "application/problem+json"


def test_rubbish_is_no_request(served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(b"\x16\x03\x01 rubbish\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")


def test_an_engine_that_crashed_is_replaced_and_its_plan_stays_undecided(served, client):
    assert client.post("/v1/check", content=NOTHING, headers=JSON).status_code == 200
    for pid in served.engines():
        os.kill(pid, signal.SIGKILL)
    answers = [client.post("/v1/check", content=NOTHING, headers=JSON) for _ in range(6)]
    crashed = [each for each in answers if each.status_code != 200]
    assert crashed
    for each in crashed:
        assert each.status_code == 503
        assert each.json()["code"] == "policy_unavailable"
        assert "Retry-After" in each.headers
    assert answers[-1].status_code == 200
    counted = client.get("/metrics").text
    assert f"guardrail_engines_failed_total {len(crashed)}" in counted


def test_health_and_counters(served, client, scenarios):
    with served.client(None) as anybody:
        assert anybody.get("/healthz").json() == {"healthy": True}
        assert anybody.get("/openapi.json").json()["openapi"] == "3.1.0"
    data = (scenarios / "aws_env_recreate_cidr" / "plan.json").read_bytes()
    client.post("/v1/check", content=data, headers=JSON)
    client.post("/v1/check", content=b"{", headers=JSON)
    counted = client.get("/metrics")
    assert counted.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'guardrail_decisions_total{outcome="approval_required"}' in counted.text
    assert 'guardrail_undecided_total{reason="unusable_plan"}' in counted.text
    assert 'guardrail_decision_seconds_bucket{le="+Inf"}' in counted.text
    assert "aws_" not in counted.text
