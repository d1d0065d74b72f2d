"""The catalog is well formed, and only raises."""

import msgspec
import pytest

from guardrail.findings.address import is_identifier
from guardrail.findings.catalog import PROVIDERS, catalog


@pytest.fixture
def files(root):
    folder = root / "guardrail" / "findings" / "catalog"
    return {name: msgspec.json.decode((folder / f"{name}.json").read_bytes()) for name in PROVIDERS}


def test_every_provider_has_a_file_and_every_row_a_reason(files):
    for content in files.values():
        assert all(content["data"].values())
        assert all(row["why"] for row in content["churn"].values())
        assert all(row["source"] for row in content["protections"])


def test_the_catalog_knows_enough_types_that_hold_data(files):
    assert sum(len(content["data"]) for content in files.values()) >= 120
    for name in ("aws", "azurerm", "google", "kubernetes"):
        prefixes = {"azurerm": ("azurerm_", "azuread_")}.get(name, (f"{name}_", "helm_"))
        assert all(kind.startswith(prefixes) for kind in files[name]["data"])


def test_what_holds_data_is_churn_only_where_a_new_one_of_the_same_thing_replaces_it(files):
    for content in files.values():
        for kind in content["data"].keys() & content["churn"].keys():
            assert content["churn"][kind]["stays"]
            assert not content["churn"][kind].get("delete")
            assert not catalog().churn(kind).delete


def test_every_protection_says_exactly_one_way_to_lose_it(files):
    for content in files.values():
        for row in content["protections"]:
            assert sum(key in row for key in ("leaves", "becomes", "number")) == 1, row
            assert all(map(is_identifier, row["attribute"].split(".")))


@pytest.mark.parametrize(
    "kind",
    [
        "aws_db_instance",
        "aws_kms_key",
        "aws_route53_zone",
        "aws_ecr_repository",
        "aws_backup_vault",
        "aws_secretsmanager_secret",
        "azurerm_key_vault",
        "azurerm_resource_group",
        "google_sql_database_instance",
        "google_kms_crypto_key",
        "kubernetes_persistent_volume_claim",
        "kubernetes_namespace",
        "tls_private_key",
        "random_bytes",
    ],
)
def test_what_holds_data_or_keys_is_known(kind):
    assert catalog().holds_data(kind)
    assert catalog().churn(kind) is None


@pytest.mark.parametrize("kind", ["terraform_data", "aws_instance", "aws_vpc", "made_up"])
def test_an_ordinary_type_is_neither_data_nor_churn(kind):
    assert not catalog().holds_data(kind)
    assert catalog().churn(kind) is None


@pytest.mark.parametrize(
    ("kind", "delete"),
    [
        ("aws_ecs_task_definition", True),
        ("random_pet", True),
        ("time_static", True),
        ("null_resource", True),
        ("aws_launch_template", False),
        ("aws_lambda_permission", False),
        ("local_file", True),
        ("local_sensitive_file", True),
        ("aws_security_group_rule", False),
        ("google_secret_manager_secret_version", False),
        ("kubernetes_job", False),
    ],
)
def test_churn_says_whether_a_pure_deletion_is_ordinary_too(kind, delete):
    churn = catalog().churn(kind)
    assert churn is not None
    assert churn.delete is delete
