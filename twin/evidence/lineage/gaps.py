"""What hangs in the air: marts, figures and pages without a way back to events and paragraphs."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from twin.evidence.lineage.graph import Graph, Node, Sort

WITHOUT_EVENTS: Final = {
    "partitions": "how far each stage has come in the log: positions, told by the stages",
    "lags": "records that waited before each stage: positions, told by the stages",
    "delays": "from the log's time of records to the set: times of the twin itself",
    "proofs": "proofs that the live state is the rebuilt one: they stand beside the log",
    "proof_differences": "what the newest proof found: it stands beside the log",
    "files": "the lake's files, for a look-up of one premises",
    "dead_letters": "refused records: they are no events, and no paragraph asks for them",
}
"""Marts that hold no figure counted from events, and why."""


class Gap(Struct, frozen=True):
    """A thing and what it has no way back to."""

    node: Node
    lacks: str


def gaps(graph: Graph) -> tuple[Gap, ...]:
    """Every gap, by kind and name; none is what the tests ask for."""
    return tuple(_gaps(graph))


def _gaps(graph: Graph) -> Iterator[Gap]:
    for sort in (Sort.MART, Sort.FIGURE, Sort.PAGE):
        for node in graph.nodes(sort):
            if sort is not Sort.MART or node.name not in WITHOUT_EVENTS:
                yield from _of(graph, node)


def _of(graph: Graph, node: Node) -> Iterator[Gap]:
    held = {one.sort for one in graph.before(node)}
    if Sort.EVENT not in held:
        yield Gap(node, "events")
    if Sort.PARAGRAPH not in held:
        yield Gap(node, "a paragraph")
