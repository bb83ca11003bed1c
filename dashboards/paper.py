"""The briefing as a paper: the same sentences and charts as the page, as PDF."""

from io import StringIO
from typing import Final

from dashboards import words
from dashboards.areas import LETTERS
from dashboards.board import Board
from dashboards.charts.progress import s_curve
from dashboards.charts.style import AnyChart
from dashboards.charts.tiles import KEY, tile_map
from dashboards.headlines import briefing
from dashboards.headlines.progress import told_daily
from dashboards.headlines.provenance import provenance_line
from dashboards.queries import Meta, PublishedSet
from dashboards.suppression import PROGRAMME
from twin.evidence.document import Document, Picture, Section, Table
from twin.evidence.printing.pdf import as_pdf

WIDTH: Final = 640
MAP_WIDTH: Final = 440
RISKS: Final = 3


def paper(published: PublishedSet, board: Board, *, role: str = PROGRAMME) -> Document:
    """The briefing of a set as a document; the same set and role give the same."""
    meta = published.meta
    on = None if board.latest is None else board.latest["day"]
    told = briefing.five(board, on=on, role=role)
    return Document(
        name="briefing",
        title="What do I tell the board?",
        subtitle=f"Local pairing on the smart-metering fleet. {_as_at(meta)}",
        foot=f"{provenance_line(meta)}. Basis: {meta.basis or 'no record'}",
        dated=meta.published_at.isoformat(),
        sections=(
            Section("In five sentences", told),
            Section("Against the plan", _curve(published, board, told[0], role)),
            Section("Risks, the largest first", (_risks(board, role),)),
            Section("Milestones", (_milestones(board),)),
            Section("Ahead and behind", _places(board, told[3], role)),
        ),
    )


def printed(published: PublishedSet, board: Board, *, role: str = PROGRAMME) -> bytes:
    """The paper as PDF; the same bytes for the same set and role."""
    return as_pdf(paper(published, board, role=role))


def _as_at(meta: Meta) -> str:
    told = "No event yet" if meta.as_at is None else f"As at {words.moment(meta.as_at)}"
    return f"{told}. {'Simulated' if meta.simulated else 'Observed'} data."


def _curve(published: PublishedSet, board: Board, alt: str, role: str) -> tuple[Picture | str, ...]:
    if board.latest is None:
        return ("Nothing is installed yet.",)
    daily = told_daily(published.mart("progress_daily"), role=role)
    chart = s_curve(daily, as_at=board.latest["day"])
    return (Picture(name="curve", alt=alt, svg=_svg(chart.properties(width=WIDTH, height=250))),)


def _places(board: Board, alt: str, role: str) -> tuple[Picture | str, ...]:
    if board.areas.is_empty():
        return ("Nothing is installed yet.",)
    chart = tile_map(briefing.areas_of(board, role=role)).properties(
        width=MAP_WIDTH, height=MAP_WIDTH
    )
    return (Picture(name="areas", alt=alt, svg=_svg(chart)), f"{KEY} {LETTERS}.")


def _risks(board: Board, role: str) -> Table:
    return Table(
        name="risks",
        title="By the share of their whole",
        columns=("Rank", "What", "Seen on"),
        rows=tuple(
            (str(n), briefing.risk(one, role=role), one.page)
            for n, one in enumerate(board.risks[:RISKS], start=1)
        ),
    )


def _milestones(board: Board) -> Table:
    return Table(
        name="milestones",
        title="As declared on the log",
        columns=("Milestone", "Planned", "Came", "Standing"),
        rows=tuple(map(briefing.milestone, board.milestones.iter_rows(named=True))),
    )


def _svg(chart: AnyChart) -> str:
    out = StringIO()
    chart.save(out, format="svg")
    return out.getvalue()
