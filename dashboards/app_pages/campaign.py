"""One campaign: should it be held? What it did, what is foreseen, and the buttons."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, words
from dashboards.access import viewer_role
from dashboards.campaign_acting import show_buttons
from dashboards.campaign_counts import (
    told_campaigns,
    told_daily,
    told_gates,
    told_journal,
    told_waves,
)
from dashboards.campaign_parts import show_forecast, show_gates, show_journal
from dashboards.charts.burn_up import burn_up, outage_bars
from dashboards.charts.pareto import failure_codes, pareto
from dashboards.charts.waves import wave_bars
from dashboards.headlines.campaigns import end_in_sight, standing
from dashboards.headlines.failures import commonest
from dashboards.page_parts import open_page, opened, renewing, show_provenance
from dashboards.queries import PublishedSet
from dashboards.settings import Settings, read_settings
from dashboards.suppression import FEWER, KEPT, KEPT_BESIDE, OPERATIONS, count, kept_together

UNTOLD = (
    f"States of {FEWER} devices, and those by which these could be worked out, are not told apart."
)
DAYS_UNTOLD = f"Days of {FEWER} devices or alerts, and what would tell of them, are left out."
CODES_UNTOLD = f"Codes of {FEWER} failures, and those that would tell of them, are left out."
DRAWN = ("asked", "confirmed", "failed", "outages")


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


def told_row(published: PublishedSet, name: str, role: str) -> dict[str, Any]:
    """The campaign's row as a role may see it."""
    own = published.mart("campaigns").filter(campaign_id=name)
    return told_campaigns(own, published.mart("campaign_waves"), role=role).row(0, named=True)


def current_row(name: str) -> tuple[PublishedSet, dict[str, Any]] | None:
    """The set that is current at this moment, and the campaign in it as the viewer may see it."""
    current = opened(read_settings())
    if current is None or row_of(current, name) is None:
        return None
    return current, told_row(current, name, viewer_role())


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
    waves, role = current.mart("campaign_waves").filter(campaign_id=name), viewer_role()
    st.subheader("Where its devices are, wave by wave")
    if waves.is_empty():
        st.markdown("No wave has been released yet.")
        return
    if waves["devices"].null_count() == waves.height:
        st.markdown("No tallies have come from the partitions yet.")
    told = told_waves(current.mart("campaigns").filter(campaign_id=name), waves, role=role)
    st.altair_chart(wave_bars(waves, told), alt=f"Devices by state in each wave; {standing(row)}")
    if told["untold"].sum() or told["devices"].has_nulls():
        st.markdown(f":small[{UNTOLD}]")
    show_gates(told_gates(waves, role=role))


def told_days(published: PublishedSet, row: dict[str, Any], role: str) -> pl.DataFrame:
    """The days of a campaign as a role may see them, oldest first."""
    name = row["campaign_id"]
    daily = published.mart("campaign_daily").filter(campaign_id=name).sort("day")
    told = row if role == OPERATIONS else told_row(published, name, role)
    return told_daily(daily, told, exact=row, role=role)


def show_course(daily: pl.DataFrame, row: dict[str, Any], outages: int) -> None:
    """Burn-up against the thresholds, with the outages that the campaign caused."""
    st.subheader(
        "Burn-up against its thresholds",
        help="Confirmed: a version that was read. Failed: the newest attempt ended in a failure.",
    )
    if daily.is_empty():
        st.markdown("No device has been asked yet, so there is nothing to draw.")
        return
    last = daily.row(-1, named=True)
    done, failed = (
        "a number that is not told" if last[part] is None else words.prose(last[part])
        for part in ("confirmed", "failed")
    )
    found = f"{count(outages, role=viewer_role())} power outage alert{'' if outages == 1 else 's'}"
    st.altair_chart(
        burn_up(daily, row),
        alt=(
            f"By {words.short_day(last['day'])} devices confirmed: {done}, failed: {failed}; "
            f"{found} laid to the campaign"
        ),
    )
    if daily["outages"].sum():
        st.altair_chart(outage_bars(daily), alt=f"{found} by day, laid to the campaign")
    st.markdown(
        f":small[Dashed blue: confirmed devices that success needs of all members "
        f"({words.share_of(row['success_at_least'])}). Dashed orange: failures tolerated of those "
        f"asked ({words.share_of(row['errors_above'])}). Grey bars: power outage alerts (AD1) "
        f"within an hour of an activation of the same premises, {found} in all (BR36).]"
    )
    if daily.select(*DRAWN).null_count().sum_horizontal().item():
        st.markdown(f":small[{DAYS_UNTOLD}]")


def show_failures(published: PublishedSet, row: dict[str, Any], role: str) -> None:
    """Pareto of the failure codes."""
    st.subheader("Why its attempts failed")
    outcomes = published.mart("firmware_outcomes").filter(campaign_id=row["campaign_id"])
    codes = failure_codes(outcomes)
    if codes.is_empty():
        st.markdown("No attempt has failed.")
        return
    told = kept_together(codes, "failures", role=role)
    total = int(codes["failures"].sum())
    finding = commonest(told, total=total, role=role)
    st.markdown(f"{finding}.")
    drawn = told.drop_nulls("failures")
    if drawn.height:
        st.altair_chart(
            pareto(drawn, total=total), alt=f"Failures by code, commonest first: {finding}"
        )
    if drawn.height < told.height:
        st.markdown(f":small[{CODES_UNTOLD}]")


def offer(published: PublishedSet, name: str, daily: pl.DataFrame, role: str) -> None:
    """What the page draws, as files: the days of the burn-up, and the waves."""
    waves = published.mart("campaign_waves").filter(campaign_id=name)
    if role != OPERATIONS:
        row = published.mart("campaigns").filter(campaign_id=name)
        waves = told_waves(row, waves, role=role).drop(KEPT, KEPT_BESIDE)
    for frame, what in ((daily, "the days"), (waves, "the waves")):
        downloads.offer(
            frame,
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
role = viewer_role()
daily = told_days(published, row, role)
alerts = published.mart("campaign_daily").filter(campaign_id=name)["outages"].sum()
show_course(daily, row, int(alerts))
left, right = st.columns(2)
with left:
    show_failures(published, row, role)
with right:
    show_forecast(published, name, role)
journal = published.mart("campaign_journal").filter(pl.col("campaign_id") == name)
show_journal(told_journal(journal, role=role))
offer(published, name, daily, role)
st.markdown(
    f":small[{words.capital(end_in_sight(row))} · plan {row['plan_version']} by {row['author']}, "
    f"hash {row['plan_hash'][:12]} · version {row['version']}]"
)
