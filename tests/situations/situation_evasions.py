"""
Plans that prepare or hide a loss where nobody looks for it: each is asked about.

Beside each evasion stands what it looks like, and that stays silent.
"""

from made_plan import Json, plan, thing
from situation_table import Situation, situation

DISARMED = "protection/disarmed"
RUNS = "effects/provisioner_runs"
DISPOSABLE = '[environments.sandbox]\nclass = "disposable"\nmodules = ["sandbox*"]\n'
KEPT = [thing(f"aws_vpc.kept[{n}]") for n in range(9)]


def _updated(kind: str, before: Json, after: Json) -> Json:
    return plan(thing(f"{kind}.x", "update", before, after), thing(f"{kind}.y"))


def _created(kind: str, after: Json, **entry: Json) -> Json:
    return plan(*KEPT, thing(f"{kind}.x", "create", after, **entry))


def _moved(old: str, new: str, tags: Json | None = None) -> Json:
    body = {"tags": tags or {}}
    return plan(*KEPT, thing(f"{new}aws_vpc.a", "no-op", body, previous_address=f"{old}aws_vpc.a"))


def _retagged(old: Json, new: Json, unknown: Json) -> Json:
    masks = {"tags": unknown, "tags_all": True}
    return plan(*KEPT, thing("aws_vpc.a", "update", {"tags": old}, {"tags": new}, unknown=masks))


PROGRAMS = {
    "a function that is invoked": ("aws_lambda_invocation", {"function_name": "wipe"}),
    "a script that is a resource": ("shell_script", {"lifecycle_commands": [{"create": "rm"}]}),
    "an operation of Azure": ("azapi_resource_action", {"action": "delete", "method": "POST"}),
    "a command on a virtual machine": ("azurerm_virtual_machine_run_command", {"name": "a"}),
    "a deployment script": ("azurerm_resource_deployment_script_azure_cli", {"name": "a"}),
    "a query that is a job": ("google_bigquery_job", {"query": [{"query": "DROP TABLE a"}]}),
    "a statement of SQL": ("aws_redshiftdata_statement", {"sql": "DROP TABLE a"}),
    "a request that is a resource": ("terracurl_request", {"method": "DELETE"}),
    "a playbook": ("ansible_playbook", {"playbook": "a.yml"}),
}


SITUATIONS: dict[str, Situation] = {
    "a move into a disposable environment": situation(
        "BLOCK", _moved("module.prod.", "module.sandbox."), DISARMED, settings=DISPOSABLE
    ),
    "a move from nowhere into a disposable environment": situation(
        "BLOCK", _moved("", "module.sandbox."), DISARMED, settings=DISPOSABLE
    ),
    "a move from nowhere into a disposable environment, and a deletion": situation(
        "BLOCK",
        plan(*KEPT, thing("module.sandbox.aws_vpc.a", "delete", previous_address="aws_vpc.a")),
        "destruction/resource_deleted",
        settings=DISPOSABLE,
    ),
    "an environment that only apply will know": situation(
        "BLOCK",
        _retagged({"environment": "prod"}, {}, {"environment": True}),
        DISARMED,
        settings=DISPOSABLE,
    ),
    "a name that only apply will know": situation(
        "ALLOW",
        _retagged({"environment": "prod", "Name": "a"}, {"environment": "prod"}, {"Name": True}),
        settings=DISPOSABLE,
    ),
    "a move inside a disposable environment": situation(
        "ALLOW", _moved("module.sandbox.", "module.sandbox_eu."), settings=DISPOSABLE
    ),
    "a move into a disposable environment of what is tagged": situation(
        "ALLOW",
        _moved("module.a.", "module.sandbox.", {"environment": "prod"}),
        settings=DISPOSABLE,
    ),
    "a move out of a module named for production": situation(
        "ALLOW", _moved("module.prod.", "module.main.")
    ),
    **{
        name: situation("BLOCK", _created(kind, after), RUNS)
        for name, (kind, after) in PROGRAMS.items()
    },
    "a function that is invoked again": situation(
        "BLOCK", _updated("aws_lambda_invocation", {"input": "{}"}, {"input": "[]"}), RUNS
    ),
    "a job of Kubernetes": situation("ALLOW", _created("kubernetes_job_v1", {"spec": []})),
}
