"""Plans that run code, or whose code comes from elsewhere, or that work somewhere else."""

from typing import Any

from sites import Site
from steps import Step, create, keep, replace, update
from stories import Extra, Story, at_last

LOCAL: dict[str, Any] = {
    "type": "local-exec",
    "expressions": {"command": {"constant_value": "./scripts/migrate.sh"}},
}
REMOTE: dict[str, Any] = {
    "type": "remote-exec",
    "expressions": {"inline": {"constant_value": ["sudo systemctl stop app"]}},
}
FILE: dict[str, Any] = {
    "type": "file",
    "expressions": {
        "source": {"constant_value": "conf/"},
        "destination": {"constant_value": "/etc/app"},
    },
}
MACHINES = {
    "aws": "aws_instance",
    "azurerm": "azurerm_linux_virtual_machine",
    "google": "google_compute_instance",
    "kubernetes": "kubernetes_deployment_v1",
}


def provisioned(step: Step, *provisioners: dict[str, Any]) -> Step:
    """Give what ``step`` makes a block with provisioners."""

    def done(s: Site) -> None:
        step(s).block["provisioners"] = list(provisioners)

    return done


def reads(kind: str, **over: Any) -> Step:
    """A data source that is read while applying, as it depends on what changes."""
    return lambda s: s.read(f"data.{kind}.this", **over)


def invokes(kind: str, trigger: str | None = None) -> Step:
    """An action runs: after a change, or because somebody named it."""

    def step(s: Site) -> None:
        told: dict[str, Any] = {
            "address": f"action.{kind}.run",
            "type": kind,
            "name": "run",
            "config_values": {"name": "orders"},
            "config_sensitive": {},
            "config_unknown": {},
            "provider_name": f"registry.terraform.io/hashicorp/{kind.partition('_')[0]}",
        }
        if trigger is None:
            told["invoke_action_trigger"] = {}
        else:
            changed = s.update(s.keep(trigger), {}, unknown=["id"])
            told["lifecycle_action_trigger"] = {
                "triggering_resource_address": changed.address,
                "action_trigger_event": "BeforeUpdate",
                "action_trigger_block_index": 0,
                "actions_list_index": 0,
            }
        s.members["action_invocations"] = [told]

    return step


ACTIONS = {
    "aws": ("aws_lambda_invoke", "aws_ec2_stop_instance"),
    "azurerm": ("azurerm_virtual_machine_power", "azurerm_mssql_execute_job"),
    "google": ("google_compute_instance_stop",),
    "kubernetes": ("kubernetes_rollout_restart",),
}


def effects(provider: str) -> list[tuple[str, list[Step]]]:
    """Return every way in which a plan runs code outside of its providers."""
    machine = MACHINES[provider]
    rows: list[tuple[str, list[Step]]] = [
        ("provisioner", [provisioned(create("null_resource"), LOCAL)]),
        ("provisioner", [provisioned(replace("null_resource", "triggers", {"triggers.hash": "77"}), LOCAL)]),
        ("provisioner", [provisioned(create("terraform_data"), LOCAL)]),
        ("provisioner", [provisioned(replace("terraform_data", "triggers_replace", {
            "triggers_replace": "77"}), LOCAL, REMOTE)]),
        ("provisioner", [provisioned(create(machine), FILE, REMOTE)]),
        ("provisioner", [provisioned(create(machine, name="worker"), LOCAL)]),
        ("deferred external data", [reads("external"), replace("null_resource", "triggers", {
            "triggers.hash": "77"})]),
        ("deferred external data", [reads("http", url="https://hooks.acme.example/run"), create(machine)]),
    ]  # fmt: skip
    if provider == "aws":
        rows.append(
            ("deferred external data", [reads("aws_lambda_invocation", function_name="migrate")])
        )
    rows += [("action", [invokes(kind, machine)]) for kind in ACTIONS[provider]]
    rows += [("action by hand", [invokes(kind)]) for kind in ACTIONS[provider][:1]]
    return rows


