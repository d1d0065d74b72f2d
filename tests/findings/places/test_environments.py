"""Which environment an object belongs to, and on what evidence."""

import pytest

from guardrail.findings.model import Loss
from guardrail.findings.places.environments import NOWHERE, Environments, strictest
from guardrail.settings.load import add_repository, parse_settings
from guardrail.settings.model import EnvironmentClass, EnvironmentRule, Settings


def settings_of(*rules: EnvironmentRule, **fields) -> Settings:
    return Settings(environments=rules, **fields)


def rule(name: str, kind: EnvironmentClass, **fields) -> EnvironmentRule:
    return EnvironmentRule(name=name, environment_class=kind, **fields)


DISPOSABLE_TMP = settings_of(rule("tmp", EnvironmentClass.DISPOSABLE, tags=("tmp",)))


@pytest.fixture
def place(build):
    """Return a function from a resource's address and values to (name, class, evidence)."""

    def run(address="aws_vpc.v", values=None, *, settings=None, workspace="default", directory=""):
        plan = build.plan(prior=[build.resource(address, values)])
        found = Environments(plan, settings or Settings(), workspace=workspace, directory=directory)
        member = found.prior[address]
        return member.name, str(member.environment_class), [str(e) for e in member.evidence]

    return run


PROD, NONPROD = "production", "nonproduction"


def test_no_evidence_is_unknown_and_production(place):
    assert place() == ("unknown", PROD, [])


def test_the_default_workspace_says_nothing(place):
    assert place(workspace="default") == ("unknown", PROD, [])
    assert place(workspace="") == ("unknown", PROD, [])


@pytest.mark.parametrize("key", ["environment", "Environment", "ENV", "stage"])
def test_a_tag_names_the_environment(place, key):
    assert place(values={"tags": {key: "Prod"}}) == ("production", PROD, ["tags"])


@pytest.mark.parametrize("attribute", ["tags", "tags_all", "labels"])
def test_tags_and_labels_of_every_provider_are_read(place, attribute):
    assert place(values={attribute: {"env": "dev"}}) == ("development", NONPROD, ["tags"])


@pytest.mark.parametrize("attribute", ["tag", "tags"])
def test_tags_as_a_list_of_keys_and_values_are_read(place, attribute):
    tags = [
        {"key": "Name", "value": "prod", "propagate_at_launch": True},
        {"key": "Env", "value": "dev", "propagate_at_launch": True},
    ]
    assert place(values={attribute: tags}) == ("development", NONPROD, ["tags"])


@pytest.mark.parametrize(
    "values",
    [
        {"tags": None},
        {"tags": ["prod"]},
        {"tags": "prod"},
        {"tags": {"env": None}},
        {"tags": {"env": ["prod"]}},
        {"tags": {"env": " "}},
        {"tags": {"name": "prod"}},
        {"tag": [{"key": "env"}]},
        {"tag": [{"key": ["env"], "value": "prod"}, "prod"]},
    ],
)
def test_tags_of_another_shape_are_no_evidence_and_no_error(place, values):
    assert place(values=values) == ("unknown", PROD, [])


def test_an_unknown_tag_value_is_never_used_as_a_name(place):
    assert place(values={"tags": {"env": "customer-canary"}}) == ("unknown", PROD, [])


def test_a_workspace_names_the_environment(place):
    assert place(workspace="acme-staging") == ("staging", NONPROD, ["workspace"])


@pytest.mark.parametrize(
    "address",
    [
        "module.prod.aws_vpc.v",
        'module.env["prod"].aws_vpc.v',
        'module.a.module.prod_network["x"].aws_vpc.v',
    ],
)
def test_a_module_or_its_key_names_the_environment(place, address):
    assert place(address) == ("production", PROD, ["module"])


@pytest.mark.parametrize("directory", ["live/vpc", "envs/prod", "envs/prod/", "acme-prod"])
def test_a_directory_names_the_environment(place, directory):
    assert place(directory=directory) == ("production", PROD, ["directory"])


