"""Plans that lose things: rebuilt under other addresses, replaced, deleted, forgotten, all at once."""

from collections.abc import Callable, Iterable

from objects import Thing
from sites import Site
from steps import Step, adopt, create, delete, forget, replace

Rows = list[tuple[str, list[Step]]]
KINDS = {
    "aws": ("aws_db_instance", "aws_s3_bucket", "aws_ecs_service", "aws_iam_role", "aws_sqs_queue",
            "aws_dynamodb_table"),
    "azurerm": ("azurerm_postgresql_flexible_server", "azurerm_storage_account",
                "azurerm_linux_web_app", "azurerm_key_vault", "azurerm_container_app"),
    "google": ("google_sql_database_instance", "google_storage_bucket", "google_pubsub_topic",
               "google_cloud_run_v2_service", "google_service_account"),
    "kubernetes": ("kubernetes_stateful_set_v1", "kubernetes_persistent_volume_claim_v1",
                   "kubernetes_deployment_v1", "kubernetes_service_v1", "helm_release"),
}  # fmt: skip
"""Types that every provider's rebuilds are about."""
NAMED = {
    "aws": ("aws_lb", "name"),
    "azurerm": ("azurerm_mssql_server", "name"),
    "google": ("google_container_cluster", "name"),
    "kubernetes": ("kubernetes_namespace_v1", "metadata.0.name"),
}


def module_of(s: Site, name: str, kinds: Iterable[str]) -> list[Thing]:
    return [s.have(f"module.{name}.{kind}.this") for kind in kinds]


def renamed(kind: str) -> Step:
    return lambda s: s.renew(s.have(f"{kind}.first"), f"{kind}.primary")


def module_renamed(kinds: tuple[str, ...], *, source: str | None = None) -> Step:
    """A module gets another name: everything in it goes and comes anew."""

    def step(s: Site) -> None:
        s.call("storefront", source)
        for thing in module_of(s, "shop", kinds):
            s.renew(thing, thing.address.replace("module.shop", "module.storefront"))

    return step


def module_emptied(kinds: tuple[str, ...]) -> Step:
    """A module's new version names its resources otherwise."""

    def step(s: Site) -> None:
        s.call("shop", "app.terraform.io/acme/shop/any")
        for thing in module_of(s, "shop", kinds):
            s.renew(thing, thing.address.replace(".this", ".main"))

    return step


def taken_out(kinds: tuple[str, ...]) -> Step:
    """Resources move out of their module without a word."""

    def step(s: Site) -> None:
        for thing in module_of(s, "shop", kinds):
            s.renew(thing, thing.address.replace("module.shop.", "").replace(".this", ".shop"))

    return step


def put_in(kinds: tuple[str, ...]) -> Step:
    def step(s: Site) -> None:
        for kind in kinds:
            s.renew(s.have(f"{kind}.shop"), f"module.shop.{kind}.this")

    return step


def split(kinds: tuple[str, ...]) -> Step:
    """One module becomes two."""

    def step(s: Site) -> None:
        for i, thing in enumerate(module_of(s, "shop", kinds)):
            s.renew(thing, thing.address.replace("module.shop", f"module.shop_{'ab'[i % 2]}"))

    return step


def rekeyed(kind: str, old: Callable[[int], str], new: Callable[[int], str], reason: str) -> Step:
    """All instances of a resource get other keys."""

    def step(s: Site) -> None:
        for i in range(4):
            thing = s.have(f"{kind}.pool[{old(i)}]")
            s.renew(thing, f"{kind}.pool[{new(i)}]")
            thing.entry["action_reason"] = reason

    return step


def modules_rekeyed(kinds: tuple[str, ...]) -> Step:
    def step(s: Site) -> None:
        for key, new in (("eu", "eu-west-1"), ("us", "us-east-1")):
            for kind in kinds:
                thing = s.have(f'module.shop["{key}"].{kind}.this')
                s.renew(thing, f'module.shop["{new}"].{kind}.this')
                thing.entry["action_reason"] = "delete_because_no_module"

    return step


