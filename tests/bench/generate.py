"""
Large plans as Terraform would write them, complete and always the same.

Complete: ``prior_state``, ``planned_values`` and ``configuration`` agree with
``resource_changes``, so every cross-check of a plan holds; each instance stands on
two others on average, by the references of its block and by what the state recorded.
The writer streams: a plan of any size needs the memory of one module.

    python tests/bench/generate.py COUNT FILE [mixed|rebuild]
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from bodies import FORCING, TYPES, body

PROVIDER = "registry.terraform.io/hashicorp/aws"
PER_BLOCK = 10
"""Instances of one resource block (``for_each``)."""
PER_MODULE = 50
BLOCKS = PER_MODULE // PER_BLOCK
PER_GROUP = 20
"""Modules that stand on the same one."""
ENVIRONMENTS = ("production", "production", "staging", "development")
SHARES = ((700, "no-op"), (900, "update"), (990, "create"), (996, "delete"), (1000, "replace"))
ACTIONS = {"replace": ["delete", "create"]}
MIXES = ("mixed", "rebuild")


class Instance:
    """One resource instance with its bodies before and after, each as JSON text."""

    def __init__(self, number: int, mix: str) -> None:
        block = number // PER_BLOCK
        self.module = module_name(number // PER_MODULE)
        self.kind = TYPES[block % len(TYPES)]
        self.name = f"r{block:06d}"
        self.key = f"k{number % PER_BLOCK}"
        self.address = f'module.{self.module}.{self.kind}.{self.name}["{self.key}"]'
        self.action = "replace" if mix == "rebuild" else action_of(number)
        self.block = block
        environment = ENVIRONMENTS[number // PER_MODULE % len(ENVIRONMENTS)]
        values = body(self.kind, f"{self.name}-{self.key}", environment, number)
        self.before = None if self.action == "create" else compact(values)
        self.after = self._after(values)

    def _after(self, values: dict[str, object]) -> str | None:
        match self.action:
            case "delete":
                return None
            case "update":
                return compact({**values, "tags": {**values["tags"], "cost-center": "0000"}})
            case "create":
                return compact({k: v for k, v in values.items() if k not in {"id", "arn"}})
            case "replace":
                known = {k: v for k, v in values.items() if k not in {"id", "arn"}}
                return compact({**known, FORCING[self.kind]: f"{self.name}-{self.key}-new"})
            case _:
                return self.before


def action_of(number: int) -> str:
    """Return what happens to instance ``number``: exact shares in every thousand, well mixed."""
    place = number * 7919 % 1000
    return next(action for limit, action in SHARES if place < limit)


def block_address(block: int) -> str:
    """Return the address of ``block`` inside of its module."""
    return f"{TYPES[block % len(TYPES)]}.r{block:06d}"


def module_name(module: int) -> str:
    """Return the name of the module call number ``module``."""
    return f"service_{module:05d}"


def upstream(module: int) -> int | None:
    """Return the module on which ``module`` stands: the head of its group, heads on the first."""
    if module == 0:
        return None
    return module - module % PER_GROUP if module % PER_GROUP else 0


def references(block: int) -> list[int]:
    """
    Return the blocks of its own module to which ``block`` refers.

    With ``var.upstream``, which the first two of a module refer to, that is two on average.
    """
    place = block % BLOCKS
    return [block - back for back in range(1, (0, 1, 2, 3, 2)[place] + 1)]


def recorded(block: int) -> list[str]:
    """Return all on which ``block`` stands, directly or not, as Terraform records it in a state."""
    module, place = divmod(block, BLOCKS)
    found = [
        f"module.{module_name(module)}.{block_address(each)}"
        for each in range(block - place, block)
    ]
    above = upstream(module)
    while above is not None:
        found.append(f"module.{module_name(above)}.{block_address(above * BLOCKS)}")
        above = upstream(above)
    return sorted(found)


def compact(value: object) -> str:
    """Return ``value`` as JSON the way Terraform prints it."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def instances(count: int, mix: str) -> Iterator[Instance]:
    """Yield the instances of a plan of ``count`` changes."""
    return (Instance(number, mix) for number in range(count))


def modules(count: int, mix: str) -> Iterator[list[Instance]]:
    """Yield the instances of one module after the other."""
    for start in range(0, count, PER_MODULE):
        end = min(start + PER_MODULE, count)
        yield [Instance(number, mix) for number in range(start, end)]


def head(instance: Instance) -> str:
    """Return the members that every listing of an instance starts with."""
    return (
        f'"address":{json.dumps(instance.address)},"mode":"managed","type":"{instance.kind}",'
        f'"name":"{instance.name}","index":"{instance.key}","provider_name":"{PROVIDER}"'
    )


