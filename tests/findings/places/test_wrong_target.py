"""Who disagrees about the environment of what is lost."""

import pytest

from guardrail.findings.model import Kind, Observation
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, Settings

PROD = {"tags": {"Environment": "production"}}
STAGING = {"tags": {"Environment": "staging"}}
NONE: dict = {}


def told(
    build,
    values: dict,
    workspace: str = "",
    directory: str = "",
    module: str = "",
    actions: str = "delete",
    kind: str = "aws_instance",
    settings: Settings | None = None,
) -> list[Observation]:
    address = f"{module}.{kind}.a" if module else f"{kind}.a"
    plan = build.plan([build.change(address, actions, before=values, after=values)])
    found = build.findings(plan, settings, workspace, directory).observations
    return [each for each in found if each.kind is Kind.WRONG_TARGET]


@pytest.mark.parametrize("actions", ["delete", "delete create", "forget"])
def test_a_workspace_that_says_less_than_the_tags_is_sealed(build, actions):
    (found,) = told(build, PROD, workspace="staging", actions=actions)
    assert found.sealed
    assert found.environment == "production"
    assert found.detail == "the tags say production, the workspace says staging"


@pytest.mark.parametrize(
    ("values", "workspace", "directory", "module"),
    [
        (STAGING, "production", "", ""),
        (PROD, "", "envs/staging", ""),
        (STAGING, "", "envs/prod", ""),
        (STAGING, "", "", "module.prod"),
        (NONE, "staging", "envs/prod", ""),
        (NONE, "staging", "", "module.prod"),
        (NONE, "prod", "envs/dev", ""),
    ],
)
def test_another_disagreement_is_told_and_not_sealed(build, values, workspace, directory, module):
    (found,) = told(build, values, workspace, directory, module)
    assert not found.sealed


@pytest.mark.parametrize(
    ("values", "workspace", "directory", "module"),
    [
        (PROD, "", "", ""),
        (PROD, "default", "", ""),
        (PROD, "prod", "envs/prod", "module.production"),
        (STAGING, "staging", "envs/staging", "module.staging"),
        (STAGING, "dev", "", ""),
        # Folders and modules are named for what they hold, too.
        (PROD, "prod", "stacks/integration", ""),
        (PROD, "", "", "module.test"),
        (STAGING, "", "live/staging/vpc", ""),
        (PROD, "prod-test", "", ""),
        (NONE, "staging", "", ""),
        ({"tags": {"Environment": "blue"}}, "staging", "", ""),
    ],
)
def test_what_agrees_or_says_nothing_is_silent(build, values, workspace, directory, module):
    assert not told(build, values, workspace, directory, module)


@pytest.mark.parametrize("actions", ["create", "update", "read"])
def test_without_a_loss_it_is_silent(build, actions):
    assert not told(build, PROD, workspace="staging", actions=actions)


def test_ordinary_churn_is_no_loss(build):
    replaced = {"actions": "delete create", "kind": "aws_launch_template"}
    assert not told(build, PROD, workspace="staging", **replaced)


def rule(name: str, worth: EnvironmentClass, **fields) -> EnvironmentRule:
    return EnvironmentRule(name=name, environment_class=worth, **fields)


LEGACY = {"workspaces": ("staging",), "tags": ("production",)}


def test_the_installation_settles_it_by_naming_both_texts(build):
    one = rule("legacy", EnvironmentClass.NONPRODUCTION, **LEGACY)
    assert not told(build, PROD, workspace="staging", settings=Settings(environments=(one,)))


def test_the_installation_may_also_name_the_disagreement(build):
    settings = Settings(
        environments=(
            rule("shop", EnvironmentClass.PRODUCTION, tags=("blue",)),
            rule("shop-test", EnvironmentClass.DISPOSABLE, workspaces=("green",)),
        )
    )
    values = {"tags": {"env": "blue"}}
    (found,) = told(build, values, workspace="green", settings=settings)
    assert found.sealed
    assert found.detail == "the tags say shop, the workspace says shop-test"


@pytest.mark.parametrize(
    "added",
    [
        rule("legacy", EnvironmentClass.PRODUCTION, **LEGACY, trusted=False),
        rule("staging", EnvironmentClass.PRODUCTION, trusted=False),
        rule("legacy", EnvironmentClass.NONPRODUCTION, **LEGACY, trusted=False),
    ],
)
def test_a_repository_settles_nothing(build, added):
    (found,) = told(build, PROD, workspace="staging", settings=Settings(environments=(added,)))
    assert found.sealed


def test_the_module_that_something_moves_away_from_has_a_voice(build):
    gone = build.change(
        "aws_instance.a", "delete", previous_address="module.prod.aws_instance.a", before={}
    )
    found = build.findings(build.plan([gone]), None, "staging").observations
    assert Kind.WRONG_TARGET in {each.kind for each in found}


def test_what_drifted_away_has_a_voice(build):
    gone = build.change("aws_instance.a", "delete", before=STAGING)
    drift = build.change("aws_instance.a", "update", before=PROD, after=STAGING)
    found = build.findings(build.plan([gone], drift=(drift,)), None, "staging").observations
    assert not [each for each in found if each.kind is Kind.WRONG_TARGET]
    gone = build.change("aws_instance.a", "delete", before=NONE)
    found = build.findings(build.plan([gone], drift=(drift,)), None, "staging").observations
    assert [each for each in found if each.kind is Kind.WRONG_TARGET]


def test_many_are_told_once(build):
    values = {"before": PROD}
    plan = build.plan([build.change(f"aws_instance.a[{n}]", "delete", **values) for n in range(9)])
    found = build.findings(plan, None, "staging").observations
    (told_once,) = (each for each in found if each.kind is Kind.WRONG_TARGET)
    assert (told_once.address, told_once.count) == ("aws_instance.a[0]", 9)
