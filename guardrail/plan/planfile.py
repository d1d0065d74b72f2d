"""
The saved plan file: what ``terraform show -json`` does not print.

Mode, targets, backend, workspace, lineage and serial are only here, and so are
the actions that apply will carry out, whatever the JSON says. Security steps:

1. The zip is read by the strict reader, which allows one reading only.
2. The plan message has no field that this release does not know.
3. Each change is listed once, with a known action.
4. The state beside it is a state of version 4, every key once.
5. The configuration snapshot has files only for the modules it lists.

Sources: Terraform's ``internal/plans/planproto/planfile.proto`` and OpenTofu's.
"""

from collections.abc import Mapping
from mmap import mmap

import msgspec
from msgspec import Raw, Struct

from guardrail.canonical import sha256_hex
from guardrail.errors import MalformedPlanError, UnsupportedPlanError
from guardrail.plan import wire
from guardrail.plan.archive import read_archive
from guardrail.plan.hcl import Source, read_configured
from guardrail.plan.model import Action, Mode, Saved
from guardrail.plan.strict import document, items, leaf, utf8

_PLAN_VERSION = 3
_STATE_VERSION = 4
_MODES = {0: Mode.NORMAL, 1: Mode.DESTROY, 2: Mode.REFRESH_ONLY}
_ACTIONS = {
    0: frozenset({Action.NO_OP}),
    1: frozenset({Action.CREATE}),
    2: frozenset({Action.READ}),
    3: frozenset({Action.UPDATE}),
    5: frozenset({Action.DELETE}),
    6: frozenset({Action.DELETE, Action.CREATE}),
    7: frozenset({Action.CREATE, Action.DELETE}),
    8: frozenset({Action.FORGET}),
    9: frozenset({Action.CREATE, Action.FORGET}),
}
_PLAN_FIELDS = frozenset({*range(1, 7), *range(13, 23), *range(25, 29), *range(30, 33)})
"""Every field known of Terraform and OpenTofu, but state_store (29): an experiment that
stores state through a provider, which nothing here could bind."""
_CHANGE_FIELDS = frozenset(range(7, 15))
_INNER_CHANGE_FIELDS = frozenset(range(1, 9))
_BACKEND_FIELDS = frozenset({1, 2, 3})
_CONFIG_PREFIX = "tfconfig/m-"


class _State(Struct):
    version: int
    lineage: str
    serial: int


class _Module(Struct):
    key: str = msgspec.field(name="Key")


_STATE = msgspec.json.Decoder(_State)
_MODULE = msgspec.json.Decoder(_Module)


def read_saved(data: bytes | memoryview | mmap) -> Saved:
    """
    Return what the saved plan ``data`` says, every part of it checked.

    Raises :class:`MalformedPlanError`, :class:`UnsupportedPlanError` and
    :class:`PlanTooLargeError`; never anything else, and never with a value.
    """
    files = read_archive(memoryview(data))
    what = "plan message"
    plan = wire.message(memoryview(files["tfplan"]), _PLAN_FIELDS, what)
    if (version := wire.number(plan, 1, what)) != _PLAN_VERSION:
        raise UnsupportedPlanError(f"expected plan file version {_PLAN_VERSION}, got {version}")
    backend = wire.message(wire.content(plan, 13, what), _BACKEND_FIELDS, "backend")
    state = _state(files["tfstate"])
    lock = files.get(".terraform.lock.hcl")
    return Saved(
        mode=_mode(wire.number(plan, 17, what)),
        terraform_version=wire.text(plan, 14, what),
        workspace=wire.text(backend, 3, "backend"),
        backend=wire.text(backend, 1, "backend"),
        backend_sha256=sha256_hex(wire.content(backend, 2, "backend")),
        targets=wire.texts(plan, 5, what) + wire.texts(plan, 32, what),
        excludes=wire.texts(plan, 6, what),
        replacements=wire.texts(plan, 16, what),
        lineage=state.lineage,
        serial=state.serial,
        lockfile_sha256=None if lock is None else sha256_hex(lock),
        actions=_planned_actions(wire.contents(plan, 3, what)),
        errored=wire.flag(plan, 20, what),
        complete=wire.flag(plan, 26, what),
        applyable=wire.flag(plan, 25, what),
        drift=len(wire.contents(plan, 18, what)),
        deferred=len(wire.contents(plan, 27, what)),
        invocations=len(wire.contents(plan, 30, what)) + len(wire.contents(plan, 31, what)),
        configured=read_configured(_sources(files)),
    )


def _mode(number: int) -> Mode:
    try:
        return _MODES[number]
    except KeyError:
        raise UnsupportedPlanError("expected a known plan mode, got another number") from None


def _planned_actions(
    changes: list[memoryview],
) -> Mapping[tuple[str, str], frozenset[Action]]:
    what = "resource change"
    found: dict[tuple[str, str], frozenset[Action]] = {}
    for data in changes:
        entry = wire.message(data, _CHANGE_FIELDS, what)
        change = wire.message(wire.content(entry, 9, what), _INNER_CHANGE_FIELDS, what)
        key = (wire.text(entry, 13, what), wire.text(entry, 7, what))
        if key in found:
            raise MalformedPlanError(
                "expected one change of each object in the saved plan, got two"
            )
        action = wire.number(change, 1, what)
        if action not in _ACTIONS:
            raise UnsupportedPlanError(
                f"expected a known action in the saved plan, got number {action}"
            )
        found[key] = _ACTIONS[action]
    return found


def _state(content: bytes) -> _State:
    where = "the saved plan's state"
    found = document(utf8(memoryview(content)))
    head = {name: found[name] for name in ("version", "lineage", "serial") if name in found}
    state = leaf(Raw(msgspec.json.encode(head)), _STATE, where)
    if state.version != _STATE_VERSION:
        raise UnsupportedPlanError(f"expected version {_STATE_VERSION} of {where}, got another")
    return state


def _sources(files: Mapping[str, bytes]) -> list[Source]:
    # 5. Terraform itself refuses files of a module that the manifest does not list.
    manifest = files["tfconfig/modules.json"]
    where = "the saved plan's module manifest"
    listed = items(Raw(bytes(utf8(memoryview(manifest)))), where)
    modules = {leaf(piece, _MODULE, where).key for piece in listed}
    sources = []
    for name, content in files.items():
        if name.startswith(_CONFIG_PREFIX):
            module, _, file = name.removeprefix(_CONFIG_PREFIX).partition("/")
            if module not in modules:
                raise MalformedPlanError(f"expected files of listed modules only in {where}")
            sources.append(Source(module=module, file=file, content=content))
    return sources
