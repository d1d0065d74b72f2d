"""What a senior is told about each lost thing."""

from guardrail.findings.details import MOST
from guardrail.findings.model import Recovery
from guardrail.findings.surroundings import Line


def test_a_lost_thing_is_told_with_its_place_and_what_stays_behind(build):
    change = build.change(
        "module.db.aws_db_instance.main", "delete", before={"skip_final_snapshot": True}
    )
    lines = {"module.db.aws_db_instance.main": Line(file="modules/db/main.tf", line=12)}
    (detail,) = build.findings(build.plan([change]), lines=lines).details
    assert detail.address == "module.db.aws_db_instance.main"
    assert detail.recovery is Recovery.NONE
    assert detail.shown_by == ("skip_final_snapshot",)
    assert (detail.file, detail.line) == ("modules/db/main.tf", 12)


def test_things_with_data_come_first(build):
    plan = build.losing(["aws_vpc.a", "aws_db_instance.b", "aws_subnet.c"], "delete create")
    found = build.findings(plan).details
    assert [d.address for d in found] == ["aws_db_instance.b", "aws_vpc.a", "aws_subnet.c"]
    assert found[0].file == ""


def test_churn_and_what_is_only_forgotten_are_left_out(build):
    replaced = build.change("aws_ecs_task_definition.t", "delete create", before={})
    forgotten = build.change("aws_vpc.v", "forget", before={})
    assert build.findings(build.plan([replaced, forgotten])).details == ()


def test_a_request_stays_one_that_a_person_can_read(build):
    plan = build.losing([f"aws_subnet.s[{i}]" for i in range(MOST + 5)], "delete")
    assert len(build.findings(plan).details) == MOST


def test_no_value_of_the_object_is_told(build):
    change = build.change(
        'aws_db_instance.main["hunter2"]', "delete", before={"password": "hunter2"}
    )
    assert "hunter2" not in repr(build.findings(build.plan([change])).details)
