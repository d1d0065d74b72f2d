"""Words that name environments."""

import pytest

from guardrail.findings.places.vocabulary import group_of, groups_within, vocabulary


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("prod", "production"),
        ("PRODUCTION", "production"),
        ("prd", "production"),
        ("live", "production"),
        ("pre-prod", "preproduction"),
        ("non_prod", "nonproduction"),
        ("Stage", "staging"),
        ("uat", "acceptance"),
        ("dev", "development"),
    ],
)
def test_a_word_names_its_environment(text, name):
    group = group_of(text)
    assert group is not None
    assert group.name == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("acme-prod", ["production"]),
        ("prod2", ["production"]),
        ("acme-pre-prod-eu", ["preproduction"]),
        ("acme_non-prod", ["nonproduction"]),
        ("dev-and-prod", ["development", "production"]),
        ("product-api", []),
        ("livestock", []),
        ("", []),
    ],
)
def test_words_inside_a_name_are_found(text, names):
    assert [group.name for group in groups_within(text)] == names


def test_nothing_is_disposable_by_its_name():
    assert {g.environment_class for g in vocabulary().environments} == {
        "production",
        "nonproduction",
    }


def test_no_word_names_two_environments():
    words = [word for group in vocabulary().environments for word in group.words]
    assert len(words) == len(set(words))
    for group in vocabulary().environments:
        assert group.name in group.words
