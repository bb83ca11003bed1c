"""A graph of what depends on what: an edge leads from a thing to what rests on it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct


class Sort(StrEnum):
    """Kinds of things in the lineage, in the order from source to reader."""

    PARAGRAPH = "paragraph"
    RULE = "rule"
    CODE = "function"
    MESSAGE = "message"
    EVENT = "event"
    STATE = "state"
    PROCESS = "process"
    MART = "mart"
    FIGURE = "figure"
    PAGE = "page"
    TEST = "test"


class Node(Struct, frozen=True, order=True):
    """A thing by its kind and name, as `paragraph` `§24` or `event` `pairing.started`."""

    sort: Sort
    name: str


class Graph:
    """Things and what rests on them."""

    def __init__(self) -> None:
        """Without anything."""
        self._after: dict[Node, dict[Node, None]] = {}
        self._before: dict[Node, dict[Node, None]] = {}

    def add(self, node: Node) -> None:
        """A thing, perhaps with nothing that rests on it."""
        self._after.setdefault(node, {})
        self._before.setdefault(node, {})

    def leads(self, before: Node, after: Node) -> None:
        """`after` rests on `before`."""
        self.add(before)
        self.add(after)
        self._after[before][after] = None
        self._before[after][before] = None

    def nodes(self, sort: Sort | None = None) -> tuple[Node, ...]:
        """All things (of a kind), by kind and name."""
        order = list(Sort)
        found = (node for node in self._after if sort in (None, node.sort))
        return tuple(sorted(found, key=lambda node: (order.index(node.sort), _natural(node.name))))

    def edges(self) -> tuple[tuple[Node, Node], ...]:
        """Every pair of a thing and what rests on it directly."""
        return tuple((before, after) for before, found in self._after.items() for after in found)

    def after(self, node: Node) -> frozenset[Node]:
        """All that depends on a thing, at once or by others."""
        return _closure(self._after, [node])

    def before(self, node: Node) -> frozenset[Node]:
        """All that a thing rests on, at once or by others."""
        return _closure(self._before, [node])

    def __contains__(self, node: Node) -> bool:
        """Whether the thing is known."""
        return node in self._after


def _closure(edges: Mapping[Node, Iterable[Node]], waiting: list[Node]) -> frozenset[Node]:
    found: set[Node] = set()
    while waiting:
        for one in edges.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


def _natural(name: str) -> tuple[str, int, str]:
    digits = "".join(c for c in name if c.isdigit())
    return name.rstrip("0123456789"), int(digits[:9] or 0), name
