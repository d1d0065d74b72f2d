"""Whom the settings let vouch for a CI job, and whom they must not."""

import pytest

from guardrail.errors import SettingsError
from guardrail.settings.identities import IdentityKind
from guardrail.settings.load import add_repository, parse_settings
from guardrail.settings.model import Settings

ISSUER = """
[[origin.oidc]]
issuer = "https://ci.example"
audience = "us"
"""


def read(more: str = "", *, issuer: str = ISSUER):
    return parse_settings((issuer + more).encode(), origin="settings").identities.oidc


def refused(more: str = "", *, issuer: str = ISSUER) -> str:
    with pytest.raises(SettingsError) as raised:
        read(more, issuer=issuer)
    return f"{raised.value.message} | {raised.value.hint}"


def row(kind: str, claims: str) -> str:
    return f'[[origin.oidc.rows]]\nkind = "{kind}"\nname = "x"\nclaims = {{ {claims} }}\n'


def test_nothing_said_is_nobody_asked():
    assert Settings().identities.oidc == ()
    assert parse_settings(b"[origin]", origin="settings").identities == Settings().identities


def test_an_issuer_of_github_needs_no_more_than_a_name_and_an_audience():
    (found,) = read()
    assert (found.system, found.variable) == ("GITHUB_ACTIONS", None)
    assert found.request_hosts == ("*.actions.githubusercontent.com",)
    assert found.jwks_url == "https://ci.example/.well-known/jwks"
    assert read(issuer=ISSUER.replace("example", "example/"))[0].jwks_url == found.jwks_url


def test_a_variable_means_gitlab_unless_something_else_is_said():
    assert read('variable = "ID_TOKEN"')[0].system == "GITLAB_CI"
    assert read('variable = "ID_TOKEN"\nsystem = "BUILDKITE"')[0].system == "BUILDKITE"
    assert read('system = "CIRCLECI"')[0].system == "CIRCLECI"


@pytest.mark.parametrize(
    "more",
    [
        'jwks_url = "https://ci.example/keys"\njwks_file = "/keys"',
        'variable = "ID_TOKEN"\nrequest_hosts = ["ghes.example"]',
    ],
)
def test_two_ways_at_once_are_refused(more):
    assert "origin.oidc.0: expected" in refused(more)
    assert "got both" in refused(more)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://ci.example", "https://", "ci.example", "https://user@ci.example", "https://ci.example?a",
        "https://ci.example#a", "https://ci example", "https://[::1]", "HTTPS://ci.example", "file:///x",
    ],
)  # fmt: skip
def test_an_issuer_is_an_address_of_tls(issuer):
    assert "issuer" in refused(issuer=ISSUER.replace("https://ci.example", issuer))


@pytest.mark.parametrize(
    "url",
    ["http://ci.example/k", "http://localhost/k", "http://127.0.0.1.evil.example/k", "ftp://ci.example/k",
     "https://ci.example", "https://a@ci.example/k", "https://ci.example/k?x", "http://127.0.0.2/k",
     "https://ci.example\\\\/k", "/keys"],
)  # fmt: skip
def test_keys_come_over_tls_or_from_this_machine(url):
    assert "jwks_url" in refused(f'jwks_url = "{url}"')


@pytest.mark.parametrize("url", ["https://ci.example:8443/a/k", "http://127.0.0.1:80/k", "http://[::1]:80/k"])  # fmt: skip
def test_keys_may_lie_anywhere_that_is_safe(url):
    assert read(f'jwks_url = "{url}"')[0].jwks_url == url


@pytest.mark.parametrize(
    "hosts",
    ['["*"]', '["*.com"]', '["*."]', '["a.*.example"]', '["https://ghes.example"]', '["ghes.example/x"]', "[]",
     '["GHES.example"]', '["*.githubusercontent"]', '["a@b"]', '[""]'],
)  # fmt: skip
def test_a_host_that_may_be_asked_is_narrow(hosts):
    assert "request_hosts" in refused(f"request_hosts = {hosts}")


