"""
Walking the dependency graph of a plan: how many instances stand on one block.

The instances of one block count as one thing to stand on, as they do for Terraform; the
instances of a module are told apart, as nothing inside one of them stands on the inside
of another.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from msgspec import Struct

from guardrail.findings.catalog import catalog
from guardrail.findings.labels import Labels
from guardrail.plan.model import Plan
from guardrail.plan.references import Graph, module_paths, without_keys

LONGEST_CHAIN = 5
"""Labels in a chain, the one of what it starts from among them."""
LEFT_OUT = "..."
"""Stands for the middle of a longer chain."""

_ROUNDS = 2
"""How often a whole graph may be walked. What is left then is counted next to it only."""
_LEAST = 1 << 18
"""Nodes and edges that may be walked in any plan: next to nothing, and enough for most."""


class Reach(Struct, frozen=True, kw_only=True):
    """What stands on one block."""

    everywhere: int = 0
    """Instances that stand on it, whichever module instance of it is lost."""
    inside: Mapping[str, int] = {}
    """Module path with its keys → instances in there that stand on what is in there."""
    chain: tuple[str, ...] = ()
    """Labels of blocks that stand on each other, from the one next to the lost thing."""
    more: bool = False

    def count(self, module: str) -> int:
        """Return how many instances stand on the one in ``module``, a path with its keys."""
        return self.everywhere + sum(self.inside.get(path, 0) for path in module_paths(module))


class Instances:
    """How many managed instances each block has, before the plan or after it."""

    def __init__(self, plan: Plan) -> None:
        """Count the instances of ``plan``."""
        known = {each.address for each in plan.prior if each.mode == "managed"} | plan.planned
        self.of = Counter(map(without_keys, known))
        self.inside: dict[str, Counter[str]] = {}
        """Block → module path with its keys → instances; for blocks in repeated modules."""
        for address in known:
            # A key that is not behind the whole address is one of a module.
            if "]." in address and not address.startswith(block := without_keys(address)):
                for path in module_paths(address)[-1:]:
                    self.inside.setdefault(block, Counter())[path] += 1


class Radius:
    """Walks one graph from block after block, for as long as all of it stays linear."""

    def __init__(self, graph: Graph, instances: Instances, labels: Labels) -> None:
        self._graph = graph
        self._instances = instances
        self._labels = labels
        size = sum(map(len, graph.values())) + len(graph) + len(instances.of)
        self._left = max(_ROUNDS * size, _LEAST)
        self._scope = cache(_scope)
        # One block is lost instance by instance.
        self.of = cache(self._of)

    def _of(self, block: str) -> Reach:
        """Return what stands on ``block``."""
        return self._walk(block) if self._left > 0 else self._beside(block)

    def _beside(self, block: str) -> Reach:
        """Count only what stands on ``block`` directly."""
        beside = [node for node in self._graph.get(block, ()) if node in self._instances.of]
        own = self._scope(block) if self._instances.inside else ()
        everywhere, inside = self._count(beside, {node: self._common(own, node) for node in beside})
        chain = tuple(map(self._labels.label, beside[:1]))
        more = block in self._graph
        return Reach(everywhere=everywhere, inside=inside, chain=chain, more=more)

    def _walk(self, block: str) -> Reach:
        behind = self._behind(block)
        depth, before, shared = self._measure(block, dict(behind))
        counted = [node for node in behind if node in self._instances.of]
        everywhere, inside = self._count(counted, shared)
        last = max(counted, key=lambda node: _telling(node, depth), default="")
        return Reach(everywhere=everywhere, inside=inside, chain=self._chain(last, before))

    def _count(
        self, nodes: Iterable[str], shared: Mapping[str, int]
    ) -> tuple[int, Mapping[str, int]]:
        """Return how many instances ``nodes`` have, those apart that share a module with the lost."""
        everywhere = 0
        inside: Counter[str] = Counter()
        for node in nodes:
            places = self._instances.inside.get(node) if shared.get(node) else None
            if places is None:
                everywhere += self._instances.of[node]
                continue
            self._left -= len(places)
            for path, count in places.items():
                inside[module_paths(path)[: shared[node]][-1]] += count
        return everywhere, inside

    def _behind(self, block: str) -> dict[str, int]:
        """Return every node that stands on ``block``, and how many of the edges to it come from there."""
        behind: dict[str, int] = {}
        waiting = [block]
        for node in waiting:
            for follower in self._graph.get(node, ()):
                if follower in behind:
                    behind[follower] += 1
                elif follower != block:
                    behind[follower] = 1
                    waiting.append(follower)
        self._left -= len(behind) + 2 * sum(behind.values())
        return behind

    def _measure(
        self, block: str, waiting: dict[str, int]
    ) -> tuple[dict[str, int], dict[str, str], dict[str, int]]:
        """
        Return for each node behind ``block`` what the longest way to it tells.

        That is how many counted blocks are on it, the node before it, and how many module
        calls around ``block`` no way to it leaves. ``waiting`` is used up; a node in a
        circle, which Terraform has none of, is not reached.
        """
        own = self._scope(block) if self._instances.inside else ()
        depth, shared = {block: 0}, {block: len(own)}
        before: dict[str, str] = {}
        ready = [block]
        for node in ready:
            for follower in self._graph.get(node, ()):
                if follower == block:
                    continue
                length = depth[node] + (follower in self._instances.of)
                if length > depth.get(follower, -1):
                    depth[follower], before[follower] = length, node
                if own:
                    if follower not in shared:
                        shared[follower] = self._common(own, follower)
                    shared[follower] = min(shared[follower], shared[node])
                waiting[follower] -= 1
                if not waiting[follower]:
                    ready.append(follower)
        for node, count in waiting.items():
            if count:
                shared[node] = 0
        return depth, before, shared

    def _common(self, own: tuple[str, ...], node: str) -> int:
        """Return how many module calls ``node`` and a block in ``own`` are in together."""
        together = 0
        for one, other in zip(own, self._scope(node), strict=False):
            if one != other:
                break
            together += 1
        return together

    def _chain(self, last: str, before: Mapping[str, str]) -> tuple[str, ...]:
        """Return the labels of the counted blocks on the way to ``last``."""
        line = []
        while last in before:
            if last in self._instances.of:
                line.append(last)
            last = before[last]
        line.reverse()
        if len(line) < LONGEST_CHAIN:
            return tuple(map(self._labels.label, line))
        first, *ends = map(self._labels.label, (line[0], *line[3 - LONGEST_CHAIN :]))
        return (first, LEFT_OUT, *ends)


def _telling(node: str, depth: Mapping[str, int]) -> tuple[int, bool]:
    kind = node.rpartition(".")[0].rpartition(".")[2]
    return depth.get(node, 0), catalog().holds_data(kind)


def _scope(node: str) -> tuple[str, ...]:
    """Return the names of the module calls that ``node`` is evaluated in, the outermost first."""
    place, _, part = node.partition(":")
    if place == "provider":
        return ()
    steps = place.split(".")
    inner = 0
    while inner + 1 < len(steps) and steps[inner] == "module":
        inner += 2
    # What a module is given is said outside of it.
    given = steps[inner : inner + 1] == ["var"] or part == "^"
    return tuple(steps[1 : inner - 2 * given : 2])
