"""Whether a lost thing can be brought back, as far as the plan shows."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from guardrail.findings.losses.recovery import recovery_of, rows
from guardrail.findings.model import Recovery

ROWS = [(kind, row) for kind, found in rows().items() for row in found]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def raw(value: object) -> Raw:
    return Raw(msgspec.json.encode(value))


def body(row) -> dict[str, object]:
    """Attributes on which `row` fits."""
    if not row.attribute:
        return {}
    value: object = "kept-copy" if row.filled else (row.values or ("x",))[0]
    for name in reversed(row.attribute.split(".")):
        value = {name: value}
    assert isinstance(value, dict)
    return value


def blocks(value: object) -> object:
    """The same with every nested block inside a list, as providers write most of them."""
    if not isinstance(value, dict):
        return value
    return {name: [blocks(v)] if isinstance(v, dict) else v for name, v in value.items()}


@pytest.mark.parametrize(
    ("kind", "row"), ROWS, ids=[f"{k}-{r.attribute}-{r.recovery}" for k, r in ROWS]
)
def test_a_row_says_what_it_says_unless_an_earlier_one_fits(kind, row):
    earlier = rows()[kind][: rows()[kind].index(row)]
    recovery, shown_by = recovery_of(kind, raw(blocks(body(row))))
    assert recovery in {row.recovery, *(each.recovery for each in earlier)}
    assert not row.attribute or shown_by


@pytest.mark.parametrize(
    ("kind", "row"), ROWS, ids=[f"{k}-{r.attribute}-{r.recovery}" for k, r in ROWS]
)
def test_a_row_has_one_condition_and_a_source(kind, row):
    assert [bool(row.values), row.filled, not row.attribute].count(True) == 1
    assert row.source


@pytest.mark.parametrize(
    ("before", "recovery", "shown_by"),
    [
        (
            {"skip_final_snapshot": False, "final_snapshot_identifier": "kept-copy"},
            Recovery.SNAPSHOT,
            ("skip_final_snapshot", "final_snapshot_identifier"),
        ),
        # Not set is the provider's false, and a snapshot without a name cannot be made.
        *(
            (
                {"skip_final_snapshot": skip, "final_snapshot_identifier": name},
                Recovery.REFUSED,
                ("skip_final_snapshot", "final_snapshot_identifier"),
            )
            for skip in (False, None)
            for name in (None, "")
        ),
        ({}, Recovery.UNKNOWN, ()),
        (
            {"skip_final_snapshot": True, "delete_automated_backups": False},
            Recovery.BACKUPS,
            ("delete_automated_backups", "skip_final_snapshot"),
        ),
        (
            {"skip_final_snapshot": True, "delete_automated_backups": True},
            Recovery.NONE,
            ("skip_final_snapshot", "delete_automated_backups"),
        ),
        (
            {
                "skip_final_snapshot": True,
                "delete_automated_backups": True,
                "deletion_protection": False,
            },
            Recovery.NONE,
            ("skip_final_snapshot", "delete_automated_backups", "deletion_protection"),
        ),
        (
            {"deletion_protection": True, "skip_final_snapshot": True},
            Recovery.REFUSED,
            ("deletion_protection",),
        ),
    ],
)
def test_a_database_is_what_its_attributes_say(before, recovery, shown_by):
    assert recovery_of("aws_db_instance", raw(before)) == (recovery, shown_by)


def test_a_thing_without_data_is_made_again():
    assert recovery_of("aws_subnet", raw({})) == (Recovery.REBUILT, ())


def test_what_no_row_speaks_of_is_not_known():
    assert recovery_of("aws_qldb_ledger", raw({})) == (Recovery.UNKNOWN, ())


def test_a_true_is_no_number():
    assert recovery_of("aws_secretsmanager_secret", raw({"recovery_window_in_days": False})) == (
        Recovery.SOFT_DELETE,
        (),
    )


@pytest.mark.parametrize("before", [b"null", b"[]", b'"x"', b"{", b"7"])
def test_a_body_of_another_shape_shows_nothing(before):
    assert recovery_of("aws_db_instance", Raw(before)) == (Recovery.UNKNOWN, ())


@settings(max_examples=60, deadline=None)
@given(value=JSON, kind=st.sampled_from(sorted(rows())))
def test_any_body_gets_an_answer_made_of_names(value, kind):
    recovery, shown_by = recovery_of(
        kind, raw({row.attribute.split(".")[0]: value for row in rows()[kind]})
    )
    assert recovery in Recovery
    known = {name for row in rows()[kind] for name in (row.attribute, row.lacking, *row.also)}
    assert set(shown_by) <= known
