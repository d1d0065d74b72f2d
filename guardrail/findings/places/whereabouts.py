"""
Where changed things live, held against where the settings say their environment lives.

Three witnesses: what an object says of itself, the constants of the provider that
manages it, and the data sources that say who the caller is. Account numbers and
regions are values: they are compared here, and only the words go on.
"""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from guardrail.findings.address import configured_address
from guardrail.findings.model import Kind, Observation
from guardrail.findings.places.targets import Provider, constants, read_provider
from guardrail.findings.view import View
from guardrail.plan.changes import NULL
from guardrail.plan.model import Action, Change, Plan
from guardrail.settings.model import EnvironmentRule

_UNTOUCHED: Final = frozenset({Action.NO_OP, Action.READ, Action.OPEN})
_ARN: Final = re.compile(r"arn:[a-z0-9-]+:[a-z0-9-]*:([a-z0-9-]*):([0-9]{12})?:.*", re.DOTALL)
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)(?:/.*)?", re.DOTALL | re.IGNORECASE)
_ZONE: Final = re.compile(r"([a-z]+-[a-z]+[0-9]+)-[a-z]")
_ACCOUNT: Final = "account"
_REGION: Final = "region"
_CALLERS: Final = ("aws_caller_identity", "azurerm_client_config", "google_client_config")


class Place(Struct, frozen=True):
    """Accounts (projects, subscriptions) and regions that one thing names, comparable."""

    accounts: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


class _Attributes(Struct, frozen=True):
    arn: Any = None
    id: Any = None
    region: Any = None
    location: Any = None
    zone: Any = None
    project: Any = None


class _Caller(Struct, frozen=True):
    account_id: Any = None
    subscription_id: Any = None
    project: Any = None


class _Block(Struct):
    provider_config_key: str = ""


_NOWHERE: Final = Place()
_ATTRIBUTES: Final = msgspec.json.Decoder(_Attributes)
_CALLER: Final = msgspec.json.Decoder(_Caller)
_BLOCK: Final = msgspec.json.Decoder(_Block)
_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def observe_whereabouts(view: View) -> Iterator[Observation]:
    """
    Yield for each environment what changes outside its accounts and regions: sealed.

    ``address`` is the first of ``count`` things; ``causes`` says whether it is the
    account or the region. Nothing where the settings do not say where it lives.
    """
    rules = {
        rule.name: rule
        for rule in view.settings.environments
        if rule.trusted and (rule.accounts or rule.regions)
    }
    if not rules:
        return
    providers = _Providers(view.plan)
    astray: dict[str, list[tuple[Change, tuple[str, ...]]]] = {}
    for change in view.plan.changes:
        if change.managed and (change.importing or not change.actions <= _UNTOUCHED):
            rule = rules.get(view.environments.of(change).name)
            if rule is not None and (words := _astray(rule, change, providers)):
                astray.setdefault(rule.name, []).append((change, words))
    for name, found in astray.items():
        first, _ = found[0]
        yield Observation(
            kind=Kind.RETARGETED,
            address=view.describer.labels.label_change(first),
            type="",
            environment=name,
            data=False,
            benign=False,
            causes=tuple(sorted({word for _, words in found for word in words})),
            count=len(found),
            sealed=True,
        )


def _astray(rule: EnvironmentRule, change: Change, providers: "_Providers") -> tuple[str, ...]:
    own = [own_place(change.type, values) for values in (change.before, change.after)]
    accounts = [place.accounts for place in own if place.accounts]
    regions = [place.regions for place in own if place.regions]
    if providers.callers or not accounts or not regions:
        provider, caller = providers.of(change)
        # Providers only give what an object does not say itself; who the caller is always counts.
        accounts = [*(accounts or [provider.accounts]), caller.accounts]
        regions = regions or [provider.regions]
    words = []
    if any(_outside(rule.accounts, named) for named in accounts):
        words.append(_ACCOUNT)
    if any(_outside(rule.regions, named) for named in regions):
        words.append(_REGION)
    return tuple(words)


def _outside(patterns: tuple[str, ...], named: frozenset[str]) -> bool:
    """Return whether something is named, and ``patterns`` know none of it."""
    return bool(patterns and named) and not any(_listed(patterns, each) for each in named)