def test_a_directory_of_the_machine_says_nothing(place):
    assert place(directory="/home/dev/shop/vpc") == ("unknown", PROD, [])
    assert place(directory="/home/x/dev") == ("development", NONPROD, ["directory"])


def test_a_module_that_is_only_called_like_a_test_is_no_test_environment(place):
    assert place("module.load_test.aws_vpc.v") == ("unknown", PROD, [])
    assert place(directory="tools/load-test") == ("unknown", PROD, [])


def test_the_strictest_wins_where_evidence_disagrees_and_all_is_listed(place):
    assert place(
        "module.staging.aws_vpc.v", {"tags": {"env": "dev"}}, workspace="prod", directory="test"
    ) == ("production", PROD, ["tags", "workspace", "module", "directory"])


def test_the_strongest_evidence_gives_the_name_within_one_class(place):
    assert place(values={"tags": {"env": "qa"}}, workspace="dev") == (
        "qa",
        NONPROD,
        ["tags", "workspace"],
    )


# -- settings ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"workspaces": ("team-*",)}, {"workspace": "Team-7"}),
        ({"directories": ("stacks/*",)}, {"directory": "stacks/a/b"}),
        ({"modules": ("throwaway*",)}, {"address": "module.throwaway_1.aws_vpc.v"}),
        ({"tags": ("tmp-*",)}, {"values": {"tags": {"env": "tmp-1"}}}),
    ],
)
def test_a_pattern_of_the_settings_names_the_environment(place, fields, where):
    settings = settings_of(rule("scratch", EnvironmentClass.DISPOSABLE, **fields))
    assert place(**where, settings=settings) == ("scratch", "disposable", ["settings"])


def test_a_name_in_the_settings_is_its_own_pattern(place):
    settings = settings_of(rule("perf-lab", EnvironmentClass.NONPRODUCTION))
    assert place(workspace="perf-lab", settings=settings)[0] == "perf-lab"
    assert place(directory="x/perf-lab/y", settings=settings)[0] == "perf-lab"


def test_a_table_with_a_common_name_speaks_for_all_its_spellings(place):
    settings = settings_of(rule("dev", EnvironmentClass.DISPOSABLE))
    assert place(values={"tags": {"env": "Development"}}, settings=settings) == (
        "dev",
        "disposable",
        ["tags"],
    )


def test_the_settings_win_over_common_words_for_the_same_text(place):
    settings = settings_of(rule("mirror", EnvironmentClass.NONPRODUCTION, workspaces=("prod-m*",)))
    assert place(workspace="prod-mirror", settings=settings) == ("mirror", NONPROD, ["settings"])


def test_the_settings_win_over_milder_words_elsewhere_but_not_over_production(place):
    settings = settings_of(rule("scratch", EnvironmentClass.DISPOSABLE, workspaces=("s-*",)))
    common = {"workspace": "s-1", "settings": settings}
    assert place("module.test.aws_vpc.v", **common)[:2] == ("scratch", "disposable")
    assert place("module.prod.aws_vpc.v", **common)[:2] == ("production", PROD)


def test_other_tag_keys_can_be_named(place):
    settings = settings_of(tag_keys=("Tier",))
    assert place(values={"tags": {"tier": "prod", "env": "dev"}}, settings=settings)[0] == (
        "production"
    )


# -- a repository's own file -------------------------------------------------------------


def repository(text: str, trusted: str = "") -> Settings:
    base = parse_settings(trusted.encode(), origin="x")
    return add_repository(base, text.encode())


def test_a_repository_can_name_what_nobody_names(place):
    settings = repository('[environments.tools]\nclass = "nonproduction"\nworkspaces = ["tools"]')
    assert place(workspace="tools", settings=settings) == ("tools", NONPROD, ["settings"])


@pytest.mark.parametrize(
    "where",
    [
        {"workspace": "prod-1"},
        {"address": "module.prod.aws_vpc.v"},
        {"values": {"tags": {"env": "prod"}}},
        {"directory": "live/shop"},
    ],
)
def test_a_repository_cannot_talk_production_away(place, where):
    settings = repository(
        '[environments.tools]\nclass = "nonproduction"\nworkspaces = ["*"]\nmodules = ["*"]\n'
        'tags = ["*"]\ndirectories = ["*"]'
    )
    assert place(**where, settings=settings)[1] == PROD


