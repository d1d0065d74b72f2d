"""
What people pass by mistake, recognised and named, with the command that was meant.

Nothing here decides what a plan is: these functions only turn a refusal into a
better one. They look at keys and at the first characters, never at values.
"""

import re
from typing import NoReturn

import msgspec
from msgspec import Raw

from guardrail.errors import MalformedPlanError, NotAPlanError, UnsupportedPlanError

SHOW = "make the plan's JSON with: terraform show -json PLAN > plan.json"
SAVE = "save a plan with: terraform plan -out=PLAN, then pass PLAN or its JSON"

_LOOK = 1 << 16
"""How far into a text that is not JSON to look."""

_COLOUR = rb"\x1b\[[0-9;]*m"
_PLAN_TEXT = (
    rb"(?m)^[ \t]*(Terraform|OpenTofu) (will perform|used the selected providers)"
    rb"|^Plan: \d+ to |^No changes\. |^Changes to Outputs:"
    rb"|^[ \t]*# \S.* (will be|must be) \w+"
)
_HCL = (
    rb"(?m)^(?:(?:resource|data|module|variable|output|provider|moved|removed|import|check|action)"
    rb"(?:\s+\"?[\w-]+\"?){0,2}|terraform|locals)\s*\{"
)
_PLAN_MEMBERS = ("format_version", "terraform_version", "planned_values", "configuration")
_MARKS_OF_A_PLAN = frozenset({"planned_values", "resource_changes", "resource_drift"})
_BLOCKS = frozenset(
    {
        "resource",
        "data",
        "module",
        "variable",
        "output",
        "provider",
        "terraform",
        "locals",
        "moved",
        "removed",
        "import",
        "check",
        "action",
    }
)
_OUTPUT_KEYS = frozenset({"sensitive", "type", "value"})


def refuse_other_object(members: dict[str, Raw]) -> None:
    """
    Raise unless ``members`` are those of a plan.

    :class:`NotAPlanError` names another document of Terraform's,
    :class:`UnsupportedPlanError` a plan that only its owner can open, and
    :class:`MalformedPlanError` a plan with a member missing.
    """
    keys = members.keys()
    if not _MARKS_OF_A_PLAN & keys:
        _name_other_object(members)
    if missing := [name for name in _PLAN_MEMBERS if name not in members]:
        raise MalformedPlanError(f"expected a whole plan, got one without {missing[0]}", hint=SHOW)


def _name_other_object(members: dict[str, Raw]) -> None:
    keys = members.keys()
    if {"encrypted_data", "encryption_version"} <= keys:
        raise UnsupportedPlanError(
            "expected a plan, got a plan or state that OpenTofu encrypted",
            hint="print it where the key is: tofu show -json PLAN > plan.json",
        )
    if "remote_plan_format" in keys:
        raise UnsupportedPlanError(
            "expected a plan, got the bookmark of a run in HCP Terraform",
            hint="the plan itself is in HCP Terraform: use its run tasks, or plan locally",
        )
    for name, hint, marks in _DOCUMENTS:
        if marks <= keys:
            raise NotAPlanError(f"expected a plan, got {name}", hint=hint)
    if keys and keys <= _BLOCKS:
        raise NotAPlanError("expected a plan, got Terraform configuration in JSON", hint=SAVE)
    if keys and keys <= {"format_version", "terraform_version", "values", "checks"}:
        raise NotAPlanError("expected a plan, got the JSON of a state", hint=SHOW)
    if keys and all(_is_output(raw) for raw in members.values()):
        raise NotAPlanError("expected a plan, got output values (output -json)", hint=SHOW)
    if "format_version" not in keys:
        kind = "another JSON object" if keys else "an empty JSON object"
        raise NotAPlanError(f"expected a plan, got {kind}", hint=SHOW)


_DOCUMENTS = (
    ("a log line (plan -json or apply -json)", SAVE, {"@level", "@message"}),
    ("the result of validate -json", SAVE, {"valid", "diagnostics"}),
    ("the result of version -json", SAVE, {"terraform_version", "platform"}),
    ("a state file (terraform.tfstate)", SAVE, {"version", "lineage", "serial"}),
    ("a state file (terraform.tfstate)", SAVE, {"version", "terraform_version", "resources"}),
    ("the schemas of providers (providers schema -json)", SHOW, {"provider_schemas"}),
    ("function signatures (metadata functions -json)", SHOW, {"function_signatures"}),
    ("configuration alone (show -json -config)", SHOW, {"root_module"}),
    ("the JSON of a state", SHOW, {"format_version", "values"}),
)


def refuse_other_text(text: memoryview) -> None:
    """
    Raise for a text that is not one JSON object and is known; return for any other.

    Raises :class:`NotAPlanError`, or :class:`MalformedPlanError` where JSON has
    text before it.
    """
    head = bytes(text[:_LOOK])
    start = re.sub(_COLOUR, b"", head).lstrip()
    if not start:
        _refuse("an empty input", SHOW)
    if start.startswith(b"PK"):
        _refuse("a zip archive", SAVE)
    if start.startswith(b"{"):
        _refuse_stream(text, start)
    elif start.startswith(b"["):
        _refuse("a JSON array, or text in brackets", SHOW)
    elif re.search(_PLAN_TEXT, start):
        _refuse("the text that terraform plan prints for people", SHOW)
    elif re.search(_HCL, start):
        _refuse("Terraform configuration (a .tf file)", SAVE)
    elif _is_scalar(start):
        _refuse("a single JSON value", SHOW)
    elif b'{"' in start:
        raise MalformedPlanError("expected JSON alone, got text before it", hint=SHOW)
    else:
        _refuse("text or binary data that is not JSON", SHOW)


def _refuse_stream(text: memoryview, start: bytes) -> None:
    line = start.partition(b"\n")[0]
    if b'"@level"' not in line:
        return
    whole = bytes(text)
    if any(mark in whole for mark in (b'"type":"apply_', b'"operation":"apply"')):
        _refuse("the log of an apply (apply -json)", SAVE)
    _refuse("the log of a plan (plan -json), which holds no plan", SAVE)


def _refuse(what: str, hint: str) -> NoReturn:
    raise NotAPlanError(f"expected a plan, got {what}", hint=hint)


def _is_output(raw: Raw) -> bool:
    try:
        return msgspec.json.decode(raw, type=dict[str, Raw]).keys() == _OUTPUT_KEYS
    except msgspec.DecodeError:
        return False


def _is_scalar(start: bytes) -> bool:
    try:
        msgspec.json.decode(start, type=Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
