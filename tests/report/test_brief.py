import pytest

from guardrail.findings.model import Counts, Loss
from guardrail.report import brief


def facts(make, change, **changes):
    request = make.asked()
    return change(request, facts=change(request.facts, **changes))


def test_the_first_screen_says_what_where_how_much_who_and_to_what(make):
    top = brief.render(make.asked()).split("All 35 findings")[0]
    assert len(top.splitlines()) < 40
    for part in (
        "APPROVAL ASKED of a senior engineer: 34 resources destroyed",
        "valid until 2023-11-14 23:13 UTC",
        "production: 34 of 40 managed resources replaced — rebuilt (85 %), 3 of them hold data or keys",
        "34 of 40 managed resources of production are replaced",
        "and 33 more, listed below",
        "forced by cidr_block",
        "Who asks: agent (claude-code)",
        "logins, none of them proven: bo, bo@example.org",
        "directory /srv/stacks/shop",
        "backend s3, workspace prod, lineage l-1, serial 7",
        "sha256 plan      " + "ab" * 32,
        "sha256 lock file none",
    ):
        assert part in top


def test_every_destroyed_thing_is_listed_without_a_cap(make, change):
    findings = tuple(make.finding(address=f"aws_instance.web[{i}]") for i in range(3000))
    below = brief.render(facts(make, change, findings=findings)).split("All 3,000 findings")[1]
    assert all(f"    aws_instance.web[{i}]: " in below for i in range(3000))


def test_churn_that_no_finding_speaks_of_is_counted(make, change):
    churning = make.environment(deleted=2)
    assert "not listed: 2 resources of ordinary churn" in brief.render(
        facts(make, change, environments=(churning,))
    )
    assert "not listed" not in brief.render(make.asked())


def test_the_challenge_is_the_worst_environment_and_the_number_of_destroyed_things(make, change):
    calm = make.environment(name="aaa", lost=39, share=0.9, loss=Loss.NONE)
    gone = make.environment(name="staging", lost=3, share=1.0, loss=Loss.DESTROYED)
    request = facts(
        make,
        change,
        environments=(calm, make.environment(), gone),
        counts=Counts(delete=3, replace=34, forget=2, create=50, update=5),
    )
    assert brief.challenge(request) == ("staging", 39)


def test_the_challenge_of_a_plan_without_environments_asks_for_unknown(make, change):
    request = facts(make, change, environments=(), counts=Counts())
    assert brief.challenge(request) == ("unknown", 0)
    assert "no resource that counts as a loss; worst environment: unknown" in brief.render(request)


def test_the_name_to_type_is_spelled_as_it_is_shown(make, change):
    request = facts(make, change, environments=(make.environment(name="prod\u202e"),))
    name, _ = brief.challenge(request)
    assert name == r"prod\u{202e}"
    assert name in brief.render(request)


@pytest.mark.parametrize("hostile", ["\x1b[2J\x1b[H", "a\nDeleted: nothing", "\u202egnp", "\u2028"])
def test_no_field_of_a_request_can_move_the_cursor_or_start_a_line(hostile, make, change):
    request = make.asked()
    bad = change(
        request,
        request_id=hostile,
        requester=change(request.requester, origin=hostile, agents=(hostile,), logins=(hostile,)),
        required=change(request.required, level=hostile),
        binding=change(
            request.binding,
            **{
                name: hostile
                for name in type(request.binding).__struct_fields__
                if name != "serial"
            },
        ),
        facts=change(
            request.facts,
            environments=(make.environment(name=hostile),),
            findings=(make.finding(address=hostile, message=hostile, rule=hostile),),
        ),
    )
    harmless = change(
        request,
        facts=change(request.facts, findings=(make.finding(),)),
        binding=request.binding,
    )
    shown = brief.render(bad)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert len(shown.split("\n")) == len(brief.render(harmless).split("\n"))


def test_without_agents_or_logins_the_brief_says_so(make, change):
    request = make.asked()
    bare = change(request.requester, agents=(), logins=())
    shown = brief.render(change(request, requester=bare))
    assert "Who asks: agent\n  logins, none of them proven: none\n" in shown
