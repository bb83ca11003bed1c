"""The whole lineage, made from the code: nothing in it is kept by hand."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from twin.events.registry import ALL_TYPES, CAMPAIGN_TYPES, short_name
from twin.evidence.lineage.graph import Graph, Node, Sort
from twin.evidence.lineage.pages import marts_of_pages, pages_of_processes
from twin.evidence.lineage.queries import events_of_mart
from twin.evidence.lineage.sources import messages_of, paragraphs_of, rules_of, states_of
from twin.evidence.processes.flow import events_of, flows
from twin.marts.build import MARTS
from twin.marts.figures.registry import registry
from twin.rules.book import functions_by_rule
from twin.rules.book_tests import proofs_by_rule
from twin.rules.clauses import CLAUSES
from twin.rules.sentences import RULES

_EVIDENCE: Final = Path(__file__).parents[1]
_DECIDER: Final = Node(Sort.CODE, "twin.campaign.decide.decide_tick")
"""What all facts of campaigns come from; rules and paragraphs name it."""


def lineage(*, pages: Path | None = None, tests: Path | None = None) -> Graph:
    """What depends on what; `pages` is the folder of the dashboards' package, `tests` of tests."""
    graph = Graph()
    _rules(graph)
    _clauses(graph)
    _events(graph)
    _marts(graph)
    _processes(graph)
    _lead(graph, _DECIDER, (Node(Sort.EVENT, short_name(name)) for name in CAMPAIGN_TYPES))
    if tests is not None:
        for rule, proofs in proofs_by_rule(folder=tests).items():
            _lead(graph, Node(Sort.RULE, rule), (Node(Sort.TEST, file) for file in proofs))
    if pages is not None:
        _pages(graph, pages)
    return graph


def _pages(graph: Graph, pages: Path) -> None:
    held = marts_of_pages(pages, frozenset(MARTS), evidence=_EVIDENCE)
    for page, marts in held.items():
        for mart in marts:
            graph.leads(Node(Sort.MART, mart), Node(Sort.PAGE, page))
    for page in pages_of_processes(pages, evidence=_EVIDENCE):
        for flow in flows().values():
            graph.leads(Node(Sort.PROCESS, flow.name), Node(Sort.PAGE, page))


def _rules(graph: Graph) -> None:
    code = functions_by_rule()
    for rule in RULES.values():
        node = Node(Sort.RULE, rule.id)
        graph.add(node)
        for source in rule.sources:
            graph.leads(Node(Sort.PARAGRAPH, source), node)
        for name in (*code.get(rule.id, ()), *rule.elsewhere):
            graph.leads(node, _of_code(name))


def _clauses(graph: Graph) -> None:
    for clause in CLAUSES:
        place = Node(Sort.PARAGRAPH, clause.place)
        _lead(graph, place, map(_of_code, clause.code))


def _of_code(name: str) -> Node:
    """The event of a class, else the function (or class) itself, by its dotted name."""
    event = _CLASSES.get(name)
    return Node(Sort.CODE, name) if event is None else Node(Sort.EVENT, event)


def _events(graph: Graph) -> None:
    states = states_of()
    for fact in ALL_TYPES.values():
        name = short_name(fact.TYPE)
        event = Node(Sort.EVENT, name)
        graph.add(event)
        for rule in rules_of(fact):
            graph.leads(Node(Sort.RULE, rule), event)
        for paragraph in paragraphs_of(fact):
            graph.leads(Node(Sort.PARAGRAPH, paragraph), event)
        for message in messages_of(fact):
            graph.leads(Node(Sort.MESSAGE, message), event)
        _lead(graph, event, (Node(Sort.STATE, state) for state in states.get(name, ())))


def _marts(graph: Graph) -> None:
    for mart in MARTS:
        node = Node(Sort.MART, mart)
        graph.add(node)
        for event in events_of_mart(mart):
            graph.leads(Node(Sort.EVENT, event), node)
    for mart, described in registry().items():
        for figure in described.figures:
            node = Node(Sort.FIGURE, figure.key)
            graph.leads(Node(Sort.MART, mart), node)
            for paragraph in figure.paragraphs:
                graph.leads(Node(Sort.PARAGRAPH, _place(paragraph)), node)
            for event in figure.events:
                graph.leads(Node(Sort.EVENT, event), node)


def _place(paragraph: str) -> str:
    """A paragraph of the registry of figures as the rule book writes it."""
    return f"§{paragraph}" if paragraph.isdigit() else paragraph


def _processes(graph: Graph) -> None:
    for flow in flows().values():
        process = Node(Sort.PROCESS, flow.name)
        for source in flow.sources:
            sort = Sort.RULE if source in RULES else Sort.PARAGRAPH
            graph.leads(Node(sort, source), process)
        for event in events_of(flow):
            graph.leads(Node(Sort.EVENT, event), process)


def _lead(graph: Graph, before: Node, after: Iterable[Node]) -> None:
    for one in after:
        graph.leads(before, one)


_CLASSES: Final = {
    f"{fact.__module__}.{fact.__name__}": short_name(fact.TYPE) for fact in ALL_TYPES.values()
}
"""Short names of event types by the dotted names of their classes."""
