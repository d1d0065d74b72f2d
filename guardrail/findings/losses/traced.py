"""
Where a value of the configuration comes from, as far as plan JSON shows it.

Through inputs and outputs of modules, and from attribute to attribute, down to the
variables, locals and data sources that it is made of. What a local is made of is in
no plan JSON. Only names come out, never a value; blocks are read where they are asked for.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import msgspec
from msgspec import Raw, Struct

from guardrail.findings.address import is_identifier
from guardrail.findings.references import references
from guardrail.plan.model import Plan

_STEPS: Final = 200
"""So many references are followed for one value."""

_NOTHING: Final = Raw(b"{}")
_ABSENT: Final = Raw()
_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_ANY = msgspec.json.Decoder()
_EXPRESSION: Final = frozenset({"references", "constant_value"})
_ELSEWHERE: Final = frozenset({"count", "path", "terraform", "self", "ephemeral"})


class Trace(Struct, frozen=True, kw_only=True):
    """What a value is made of; no instance keys anywhere."""

    ends: tuple[str, ...] = ()
    """References that nothing leads on from: ``var.name_prefix``, ``module.a.local.b``."""
    blocks: tuple[str, ...] = ()
    """Resources on the way, with their module paths."""


class _Block(Struct):
    expressions: dict[str, Raw] = {}
    count_expression: Raw = _ABSENT
    for_each_expression: Raw = _ABSENT


_BLOCK = msgspec.json.Decoder(_Block)
_Reference = tuple[str, str, str]
"""The module it stands in, the block or call it stands in, and the reference as written."""


class Configured:
    """The expressions of one plan's configuration."""

    def __init__(self, plan: Plan) -> None:
        """Remember the configuration of ``plan``."""
        self._configuration = plan.configuration
        # Many instances of one block ask for the same.
        self.trace = cache(self._trace)
        self.repetition = cache(self._repetition)
        self._block = cache(self._read_block)

    def has(self, block: str) -> bool:
        """Return whether the resource ``block``, a path without keys, is still configured."""
        return block in self._configuration.blocks

    def calls(self, module: str) -> bool:
        """Return whether the call of ``module``, a path without keys, is still configured."""
        return module in self._configuration.calls

    def _trace(self, block: str, attribute: str) -> Trace:
        """Return what the top-level ``attribute`` of the resource ``block`` is made of."""
        return self._follow(self._of_attribute(block, attribute))

    def _repetition(self, place: str) -> Trace | None:
        """Return what the resource or module call ``place`` repeats over; None where it does not."""
        expression = self._repeated(place)
        if expression == _ABSENT:
            return None
        return self._follow(self._of_expression(expression, _module_of(place), place))

    def _follow(self, begin: Iterator[_Reference]) -> Trace:
        waiting = [*begin][::-1]
        seen: set[_Reference] = set()
        ends: dict[str, None] = {}
        blocks: dict[str, None] = {}
        while waiting and len(seen) < _STEPS:
            reference = waiting.pop()
            if reference in seen:
                continue
            seen.add(reference)
            module, _, name = reference
            further = [*self._step(*reference)]
            waiting += further[::-1]
            head = name.partition(".")[0]
            if _is_resource(head):
                blocks[_within(module, ".".join(name.split(".")[:2]))] = None
            elif not further and head not in {"each", "module"}:
                ends[_within(module, name)] = None
        return Trace(ends=tuple(ends), blocks=tuple(blocks))

    def _step(self, module: str, place: str, name: str) -> Iterator[_Reference]:
        """Yield what the reference ``name`` in ``module`` is made of; nothing where it ends."""
        head, *rest = name.split(".")
        match head:
            case "var" if module:
                inputs = self._inputs(module)
                if rest[0] in inputs:
                    parent = module.rpartition(".module.")[0]
                    yield from self._of_expression(inputs[rest[0]], parent, module)
            case "each":
                yield from self._of_expression(self._repeated(place), module, place)
            case "module" if len(rest) > 1:
                child = _within(module, f"module.{rest[0]}")
                outputs = _members(self._configuration.outputs.get(child, _NOTHING))
                output = _members(outputs.get(rest[1], _NOTHING))
                yield from self._of_expression(output.get("expression", _NOTHING), child, child)
            case _ if _is_resource(head) and len(rest) > 1:
                yield from self._of_attribute(_within(module, f"{head}.{rest[0]}"), rest[1])

    def _of_attribute(self, block: str, attribute: str) -> Iterator[_Reference]:
        expression = self._block(block).expressions.get(attribute, _NOTHING)
        yield from self._of_expression(expression, _module_of(block), block)

    def _of_expression(self, expression: Raw, module: str, place: str) -> Iterator[_Reference]:
        last = ""
        decoded = None if expression == _ABSENT else _ANY.decode(expression)
        for reference in references(decoded):
            name = _safe(reference)
            # Behind `aws_vpc.a.id` comes `aws_vpc.a`.
            if name and not last.startswith(f"{name}.") and name.split(".")[0] not in _ELSEWHERE:
                yield module, place, name
            last = name

    def _repeated(self, place: str) -> Raw:
        """Return the ``count`` or ``for_each`` of a resource or a module call; absent if it has none."""
        if place in self._configuration.calls:
            return next(filter(_is_expression, self._configuration.calls[place]), _ABSENT)
        block = self._block(place)
        each = block.for_each_expression
        return block.count_expression if each == _ABSENT else each

    def _inputs(self, module: str) -> Mapping[str, Raw]:
        parts = self._configuration.calls.get(module, ())
        return next(
            (found for each in parts if (found := _members(each)) and not _is_one(found)), {}
        )

    def _read_block(self, block: str) -> _Block:
        try:
            return _BLOCK.decode(self._configuration.blocks.get(block, _NOTHING))
        except msgspec.MsgspecError:
            return _Block()


def _safe(reference: str) -> str:
    """Return the names that ``reference`` begins with, up to the first key; empty if it has none."""
    name = reference.partition("[")[0]
    parts = name.split(".")
    return name if len(parts) > 1 and all(part and is_identifier(part) for part in parts) else ""


def _members(raw: Raw) -> dict[str, Raw]:
    try:
        return _OBJECT.decode(raw)
    except msgspec.MsgspecError:
        return {}


def _is_expression(part: Raw) -> bool:
    """Return whether a part of a call is the one expression that it repeats over."""
    # What is made by a function alone has no references, and a call without inputs no member.
    return bytes(part).startswith(b"{") and _is_one(_members(part))


def _is_one(found: Mapping[str, Raw]) -> bool:
    """Return whether these are the parts of one expression, and not expressions by their names."""
    listed = found.get("references", _ABSENT)
    return found.keys() <= _EXPRESSION and (listed == _ABSENT or bytes(listed).startswith(b"["))


def _is_resource(head: str) -> bool:
    return head not in {"var", "local", "each", "module", "data"}


def _within(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name


def _module_of(place: str) -> str:
    """Return the module in which the resource or module call ``place`` stands."""
    steps = place.split(".")
    end = 0
    while steps[end : end + 1] == ["module"]:
        end += 2
    return ".".join(steps[: end - 2 if end >= len(steps) else end])
