"""One campaign: should it be held? What it did, what is foreseen, and the buttons."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, words
from dashboards.campaign_acting import show_buttons
from dashboards.campaign_parts import show_forecast, show_gates, show_journal
from dashboards.charts.burn_up import burn_up, outage_bars
from dashboards.charts.pareto import failure_codes, pareto
from dashboards.charts.waves import wave_bars
from dashboards.headlines.campaigns import end_in_sight, standing
from dashboards.headlines.failures import commonest
from dashboards.page_parts import open_page, opened, renewing, show_provenance
from dashboards.queries import PublishedSet
from dashboards.settings import Settings, read_settings


def chosen(published: PublishedSet, settings: Settings) -> dict[str, Any]:
    """The campaign of the address or the chosen one; without one the page explains and ends."""
    campaigns = published.mart("campaigns")
    names = campaigns["campaign_id"].to_list()
    if not names:
        st.header("No campaign has been handed in yet")
        show_provenance(published, settings)
        st.markdown("Hand in a plan with `twin campaign submit FILE`.")
        st.stop()
    name = st.selectbox(
        "Campaign",
        names,
        index=None,
        key="id",
        accept_new_options=True,
        bind="query-params",
        placeholder="Choose a campaign",
    )
    if not name:
        show_provenance(published, settings)
        st.markdown("Choose a campaign, or come from the list of campaigns.")
        st.stop()
    row = row_of(published, name)
    if row is None:
        show_provenance(published, settings)
        st.warning(
            f"No campaign {name} is in this set. Is a letter wrong, or is it only just handed in? "
            f"Known are {words.listed(names)}."
        )
        st.stop()
    return row


def row_of(published: PublishedSet, name: str) -> dict[str, Any] | None:
    """The campaign's row of `campaigns`, if the set has one."""
    found = published.mart("campaigns").filter(campaign_id=name)
    return found.row(0, named=True) if found.height else None


def current_row(name: str) -> tuple[PublishedSet, dict[str, Any]] | None:
    """The set that is current at this moment, and the campaign in it."""
    current = opened(read_settings())
    row = None if current is None else row_of(current, name)
    return None if current is None or row is None else (current, row)


def show_state(name: str, drawn_at: int) -> None:
    """How it stands now.

    `drawn_at` is the version that the buttons were drawn for: when the campaign has moved on and
    nobody is about to command, the page is drawn anew.
    """
    found = current_row(name)
    if found is None:
        st.markdown("The published set has gone. The page waits for the next one.")
        return
    current, row = found
    st.header(standing(row))
    show_provenance(current, read_settings())
    if row["version"] != drawn_at and not st.session_state.get("asking"):
        st.rerun(scope="app")


def show_waves(name: str) -> None:
    """The strip of every wave and what its gate said, by the newest set."""
    found = current_row(name)
    if found is None:
        return
    current, row = found
    waves = current.mart("campaign_waves").filter(campaign_id=name)
    st.subheader("Where its devices are, wave by wave")
    if waves.is_empty():
        st.markdown("No wave has been released yet.")
        return
    if waves["devices"].null_count() == waves.height:
        st.markdown("No tallies have come from the partitions yet.")
    st.altair_chart(wave_bars(waves), alt=f"Devices by state in each wave; {standing(row)}")
    show_gates(waves)


def show_course(published: PublishedSet, row: dict[str, Any]) -> None:
    """Burn-up against the thresholds, with the outages that the campaign caused."""
    st.subheader(
        "Burn-up against its thresholds",
        help="Confirmed: a version that was read. Failed: the newest attempt ended in a failure.",
    )
    daily = published.mart("campaign_daily").filter(campaign_id=row["campaign_id"]).sort("day")
    if daily.is_empty():
        st.markdown("No device has been asked yet, so there is nothing to draw.")
        return
    last, outages = daily.row(-1, named=True), int(daily["outages"].sum())
    found = words.things(outages, "power outage alert")
    st.altair_chart(
        burn_up(daily, row),
        alt=(
            f"By {words.short_day(last['day'])} {words.devices(last['confirmed'])} confirmed and "
            f"{words.devices(last['failed'])} failed; {found} laid to the campaign"
        ),
    )
    if outages:
        st.altair_chart(outage_bars(daily), alt=f"{found} by day, laid to the campaign")
    st.markdown(
        f":small[Dashed blue: confirmed devices that success needs of all members "
        f"({words.share_of(row['success_at_least'])}). Dashed orange: failures tolerated of those "
        f"asked ({words.share_of(row['errors_above'])}). Grey bars: power outage alerts (AD1) "
        f"within an hour of an activation of the same premises, {found} in all (BR36).]"
    )


def show_failures(published: PublishedSet, row: dict[str, Any]) -> None:
    """Pareto of the failure codes."""
    st.subheader("Why its attempts failed")
    outcomes = published.mart("firmware_outcomes").filter(campaign_id=row["campaign_id"])
    codes = failure_codes(outcomes)
    if codes.is_empty():
        st.markdown("No attempt has failed.")
        return
    finding = commonest(codes)
    st.markdown(f"{finding}.")
    st.altair_chart(pareto(codes), alt=f"Failures by code, commonest first: {finding}")


def offer(published: PublishedSet, name: str) -> None:
    """What the page draws, as files: the days of the burn-up, and the waves."""
    for mart, what in (("campaign_daily", "the days"), ("campaign_waves", "the waves")):
        downloads.offer(
            published.mart(mart).filter(campaign_id=name),
            page="campaign",
            on=published.meta.day,
            slugs=(name, what.split()[-1]),
            what=what,
        )


st.title("Should this campaign be held?")
settings, published = open_page()
row = chosen(published, settings)
name = row["campaign_id"]
renewing(show_state, settings.live_every)(name, row["version"])
show_buttons(row)
renewing(show_waves, settings.live_every)(name)
show_course(published, row)
left, right = st.columns(2)
with left:
    show_failures(published, row)
with right:
    show_forecast(published, name)
show_journal(published.mart("campaign_journal").filter(pl.col("campaign_id") == name))
offer(published, name)
st.markdown(f":small[{end_in_sight(row)} · plan {row['plan_version']} by {row['author']}, hash "
            f"{row['plan_hash'][:12]} · version {row['version']}]")  # fmt: skip
