import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.approval.request import Required
from guardrail.decision import Outcome, Standing
from guardrail.findings.model import Counts, Loss
from guardrail.origin.evidence import OriginKind, Strength
from guardrail.policy.answer import Verdict
from guardrail.report import text


def first(decision):
    return text.render(decision).splitlines()[0]


def test_a_blocked_plan_says_so_in_plain_words_first(make):
    assert first(make.blocked()) == "BLOCKED: a senior engineer must approve this plan"


def test_a_rebuild_is_told_with_its_share_of_the_environment(make):
    shown = text.render(make.blocked())
    assert (
        "  production: 34 of 40 managed resources replaced — rebuilt (85 %), "
        "3 of them hold data or keys\n" in shown
    )


def test_churn_that_goes_with_a_loss_is_no_contradiction(make, change):
    secret = make.environment(managed=1, replaced=2, lost=1, data_lost=1, share=1.0)
    shown = text.render(change(make.blocked(), environments=(secret,)))
    assert (
        "production: 1 of 1 managed resource lost — rebuilt (100 %): "
        "2 replaced, 1 of them ordinary churn; 1 of them holds data or keys" in shown
    )


def test_one_screen_is_enough_for_a_large_decision(make, change):
    many = tuple(
        make.finding(rule=f"destruction/r{r}", address=f"a.b[{i}]")
        for r in range(3)
        for i in range(5000)
    )
    assert len(text.render(change(make.blocked(), findings=many)).splitlines()) < 65


def test_a_rule_with_many_findings_is_capped_and_counted(make):
    shown = text.render(make.blocked())
    assert "destruction/resource_replaced (34)" in shown
    assert "    and 28 more (the JSON report lists all)\n" in shown
    assert shown.count("aws_instance.web[") == 6


def test_a_plan_with_nothing_wrong_gets_three_lines(make):
    lines = text.render(make.allowed()).splitlines()
    assert len(lines) == 3
    assert lines[0] == "ALLOWED: nothing in this plan asks for approval"
    assert lines[2] == "plan: 1 to create, 2 to update; asked by agent (claude-code)"


@pytest.mark.parametrize("mode", list(Standing))
@pytest.mark.parametrize("kind", ["blocked", "allowed"])
def test_every_run_says_how_much_it_is_worth(mode, kind, make, change):
    decision = change(getattr(make, kind)(), mode=mode)
    assert f"mode {mode.value}: " in text.render(decision)


def test_who_asks_is_told_with_strength_and_whether_it_can_be_forged(make):
    shown = text.render(make.blocked())
    assert "Who asks: agent (claude-code)\n" in shown
    assert "  CLAUDECODE (environment, strong, forgeable)\n" in shown


def test_the_strongest_signals_come_first_and_the_rest_is_counted(make, change):
    weak = [make.evidence(signal=f"W{i}", strength=Strength.WEAK) for i in range(4)]
    strong = make.evidence(signal="S", forgeable=False)
    origin = change(make.blocked().origin, evidence=(*weak, strong), obstructed=("pid 1",))
    shown = text.render(change(make.blocked(), origin=origin))
    assert shown.index("S (environment, strong, not forgeable)") < shown.index("W0 ")
    assert "and 1 more signal\n" in shown
    assert "could not be looked at: pid 1" in shown


def test_without_any_signal_the_report_says_what_that_means(make, change):
    origin = change(make.blocked().origin, kind=OriginKind.UNKNOWN, names=(), evidence=())
    shown = text.render(change(make.blocked(), origin=origin))
    assert "Who asks: unknown\n  no signal was found" in shown


def test_the_exact_command_for_the_senior_is_shown(make):
    decision = make.blocked()
    shown = text.render(decision)
    assert f"guardrail approve {decision.approval.request}\n" in shown
    assert "plan sha256 abababababab, workspace prod, decision " in shown


def test_a_rejected_approval_is_told_with_code_and_reason(make):
    shown = text.render(make.blocked())
    assert "  rejected: expired: the approval ran out 3 minutes ago\n" in shown


def test_an_approved_plan_names_who_approved_it(make):
    shown = text.render(make.approved())
    assert shown.startswith("ALLOWED: approved by ana (senior)\n")
    assert "  accepted: ana (senior)\n" in shown
    assert "guardrail approve" not in shown


@pytest.mark.parametrize(
    ("outcome", "would_be", "required", "line"),
    [
        (Outcome.DENY, Outcome.DENY, None, "DENIED: no approval opens this plan"),
        (
            Outcome.ALLOW,
            Outcome.DENY,
            None,
            "OBSERVED: would have been denied",
        ),
        (
            Outcome.ALLOW,
            Outcome.APPROVAL_REQUIRED,
            Required(level="senior", count=1),
            "OBSERVED: would have been blocked, a senior engineer would have to approve",
        ),
        (
            Outcome.APPROVAL_REQUIRED,
            Outcome.APPROVAL_REQUIRED,
            Required(level="senior", count=2),
            "BLOCKED: two senior engineers must approve this plan",
        ),
        (
            Outcome.APPROVAL_REQUIRED,
            Outcome.APPROVAL_REQUIRED,
            None,
            "BLOCKED: a senior engineer must approve this plan",
        ),
        (
            Outcome.APPROVAL_REQUIRED,
            Outcome.APPROVAL_REQUIRED,
            Required(level="lead", count=7),
            "BLOCKED: 7 lead engineers must approve this plan",
        ),
    ],
)
def test_the_first_line_tells_every_outcome(outcome, would_be, required, line, make, change):
    decision = make.blocked()
    approval = change(decision.approval, required=required)
    assert first(change(decision, outcome=outcome, would_be=would_be, approval=approval)) == line


