"""Privacy PIN: is it protecting people in shared spaces?"""

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
from dashboards.suppression import count, in_words, suppressed

AREAS = ("gsp_group", "csp_region", "shared_meter_space", "paired")
COUNTS = ("premises", "set_before", "set_now", "weak_pin", "most_common_pin")


def share(part: int, whole: int, role: str) -> str:
    """A share of premises, kept back with its counts."""
    told = {count(part, role=role), count(whole, role=role)}
    return "too few to tell" if "fewer than 5" in told else words.share(part, whole)


def show_pairing(pins: pl.DataFrame, role: str) -> None:
    """PINs set when a device was paired and now."""
    st.subheader("A PIN set when a device was paired, and now")
    rows = finding.around_pairing(pins, role=role)
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
    rows = suppressed(finding.intrusions(intruders), "attempts", role=role)
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
st.header(finding.is_it_protecting(pins, role=role))
show_provenance(published, settings, on=chosen.on)
if changes is not None and chosen.on is not None:
    show_span(changes, on=chosen.on)
whole = finding.counted(pins, "premises")
if not whole:
    st.markdown(
        f"No premises is installed in {chosen.scope} in the events read so far, so no PIN can be "
        "set. Choose another region, or let the twin run on."
    )
    st.stop()
known = require_known(known_share(pins, "gsp_group", "premises"), of="a known GSP group")
evidence = Evidence(published, settings, known)

held, weak = finding.counted(pins, "set_now"), finding.counted(pins, "weak_pin")
shared = finding.counted(pins, "premises", shared=True)
in_shared = finding.counted(pins, "set_now", shared=True)
first = finding.counted(pins, "most_common_pin")
paired = pins.filter("paired")
tiles.show(
    [
        tiles.Card(
            "PIN set, shared meter spaces",
            share(in_shared, shared, role),
            f"{count(in_shared, role=role)} of {count(shared, role=role)} premises",
            figures=("pins.set-now", "pins.premises"),
        ),
        tiles.Card(
            "PIN set, all premises",
            share(held, whole, role),
            f"{count(held, role=role)} of {count(whole, role=role)} premises",
            figures=("pins.set-now", "pins.premises"),
        ),
        tiles.Card(
            "PIN set when a device was paired",
            share(finding.counted(paired, "set_before"), finding.counted(paired, "premises"), role),
            f"of {count(finding.counted(paired, 'premises'), role=role)} paired premises",
            figures=("pins.set-before",),
        ),
        tiles.Card(
            "Weak PINs",
            share(weak, held, role),
            f"the commonest at {count(first, role=role)} premises",
            "bad" if weak else "neutral",
            "One of the 20 most common. The value of a PIN never leaves the meter.",
            figures=("pins.weak",),
        ),
    ],
    explain=evidence.explain,
)

left, right = st.columns(2)
with left:
    show_pairing(pins, role)
    evidence.explain(
        "pins.set-before", "pins.set-now", *(() if changes is None else ("pins.by-day",))
    )
with right:
    st.subheader("Weak PINs by area", help="One of the 20 most common, of the PINs set.")
    areas = finding.weak_by_area(pins, role=role)
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

numbers = suppressed(pins, *COUNTS, role=role)
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
