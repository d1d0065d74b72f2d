"""What has effects beside the changes: drift, actions, deferrals, outputs, errors, partial plans."""

from made_plan import plan, thing
from situation_table import Situation, situation

KEPT = [thing(f"aws_vpc.a[{n}]") for n in range(1, 6)]
GONE = [thing(f"aws_vpc.a[{n}]", "delete") for n in range(6)]
DRIFTED = thing("aws_vpc.a[1]", "update", {}, {"tags": {"owner": "x"}})
REFRESH = {"resource_changes": None, "planned_values": {"root_module": {}}}
LOST = "state/state_lost"


def _invoked(**trigger) -> dict:
    kind = "aws_lambda_invoke"
    return {
        "address": f"action.{kind}.a",
        "type": kind,
        "name": "a",
        "provider_name": "p",
    } | trigger


def _triggered() -> dict:
    trigger = {
        "triggering_resource_address": "aws_vpc.a[1]",
        "action_trigger_event": "BeforeDestroy",
        "action_trigger_block_index": 0,
        "actions_list_index": 0,
        "on_failure": "continue",
    }
    return _invoked(lifecycle_action_trigger=trigger)


def _deferred(words: str) -> dict:
    change = thing("aws_vpc.b", words) | {"address": "aws_vpc.b[*]", "index_unknown": True}
    return {"reason": "instance_count_unknown", "resource_change": change}


OLD = {"complete": None, "applyable": None, "errored": None}
ERRORED = {"errored": True, "complete": False, "applyable": False}
OUTPUT = {"o": {"actions": ["delete"], "before": 1, "after": None, "after_unknown": False}}

SITUATIONS: dict[str, Situation] = {
    "a refresh that finds everything gone": situation(
        "BLOCK", plan(**REFRESH, resource_drift=GONE), LOST
    ),
    "a refresh that finds one of six gone": situation(
        "ALLOW", plan(*KEPT, **REFRESH, resource_drift=GONE[:1])
    ),
    "a refresh that finds other tags": situation(
        "ALLOW", plan(*KEPT, **REFRESH, resource_drift=[DRIFTED])
    ),
    "everything created again in a wrong account": situation(
        "BLOCK",
        plan(*(thing(f"aws_vpc.a[{n}]", "create") for n in range(6)), resource_drift=GONE),
        LOST,
        says="another account",
    ),
    "one of six created again": situation(
        "ALLOW", plan(thing("aws_vpc.a[0]", "create"), *KEPT, resource_drift=GONE[:1])
    ),
    "an action that is invoked alone": situation(
        "BLOCK",
        plan(resource_changes=None, action_invocations=[_invoked(invoke_action_trigger={})]),
        "effects/action_invoked",
    ),
    "an action of 1.16 that a resource calls": situation(
        "BLOCK",
        plan(
            *KEPT,
            action_invocations=[
                _invoked(invoke_action_trigger={"calling_resource_address": "aws_vpc.a[1]"})
            ],
        ),
        "effects/action_invoked",
    ),
    "an action that a change triggers": situation(
        "BLOCK", plan(DRIFTED, action_invocations=[_triggered()]), "effects/action_invoked"
    ),
    "an action that is put off": situation(
        "BLOCK",
        plan(
            *KEPT,
            deferred_action_invocations=[{"reason": "unknown", "action_invocation": _triggered()}],
            complete=False,
            applyable=True,
        ),
    ),
    "an empty list of actions": situation(
        "ALLOW", plan(*KEPT, action_invocations=[], applyable=False)
    ),
    "a creation that is put off": situation(
        "REFUSE",
        plan(*KEPT, deferred_changes=[_deferred("create")], complete=False),
        "plan/deferred",
    ),
    "a deletion that is put off": situation(
        "BLOCK",
        plan(*KEPT, deferred_changes=[_deferred("delete")], complete=False),
        "plan/deferred",
    ),
    "an errored plan that lists deletions": situation(
        "REFUSE", plan(thing("aws_vpc.b", "delete"), **ERRORED), "plan/errored"
    ),
    "an errored plan that lists nothing": situation("REFUSE", plan(**ERRORED), "plan/errored"),
    "a partial plan that creates": situation(
        "ALLOW", plan(thing("aws_vpc.b", "create"), complete=False), "plan/targeted"
    ),
    "a partial plan that deletes": situation(
        "BLOCK", plan(thing("aws_vpc.b", "delete"), complete=False), "plan/targeted"
    ),
    "an old plan without flags that creates": situation(
        "ALLOW", plan(thing("aws_vpc.b", "create"), **OLD, format_version="1.1")
    ),
    "an old plan without flags that deletes": situation(
        "BLOCK", plan(thing("aws_vpc.b", "delete"), **OLD, format_version="1.1")
    ),
    "outputs alone": situation("ALLOW", plan(*KEPT, output_changes=OUTPUT)),
    "failing checks": situation(
        "ALLOW",
        plan(*KEPT, checks=[{"address": {"kind": "check", "name": "c"}, "status": "fail"}]),
    ),
    "nothing at all": situation("ALLOW", plan(prior_state=None)),
}