@pytest.mark.parametrize("name", ["prod", "production", "live"])
def test_a_repository_cannot_class_a_common_name_more_mildly(place, name):
    settings = repository(f'[environments.{name}]\nclass = "nonproduction"')
    assert place(workspace=name, settings=settings)[1] == PROD


def test_a_repository_can_class_a_common_name_more_strictly(place):
    settings = repository('[environments.staging]\nclass = "production"')
    assert place(workspace="stg", settings=settings) == ("staging", PROD, ["workspace"])


# -- only what was there before the plan -------------------------------------------------


@pytest.fixture
def environments(build):
    def make(plan, settings=None):
        return Environments(plan, settings or Settings(), workspace="default", directory="")

    return make


def test_a_tag_that_the_plan_sets_is_no_evidence(build, environments):
    dev = {"tags": {"env": "dev"}}
    prod = {"tags": {"env": "prod"}}
    update = build.change("aws_vpc.v", "update", before=prod, after=dev)
    plan = build.plan([update], [build.resource("aws_vpc.v", prod)])
    assert environments(plan).of(update).name == "production"
    create = build.change("aws_vpc.new", "create", after=dev)
    assert environments(build.plan([create])).of(create) == NOWHERE


def test_an_imported_object_is_placed_by_the_tags_it_has(build, environments):
    change = build.change(
        "aws_vpc.v", "update", importing=True, before={"tags": {"env": "prod"}}, after={}
    )
    assert environments(build.plan([change])).of(change).name == "production"


def test_a_tag_changed_behind_terraform_does_not_hide_the_old_one(build, environments):
    drift = build.change("aws_vpc.v", "update", before={"tags": {"env": "prod"}}, after={})
    plan = build.plan(prior=[build.resource("aws_vpc.v", {"tags": {"env": "dev"}})], drift=(drift,))
    assert environments(plan).prior["aws_vpc.v"].name == "production"


def test_the_module_that_an_object_moves_away_from_counts(build, environments):
    new = "module.dev.aws_vpc.v"
    change = build.change(new, "delete", previous_address="module.prod.aws_vpc.v", before={})
    plan = build.plan([change], [build.resource(new)])
    assert environments(plan).of(change).name == "production"


def test_an_unreadable_previous_address_is_no_evidence(build, environments):
    change = build.change("aws_vpc.v", "no-op", previous_address="???", before={})
    assert environments(build.plan([change])).of(change) == NOWHERE


def test_a_deposed_object_is_placed_by_its_own_tags(build, environments):
    change = build.change("aws_vpc.v", "delete", deposed="0a", before={"tags": {"env": "prod"}})
    plan = build.plan([change], [build.resource("aws_vpc.v", {"tags": {"env": "dev"}})])
    assert environments(plan).of(change).name == "production"


def test_data_sources_belong_to_no_environment(build, environments):
    plan = build.plan(prior=[build.resource("data.aws_ami.x")])
    assert environments(plan).prior == {}


def test_an_address_without_values_is_placed_by_its_modules(build, environments):
    plan = build.plan(prior=[build.resource("aws_vpc.v", {"tags": {"env": "qa"}})])
    found = environments(plan)
    assert found.of_address("aws_vpc.v").name == "qa"
    assert found.of_address("module.prod.action.aws_x.y").name == "production"
    assert found.of_address("???") == NOWHERE


# -- what cannot be tagged ---------------------------------------------------------------


def stack(build, *tags, untagged=1, kind="aws_vpc"):
    """Return a state of `untagged` rules beside one thing for each of `tags`."""
    tagged = [
        build.resource(f"{kind}.v{n}", {"tags": {"env": tag}} if tag else {})
        for n, tag in enumerate(tags)
    ]
    rules = [build.resource(f"aws_security_group_rule.r{n}") for n in range(untagged)]
    return build.plan(prior=[*tagged, *rules])


