"""Whoever dawdles, crowds in or crashes the server gets a no. The server runs in this process."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from installed import Installed
from serving import add

from guardrail.server import run
from guardrail.server.app import build
from guardrail.server.denials import Denials
from guardrail.server.desk import Desk
from guardrail.server.metrics import Metrics
from guardrail.server.pace import Pace
from guardrail.server.problems import Problem
from guardrail.server.retries import Retries
from guardrail.server.room import House
from guardrail.server.uploads import EACH, KEPT_SECONDS, Uploads
from guardrail.settings.model import Server

JSON = {"Content-Type": "application/json"}
SECRET = "hunter2-in-the-crash"


@contextlib.contextmanager
def running(installed: Installed, server: Server) -> Iterator[tuple[httpx.Client, int]]:
    """Run the application in a thread; gives a client and the port."""
    metrics = Metrics()
    desk = Desk(installed.installation, {}, server, metrics)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        house = House(
            url=url,
            plan_bytes=1 << 20,
            desk=desk,
            uploads=Uploads(),
            denials=Denials(),
            retries=Retries(),
        )
        token = add(installed, "ci")
        tokens = run.tokens_file(installed.installation, server)
        app = build(
            house,
            metrics,
            server,
            tokens=tokens,
            hosts=frozenset({f"127.0.0.1:{port}"}),
        )
        ran = uvicorn.Server(run._config(app, None, server))
        thread = threading.Thread(target=ran.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
                yield client, port
        finally:
            ran.should_exit = True
            thread.join()
            desk.close()


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """Return an installation without Terraform."""
    return Installed(tmp_path / "guardrail")


def test_a_head_that_dawdles_is_cut_off(installed, mocker):
    mocker.patch("guardrail.server.patience.HEAD_SECONDS", 0.05)
    with (
        running(installed, Server()) as (client, port),
        socket.create_connection(("127.0.0.1", port), timeout=30) as silent,
        socket.create_connection(("127.0.0.1", port), timeout=30) as slow,
        socket.create_connection(("127.0.0.1", port), timeout=30) as again,
    ):
        slow.sendall(b"POST /v1/check HTTP/1.1\r\nHost: x")
        head = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        again.sendall(head)
        assert again.recv(9000).startswith(b"HTTP/1.1 200")
        again.sendall(b"GET /healthz HT")
        for connection in (silent, slow, again):
            while connection.recv(9000):
                pass
        assert client.get("/healthz").status_code == 200


def test_a_body_that_dawdles_is_given_up(installed, mocker):
    mocker.patch("guardrail.server.limits.BODY_SECONDS", 0.05)
    with running(installed, Server()) as (client, port):
        head = (
            f"POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 10\r\n"
            f"Authorization: {client.headers['Authorization']}\r\n"
            "Content-Type: application/json\r\n\r\n{"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=30) as slow:
            slow.sendall(head.encode())
            assert slow.recv(9000).startswith(b"HTTP/1.1 408")


def test_bodies_that_come_slowly_do_not_fill_the_memory(installed):
    with running(installed, Server(workers=1, waiting=0)) as (client, port):
        head = (
            f"POST /v1/plans HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 10\r\n"
            f"Authorization: {client.headers['Authorization']}\r\nExpect: 100-continue\r\n"
            "Content-Type: application/json\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=30) as slow:
            slow.sendall(head.encode())
            assert slow.recv(9000).startswith(b"HTTP/1.1 100"), "its body is waited for"
            full = client.post("/v1/check", content=b"{}", headers=JSON)
            assert (full.status_code, full.json()["code"]) == (503, "busy")
            assert client.get("/metrics").status_code == 200
        assert client.get("/healthz").status_code == 200


def test_one_caller_leaves_places_to_others(installed):
    with running(installed, Server(workers=1, waiting=1)) as (client, port):
        other = {"Authorization": f"Bearer {add(installed, 'other')}", **JSON}
        head = (
            f"POST /v1/plans HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 10\r\n"
            f"Authorization: {client.headers['Authorization']}\r\nExpect: 100-continue\r\n"
            "Content-Type: application/json\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port), timeout=30) as slow:
            slow.sendall(head.encode())
            assert slow.recv(9000).startswith(b"HTTP/1.1 100"), "its body is waited for"
            full = client.post("/v1/plans", content=b"{}", headers=JSON)
            assert (full.status_code, full.json()["code"]) == (429, "too_many")
            assert full.headers["Retry-After"] == "2"
            assert client.post("/v1/plans", content=b"{}", headers=other).status_code == 201


def test_a_caller_who_comes_too_often_is_told_when_to_come_again(installed):
    with running(installed, Server(per_minute=2)) as (client, _port):
        other = {"Authorization": f"Bearer {add(installed, 'other')}"}
        said = [client.get("/metrics") for _ in range(3)]
        assert [each.status_code for each in said] == [200, 200, 429]
        assert said[-1].json()["code"] == "too_many"
        assert 0 < int(said[-1].headers["Retry-After"]) <= 60
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics", headers=other).status_code == 200


def test_each_minute_is_counted_anew():
    at = iter([0.0, 0.5, 30.5, 59.9, 60.0, 60.0, 60.0])
    pace = Pace(2, clock=lambda: next(at))
    assert [pace.step("ci"), pace.step("ci"), pace.step("ci")] == [0, 0, 30]
    assert pace.step("ci") == 1
    assert [pace.step("ci"), pace.step("other"), pace.step("ci")] == [0, 0, 0]


def test_what_was_uploaded_is_forgotten_by_another_server_which_says_so(installed, scenarios):
    plan = (scenarios / "aws_create_env" / "plan.json").read_bytes()
    with running(installed, Server()) as (client, _port):
        kept = client.post("/v1/plans", content=plan, headers=JSON).json()["id"]
        question = {
            "subject": {"type": "user", "id": "a"},
            "action": {"name": "terraform.apply"},
            "resource": {"type": "terraform_plan", "id": kept},
        }
        assert client.post("/access/v1/evaluation", json=question).json()["decision"] is True
    (installed.installation.config / "server.tokens").unlink()
    with running(installed, Server()) as (client, _port):
        lost = client.post("/access/v1/evaluation", json=question)
    assert (lost.status_code, lost.json()["code"]) == (404, "unknown_plan")
    assert "POST /v1/plans" in lost.json()["hint"]


def test_a_full_house_and_a_slow_plan_are_told_to_come_again(installed, mocker):
    opened = threading.Event()
    mocker.patch("guardrail.server.desk.check_bytes", side_effect=lambda *_: opened.wait(30))
    with running(installed, Server(workers=1, waiting=0, seconds=1)) as (client, _port):
        try:
            slow = client.post("/v1/check", content=b"{}", headers=JSON)
            assert (slow.status_code, slow.json()["code"]) == (503, "too_slow")
            # The thread is still at it, so its place is not free.
            full = client.post("/v1/check", content=b"{}", headers=JSON)
            assert (full.status_code, full.json()["code"]) == (503, "busy")
            assert full.headers["Retry-After"] == "2"
            assert client.get("/healthz").status_code == 200
            assert "guardrail_busy 1" in client.get("/metrics").text
        finally:
            opened.set()


@pytest.mark.parametrize("error", [ValueError(SECRET), KeyboardInterrupt(SECRET)])
def test_a_crash_says_no_value(installed, mocker, error, capfd):
    mocker.patch("guardrail.server.desk.check_bytes", side_effect=error)
    with running(installed, Server()) as (client, _port):
        crashed = client.post("/v1/check", content=b"{}", headers=JSON)
        assert (crashed.status_code, crashed.json()["code"]) == (500, "internal_error")
        assert "internal_error" in client.get("/metrics").text
    said = capfd.readouterr().err
    assert type(error).__name__ in said
    assert SECRET not in crashed.text + said


def test_a_crash_in_a_handler_says_no_value(installed, mocker, capfd):
    mocker.patch("guardrail.server.checks.render", side_effect=ValueError(SECRET))
    mocker.patch("guardrail.server.desk.Desk.decide", return_value=(None, None))
    with running(installed, Server()) as (client, _port):
        crashed = client.post("/v1/check", content=b"{}", headers=JSON)
        assert (crashed.status_code, crashed.json()["code"]) == (500, "internal_error")
    assert SECRET not in crashed.text + capfd.readouterr().err


def test_a_log_that_cannot_be_written_is_no_decision(installed, scenarios):
    installed.installation.state.mkdir(mode=0o700)
    installed.installation.audit_log.mkdir()
    plan = (scenarios / "aws_create_env" / "plan.json").read_bytes()
    with running(installed, Server()) as (client, _port):
        answer = client.post("/v1/check", content=plan, headers=JSON)
    assert answer.status_code == 500
    assert json.loads(answer.content)["code"] == "undecided"


def test_plans_are_kept_for_a_while_and_not_without_end():
    uploads = Uploads(total_bytes=100)
    first, _ = uploads.keep("ci", b"first", 0)
    assert uploads.find("ci", first, KEPT_SECONDS - 1) == b"first"
    assert uploads.find("other", first, 0) is None
    for number in range(EACH):
        uploads.keep("ci", b"%d" % number, 1)
    assert uploads.find("ci", first, 1) is None, "the oldest made room"
    name, _ = uploads.keep("ci", b"last", 2)
    with pytest.raises(Problem, match="too many plans"):
        uploads.keep("other", b"x" * 90, 3)
    assert uploads.find("ci", name, 2 + KEPT_SECONDS) is None


def test_no_caller_fills_the_memory_alone():
    uploads = Uploads(total_bytes=100)
    names = [uploads.keep("ci", b"%d" % number * 30, 0)[0] for number in range(3)]
    assert [uploads.find("ci", name, 0) is not None for name in names] == [False, False, True]
    assert uploads.keep("other", b"x" * 50, 0)
