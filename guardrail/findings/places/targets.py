"""
Where providers point at, held against where they pointed at after the last apply.

A provider that points at another account or region finds nothing of what the state
knows, and creates it all a second time; one that points back destroys the first.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from guardrail.canonical import sha256_hex
from guardrail.findings.model import Kind, Observation
from guardrail.findings.view import View
from guardrail.plan.model import Action, Change, Plan

_ATTRIBUTES: Final = tuple(
    tuple(path.split("."))
    for path in (
        "account_id",
        "address",
        "allowed_account_ids",
        "assume_role.role_arn",
        "assume_role_with_web_identity.role_arn",
        "base_url",
        "cluster",
        "config_context",
        "config_path",
        "endpoint",
        "environment",
        "host",
        "impersonate_service_account",
        "kubernetes.config_context",
        "kubernetes.config_path",
        "kubernetes.host",
        "location",
        "organization",
        "owner",
        "profile",
        "project",
        "region",
        "subscription_id",
        "tenant_id",
        "url",
    )
)
"""What tells providers which account, project, region or cluster they work on."""
_MAKES_OR_LOSES: Final = frozenset({Action.CREATE, Action.DELETE, Action.FORGET})
_HOW: Final = "points elsewhere than at the last apply"


class Provider(Struct, frozen=True):
    """One provider configuration of a plan, as far as it tells where it points at."""

    full_name: str = ""
    expressions: dict[str, Any] = {}


_PROVIDER: Final = msgspec.json.Decoder(Provider)


def read_provider(raw: Raw) -> Provider:
    """Return the provider configuration in ``raw``; an empty one where it cannot be read."""
    try:
        return _PROVIDER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Provider()


def constants(provider: Provider, path: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the constants that ``provider`` gives at ``path``, through nested blocks; never null."""
    found = [each for each in _constants(provider.expressions, path) if each is not None]
    return tuple(found)


def pointers(plan: Plan) -> Mapping[str, str]:
    """
    Return where the providers of ``plan`` point at, as far as their constants say.

    Key is the provider configuration and an attribute (``aws.west region``), value the
    SHA-256 of its constants. What variables say is not in it.
    """
    found = {}
    for key, raw in plan.configuration.providers.items():
        provider = read_provider(raw)
        for path in _ATTRIBUTES:
            if values := constants(provider, path):
                name = ".".join(path)
                text = msgspec.json.encode(sorted(map(_encoded, values)))
                found[f"{key} {name}"] = sha256_hex(name.encode() + b"\0" + text)
    return found


def observe_retargeted(view: View) -> Iterator[Observation]:
    """
    Yield one observation if providers point elsewhere than after the last apply.

    ``causes`` are the attributes, ``count`` is how much the plan creates and loses
    meanwhile. An attribute that no constant gives any more may say the same as
    before: that is told only where something is created or lost.
    """
    history = view.around.history
    if history is None or not history.pointers:
        return
    now, plan = pointers(view.plan), view.plan
    moved: dict[str, str] = {}
    vague: dict[str, str] = {}
    for pointer, digest in history.pointers.items():
        key, _, attribute = pointer.rpartition(" ")
        if key in plan.configuration.providers and now.get(pointer) != digest:
            (moved if pointer in now else vague)[pointer] = attribute
    acts = [change for change in plan.changes if change.actions & _MAKES_OR_LOSES]
    if acts:
        moved |= vague
    if moved:
        yield _retargeted(view, sorted(set(moved.values())), acts)


def _retargeted(view: View, attributes: list[str], acts: list[Change]) -> Observation:
    return Observation(
        kind=Kind.RETARGETED,
        address="",
        type="",
        environment=view.environments.strictest_of(acts).name,
        data=False,
        benign=False,
        causes=tuple(name for name in attributes if tuple(name.split(".")) in _ATTRIBUTES),
        detail=_HOW,
        count=len(acts),
    )


def _constants(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _constants(each, path)
    elif isinstance(value, dict):
        if path:
            yield from _constants(value.get(path[0]), path[1:])
        elif isinstance(constant := value.get("constant_value"), list):
            yield from constant
        else:
            yield constant


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
