"""How much of which environment is lost, in every profile and class."""

from made_plan import plan, thing
from situation_table import Situation, situation

REBUILT = "environment/rebuilt"
DESTROYED = "environment/destroyed"
DELETED = "destruction/resource_deleted"
REPLACED = "destruction/resource_replaced"
DISPOSABLE = '[environments.dev]\nclass = "disposable"\n'
STRICT = 'profile = "strict"\n'
OBSERVE = 'profile = "observe"\n'
REPLACE = "delete create"
PRODUCTION = {"tags": {"Environment": "prod"}}


def some(lost: int, of: int, words: str = REPLACE, place: str = "module.prod.", **more) -> list:
    """Return ``of`` machines in ``place``, of which ``lost`` are acted upon."""
    kind = more.pop("kind", "aws_instance")
    return [
        thing(f"{place}{kind}.a[{n}]", words if n < lost else "no-op", **more) for n in range(of)
    ]


def _staged(lost: int, **more) -> dict:
    return plan(*some(lost, 40, place="module.dev."), **more)


SITUATIONS: dict[str, Situation] = {
    "34 of 40": situation(
        "BLOCK",
        plan(*some(34, 40)),
        REBUILT,
        says="34 of 40 managed resources of production are replaced:",
    ),
    "34 of 40 nowhere": situation(
        "BLOCK",
        plan(*some(34, 40, place="")),
        REBUILT,
        says="34 of 40 managed resources of an unknown",
    ),
    "34 of 40 deleted": situation(
        "BLOCK",
        plan(*some(34, 40, "delete")),
        DESTROYED,
        says="34 of 40 managed resources of production go and nothing takes their place",
    ),
    "34 of 40 forgotten": situation(
        "BLOCK", plan(*some(34, 40, "forget")), DESTROYED, says="Terraform forgets them"
    ),
    "34 of 40 that are tagged": situation(
        "BLOCK", plan(*some(34, 40, place="", before=PRODUCTION)), REBUILT, says="of production are"
    ),
    "one of 40": situation("BLOCK", plan(*some(1, 40)), REPLACED),
    "40 of 40 that are churn": situation("ALLOW", plan(*some(40, 40, kind="aws_launch_template"))),
    "30 renamed without moved": situation(
        "BLOCK",
        plan(*some(30, 30, "delete", "module.prod."), *some(30, 30, "create", "module.prod_b.")),
        REBUILT,
        says="30 of 30 managed resources of production are deleted under their old addresses",
    ),
    "keys that shift": situation(
        "BLOCK",
        plan(
            *(thing(f'aws_subnet.a["k{n}"]', "delete") for n in range(9)), *some(9, 9, "create", "")
        ),
        DESTROYED,
    ),
    "a small environment gone beside a large one": situation(
        "BLOCK",
        plan(*some(2, 2, "delete", "module.staging."), *some(0, 20)),
        DESTROYED,
        says="2 of 2 managed resources of staging go",
    ),
    "two of three in each of three": situation(
        "BLOCK",
        plan(
            *(
                each
                for name in ("prod", "qa", "dev")
                for each in some(2, 3, place=f"module.{name}.")
            )
        ),
        REBUILT,
        says="6 of 9 managed resources of all environments",
    ),
    "a tag that says less than the module": situation(
        "BLOCK", plan(*some(34, 40, before={"tags": {"env": "dev"}})), REBUILT, says="of production"
    ),
    "an environment that is retagged": situation(
        "BLOCK",
        plan(thing("aws_instance.a", "update", PRODUCTION, {"tags": {"Environment": "dev"}})),
        says="tagged for a less strict environment",
    ),
    "one of 40 in a disposable environment": situation(
        "ALLOW", _staged(1), REPLACED, settings=DISPOSABLE
    ),
    "34 of 40 in a disposable environment": situation(
        "BLOCK", _staged(34), REBUILT, settings=DISPOSABLE
    ),
    "a database in a disposable environment": situation(
        "BLOCK", plan(*some(1, 9, place="module.dev.", kind="aws_db_instance")), settings=DISPOSABLE
    ),
    "production beside a disposable environment": situation(
        "BLOCK",
        plan(*some(1, 9, place="module.dev."), *some(1, 9, "delete")),
        DELETED,
        settings=DISPOSABLE,
    ),
    "a disposable environment that is tagged production": situation(
        "BLOCK",
        plan(*some(1, 9, place="module.dev.", before=PRODUCTION)),
        says="deleted and created anew",
        settings=DISPOSABLE,
    ),
    "an errored plan of a disposable environment": situation(
        "REFUSE", _staged(1, errored=True), "plan/errored", settings=DISPOSABLE
    ),
    "strict: a creation in production": situation(
        "BLOCK", plan(*some(1, 1, "create")), settings=STRICT
    ),
    "strict: a creation nowhere": situation(
        "BLOCK", plan(*some(1, 1, "create", "")), settings=STRICT
    ),
    "strict: a creation in staging": situation(
        "ALLOW", plan(*some(1, 1, "create", "module.staging.")), settings=STRICT
    ),
    "strict: production tagged as staging": situation(
        "BLOCK",
        plan(thing("aws_instance.a", "update", PRODUCTION, {"tags": {"Environment": "staging"}})),
        settings=STRICT,
    ),
    "strict: nothing in production": situation("ALLOW", plan(*some(0, 5)), settings=STRICT),
    "strict: churn in production": situation(
        "ALLOW", plan(*some(1, 1, kind="random_id")), settings=STRICT
    ),
    "observe: an environment destroyed": situation(
        "ALLOW", plan(*some(40, 40, "delete")), DESTROYED, settings=OBSERVE
    ),
    "observe: what is no plan": situation("REFUSE", b"{", settings=OBSERVE),
}
