import pytest
from issuing import GITHUB, GITHUB_CLAIMS, GITLAB_CLAIMS

from guardrail.origin.evidence import OriginKind, Source, Strength
from guardrail.origin.signals import load_signals
from guardrail.origin.vouched import vouched_actors, vouched_evidence
from guardrail.settings.identities import ClaimRow, IdentityKind, OidcIssuer

SIGNALS = load_signals()


def row(kind: str = "agent", name: str = "fixer", **claims: str | tuple[str, ...]) -> ClaimRow:
    patterns = {k: (v,) if isinstance(v, str) else v for k, v in claims.items()}
    return ClaimRow(kind=IdentityKind(kind), name=name, claims=patterns)


def seen(claims: dict, *rows: ClaimRow):
    issuer = OidcIssuer(issuer=GITHUB, audience="", jwks_url="", system="", rows=rows)
    return vouched_evidence(issuer, claims, SIGNALS)


def matches(claims: dict, **patterns: str | tuple[str, ...]) -> bool:
    return bool(seen(claims, row(**patterns)))


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ("copilot-swe-agent[bot]", "github-copilot"),
        ("Copilot", "github-copilot"),
        ("claude[bot]", "claude-code"),
        ("devin-ai-integration[bot]", "devin"),
        ("google-labs-jules[bot]", "jules"),
        ("cursor[bot]", "cursor"),
    ],
)
def test_an_account_of_the_table_is_an_agent_that_nobody_could_forge(actor, name):
    (found,) = seen(GITHUB_CLAIMS | {"actor": actor})
    assert (found.kind, found.name) == (OriginKind.AGENT, name)
    assert (found.source, found.strength) == (Source.OIDC, Strength.STRONG)
    assert not found.forgeable
    assert found.reference


def test_gitlab_names_account_and_address():
    by_login = seen(GITLAB_CLAIMS | {"user_login": "cursor[bot]"})
    by_address = seen(GITLAB_CLAIMS | {"user_email": "cursoragent@cursor.com"})
    assert {found.name for found in (*by_login, *by_address)} == {"cursor"}
    assert {actor.text for actor in vouched_actors(GITLAB_CLAIMS)} == {
        "ada", "ada@acme.example", "main",
    }  # fmt: skip


def test_a_branch_weighs_as_much_as_in_the_table():
    (found,) = seen(GITHUB_CLAIMS | {"head_ref": "copilot/fix-1"})
    assert (found.name, found.strength) == ("github-copilot", Strength.MEDIUM)
    assert not found.forgeable


def test_a_person_s_account_and_other_claims_say_nothing():
    assert seen(GITHUB_CLAIMS) == ()
    assert (
        seen(GITHUB_CLAIMS | {"workflow": "claude[bot]", "triggering_actor": "claude[bot]"}) == ()
    )
    assert seen({"actor": ["claude[bot]"], "ref": None, "user_login": 1}) == ()


def test_a_row_is_named_and_repeats_no_value():
    (found,) = seen(
        GITHUB_CLAIMS, row("human", "release", repository="acme/*", environment="production")
    )
    assert (found.kind, found.name) == (OriginKind.HUMAN, "release")
    assert found.signal == f"{GITHUB}: repository, environment (human release)"
    assert (found.source, found.strength, found.forgeable) == (Source.OIDC, Strength.STRONG, False)


def test_every_claim_of_a_row_must_match_and_one_pattern_of_each():
    assert matches(GITHUB_CLAIMS, actor=("eve", "ada"), environment="prod*")
    assert not matches(GITHUB_CLAIMS, actor=("eve", "ada"), environment="staging")
    assert not matches(GITHUB_CLAIMS, actor="ada", missing="*")
    assert not matches(GITHUB_CLAIMS, actor=())


def test_every_row_that_matches_counts():
    found = seen(
        GITHUB_CLAIMS, row("human", "release", actor="ada"), row("agent", "fixer", actor="a*")
    )
    assert [each.kind for each in found] == [OriginKind.HUMAN, OriginKind.AGENT]


def test_only_an_asterisk_is_special():
    assert matches({"actor": "acme-fixer[bot]"}, actor="acme-fixer[bot]")
    assert matches({"actor": "acme-fixer[bot]"}, actor="*[bot]")
    for near in ("acme-fixerb", "acme-fixero", "xacme-fixer[bot]", "acme-fixer[bot]x"):
        assert not matches({"actor": near}, actor="acme-fixer[bot]")
    assert not matches({"actor": "ab"}, actor="a?")
    assert matches({"actor": "a?"}, actor="a?")
    assert not matches({"actor": "b"}, actor="[!a]")
    assert matches({"actor": "two\nlines"}, actor="two*")


def test_what_makes_stricter_is_compared_without_case_and_what_loosens_exactly():
    claims = {"environment": "Production"}
    assert matches(claims, environment="production")
    assert seen(claims, row("automation", environment="PRODUCTION"))
    assert not seen(claims, row("human", environment="production"))
    assert seen(claims, row("human", environment="Production"))


@pytest.mark.parametrize(
    ("value", "pattern", "fits"),
    [
        (True, "true", True),
        (False, "false", True),
        (True, "1", False),
        (1, "1", True),
        (1, "true", False),
        (["a", "b"], "b", True),
        (["a", 7], "7", True),
        ([["a"]], "a", False),
        ([], "*", False),
        ({"a": 1}, "*", False),
        (None, "*", False),
        (1.5, "*", False),
        ("", "*", True),
    ],
)
def test_a_claim_is_compared_as_json_writes_it(value, pattern, fits):
    assert matches({"claim": value}, claim=pattern) is fits
