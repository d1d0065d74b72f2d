"""Things that are new, and that cut off, empty or expose what exists already; and losses in a crowd."""

from collections.abc import Iterator

from destructive_disarms import disarms
from destructive_updates import DENY_ALL, DENY_EVERYONE, updates
from objects import DROP
from ordinary import ROWS
from sites import SERVICES, Site
from steps import Step, create, keep
from things import document
from things_aws import lifecycle

Rows = list[tuple[str, list[Step]]]
EVERYTHING = {**lifecycle(1, key="everything"), "filter": [{"prefix": ""}]}


def _about(kind: str, new: str, attribute: str, of: str, **over: object) -> list[Step]:
    """Create a ``new`` thing whose ``attribute`` names an existing one by its ``of``."""

    def step(s: Site) -> None:
        thing = s.keep(kind)
        assert thing.before is not None
        s.create(
            s.at(new), {attribute: f"{s.block(kind)}.{of}"}, {attribute: thing.before[of], **over}
        )

    return [step]


NEW: dict[str, Rows] = {
    "aws": [
        ("new policy denies", _about("aws_s3_bucket", "aws_s3_bucket_policy", "bucket", "id",
                                     policy=DENY_EVERYONE)),
        ("new policy denies", _about("aws_iam_role", "aws_iam_role_policy", "role", "name",
                                     policy=DENY_ALL)),
        ("new policy denies", _about("aws_sqs_queue", "aws_sqs_queue_policy", "queue_url", "id",
                                     policy=document({"Effect": "Deny", "Action": "sqs:*",
                                                      "Principal": "*", "Resource": "*"}))),
        ("new rule empties", _about("aws_s3_bucket", "aws_s3_bucket_lifecycle_configuration", "bucket",
                                    "id", rule=[EVERYTHING])),
        ("new rule disarms", _about("aws_s3_bucket", "aws_s3_bucket_versioning", "bucket", "id",
                                    versioning_configuration=[{"status": "Suspended"}])),
        ("new rule cuts off", [create("aws_network_acl_rule", {
            "cidr_block": "0.0.0.0/0", "egress": False, "network_acl_id": "acl-0c1", "protocol": "-1",
            "rule_action": "deny", "rule_number": 1})]),
    ],
    "azurerm": [
        ("new rule cuts off", [create("azurerm_network_security_rule", {
            "access": "Deny", "destination_port_range": "*", "priority": 100, "protocol": "*",
            "source_address_prefix": "*"})]),
        ("new rule cuts off", [create("azurerm_route", {
            "address_prefix": "0.0.0.0/0", "next_hop_in_ip_address": "", "next_hop_type": "None"})]),
        ("new rule empties", _about(
            "azurerm_storage_account", "azurerm_storage_management_policy", "storage_account_id", "id",
            rule=[{"actions": [{"base_blob": [{"delete_after_days_since_modification_greater_than": 1}]}],
                   "enabled": True, "filters": [{"blob_types": ["blockBlob"], "prefix_match": []}],
                   "name": "everything"}])),
    ],
    "google": [
        ("new rule cuts off", [create("google_compute_firewall", {
            "allow": DROP, "deny": [{"ports": [], "protocol": "all"}], "priority": 0, "source_ranges":
            ["0.0.0.0/0"], "target_tags": []})]),
        ("new policy denies", [keep("google_project_iam_binding"), create("google_iam_deny_policy", {
            "name": "deny", "rules": [{"deny_rule": [{"denied_permissions":
                ["storage.googleapis.com/objects.get"], "denied_principals":
                ["principalSet://goog/public:all"]}]}]})]),
    ],
    "kubernetes": [],
}  # fmt: skip


def _other(steps: list[Step]) -> Step:
    """Do ``steps`` to another service of the same stack."""

    def step(s: Site) -> None:
        service = s.service
        s.service = next(each for each in SERVICES if each != service)
        for each in steps:
            each(s)
        s.service = service

    return step


def _crowd(provider: str) -> Iterator[tuple[str, list[Step]]]:
    """Yield every fifth harmful update in the middle of ordinary changes of other services."""
    quiet = [
        steps for kind, steps in ROWS[provider] if kind in {"deploy", "scale up", "new service"}
    ]
    for i, (_, steps) in enumerate((disarms(provider) + updates(provider))[::5]):
        yield "in a crowd", [_other(quiet[i % len(quiet)]), *steps]


def new(provider: str) -> Rows:
    """Return the plans of one provider."""
    return [*NEW[provider], *_crowd(provider)]
