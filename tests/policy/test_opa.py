import json
import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from questions import observation, question, rule, write_policies

from guardrail.errors import (
    MalformedAnswerError,
    PolicyError,
    PolicyUnavailableError,
    SettingsError,
)
from guardrail.findings.model import Kind
from guardrail.policy import opa as module
from guardrail.policy.answer import read_answer
from guardrail.policy.bundle import Bundle, load_bundle
from guardrail.policy.opa import ChildHost, OpaEngine, RemoteHost
from guardrail.policy.opa_server import Server, checked, is_recent
from guardrail.policy.question import to_json
from guardrail.system.child import listening_port

CANARY = "canary-71ab"
ASKED = to_json(question(observation(Kind.DELETED, address=CANARY)))


# -- a real OPA --------------------------------------------------------------------------


@pytest.fixture
def child(opa_binary: Path) -> Iterator[ChildHost]:
    host = ChildHost(opa_binary)
    yield host
    host.close()


def port_of(host: ChildHost) -> int:
    return listening_port(host._child, within=10)


@pytest.mark.opa
def test_a_server_of_our_own_answers_and_ends_with_us(built_in: Bundle, opa_binary: Path):
    host = ChildHost(opa_binary)
    directory, pid = host._directory, host.pid
    engine = OpaEngine(built_in, host)
    answer = read_answer(engine.evaluate(ASKED), built_in.rules)
    assert [finding.rule for finding in answer.findings] == ["destruction/resource_deleted"]
    assert not directory.exists()
    engine.close()
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.opa
def test_a_server_that_was_never_asked_leaves_nothing_behind(opa_binary: Path):
    host = ChildHost(opa_binary)
    directory = host._directory
    assert directory.stat().st_mode & 0o777 == 0o700
    host.close()
    assert not directory.exists()


@pytest.mark.opa
@pytest.mark.parametrize("token", ["", "wrong"])
def test_nobody_without_the_token_gets_anything_from_our_server(child: ChildHost, token: str):
    server = Server("127.0.0.1", port_of(child), timeout=10, token=token)
    calls = (
        lambda: server.put("guardrail/x.rego", "package x"),
        server.policies,
        server.check_version,
        lambda: server.ask(ASKED),
    )
    for call in calls:
        with pytest.raises(PolicyUnavailableError) as error:
            call()
        assert CANARY not in error.value.message
    server.close()


@pytest.mark.opa
def test_the_token_itself_is_in_no_policy_and_on_no_command_line(child: ChildHost):
    written = "".join(path.read_text() for path in child._directory.iterdir())
    assert "crypto.sha256" in written
    assert child._token not in written
    command = Path(f"/proc/{child.pid}/cmdline")
    assert not command.exists() or child._token.encode() not in command.read_bytes()


@pytest.mark.opa
def test_the_token_does_not_open_what_we_do_not_use(child: ChildHost):
    server = Server("127.0.0.1", port_of(child), timeout=10, token=child._token)
    server.put("guardrail/0000.rego", "package guardrail.decision\n\nanswer := 1\n")
    with pytest.raises(PolicyUnavailableError):
        server.put("authz.rego", "package system.authz\n\nallow := true\n")
    with pytest.raises(PolicyUnavailableError, match="did not give data"):
        server._call("data", lambda: server._client.update_or_create_data({"a": 1}, "a"))
    server.close()


@pytest.mark.opa
def test_a_killed_server_is_no_answer(built_in: Bundle, child: ChildHost):
    engine = OpaEngine(built_in, child)
    engine.evaluate(ASKED)
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(PolicyUnavailableError) as error:
        engine.evaluate(ASKED)
    assert CANARY not in error.value.message
    engine.close()


@pytest.mark.opa
def test_a_module_that_opa_refuses_is_named(tmp_path: Path, child: ChildHost):
    bundle = load_bundle([write_policies(tmp_path, mine=rule(body="no.such.function(1)"))])
    with pytest.raises(PolicyUnavailableError, match=f"OPA refuses {tmp_path.name}/mine.rego"):
        OpaEngine(bundle, child).evaluate(ASKED)


@pytest.mark.opa
def test_a_syntax_of_yesterday_is_refused_and_not_rewritten(tmp_path: Path, child: ChildHost):
    text = "package guardrail.rules.custom.mine\n\nreport[x] { x := 1 }\n"
    bundle = load_bundle([write_policies(tmp_path, mine=text)])
    with pytest.raises(PolicyUnavailableError, match="OPA refuses"):
        OpaEngine(bundle, child).evaluate(ASKED)


@pytest.mark.opa
def test_a_policy_that_never_ends_is_no_answer(
    tmp_path: Path, child: ChildHost, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "TIMEOUT", 1.0)
    endless = "\n".join(f"\tsome x{i} in numbers.range(1, 100)" for i in range(9))
    bundle = load_bundle([write_policies(tmp_path, mine=rule(body=f"{endless}\n\tx0 + x8 < 0"))])
    engine = OpaEngine(bundle, child)
    with pytest.raises(PolicyUnavailableError, match="ReadTimeout"):
        engine.evaluate(ASKED)
    engine.close()


