"""Suppliers: who needs help?"""

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
from dashboards.access import viewer_role
from dashboards.areas import UNKNOWN
from dashboards.charts.suppliers import NATION, SUPPLIER, funnel, small_multiples
from dashboards.figure_parts import Evidence
from dashboards.headlines import suppliers as finding
from dashboards.headlines.regions import known_share, national, on_day, tidy
from dashboards.known_parts import show_known
from dashboards.page_parts import (
    Columns,
    count_column,
    days_of,
    open_page,
    require_known,
    show_provenance,
)
from dashboards.rounding import ROUNDED
from dashboards.suppression import OPERATIONS, in_words
from dashboards.told import daily_told

COUNTS = ("installed_premises", "capable_premises")
ROW, HEIGHT_MOST = 35, 700  # pixels of a row, and of the whole table
SIDES = {
    finding.BELOW: "below the limits",
    finding.WITHIN: "within the limits",
    finding.ABOVE: "above the limits",
}


def weekly_shares(whole: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Shares of the suppliers and of all of them together, on Sundays and the newest day."""
    days = (pl.col("day").dt.weekday() == 7) | (pl.col("day") == whole["day"].max())
    share = 100 * pl.col("capable_premises") / pl.col("installed_premises")
    share = share.clip(0, 100).alias("share")
    own = kept.filter(days & (pl.col("installed_premises") > 0)).with_columns(share)
    nation = whole.filter(days & (pl.col("installed_premises") > 0)).with_columns(share)
    names = own.select("supplier").unique()
    both = [
        own.select("day", "supplier", "share", pl.lit(SUPPLIER).alias("series")),
        nation.join(names, how="cross").select(
            "day", "supplier", "share", pl.lit(NATION).alias("series")
        ),
    ]
    return pl.concat(both).drop_nulls("share").sort("supplier", "series", "day")


def in_region(every: pl.DataFrame, region: str) -> pl.DataFrame:
    """Premises by day in one region."""
    return every.filter(pl.col("csp_region") == region).drop("csp_region")


st.title("Which supplier needs help?")
settings, published = open_page()
role = viewer_role()
every = published.mart("suppliers_daily")
names = every.filter(pl.col("supplier") != UNKNOWN)["supplier"].unique().sort().to_list()
chosen = filters.choose(days=days_of(every), regions=True, suppliers=names)
told = daily_told(published, "suppliers_daily", role=role)
whole = every.group_by("day").agg(pl.col(*COUNTS).sum()).sort("day")
if chosen.region is not None:
    told = in_region(daily_told(published, "region_suppliers", role=role), chosen.region)
    # of a region counts are rounded, of the fleet they are not
    regions = daily_told(published, "regions_daily", role=role)
    whole = in_region(regions, chosen.region).drop_nulls(COUNTS)
if chosen.on is not None:
    told, whole = (one.filter(pl.col("day") <= chosen.on) for one in (told, whole))
rows = on_day(told, chosen.on)
nation = national(on_day(whole, None if rows.is_empty() else rows["day"][0]))
held = finding.judged(rows.filter(pl.col("supplier") != UNKNOWN), nation=nation)
st.header(finding.who_needs_help(held, nation=nation, region=chosen.region))
show_provenance(published, settings, on=chosen.on)
if rows.is_empty() or not nation[1]:
    st.markdown(
        f"No supplier has installed premises in {chosen.scope} in the events read so far. "
        "Choose another region or a later day, or let the twin run on."
    )
    st.stop()
day = rows["day"][0]
if chosen.on is not None and day != chosen.on:
    st.markdown(
        f":small[By supplier and region older days are held by the week: this is {words.day(day)}.]"
    )
evidence = Evidence(
    published, settings, require_known(known_share(rows, "supplier"), of="a supplier")
)
shown = filters.narrowed(held, "supplier", chosen.supplier)

low, high = (held.filter(pl.col("side") == side).height for side in (finding.BELOW, finding.ABOVE))
worst = finding.furthest_behind(held)
cards = [
    tiles.Card(
        f"Capable of installed premises, {chosen.region or 'nation'}",
        words.share(*nation),
        f"{words.prose(nation[0])} of {words.prose(nation[1])}",
        figures=("supplier.capable", "supplier.installed"),
    ),
    tiles.Card(
        "Suppliers below the 99.8% limits",
        words.count(low),
        f"of {words.count(held.height)}; {words.count(high)} above them",
        "bad" if low else "good",
        figures=("supplier.capable",),
    ),
]
if worst is not None:
    cards.append(
        tiles.Card(
            "Furthest behind for its size",
            worst["supplier"],
            f"{worst['share']:.1f}%, {abs(worst['z']):.1f} standard deviations "
            + ("below" if worst["z"] < 0 else "above"),
            "bad" if worst["side"] == finding.BELOW else "neutral",
            figures=("supplier.capable",),
        )
    )
tiles.show(cards, explain=evidence.explain)

st.subheader("Share capable against size, with the limits of chance")
st.altair_chart(
    funnel(held, whole=nation[0] / nation[1], chosen=chosen.supplier),
    alt=f"Funnel plot of suppliers on {words.day(day)}: "
    f"{finding.who_needs_help(held, nation=nation, region=chosen.region)}",
)
st.markdown(
    ":small[A supplier between the lines differs no more from the national share than chance gives "
    "one of its size: 95% of them lie within the dotted lines, 99.8% within the dashed ones. "
    "Orange: below the 99.8% limits. Blue: above. Grey: between.]"
)
evidence.explain("supplier.capable", "supplier.installed")

st.subheader("Share capable by week", help="Weeks end on Sunday.")
kept = told.filter(pl.col("supplier").is_in(shown["supplier"].to_list()))
shares = weekly_shares(whole, kept)
if shares.is_empty():
    st.markdown("No supplier has enough premises for a curve.")
else:
    # a facet has a width of its own: on a phone it scrolls inside its box
    with st.container(height=60 + 145 * -(-shares["supplier"].n_unique() // 4), border=False):
        st.altair_chart(
            small_multiples(shares),
            width="content",
            alt="Share of installed premises that are capable, by week and supplier, beside the "
            f"national share, to {words.day(day)}",
        )
    st.markdown(":small[Blue: the supplier. Grey: all suppliers together.]")
evidence.explain("supplier.capable", "supplier.installed")

table = in_words(shown.with_columns(pl.col("side").replace(SIDES), points=tidy("points")), *COUNTS)
columns: Columns = {
    "supplier": "Supplier",
    "installed_premises": count_column("Installed premises", table, "installed_premises"),
    "capable_premises": count_column("Capable premises", table, "capable_premises"),
    "share": st.column_config.ProgressColumn(
        "Capable of installed", format="%.1f%%", min_value=0, max_value=100
    ),
    "points": st.column_config.NumberColumn("Points from the nation", format="%+.1f"),
    "side": "Against the 99.8% limits",
}
with st.expander("The numbers by supplier", expanded=True):
    st.dataframe(
        table.select(*columns),
        hide_index=True,
        column_config=columns,
        height=min(ROW * (table.height + 1) + 3, HEIGHT_MOST),
        alt=f"Suppliers on {words.day(day)}, furthest behind for their size first",
    )
if role != OPERATIONS:
    st.markdown(f":small[{ROUNDED}]")
downloads.offer(shown, page="suppliers", on=chosen.on or day, slugs=chosen.slugs)
show_known(published, settings, role, beside="by supplier")
