"""What goes to zero is ordinary where, in the same plan, others that share its load take over."""

import pytest

from guardrail.findings.model import Kind

RECORD, GROUP, POOL = "aws_route53_record", "aws_autoscaling_group", "aws_eks_node_group"


@pytest.fixture
def stopped(build):
    def run(*changes):
        found = build.observations(*changes)
        return [each.address for each in found if each.kind is Kind.DISRUPTED]

    return run


@pytest.fixture
def record(build):
    def run(label, old, new, *, unknown=None, **over):
        def values(weight):
            shared = {"zone_id": "Z1", "name": "www", "type": "A", **over}
            return {**shared, "weighted_routing_policy": [{"weight": weight}]}

        return build.change(
            f"{RECORD}.{label}",
            "create" if old is None else "delete" if new is None else "update",
            before=None if old is None else values(old),
            after=None if new is None else values(new),
            after_unknown=unknown or {},
        )

    return run


@pytest.mark.parametrize(("blue", "green"), [((10, 0), (90, 100)), ((100, 0), (None, 100))])
def test_the_last_share_that_goes_to_a_record_of_the_same_name_is_ordinary(
    stopped, record, blue, green
):
    assert stopped(record("blue", *blue), record("green", *green)) == []


@pytest.mark.parametrize("green", [(100, 100), (0, 0), (90, 50), (100, None)])
def test_without_a_record_that_takes_over_it_is_named(stopped, record, green):
    assert f"{RECORD}.blue" in stopped(record("blue", 10, 0), record("green", *green))


@pytest.mark.parametrize(
    "other", [{"name": "api"}, {"zone_id": "Z2"}, {"type": "AAAA"}, {"name": None}]
)
def test_a_record_of_another_name_takes_nothing_over(stopped, record, other):
    rises = record("green", 0, 100, **other)
    assert stopped(record("blue", 100, 0), rises) == [f"{RECORD}.blue"]


def test_what_only_apply_will_know_takes_nothing_over(stopped, record):
    hidden = {"weighted_routing_policy": [{"weight": True}]}
    rises = record("green", 0, None, unknown=hidden)
    assert f"{RECORD}.blue" in stopped(record("blue", 100, 0), rises)
    unnamed = record("green", 0, 100, unknown={"name": True})
    assert f"{RECORD}.blue" in stopped(record("blue", 100, 0), unnamed)


def test_two_that_stop_need_as_much_as_both_carried(stopped, record):
    blue, teal = record("blue", 50, 0), record("teal", 50, 0)
    assert stopped(blue, teal, record("green", 0, 100)) == []
    assert stopped(blue, teal, record("green", 0, 50)) == [f"{RECORD}.blue", f"{RECORD}.teal"]


def test_machines_take_over_behind_the_same_target_group_only(stopped, build):
    def group(name, old, new, *groups):
        before, after = (
            {"desired_capacity": size, "target_group_arns": list(groups)} for size in (old, new)
        )
        return build.change(f"{GROUP}.{name}", "update", before=before, after=after)

    assert stopped(group("blue", 4, 0, "a"), group("green", 0, 4, "a")) == []
    assert stopped(group("blue", 4, 0, "a"), group("green", 0, 4, "b")) == [f"{GROUP}.blue"]
    assert stopped(group("blue", 4, 0), group("green", 0, 4)) == [f"{GROUP}.blue"]


def test_nodes_take_over_where_the_same_pods_can_run(stopped, build):
    def pool(name, old, new, **labels):
        before, after = (
            {"cluster_name": "main", "labels": labels, "scaling_config": [{"desired_size": size}]}
            for size in (old, new)
        )
        return build.change(f"{POOL}.{name}", "update", before=before, after=after)

    assert stopped(pool("blue", 3, 0), pool("green", 0, 3)) == []
    assert stopped(pool("gpu", 3, 0, gpu="yes"), pool("green", 0, 3)) == [f"{POOL}.gpu"]


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        ((0.5, 0.5), (0, 1), False),
        ((1, 1), (0, 1), True),
        ((1, 0), (0, 0), True),
        ((0.5, 0.5), (0, 0.5), True),
    ],
)
def test_shares_of_one_thing_go_from_one_to_the_other(stopped, build, before, after, ends):
    old, new = ({"backend": [{"capacity_scaler": c} for c in side]} for side in (before, after))
    address = "google_compute_backend_service.b"
    assert stopped(build.change(address, "update", before=old, after=new)) == [address] * ends
