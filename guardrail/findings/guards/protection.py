"""
The list of protected things in the settings: which rule is about which thing.

Values are matched in memory only; nothing of them comes out.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import msgspec
from msgspec import Raw, Struct

from guardrail.findings.places.recognize import UNKNOWN
from guardrail.plan.references import module_paths, without_keys
from guardrail.settings.model import EnvironmentClass, ProtectedRule, Settings

_IDENTIFIERS = (
    "arn",
    "bucket",
    "cluster_identifier",
    "domain_name",
    "id",
    "identifier",
    "name",
    "self_link",
)
_TAGS = ("tags", "tags_all", "labels", "effective_labels", "terraform_labels")
_METADATA = ("labels", "annotations")
_SHAPE = msgspec.defstruct(
    "Attributes", [(name, object, None) for name in (*_IDENTIFIERS, *_TAGS, "metadata", "tag")]
)
_ATTRIBUTES = msgspec.json.Decoder(_SHAPE)
_PRODUCTION = EnvironmentClass.PRODUCTION

Glob = Callable[[str], bool]
"""Whether a text matches any of some patterns."""


class Thing:
    """One object under all names that it goes by; read only as far as a rule asks."""

    def __init__(
        self, *, addresses: Iterable[str], kind: str, environment: str, values: Iterable[Raw]
    ) -> None:
        """``values`` are its attributes as JSON, such as before the plan and after it."""
        self.type = kind
        self.environment = environment
        self._addresses = tuple(addresses)
        self._values = tuple(values)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Its addresses with and without instance keys, and those of the modules around it."""
        return frozenset(
            part
            for address in self._addresses
            for whole in (address, without_keys(address))
            for part in (whole, _without_own_key(whole), *module_paths(whole))
        )

    @cached_property
    def tags(self) -> frozenset[tuple[str, str]]:
        """Its tags and labels, keys in lower case."""
        return frozenset(tag for each in self._read for tag in _tags(each))

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """What its provider calls it, in lower case: not every provider heeds case."""
        return frozenset(name.lower() for each in self._read for name in _identifiers(each))

    @cached_property
    def _read(self) -> tuple[Struct, ...]:
        return tuple(_decoded(self._values))


class Rule:
    """One rule of the list, ready to be matched."""

    def __init__(self, rule: ProtectedRule, settings: Settings) -> None:
        """Prepare ``rule``."""
        self.deny = rule.deny
        self.changes = rule.changes
        self.name = rule.name
        # Brackets are instance keys in an address, never a choice of characters.
        self._address = _globs(pattern.replace("[", "[[]") for pattern in rule.addresses)
        self._identifier = _globs(pattern.lower() for pattern in rule.identifiers)
        self._tags = tuple(map(_tag_globs, rule.tags))
        self._named = bool(rule.addresses or rule.identifiers or rule.tags)
        self._type = _globs(rule.types)
        self._environment = _globs(rule.environments)
        self._types, self._environments = bool(rule.types), bool(rule.environments)
        classed = {e.name for e in settings.environments if e.environment_class is _PRODUCTION}
        self._anywhere = any(map(self._environment, {UNKNOWN, _PRODUCTION.value, *classed}))

    def is_for(self, kind: str) -> bool:
        """Return whether the rule can be about a thing of the type ``kind``."""
        return not self._types or self._type(kind)

    def covers(self, thing: Thing) -> bool:
        """Return whether the rule is about ``thing``."""
        return (
            self.is_for(thing.type)
            and self._is_in(thing.environment)
            and (not self._named or self._names(thing))
        )

    def _is_in(self, environment: str) -> bool:
        if not self._environments:
            return True
        # Where nothing tells the environment, it counts as production.
        return self._environment(environment) or (environment == UNKNOWN and self._anywhere)

    def _names(self, thing: Thing) -> bool:
        return (
            any(map(self._address, thing.addresses))
            or any(
                is_key(key) and is_value(value)
                for is_key, is_value in self._tags
                for key, value in thing.tags
            )
            or any(map(self._identifier, thing.identifiers))
        )


def _globs(patterns: Iterable[str]) -> Glob:
    """Return what matches any of ``patterns``, heeding case; nothing where there are none."""
    compiled = re.compile("|".join(map(fnmatch.translate, patterns)) or r"(?!)")
    return lambda text: compiled.match(text) is not None


def _tag_globs(pattern: str) -> tuple[Glob, Glob]:
    key, _, value = pattern.partition("=")
    return _globs([key.lower()]), _globs([value])


def _without_own_key(address: str) -> str:
    outside = len((module_paths(address) or ("",))[-1])
    return address[:outside] + address[outside:].partition("[")[0]


def _decoded(values: Iterable[Raw]) -> Iterator[Struct]:
    for each in values:
        try:
            yield _ATTRIBUTES.decode(each)
        except msgspec.MsgspecError:
            # Nothing is there, as before a creation: no names and no tags.
            continue


def _tags(read: Struct) -> Iterator[tuple[str, str]]:
    maps = [getattr(read, name) for name in _TAGS]
    maps += [each.get(name) for each in _blocks(read, "metadata") for name in _METADATA]
    for tags in maps:
        if isinstance(tags, dict):
            yield from ((str(key).lower(), _text(value)) for key, value in tags.items())
    for each in _blocks(read, "tag"):
        yield _text(each.get("key")).lower(), _text(each.get("value"))


def _identifiers(read: Struct) -> Iterator[str]:
    found = [getattr(read, name) for name in _IDENTIFIERS]
    found += [each.get("name") for each in _blocks(read, "metadata")]
    yield from (each for each in found if isinstance(each, str))


def _blocks(read: Struct, name: str) -> list[dict[str, object]]:
    found = getattr(read, name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
