"""Every action, reason, import, move and leftover, as Terraform and OpenTofu write them."""

from made_plan import plan, thing
from situation_table import Situation, situation

DELETED = "destruction/resource_deleted"
REPLACED = "destruction/resource_replaced"
FORGOTTEN = "destruction/resource_forgotten"
DEPOSED = "destruction/deposed_deleted"
IMPORTED = "destruction/imported_and_deleted"
DATA = "destruction/data_lost"

KEPT = [thing(f"aws_vpc.kept[{n}]") for n in range(9)]
ACTIONS = {
    "no-op": ("ALLOW", ()),
    "create": ("ALLOW", ()),
    "update": ("ALLOW", ()),
    "delete": ("BLOCK", (DELETED,)),
    "delete create": ("BLOCK", (REPLACED,)),
    "create delete": ("BLOCK", (REPLACED,)),
    "forget": ("BLOCK", (FORGOTTEN,)),
    "create forget": ("BLOCK", (FORGOTTEN,)),
    "forget create": ("BLOCK", (FORGOTTEN,)),
}
NO_ACTIONS = {
    "in capitals": ["DELETE"],
    "with a capital": ["Delete"],
    "of a word nobody knows": ["obliterate"],
    "twice": ["delete", "delete"],
    "beside a no-op": ["no-op", "delete"],
    "beside an update": ["update", "delete"],
    "three": ["create", "delete", "create"],
    "none": [],
    "as a text": "delete",
    "as null": None,
    "as a number": 7,
    "as a list of null": [None],
    "as a list of lists": [["delete"]],
}
CHURN = (
    "aws_ecs_task_definition",
    "aws_launch_template",
    "aws_lambda_permission",
    "aws_lambda_layer_version",
    "google_compute_instance_template",
    "kubernetes_job_v1",
    "random_password",
    "null_resource",
    "time_rotating",
    "local_file",
)
IMPORTING = {"id": "vpc-1"}
ODD_KEYS = (
    "a.b",
    'c\\"d',
    "e[f]",
    "",
    "g\\nh",
    "日本",
    "x\\\\y",
    "module.z",
    't.k[\\"q\\"]',
    "${a}",
)


def _acted(words: str, **entry) -> dict:
    return plan(thing("aws_vpc.a", words, **entry), *KEPT)


def _bad_actions(actions: object) -> dict:
    entry = thing("aws_vpc.a", "delete")
    whole = plan(entry)
    entry["change"]["actions"] = actions
    return whole


def _odd(words: str) -> dict:
    return plan(*(thing(f'aws_vpc.a["{key}"]', words) for key in ODD_KEYS))


def _opened() -> dict:
    opened = thing("ephemeral.aws_secret.s", mode="ephemeral")
    opened["change"] |= {"actions": ["open"], "before": None, "after": None}
    made = thing("aws_vpc.a", "create")
    return plan(made, opened, complete=None, applyable=None)


SITUATIONS: dict[str, Situation] = {
    **{
        f"the action {words}": situation(verdict, _acted(words), *rules)
        for words, (verdict, rules) in ACTIONS.items()
    },
    **{
        f"an action list {name}": situation("REFUSE", _bad_actions(actions))
        for name, actions in NO_ACTIONS.items()
    },
    **{
        f"a replacement for the reason {reason}": situation(
            "BLOCK", _acted("delete create", action_reason=reason), REPLACED
        )
        for reason in ("replace_because_tainted", "replace_by_triggers", "a_reason_of_tomorrow")
    },
    **{
        f"a deletion for the reason {reason}": situation(
            "BLOCK", _acted("delete", action_reason=reason), DELETED
        )
        for reason in ("delete_because_enabled_false", "delete_because_no_move_target", None)
    },
    **{
        f"churn of {kind}": situation("ALLOW", plan(thing(f"{kind}.a", words), *KEPT))
        for kind in CHURN
        for words in ("delete create", "create delete")
    },
    "a read during apply": situation(
        "ALLOW", plan(thing("module.m.data.aws_ami.a", "read", mode="data"), *KEPT)
    ),
    "an import": situation("ALLOW", _acted("no-op", importing=IMPORTING)),
    "an import by identity": situation("ALLOW", _acted("no-op", importing={"identity": {"a": 1}})),
    "an import and an update": situation("ALLOW", _acted("update", importing=IMPORTING)),
    "an import and a disarm": situation(
        "BLOCK",
        plan(
            thing(
                "aws_db_instance.a",
                "update",
                {"deletion_protection": True},
                {"deletion_protection": False},
                importing=IMPORTING,
            )
        ),
        "protection/disarmed",
    ),
    "an import and a replacement": situation(
        "BLOCK", _acted("delete create", importing=IMPORTING), IMPORTED
    ),
    "an import and a deletion elsewhere": situation(
        "BLOCK",
        plan(thing("aws_vpc.a", importing=IMPORTING), thing("aws_vpc.b", "delete")),
        DELETED,
    ),
    "a leftover": situation(
        "BLOCK", plan(*KEPT, thing("aws_vpc.kept[0]", "delete", deposed="0a1b2c3d")), DEPOSED
    ),
    "a leftover that holds data": situation(
        "BLOCK",
        plan(thing("aws_ebs_volume.a"), thing("aws_ebs_volume.a", "delete", deposed="0a1b2c3d")),
        DEPOSED,
        says="its data goes with it",
    ),
    "a leftover of churn": situation(
        "ALLOW",
        plan(
            thing("aws_launch_template.a"),
            thing("aws_launch_template.a", "delete", deposed="0a1b2c3d"),
        ),
    ),
    "a leftover that is forgotten": situation(
        "BLOCK", plan(*KEPT, thing("aws_vpc.kept[0]", "forget", deposed="0a1b2c3d")), FORGOTTEN
    ),
    "a move": situation("ALLOW", _acted("no-op", previous_address="aws_vpc.b")),
    "a move and an update": situation("ALLOW", _acted("update", previous_address="aws_vpc.b")),
    "a move and a replacement": situation(
        "BLOCK", _acted("delete create", previous_address="aws_vpc.b"), REPLACED
    ),
    "thirty moves into a module": situation(
        "ALLOW",
        plan(
            *(
                thing(f"module.net.aws_vpc.a[{n}]", previous_address=f"aws_vpc.a[{n}]")
                for n in range(30)
            )
        ),
    ),
    "odd keys created": situation("ALLOW", _odd("create")),
    "odd keys deleted": situation("BLOCK", _odd("delete"), DELETED, says='aws_vpc.a["#10"]'),
    "a secret replaced together with churn": situation(
        "BLOCK",
        plan(thing("aws_secretsmanager_secret.a", "delete create"), thing("random_id.a", "delete")),
        DATA,
    ),
    "identities beside a deletion": situation(
        "BLOCK", _acted("delete", before_identity={"arn": "a"}), DELETED
    ),
    "an opened ephemeral of OpenTofu": situation("ALLOW", _opened()),
}