@pytest.mark.opa
def test_an_undefined_answer_of_opa_is_no_answer(child: ChildHost):
    server = Server("127.0.0.1", port_of(child), timeout=10, token=child._token)
    with pytest.raises(MalformedAnswerError, match="undefined"):
        server.ask(ASKED)
    server.close()


@pytest.mark.opa
def test_a_server_at_a_url_must_hold_exactly_the_bundle(
    built_in: Bundle, child: ChildHost, monkeypatch: pytest.MonkeyPatch
):
    own = child.connect(built_in)
    engine = OpaEngine(
        built_in, RemoteHost(f"http://127.0.0.1:{port_of(child)}", token=child._token)
    )
    assert read_answer(engine.evaluate(ASKED), built_in.rules).findings
    own.put("guardrail/foreign.rego", "package elsewhere\n\nx := 1\n")
    assert read_answer(engine.evaluate(ASKED), built_in.rules).findings
    own.put("guardrail/more.rego", "package guardrail.rules.more.rules\n\nreport := set()\n")
    with pytest.raises(PolicyUnavailableError, match="other policies"):
        engine.evaluate(ASKED)
    engine.close()
    own.close()


@pytest.mark.opa
@pytest.mark.parametrize("index", [0, 5, -1])
def test_a_policy_that_somebody_replaced_is_noticed(built_in: Bundle, child: ChildHost, index: int):
    own = child.connect(built_in)
    name, text = list(built_in.modules.items())[index]
    number = list(built_in.modules).index(name)
    own.put(f"guardrail/{number:04d}.rego", text + "# a comment\n")
    engine = OpaEngine(
        built_in, RemoteHost(f"http://127.0.0.1:{port_of(child)}", token=child._token)
    )
    with pytest.raises(PolicyUnavailableError, match="other policies"):
        engine.evaluate(ASKED)
    engine.close()
    own.close()


@pytest.mark.opa
def test_a_server_without_policies_is_no_engine(built_in: Bundle, child: ChildHost):
    engine = OpaEngine(
        built_in, RemoteHost(f"http://127.0.0.1:{port_of(child)}", token=child._token)
    )
    with pytest.raises(PolicyUnavailableError, match="other policies"):
        engine.evaluate(ASKED)
    engine.close()


@pytest.mark.opa
def test_no_proxy_of_the_environment_hears_a_question(
    built_in: Bundle, child: ChildHost, monkeypatch: pytest.MonkeyPatch
):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    engine = OpaEngine(built_in, child)
    assert read_answer(engine.evaluate(ASKED), built_in.rules).findings
    engine.close()


# -- programs that are no OPA ------------------------------------------------------------


def test_a_missing_program_is_named(mocker):
    mocker.patch.object(module, "find_program", return_value=None)
    with pytest.raises(PolicyUnavailableError, match="opa was not found") as error:
        ChildHost()
    assert "make opa" in (error.value.hint or "")


def test_a_program_that_is_none_leaves_nothing_behind(tmp_path: Path, mocker):
    mocker.patch.object(module.tempfile, "mkdtemp", return_value=str(tmp_path / "private"))
    (tmp_path / "private").mkdir(mode=0o700)
    mocker.patch.object(module.sys, "executable", str(tmp_path / "nowhere"))
    with pytest.raises(PolicyUnavailableError, match="could not be started"):
        ChildHost(Path("/bin/false"))
    assert not (tmp_path / "private").exists()


@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/opa"])
def test_a_program_that_ends_at_once_is_no_engine(built_in: Bundle, program: str):
    engine = OpaEngine(built_in, ChildHost(Path(program)))
    with pytest.raises(PolicyUnavailableError, match="ended before it listened"):
        engine.evaluate(ASKED)
    engine.close()


