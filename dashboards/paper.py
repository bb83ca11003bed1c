"""The briefing as a paper: the same sentences and charts as the page, as PDF."""

from io import StringIO
from typing import Final

from dashboards import words
from dashboards.board import Board
from dashboards.charts.areas import deviations
from dashboards.charts.progress import s_curve
from dashboards.charts.style import AnyChart
from dashboards.headlines import briefing
from dashboards.headlines.provenance import provenance_line
from dashboards.queries import Meta, PublishedSet
from twin.evidence.document import Document, Picture, Section, Table
from twin.evidence.printing.pdf import as_pdf

WIDTH: Final = 640
RISKS: Final = 3


def paper(published: PublishedSet, board: Board) -> Document:
    """The briefing of a set as a document; the same set gives the same."""
    meta = published.meta
    on = None if board.latest is None else board.latest["day"]
    told = briefing.five(board, on=on)
    return Document(
        name="briefing",
        title="What do I tell the board?",
        subtitle=f"Local pairing on the smart-metering fleet. {_as_at(meta)}",
        foot=f"{provenance_line(meta)}. Basis: {meta.basis or 'no record'}",
        dated=meta.published_at.isoformat(),
        sections=(
            Section("In five sentences", told),
            Section("Against the plan", _curve(published, board, told[0])),
            Section("Risks, the largest first", (_risks(board),)),
            Section("Milestones", (_milestones(board),)),
            Section("Ahead and behind", _places(board, told[3])),
        ),
    )


def printed(published: PublishedSet, board: Board) -> bytes:
    """The paper as PDF; the same bytes for the same set."""
    return as_pdf(paper(published, board))


def _as_at(meta: Meta) -> str:
    told = "No event yet" if meta.as_at is None else f"As at {words.moment(meta.as_at)}"
    return f"{told}. {'Simulated' if meta.simulated else 'Observed'} data."


def _curve(published: PublishedSet, board: Board, alt: str) -> tuple[Picture | str, ...]:
    if board.latest is None:
        return ("Nothing is installed yet.",)
    chart = s_curve(published.mart("progress_daily"), as_at=board.latest["day"])
    return (Picture(name="curve", alt=alt, svg=_svg(chart.properties(width=WIDTH, height=250))),)


def _places(board: Board, alt: str) -> tuple[Picture | str, ...]:
    if board.areas.is_empty():
        return ("Nothing is installed yet.",)
    chart = deviations(board.areas).properties(width=WIDTH, height=230)
    return (Picture(name="areas", alt=alt, svg=_svg(chart)),)


def _risks(board: Board) -> Table:
    return Table(
        name="risks",
        title="By the share of their whole",
        columns=("Rank", "What", "Seen on"),
        rows=tuple(
            (str(n), briefing.risk(one), one.page)
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
