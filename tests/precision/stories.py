"""Plans that only what came before gives away: what the ledger and the saved plan's file know."""

from collections.abc import Callable
from typing import Any

import msgspec
from objects import Json, Thing
from sites import Site
from steps import create, delete, update

from guardrail.findings.identity import address_digest, identity_digest
from guardrail.findings.places.targets import pointers
from guardrail.plan.parse import parse_plan

Extra = Callable[[Site, Json], Json]
"""Returns the further fields of the plan's :class:`objects.Made`, and may edit the plan."""
Story = Callable[[Site], Extra]
LINEAGE, SERIAL = "6f1c7d0e-91a4-4c0c-a1b8-5d3f0f2f9a11", 41
SAVED = {"lineage": LINEAGE, "serial": SERIAL}


def managed(s: Site) -> list[Thing]:
    return [each for each in s.things if each.place.mode == "managed" and each.before]


def at_last(s: Site, **over: Any) -> Json:
    """Return what the ledger knows of the stack as it was before the plan and its refresh."""
    plan = parse_plan(msgspec.json.encode(s.plan()))
    known = [
        (each.entry.get("previous_address", each.address), each.place.type, each.before)
        for each in managed(s)
        if "importing" not in each.change and "deposed" not in each.entry
    ]
    known += [(d["address"], d["type"], d["change"]["before"]) for d in s.drifted]
    objects = {}
    for address, kind, values in known:
        if digest := identity_digest(kind, msgspec.Raw(msgspec.json.encode(values))):
            objects[address_digest(address)] = digest
    return {
        "lineage": LINEAGE,
        "serial": SERIAL,
        "resources": len({address for address, _, _ in known}),
        "objects": objects,
        "pointers": dict(pointers(plan)),
        **over,
    }


def emptied(*, share: float = 1.0, saved: Json | None = None) -> Story:
    """The state is lost, so the plan builds everything, or most of it, a second time."""

    def story(s: Site) -> Extra:
        history = at_last(s)
        things = managed(s)
        for thing in things[: round(len(things) * share)]:
            s.vanish(thing)
        s.drifted.clear()
        return lambda _s, _plan: {"history": history, "saved": saved}

    return story


def other_state(**saved: Any) -> Story:
    """The saved plan was made from another state than the ledger knows."""

    def story(s: Site) -> Extra:
        history = at_last(s)
        create(KEPT[s.provider])(s)
        return lambda _s, _plan: {"history": history, "saved": {**SAVED, **saved}}

    return story


def swapped_and_destroyed(s: Site) -> Extra:
    """An old state was put in place of the current one, and everything in it is to go."""
    history = at_last(s, objects={})
    for thing in managed(s):
        s.delete(thing, reason=None)
    return lambda _s, _plan: {"history": history, "saved": {"lineage": "0a-other", "serial": 3}}


def gone_by_drift(s: Site) -> Extra:
    """A refresh-only plan that finds nothing any more: applied, the state forgets everything."""
    for thing in managed(s):
        s.drift(thing, None)
        s.things.remove(thing)

    def extra(_s: Site, plan: Json) -> Json:
        plan["planned_values"] = {"root_module": {}}
        plan.pop("resource_changes", None)
        plan["applyable"] = True
        return {"saved": {"mode": "refresh_only"}}

    return extra


def gone_and_made_again(s: Site) -> Extra:
    """With the wrong credentials nothing is found, so everything is to be built again."""
    for thing in managed(s):
        s.vanish(thing)
    return lambda _s, _plan: {}


def remapped(change: Callable[[Site, Thing], object]) -> Story:
    """A harmless address now stands for what another address stood for at the last apply."""

    def story(s: Site) -> Extra:
        scratch, precious = (
            s.have(f"{KEPT[s.provider]}.scratch"),
            s.have(f"{KEPT[s.provider]}.precious"),
        )
        history = at_last(s)
        s.things.remove(precious)
        scratch.before = scratch.after = precious.before
        change(s, scratch)
        return lambda _s, _plan: {"history": history, "saved": SAVED}

    return story


def scratch_settings(s: Site, thing: Thing) -> None:
    """What was meant for a scratch copy is done to the precious one."""
    meant: dict[str, Json] = {
        "aws": {"deletion_protection": False, "backup_retention_period": 0},
        "azurerm": {"blob_properties.0.versioning_enabled": False},
        "google": {"deletion_protection": False},
        "kubernetes": {"spec.0.replicas": "0"},
    }
    s.update(thing, meant[s.provider])


def imported_before(s: Site) -> Extra:
    """What an earlier plan imported alive, this one replaces."""
    thing = s.keep(KEPT[s.provider])
    history = at_last(s, imported=[address_digest(thing.address)])
    s.replace(thing, "name")
    return lambda _s, _plan: {"history": history, "saved": SAVED}


def unprevented(s: Site) -> Extra:
    """``prevent_destroy`` stood in the block at the last apply, and is gone."""
    thing = s.have(f"{KEPT[s.provider]}.precious")
    history = at_last(s, prevented=[thing.address])
    update(KEPT[s.provider], unknown=["id"])(s)
    return lambda _s, _plan: {
        "history": history,
        "saved": SAVED,
        "around": {"prevented_before": [thing.address], "prevented_now": []},
    }


def unprevented_with_its_block(s: Site) -> Extra:
    """The block went, and ``prevent_destroy`` with it."""
    thing = s.have(f"{KEPT[s.provider]}.precious")
    history = at_last(s, prevented=[thing.address])
    s.delete(thing)
    return lambda _s, _plan: {
        "history": history,
        "saved": SAVED,
        "around": {"prevented_before": [thing.address], "prevented_now": []},
    }


def sliced(lost: int, managed_: int, elsewhere: int = 0) -> Story:
    """One more small loss, after others within the window."""

    def story(s: Site) -> Extra:
        delete(KEPT[s.provider])(s)
        names = {"": "unknown", "prod": "production"}
        name = names.get(s.context.environment, s.context.environment)
        gone = [address_digest(f"module.gone.null_resource.this[{i}]") for i in range(lost)]
        past = {name: {"objects": gone, "managed": managed_}}
        history = at_last(s, lost=past, lost_by_origin=gone, lost_elsewhere=elsewhere)
        return lambda _s, _plan: {"history": history, "saved": SAVED}

    return story


KEPT = {
    "aws": "aws_db_instance",
    "azurerm": "azurerm_storage_account",
    "google": "google_sql_database_instance",
    "kubernetes": "kubernetes_stateful_set_v1",
}


def stories() -> list[tuple[str, Story]]:
    """Return what is told of every provider's stacks."""
    return [
        ("state lost", emptied(saved={"lineage": "", "serial": 0})),
        ("state lost", emptied()),
        ("state lost", emptied(share=0.8, saved=SAVED)),
        ("state swapped", other_state(lineage="0a-other")),
        ("state swapped", swapped_and_destroyed),
        ("state rolled back", other_state(serial=12)),
        ("drift deletes all", gone_by_drift),
        ("drift deletes all", gone_and_made_again),
        ("address remapped", remapped(lambda s, thing: s.delete(thing))),
        ("address remapped", remapped(scratch_settings)),
        ("imported before", imported_before),
        ("prevention removed", unprevented),
        ("prevention removed", unprevented_with_its_block),
        ("slices", sliced(40, 60)),
        ("slices", sliced(2, 60, elsewhere=25)),
    ]
