"""
The configuration in HCL, for what no plan JSON carries.

That is ``lifecycle.prevent_destroy``, which is told from the blocks alone, and
provisioners in ``removed`` blocks, which run a command although no resource shows
it. Those are left to the HCL reader, which takes longer to load than most plans: it
sees only files with both words. A file that it cannot read is taken to hold what its
words allow.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.errors import PlanError
from guardrail.plan.blocks import Block, attribute, inner_blocks, read_blocks
from guardrail.plan.model import Configured, Provisioner
from guardrail.plan.strict import document, refuse_duplicates, utf8

UNKNOWN = "unknown"
"""The type of a provisioner that may be there, in a file that cannot be read."""

PREVENTED = "true"
"""The one value that prevents: an expression promises nothing, it may be ``!true``."""

_INSTANCE_KEY = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\]]*)\]')


class Source(Struct, frozen=True, kw_only=True):
    """One configuration file of a saved plan."""

    module: str
    """The key of the module: its call names joined by dots, empty for the root module."""
    file: str
    content: bytes


class Module(Struct, frozen=True, kw_only=True):
    """What the files of one module say, overrides merged as Terraform merges them."""

    prevented: Mapping[str, str]
    """Resource → what its ``prevent_destroy`` is set to, as written."""
    calls: Mapping[str, str]
    """Module call → its source."""


def read_configured(sources: Sequence[Source]) -> Configured:
    """
    Return what the HCL says that the plan's JSON cannot.

    Never raises for a file's content: what cannot be read and mentions provisioners
    of ``removed`` blocks is reported as a provisioner of type :data:`UNKNOWN`.
    """
    modules: dict[str, dict[str, bytes]] = {}
    provisioners: list[Provisioner] = []
    for source in sources:
        modules.setdefault(source.module, {})[source.file] = source.content
        provisioners += _provisioners(source)
    return Configured(
        prevent_destroy=tuple(
            module_path(key) + address
            for key, files in modules.items()
            for address, value in read_module(files).prevented.items()
            if value == PREVENTED
        ),
        removed_provisioners=tuple(provisioners),
    )


def read_module(files: Mapping[str, bytes]) -> Module:
    """Return what the ``files`` of one module, content by name, say. Never raises."""
    prevented: dict[str, str] = {}
    calls: dict[str, str] = {}
    for name in sorted(files, key=lambda name: (_overrides(name), name)):
        read = _read_file(name.endswith(".json"), files[name])
        prevented |= read.prevented
        calls |= read.calls
    return Module(prevented=prevented, calls=calls)


def module_path(key: str) -> str:
    """Return what the addresses in the module of ``key`` begin with: ``module.a.module.b.``."""
    return "".join(f"module.{name}." for name in key.split(".")) if key else ""


def _overrides(name: str) -> bool:
    stem = name.partition(".")[0]
    return stem == "override" or stem.endswith("_override")


# A plan's file is mostly the same as the committed one.
@lru_cache(maxsize=1024)
def _read_file(is_json: bool, content: bytes) -> Module:  # noqa: FBT001 - a key of the cache
    if is_json:
        return _read_json(content)
    if not any(word in content for word in (b"prevent_destroy", b"module")):
        return Module(prevented={}, calls={})
    blocks = list(read_blocks(content.decode("utf-8-sig", errors="replace")))
    return Module(
        prevented=dict(_prevented(blocks)),
        calls={
            block.labels[0]: (attribute(block.body, "source") or "").strip('"')
            for block in blocks
            if block.kind == "module" and len(block.labels) == 1
        },
    )


def _prevented(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if block.kind != "resource" or len(block.labels) != 2:
            continue
        for inner in inner_blocks(block.body) if "prevent_destroy" in block.body else ():
            value = attribute(inner.body, "prevent_destroy") if inner.kind == "lifecycle" else None
            if value is not None:
                yield ".".join(block.labels), value.strip('"')


def _read_json(content: bytes) -> Module:
    try:
        body = _parse_json(content)
    except PlanError:
        return Module(prevented={}, calls={})
    prevented = {
        f"{kind}.{name}": str(lifecycle["prevent_destroy"]).lower()
        for kind, labelled in _labelled(body.get("resource"))
        for name, resource in _labelled(labelled)
        for lifecycle in _blocks(resource.get("lifecycle"))
        if "prevent_destroy" in lifecycle
    }
    calls = {name: str(call.get("source", "")) for name, call in _labelled(body.get("module"))}
    return Module(prevented=prevented, calls=calls)


def _provisioners(source: Source) -> Iterator[Provisioner]:
    """Yield the provisioners in ``removed`` blocks."""
    # JSON can write a word with escapes, so it is always read; that is quick.
    is_json = source.file.endswith(".json")
    if not is_json and not all(word in source.content for word in (b"removed", b"provisioner")):
        return
    path = module_path(source.module)
    try:
        body = _parse_json(source.content) if is_json else _parse_hcl(source.content)
    except PlanError:
        # It may hold one, going by its words.
        yield Provisioner(resource=f"{path}removed", type=UNKNOWN)
        return
    for address, kind in _removed(body):
        yield Provisioner(resource=path + address, type=kind)


def _parse_json(content: bytes) -> Mapping[str, Any]:
    # HCL allows a key twice and reads both; what sees only one is not used.
    body: dict[str, Any] = {}
    for name, raw in document(utf8(memoryview(content))).items():
        refuse_duplicates(raw, "a configuration file")
        body[name] = msgspec.json.decode(raw)
    return body


def _parse_hcl(content: bytes) -> Mapping[str, Any]:
    import hcl2  # noqa: PLC0415 - takes longer to load than most plans to read
    from lark.exceptions import LarkError  # noqa: PLC0415 - comes with hcl2

    try:
        body: Mapping[str, Any] = hcl2.loads(content.decode("utf-8-sig"))
    except (LarkError, LookupError, RecursionError, TypeError, ValueError, AttributeError):
        raise PlanError("expected HCL that can be read, got another dialect") from None
    return body


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
