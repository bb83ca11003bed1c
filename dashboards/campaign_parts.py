"""Parts of a campaign's page: its gates' last words, its forecast, its journal."""

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.charts.forecast import forecast_fan
from dashboards.charts.waves import gates
from dashboards.headlines.forecasts import end_foreseen, forecast_basis, forecasts_kept
from dashboards.page_parts import Columns, moment_column
from dashboards.queries import PublishedSet
from dashboards.suppression import OPERATIONS
from twin.forecast.coverage import coverage

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
COUNTED = ("members", "settled", "censored")
"""Columns of the forecasts that count devices of a supplier: for operations."""


def show_gates(waves: pl.DataFrame) -> None:
    """The figures that each wave's gate rests on: k of n in a stratum, statistic against bound."""
    said = waves.drop_nulls("decision").unique(["campaign_id", "wave"]).sort("campaign_id", "wave")
    for sentence in gates(waves):
        st.markdown(f"- {sentence}")
    if said.is_empty():
        return
    with st.expander("The figures that each gate rests on"):
        st.dataframe(
            said.select(*GATES),
            hide_index=True,
            column_config=GATES,
            alt="The last word of each wave's gate with its stratum, counts, statistic and bound",
        )


def show_forecast(published: PublishedSet, name: str, role: str) -> None:
    """The end of a campaign as forecast on each day, and how good such forecasts were."""
    st.subheader(
        "Its end, as forecast on each day",
        help="The day on which the last wave is let through by its gate. Shaded: P10 to P90.",
    )
    forecasts = published.mart("campaign_forecasts")
    own = forecasts.filter(pl.col("campaign_id") == name)
    if own.is_empty():
        st.markdown("Its membership is not frozen yet, so there is no end to forecast.")
        return
    made = own.filter(pl.col("scope") == "campaign")
    latest = made.row(0, named=True)
    finding = end_foreseen(latest)
    st.markdown(f"{finding}.")
    st.altair_chart(forecast_fan(made), alt=f"End of {name} as forecast on each day: {finding}")
    st.markdown(
        ":small[Line: as likely earlier as later (P50). Shaded: the 80% interval, P10 to P90. "
        "Dashed orange: the plan's last day. Solid blue: the day on which it ended.]"
    )
    st.markdown(f":small[{forecast_basis(latest, role=role)}]")
    st.markdown(f":small[{forecasts_kept(coverage(forecasts=forecasts))}]")
    columns = {one: FORECAST[one] for one in FORECAST if role == OPERATIONS or one not in COUNTED}
    with st.expander("The newest forecast by region and supplier"):
        st.dataframe(
            own.filter(pl.col("day") == latest["day"]).select(*columns),
            hide_index=True,
            column_config=columns,
            alt=f"End of {name} by region and supplier, as forecast on {words.day(latest['day'])}",
        )


def show_journal(journal: pl.DataFrame) -> None:
    """Who did what in the campaign, when, and on which basis."""
    with st.expander("Journal"):
        if journal.is_empty():
            st.markdown("Nothing has been decided yet.")
            return
        st.markdown("Where nobody is named, the campaign did it by its plan.")
        shown = [name for name in JOURNAL if name in journal.columns and journal[name].count()]
        st.dataframe(
            journal.select(shown),
            hide_index=True,
            column_config=JOURNAL,
            alt="Who did what in the campaign and on which basis, newest first",
        )
