"""Labels show where a thing is, and never a for_each key."""

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.findings.labels import Labels
from guardrail.plan.model import Configuration, Mode, Plan, Resource


@pytest.fixture
def labels(build):
    def make(*addresses, **fields):
        return Labels(build.plan(prior=[build.resource(a) for a in addresses], **fields))

    return make


def test_a_key_becomes_its_place_among_the_keys_of_its_resource(labels):
    made = labels('aws_instance.web["zoe"]', 'aws_instance.web["adam"]', 'aws_vpc.v["zoe"]')
    assert made.label('aws_instance.web["zoe"]') == 'aws_instance.web["#2"]'
    assert made.label('aws_instance.web["adam"]') == 'aws_instance.web["#1"]'
    assert made.label('aws_vpc.v["zoe"]') == 'aws_vpc.v["#1"]'


def test_the_key_of_a_module_is_masked_too(labels):
    made = labels('module.a["acme"].aws_instance.web[0]', 'module.a["bmce"].aws_instance.web[0]')
    assert made.label('module.a["bmce"].aws_instance.web[0]') == (
        'module.a["#2"].aws_instance.web[0]'
    )


def test_a_key_that_is_no_value_stays(labels):
    for key in ("prod", "Production", "dev", "us-east-1", "eu-west-1a", "europe-west4-b"):
        address = f'module.env["{key}"].aws_instance.web'
        assert labels(address).label(address) == address


@pytest.mark.parametrize("key", ["westeurope", "us-gov-west-1", "uksouth", "me-central1", "stg"])
def test_more_names_of_places_and_environments_stay(labels, key):
    address = f'aws_instance.web["{key}"]'
    assert labels(address).label(address) == address


@pytest.mark.parametrize(
    "key",
    [
        "prod-customer",
        "us-east-1-acme",
        "us-east-1\\n",
        "pr\u043ed",
        "Prod ",
        "#1",
        "us-east-\u0661",
    ],
)
def test_a_key_that_only_looks_like_a_name_is_masked(labels, key):
    address = f'aws_instance.web["{key}"]'
    assert labels(address).label(address) == 'aws_instance.web["#1"]'


def test_indexes_and_plain_addresses_stay(labels):
    made = labels()
    for address in ("aws_instance.web", "aws_instance.web[12]", "data.aws_ami.x", "module.a"):
        assert made.label(address) == address


def test_a_deposed_object_says_so(build):
    change = build.change("aws_instance.web", "delete", deposed="527494d0")
    assert Labels(build.plan([change])).label_change(change) == "aws_instance.web (deposed)"


def test_keys_of_every_part_of_the_plan_are_numbered(build):
    def address(key):
        return f'aws_instance.web["{key}"]'

    changes = [build.change(address("e"), "no-op", previous_address=address("d"), importing=True)]
    plan = build.plan(
        changes,
        prior=[build.resource(address("a"))],
        planned=frozenset({address("b")}),
        drift=(build.change(address("c"), "delete"),),
        deferred=(build.deferred(build.change(address("f"), "create")),),
        invocations=(build.invocation("action.aws_x.y", address("g")),),
        saved=build.saved(Mode.NORMAL, targets=(address("h"),), replacements=(address("i"),)),
    )
    made = Labels(plan)
    assert [made.label(address(key)) for key in "abcdefghi"] == [
        f'aws_instance.web["#{place}"]' for place in range(1, 10)
    ]


def test_an_address_from_elsewhere_is_masked_without_a_place(labels):
    assert labels().label('aws_instance.web["zoe"]') == 'aws_instance.web["#?"]'


def test_an_unreadable_address_is_shown_as_its_type(build):
    changes = [build.change(f"canary {n}", "delete", type="aws_instance") for n in (1, 2)]
    made = Labels(build.plan(changes))
    assert made.label("canary 1") == "aws_instance (unreadable address)"
    assert made.label("canary 2") == "aws_instance (unreadable address) 2"
    assert made.label("canary 3") == "(unreadable address)"


def test_a_type_that_is_no_identifier_is_not_shown(build):
    change = build.change("canary canary", "delete", type="\u202ecanary")
    assert Labels(build.plan([change])).label("canary canary") == "resource (unreadable address)"


KEYS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: text.replace("\\", "").replace('"', "")
)
ADDRESSES = st.one_of(
    KEYS.map(lambda key: f'aws_instance.web["canary{key}"]'),
    KEYS.map(lambda key: f'module.a["canary{key}"].aws_instance.web["canary{key}"]'),
    st.integers(0, 9).map(lambda n: f"aws_instance.web[{n}]"),
    KEYS.map(lambda key: f"canary {key}"),
    KEYS.map(lambda key: f'aws_instance.web["canary{key}"].oops'),
)


@example_settings(max_examples=150, deadline=None)
@given(st.sets(ADDRESSES, min_size=1, max_size=8))
def test_labels_are_distinct_harmless_and_without_keys(addresses):
    plan = Plan(
        terraform_version="",
        format_version="",
        changes=(),
        no_ops=0,
        drift=(),
        deferred=(),
        invocations=(),
        output_changes=0,
        prior=tuple(
            Resource(address=a, mode="managed", type="aws_instance", module="", values=Raw(b"{}"))
            for a in addresses
        ),
        planned=frozenset(),
        configuration=Configuration(),
        errored=False,
        complete=None,
        applyable=None,
        inconsistencies=(),
    )
    made = Labels(plan)
    shown = {made.label(address) for address in addresses}
    assert len(shown) == len(addresses)
    for label in shown:
        assert "canary" not in label
        assert label.isprintable()
        assert label.isascii()
