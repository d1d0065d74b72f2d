"""Plans that somebody changed by hand, so that they show less than they do."""

import copy
from collections.abc import Callable
from typing import Any

from made_plan import Json, plan, thing
from situation_table import Situation, situation

WHOLE = plan(
    thing("aws_vpc.kept"),
    thing("aws_vpc.gone", "delete"),
    thing("aws_db_instance.new", "delete create", {"a": 1}, {"a": 2}, replace_paths=[["a"]]),
    thing("aws_subnet.new", "delete create", {}, {}, action_reason="replace_by_request"),
    thing("aws_instance.changed", "update", {"a": 1}, {"a": 2}),
)
KEPT, GONE, FORCED, ASKED, CHANGED = range(5)


def _edited(edit: Callable[[Json], Any], whole: Json = WHOLE) -> Json:
    edited = copy.deepcopy(whole)
    return edit(edited) or edited


def _called(entry: int, *actions: str) -> Json:
    def edit(whole: Json) -> None:
        whole["resource_changes"][entry]["change"]["actions"] = list(actions)

    return _edited(edit)


def _entry(entry: int, **members: object) -> Json:
    return _edited(lambda whole: whole["resource_changes"][entry].update(members))


def _without(entry: int) -> Json:
    return _edited(lambda whole: whole["resource_changes"].pop(entry) and None)


def _with(**members: object) -> Json:
    return {name: each for name, each in (WHOLE | members).items() if each is not None}


EMPTY = {"format_version": "1.0"}
UNFINISHED = plan(thing("aws_vpc.a", "update"), complete=False, applyable=False, errored=True)

SITUATIONS: dict[str, Situation] = {
    "nothing was edited": situation("BLOCK", WHOLE, "destruction/data_lost"),
    **{
        f"{name} called {' '.join(actions)}": situation("REFUSE", _called(entry, *actions))
        for name, entry in {"a deletion": GONE, "a replacement": FORCED, "-replace": ASKED}.items()
        for actions in (("no-op",), ("update",), ("create",), ("read",))
    },
    "a deletion called forget": situation("BLOCK", _called(GONE, "forget")),
    "a deletion stripped": situation("REFUSE", _without(GONE), says="deletion_missing"),
    "a replacement stripped": situation("REFUSE", _without(FORCED), says="planned_values_differ"),
    "all changes stripped": situation("REFUSE", _with(resource_changes=[])),
    "the list of changes stripped": situation("REFUSE", _with(resource_changes=None)),
    "the list of changes renamed": situation(
        "REFUSE",
        _with(resource_changes=None, Resource_Changes=WHOLE["resource_changes"]),
        says="upgrade the guardrail",
    ),
    "changes moved to another list": situation(
        "REFUSE", _with(resource_changes=[], more=WHOLE["resource_changes"])
    ),
    "what is deleted still planned": situation(
        "REFUSE", _with(planned_values=WHOLE["prior_state"]["values"])
    ),
    "nothing planned any more": situation("REFUSE", _with(planned_values={"root_module": {}})),
    "the state before emptied": situation("REFUSE", _with(prior_state=EMPTY)),
    "the state before removed": situation("REFUSE", _with(prior_state=None)),
    "state and changes emptied": situation("REFUSE", _with(prior_state=EMPTY, resource_changes=[])),
    "the error flag removed": situation(
        "REFUSE", {name: each for name, each in UNFINISHED.items() if name != "errored"}
    ),
    "the error flag lowered": situation("REFUSE", UNFINISHED | {"errored": False}),
    "applyable lowered": situation("REFUSE", _with(applyable=False)),
    "complete cut out": situation("REFUSE", _with(complete=None), says="flags_missing"),
    "a destroy plan emptied": situation(
        "REFUSE",
        plan(thing("aws_vpc.a", "delete"), thing("aws_vpc.b", "delete"))
        | {"resource_changes": [], "applyable": False},
        says="changes_emptied",
    ),
    "a forgotten resource called read": situation(
        "REFUSE",
        _edited(
            lambda whole: whole["resource_changes"][KEPT]["change"].update(actions=["read"]),
            plan(thing("aws_vpc.a", "forget")),
        ),
        says="managed_resource_read",
    ),
    "a leftover called update": situation(
        "REFUSE",
        plan(
            thing("aws_vpc.a"),
            thing("aws_vpc.a", "update", {}, {"x": 1}, deposed="0a1b2c3d"),
        ),
        says="leftover_changed",
    ),
    "flags as texts": situation("REFUSE", _with(errored="false")),
    "a partial plan called complete": situation(
        "REFUSE",
        _edited(
            lambda whole: (
                [whole[name]["root_module"]["resources"].pop(KEPT) for name in ("planned_values",)]
                and whole["resource_changes"].pop(KEPT)
                and None
            )
        ),
        says="deletion_missing",
    ),
    "an entry listed twice": situation(
        "REFUSE",
        _edited(lambda whole: whole["resource_changes"].append(thing("aws_vpc.gone"))),
        says="change_listed_twice",
    ),
    "a deletion called a data source": situation("REFUSE", _entry(GONE, mode="data")),
    "a deletion called deposed": situation("REFUSE", _entry(GONE, deposed="0a1b2c3d")),
    "a database called churn": situation("REFUSE", _entry(FORCED, type="random_id")),
    "a database under another address": situation(
        "REFUSE", _entry(FORCED, type="random_id", address="random_id.new")
    ),
    "a member of tomorrow without effect": situation(
        "ALLOW", plan(thing("aws_vpc.a", "create"), warnings=["x"], provider_meta={"a": 1})
    ),
}
