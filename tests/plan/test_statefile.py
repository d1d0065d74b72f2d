"""States, as `terraform state pull` prints them."""

import json

import pytest

from guardrail.errors import EnforcementError
from guardrail.plan.statefile import NO_STATE, instance_key, read_statefile

STATE = {
    "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "l-1", "outputs": {},
    "resources": [], "check_results": None,
}  # fmt: skip


def read(**members: object):
    return read_statefile(json.dumps({**STATE, **members}).encode())


def resource(*instances: object, **members: object) -> dict:
    return {
        "mode": "managed", "type": "a_b", "name": "c", "provider": 'provider["r.io/x/a"]',
        "instances": list(instances), **members,
    }  # fmt: skip


def test_every_object_stands_under_the_address_that_terraform_writes():
    found = read(
        resources=[
            resource({"attributes": {"id": "1"}}),
            resource({"index_key": 0}, {"index_key": 'k"\n${x}'}, module="module.m[0]"),
            resource({}, mode="data"),
            resource({}, {"deposed": "0123abcd"}, name="d"),
        ]
    )
    assert [each.address for each in found.instances] == [
        "a_b.c", "module.m[0].a_b.c[0]", 'module.m[0].a_b.c["k\\"\\n$${x}"]', "data.a_b.c",
        "a_b.d", "a_b.d",
    ]  # fmt: skip
    assert [each.address for each in found.managed][-1] == "a_b.d"
    assert len(found.managed) == 4
    assert found.instances[0].provider == "r.io/x/a"


@pytest.mark.parametrize(
    ("key", "written"), [(None, ""), (3, "[3]"), ("a", '["a"]'), ("\x1b", '["\\u001b"]')]
)
def test_a_key_is_written_as_in_an_address(key: object, written: str):
    assert instance_key(key) == written


def test_a_legacy_state_holds_its_values_elsewhere():
    (only,) = read(resources=[resource({"attributes_flat": {"id": "1"}})]).instances
    assert bytes(only.attributes) == b'{"id": "1"}'


def test_all_that_is_written_of_an_object_tells_it_from_another():
    plain = {"attributes": {"id": "1"}, "schema_version": 0}
    (one,) = read(resources=[resource(plain)]).instances
    for more in ("private", "dependencies", "create_before_destroy", "identity", "made_up_later"):
        (other,) = read(resources=[resource({**plain, more: "x"})]).instances
        assert one != other, more
        assert one.attributes == other.attributes


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_no_state_is_an_empty_one(data: bytes):
    assert read_statefile(data) is NO_STATE
    assert NO_STATE.empty


def test_empty_is_what_terraform_would_not_copy():
    assert read().empty
    assert read(outputs=None).empty
    assert not read(outputs={"x": {"value": 1, "type": "number"}}).empty
    assert not read(resources=[resource()]).empty, "a resource without instances is one"


@pytest.mark.parametrize(
    "members",
    [
        {"version": 3}, {"version": "4"}, {"serial": -1}, {"serial": 1 << 53}, {"serial": 1.5},
        {"lineage": None}, {"resources": {}}, {"resources": [resource("x")]},
        {"resources": [resource({"index_key": True})]}, {"resources": [resource(mode="action")]},
    ],
)  # fmt: skip
def test_what_is_no_state_is_refused(members: dict):
    with pytest.raises(EnforcementError):
        read(**members)


@pytest.mark.parametrize("data", [b"{}", b"null", b"[", b"\xff", b"[" * 200_000, b"{} {}"])
def test_what_is_no_json_of_a_state_is_refused_without_a_word_of_it(data: bytes):
    with pytest.raises(EnforcementError) as refused:
        read_statefile(data)
    assert refused.value.__cause__ is None
