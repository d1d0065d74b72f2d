"""The bytes around a plan: encodings that are read, and texts that are no plan."""

import json

from made_plan import plan, thing, to_json
from situation_table import Situation, situation

GOOD = to_json(plan(thing("aws_vpc.b", "create"), thing("aws_vpc.c")))
BAD = to_json(plan(thing("aws_vpc.b", "delete"), thing("aws_vpc.c")))
PRETTY = json.dumps(json.loads(GOOD), indent=2)
DEEP = 100_000
NUMBERS = to_json(plan(thing("aws_vpc.a", "no-op", {"n": 0})))


def _twice(member: bytes) -> bytes:
    """Return the good plan with the first ``member`` there a second time, at its own depth."""
    key = member.partition(b":")[0]
    return GOOD.replace(member, key + b":null," + member, 1)


def _more(member: bytes) -> bytes:
    return GOOD[:-1] + b"," + member + b"}"


TWICE = (
    b'"actions":["create"]',
    b'"mode":"managed"',
    b'"id":"b-1"',
    b'"format_version":"1.2"',
    b'"root_module":',
)
NOT_ONE_PLAN = {
    "nothing": (b"", "empty"),
    "white space": (b" \n", "empty"),
    "an end too early": (GOOD[:-9], "ends too early"),
    "two documents": (GOOD + GOOD, "more text after it"),
    "two lines": (GOOD + b"\n" + GOOD, "more text after it"),
    "text before": (b"Reading...\n" + GOOD, "text before it"),
    "text after": (GOOD + b"\ndone", "more text after it"),
    "a null byte after": (GOOD + b"\0", "more text after it"),
    "null": (b"null", "a single JSON value"),
    "an array": (b"[" + GOOD + b"]", "a JSON array"),
    "an empty object": (b"{}", "an empty JSON object"),
    "objects 100,000 deep": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "deeper nesting"),
    "arrays 100,000 deep": (b"[" * DEEP, "a JSON array"),
    "a member 100,000 deep": (_more(b'"x":' + b"[" * DEEP + b"]" * DEEP), "deeper nesting"),
    "invalid UTF-8": (_more(b'"x":"\xff"'), "invalid UTF-8"),
    "a lone surrogate": (_more(b'"x":"\\ud800"'), ""),
    "not a number": (_more(b'"x":NaN'), ""),
    "a comma too many": (GOOD[:-1] + b",}", ""),
    "a comment": (b"// plan\n" + GOOD, "text before it"),
    "UTF-32": (GOOD.decode().encode("utf-32"), ""),
    "format 2": (GOOD.replace(b'"1.2"', b'"2.0"', 1), "expected plan format 1, got 2.0"),
    "a format that is a number": (GOOD.replace(b'"1.2"', b"1.2", 1), "format_version"),
    "changes that are null": (
        to_json(plan(thing("aws_vpc.b", "delete")) | {"resource_changes": None}),
        "",
    ),
}

SITUATIONS: dict[str, Situation] = {
    **{
        f"{verdict} in {encoding}": situation(verdict, document.decode().encode(encoding))
        for verdict, document in {"ALLOW": GOOD, "BLOCK": BAD}.items()
        for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
    },
    "UTF-16 as PowerShell writes it": situation(
        "ALLOW", PRETTY.replace("\n", "\r\n").encode("utf-16")
    ),
    "the other UTF-16 with its mark": situation(
        "BLOCK", b"\xfe\xff" + BAD.decode().encode("utf-16-be")
    ),
    "indented": situation("ALLOW", PRETTY.encode()),
    "indented by jq, and destructive": situation(
        "BLOCK", json.dumps(json.loads(BAD), indent=2).encode()
    ),
    "white space around": situation("ALLOW", b"\n\n " + GOOD + b"\r\n"),
    "numbers beyond 2^53": situation(
        "ALLOW", plan(thing("aws_vpc.a", "update", {"n": 2**53 + 1, "m": 10**40}, {"n": 2**53}))
    ),
    "an integer of 400 digits": situation("ALLOW", NUMBERS.replace(b'"n":0', b'"n":' + b"9" * 400)),
    "minus zero": situation("ALLOW", NUMBERS.replace(b'"n":0', b'"n":-0.0')),
    "a minor format of tomorrow": situation("ALLOW", GOOD.replace(b'"1.2"', b'"1.99"', 1)),
    **{
        f"{member.partition(b':')[0].decode()} twice": situation(
            "REFUSE", _twice(member), says="expected every key once"
        )
        for member in TWICE
    },
    **{
        f"no plan: {name}": situation("REFUSE", document, says=says)
        for name, (document, says) in NOT_ONE_PLAN.items()
    },
}
