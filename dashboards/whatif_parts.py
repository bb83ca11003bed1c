"""An outcome of what-if on a page: sentence, cards, curves, exposure, decisions, assumptions."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, tiles, words
from dashboards.charts.whatif import curve, ends_and_exposure
from dashboards.headlines.whatif import answer, how_sure, stands_on
from dashboards.keeping import KEEPING, outcome_of, runs
from dashboards.whatif_job import Job
from twin.whatif.outcome import Header, Outcome
from twin.whatif.shelf import NotKept


def last_day(outcome: Outcome) -> date:
    """The last day that was simulated."""
    found = outcome.capable["day"].max()
    assert isinstance(found, date)
    return found


def cards(outcome: Outcome, job: Job) -> list[tiles.Card]:
    """End, exposure, premises left, and how sure the end is."""
    header = outcome.header
    weight = header.weight
    exposed, struck = round(header.exposed * weight), round(header.struck * weight)
    capable, installed = round(header.capable * weight), round(header.installed * weight)
    end = "not within the horizon" if header.end is None else words.short_day(header.end)
    chance = "not drawn yet" if not job.without else "not drawn"
    beside = job.without or "draws follow the whole run"
    if job.doubted is not None and header.end is not None:
        chance = words.chance(job.doubted.chance_by(header.end))
        beside = f"of {job.doubted.draws} draws end by then"
    return [
        tiles.Card("Ends on", end, f"seed {header.seed}"),
        tiles.Card("Chance of that day", chance, beside[:60]),
        tiles.Card(
            "Devices exposed",
            words.count(exposed),
            f"{words.prose(struck)} of them failed",
            about="Devices that held an image that is bad for them.",
        ),
        tiles.Card(
            "Premises that can pair locally",
            words.share(capable, installed),
            f"{words.prose(capable)} of {words.prose(installed)} installed",
        ),
    ]


def show_run(header: Header, *, whole: bool, named: bool = False) -> None:
    """The line of provenance of a run, behind a badge of what it is."""
    name = f"{header.name}: " if named else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(header.label, color="orange" if header.label == "model only" else "blue")
        st.markdown(f":small[{name}{stands_on(header, whole=whole)}]")


def show(job: Job, outcome: Outcome, home: Path) -> None:
    """An outcome: sentence, cards, curves, exposure, what was decided, what was assumed."""
    header, whole = outcome.header, job.whole is not None
    headline = answer(header, last=last_day(outcome))
    st.header(headline)
    show_run(header, whole=whole)
    if job.cancelled:
        st.warning("The run was cancelled: what it had found by then is shown.")
    tiles.show(cards(outcome, job))
    st.subheader("Premises that can pair locally")
    st.altair_chart(curve(outcome, doubted=job.doubted), alt=f"Capable premises by day: {headline}")
    if job.doubted is not None:
        st.markdown(
            f":small[Bands hold 50% and 90% of the draws. {how_sure(job.doubted)} The line is one "
            "run with its own luck and may leave the band.]"
        )
    elif job.without:
        st.markdown(f":small[No fan: {job.without}]")
    show_kept(outcome, home)
    show_tables(outcome)


def show_kept(outcome: Outcome, home: Path) -> None:
    """The run among those that are kept: when it ends against whom it exposes."""
    st.subheader("Days against exposure")
    this = point(outcome, this=True)
    others = [point(found, this=False) for found in kept_outcomes(home)]
    rows = [one for one in others if one["name"] != this["name"]] + [this]
    st.altair_chart(
        ends_and_exposure(rows),
        alt=f"End against devices exposed, {words.things(len(rows), 'run')}: this one is "
        f"{this['name']} with {this['exposed']} exposed",
    )
    obstacle = KEEPING.one.obstacle()
    if obstacle is not None:
        st.markdown(f"This run cannot be kept: {obstacle}.")


def kept_outcomes(home: Path) -> list[Outcome]:
    """The runs that are kept and can be read."""
    found = []
    for record in runs(home):
        try:
            found.append(outcome_of(home, record.name))
        except NotKept as why:
            st.warning(f"{why}. The other runs are shown.")
    return found


def point(outcome: Outcome, *, this: bool) -> dict[str, Any]:
    """A run as a point of the chart."""
    header = outcome.header
    exposed = round(header.exposed * header.weight)
    return {"name": header.name, "end": header.end, "exposed": exposed, "this": this}


def show_tables(outcome: Outcome) -> None:
    """Waves, decisions, everything assumed, what is left out; and the download."""
    st.subheader("Waves")
    day = st.column_config.DateColumn(format="D MMM YYYY")
    named = {
        "campaign_id": "Campaign",
        "wave": "Wave",
        "name": "Name",
        "members": "Members",
        "starts": "Starts",
        "released_by": "All released",
        "ends": "Ends",
        "state": "State",
        "confirmed": "Confirmed",
        "failed": "Failed",
        "timed_out": "Timed out",
    }
    counts = st.column_config.NumberColumn(format="%,d")
    told = outcome.waves.with_columns(
        pl.col("name", "state").map_elements(words.sentence, return_dtype=pl.String)
    )
    st.dataframe(
        told.rename(named),
        hide_index=True,
        column_config={
            **dict.fromkeys(("Starts", "All released", "Ends"), day),
            **dict.fromkeys(("Members", "Confirmed", "Failed", "Timed out"), counts),
        },
        alt="Waves of the run with their days and counts",
    )
    with st.expander("What campaigns decided"):
        st.dataframe(outcome.decisions, hide_index=True, alt="Decisions of the run in order")
    with st.expander("Everything assumed"):
        assumed = [(a.name, a.value, a.unit, a.status, a.source) for a in outcome.header.assumed]
        columns = dict.fromkeys(("Name", "Value", "Unit", "Status", "Source"), pl.String)
        st.dataframe(
            pl.DataFrame(assumed, schema=columns, orient="row"),
            hide_index=True,
            alt="Every number of behaviour that the run rests on",
        )
        st.markdown("\n".join(f"- {line}" for line in outcome.header.left_out))
    downloads.offer_as(outcome.daily, stem=f"what-if_{outcome.header.name}", what="the days")
