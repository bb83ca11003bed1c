"""What depends on a paragraph, a rule, an event, a message ...: as text and as a picture."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from twin.evidence.document import Document, Part, Picture, Section, Table, as_rows
from twin.evidence.drawing import Arrow, drawn
from twin.evidence.lineage.graph import Graph, Node, Sort
from twin.rules.sentences import RULES

NAME: Final = "impact"
_DRAWN_MOST: Final = 34
"""With more boxes than that a picture shows kinds and their numbers."""
_NOT_DRAWN: Final = (Sort.TEST, Sort.CODE, Sort.MESSAGE)
_DATED: Final = "2015-12-17T00:00:00+00:00"
"""The lineage is that of the code, which has no date; the source has one."""


class Unknown(LookupError):
    """Nothing of that name is known; the sentence names what comes near."""


def found_node(graph: Graph, sort: Sort, name: str) -> Node:
    """The thing of a name; a paragraph may be given by its number.

    Raises:
        Unknown: there is none.
    """
    names = [node.name for node in graph.nodes(sort)]
    for known in (name, f"§{name}", name.upper(), name.replace("_", "-")):
        if known in names:
            return Node(sort, known)
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise Unknown(f"the lineage knows no {sort} {name!r}{hint}")


def by_sort(nodes: Iterable[Node]) -> dict[Sort, list[str]]:
    """Names by kind, in the order from source to reader."""
    held = list(nodes)
    return {
        sort: sorted(node.name for node in held if node.sort is sort)
        for sort in Sort
        if any(node.sort is sort for node in held)
    }


def impact(graph: Graph, node: Node, *, code_version: str) -> Document:
    """What depends on a thing, and what it rests on, as a document."""
    after, before = graph.after(node), graph.before(node)
    name = f"{node.sort} {node.name}"
    said = RULES[node.name].says if node.sort is Sort.RULE and node.name in RULES else ""
    first: tuple[Part, ...] = (
        *((said,) if said else ()),
        f"A change of {name} touches {_in_words(after)}.",
    )
    sections = (
        Section("What would be touched", (*first, _picture(graph, node, after), _table(after))),
        Section("What it rests on", (_table(before, name="rests_on"),)),
    )
    return Document(
        name=NAME,
        title=f"Impact of a change of {name}",
        subtitle="Made from the code: rules, events, states, queries, pages, tests and processes.",
        foot=f"Code {code_version}. Lineage of the code, without any record.",
        dated=_DATED,
        sections=sections,
    )


def _in_words(nodes: frozenset[Node]) -> str:
    counts = [f"{len(names)} {_plural(sort, len(names))}" for sort, names in by_sort(nodes).items()]
    return ", ".join(counts) if counts else "nothing"


def _plural(sort: Sort, count: int) -> str:
    if count == 1:
        return sort.value
    return "processes" if sort is Sort.PROCESS else f"{sort}s"


def _table(nodes: frozenset[Node], name: str = "touched") -> Table:
    return Table(
        name=name,
        title="By kind",
        columns=("kind", "how many", "names"),
        rows=as_rows(
            (sort.value, len(names), ", ".join(names)) for sort, names in by_sort(nodes).items()
        ),
    )


def _picture(graph: Graph, node: Node, after: frozenset[Node]) -> Part:
    shown = {one for one in after if one.sort not in _NOT_DRAWN} | {node}
    if len(shown) == 1:
        return "Nothing rests on it, so there is nothing to draw."
    edges = [(a, b) for a, b in graph.edges() if a in shown and b in shown and b != node]
    text = f"What rests on {node.sort} {node.name}"
    if len(shown) <= _DRAWN_MOST:
        boxes = {_id(one): one.name for one in sorted(shown)}
        arrows = [Arrow(_id(a), _id(b)) for a, b in sorted(edges)]
    else:
        counts = by_sort(shown - {node})
        boxes = {_id(node): node.name} | {
            sort: f"{len(names)} {_plural(sort, len(names))}" for sort, names in counts.items()
        }
        kinds = {(_kind(a, node), _kind(b, node)) for a, b in edges}
        arrows = [Arrow(a, b) for a, b in sorted(kinds) if a != b]
    svg = drawn(boxes, arrows, starts=(_id(node),), title=text)
    return Picture(name=NAME, alt=text, svg=svg, plain=True)


def _id(node: Node) -> str:
    return f"{node.sort} {node.name}"


def _kind(node: Node, start: Node) -> str:
    return _id(node) if node == start else node.sort.value
