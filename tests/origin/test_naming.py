import pytest

from guardrail.origin.evidence import OriginKind
from guardrail.origin.naming import kind_of, slug_at_start, slug_of
from guardrail.origin.signals import load_signals

SIGNALS = load_signals()


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("claude-code_2-1-263_agent", "claude-code"),
        ("github_copilot_vscode_agent", "github-copilot"),
        ("crush", "crush"),
        (" Codex CLI ", "codex"),
        ("gemini-cli/1.0", "gemini"),
        ("Claude:claude-opus-4", "claude-code"),
        ("claudette", None),
        ("crusher", None),
        ("my-claude", None),
        ("", None),
        ("dependabot", None),
    ],
)
def test_a_value_gives_a_name_only_if_it_begins_with_a_known_one(text, slug) -> None:
    assert slug_at_start(text, SIGNALS) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [("amp", "amp"), ("GOOSE", "goose"), ("open_code", "opencode"), ("amp-01", None), ("", None)],
)
def test_a_whole_name_is_a_slug_or_an_alias(text, slug) -> None:
    assert slug_of(text, SIGNALS) == slug


def test_kinds_come_from_the_table() -> None:
    assert kind_of("claude-code", SIGNALS) is OriginKind.AGENT
    assert kind_of("renovate", SIGNALS) is OriginKind.AUTOMATION
