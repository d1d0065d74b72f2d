"""The page about settings, the schema and the code say the same."""

import re
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from guardrail.settings.load import parse_settings
from guardrail.settings.model import EnvironmentClass, Settings
from guardrail.settings.schema import schema


@pytest.fixture
def page(root) -> str:
    return (root / "docs" / "settings.md").read_text()


def keys(part: dict, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict]]:
    for name, inner in part.get("properties", {}).items():
        yield ".".join((*path, name)), inner
        yield from keys(inner, (*path, name))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(schema())


def test_every_key_of_the_schema_is_explained(page):
    names = {path.rpartition(".")[2] for path, _ in keys(schema())}
    for table in ("environment", "protected", "oidc", "claim_row", "aws_identity"):
        names |= schema()["$defs"][table]["properties"].keys()
    forms = ("`{}`", "`[{}]`", "`[[{}]]`", "`[{}.NAME]`", "`[[origin.{}]]`")
    for name in names:
        assert any(form.format(name) in page for form in forms), name


def test_the_example_is_read(page):
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    settings = parse_settings(example.encode(), origin="docs/settings.md")
    classes = {rule.name: rule.environment_class for rule in settings.environments}
    assert classes["sandbox"] is EnvironmentClass.DISPOSABLE
    assert [rule.deny for rule in settings.protected] == [True, False]
    github, gitlab = settings.identities.oidc
    assert (github.variable, gitlab.variable) == (None, "GUARDRAIL_ID_TOKEN")
    assert [row.kind for row in github.rows] == ["human", "agent"]


def test_the_defaults_of_the_schema_are_those_of_the_code():
    defaults = {path: inner["default"] for path, inner in keys(schema()) if "default" in inner}
    settings = Settings()
    assert defaults == {
        "profile": settings.profile,
        "tag_keys": list(settings.tag_keys),
        "approval.level": settings.approval_level,
        "approval.minutes": settings.approval_minutes,
        "thresholds.rebuild_share": settings.rebuild_share,
        "thresholds.rebuild_minimum": settings.rebuild_minimum,
        "thresholds.window_hours": settings.window_hours,
        "thresholds.window_losses": settings.window_losses,
        "quiet.churn": list(settings.churn),
        "protected": list(settings.protected),
        "terraform.pass_environment": list(settings.pass_environment),
        "policy.engine": settings.engine,
        "policy.directories": list(settings.policies),
        "server.address": settings.server.address,
        "server.port": settings.server.port,
        "server.plan_megabytes": settings.server.plan_megabytes,
        "server.seconds": settings.server.seconds,
        "server.workers": settings.server.workers,
        "server.waiting": settings.server.waiting,
        "server.per_minute": settings.server.per_minute,
    }


def test_the_defaults_of_an_issuer_are_those_of_the_schema_and_the_page(page):
    issuer = parse_settings(
        b'[[origin.oidc]]\nissuer = "https://ci.example"\naudience = "us"', origin="settings"
    ).identities.oidc[0]
    parts = schema()["$defs"]["oidc"]["properties"]
    assert parts["max_minutes"]["default"] == issuer.max_minutes
    assert f"| `{issuer.max_minutes}` |" in page
    assert f"| `{issuer.request_hosts[0]}` |" in page
    assert issuer.jwks_url == "https://ci.example/.well-known/jwks"


def test_the_page_shows_the_defaults_of_the_numbers(page):
    settings = Settings()
    for value in (
        settings.approval_minutes,
        settings.rebuild_share,
        settings.rebuild_minimum,
        settings.window_hours,
        settings.window_losses,
        settings.server.port,
        settings.server.plan_megabytes,
        settings.server.seconds,
        settings.server.workers,
        settings.server.waiting,
    ):
        assert f"| `{value}` |" in page