@lru_cache(maxsize=4096)
def _listed(patterns: tuple[str, ...], text: str) -> bool:
    return any(fnmatchcase(text, plain(pattern)) for pattern in patterns)


def own_place(kind: str, values: Raw) -> Place:
    """Return where the object of type ``kind`` with the attributes ``values`` says it lives."""
    if values == NULL:
        return _NOWHERE
    try:
        found = _ATTRIBUTES.decode(values)
    except _ERRORS:
        return _NOWHERE
    match kind.partition("_")[0]:
        case "aws" | "awscc":
            arn = found.arn if isinstance(found.arn, str) else found.id
            parts = _ARN.fullmatch(arn) if isinstance(arn, str) else None
            region, account = parts.groups() if parts else ("", "")
            return _place([account], [found.region or region])
        case "azurerm" | "azapi":
            parts = _SUBSCRIPTION.fullmatch(found.id) if isinstance(found.id, str) else None
            return _place([parts[1] if parts else ""], [found.location])
        case "google":
            return _place([found.project], [found.region or found.zone or found.location])
        case _:
            return _NOWHERE


class _Providers:
    """Where the providers of one plan point at, each looked up once."""

    def __init__(self, plan: Plan) -> None:
        self._configured = plan.configuration.providers
        self._blocks = plan.configuration.blocks
        self._keys: dict[str, str] = {}
        self._places: dict[str, tuple[Place, Place]] = {}
        self.callers: dict[str, set[str]] = {}
        """Key of a provider configuration → accounts of its callers, by data sources that say."""
        for resource in plan.prior:
            if resource.mode == "data" and resource.type in _CALLERS:
                key = self._key(resource.address, "")
                self.callers.setdefault(key, set()).update(_caller(resource.values).accounts)

    def of(self, change: Change) -> tuple[Place, Place]:
        """Return where the provider of ``change`` points at, and who its caller turned out to be."""
        key = self._key(change.address, change.provider)
        if key not in self._places:
            raw = self._configured.get(key)
            pointed = _NOWHERE if raw is None else _pointed(read_provider(raw))
            self._places[key] = (pointed, Place(frozenset(self.callers.get(key, ()))))
        return self._places[key]

    def _key(self, address: str, source: str) -> str:
        """Return the key of the provider configuration; without a block, of the only one it can be."""
        resource = configured_address(address) or ""
        if resource not in self._keys:
            try:
                key = _BLOCK.decode(self._blocks.get(resource, b"{}")).provider_config_key
            except _ERRORS:
                key = ""
            self._keys[resource] = key or self._only(source)
        return self._keys[resource]

    def _only(self, source: str) -> str:
        keys = [k for k, raw in self._configured.items() if read_provider(raw).full_name == source]
        return keys[0] if len(keys) == 1 else ""


def _caller(values: Raw) -> Place:
    try:
        found = _CALLER.decode(values)
    except _ERRORS:
        return _NOWHERE
    return _place([found.account_id, found.subscription_id, found.project], [])


def _pointed(provider: Provider) -> Place:
    accounts = [
        *constants(provider, ("allowed_account_ids",)),
        *constants(provider, ("account_id",)),
        *constants(provider, ("project",)),
        *constants(provider, ("subscription_id",)),
    ]
    accounts += [
        parts[2]
        for role in constants(provider, ("assume_role", "role_arn"))
        if isinstance(role, str) and (parts := _ARN.fullmatch(role))
    ]
    return _place(accounts, constants(provider, ("region",)))


def _place(accounts: Iterable[Any], regions: Iterable[Any]) -> Place:
    texts = (
        tuple(each for each in named if isinstance(each, str)) for named in (accounts, regions)
    )
    return _comparable(*texts)


@lru_cache(maxsize=4096)
def _comparable(accounts: tuple[str, ...], regions: tuple[str, ...]) -> Place:
    return Place(
        frozenset(map(plain, accounts)) - {""},
        frozenset(map(_region, regions)) - {"", "global"},
    )


def _region(text: str) -> str:
    """Return the region of a region, a zone or a link to one."""
    name = plain(text).rpartition("/")[2]
    zone = _ZONE.fullmatch(name)
    return zone[1] if zone else name


def plain(text: str) -> str:
    """Return ``text`` as it is compared: without case, and without the spaces of ``West Europe``."""
    return text.lower().replace(" ", "").removeprefix("projects/")
