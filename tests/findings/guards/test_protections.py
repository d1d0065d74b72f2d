"""Every row of the catalog: taken away it is named, given it is not, and unknown is the worst."""

import pytest

from guardrail.findings.catalog import catalog
from guardrail.findings.guards.disarm import disarmed

ANY = "newcloud_thing"
ROWS = [
    pytest.param(kind, row, id=f"{kind}.{row.attribute}")
    for kind in sorted({*catalog()._protections, ANY} - {"*"})
    for row in catalog().protections(kind)
    if ("*" in row.types) == (kind == ANY)
]


def guarded(row):
    """Return a value that guards, and one that does not."""
    if row.leaves is not None:
        return row.leaves[0], False if row.leaves[0] is True else "other"
    if row.becomes is not None:
        return False if True in row.becomes else "other", row.becomes[0]
    return (0, 3) if row.forever else (365, 3)


def values(row, value):
    """Return an object whose attribute is ``value``, in blocks as providers write them."""
    name, *steps = row.attribute.split(".")
    for step in reversed(steps):
        value = {step: value}
        if not row.attribute.startswith("manifest."):
            value = [value]
    if row.only is not None:
        path, counts = row.only
        for step in reversed(path.split(".")[1:]):
            counts = [{step: counts}]
        value[0][path.split(".")[0]] = counts
    return {name: value}


@pytest.fixture
def causes(build):
    def run(kind, before, after, unknown=None):
        change = build.change(
            f"{kind}.x", "update", before=before, after=after, after_unknown=unknown or {}
        )
        return disarmed(change)

    return run


@pytest.mark.parametrize(("kind", "row"), ROWS)
def test_a_row_says_what_it_means(kind, row, causes):
    guard, bare = guarded(row)
    on, off = values(row, guard), values(row, bare)
    assert row.attribute in causes(kind, on, off)
    assert row.attribute not in causes(kind, off, on)
    assert causes(kind, on, on) == ()
    assert row.attribute in causes(kind, on, {}, dict.fromkeys(on, True))


@pytest.mark.parametrize(("kind", "row"), [each for each in ROWS if each.values[1].only])
def test_a_block_that_does_not_count_changes_nothing(kind, row, causes):
    guard, bare = guarded(row)
    path, counts = row.only
    idle = values(row, bare)
    (block,) = idle[row.attribute.partition(".")[0]]
    first, _, rest = path.partition(".")
    other = False if counts is True else "Disabled"
    block[first] = [{rest: other}] if rest else other
    assert row.attribute not in causes(kind, values(row, guard), idle)
    assert row.attribute in causes(kind, idle, values(row, bare))


def test_dates_are_compared_as_days(causes):
    def until(date):
        return {"object_lock_retain_until_date": date}

    kind = "aws_s3_object"
    assert causes(kind, until("2027-01-01T00:00:00Z"), until("2026-12-01T00:00:00Z"))
    assert not causes(kind, until("2026-12-01T00:00:00Z"), until("2027-01-01T00:00:00Z"))


def test_a_word_that_leaves_a_list_of_words_is_seen(causes):
    def finalizers(*words):
        return {"manifest": {"metadata": {"finalizers": list(words)}}}

    kept = "kubernetes.io/pvc-protection"
    assert causes("kubernetes_manifest", finalizers("x", kept), finalizers("x"))
    assert not causes("kubernetes_manifest", finalizers("x", kept), finalizers(kept))
