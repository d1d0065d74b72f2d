import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.origin.classify import classify
from guardrail.origin.evidence import Evidence, OriginKind, Source, Strength
from guardrail.origin.match import match_environment
from guardrail.origin.signals import load_signals

SIGNALS = load_signals()


def seen(name="codex", strength=Strength.STRONG, kind=OriginKind.AGENT, signal="S") -> Evidence:
    return Evidence(
        source=Source.ENVIRONMENT, signal=signal, name=name, kind=kind, strength=strength
    )


WEAK = seen(strength=Strength.WEAK)
BOT = seen(name="renovate", kind=OriginKind.AUTOMATION)


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        ([], OriginKind.UNKNOWN),
        ([seen()], OriginKind.AGENT),
        ([seen(strength=Strength.MEDIUM)], OriginKind.AGENT),
        ([WEAK], OriginKind.UNKNOWN),
        ([WEAK, seen(name="goose", strength=Strength.WEAK)], OriginKind.UNKNOWN),
        ([WEAK] * 20, OriginKind.UNKNOWN),
        ([BOT], OriginKind.AUTOMATION),
        ([BOT, WEAK], OriginKind.UNKNOWN),
        ([BOT, seen()], OriginKind.AGENT),
        ([seen(kind=OriginKind.AUTOMATION, strength=Strength.WEAK)], OriginKind.UNKNOWN),
    ],
)
def test_evidence_can_only_raise_the_origin(evidence, kind) -> None:
    assert classify(evidence).kind is kind


def test_weak_evidence_is_kept_though_it_concludes_nothing() -> None:
    assert classify([WEAK]).evidence == (WEAK,)


def test_the_strongest_comes_first_and_repeats_are_dropped() -> None:
    medium = seen(name="goose", strength=Strength.MEDIUM)
    origin = classify([WEAK, medium, seen(signal="A"), medium, seen(signal="B")])
    assert [e.strength for e in origin.evidence] == ["strong", "strong", "medium", "weak"]
    assert [e.signal for e in origin.evidence] == ["A", "B", "S", "S"]
    assert origin.names == ("codex", "goose")


def test_an_agent_without_a_name_is_named_only_when_no_other_is() -> None:
    unnamed = seen(name="unnamed-agent")
    assert classify([unnamed]).names == ("unnamed-agent",)
    assert classify([unnamed, seen()]).names == ("codex",)


def test_what_could_not_be_looked_at_is_kept_beside_the_conclusion() -> None:
    origin = classify([], obstructed=["a", "b", "a"])
    assert origin.kind is OriginKind.UNKNOWN
    assert origin.obstructed == ("a", "b")


VARIABLES = st.sampled_from(
    sorted({c.variable.replace("*", "X") for row in SIGNALS.variables for c in row.all})
)
VALUES = st.sampled_from(
    sorted({v for row in SIGNALS.variables for c in row.all for v in (*c.equals, *c.contains)})
) | st.text(max_size=5)
ENVIRONMENTS = st.dictionaries(VARIABLES | st.text(max_size=5), VALUES, max_size=8)


@settings(max_examples=200, deadline=None)
@given(ENVIRONMENTS, ENVIRONMENTS)
def test_adding_variables_never_lowers_the_origin_or_hides_evidence(env, more) -> None:
    bigger = more | env
    before, after = match_environment(env, SIGNALS), match_environment(bigger, SIGNALS)
    assert set(before) <= set(after)
    assert OriginKind.HUMAN not in {classify(before).kind, classify(after).kind}
    if classify(before).kind is OriginKind.AGENT:
        assert classify(after).kind is OriginKind.AGENT
