"""Situations that real Terraform makes: files before, files after, and how the plan is made."""

from msgspec import Struct


class Made(Struct, frozen=True):
    verdict: str
    before: str
    after: str
    arguments: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    """A command between apply and plan."""


def data(name: str, body: str = "input = 1") -> str:
    return f'resource "terraform_data" "{name}" {{\n{body}\n}}\n'


def block(kind: str, body: str) -> str:
    return f"{kind} {{\n{body}\n}}\n"


def keys(*names: str) -> str:
    listed = ", ".join(names)
    return data("k", f"for_each = toset([{listed}])\ninput = each.key")


A, B = data("a"), data("b")
ODD = ('"a.b"', '"c\\"d"', '"e[f]"', '""', '"g\\nh"', '"日本"', '"x\\\\y"', '"$${a}"')
FORGET = block("removed", "from = terraform_data.a\nlifecycle {\n  destroy = false\n}")
DESTROY = (
    "from = terraform_data.a\nlifecycle {\n  destroy = true\n}\n"
    'provisioner "local-exec" {\n  when    = destroy\n  command = "true"\n}'
)
FAILS = (
    'input = 2\nlifecycle {\n  precondition {\n    condition     = terraform_data.a.output == "z"\n'
    '    error_message = "no"\n  }\n}'
)
CHECK = block(
    'check "c"',
    'assert {\n  condition     = terraform_data.a.output == "z"\n  error_message = "no"\n}',
)
PROVISIONED = 'provisioner "local-exec" {\n  command = "true"\n}'
MOVED = block("moved", "from = terraform_data.a\nto   = terraform_data.b")
IMPORT = block("import", 'to = terraform_data.a\nid = "x"')
SHY = data("a", 'input = sensitive("x")')

MADE = {
    "odd keys, all gone": Made("BLOCK", keys(*ODD), ""),
    "odd keys, changed": Made(
        "ALLOW", keys(*ODD), keys(*ODD).replace("each.key", '"x${each.key}"')
    ),
    "from count to for_each": Made(
        "BLOCK", data("a", "count = 2"), data("a", 'for_each = toset(["x", "y"])')
    ),
    "an implicit move to count": Made("ALLOW", A, data("a", "count = 1\ninput = 1")),
    "a move and a replacement": Made(
        "BLOCK",
        data("a", "triggers_replace = 1"),
        data("b", "triggers_replace = 2") + MOVED,
    ),
    "created before it is destroyed": Made(
        "BLOCK",
        *(
            data("a", f"triggers_replace = {n}\nlifecycle {{\n  create_before_destroy = true\n}}")
            for n in (1, 2)
        ),
    ),
    "forgotten": Made("BLOCK", A + B, B + FORGET),
    "removed with a provisioner": Made("BLOCK", A + B, B + block("removed", DESTROY)),
    "imported and changed": Made("ALLOW", "", A + IMPORT),
    "imported and replaced": Made("BLOCK", "", data("a", "triggers_replace = 1") + IMPORT),
    "tainted": Made("BLOCK", A + B, A + B, first=("taint", "terraform_data.a")),
    "destroyed in part": Made("BLOCK", A + B, A + B, ("-destroy", "-target=terraform_data.a")),
    "deleted without a refresh": Made("BLOCK", A + B, A, ("-refresh=false",)),
    "refreshed only": Made("ALLOW", A, A, ("-refresh-only",)),
    "errored, and deletions listed": Made("REFUSE", A + B, A + data("c", FAILS)),
    "a failing check": Made("ALLOW", A, A + CHECK),
    "a failing check beside a deletion": Made("BLOCK", A + B, A + CHECK),
    "an output gone": Made("ALLOW", A + 'output "o" {\n  value = 1\n}\n', A),
    "a provisioner that does not run": Made("ALLOW", A, data("a", "input = 2\n" + PROVISIONED)),
    "only sensitivity changes": Made("ALLOW", data("a", 'input = "x"'), SHY),
    "nothing at all": Made("ALLOW", "", ""),
}