def test_a_program_that_never_listens_is_no_engine(built_in: Bundle, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(module, "START_SECONDS", 0.1)
    program = tmp_path / "opa"
    program.write_text("#!/bin/sh\nexec cat /dev/zero > /dev/null\n")
    program.chmod(0o700)
    engine = OpaEngine(built_in, ChildHost(program))
    with pytest.raises(PolicyUnavailableError, match="did not listen"):
        engine.evaluate(ASKED)
    engine.close()


# -- servers that are no OPA -------------------------------------------------------------


class Pretender(BaseHTTPRequestHandler):
    """Answers every call with what the test put into ``replies``, by the path's last word."""

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        words = [word for word in self.path.split("?")[0].split("/") if word]
        status, headers, body = self.server.replies.get(words[-1], (404, {}, b"{}"))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def pretender() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Pretender)
    server.replies = {}
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def reply(value: object, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


GOOD = {"result": {"labels": {"version": "1.22.2"}}}


def connect(pretender: HTTPServer) -> Server:
    return Server("127.0.0.1", pretender.server_port, timeout=5)


@pytest.mark.parametrize(
    "said",
    [
        reply({"result": {"labels": {"version": "1.21.2"}}}),
        reply({"result": {"labels": {}}}),
        reply({"result": []}),
        reply([]),
        reply({}, status=500),
        (200, {}, b"not json"),
        (502, {}, b"<html>bad gateway</html>"),
    ],
)
def test_a_server_that_is_old_or_does_not_say_is_refused(pretender: HTTPServer, said):
    pretender.replies["config"] = said
    server = connect(pretender)
    with pytest.raises(PolicyUnavailableError):
        server.check_version()
    server.close()


@pytest.mark.parametrize(
    "said",
    [
        (200, {}, b"not json"),
        (502, {}, b"<html>bad gateway</html>"),
        reply({"code": "internal_error", "message": CANARY}, status=500),
        reply({"message": CANARY}, status=401),
        reply([1]),
        reply({}),
        reply({"results": {"findings": []}}),
        (302, {"Location": "http://192.0.2.1/"}, b""),
        (302, {"Location": "/v1/data/guardrail/decision/answer"}, b""),
    ],
)
def test_anything_but_a_result_is_no_answer(pretender: HTTPServer, said):
    pretender.replies["answer"] = said
    server = connect(pretender)
    with pytest.raises(PolicyError) as error:
        server.ask(ASKED)
    assert CANARY not in f"{error.value.message} {error.value.__cause__}"
    server.close()


@pytest.mark.parametrize(
    ("listed", "policy"),
    [
        (reply({"result": [{"id": "../../x?y"}]}), reply({})),
        (reply({"result": [{"id": "x"}]}), reply({"result": {"raw": 1}})),
        (reply({"result": [{"id": "x"}]}), reply({})),
        (reply({"result": [{"id": "x"}]}), reply({"code": "x"}, status=404)),
        (reply({"result": 7}), reply({})),
        (reply({}, status=500), reply({})),
    ],
)
def test_policies_that_cannot_be_looked_at_are_no_policies(pretender: HTTPServer, listed, policy):
    pretender.replies = {"policies": listed, "x": policy}
    server = connect(pretender)
    with pytest.raises(PolicyUnavailableError):
        server.policies()
    server.close()


def test_a_server_that_is_gone_is_no_engine(built_in: Bundle, pretender: HTTPServer):
    url = f"http://127.0.0.1:{pretender.server_port}"
    engine = OpaEngine(built_in, RemoteHost(url))
    pretender.replies["config"] = (200, {}, b"")
    with pytest.raises(PolicyUnavailableError):
        engine.evaluate(ASKED)
    engine.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://opa.example.org:8181",
        "http://10.0.0.1:8181",
        "ftp://127.0.0.1",
        "127.0.0.1:8181",
        "https://",
        "https://user@opa.example.org",
        "https://opa.example.org/v1",
        "https://opa.example.org?x=1",
        "https://opa.example.org#x",
        "",
    ],
)
def test_a_url_that_others_could_answer_for_is_refused(url: str):
    with pytest.raises(SettingsError):
        RemoteHost(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1", ("127.0.0.1", 8181, False)),
        ("http://localhost:1234/", ("localhost", 1234, False)),
        ("http://[::1]:8181", ("[::1]", 8181, False)),
        ("https://opa.example.org", ("opa.example.org", 443, True)),
        ("https://opa.example.org:8443", ("opa.example.org", 8443, True)),
    ],
)
def test_a_url_on_this_machine_or_over_tls_is_taken(url: str, expected):
    host = RemoteHost(url)
    assert (host._host, host._port, host._tls) == expected
    host.close()


@pytest.mark.parametrize(
    "url", ["https://opa.example.org:x", "https://opa.example.org:99999", "https://[x"]
)
def test_a_port_that_is_none_is_refused(url: str):
    with pytest.raises(SettingsError):
        RemoteHost(url)


@pytest.mark.parametrize(
    ("version", "recent"),
    [
        ("1.21.3", True),
        ("1.22.2", True),
        ("2.0.0", True),
        ("1.22.0-rc1", True),
        ("1.21.2", False),
        ("1.21.3-dev", False),
        ("0.70.0", False),
        ("1.21", False),
        ("", False),
        ("v1.22.2", False),
    ],
)
def test_versions_are_compared_by_number(version: str, recent: bool):
    assert is_recent(version) is recent


@pytest.mark.parametrize("name", ["../data/x", "a?b", "a#b", "a b", "", "a/../b", "é"])
def test_a_name_that_would_change_a_url_is_refused(name: str):
    with pytest.raises(PolicyUnavailableError):
        checked(name)