def retyped(old: str, new: str) -> Step:
    """The same object under its type's new name, with neither ``moved`` nor import."""

    def step(s: Site) -> None:
        s.delete(s.keep(old))
        s.create(s.at(new))

    return step


RETYPED = {
    "aws": ("aws_alb", "aws_lb"),
    "azurerm": ("azurerm_app_service", "azurerm_linux_web_app"),
    "google": ("google_cloud_run_service", "google_cloud_run_v2_service"),
    "kubernetes": ("kubernetes_stateful_set", "kubernetes_stateful_set_v1"),
}


def whole(action: Callable[[Site, Thing], object]) -> Step:
    """Do the same to everything that exists."""

    def step(s: Site) -> None:
        for thing in list(s.things):
            if thing.place.mode == "managed":
                action(s, thing)

    return step


def replaced_by_name(s: Site, thing: Thing) -> None:
    s.replace(thing, "name")


def most_renamed(s: Site) -> None:
    """Everything of the environment moves into one module of the refactored configuration."""
    for thing in list(s.things):
        if thing.place.mode == "managed" and not thing.place.module:
            s.renew(thing, f"module.platform.{thing.address}")


def deposed(kind: str) -> Step:
    def step(s: Site) -> None:
        s.keep(kind)
        left = s.keep(kind)
        left.entry["deposed"] = "5e721e39"
        s.delete(left, reason=None)

    return step


def rebuilds(provider: str) -> Rows:
    """Return every way in which things are rebuilt without their plan saying so."""
    kinds = KINDS[provider]
    rows: Rows = [("rename", [renamed(kind)]) for kind in kinds]
    rows += [
        ("module renamed", [module_renamed(kinds)]),
        ("module renamed", [module_renamed(kinds[:2])]),
        ("new module for an old one", [module_renamed(kinds, source="acme/other/any")]),
        ("module source changed", [module_emptied(kinds)]),
        ("taken out of a module", [taken_out(kinds)]),
        ("put into a module", [put_in(kinds)]),
        ("module split", [split(kinds)]),
        ("module re-keyed", [modules_rekeyed(kinds[:3])]),
        ("everything moved", [most_renamed]),
        ("retyped", [retyped(*RETYPED[provider])]),
    ]
    ways = (
        (str, '"{}"'.format, "delete_because_wrong_repetition"),
        ('"k{}"'.format, '"K{}"'.format, "delete_because_each_key"),
        ('"{}"'.format, str, "delete_because_wrong_repetition"),
        (str, lambda i: str(i + 4), "delete_because_count_index"),
    )
    for i, (old, new, reason) in enumerate(ways):
        rows.append(("re-keyed", [rekeyed(kinds[i], old, new, reason)]))
    return rows


STORES = {
    "aws": (("aws_db_instance", "identifier"), ("aws_rds_cluster", "cluster_identifier"),
            ("aws_dynamodb_table", "hash_key"), ("aws_s3_bucket", "bucket"),
            ("aws_efs_file_system", "creation_token"), ("aws_opensearch_domain", "domain_name"),
            ("aws_elasticache_replication_group", "replication_group_id"),
            ("aws_kms_key", "key_usage"), ("aws_route53_zone", "name"),
            ("aws_secretsmanager_secret", "name"), ("aws_ebs_volume", "availability_zone"),
            ("aws_redshift_cluster", "cluster_identifier"), ("aws_eks_cluster", "name")),
    "azurerm": (("azurerm_mssql_database", "name"), ("azurerm_storage_account", "name"),
                ("azurerm_postgresql_flexible_server", "name"), ("azurerm_key_vault", "name"),
                ("azurerm_cosmosdb_account", "name"), ("azurerm_managed_disk", "zone"),
                ("azurerm_storage_share", "name"), ("azurerm_resource_group", "location"),
                ("azurerm_kubernetes_cluster", "dns_prefix")),
    "google": (("google_sql_database_instance", "region"), ("google_storage_bucket", "location"),
               ("google_bigquery_dataset", "location"), ("google_compute_disk", "zone"),
               ("google_spanner_database", "name"), ("google_container_cluster", "location"),
               ("google_filestore_instance", "tier"), ("google_kms_crypto_key", "key_ring"),
               ("google_firestore_database", "location_id")),
    "kubernetes": (("kubernetes_persistent_volume_claim_v1", "spec.0.storage_class_name"),
                   ("kubernetes_stateful_set_v1", "spec.0.service_name"),
                   ("kubernetes_namespace_v1", "metadata.0.name"), ("helm_release", "namespace")),
}  # fmt: skip