def elsewhere(source: str) -> Extra:
    """The provider comes from a place that the settings do not list."""

    def extra(s: Site, plan: dict[str, Any]) -> dict[str, Any]:
        for node in (
            plan["resource_changes"],
            [*plan["configuration"]["provider_config"].values()],
        ):
            for each in node:
                for key in ("provider_name", "full_name"):
                    if each.get(key, "").endswith(f"hashicorp/{s.provider}"):
                        each[key] = source
        return {"settings": {"provider_sources": ["registry.terraform.io/hashicorp/*"]}}

    return extra


def foreign_module(s: Site, plan: dict[str, Any]) -> dict[str, Any]:
    return {"settings": {"module_sources": ["app.terraform.io/acme/*"]}}


def outside(accounts: str) -> Extra:
    """The provider works in an account that the environment does not live in."""

    def extra(s: Site, plan: dict[str, Any]) -> dict[str, Any]:
        rule = {
            "name": "production",
            "environment_class": "production",
            "tags": ["prod*"],
            "accounts": [accounts],
        }
        return {"settings": {"environments": [rule]}}

    return extra


def pointed(provider: str, **expressions: str) -> Step:
    """The provider's configuration says where it works."""

    def step(s: Site) -> None:
        s.provider_expressions[provider] = {
            name: {"constant_value": value} for name, value in expressions.items()
        }

    return step


POINTERS = {
    "aws": ("region", "eu-central-1", "us-east-1"),
    "azurerm": ("subscription_id", "0f0f0f0f-aaaa", "e1e1e1e1-bbbb"),
    "google": ("project", "acme-production", "acme-sandbox"),
    "kubernetes": ("config_context", "production", "staging"),
}


def repointed(provider: str) -> Story:
    """After the last apply it worked elsewhere; now the state's objects are made a second time."""
    name, old, new = POINTERS[provider]

    def story(s: Site) -> Extra:
        pointed(provider, **{name: old})(s)
        history = at_last(s)
        pointed(provider, **{name: new})(s)
        for thing in list(s.things):
            if thing.place.mode == "managed":
                s.vanish(thing)
        return lambda _s, _plan: {"history": history}

    return story


def sourced(provider: str) -> list[tuple[str, Story]]:
    """Return the plans whose code or whose place is not what the settings allow."""
    machine = MACHINES[provider]

    def quiet(s: Site) -> None:
        s.call("shop", "github.com/stranger/terraform-shop")
        s.have(f"module.shop.{machine}.this")
        create("null_resource")(s)

    def calls(s: Site) -> Extra:
        quiet(s)
        return foreign_module

    def fork(source: str) -> Story:
        def story(s: Site) -> Extra:
            create(machine)(s)
            return elsewhere(source)

        return story

    def update_fork(s: Site) -> Extra:
        update(machine, unknown=["id"])(s)
        keep("null_resource")(s)
        return elsewhere("registry.terraform.io/stranger/" + s.provider)

    def left_behind(s: Site) -> Extra:
        """A block goes, and in its place stands ``removed`` with a provisioner for the destruction."""
        gone = s.delete(s.keep("null_resource"))
        path = "".join(f"module.{call}." for call in gone.place.calls) + gone.place.block
        runs = {"removed_provisioners": [{"resource": path, "type": "local-exec"}]}
        return lambda _s, _plan: {"saved": {"configured": runs}}

    def when_destroyed(s: Site) -> Extra:
        for i in range(3):
            each = s.have(f"null_resource.hook[{i}]")
            each.block["provisioners"] = [LOCAL]
            if i == 2:
                s.delete(each, "delete_because_count_index")
        return lambda _s, _plan: {}

    return [
        ("provisioner when destroyed", left_behind),
        ("provisioner when destroyed", when_destroyed),
        ("foreign provider", fork("registry.terraform.io/stranger/" + provider)),
        ("foreign provider", fork("evil.example/hashicorp/" + provider)),
        ("foreign provider", update_fork),
        ("foreign module", calls),
        ("provider pointed elsewhere", repointed(provider)),
    ]
