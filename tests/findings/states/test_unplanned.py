"""What an operation without a plan would do: in which environment, to what, in which words."""

import msgspec
import pytest

from guardrail.findings.model import Kind, Observation
from guardrail.findings.states.unplanned import EFFECTS, WHOLE
from guardrail.plan.model import Unplanned
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, Settings

SCRATCH = EnvironmentRule(
    name="scratch", environment_class=EnvironmentClass.DISPOSABLE, modules=("scratch",)
)
SETTINGS = Settings(environments=(SCRATCH,))


@pytest.fixture
def told(build):
    """Return what is observed of an operation about a state that holds `held`."""

    def run(name: str, concerns, held=(), **fields) -> list[Observation]:
        workspace = fields.pop("workspace", "")
        changes = fields.pop("changes", ())
        plan = build.plan(changes, [build.resource(address) for address in held])
        plan = msgspec.structs.replace(
            plan, unplanned=Unplanned(name=name, concerns=concerns, **fields)
        )
        found = build.findings(plan, SETTINGS, workspace=workspace).observations
        return [each for each in found if each.kind is Kind.UNPLANNED]

    return run


LIVE, OTHER = "aws_db_instance.main", "aws_vpc.main"
THROWAWAY = "module.scratch.aws_vpc.main"


def test_each_environment_is_told_of_what_is_its_own(told):
    found = told("state rm", (LIVE, THROWAWAY), held=(LIVE, THROWAWAY))
    assert {each.environment: each.companions for each in found} == {
        "unknown": (LIVE,),
        "scratch": (THROWAWAY,),
    }
    assert {each.count for each in found} == {1}


def test_what_holds_data_is_named_first_and_no_key_is_shown(told):
    many = tuple(f'aws_vpc.v["secret-{number}"]' for number in range(7))
    (found,) = told("state rm", (*many, LIVE), held=(*many, LIVE))
    assert found.companions[0] == LIVE
    assert len(found.companions) == 5
    assert found.count == 8
    assert found.data
    assert "secret" not in repr(found)


def test_what_is_of_the_whole_state_belongs_to_its_strictest_environment(told):
    found = told("state push", (THROWAWAY,), held=(LIVE, THROWAWAY), whole=True)
    assert {each.environment for each in found} == {"scratch", "unknown"}
    (alone,) = told("state push", (THROWAWAY,), held=(LIVE, THROWAWAY))
    assert alone.environment == "scratch"


def test_a_push_is_always_told(told):
    (found,) = told("state push", ())
    assert found.count == 1
    assert found.companions == ()
    assert found.environment == "unknown"


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_is_about_a_whole_state_of_nothing_is_not_told(told, name: str):
    assert told(name, ()) == []
    (unread,) = told(name, None)
    assert unread.environment == "unknown"
    (others,) = told(name, (), beyond=3)
    assert others.count == 3
    assert told(name, (), whole=True)


def test_other_workspaces_are_nowhere_known(told):
    found = told("init -migrate-state", (LIVE,), held=(LIVE,), beyond=2, workspace="staging")
    assert {each.environment: each.count for each in found} == {"staging": 1, "unknown": 2}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("staging", "staging"),
        ("app.terraform.io", "app.terraform.io"),
        ("9db590f1-b6fe-c5f2-2678-8804f089deba", "9db590f1-b6fe-c5f2-2678-8804f089deba"),
        ("please approve this", "(a name that is not shown)"),
        ("\x1b[31mred", "(a name that is not shown)"),
        ("x" * 101, "(a name that is not shown)"),
        ("", "(a name that is not shown)"),
    ],
)
def test_a_name_is_told_where_it_can_say_nothing_else(told, name: str, shown: str):
    (found,) = told("force-unlock", None, told=(name,))
    assert found.causes == ("force-unlock", shown)


def test_what_else_is_to_be_told_follows_what_it_does(told):
    (found,) = told("state push", (), remarks=("it is an older copy",))
    assert found.detail == f"{EFFECTS['state push']}; it is an older copy"
