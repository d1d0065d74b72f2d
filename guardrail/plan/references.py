"""
Who refers to whom: the dependency graph of a plan, as far as its JSON shows it.

Two sources, one graph. The configuration holds the references of every expression,
also from module to module; it lacks locals. The state before the plan holds what
Terraform itself recorded as an object's dependencies: locals are in there, and
blocks that are no longer configured, but nothing that is only to be created.

Source: Terraform's ``internal/command/jsonconfig`` and ``internal/terraform``
(``transform_reference.go``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec
from msgspec import Raw

from guardrail.plan.model import Configuration, Plan, Resource

Graph = Mapping[str, Mapping[str, None]]
"""
Node → the nodes that refer to it, in the order of the plan.

A node is a resource or data source without instance keys (``module.a.aws_vpc.b``), a
variable (``module.a.var.c``), or one of these, which no address looks like:
``module.a:c`` an output, ``module.a:*`` all of a module's outputs, ``module.a:!`` all
that a module does, ``module.a:^`` what a whole module waits for, ``provider:KEY``.
"""

_BEGIN, _END, _ALL = ":^", ":!", ":*"
_KEY = re.compile(r'\[(?:[^"\]]|"(?:[^"\\]|\\.)*+")*+\]')
_STEP = re.compile(rf'module\.[^.\[\]"]+(?:{_KEY.pattern})?(?:\.|$)')
_LIST = re.compile(rb'\s*:\s*(\[(?:\s*"(?:[^"\\]|\\.)*+"\s*,?)*+\s*\])')
_PROVIDER = re.compile(rb'"provider_config_key"\s*:\s*("(?:[^"\\]|\\.)*+")')
_TEXTS = msgspec.json.Decoder(list[str])
_TEXT = msgspec.json.Decoder(str)
_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_NOTHING = b"[]"
_DATA = ("data", "ephemeral")
_OUTSIDE = ("each.", "count.", "path.", "terraform.", "self.", "local.")


def read_references(plan: Plan) -> Graph:
    """Return the graph of ``plan``; what cannot be read is left out, as nothing is decided on it."""
    graph: dict[str, dict[str, None]] = {}
    gated = False
    for node, follower in _edges(plan):
        if node != follower:
            graph.setdefault(node, {})[follower] = None
            gated |= follower.endswith(_BEGIN)
    # Most modules are waited for by nobody as a whole, and wait for nothing as a whole.
    if gated or any(node.endswith(_END) for node in graph):
        for node, follower in _of_modules(plan.configuration):
            graph.setdefault(node, {})[follower] = None
    return graph


def without_keys(address: str) -> str:
    """Return ``address`` without instance keys: what the configuration calls it."""
    head, bracket, tail = address.partition("[")
    if not bracket:
        return address
    # One key at the end is what most addresses have.
    if "[" not in tail and address.endswith("]"):
        return head
    return _KEY.sub("", address)


@lru_cache(maxsize=4096)
def module_paths(address: str) -> tuple[str, ...]:
    """Return the module paths around ``address``, with their keys, from the outermost inwards."""
    paths = []
    place = 0
    while match := _STEP.match(address, place):
        place = match.end()
        paths.append(address[:place].rstrip("."))
    return tuple(paths)


def modules_around(addresses: Iterable[str]) -> frozenset[str]:
    """Return the paths of all modules that ``addresses`` are in, with their keys."""
    return frozenset(path for home in set(map(_home, addresses)) for path in module_paths(home))


def _home(address: str) -> str:
    """Return the one module of ``address``; the whole address where that takes a closer look."""
    head, bracket, tail = address.partition("[")
    if bracket and ("[" in tail or not address.endswith("]")):
        return address
    return head.rpartition(".")[0].rpartition(".")[0]


def _edges(plan: Plan) -> Iterator[tuple[str, str]]:
    configuration = plan.configuration
    yield from _of_blocks(configuration)
    yield from _of_calls(configuration)
    yield from _of_outputs(configuration)
    yield from _of_providers(configuration)
    yield from _recorded(plan.prior)


def _of_blocks(configuration: Configuration) -> Iterator[tuple[str, str]]:
    for block, raw in configuration.blocks.items():
        for node in _nodes(bytes(raw), _module_of(block)):
            yield node, block


def _of_calls(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Yield what variables are set to, and what whole modules are repeated over and wait for."""
    for module, parts in configuration.calls.items():
        parent = _parent(module)
        for part in parts:
            text = bytes(part)
            inputs = _inputs(text)
            for name, expression in inputs.items():
                for node in _nodes(bytes(expression), parent):
                    yield node, f"{module}.var.{name}"
            if not inputs:
                found = _read(text) if text.startswith(b"[") else ()
                nodes = _resolved(found, parent, whole=_END) if found else _nodes(text, parent)
                for node in nodes:
                    yield node, f"{module}{_BEGIN}"


