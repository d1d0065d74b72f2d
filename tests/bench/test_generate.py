import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from guardrail.plan.parse import parse_plan
from guardrail.plan.references import read_references, without_keys

GENERATOR = Path(__file__).with_name("generate.py")


def generated(target, count, mix="mixed"):
    subprocess.run([sys.executable, str(GENERATOR), str(count), str(target), mix], check=True)
    return target.read_bytes()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return generated(tmp_path_factory.mktemp("plans") / "plan.json", 1000)


def addresses(values):
    found = set()
    for module in values["root_module"]["child_modules"]:
        found |= {resource["address"] for resource in module["resources"]}
    return found


def test_the_same_plan_comes_out_every_time(mixed, tmp_path):
    assert generated(tmp_path / "again.json", 1000) == mixed


def test_the_parser_finds_nothing_inconsistent(mixed):
    plan = parse_plan(mixed)
    assert plan.inconsistencies == ()
    assert plan.no_ops == 700
    assert len(plan.changes) == 300


def test_what_is_in_the_state_and_not_planned_is_exactly_what_is_deleted(mixed):
    plan = json.loads(mixed)
    deleted = {
        change["address"]
        for change in plan["resource_changes"]
        if change["change"]["actions"] == ["delete"]
    }
    prior = addresses(plan["prior_state"]["values"])
    assert prior - addresses(plan["planned_values"]) == deleted


def test_the_shares_of_actions_are_exact(mixed):
    actions = Counter(
        "+".join(c["change"]["actions"]) for c in json.loads(mixed)["resource_changes"]
    )
    assert actions == {"no-op": 700, "update": 200, "create": 90, "delete": 6, "delete+create": 4}


def test_every_instance_has_its_block_in_the_configuration(mixed):
    plan = json.loads(mixed)
    calls = plan["configuration"]["root_module"]["module_calls"]
    blocks = {
        f"module.{name}.{resource['address']}"
        for name, call in calls.items()
        for resource in call["module"]["resources"]
    }
    assert {c["address"].split("[")[0] for c in plan["resource_changes"]} == blocks


def test_a_change_takes_the_room_that_it_takes_in_a_real_plan(mixed):
    assert 4_000 < len(mixed) / 1000 < 4_600


def test_the_plan_for_a_cold_start_replaces_everything(tmp_path):
    plan = parse_plan(generated(tmp_path / "rebuild.json", 20, "rebuild"))
    assert plan.inconsistencies == ()
    assert [change.replaces for change in plan.changes] == [True] * 20


def test_an_instance_refers_to_two_things_on_average(mixed):
    plan = json.loads(mixed)
    calls = plan["configuration"]["root_module"]["module_calls"]
    named = [
        reference
        for call in calls.values()
        for block in call["module"]["resources"]
        for reference in block["expressions"]["uses"]["references"]
        if not reference.endswith(".id")
    ]
    assert len(named) == 2 * sum(len(call["module"]["resources"]) for call in calls.values())


def test_the_state_recorded_all_that_the_references_lead_to(mixed):
    plan = parse_plan(mixed)
    graph = read_references(plan)
    recorded = {
        (node, block)
        for resource in plan.prior
        for block in [without_keys(resource.address)]
        for node in json.loads(bytes(resource.depends_on))
    }
    configured = read_references(msgspec.structs.replace(plan, prior=()))
    reached = {
        (node, end)
        for node in plan.configuration.blocks
        for end in walk(configured, node) & plan.configuration.blocks.keys()
    }
    assert recorded == reached
    assert all(end in graph[node] for node, end in recorded)


def walk(graph, start):
    found, waiting = set(), [start]
    while waiting:
        for node in graph.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found
