"""Pairing: where do consumers give up?"""

import polars as pl
import streamlit as st

from dashboards import downloads, filters, suppression, words
from dashboards.access import viewer_role
from dashboards.charts.pairing import (
    ENDS,
    flow_option,
    flows,
    funnel_option,
    hours_map,
    share_dots,
)
from dashboards.headlines.pairing import (
    STAGES,
    biggest_loss,
    cause,
    funnel,
    told_steps,
    where_given_up,
)
from dashboards.page_parts import Columns, count_column, open_page, show_provenance
from dashboards.told import level_told, mart_told

COLUMNS: Columns = {
    "route": "Route",
    "outcome": "Outcome",
    "cause": "Cause or stage",
}


def show_ways(channels: pl.DataFrame, role: str) -> None:
    """How far attempts come, and from which way in to which end."""
    left, right = st.columns(2)
    with left:
        st.subheader("How far they come", help="As far as facts tell: a step has its own event.")
        route = filters.segment("Route", "route", list(STAGES))
        steps = funnel(channels, route)
        finding = biggest_loss(steps, role=role)
        st.markdown(f"{finding}.")
        if steps[0][1]:
            st.echarts_chart(
                funnel_option(told_steps(steps, role=role)),
                height=300,
                alt=f"Funnel of {route} attempts. {finding}",
            )
    with right:
        st.subheader("From the way in to the end")
        by_end = {
            row["outcome"]: suppression.in_row(row, "attempts")
            for row in ways_by(channels, "outcome", role=role).iter_rows(named=True)
        }
        told = [f"{name.lower()} {by_end.get(end, '0')}" for end, (name, _) in ENDS.items()]
        st.markdown(f"Of all ways together: {words.listed(told)}.")
        every = ways_by(channels, "channel", "outcome", role=role)
        drawn = flows(every.drop_nulls("attempts"))
        if drawn.height:
            st.echarts_chart(
                flow_option(drawn),
                height=340,
                alt=f"Flows from the way in to the outcome: {words.listed(told)}",
            )
        if drawn.height < every.height:
            st.markdown(":small[Ways of few attempts, and what tells of them, are left out.]")


def ways_by(channels: pl.DataFrame, *by: str, role: str) -> pl.DataFrame:
    """Attempts by some columns of `pairing_channels` as a role may see them."""
    return level_told(channels, "pairing_channels", *by, role=role)


def show_shares(counted: pl.DataFrame, *, title: str, alt: str) -> None:
    """A dot a row of `part` of `whole`; rows with a count that is not told are left out."""
    drawn = counted.drop_nulls(["part", "whole"])
    if drawn.height:
        st.altair_chart(share_dots(drawn, title=title), alt=alt)
    if drawn.height < counted.height:
        st.markdown(":small[Few attempts, and what tells of them, are left out.]")


def show_routes(channels: pl.DataFrame, role: str) -> None:
    """Local against remote, and each way in: attempts that ended without a pairing."""
    st.subheader("Local against remote")
    told = ways_by(channels, "route", "channel", "outcome", role=role)
    ended = told.filter(pl.col("outcome") != "open").with_columns(
        pl.format(
            "{}, {}",
            pl.col("route").fill_null("not told").str.to_titlecase(),
            pl.col("channel").fill_null("not told").str.replace_all("_", " "),
        ).alias("label")
    )
    unpaired = (pl.col("outcome") != "completed") * pl.col("attempts")
    whole = pl.when(~pl.col("attempts").has_nulls()).then(pl.col("attempts").sum())
    counted = (
        ended.group_by("label")
        .agg(unpaired.sum().alias("part"), whole.alias("whole"))
        .sort("label")
    )
    if counted.is_empty():
        st.markdown("No attempt has ended yet.")
        return
    show_shares(
        counted,
        title="Ended without a pairing, 95% interval",
        alt=f"Share that ended without a pairing, {words.things(counted.height, 'way')} in",
    )


def show_codes(codes: pl.DataFrame, role: str) -> None:
    """Failures by the length of the install code."""
    st.subheader(
        "By digits of the install code",
        help="Attempts at the meter whose code was accepted. Of a code that was refused nobody "
        "keeps the length, so refusals are not in here.",
    )
    if codes.is_empty():
        st.markdown("No install code has been accepted at a meter yet.")
        return
    counted = mart_told(codes, "pairing_codes", role=role).select(
        pl.format("{} digits", "digits").alias("label"),
        pl.col("unpaired").alias("part"),
        pl.col("attempts").alias("whole"),
    )
    show_shares(
        counted,
        title="Code accepted, yet not paired, 95% interval",
        alt=f"Share not paired by digits of the code, {words.things(counted.height, 'length')}",
    )


def show_causes(pairing: pl.DataFrame, role: str) -> None:
    """Each cause as a share of all attempts that ended."""
    st.subheader("Why they end without a pairing")
    by_end = level_told(pairing, "pairing", "outcome", role=role)
    whole = by_end.filter(pl.col("outcome") != "open")["attempts"]
    # how many are open would follow from those that ended
    total = None if by_end["attempts"].has_nulls() else int(whole.sum())
    told = level_told(pairing, "pairing", "outcome", "cause", role=role)
    lost = told.filter(~pl.col("outcome").is_in(["open", "completed"]))
    if lost.is_empty():
        st.markdown("No attempt has failed or been given up.")
        return
    labels = [cause(*row) for row in lost.select("outcome", "cause").iter_rows()]
    counted = (
        lost.with_columns(pl.Series("label", labels, pl.String), whole=pl.lit(total, pl.Int64))
        .rename({"attempts": "part"})
        .sort("part", "label", descending=[True, False], nulls_last=True)
    )
    show_shares(
        counted,
        title="Share of attempts that ended, 95% interval",
        alt=f"Causes of ends without a pairing, commonest first: {counted['label'][0]}",
    )


st.title("Where do consumers give up?")
settings, published = open_page()
pairing, channels = published.mart("pairing"), published.mart("pairing_channels")
role = viewer_role()
st.header(where_given_up(pairing, role=role))
show_provenance(published, settings)
if pairing.is_empty():
    st.markdown(
        "No consumer has tried to pair a device in the events read so far. The first attempts come "
        "within the first days of a run."
    )
    st.stop()
show_ways(channels, role)
one, two = st.columns(2)
with one:
    show_causes(pairing, role)
with two:
    show_routes(channels, role)
    show_codes(published.mart("pairing_codes"), role)
st.subheader("When they try")
hours = published.mart("pairing_hours")
st.altair_chart(
    hours_map(mart_told(hours, "pairing_hours", role=role)),
    alt=f"{words.things(int(hours['attempts'].sum()), 'attempt')} by weekday and hour (UTC)",
)
kept = mart_told(pairing, "pairing", role=role)
with st.expander("The numbers"):
    told = suppression.in_words(kept, "attempts")
    columns = {**COLUMNS, "attempts": count_column("Attempts", told, "attempts")}
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Pairing attempts by route, outcome, and cause or stage",
    )
downloads.offer(kept, page="pairing", on=published.meta.day)