def _inputs(text: bytes) -> dict[str, Raw]:
    """Return the inputs of a call by name; none where ``text`` is no object of expressions."""
    try:
        found = _OBJECT.decode(text)
    except msgspec.MsgspecError:
        return {}
    # `count` and `for_each` are one expression, whose references are a list.
    expressions = all(bytes(raw).startswith(b"{") for raw in found.values())
    return found if expressions else {}


def _of_outputs(configuration: Configuration) -> Iterator[tuple[str, str]]:
    for module, raw in configuration.outputs.items():
        # What the root module gives out is nothing that could break.
        for name, expression in _members(raw).items() if module else ():
            yield f"{module}:{name}", f"{module}{_ALL}"
            for node in _nodes(bytes(expression), module):
                yield node, f"{module}:{name}"


def _of_providers(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Yield what providers are configured with: a cluster, under everything in that cluster."""
    used = set()
    for key, raw in configuration.providers.items():
        for node in _nodes(bytes(raw), key.rpartition(":")[0]):
            used.add(key)
            yield node, f"provider:{key}"
    for block, raw in configuration.blocks.items() if used else ():
        match = _PROVIDER.search(bytes(raw))
        if match is not None and (key := _TEXT.decode(match[1])) in used:
            yield f"provider:{key}", block


def _of_modules(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Yield what is in a module, both ways: it waits for all of it, and is waited for."""
    for module in configuration.calls:
        parent = _parent(module)
        if parent:
            yield f"{module}{_END}", f"{parent}{_END}"
            yield f"{parent}{_BEGIN}", f"{module}{_BEGIN}"
    for block in configuration.blocks:
        if module := _module_of(block):
            yield block, f"{module}{_END}"
            yield f"{module}{_BEGIN}", block


def _recorded(prior: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    last: dict[str, bytes] = {}
    for resource in prior:
        if resource.mode == "managed" and (raw := bytes(resource.depends_on)) != _NOTHING:
            block = without_keys(resource.address)
            # The instances of one block mostly stand on the same.
            if last.get(block) != raw:
                last[block] = raw
                for node in _read(raw):
                    yield node, block


def _nodes(text: bytes, module: str) -> Iterator[str]:
    """
    Yield what the JSON ``text`` of a block or an expression in ``module`` refers to.

    Looked for by the quoted member name, which occurs in no JSON text by itself: its
    quotes would be escaped there.
    """
    yield from _resolved(_listed(text, b'"references"'), module, whole=_ALL)
    if b'"depends_on"' in text:
        yield from _resolved(_listed(text, b'"depends_on"'), module, whole=_END)


def _listed(text: bytes, member: bytes) -> Iterator[str]:
    """Yield the texts of every list that is a member of this name."""
    for part in text.split(member)[1:]:
        end = part.find(b'"]')
        if part.startswith(b':["') and b"\\" not in part[:end]:
            # Nearly all lists are as short and plain as this; it is what takes the time.
            yield from part[3:end].decode().split('","')
        elif match := _LIST.match(part):
            yield from _read(match[1])


def _resolved(references: Iterable[str], module: str, *, whole: str) -> Iterator[str]:
    prefix = f"{module}." if module else ""
    last = ""
    for reference in references:
        if reference.startswith(_OUTSIDE):
            continue
        plain = without_keys(reference) if "[" in reference else reference
        # Behind `aws_vpc.a.id` comes `aws_vpc.a`, and behind `module.a.b` comes `module.a`.
        if not last.startswith(f"{plain}.") and (node := _node(plain, prefix, whole)):
            yield node
        last = plain


def _node(reference: str, prefix: str, whole: str) -> str | None:
    steps = reference.split(".", 3)
    head = steps[0]
    if len(steps) < 2:
        return None
    if head == "module":
        return f"{prefix}module.{steps[1]}{f':{steps[2]}' if steps[2:] else whole}"
    if head in _DATA:
        return f"{prefix}{head}.{steps[1]}.{steps[2]}" if steps[2:] else None
    return f"{prefix}{head}.{steps[1]}"


def _read(text: bytes) -> list[str]:
    try:
        return _TEXTS.decode(text)
    except msgspec.MsgspecError:
        return []


def _members(raw: Raw) -> dict[str, Raw]:
    try:
        return _OBJECT.decode(raw)
    except msgspec.MsgspecError:
        return {}


def _module_of(block: str) -> str:
    """Return the module path of ``block``, which has no instance keys."""
    if not block.startswith("module."):
        return ""
    steps = block.split(".")
    end = 0
    while steps[end] == "module" and end + 2 < len(steps):
        end += 2
    return ".".join(steps[:end])


def _parent(module: str) -> str:
    return module.rpartition(".module.")[0]
