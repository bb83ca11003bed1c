"""Briefing: what do I tell the board?"""

import polars as pl
import streamlit as st

from dashboards import downloads
from dashboards.access import viewer_role
from dashboards.areas import LETTERS
from dashboards.board import Board, board
from dashboards.charts.progress import s_curve
from dashboards.charts.tiles import KEY, tile_map
from dashboards.headlines import briefing
from dashboards.headlines.progress import told_daily
from dashboards.known_parts import show_known
from dashboards.page_parts import open_page, show_provenance
from dashboards.paper import RISKS, printed
from dashboards.queries import PublishedSet


@st.cache_data(max_entries=8, show_spinner=False)
def pdf_of(set_id: str, role: str, _published: PublishedSet) -> bytes:
    """The paper of a set for a role, made once."""
    return printed(_published, board(_published), role=role)


@st.cache_data(max_entries=8, show_spinner=False)
def show_curve(set_id: str, role: str, _published: PublishedSet, _told: Board) -> None:
    """The S-curve of a set, drawn once for all viewers of a role: sets never change."""
    latest = _told.latest
    assert latest is not None  # the page ends before where nothing is installed
    daily = told_daily(_published.mart("progress_daily"), role=role)
    said = briefing.standing(latest, on=latest["day"], role=role)
    st.subheader("Against the plan")
    st.altair_chart(
        s_curve(daily, as_at=latest["day"]), alt=f"Capable premises by day against the plan: {said}"
    )


@st.cache_data(max_entries=8, show_spinner=False)
def show_places(set_id: str, role: str, _told: Board) -> None:
    """The tile map of a set, drawn once for all viewers of a role."""
    standing = briefing.areas_of(_told, role=role)
    st.subheader("Ahead and behind")
    st.altair_chart(
        tile_map(standing), alt=f"Tile map of the GSP groups: {briefing.places(standing)}"
    )
    st.markdown(f":small[{KEY} {LETTERS}.]")


def table_of_risks(told: Board, role: str) -> pl.DataFrame:
    """The largest risks in words, ranked."""
    rows = [
        (n, briefing.risk(one, role=role), one.page)
        for n, one in enumerate(told.risks[:RISKS], start=1)
    ]
    schema = {"rank": pl.Int64, "risk": pl.String, "page": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def table_of_milestones(told: Board) -> pl.DataFrame:
    """The milestones in words."""
    rows = [briefing.milestone(row) for row in told.milestones.iter_rows(named=True)]
    columns = dict.fromkeys(("Milestone", "Planned", "Came", "Standing"), pl.String)
    return pl.DataFrame(rows, schema=columns, orient="row")


st.title("What do I tell the board?")
settings, published = open_page()
role = viewer_role()
told = board(published)
on = None if told.latest is None else told.latest["day"]
first, *others = briefing.five(told, on=on, role=role)
st.header(first)
show_provenance(published, settings)
st.markdown("\n".join(f"{n}. {sentence}" for n, sentence in enumerate((first, *others), start=1)))
day = published.meta.day if on is None else on
downloads.offer_file(
    "the briefing (PDF)",
    lambda: pdf_of(published.meta.set_id, role, published),
    name=f"briefing_{day.isoformat()}.pdf",
    kind="primary",
)
if told.latest is None:
    st.markdown(
        "No hub or electricity meter has been installed in the events read so far, so there is "
        "nothing to draw. Let the twin run on."
    )
    st.stop()
show_curve(published.meta.set_id, role, published, told)
st.subheader("Risks, the largest first")
risks = table_of_risks(told, role)
if risks.is_empty():
    st.markdown("Nothing counted stands in the way.")
else:
    st.dataframe(
        risks,
        hide_index=True,
        column_config={
            "rank": "Rank",
            "risk": st.column_config.TextColumn("Risk", width="large"),
            "page": st.column_config.LinkColumn("Seen on"),
        },
        alt="The three largest risks, ranked by the share of their whole",
    )
    st.markdown(
        ":small[Ranked by the share of their whole, of all that this set counts: premises not "
        "capable, belief behind truth, common PINs, pairing not completed, updates that ended "
        "badly, devices that no band reaches.]"
    )
st.subheader("Milestones")
st.dataframe(
    table_of_milestones(told),
    hide_index=True,
    alt="Milestones of the programme: planned, expected or reached, and how they stand",
)
show_places(published.meta.set_id, role, told)
downloads.offer(risks, page="briefing", on=day, slugs=("risks",), what="the risks")
downloads.offer(
    told.milestones, page="briefing", on=day, slugs=("milestones",), what="the milestones"
)
show_known(published, settings, role)
