"""`twin evidence impact`: everything that a change of a paragraph, rule, event ... would touch."""

from functools import cache
from pathlib import Path
from typing import Annotated

import typer

import dashboards
import twin
from infra.commands.speak import Json, say, say_json
from infra.refusals import NotFound
from streams.ledger import CODE_VERSION
from twin.evidence.lineage.build import lineage
from twin.evidence.lineage.graph import Graph, Node, Sort
from twin.evidence.lineage.impact import Unknown, by_sort, found_node, impact
from twin.evidence.printing.pack import make_room, write_pack

Name = str | None


def touched(
    paragraph: Annotated[Name, typer.Option(help="Such as 24, 'Annex D' or 'page 6'.")] = None,
    rule: Annotated[Name, typer.Option(help="Such as BR11.")] = None,
    event: Annotated[Name, typer.Option(help="Such as pairing.started.")] = None,
    message: Annotated[Name, typer.Option(help="Such as 8.11, CCS01 or 0x8F12.")] = None,
    mart: Annotated[Name, typer.Option(help="Such as pairing.")] = None,
    figure: Annotated[Name, typer.Option(help="A figure's key.")] = None,
    page: Annotated[Name, typer.Option(help="Such as progress.")] = None,
    out: Annotated[Path | None, typer.Option(help="Also write it as a pack.")] = None,
    as_json: Json = False,
) -> None:
    """Say what depends on one thing, from rules to pages, tests and processes."""
    given = {
        Sort.PARAGRAPH: paragraph,
        Sort.RULE: rule,
        Sort.EVENT: event,
        Sort.MESSAGE: message,
        Sort.MART: mart,
        Sort.FIGURE: figure,
        Sort.PAGE: page,
    }
    named = [(sort, name) for sort, name in given.items() if name is not None]
    if len(named) != 1:
        raise typer.BadParameter("name one thing: a paragraph, rule, event, message, mart ...")
    graph = whole_lineage()
    try:
        node = found_node(graph, *named[0])
    except Unknown as error:
        raise NotFound(str(error)) from error
    if out is not None:
        make_room(out)
        write_pack(impact(graph, node, code_version=CODE_VERSION), out)
    if as_json:
        say_json({"of": node, "touches": by_sort(graph.after(node)), **_rests(graph, node)})
        return
    _say(graph, node)


@cache
def whole_lineage() -> Graph:
    """The lineage with the pages and, where the code lies beside its tests, the tests."""
    tests = Path(twin.__path__[0]).parent / "tests"
    return lineage(pages=Path(dashboards.__path__[0]), tests=tests if tests.is_dir() else None)


def _rests(graph: Graph, node: Node) -> dict[str, dict[Sort, list[str]]]:
    return {"rests_on": by_sort(graph.before(node))}


def _say(graph: Graph, node: Node) -> None:
    for title, nodes in (
        (f"{node.sort} {node.name} touches", graph.after(node)),
        ("and rests on", graph.before(node)),
    ):
        say(title)
        for sort, names in by_sort(nodes).items():
            say(f"  {sort} ({len(names)}): {', '.join(names)}")
        if not nodes:
            say("  nothing")
