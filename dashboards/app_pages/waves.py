"""Waves: which wave is late, and what is next?"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
from dashboards.access import viewer_role
from dashboards.charts.gantt import gantt
from dashboards.figure_parts import Evidence
from dashboards.gate_counts import LOOK, told_looks
from dashboards.headlines import waves as finding
from dashboards.headlines.operations import WHY, stratum
from dashboards.known_parts import show_known
from dashboards.page_parts import (
    Columns,
    count_column,
    open_page,
    show_provenance,
)
from dashboards.suppression import KEPT, KEPT_BESIDE, in_row, in_words


def gate_words(row: dict[str, object]) -> str:
    """What a gate said last: its decision, and why in which stratum."""
    if row["decision"] is None:
        return "not asked yet"
    why = WHY.get(str(row["why"]), words.sentence(str(row["why"])))
    where = f" in {stratum(str(row['stratum']))}" if row["stratum"] else ""
    return f"{words.sentence(str(row['decision']))}: {why}{where}"


def span(first: date | None, last: date | None) -> str:
    """From a day to another, in short; a dash stands for one that has not come."""
    if first is None:
        return "–"
    if last is None:
        return f"{words.short_day(first)} –"
    begin = words.short_day(first)
    return f"{begin[:-5] if first.year == last.year else begin} – {words.short_day(last)}"


def standing(row: dict[str, Any]) -> str:
    """State of a wave, and by how many days it is late."""
    return (
        f"{row['state']}, {words.things(row['late'], 'day')} late" if row["late"] else row["state"]
    )


def text(lines: Iterable[str]) -> pl.Series:
    """A column of texts."""
    return pl.Series(list(lines), dtype=pl.String)


def show_table(kept: pl.DataFrame) -> None:
    """The gate results of every wave."""
    told = in_words(kept, *LOOK)
    rows = list(kept.iter_rows(named=True))
    table = told.with_columns(
        planned=text(span(row["planned_from"], row["planned_to"]) for row in rows),
        done=text(span(row["released_on"], row["ended_on"]) for row in rows),
        stands=text(map(standing, rows)),
        gate_said=text(map(gate_words, rows)),
    )
    columns: Columns = {
        "label": "Wave",
        "planned": "Planned",
        "done": "Released to over",
        "stands": "State",
        "gate_said": st.column_config.TextColumn("The gate's last word", width=210),
        "confirmed": count_column("Confirmed", told, "confirmed"),
        "errors": count_column("In error", told, "errors"),
        "members": count_column("Members", told, "members"),
    }
    st.dataframe(
        table.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Every wave with its plan, its days and the last word of its gate",
    )


st.title("Which wave is late, and what is next?")
settings, published = open_page()
role = viewer_role()
plans = published.mart("waves")
gates = told_looks(published.mart("waves_daily"), role=role)
as_at = published.meta.as_at
first = plans["planned_from"].min()
days = (
    (first, as_at.date()) if as_at and isinstance(first, date) and first <= as_at.date() else None
)
chosen = filters.choose(days=days)
day = chosen.on or (as_at.date() if as_at else None)
rows = plans if day is None else finding.stood(plans, gates, on=day)
st.header(finding.which_is_late(rows))
show_provenance(published, settings, on=chosen.on)
if rows.is_empty() or day is None:
    st.markdown(
        "No plan has been handed in so far, so there are no waves. Campaigns hand in theirs on the "
        "day that the plan file names; look at `twin campaign list`."
    )
    st.stop()
evidence = Evidence(published, settings)
rows = rows.with_columns(pl.col(KEPT, KEPT_BESIDE).fill_null(""))
over = rows.filter(finding.is_over())
open_late = rows.filter(~finding.is_over() & pl.col("late").is_not_null())
after = finding.next_wave(rows)
newest = rows.drop_nulls("asked_on").sort("asked_on", "planned_from")
cards = [
    tiles.Card(
        "Waves over",
        words.count(over.height),
        f"of {words.count(rows.height)}; {words.count(over['late'].count())} of them late",
        figures=("waves.done", "waves.planned"),
    ),
    tiles.Card(
        "Open waves behind their plan",
        words.count(open_late.height),
        f"of {words.count(rows.height - over.height)} open",
        "bad" if open_late.height else "good",
        figures=("waves.planned", "waves.done"),
    ),
    tiles.Card(
        "Next wave",
        "none" if after is None else words.sentence(after["name"]),
        "all have begun"
        if after is None
        else f"{after['campaign_id']}, from {words.short_day(after['planned_from'])}",
        figures=("waves.planned",),
    ),
]
if not newest.is_empty():
    row = newest.row(-1, named=True)
    cards.append(
        tiles.Card(
            f"Confirmed, {row['campaign_id']} wave {row['wave']}",
            in_row(row, "confirmed"),
            f"of {in_row(row, 'members')} devices",
            figures=("gate.confirmed", "gate.members"),
        )
    )
tiles.show(cards, explain=evidence.explain)

st.subheader("Waves, planned and done")
st.altair_chart(
    gantt(rows, as_at=day),
    alt=f"Gantt chart of {words.things(rows.height, 'wave')} on {words.day(day)}: "
    f"{finding.which_is_late(rows)}",
)
st.markdown(
    ":small[Pale: the days of the plan. Dark: from the first release to the end; blue within the "
    "plan, orange behind it. A wave is over when it passes its gate, fails or is skipped.]"
)
evidence.explain("waves.planned", "waves.done")

st.subheader("What the gates said", help="Confirmed, in error and members are devices.")
show_table(rows)
evidence.explain("gate.word", "gate.confirmed", "gate.errors")
downloads.offer(rows.drop("label"), page="waves", on=day, slugs=chosen.slugs)
show_known(published, settings, role, beside="by wave")
