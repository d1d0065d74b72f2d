"""Tokens of CI jobs, from a real server that speaks as GitHub does, and from variables."""

import json
import traceback
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from issuing import (
    BEARER,
    GITHUB,
    GITHUB_CLAIMS,
    GITLAB,
    GITLAB_CLAIMS,
    NOW,
    Server,
    jwk,
    jwks,
    lasting,
    serving,
    token,
    written,
)

from guardrail.origin.classify import FIRST_PROCESS, classify
from guardrail.origin.evidence import OriginKind, Source
from guardrail.origin.fault import Fault
from guardrail.origin.signals import load_signals
from guardrail.settings.identities import ClaimRow, IdentityKind, OidcIssuer
from guardrail.sources import oidc
from guardrail.sources.oidc import is_request_url, vouched_identities
from guardrail.sources.processes import linux_ancestors

US = "guardrail.acme.example"
ROWS = (
    ClaimRow(
        kind=IdentityKind.HUMAN,
        name="release",
        claims={"repository": ("acme/infrastructure",), "environment": ("production",)},
    ),
)


@pytest.fixture
def server(tmp_path):
    with serving() as running:
        running.claims = dict(GITHUB_CLAIMS)
        running.cafile = written(tmp_path / "ca.pem", running.authorities)
        yield running


def github(server: Server, **more) -> OidcIssuer:
    return OidcIssuer(
        **{
            "issuer": GITHUB,
            "audience": US,
            "jwks_url": f"{server.url}/.well-known/jwks",
            "ca_file": server.cafile,
            "system": "GITHUB_ACTIONS",
            "request_hosts": (server.host,),
            "rows": ROWS,
        }
        | more
    )


def gitlab(tmp_path: Path, **more) -> OidcIssuer:
    return OidcIssuer(
        **{
            "issuer": GITLAB,
            "audience": US,
            "jwks_url": "https://gitlab.invalid/oauth/discovery/keys",
            "jwks_file": written(tmp_path / "gitlab.jwks", jwks()),
            "variable": "GUARDRAIL_ID_TOKEN",
            "system": "GITLAB_CI",
            "rows": (
                ClaimRow(kind=IdentityKind.AGENT, name="fixer", claims={"user_login": ("bob",)}),
            ),
        }
        | more
    )


def ask(env: dict, *issuers: OidcIssuer, now: int = NOW):
    return vouched_identities(env, issuers, load_signals(), now=now)


def faults(env: dict, *issuers: OidcIssuer, **rest) -> tuple[str, ...]:
    seen = ask(env, *issuers, **rest)
    assert (seen.evidence, seen.actors, seen.until) == ((), (), None)
    return tuple(text.rpartition(": ")[2] for text in seen.obstructed)


def test_github_is_asked_for_a_token_that_is_for_us_and_this_run(server):
    seen = ask(server.env(), github(server))
    assert classify(seen.evidence).kind is OriginKind.HUMAN
    assert (seen.obstructed, seen.until) == ((), NOW + 300)
    assert "ada" in {actor.text for actor in seen.actors}
    (asked, headers), (keys, plain) = server.asked
    assert headers["Authorization"] == f"bearer {BEARER}"
    assert (keys, plain.get("Authorization")) == ("/.well-known/jwks", None)
    query = parse_qs(urlsplit(asked).query)
    assert query["api-version"] == ["2.0"]
    audience = query["audience"][0]
    assert audience.startswith(f"{US}:")
    ask(server.env(), github(server))
    again = parse_qs(urlsplit(server.asked[2][0]).query)["audience"][0]
    assert again != audience


def test_an_address_without_a_query_gets_one(server):
    env = server.env()
    env["ACTIONS_ID_TOKEN_REQUEST_URL"] = f"{server.url}/idtoken"
    assert ask(env, github(server)).evidence
    assert server.asked[0][0].startswith("/idtoken?audience=guardrail.acme.example%3A")


def test_an_agent_s_account_is_evidence_that_nobody_could_forge(server):
    server.claims["actor"] = "copilot-swe-agent[bot]"
    env = {**server.env(), "GITHUB_ACTOR": "ada"}
    origin = classify(ask(env, github(server)).evidence)
    assert origin.kind is OriginKind.AGENT
    assert {(seen.source, seen.name, seen.forgeable) for seen in origin.evidence} == {
        (Source.OIDC, "github-copilot", False),
        (Source.OIDC, "release", False),
    }


