"""Worse together: data, and what it could be restored from, in one plan."""

import pytest

from guardrail.findings.model import Kind

DATABASE = "aws_db_instance.main"
SNAPSHOT = "aws_db_snapshot.daily"
VAULT = "aws_backup_vault.main"
KEY = "aws_kms_key.main"
BUCKET = "aws_s3_bucket.data"


@pytest.fixture
def together(build):
    """Return a function from changes to (worst, companions, count) of each environment."""

    def run(*changes, below=None):
        prior = [
            build.resource(change.address, depends_on=(below or {}).get(change.address, ()))
            for change in changes
        ]
        plan = build.plan(changes, prior)
        return [
            (o.address, o.companions, o.count)
            for o in build.findings(plan).observations
            if o.kind is Kind.LOST_TOGETHER
        ]

    return run


@pytest.fixture
def delete(build):
    return lambda address, before=None: build.change(address, "delete", before=before or {})


@pytest.mark.parametrize("safety", [SNAPSHOT, VAULT, KEY])
def test_a_database_goes_with_what_it_is_restored_from(together, delete, safety):
    assert together(delete(DATABASE), delete(safety)) == [(DATABASE, (safety,), 1)]


@pytest.mark.parametrize(
    ("data", "safety"),
    [
        ("azurerm_postgresql_flexible_server.m", "azurerm_data_protection_backup_vault.v"),
        ("azurerm_managed_disk.d", "azurerm_snapshot.s"),
        ("azurerm_storage_account.s", "azurerm_key_vault_key.k"),
        ("google_compute_disk.d", "google_compute_snapshot.s"),
        ("google_sql_database_instance.d", "google_kms_crypto_key.k"),
    ],
)
def test_every_provider_has_its_copies_and_keys(together, delete, data, safety):
    assert together(delete(data), delete(safety)) == [(data, (safety,), 1)]


def test_a_copy_that_is_replaced_is_gone_too(together, build):
    lost = [build.change(a, "delete create", before={}) for a in (DATABASE, SNAPSHOT)]
    assert together(*lost) == [(DATABASE, (SNAPSHOT,), 1)]


def test_a_key_that_is_disarmed_counts_like_one_that_goes(together, build, delete):
    disabled = build.change(KEY, "update", before={"is_enabled": True}, after={"is_enabled": False})
    assert together(delete(DATABASE), disabled) == [(DATABASE, (KEY,), 1)]


def test_a_replica_is_what_its_primary_could_be_restored_from(together, delete):
    replica = delete("aws_db_instance.replica", {"replicate_source_db": "main"})
    assert together(delete(DATABASE), replica) == [(DATABASE, ("aws_db_instance.replica",), 1)]
    no_replica = delete("aws_db_instance.other", {"replicate_source_db": ""})
    assert together(delete(DATABASE), no_replica) == []
    assert together(replica) == []
    regional = delete("aws_dynamodb_table_replica.east")
    assert together(delete("aws_dynamodb_table.t"), regional) == [
        ("aws_dynamodb_table.t", ("aws_dynamodb_table_replica.east",), 1)
    ]


def test_each_alone_is_no_pair(together, delete):
    assert together(delete(DATABASE), delete(BUCKET)) == []
    assert together(delete(SNAPSHOT), delete(VAULT), delete(KEY)) == []
    assert together(delete("aws_route53_zone.z"), delete(KEY)) == []
    assert together(delete("aws_instance.web"), delete(KEY)) == []


def test_what_is_forgotten_goes_on_existing(together, build, delete):
    assert together(build.change(DATABASE, "forget", before={}), delete(SNAPSHOT)) == []
    assert together(delete(DATABASE), build.change(SNAPSHOT, "forget", before={})) == []


def test_environments_are_told_apart(together, delete):
    assert together(delete(f"module.prod.{DATABASE}"), delete(f"module.staging.{SNAPSHOT}")) == []
    lost = [delete(f"module.{m}.{a}") for m in ("prod", "staging") for a in (DATABASE, KEY)]
    assert len(together(*lost)) == 2


def test_the_worst_of_the_data_is_named(together, delete):
    assert together(delete(BUCKET), delete(DATABASE), delete(KEY))[0][0] == DATABASE


def test_what_stands_on_the_key_is_named_before_what_does_not(together, delete):
    one, other = "aws_db_instance.a", "aws_db_instance.b"
    for below in ({other: [KEY]}, {KEY: [other]}):
        assert together(delete(one), delete(other), delete(KEY), below=below)[0][0] == other
    lost = [delete(a) for a in (one, "aws_kms_key.x", KEY)]
    assert together(*lost, below={one: [KEY]}) == [(one, (KEY, "aws_kms_key.x"), 2)]


def test_eight_companions_are_named_and_all_are_counted(together, delete):
    keys = [delete(f"aws_kms_key.k[{n}]") for n in range(12)]
    ((_, companions, count),) = together(delete(DATABASE), *keys)
    assert (len(companions), count) == (8, 12)


def test_what_cannot_be_read_is_no_replica(together, build):
    odd = build.change("aws_db_instance.odd", "delete", before=["no", "object"])
    assert together(build.change(DATABASE, "delete", before={}), odd) == []


def test_what_stands_on_what_may_be_unreadable(together, delete):
    lost = [delete(DATABASE), delete(KEY)]
    assert together(*lost, below={KEY: [1], DATABASE: [None]}) == [(DATABASE, (KEY,), 1)]