RULE = "aws_security_group_rule.r0"


@pytest.mark.parametrize(
    ("tag", "name", "kind"), [("prod", "production", PROD), ("stg", "staging", NONPROD)]
)
def test_what_nothing_places_is_where_its_stack_is(build, environments, tag, name, kind):
    found = environments(stack(build, tag, tag, untagged=2))
    member = found.prior[RULE]
    assert (member.name, str(member.environment_class), member.evidence) == (name, kind, ())
    for change in (
        build.change("aws_security_group_rule.new", "create", after={}),
        build.change(RULE, "delete", deposed="0a", before={}),
    ):
        assert found.of(change) == member


@pytest.mark.parametrize(
    ("tags", "untagged"),
    [
        ((), 1),
        (("stg",), 2),
        (("stg", "stg", "stg"), 4),
        (("stg", "stg", "dev"), 1),
        (("stg", "stg", "prod"), 1),
        (("tmp", "tmp", "tmp"), 1),
    ],
)
def test_less_than_half_or_more_than_one_voice_or_a_disposable_one_places_nothing_else(
    build, environments, tags, untagged
):
    found = environments(stack(build, *tags, untagged=untagged), DISPOSABLE_TMP)
    assert found.prior[RULE] == NOWHERE
    assert (
        found.of(build.change("aws_vpc.new", "create", after={"tags": {"env": "stg"}})) == NOWHERE
    )


def test_churn_of_any_number_is_no_half_of_a_stack(build, environments):
    found = environments(stack(build, *["stg"] * 9, kind="null_resource"))
    assert found.prior[RULE] == NOWHERE


def test_an_object_that_comes_from_elsewhere_is_not_where_the_stack_is(build, environments):
    found = environments(stack(build, "stg", "stg"))
    taken = build.change("aws_db_instance.d", "delete create", importing=True, before={})
    assert found.of(taken) == NOWHERE
    assert found.of_address("???") == NOWHERE


def test_what_is_where_its_stack_is_becomes_disposable_only_by_asking(build, environments):
    plan = stack(build, "stg", "stg", "")
    change = build.change("aws_vpc.v2", "update", before={}, after={"tags": {"env": "tmp"}})
    assert environments(plan, DISPOSABLE_TMP).weakened(change)


def test_a_part_that_cannot_be_tagged_is_no_environment_of_its_own(build):
    rules = [f"aws_security_group_rule.r{n}" for n in range(3)]
    things = stack(build, *["prod"] * 60, untagged=3).prior
    changes = [build.change(a, "delete create", before={}) for a in rules]
    (found,) = build.findings(build.plan(changes, things)).environments
    assert (found.name, found.managed, found.lost, found.loss) == ("production", 63, 3, Loss.NONE)


# -- retagging ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ("prod", "dev", True),
        ("dev", "tmp", True),
        (None, "tmp", True),
        (None, "dev", False),
        ("prod", None, False),
        ("dev", "prod", False),
        ("dev", "qa", False),
        ("prod", "prod", False),
    ],
)
def test_a_new_tag_that_weakens_the_environment_is_seen(build, environments, before, after, weaker):
    change = build.change(
        "aws_vpc.v", "update", before={"tags": {"env": before}}, after={"tags": {"env": after}}
    )
    plan = build.plan([change], [build.resource("aws_vpc.v", {"tags": {"env": before}})])
    assert environments(plan, DISPOSABLE_TMP).weakened(change) is weaker


def test_a_tag_that_names_no_environment_weakens_nothing(build, environments):
    change = build.change(
        "aws_vpc.v", "update", before={"tags": {"a": "1"}}, after={"tags": {"a": "2"}}
    )
    assert not environments(build.plan([change])).weakened(change)


def test_the_strictest_of_several_is_chosen(build, environments):
    plan = build.plan(
        prior=[build.resource("module.dev.aws_vpc.v"), build.resource("module.prod.aws_vpc.v")]
    )
    assert strictest(environments(plan).prior.values()).name == "production"