def test_a_token_that_was_stolen_earlier_is_refused(server):
    for audience in (US, f"{US}:{'0' * 32}", [US]):
        stolen = token(lasting(GITHUB_CLAIMS, audience))
        answer = json.dumps({"value": stolen}).encode()
        server.answer = lambda target, answer=answer: (
            (200, {}, server.jwks) if "jwks" in target else (200, {}, answer)
        )
        assert faults(server.env(), github(server)) == (Fault.AUDIENCE,)


def test_gitlab_hands_out_its_token_in_a_variable(tmp_path):
    env = {
        "GITLAB_CI": "true",
        "GUARDRAIL_ID_TOKEN": token(lasting(GITLAB_CLAIMS | {"user_login": "Bob"}, US)),
    }
    seen = ask(env, gitlab(tmp_path))
    assert [(each.name, each.kind) for each in seen.evidence] == [("fixer", OriginKind.AGENT)]
    assert seen.obstructed == ()


def test_nobody_is_asked_where_it_is_another_system_s_job(server, tmp_path):
    for env in ({}, {"CIRCLECI": "true"}, {"CI": "true"}):
        seen = ask(env, github(server), gitlab(tmp_path))
        assert (seen.evidence, seen.obstructed) == ((), ())
    assert faults({"GITLAB_CI": "true"}, github(server), gitlab(tmp_path)) == (Fault.NO_TOKEN,)
    assert faults({"BUILDKITE": "1"}, gitlab(tmp_path, system="BUILDKITE")) == (Fault.NO_TOKEN,)
    assert server.asked == []


@pytest.mark.parametrize("gone", ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
def test_a_job_without_the_permission_has_no_token(server, gone):
    for env in (
        {name: value for name, value in server.env().items() if name != gone},
        server.env() | {gone: ""},
    ):
        assert ask(env, github(server)).obstructed == (f"oidc {GITHUB}: no_token",)
    assert server.asked == []


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "\0", "\udcff", "A" * 100_000])
def test_a_variable_that_holds_no_token_is_a_code(tmp_path, value):
    found = faults({"GUARDRAIL_ID_TOKEN": value, "GITLAB_CI": "1"}, gitlab(tmp_path))
    assert found == ((Fault.MALFORMED if value else Fault.NO_TOKEN),)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"exp": NOW - 31, "iat": NOW - 331}, Fault.EXPIRED),
        ({"iat": NOW + 60, "exp": NOW + 90}, Fault.NOT_YET_VALID),
        ({"exp": NOW + 86400}, Fault.LIFETIME),
        ({"iss": GITHUB}, Fault.ISSUER),
        ({"aud": "https://vault.example"}, Fault.AUDIENCE),
        ({"sub": 1}, Fault.CLAIMS),
    ],
)
def test_a_token_that_counts_for_nothing_is_a_code(tmp_path, more, fault):
    given = token(lasting(GITLAB_CLAIMS, US, **{k: v for k, v in more.items() if k != "sub"}))
    if "sub" in more:
        given = token(lasting({k: v for k, v in GITLAB_CLAIMS.items() if k != "sub"}, US))
    assert faults({"GUARDRAIL_ID_TOKEN": given}, gitlab(tmp_path)) == (fault,)


def test_the_settings_allow_a_longer_life(tmp_path):
    env = {"GUARDRAIL_ID_TOKEN": token(lasting(GITLAB_CLAIMS, US, exp=NOW + 7200))}
    assert faults(env, gitlab(tmp_path)) == (Fault.LIFETIME,)
    assert ask(env, gitlab(tmp_path, max_minutes=120)).until == NOW + 7200


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/idtoken",
        "http://localhost/idtoken",
        "https://pipelines.actions.githubusercontent.com.evil.example/x",
        "https://evil.example/actions.githubusercontent.com/x",
        "file:///etc/passwd",
        "x",
    ],
)
def test_no_other_place_is_told_what_gets_a_token(server, mocker, url):
    connect = mocker.patch("socket.create_connection")
    env = server.env() | {"ACTIONS_ID_TOKEN_REQUEST_URL": url}
    assert faults(env, github(server)) == (Fault.REQUEST_HOST,)
    connect.assert_not_called()


