"""Privacy PIN: is it protecting people in shared spaces?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
from dashboards.access import viewer_role
from dashboards.changes import changes_of, days_held, show_span, stood
from dashboards.charts.pin import around_pairing, intruder_bars, weak_heat
from dashboards.figure_parts import Evidence
from dashboards.headlines import pin as finding
from dashboards.headlines.regions import known_share
from dashboards.known_parts import show_known
from dashboards.page_parts import (
    Columns,
    count_column,
    open_page,
    require_known,
    show_provenance,
)
from dashboards.suppression import KEPT, KEPT_BESIDE, in_row, in_words
from dashboards.told import level_told, mart_told

AREAS = ("gsp_group", "csp_region", "shared_meter_space", "paired")
COUNTS = ("premises", "set_before", "set_now", "weak_pin", "most_common_pin")


def told_by(*by: str) -> pl.DataFrame:
    """Premises of the chosen region with their PINs, as the viewer may see them."""
    # a GSP group lies in one region
    regional = chosen.region is not None or "gsp_group" in by
    told = level_told(every, "pins_by_area", *by, *("csp_region",) * regional, role=role)
    return told if chosen.region is None else told.filter(csp_region=chosen.region)


def row_of(told: pl.DataFrame) -> dict[str, Any]:
    """The one row of a level, or nothing counted where no premises is of the kind."""
    none = {**dict.fromkeys(COUNTS, 0), KEPT: "", KEPT_BESIDE: ""}
    return none if told.is_empty() else told.row(0, named=True)


def show_pairing() -> None:
    """PINs set when a device was paired and now."""
    st.subheader("A PIN set when a device was paired, and now")
    rows = finding.around_pairing(told_by("shared_meter_space", "paired"))
    if rows.drop_nulls("share").is_empty():
        st.markdown(
            "Too few premises with a device paired have a PIN to compare them yet. What can be "
            "told is in the table below."
        )
        return
    said = [
        f"{row['space'].lower()} {row['moment'].lower()} {row['share']:.1f}%"
        for row in rows.drop_nulls("share").iter_rows(named=True)
    ]
    st.altair_chart(
        around_pairing(rows),
        alt=f"Share of paired premises with a Privacy PIN set: {words.listed(said)}",
    )
    shown = [
        row["space"].lower() for row in rows.filter(pl.col("share").is_null()).iter_rows(named=True)
    ]
    if shown:
        st.markdown(f":small[Too few to tell: {words.listed(sorted(set(shown)))}.]")


def show_intruders(intruders: pl.DataFrame, role: str) -> None:
    """What became of others who tried to pair a device."""
    st.subheader("Attempts of others to pair a device", help="Where the meter can pair locally.")
    rows = finding.intrusions(mart_told(intruders, "intruders", role=role))
    if rows.is_empty():
        st.markdown("Nobody else tried to pair a device at a meter that can pair locally.")
        return
    if rows["attempts"].null_count() < rows.height:
        paired = rows.filter(pl.col("outcome") == "paired").drop_nulls("attempts")
        said = [
            f"{row['attempts']} paired with {row['pin']}" for row in paired.iter_rows(named=True)
        ]
        st.altair_chart(
            intruder_bars(rows),
            alt=f"Attempts of others by outcome, with and without a PIN: {words.listed(said)}",
        )
    told = in_words(rows, "attempts")
    columns: Columns = {
        "pin": "PIN",
        "ended": "How it ended",
        "attempts": count_column("Attempts", told, "attempts"),
    }
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Attempts of others to pair a device by PIN and how they ended",
    )


st.title("Is the Privacy PIN protecting people in shared spaces?")
settings, published = open_page()
role = viewer_role()
every = published.mart("pins_by_area")
changes = changes_of(published, "pins_changes")
chosen = filters.choose(days=days_held(published, changes), regions=True)
if changes is not None and chosen.on is not None:
    every = stood(changes, on=chosen.on, by=AREAS)
pins = filters.narrowed(every, "csp_region", chosen.region)
st.header(
    "No premises has a hub and an electricity meter yet"
    if pins.is_empty()
    else finding.is_it_protecting(told_by)
)
show_provenance(published, settings, on=chosen.on)
if changes is not None and chosen.on is not None:
    show_span(changes, on=chosen.on)
if pins.is_empty():
    st.markdown(
        f"No premises is installed in {chosen.scope} in the events read so far, so no PIN can be "
        "set. Choose another region, or let the twin run on."
    )
    st.stop()
known = require_known(known_share(pins, "gsp_group", "premises"), of="a known GSP group")
evidence = Evidence(published, settings, known)

whole = told_by().row(0, named=True)
shared = row_of(told_by("shared_meter_space").filter("shared_meter_space"))
paired = row_of(told_by("paired").filter("paired"))
tiles.show(
    [
        tiles.Card(
            "PIN set, shared meter spaces",
            finding.share(shared, "set_now", "premises"),
            f"{in_row(shared, 'set_now')} of {in_row(shared, 'premises')} premises",
            figures=("pins.set-now", "pins.premises"),
        ),
        tiles.Card(
            "PIN set, all premises",
            finding.share(whole, "set_now", "premises"),
            f"{in_row(whole, 'set_now')} of {in_row(whole, 'premises')} premises",
            figures=("pins.set-now", "pins.premises"),
        ),
        tiles.Card(
            "PIN set when a device was paired",
            finding.share(paired, "set_before", "premises"),
            f"of {in_row(paired, 'premises')} paired premises",
            figures=("pins.set-before",),
        ),
        tiles.Card(
            "Weak PINs",
            finding.share(whole, "weak_pin", "set_now"),
            f"the commonest at {in_row(whole, 'most_common_pin')} premises",
            "neutral" if whole["weak_pin"] == 0 else "bad",
            "One of the 20 most common. The value of a PIN never leaves the meter.",
            figures=("pins.weak",),
        ),
    ],
    explain=evidence.explain,
)

left, right = st.columns(2)
with left:
    show_pairing()
    evidence.explain(
        "pins.set-before", "pins.set-now", *(() if changes is None else ("pins.by-day",))
    )
with right:
    st.subheader("Weak PINs by area", help="One of the 20 most common, of the PINs set.")
    areas = finding.weak_by_area(told_by("gsp_group"))
    if areas.is_empty():
        st.markdown("No GSP group is known of these premises.")
    else:
        worst = areas.row(0, named=True)
        said = "too few to tell" if worst["share"] is None else f"{worst['share']:.1f}%"
        st.altair_chart(
            weak_heat(areas),
            alt=f"Share of PINs set that are weak by GSP group; most in {worst['area']}: {said}",
        )
    evidence.explain("pins.weak")
show_intruders(published.mart("intruders"), role)
if chosen.on is not None:
    st.markdown(":small[Attempts of others are not held by the day: all of them, to now.]")
evidence.explain("intruders.attempts", "intruders.guesses")

numbers = told_by("gsp_group", "shared_meter_space", "paired")
with st.expander("The numbers by area and meter space"):
    told = in_words(numbers, *COUNTS)
    columns: Columns = {
        "gsp_group": "GSP group",
        "shared_meter_space": st.column_config.CheckboxColumn("Shared meter space"),
        "paired": st.column_config.CheckboxColumn("A device was paired"),
        "premises": count_column("Premises", told, "premises"),
        "set_before": count_column("PIN set when paired", told, "set_before"),
        "set_now": count_column("PIN set now", told, "set_now"),
        "weak_pin": count_column("Weak PIN", told, "weak_pin"),
        "most_common_pin": count_column("The most common PIN", told, "most_common_pin"),
    }
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Premises by GSP group, meter space and pairing, with PINs set and weak ones",
    )
downloads.offer(numbers, page="pin", on=chosen.on or published.meta.day, slugs=chosen.slugs)
show_known(published, settings, role, beside="of Privacy PINs")