TOGETHER: dict[str, list[list[Step]]] = {
    "aws": [
        [delete("aws_db_instance"), delete("aws_db_snapshot")],
        [delete("aws_rds_cluster"), delete("aws_db_cluster_snapshot"), delete("aws_backup_vault")],
        [delete("aws_dynamodb_table"), delete("aws_backup_vault")],
        [delete("aws_s3_bucket"), delete("aws_s3_bucket", name="replica")],
        [replace("aws_db_instance", "kms_key_id", unknown=["kms_key_id"]), delete("aws_kms_key")],
        [delete("aws_ebs_volume"), delete("aws_ebs_snapshot")],
        [delete("aws_rds_cluster"), delete("aws_rds_cluster_instance"), delete("aws_kms_key"), delete("aws_backup_plan")],
    ],
    "azurerm": [
        [delete("azurerm_postgresql_flexible_server"), delete("azurerm_recovery_services_vault")],
        [delete("azurerm_linux_virtual_machine"), delete("azurerm_managed_disk"), delete("azurerm_backup_protected_vm")],
        [delete("azurerm_storage_account"), delete("azurerm_key_vault"), delete("azurerm_management_lock")],
    ],
    "google": [
        [delete("google_compute_disk"), delete("google_compute_snapshot")],
        [delete("google_sql_database_instance"), delete("google_kms_crypto_key"),
         delete("google_backup_dr_backup_vault")],
        [delete("google_storage_bucket"), delete("google_kms_crypto_key_version")],
    ],
    "kubernetes": [
        [delete("kubernetes_stateful_set_v1"), delete("kubernetes_persistent_volume_claim_v1")],
        [delete("kubernetes_persistent_volume_v1"), delete("kubernetes_persistent_volume_claim_v1"),
         delete("kubernetes_manifest")],
    ],
}  # fmt: skip


def losses(provider: str) -> Rows:
    """Return replacements, deletions, what is forgotten, and what goes in one plan."""
    kinds = KINDS[provider]
    rows: Rows = [("replaced store", [replace(kind, by)]) for kind, by in STORES[provider]]
    rows += [("deleted", [delete(kind)]) for kind in kinds]
    rows += [("forgotten", [forget(kind)]) for kind in kinds[:3]]
    rows += [
        ("imported and replaced", [imported_and_replaced(*each)]) for each in STORES[provider][:3]
    ]
    rows += [("deposed", [deposed(kind)]) for kind in kinds[:2]]
    rows += [("together", steps) for steps in TOGETHER[provider]]
    rows += [
        ("environment replaced", [whole(replaced_by_name)]),
        ("environment replaced", [whole(lambda s, t: s.replace(t, "name", create_first=True))]),
        ("environment destroyed", [whole(lambda s, t: s.delete(t, reason=None))]),
        ("environment forgotten", [whole(lambda s, t: s.forget(t))]),
        ("replaced by taint", [replace(kinds[0], reason="replace_because_tainted")]),
        ("replaced with a new name", [replace(*NAMED[provider]), create(kinds[2], name="new")]),
        ("scaled in", [shrunk(kinds[1])]),
        ("import then delete", [adopt(kinds[1]), delete(kinds[0], name="old")]),
    ]
    return rows


def imported_and_replaced(kind: str, by: str) -> Step:
    return lambda s: s.imported(s.replace(s.keep(kind), by))


def shrunk(kind: str) -> Step:
    """``count`` goes from five to two."""

    def step(s: Site) -> None:
        for i in range(5):
            thing = s.have(f"{kind}.pool[{i}]")
            if i > 1:
                s.delete(thing, "delete_because_count_index")

    return step
