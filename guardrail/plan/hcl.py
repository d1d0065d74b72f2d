"""
The configuration inside a saved plan, for what no plan JSON carries.

That is ``lifecycle.prevent_destroy``, and provisioners in ``removed`` blocks,
which run a command although no resource shows it. Files without these words are
not parsed at all, because the HCL reader takes longer to load than most plans.
A file that the reader cannot read is taken to hold what its words allow.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.errors import PlanError
from guardrail.plan.model import Configured, Provisioner
from guardrail.plan.strict import document, refuse_duplicates, utf8

UNKNOWN = "unknown"
"""The type of a provisioner that may be there, in a file that cannot be read."""

_INSTANCE_KEY = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\]]*)\]')


class Source(Struct, frozen=True, kw_only=True):
    """One configuration file of a saved plan."""

    module: str
    """The key of the module: its call names joined by dots, empty for the root module."""
    file: str
    content: bytes


def read_configured(sources: Sequence[Source]) -> Configured:
    """
    Return what the HCL says that the plan's JSON cannot.

    An expression in ``prevent_destroy`` counts as true. Never raises for a
    file's content: what cannot be read and mentions provisioners of ``removed``
    blocks is reported as a provisioner of type :data:`UNKNOWN`.
    """
    prevented: list[str] = []
    provisioners: list[Provisioner] = []
    for source in sources:
        if not _worth_reading(source):
            continue
        path = _module_path(source.module)
        try:
            body = _parse(source)
        except PlanError:
            provisioners += _assumed(source, path)
            continue
        prevented += (path + address for address in _prevented(body))
        provisioners += (
            Provisioner(resource=path + address, type=kind) for address, kind in _removed(body)
        )
    return Configured(
        prevent_destroy=tuple(dict.fromkeys(prevented)),
        removed_provisioners=tuple(provisioners),
    )


def _worth_reading(source: Source) -> bool:
    # JSON can write a word with escapes, so it is always read; that is quick.
    words = (b"removed", b"prevent_destroy")
    return source.file.endswith(".json") or any(word in source.content for word in words)


def _assumed(source: Source, path: str) -> list[Provisioner]:
    """Return the provisioner that an unreadable file may hold, going by its words."""
    readable_words = not source.file.endswith(".json")
    if readable_words and not all(word in source.content for word in (b"removed", b"provisioner")):
        return []
    return [Provisioner(resource=f"{path}removed", type=UNKNOWN)]


def _module_path(key: str) -> str:
    return "".join(f"module.{name}." for name in key.split(".")) if key else ""


def _parse(source: Source) -> Mapping[str, Any]:
    if source.file.endswith(".json"):
        # HCL allows a key twice and reads both; what sees only one is not used.
        text = utf8(memoryview(source.content))
        body: Mapping[str, Any] = {}
        for name, raw in document(text).items():
            refuse_duplicates(raw, "a configuration file")
            body = {**body, name: msgspec.json.decode(raw)}
        return body
    return _parse_hcl(source.content)


def _parse_hcl(content: bytes) -> Mapping[str, Any]:
    import hcl2  # noqa: PLC0415 - takes longer to load than most plans to read
    from lark.exceptions import LarkError  # noqa: PLC0415 - comes with hcl2

    try:
        body: Mapping[str, Any] = hcl2.loads(content.decode("utf-8-sig"))
    except (LarkError, LookupError, RecursionError, TypeError, ValueError, AttributeError):
        raise PlanError("expected HCL that can be read, got another dialect") from None
    return body


def _prevented(body: Mapping[str, Any]) -> Iterator[str]:
    for kind, labelled in _labelled(body.get("resource")):
        for name, resource in _labelled(labelled):
            for lifecycle in _blocks(resource.get("lifecycle")):
                if lifecycle.get("prevent_destroy", False) not in (False, "false"):
                    yield f"{kind}.{name}"


def _removed(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for removed in _blocks(body.get("removed")):
        for kind, _ in _labelled(removed.get("provisioner")):
            yield _address(removed.get("from")), kind


def _address(expression: object) -> str:
    text = expression if isinstance(expression, str) else "removed"
    return _INSTANCE_KEY.sub("", text.removeprefix("${").removesuffix("}").strip('"'))


def _labelled(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each label with its body; the reader keeps the quotes of a quoted label."""
    for block in _blocks(value):
        for label, inner in block.items():
            for body in _blocks(inner):
                yield label.strip('"'), body


def _blocks(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the bodies of a block type: one object, or a list of them."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from _blocks(element)