@pytest.mark.parametrize(
    "more",
    ['audience = ""', "max_minutes = 0", "max_minutes = 1441", 'variable = "A-B"', 'variable = ""',
     'jwks_file = "keys"', 'ca_file = "ca.pem"', 'algorithms = ["HS256"]'],
)  # fmt: skip
def test_other_values_are_refused(more):
    issuer = (
        ISSUER if "audience" not in more else '[[origin.oidc]]\nissuer = "https://ci.example"\n'
    )
    assert "origin.oidc.0" in refused(more, issuer=issuer)


@pytest.mark.parametrize("kind", ["agent", "automation"])
def test_what_only_makes_stricter_may_name_any_claim(kind):
    (found,) = read(row(kind, 'actor = ["a*", "b[bot]"], "https://x/y" = "1"'))
    assert found.rows[0].kind is IdentityKind(kind)
    assert found.rows[0].claims == {"actor": ("a*", "b[bot]"), "https://x/y": ("1",)}


GITHUB = 'environment = "production", repository = "acme/infra"'
GITLAB = (
    'environment = ["production", "dr"], environment_protected = "true", '
    'environment_action = "start", project_path = "acme/infra"'
)


@pytest.mark.parametrize(
    "claims",
    [
        GITHUB,
        GITHUB.replace('repository = "acme/infra"', 'repository_id = "74"'),
        GITHUB + ', actor = "a*"',
        GITLAB,
        GITLAB.replace('project_path = "acme/infra"', 'project_id = "20"'),
    ],
)
def test_a_human_is_bound_to_a_protected_environment_of_one_place(claims):
    assert read(row("human", claims))[0].rows[0].kind is IdentityKind.HUMAN


@pytest.mark.parametrize(
    "claims",
    [
        'actor = "ada"',
        'actor_id = "12"',
        'user_login = "ada"',
        'user_email = "ada@acme.example"',
        'sub = "repo:acme/infra:environment:production"',
        'repository = "acme/infra", ref = "refs/heads/main", ref_protected = "true"',
        'environment = "production"',
        'environment = "production", repository_owner = "acme"',
        'environment = "production", actor = "ada"',
        'repository = "acme/infra", actor = "ada"',
        'environment = "*", repository = "acme/infra"',
        'environment = "prod*", repository = "acme/infra"',
        'environment = ["production", "*"], repository = "acme/infra"',
        'environment = "production", repository = "acme/*"',
        'environment = "production", project_path = "acme/infra"',
        GITLAB.replace('"true"', '"false"'),
        GITLAB.replace('"true"', '["true", "false"]'),
        GITLAB.replace('"start"', '"access"'),
        GITLAB.replace(', environment_action = "start"', ""),
        GITLAB.replace('"acme/infra"', '"*"'),
    ],
)
def test_a_human_who_is_only_an_account_is_refused(claims):
    said = refused(row("agent", 'actor = "x"') + row("human", claims))
    assert said.startswith("settings: origin.oidc.0.rows.1: expected a row for a human")
    assert "agents work with people's accounts" in said


@pytest.mark.parametrize(
    "more",
    [
        row("human", ""),
        row("agent", ""),
        row("agent", "actor = []"),
        row("agent", 'actor = [""]'),
        row("agent", 'actor = ""'),
        row("agent", "actor = 1"),
        row("agent", 'actor = { a = "b" }'),
        row("unknown", 'actor = "a"'),
        row("agent", 'actor = "a"').replace('"x"', '"X y"'),
        row("agent", 'actor = "a"').replace('name = "x"\n', ""),
        row("agent", 'actor = "a"') + 'strength = "weak"\n',
    ],
)
def test_a_row_says_who_and_by_what(more):
    assert "origin.oidc.0.rows.0" in refused(more)


@pytest.mark.parametrize(
    "theirs", [ISSUER, ISSUER + row("agent", 'actor = "x"'), "[origin]\noidc = []"]
)
def test_a_repository_names_no_issuer(theirs):
    with pytest.raises(SettingsError, match="oidc"):
        add_repository(Settings(), theirs.encode())
    mine = parse_settings((ISSUER + row("human", GITHUB)).encode(), origin="settings")
    added = add_repository(mine, b'[environments.preview]\nclass = "nonproduction"\n')
    assert added.identities == mine.identities
