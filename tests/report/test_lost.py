"""What reports say about single lost things and about the way out."""

import msgspec
import pytest

from guardrail.findings.model import Counts, Detail, Recovery, Undo, Way
from guardrail.report import brief, markdown, text
from guardrail.report.groups import grouped
from guardrail.report.lost import TOLD, WAYS, recoveries, way_title, ways_out

DATABASE = Detail(
    address='aws_db_instance.main["#1"]',
    holds="database",
    recovery=Recovery.NONE,
    shown_by=("skip_final_snapshot",),
    file="db.tf",
    line=7,
)
SUBNET = Detail(
    address="aws_subnet.a", holds="", recovery=Recovery.REBUILT, shown_by=(), file="", line=0
)
LOST = Counts(replace=34, delete=2)
KEEP = Undo(way=Way.KEEP_VALUE, subject="var.name_prefix", target="", count=34)


def plain(value: str) -> str:
    return value


def changed(detail: Detail, **changes: object) -> Detail:
    return msgspec.structs.replace(detail, **changes)


def with_more(document, **more: object):
    """A decision, or a request, that tells `more`."""
    if hasattr(document, "facts"):
        facts = msgspec.structs.replace(document.facts, **more)
        return msgspec.structs.replace(document, facts=facts)
    return msgspec.structs.replace(document, **more)


def test_a_thing_is_told_with_what_it_holds_why_and_where():
    said = 'aws_db_instance.main["#1"] (database): cannot be brought back (skip_final_snapshot), db.tf:7'
    assert list(recoveries([DATABASE], plain)) == [said]


def test_what_is_lost_for_good_comes_first_and_what_is_made_again_is_counted():
    kept = changed(DATABASE, recovery=Recovery.SNAPSHOT, address="aws_db_instance.kept")
    first, second, rest = recoveries([kept, SUBNET, DATABASE, SUBNET], plain)
    assert "cannot be brought back" in first
    assert "a last snapshot is made" in second
    assert rest == "the other 2 hold no data: Terraform makes them again"


def test_one_other_thing_is_one():
    *_, rest = recoveries([DATABASE, SUBNET], plain)
    assert rest == "the other one holds no data: Terraform makes it again"


def test_nothing_is_said_where_nothing_holds_data():
    assert list(recoveries([SUBNET] * 3, plain)) == []


def test_a_screen_is_not_filled_with_one_kind_of_news():
    *told, more = recoveries([DATABASE] * (TOLD + 3), plain)
    assert len(told) == TOLD
    assert more.startswith("and 3 more things with data")


@pytest.mark.parametrize("recovery", Recovery)
def test_every_recovery_has_words(recovery):
    said = list(recoveries([DATABASE, changed(DATABASE, recovery=recovery)], plain))
    assert all(": " in sentence for sentence in said)


@pytest.mark.parametrize(
    ("undo", "said"),
    [
        (KEEP, "keep the old value of var.name_prefix: spares 34 of 36 losses"),
        (
            Undo(way=Way.ADD_MOVED, subject="module.a", target="module.b", count=1),
            "add a moved block from module.a to module.b: spares 1 of 36 losses",
        ),
        (
            Undo(way=Way.MOVE_BY_KEY, subject="aws_x.a", target="aws_x.a", count=9),
            "add a moved block for each instance of aws_x.a, key by key: spares 9 of 36 losses",
        ),
        (
            Undo(way=Way.MOVE_BY_KEY, subject="aws_x.a", target="aws_x.b", count=9),
            "add a moved block for each instance of aws_x.a, to aws_x.b, key by key: spares 9 of 36 losses",
        ),
        (
            Undo(way=Way.KEEP_BLOCK, subject="aws_vpc.a", target="", count=2),
            "keep the block of aws_vpc.a: spares 2 of 36 losses",
        ),
        (
            Undo(way=Way.KEEP_ARGUMENT, subject="aws_x.a.size", target="", count=1),
            "leave aws_x.a.size as it was",
        ),
        (
            Undo(way=Way.KEEP_ARGUMENT, subject="aws_x.b.locked", target="", count=2),
            "leave aws_x.b.locked as it was, in 2 places",
        ),
    ],
)
def test_a_way_out_is_a_sentence(undo, said):
    assert list(ways_out([undo], LOST, plain)) == [said]


def test_only_the_best_ways_out_are_named():
    assert len(list(ways_out([KEEP] * 9, LOST, plain))) == WAYS


@pytest.mark.parametrize(
    ("render", "document"),
    [(text.render, "blocked"), (markdown.render, "blocked"), (brief.render, "asked")],
)
def test_every_report_tells_the_same_facts(render, document, make):
    first = getattr(make, document)()
    findings = first.findings if document == "blocked" else first.facts.findings
    placed = changed(SUBNET, address=findings[-1].address, file="web.tf", line=3)
    shown = render(with_more(first, details=(DATABASE, placed), undo=(KEEP,)))
    assert "cannot be brought back" in shown
    assert "skip_final_snapshot" in shown
    assert "var.name_prefix" in shown
    if document == "asked":
        assert "[web.tf:3]" in shown


@pytest.mark.parametrize(
    ("render", "document"),
    [(text.render, "blocked"), (markdown.render, "blocked"), (brief.render, "asked")],
)
def test_no_name_of_a_file_or_a_thing_gets_out_of_its_line(render, document, make):
    evil = "a\x1b[2J\n## `x`\u202e|<b>"
    detail = changed(DATABASE, address=evil, file=evil, shown_by=(evil,))
    undo = Undo(way=Way.ADD_MOVED, subject=evil, target=evil, count=1)
    shown = render(with_more(getattr(make, document)(), details=(detail,), undo=(undo,)))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\n## `x" not in shown


def test_the_environment_comes_before_the_single_things(make):
    shown = text.render(make.blocked())
    assert shown.index("environment/rebuilt") < shown.index("destruction/resource_replaced")


@pytest.mark.parametrize(
    ("render", "document"),
    [(text.render, "blocked"), (markdown.render, "blocked"), (brief.render, "asked")],
)
def test_a_moved_block_can_be_copied_as_it_stands(render, document, make):
    undo = Undo(way=Way.ADD_MOVED, subject="module.a", target="module.b", count=30)
    shown = render(with_more(getattr(make, document)(), undo=(undo,)))
    lines = [line.strip() for line in shown.splitlines()]
    at = lines.index("moved {")
    assert lines[at : at + 4] == ["moved {", "from = module.a", "to   = module.b", "}"]


def test_the_title_promises_no_more_than_is_true():
    assert way_title([KEEP], Counts(replace=34)) == "The smallest change that makes it harmless"
    assert way_title([KEEP], LOST) == "What would spare most"
    assert way_title([], Counts()) == "What would spare most"


def test_instances_are_listed_in_the_order_of_their_numbers(make):
    first = make.blocked().findings[-1]
    findings = [
        msgspec.structs.replace(first, address=f"aws_instance.web[{i}]") for i in (10, 2, 1)
    ]
    (group,) = grouped(findings)
    assert [finding.address[-3:].strip("[b") for finding in group.shown] == ["1]", "2]", "10]"]
