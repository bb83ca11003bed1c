"""Regions: where are we ahead and behind?"""

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
from dashboards.access import viewer_role
from dashboards.areas import AREAS, REGIONS
from dashboards.charts.curves import group_curve, top_of
from dashboards.charts.tiles import KEY, tile_map
from dashboards.figure_parts import Evidence
from dashboards.headlines import regions as finding
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
st.title("Where are we ahead and behind?")
settings, published = open_page()
role = viewer_role()
daily, told = published.mart("areas_daily"), daily_told(published, "areas_daily", role=role)
chosen = filters.choose(days=days_of(daily), regions=True)
rows = finding.on_day(daily, chosen.on)
nation = finding.national(rows)
standing = finding.area_standings(finding.on_day(told, chosen.on), nation=nation)
shown = filters.narrowed(standing, "region", chosen.region)
st.header(finding.ahead_and_behind(shown, nation=nation))
show_provenance(published, settings, on=chosen.on)
if rows.is_empty() or not nation[1]:
    st.markdown(
        "No premises has been installed in the events read so far, so no area stands out. "
        "Let the twin run on, or choose a later day."
    )
    st.stop()
day = rows["day"][0]
known = require_known(finding.known_share(rows, "gsp_group"), of="a known GSP group")
evidence = Evidence(published, settings, known)

held = shown.drop_nulls("points")
cards = [
    tiles.Card(
        "Capable of installed premises, nation",
        words.share(*nation),
        f"{words.prose(nation[0])} of {words.prose(nation[1])}",
        figures=("area.capable", "area.installed"),
    )
]
if not held.is_empty():
    first, last = finding.extremes(held)
    behind = held.filter(pl.col("points") < -1).height
    cards += [
        tiles.Card(
            "Furthest ahead",
            first["area"],
            f"{finding.brief(first['points'])} the nation",
            "good",
            figures=("area.capable",),
        ),
        tiles.Card(
            "Furthest behind",
            last["area"],
            f"{finding.brief(last['points'])} the nation",
            "bad" if last["points"] <= -finding.EVEN else "neutral",
            figures=("area.capable",),
        ),
        tiles.Card(
            "Areas more than 1 point behind",
            words.count(behind),
            f"of {words.count(held.height)} areas",
            "bad" if behind else "good",
            figures=("area.capable",),
        ),
    ]
tiles.show(cards, explain=evidence.explain)

left, right = st.columns([4, 3])
with left:
    st.subheader("Capable premises, in points from the national share", help="14 GSP groups.")
    letters = [area.letter for area in sorted(AREAS, key=lambda one: one.letter)]
    filters.say_slugs("area", letters)
    picked = st.segmented_control(
        "Area to mark",
        letters,
        key="area",
        bind="query-params",
        help="The letter of a GSP group; a click on a tile marks it, too.",
    )
    st.altair_chart(
        tile_map(shown, chosen=picked),
        alt=f"Tile map of the GSP groups on {words.day(day)}: "
        f"{finding.ahead_and_behind(shown, nation=nation)}",
    )
    st.markdown(f":small[{KEY}]")
    evidence.explain("area.capable", "area.installed")
with right:
    st.subheader("The areas by rank", help="Capable of installed premises, and percentage points.")
    ranked = in_words(shown, *COUNTS).with_columns(
        (pl.col("gsp_group") + " " + pl.col("area")).alias("name"), finding.tidy("points")
    )
    columns: Columns = {
        "name": st.column_config.TextColumn("Area", width="medium"),
        "share": st.column_config.ProgressColumn(
            "Capable", format="%.1f%%", min_value=0, max_value=100, width="small"
        ),
        "points": st.column_config.NumberColumn("Points", format="%+.1f", width="small"),
        "installed_premises": count_column("Installed", ranked, "installed_premises"),
    }
    st.dataframe(
        ranked.select(*columns),
        hide_index=True,
        column_config=columns,
        height=530,
        alt=f"GSP groups by share of capable premises on {words.day(day)}, furthest ahead first",
    )

st.subheader("Capable premises by communications region")
curves = daily_told(published, "regions_daily", role=role).filter(pl.col("day") <= day)
top = top_of(curves)
with st.grid(3, min_column_width=280):
    for region in REGIONS if chosen.region is None else (chosen.region,):
        own = curves.filter(pl.col("csp_region") == region)
        with st.container():
            if own.is_empty():
                st.markdown(f"**{region}**: no premises is known.")
                continue
            st.markdown(f"**{region}**")
            st.altair_chart(
                group_curve(own, top=top, as_at=day),
                alt=f"{region}: capable and installed premises by day to {words.day(day)}, "
                f"{finding.newest_share(own)}",
            )
evidence.explain("region.capable", "region.installed")
if role != OPERATIONS:
    st.markdown(f":small[{ROUNDED}]")

with st.expander("The numbers of this page"):
    st.dataframe(
        in_words(shown, *COUNTS),
        hide_index=True,
        alt="All columns of the areas of this page, as in the downloads",
    )
downloads.offer(
    shown.drop("row", "column"), page="regions", on=chosen.on or day, slugs=chosen.slugs
)
show_known(published, settings, role, beside="by region or GSP group")