@pytest.mark.parametrize("bearer", ["a\r\nHost: evil", "a b", "é", "\udcff", "x" * 20_000])
def test_a_bearer_that_is_none_is_sent_nowhere(server, bearer):
    env = server.env() | {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": bearer}
    assert faults(env, github(server)) == (Fault.REQUEST_HOST,)
    assert server.asked == []


BASE = "pipelines.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (f"https://{BASE}/abc/00/_apis/idtoken?api-version=2.0", True),
        (f"https://{BASE}//123//idtoken/1?a=b&c=d", True),
        (f"https://{BASE}:443/x", True),
        (f"https://{BASE.upper()}/x", True),
        ("https://run-actions-1-azure-eastus.actions.githubusercontent.com/1//idtoken", True),
        ("https://actions.githubusercontent.com/x", False),
        (f"http://{BASE}/x", False),
        (f"HTTPS://{BASE}/x", False),
        (f"https://{BASE}:444/x", False),
        (f"https://{BASE}", False),
        (f"https://{BASE}./x", False),
        (f"https://user@{BASE}/x", False),
        (f"https://user:pass@{BASE}/x", False),
        (f"https://evil.example\\@{BASE}/x", False),
        (f"https://evil.example#@{BASE}/x", False),
        (f"https://evil.example?.{BASE}/x", False),
        (f"https://evil.example/.{BASE}/x", False),
        (f"https://{BASE}/x#y", False),
        (f"https://{BASE}/x y", False),
        (f"https://{BASE}/x\n", False),
        (f"\thttps://{BASE}/x", False),
        (f"https://{BASE}\t.evil.example/x", False),
        (f"https://{BASE}:/x", False),
        ("https://[::1]/x", False),
        ("https://:443/x", False),
        ("https:///x", False),
        (f"//{BASE}/x", False),
        ("", False),
    ],
)
def test_a_request_goes_to_github_alone_however_it_is_written(url, allowed):
    assert is_request_url(url, ("*.actions.githubusercontent.com",)) is allowed


def test_the_settings_name_the_hosts_of_a_github_of_one_s_own():
    hosts = ("ghes.acme.example", "*.ghe.acme.example:8443")
    assert is_request_url("https://ghes.acme.example/_services/x", hosts)
    assert is_request_url("https://a.b.ghe.acme.example:8443/x", hosts)
    for url in ("ghes.acme.example:8443", "x.ghes.acme.example", "a.ghe.acme.example", BASE):
        assert not is_request_url(f"https://{url}/x", hosts)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_address_reads_as_two_hosts(before, after):
    url = f"https://{before}{BASE}{after}"
    if is_request_url(url, ("*.actions.githubusercontent.com",)):
        host = urlsplit(url).hostname or ""
        assert host.endswith(".actions.githubusercontent.com")


@pytest.mark.parametrize(
    "answer",
    [
        (404, b"{}"),
        (500, b""),
        (302, b"{}"),
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"value": null}'),
        (200, b'{"value": ["a"]}'),
        (200, b'{"value": "a", "value": "b"}'),
        (200, b'{"value": "' + b"a" * 40_000 + b'"}'),
    ],
    ids=range(11),
)
def test_an_answer_that_is_no_token_is_a_code(server, answer):
    status, body = answer
    server.answer = lambda _: (status, {"Location": "https://evil.example/"}, body)
    assert faults(server.env(), github(server)) == (Fault.REQUEST_FAILED,)


def test_keys_that_cannot_be_had_are_a_code(server, tmp_path):
    env = {"GUARDRAIL_ID_TOKEN": token(lasting(GITLAB_CLAIMS, US))}
    missing = gitlab(tmp_path, jwks_file=str(tmp_path / "missing"))
    assert faults(env, missing) == (Fault.KEYS_UNREACHABLE,)
    server.answer = lambda _: (503, {}, b"")
    there = f"{server.url}/keys"
    fetched = gitlab(tmp_path, jwks_file=None, jwks_url=there, ca_file=server.cafile)
    assert faults(env, fetched) == (Fault.KEYS_UNREACHABLE,)
    unknown = gitlab(tmp_path, jwks_file=None, jwks_url=there)
    assert faults(env, unknown) == (Fault.KEYS_UNREACHABLE,)
    no_ca = gitlab(tmp_path, jwks_file=None, jwks_url=there, ca_file=str(tmp_path / "none.pem"))
    assert faults(env, no_ca) == (Fault.KEYS_UNREACHABLE,)


