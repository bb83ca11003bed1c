"""Pairing: where do consumers give up?"""

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.charts.pairing import (
    ENDS,
    flow_option,
    funnel_option,
    hours_map,
    share_dots,
)
from dashboards.headlines.pairing import STAGES, biggest_loss, cause, funnel, where_given_up
from dashboards.page_parts import Columns, open_page, show_provenance

COLUMNS: Columns = {
    "route": "Route",
    "outcome": "Outcome",
    "cause": "Cause or stage",
    "attempts": st.column_config.NumberColumn("Attempts", format="localized"),
}


def show_ways(channels: pl.DataFrame) -> None:
    """How far attempts come, and from which way in to which end."""
    left, right = st.columns(2)
    with left:
        st.subheader("How far they come", help="As far as facts tell: a step has its own event.")
        route = st.segmented_control(
            "Route", list(STAGES), default="local", key="route", bind="query-params", required=True
        )
        steps = funnel(channels, route)
        finding = biggest_loss(steps)
        st.markdown(f"{finding}.")
        if steps[0][1]:
            st.echarts_chart(
                funnel_option(steps), height=300, alt=f"Funnel of {route} attempts. {finding}"
            )
    with right:
        st.subheader("From the way in to the end")
        told = [
            f"{name.lower()} {words.count(int(channels.filter(outcome=end)['attempts'].sum()))}"
            for end, (name, _) in ENDS.items()
        ]
        st.markdown(f"Of all ways together: {words.listed(told)}.")
        st.echarts_chart(
            flow_option(channels),
            height=340,
            alt=f"Flows from the way in to the outcome: {words.listed(told)}",
        )


def show_routes(channels: pl.DataFrame) -> None:
    """Local against remote, and each way in: attempts that ended without a pairing."""
    st.subheader("Local against remote")
    ended = channels.filter(pl.col("outcome") != "open").with_columns(
        pl.format(
            "{}, {}",
            pl.col("route").fill_null("not told").str.to_titlecase(),
            pl.col("channel").fill_null("not told").str.replace_all("_", " "),
        ).alias("label")
    )
    unpaired = (pl.col("outcome") != "completed") * pl.col("attempts")
    counted = (
        ended.group_by("label")
        .agg(unpaired.sum().alias("part"), pl.col("attempts").sum().alias("whole"))
        .sort("label")
    )
    if counted.is_empty():
        st.markdown("No attempt has ended yet.")
        return
    st.altair_chart(
        share_dots(counted, title="Ended without a pairing, 95% interval"),
        alt=f"Share that ended without a pairing, {words.things(counted.height, 'way')} in",
    )


def show_codes(codes: pl.DataFrame) -> None:
    """Failures by the length of the install code."""
    st.subheader(
        "By digits of the install code",
        help="Attempts at the meter whose code was accepted. Of a code that was refused nobody "
        "keeps the length, so refusals are not in here.",
    )
    if codes.is_empty():
        st.markdown("No install code has been accepted at a meter yet.")
        return
    counted = codes.select(
        pl.format("{} digits", "digits").alias("label"),
        pl.col("unpaired").alias("part"),
        pl.col("attempts").alias("whole"),
    )
    st.altair_chart(
        share_dots(counted, title="Code accepted, yet not paired, 95% interval"),
        alt=f"Share not paired by digits of the code, {words.things(counted.height, 'length')}",
    )


def show_causes(pairing: pl.DataFrame) -> None:
    """Each cause as a share of all attempts that ended."""
    st.subheader("Why they end without a pairing")
    ended = pairing.filter(pl.col("outcome") != "open")
    total = int(ended["attempts"].sum())
    lost = ended.filter(pl.col("outcome") != "completed")
    if lost.is_empty():
        st.markdown("No attempt has failed or been given up.")
        return
    labels = [cause(*row) for row in lost.select("outcome", "cause").iter_rows()]
    counted = (
        lost.with_columns(pl.Series("label", labels, pl.String))
        .group_by("label")
        .agg(pl.col("attempts").sum().alias("part"))
        .sort("part", "label", descending=[True, False])
        .with_columns(pl.lit(total).alias("whole"))
    )
    st.altair_chart(
        share_dots(counted, title="Share of attempts that ended, 95% interval"),
        alt=f"Causes of ends without a pairing, commonest first: {counted['label'][0]}",
    )


st.title("Where do consumers give up?")
settings, published = open_page()
pairing, channels = published.mart("pairing"), published.mart("pairing_channels")
st.header(where_given_up(pairing))
show_provenance(published, settings)
if pairing.is_empty():
    st.markdown(
        "No consumer has tried to pair a device in the events read so far. The first attempts come "
        "within the first days of a run."
    )
    st.stop()
show_ways(channels)
one, two = st.columns(2)
with one:
    show_causes(pairing)
with two:
    show_routes(channels)
    show_codes(published.mart("pairing_codes"))
st.subheader("When they try")
hours = published.mart("pairing_hours")
st.altair_chart(
    hours_map(hours),
    alt=f"{words.things(int(hours['attempts'].sum()), 'attempt')} by weekday and hour (UTC)",
)
with st.expander("The numbers"):
    st.dataframe(
        pairing.select(*COLUMNS),
        hide_index=True,
        column_config=COLUMNS,
        alt="Pairing attempts by route, outcome, and cause or stage",
    )
st.download_button(
    "Download the numbers (CSV)",
    data=lambda: pairing.write_csv(),
    file_name="pairing.csv",
    mime="text/csv",
    on_click="ignore",
)
