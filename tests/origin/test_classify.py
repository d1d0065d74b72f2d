import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.origin.classify import FIRST_PROCESS, classify
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


def vouched(kind=OriginKind.HUMAN, **other) -> Evidence:
    return Evidence(
        **{
            "source": Source.OIDC,
            "signal": "https://ci.example: environment, repository (human release)",
            "name": "release",
            "kind": kind,
            "strength": Strength.STRONG,
            "forgeable": False,
        }
        | other
    )


HUMAN = vouched()


def test_a_human_is_whom_an_issuer_vouches_for_where_nothing_else_speaks() -> None:
    origin = classify([HUMAN])
    assert (origin.kind, origin.names) == (OriginKind.HUMAN, ())
    weak_bot = seen(kind=OriginKind.AUTOMATION, strength=Strength.WEAK)
    assert classify([HUMAN, weak_bot]).kind is OriginKind.HUMAN


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ([seen()], OriginKind.AGENT),
        ([seen(strength=Strength.MEDIUM)], OriginKind.AGENT),
        ([WEAK], OriginKind.UNKNOWN),
        ([BOT], OriginKind.AUTOMATION),
        ([BOT, WEAK], OriginKind.UNKNOWN),
        ([vouched(OriginKind.AGENT)], OriginKind.AGENT),
        ([vouched(OriginKind.AUTOMATION)], OriginKind.AUTOMATION),
    ],
)
def test_any_agent_or_automation_wins_over_a_human(more, kind) -> None:
    origin = classify([HUMAN, *more])
    assert origin.kind is kind
    assert origin.names == classify(more).names
    assert HUMAN in origin.evidence
    assert classify([*more, HUMAN]).kind is kind


@pytest.mark.parametrize(
    "other",
    [
        {"forgeable": True},
        {"strength": Strength.MEDIUM},
        {"strength": Strength.WEAK},
        *({"source": source} for source in Source if source is not Source.OIDC),
    ],
)
def test_nothing_less_than_a_verified_claim_proves_a_human(other) -> None:
    assert classify([vouched(**other)]).kind is OriginKind.UNKNOWN


@pytest.mark.parametrize(
    "obstructed",
    [
        "processes: the variables of ancestor 12 can't be read",
        "processes: the variables of ancestor 11 can't be read",
        "processes: an ancestor ended or hides while we look",
        "git: the history is shallow, so commits may be missing",
        "ci: the job names no range of commits",
        "oidc https://other.example: expired",
        "something new",
    ],
)
def test_where_something_could_not_be_looked_at_nobody_is_proven_human(obstructed) -> None:
    assert classify([HUMAN], obstructed=[obstructed]).kind is OriginKind.UNKNOWN
    both = classify([HUMAN], obstructed=[FIRST_PROCESS, obstructed])
    assert both.kind is OriginKind.UNKNOWN


def test_the_first_process_of_the_system_hides_no_agent() -> None:
    origin = classify([HUMAN], obstructed=[FIRST_PROCESS])
    assert origin.kind is OriginKind.HUMAN
    assert origin.obstructed == (FIRST_PROCESS,)


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
