import re

import msgspec
import pytest
from markdown_it import MarkdownIt

from guardrail.approval.request import Required
from guardrail.decision import Outcome
from guardrail.report import markdown

HOSTILE = "@octocat [x](http://evil.example) <script>|`\n\n# boo\n- li ![i](//e)\x1b[2J\u202e"


def rendered(decision):
    html = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(markdown.render(decision).removeprefix(markdown.MARKER))
    )
    return html, re.sub(r"<code>.*?</code>", "C", html, flags=re.DOTALL)


def hostile(make, change):
    """Return a decision in which everything that can come from outside is hostile."""
    bad = make.blocked()
    return change(
        bad,
        decision_id=HOSTILE,
        origin=change(
            bad.origin,
            names=(HOSTILE,),
            evidence=(make.evidence(signal=HOSTILE),),
            obstructed=(HOSTILE,),
        ),
        environments=(make.environment(name=HOSTILE),),
        findings=(make.finding(address=HOSTILE, message=HOSTILE, rule=HOSTILE),),
        approval=change(
            bad.approval,
            request=HOSTILE,
            required=Required(level=HOSTILE, count=2),
            rejected=(change(bad.approval.rejected[0], code=HOSTILE, why=HOSTILE),),
        ),
        next=change(bad.next, allowed=(HOSTILE,), prohibited=(HOSTILE,)),
    )


def test_nothing_from_outside_becomes_markup(make, change):
    html, plain = rendered(hostile(make, change))
    tags = set(re.findall(r"</?([a-z0-9!]+)", html))
    assert tags <= {"h2", "h3", "p", "ul", "li", "em", "code"}
    assert not re.search(r"@|http|evil|octocat|\x1b|\u202e", plain)


def test_a_hostile_decision_has_the_structure_of_a_harmless_one(make, change):
    bad = change(
        make.blocked(),
        findings=(make.finding(),),
        origin=change(make.blocked().origin, obstructed=("x",)),
    )
    calm, _ = rendered(bad)
    html, _ = rendered(hostile(make, change))
    for tag in ("<h2>", "<h3>", "<li>", "<ul>"):
        assert html.count(tag) == calm.count(tag)


def test_the_page_starts_with_the_marker_and_the_outcome(make):
    lines = markdown.render(make.blocked()).splitlines()
    assert lines[0] == markdown.MARKER
    assert lines[1] == "## BLOCKED: a `senior` engineer must approve this plan"


def test_many_findings_are_capped_and_counted(make):
    page = markdown.render(make.blocked())
    assert "- and 28 more; the JSON report lists all\n" in page
    assert "- `aws_instance.web[0]`: deleted and created anew, forced by `cidr_block`\n" in page


def test_the_command_for_the_senior_stands_on_its_own(make):
    decision = make.blocked()
    assert f"A senior runs `guardrail approve {decision.approval.request}`." in markdown.render(
        decision
    )


def test_losses_signals_approvals_and_steps_are_told(make, change):
    page = markdown.render(make.blocked())
    assert "- `production`: 34 of 40 managed resources replaced — rebuilt (85 %)" in page
    assert "- `CLAUDECODE` (environment, strong, forgeable)\n" in page
    assert "- rejected: `expired`: the approval ran out 3 minutes ago\n" in page
    assert "### You must not\n\n- run terraform directly\n" in page
    assert "- accepted: `ana` (`senior`)\n" in markdown.render(make.approved())


def test_without_a_signal_the_page_says_so_and_many_are_counted(make, change):
    none = change(make.blocked(), origin=change(make.blocked().origin, names=(), evidence=()))
    assert "- no signal was found" in markdown.render(none)
    many = tuple(make.evidence(signal=f"S{i}", forgeable=False) for i in range(10))
    page = markdown.render(change(none, origin=change(none.origin, evidence=many)))
    assert "- and 2 more signals\n" in page
    assert "not forgeable" in page


def test_an_allowed_plan_has_a_short_page(make):
    page = markdown.render(make.allowed())
    assert "## ALLOWED: nothing in this plan asks for approval" in page
    assert "What is lost" not in page
    assert "Why" not in page
    assert "You" not in page


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_page_of_five_thousand_findings_fits_a_comment(outcome, make, change):
    findings = tuple(
        make.finding(rule=f"a/r{i % 40}", address=f"x.y[{i}]" + "z" * 300) for i in range(5000)
    )
    decision = change(make.blocked(), outcome=outcome, would_be=outcome, findings=findings)
    assert len(markdown.render(decision)) < 65_536
    assert msgspec.structs.asdict(decision)["findings"] == findings


def test_a_message_that_names_its_address_is_not_told_twice(make, change):
    findings = (make.finding(message="aws_vpc.main is replaced"),)
    page = markdown.render(change(make.blocked(), findings=findings))
    assert "- `aws_vpc.main` is replaced\n" in page
