"""A builder of plans by hand: short to write, and whole like what the parser gives."""

from collections.abc import Callable, Iterable, Mapping

import msgspec
import pytest
from msgspec import Raw

from guardrail.findings.address import parse_address
from guardrail.findings.history import History
from guardrail.findings.identity import address_digest, identity_digest
from guardrail.findings.model import Findings, Observation
from guardrail.findings.observe import observe
from guardrail.findings.surroundings import Surroundings
from guardrail.plan.model import (
    Action,
    Change,
    Configuration,
    Configured,
    Deferred,
    Invocation,
    Mode,
    Plan,
    Provisioner,
    Resource,
    Saved,
)
from guardrail.settings.model import Settings


def raw(value: object) -> Raw:
    return Raw(msgspec.json.encode(value))


def module_of(address: str) -> str:
    parsed = parse_address(address)
    assert parsed is not None
    assert parsed.resource is not None
    return address[: address.rfind(f"{parsed.type}.{parsed.resource.name}")].rstrip(".")


class Build:
    """Makes the parts of a plan."""

    def change(self, address: str, actions: str, **fields: object) -> Change:
        """Make a change; ``actions`` is a list of words such as ``delete create``."""
        parsed = parse_address(address)
        words = actions.split()
        values = {
            name: raw(fields.pop(name, default))
            for name, default in (("before", None), ("after", None), ("after_unknown", {}))
        }
        defaults = {
            "previous_address": None,
            "module": module_of(address) if parsed else "",
            "mode": "managed",
            "type": parsed.type if parsed else "aws_thing",
            "name": parsed.resource.name if parsed and parsed.resource else "x",
            "index": None,
            "provider": "",
            "deposed": None,
            "importing": False,
            "reason": None,
            "replace_paths": (),
        }
        return Change(
            address=address,
            actions=frozenset(map(Action, words)),
            create_first=len(words) == 2 and words[0] == "create",
            **values,
            **{**defaults, **fields},
        )

    def resource(
        self, address: str, values: object = None, *, depends_on: Iterable[str] = ()
    ) -> Resource:
        parsed = parse_address(address)
        return Resource(
            address=address,
            mode="data" if parsed and parsed.prefix else "managed",
            type=parsed.type if parsed else "aws_thing",
            module=module_of(address) if parsed else "",
            values=raw(values or {}),
            depends_on=raw(list(depends_on)),
        )

    def plan(
        self, changes: Iterable[Change] = (), prior: Iterable[Resource] = (), **fields: object
    ) -> Plan:
        changes, prior = tuple(changes), tuple(prior)
        defaults = {
            "terraform_version": "1.11.4",
            "format_version": "1.2",
            "no_ops": max(len(prior) - len(changes), 0),
            "drift": (),
            "deferred": (),
            "invocations": (),
            "output_changes": 0,
            "planned": frozenset(),
            "configuration": Configuration(),
            "errored": False,
            "complete": True,
            "applyable": True,
            "inconsistencies": (),
        }
        return Plan(changes=changes, prior=prior, **{**defaults, **fields})

    def saved(self, mode: Mode, **fields: object) -> Saved:
        defaults = {
            "terraform_version": "1.11.4",
            "workspace": "default",
            "backend": "local",
            "backend_sha256": "",
            "targets": (),
            "replacements": (),
            "lineage": "",
            "serial": 1,
            "lockfile_sha256": None,
            "actions": {},
            "configured": Configured(),
        }
        return Saved(mode=mode, **{**defaults, **fields})

    def losing(self, addresses: Iterable[str], actions: str, **fields: object) -> Plan:
        """Make a plan that does ``actions`` to every one of ``addresses``, which exist before."""
        addresses = tuple(addresses)
        return self.plan(
            [self.change(a, actions, before={}) for a in addresses],
            [self.resource(a) for a in addresses],
            **fields,
        )

    def provisioned(self, *resources: str) -> Configuration:
        return Configuration(
            provisioners=tuple(Provisioner(resource=r, type="local-exec") for r in resources)
        )

    def deferred(self, change: Change) -> Deferred:
        return Deferred(reason="instance_count_unknown", change=change)

    def invocation(self, address: str, trigger: str | None) -> Invocation:
        return Invocation(
            address=address, type="aws_lambda_invoke", trigger=trigger, deferred=False
        )

    def findings(
        self,
        plan: Plan,
        settings: Settings | None = None,
        workspace: str = "default",
        directory: str = "",
        **around: object,
    ) -> Findings:
        around = Surroundings(workspace=workspace, directory=directory, **around)
        return observe(plan, settings or Settings(), around)

    def observations(self, *changes: Change, **fields: object) -> tuple[Observation, ...]:
        return self.findings(self.plan(changes, **fields)).observations


@pytest.fixture
def build() -> Build:
    return Build()


@pytest.fixture
def remember() -> Callable[..., History]:
    """Return a function from addresses, or a mapping to what they stood for, to a history."""

    def run(addresses: Iterable[str] | Mapping[str, object] = (), **fields: object) -> History:
        known = addresses if isinstance(addresses, Mapping) else {a: {"id": a} for a in addresses}
        objects = {}
        for address, values in known.items():
            kind = Build().resource(address).type
            objects[address_digest(address)] = identity_digest(kind, raw(values))
        stack = {"lineage": "L", "serial": 7, "resources": len(objects), "objects": objects}
        return History(**stack | fields)

    return run
