"""Live operations: does anything want attention?"""

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.charts.forecast import forecast_fan
from dashboards.charts.lag import lag_bars
from dashboards.charts.rates import event_rates
from dashboards.charts.waves import wave_bars
from dashboards.headlines.forecasts import end_foreseen, forecast_basis, forecasts_kept
from dashboards.headlines.operations import attention, held_by, incidents
from dashboards.headlines.provenance import freshness
from dashboards.page_parts import Columns, lag_of, moment_column, open_page, opened, show_provenance
from dashboards.queries import PublishedSet
from dashboards.settings import Settings, read_settings
from twin.forecast.coverage import coverage

LETTERS: Columns = {
    "logged_at": moment_column("Arrived (UTC)"),
    "cause": "Cause",
    "why": st.column_config.TextColumn("Why", width="medium"),
    "standing": "Standing",
    "link": st.column_config.LinkColumn("Premises", display_text=r"id=(.*)"),
    "topic": "Topic",
    "partition": "Partition",
    "offset": "Offset",
}
GATES: Columns = {
    "campaign_id": "Campaign",
    "wave": "Wave",
    "wave_state": "State",
    "decision": "Decision",
    "why": "Why",
    "gate": "Gate",
    "stratum": "Stratum",
    "n": st.column_config.NumberColumn("Devices (n)"),
    "k": st.column_config.NumberColumn("Counted (k)"),
    "statistic": st.column_config.NumberColumn("Statistic", format="%.3f"),
    "bound": st.column_config.NumberColumn("Bound", format="%.3f"),
}
JOURNAL: Columns = {
    "occurred_at": moment_column("When (UTC)"),
    "campaign_id": "Campaign",
    "actor": "Who",
    "role": "Role",
    "event": "What",
    "command": "Command",
    "cause": "Cause",
    "what": "Of what",
    "answer": "Answer",
    "answer_why": "Why so answered",
    "wave": "Wave",
    "gate_decision": "Gate's last word",
    "gate_why": "Why",
    "gate_stratum": "Stratum",
    "gate_n": "n",
    "gate_k": "k",
    "gate_statistic": st.column_config.NumberColumn("Statistic", format="%.3f"),
    "gate_bound": st.column_config.NumberColumn("Bound", format="%.3f"),
    "forecast_p50": st.column_config.DateColumn("End foreseen then, P50", format="D MMM YYYY"),
    "forecast_p90": st.column_config.DateColumn("P90", format="D MMM YYYY"),
    "tick": "Tick",
    "offset": "Offset",
}
FORECAST: Columns = {
    "scope": "Of",
    "name": "Name",
    "p10": st.column_config.DateColumn("P10", format="D MMM YYYY"),
    "p50": st.column_config.DateColumn("P50", format="D MMM YYYY"),
    "p90": st.column_config.DateColumn("P90", format="D MMM YYYY"),
    "chance": st.column_config.NumberColumn("Chance of the plan's day", format="percent"),
    "members": "Members",
    "settled": "Settled",
    "censored": "Out and silent",
    "actual": st.column_config.DateColumn("Ended", format="D MMM YYYY"),
}
RECENT: Columns = {
    "logged_at": moment_column("Arrived (UTC)"),
    "occurred_at": moment_column("Happened (UTC)"),
    "event": "Type",
    "key": "Key",
    "device_type": "Device",
    "topic": "Topic",
    "partition": "Partition",
    "offset": "Offset",
}


def show_incidents(published: PublishedSet, settings: Settings) -> None:
    """The incident sentence, and each incident on a line of its own where there are several."""
    summary, lag = published.summary, lag_of(published)
    found = incidents(
        fresh=freshness(published.meta, now=settings.now, lag=lag),
        waves=published.mart("campaign_waves"),
        lag=lag,
        letters=summary["open_dead_letters"],
        unreadable=max(summary["unreadable_records"] - summary["dead_letters"], 0),
    )
    st.header(attention(found))


def show_flow(published: PublishedSet) -> None:
    """Event rate and lag side by side."""
    rates, partitions = published.mart("event_rates"), published.mart("partitions")
    left, right = st.columns(2)
    with left:
        st.subheader("Records arriving")
        if rates.is_empty():
            st.markdown("No record arrived in the hour before this set was published.")
        else:
            total = words.things(int(rates["events"].sum()), "record")
            st.altair_chart(
                event_rates(rates), alt=f"Records a minute over the last hour, {total} in all"
            )
    with right:
        st.subheader("Lag by stage")
        if partitions.is_empty():
            st.markdown("No stage reports its position. Look at `twin doctor`.")
        else:
            most = words.things(lag_of(published), "record")
            st.altair_chart(lag_bars(partitions), alt=f"Lag by stage, at most {most}")