def test_a_profile_that_is_not_the_default_is_named(make, change):
    assert "; profile observe\n" in text.render(change(make.blocked(), profile="observe"))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"managed": 1, "replaced": 1, "lost": 1, "data_lost": 1, "share": 1.0},
            "production: 1 of 1 managed resource replaced — rebuilt (100 %), 1 of them holds data or keys",
        ),
        (
            {"deleted": 4, "lost": 38, "share": 0.95, "data_lost": 0},
            "production: 38 of 40 managed resources lost — rebuilt (95 %): 34 replaced, 4 deleted",
        ),
        (
            {"managed": 1000, "replaced": 0, "forgotten": 1, "lost": 1, "share": 0.001, "data_lost": 0, "loss": Loss.NONE},
            "production: 1 of 1,000 managed resources forgotten (less than 1 %)",
        ),
        (
            {"replaced": 0, "deleted": 40, "lost": 40, "share": 1.0, "data_lost": 0, "loss": Loss.DESTROYED},
            "production: 40 of 40 managed resources deleted — destroyed (100 %)",
        ),
        (
            {"managed": 1000, "replaced": 999, "lost": 999, "share": 0.999, "data_lost": 0},
            "production: 999 of 1,000 managed resources replaced — rebuilt (99 %)",
        ),
        (
            {"managed": 0, "replaced": 0, "deleted": 1, "lost": 1, "share": 0.0, "data_lost": 0, "loss": Loss.NONE},
            "production: 1 resource deleted, none of them in the state before",
        ),
    ],
)  # fmt: skip
def test_losses_are_told_with_right_grammar_and_rounded_down(changes, line, make, change):
    shown = text.render(change(make.blocked(), environments=(make.environment(**changes),)))
    assert f"  {line}\n" in shown


def test_an_environment_that_loses_nothing_is_not_listed(make, change):
    calm = make.environment(name="calm", replaced=0, lost=0, share=0.0, loss=Loss.NONE)
    assert "calm" not in text.render(change(make.blocked(), environments=(calm,)))


def test_counts_tell_every_sort_of_change(make, change):
    counts = Counts(
        create=1, update=2, delete=3, replace=4, forget=5, imported=6, moved=7, deferred=8, invocations=1
    )  # fmt: skip
    shown = text.render(change(make.allowed(), counts=counts))
    assert (
        "plan: 1 to create, 2 to update, 4 to replace (delete and create anew), 3 to delete, "
        "5 to forget (goes on existing, unmanaged), 6 imported, 7 moved, 8 deferred, "
        "1 action to run;" in shown
    )
    assert "plan: no changes;" in text.render(change(make.allowed(), counts=Counts(no_op=9)))


def test_the_worst_findings_come_first_whatever_their_order(make, change):
    findings = (
        make.finding(rule="a/warned", outcome=Verdict.WARN, tier=3),
        make.finding(rule="z/asked", tier=2),
        make.finding(rule="y/denied", outcome=Verdict.DENY, tier=4),
    )
    shown = text.render(change(make.blocked(), findings=findings))
    assert shown.index("y/denied") < shown.index("z/asked") < shown.index("a/warned")


def test_a_warning_of_an_allowed_plan_is_shown(make, change):
    warned = change(make.allowed(), findings=(make.finding(outcome=Verdict.WARN),))
    shown = text.render(warned)
    assert "Why (1 finding)\n  tier 2, warning: destruction/resource_replaced (1)\n" in shown


def test_a_message_that_names_its_address_is_not_told_twice(make, change):
    findings = (make.finding(message="aws_vpc.main is replaced"),)
    shown = text.render(change(make.blocked(), findings=findings))
    assert "    aws_vpc.main is replaced\n" in shown


def test_colour_is_used_only_when_asked_for(make):
    assert "\x1b" not in text.render(make.blocked())
    assert text.render(make.blocked(), colour=True).startswith("\x1b[1;33mBLOCKED")
    assert text.render(make.blocked(), colour=True).count("\x1b") == 2


@given(hostile=st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_text_from_outside_reaches_the_terminal_as_a_control(hostile, make, change):
    decision = change(
        make.blocked(),
        findings=(make.finding(address=hostile, message=hostile, rule=hostile),),
        environments=(make.environment(name=hostile),),
    )
    assert all(line.isprintable() for line in text.render(decision).split("\n"))


def test_a_blocked_plan_without_findings_still_gets_the_long_report(make, change):
    shown = text.render(change(make.blocked(), findings=()))
    assert "Why (" not in shown
    assert "Who asks" in shown


def test_a_message_with_a_huge_label_keeps_its_end(make, change):
    findings = (make.finding(address="", message="a" * 5000 + " is deleted"),)
    shown = text.render(change(make.blocked(), findings=findings))
    line = next(line for line in shown.splitlines() if "aaaa" in line)
    assert len(line) < 500
    assert line.endswith("a is deleted")