def test_keys_that_others_could_have_written_are_not_read(tmp_path):
    env = {"GUARDRAIL_ID_TOKEN": token(lasting(GITLAB_CLAIMS, US))}
    issuer = gitlab(tmp_path)
    Path(issuer.jwks_file).chmod(0o666)
    assert faults(env, issuer) == (Fault.KEYS_UNREACHABLE,)
    Path(issuer.jwks_file).unlink()
    Path(issuer.jwks_file).symlink_to(written(tmp_path / "elsewhere", jwks()))
    assert faults(env, issuer) == (Fault.KEYS_UNREACHABLE,)


def test_keys_that_are_replaced_verify_nothing_of_the_old(server):
    server.jwks = jwks(jwk("RS256", 1))
    assert faults(server.env(), github(server)) == (Fault.UNKNOWN_KEY,)
    server.jwks = b"<html>"
    assert faults(server.env(), github(server)) == (Fault.KEYS_UNUSABLE,)


def test_keys_over_plain_http_on_this_machine_are_fetched_where_the_settings_say(tmp_path):
    env = {"GUARDRAIL_ID_TOKEN": token(lasting(GITLAB_CLAIMS, US))}
    with serving(tls=False) as plain:
        issuer = gitlab(tmp_path, jwks_file=None, jwks_url=f"{plain.url}/.well-known/jwks")
        assert ask(env, issuer).until == NOW + 300


def test_a_job_has_one_of_the_issuers_that_speak_the_same_way(server, tmp_path):
    elsewhere = github(server, issuer="https://ghes.acme.example", request_hosts=("ghes.example",))
    for issuers in ((elsewhere, github(server)), (github(server), elsewhere)):
        seen = ask(server.env(), *issuers)
        assert seen.obstructed == ()
        assert classify(seen.evidence, obstructed=seen.obstructed).kind is OriginKind.HUMAN
    other = gitlab(tmp_path, issuer="https://gitlab.com")
    env = {"GUARDRAIL_ID_TOKEN": token(lasting(GITLAB_CLAIMS, US))}
    assert ask(env, other, gitlab(tmp_path)).obstructed == ()
    assert faults(env, other, other) == (Fault.ISSUER, Fault.ISSUER)


def test_a_second_system_s_fault_is_not_made_good_by_the_first(server, tmp_path):
    env = server.env() | {"GUARDRAIL_ID_TOKEN": "x"}
    seen = ask(env, github(server), gitlab(tmp_path))
    assert seen.evidence
    assert seen.obstructed == (f"oidc {GITLAB}: malformed",)
    assert classify(seen.evidence, obstructed=seen.obstructed).kind is OriginKind.UNKNOWN


def test_evidence_ends_with_the_first_token(server, tmp_path):
    env = server.env() | {"GUARDRAIL_ID_TOKEN": token(lasting(GITLAB_CLAIMS, US, exp=NOW + 100))}
    assert ask(env, github(server), gitlab(tmp_path)).until == NOW + 100


@pytest.mark.parametrize("part", ["get", "verify"])
def test_no_token_is_in_anything_that_is_said(server, mocker, part):
    raised: list[str] = []
    real = getattr(oidc, part)

    def listening(*args, **kwargs):
        try:
            return real(*args, **kwargs)
        except BaseException as error:
            raised.append("".join(traceback.format_exception(error)))
            raise

    mocker.patch.object(oidc, part, listening)
    given = token(lasting(GITHUB_CLAIMS, "other"))
    answer = json.dumps({"value": given}).encode()
    if part == "get":
        server.answer = lambda _: (403, {}, answer)
    else:
        server.answer = lambda target: (200, {}, server.jwks if "jwks" in target else answer)
    seen = ask(server.env(), github(server))
    assert seen.obstructed
    assert raised
    for secret in (BEARER, given, given.split(".")[1], given.split(".")[2]):
        assert secret not in repr(seen)
        assert secret not in "".join(raised)


def test_the_first_process_is_called_as_the_conclusion_calls_it(tmp_path, mocker):
    for pid, above in ((7, 1), (1, 0)):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} (x) S {above} " + "0 " * 20)
        for name in ("cmdline", "comm"):
            (tmp_path / str(pid) / name).write_text("init")
    mocker.patch("guardrail.sources.procfs._environment", return_value=None)
    assert linux_ancestors(7, tmp_path).obstructed == (FIRST_PROCESS,)