def show_waves(published: PublishedSet) -> None:
    """State strip of every wave with its gate's decision."""
    st.subheader("Campaign waves", help="Devices of each wave by state, and its gate's last word.")
    waves = published.mart("campaign_waves")
    if waves.is_empty():
        st.markdown("No campaign has released a wave yet.")
        return
    states = waves.unique(["campaign_id"]).sort("campaign_id")
    text = [
        f"{row['campaign_id']} is {words.sentence(row['campaign_state'] or 'not started')}"
        f"{held_by(row['holds'])}"
        for row in states.iter_rows(named=True)
    ]
    st.markdown(f"{words.listed(text)}.")
    if waves["devices"].null_count() == waves.height:
        st.markdown("No tallies have come from the partitions yet.")
    st.altair_chart(wave_bars(waves), alt=f"Devices by state in each wave; {words.listed(text)}")
    show_gates(waves)


def show_gates(waves: pl.DataFrame) -> None:
    """The figures that each wave's gate rests on: k of n in a stratum, statistic against bound."""
    said = waves.drop_nulls("decision").unique(["campaign_id", "wave"]).sort("campaign_id", "wave")
    with st.expander("What each gate said last"):
        if said.is_empty():
            st.markdown("No gate has been asked yet.")
            return
        st.dataframe(
            said.select(*GATES),
            hide_index=True,
            column_config=GATES,
            alt="The last word of each wave's gate with its stratum, counts, statistic and bound",
        )


def show_forecast(published: PublishedSet) -> None:
    """The end of one campaign as forecast on each day, and how good such forecasts were."""
    st.subheader(
        "End of the campaign, as forecast on each day",
        help="The day on which the last wave is let through by its gate. Shaded: P10 to P90.",
    )
    forecasts = published.mart("campaign_forecasts")
    if forecasts.is_empty():
        st.markdown("No membership is frozen yet, so there is no end to forecast.")
        return
    names = forecasts["campaign_id"].unique(maintain_order=True).to_list()
    name = st.selectbox("Campaign", names, key="forecast_of") if len(names) > 1 else names[0]
    own = forecasts.filter(pl.col("campaign_id") == name)
    made = own.filter(pl.col("scope") == "campaign")
    latest = made.row(0, named=True)
    finding = end_foreseen(latest)
    st.markdown(f"{finding}.")
    st.altair_chart(forecast_fan(made), alt=f"End of {name} as forecast on each day: {finding}")
    st.markdown(
        ":small[Line: as likely earlier as later (P50). Shaded: the 80% interval, P10 to P90. "
        "Dashed orange: the plan's last day. Solid blue: the day on which it ended.]"
    )
    st.markdown(f":small[{forecast_basis(latest)}]")
    st.markdown(f":small[{forecasts_kept(coverage(forecasts=forecasts))}]")
    with st.expander("The newest forecast by region and supplier"):
        st.dataframe(
            own.filter(pl.col("day") == latest["day"]).select(*FORECAST),
            hide_index=True,
            column_config=FORECAST,
            alt=f"End of {name} by region and supplier, as forecast on {words.day(latest['day'])}",
        )


def show_letters(published: PublishedSet) -> None:
    """Refused records with their cause and where they stand."""
    st.subheader("Refused records")
    letters = published.mart("dead_letters")
    if letters.is_empty():
        st.markdown("No record was refused.")
        return
    links = ("/premises?id=" + letters["premises_id"]).alias("link")
    st.dataframe(
        letters.with_columns(links).select(*LETTERS),
        hide_index=True,
        column_config=LETTERS,
        alt="Refused records, newest first, with cause and coordinates",
    )


def show_logs(published: PublishedSet) -> None:
    """The journal of the campaigns and the last records of the log."""
    journal, recent = published.mart("campaign_journal"), published.mart("recent_events")
    with st.expander("Journal of the campaigns"):
        if journal.is_empty():
            st.markdown("No campaign has decided anything yet.")
        else:
            st.markdown("Where nobody is named, the campaign did it by its plan.")
            shown = [name for name in JOURNAL if journal[name].null_count() < journal.height]
            st.dataframe(
                journal.select(shown),
                hide_index=True,
                column_config=JOURNAL,
                alt="Who did what in the campaigns and on which basis, newest first",
            )
    with st.expander("Last events"):
        st.dataframe(
            recent.select(*RECENT),
            hide_index=True,
            column_config=RECENT,
            alt="The last records of the log, newest first",
        )


def show_live() -> None:
    """Everything below the title, from the set that is current at this moment."""
    now = read_settings()
    current = opened(now)
    if current is None:
        st.markdown("The published set has gone. The page waits for the next one.")
        return
    show_incidents(current, now)
    show_provenance(current, now)
    show_flow(current)
    show_waves(current)
    show_forecast(current)
    show_letters(current)
    show_logs(current)


st.title("Does anything want attention?")
settings, _ = open_page()
live = settings.live_every is not None and st.toggle(
    "Renew by itself", value=True, key="live", help="Off: the page stays as it is."
)
st.fragment(show_live, run_every=settings.live_every if live else None)()