def change_text(instance: Instance) -> str:
    """Return the entry of ``resource_changes``."""
    created = instance.action in {"create", "replace"}
    unknown = '{"arn":true,"id":true,"tags":{},"tags_all":{}}' if created else "{}"
    sensitive = '{"tags":{},"tags_all":{}}'
    actions = compact(ACTIONS.get(instance.action, [instance.action]))
    paths = (
        f',"replace_paths":[["{FORCING[instance.kind]}"]]' if instance.action == "replace" else ""
    )
    reason = {
        "replace": ',"action_reason":"replace_because_cannot_update"',
        "delete": ',"action_reason":"delete_because_each_key"',
    }.get(instance.action, "")
    module = f'"module_address":"module.{instance.module}"'
    first, rest = head(instance).split(",", 1)
    return (
        f'{{{first},{module},{rest},"change":{{"actions":{actions},'
        f'"before":{instance.before or "null"},"after":{instance.after or "null"},'
        f'"after_unknown":{unknown},'
        f'"before_sensitive":{sensitive if instance.before else "false"},'
        f'"after_sensitive":{sensitive if instance.after else "false"}{paths}}}{reason}}}'
    )


def state_text(instance: Instance, values: str, *, planned: bool) -> str:
    """Return the entry of a state: of ``prior_state`` or ``planned_values``."""
    stands_on = [] if planned else recorded(instance.block)
    depends_on = f',"depends_on":{compact(stands_on)}' if stands_on else ""
    return (
        f'{{{head(instance)},"schema_version":1,"values":{values},'
        f'"sensitive_values":{{"tags":{{}},"tags_all":{{}}}}{depends_on}}}'
    )


def write_values(out: IO[str], count: int, mix: str, *, planned: bool) -> None:
    """Write the root module of a state whose resources all lie in child modules."""
    out.write('{"root_module":{"child_modules":[')
    first = True
    for members in modules(count, mix):
        listed = [
            state_text(member, values, planned=planned)
            for member in members
            if (values := member.after if planned else member.before) is not None
        ]
        if listed:
            address = f'"address":"module.{members[0].module}"'
            out.write(f'{"" if first else ","}{{"resources":[{",".join(listed)}],{address}}}')
            first = False
    out.write("]}}")


def write_configuration(out: IO[str], count: int, mix: str) -> None:
    """Write the module calls, each with its resource blocks."""
    constraint = {"name": "aws", "full_name": PROVIDER, "version_constraint": "~> 5.0"}
    out.write(
        f'{{"provider_config":{{"aws":{compact(constraint)}}},"root_module":{{"module_calls":{{'
    )
    for number, members in enumerate(modules(count, mix)):
        blocks = {member.name: member for member in members}
        resources = [block_text(blocks[name]) for name in sorted(blocks)]
        parts = [f'"source":"./modules/service"{input_text(number)}']
        parts.append(f'"module":{{{output_text(members[0])},"resources":[{",".join(resources)}]')
        call = f'{",".join(parts)},"variables":{{"upstream":{{}}}}}}'
        out.write(f'{"," if number else ""}"{members[0].module}":{{{call}}}')
    out.write("}}}")


def input_text(module: int) -> str:
    """Return what a module call passes."""
    above = upstream(module)
    if above is None:
        return ""
    call = f"module.{module_name(above)}"
    return f',"expressions":{compact({"upstream": {"references": [f"{call}.id", call]}})}'


def output_text(first: Instance) -> str:
    """Return the one output of a module, that of its first block."""
    address = block_address(first.block)
    return (
        f'"outputs":{compact({"id": {"expression": {"references": [f"{address}.id", address]}}})}'
    )


def block_text(instance: Instance) -> str:
    """Return one resource block with the expressions of its arguments."""
    near = [block_address(each) for each in references(instance.block)]
    used = [text for address in near for text in (f"{address}.id", address)]
    if instance.block % BLOCKS < 2:
        used.append("var.upstream")
    expressions = {
        FORCING[instance.kind]: {"references": ["each.key", "var.prefix"]},
        "tags": {"references": ["local.tags"]},
        "uses": {"references": used},
    }
    return compact(
        {
            "address": f"{instance.kind}.{instance.name}",
            "mode": "managed",
            "type": instance.kind,
            "name": instance.name,
            "provider_config_key": "aws",
            "expressions": expressions,
            "schema_version": 1,
            "for_each_expression": {"references": ["var.instances"]},
        }
    )


def write_plan(out: IO[str], count: int, mix: str = "mixed") -> None:
    """Write a plan of ``count`` changes to ``out``."""
    out.write('{"format_version":"1.2","terraform_version":"1.11.4","planned_values":')
    write_values(out, count, mix, planned=True)
    out.write(',"resource_changes":[')
    for number, instance in enumerate(instances(count, mix)):
        out.write(("," if number else "") + change_text(instance))
    out.write('],"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":')
    write_values(out, count, mix, planned=False)
    out.write('},"configuration":')
    write_configuration(out, count, mix)
    out.write(
        ',"timestamp":"2026-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}'
    )


def main() -> None:
    """Write the plan that the command line asks for."""
    count, target = int(sys.argv[1]), Path(sys.argv[2])
    partial = target.with_suffix(".part")
    with partial.open("w", encoding="utf-8") as out:
        write_plan(out, count, *sys.argv[3:4])
    partial.rename(target)


if __name__ == "__main__":
    main()
