"""The home area network: bands by month against what is expected, and links by hub."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, GREY, INK, ORANGE, TURQUOISE, AnyChart, fixed, y_counts
from dashboards.headlines.han import BANDS, EXPECTED_2_4, EXPECTED_868, LINKS_MOST

COLOURS: Final = dict(zip(BANDS.values(), (BLUE, ORANGE, TURQUOISE), strict=True))


def band_months(months: pl.DataFrame) -> AnyChart:
    """Bars of 100% a month with the shares expected as rules, each with its name."""
    bars = (
        alt.Chart(months.drop_nulls("share"))
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonth(month):T",
                title=None,
                axis=alt.Axis(format="%b %Y", grid=False, labelOverlap=True),
            ),
            y=alt.Y(
                "starts:Q",
                title="% of premises, by the month of their first band",
                scale=alt.Scale(domain=[0, 100]),
            ),
            y2=alt.Y2("ends:Q"),
            color=alt.Color(
                "name:N",
                title=None,
                scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("yearmonth(month):T", title="Month", format="%B %Y"),
                alt.Tooltip("name:N", title="Furthest band"),
                alt.Tooltip("premises:Q", title="Premises", format=",d"),
                alt.Tooltip("share:Q", title="% of premises", format=".1f"),
            ],
        )
    )
    rules = []
    for at, label, dy in (
        (EXPECTED_2_4, "70% expected by 2.4 GHz alone", 12),
        (EXPECTED_868, "96.5% expected with 868 MHz", 12),
    ):
        base = alt.Chart(pl.DataFrame({"at": [at], "label": [label]})).encode(y=alt.Y("at:Q"))
        rules.append(base.mark_rule(color=INK, strokeDash=[6, 3], strokeWidth=1.5))
        for halo in (True, False):
            # dark around white, so that it is read on any colour and on the gaps between bars
            text = base.mark_text(align="left", dx=6, dy=dy, fontSize=12, fontWeight="bold")
            look = {"stroke": INK, "strokeWidth": 3} if halo else {"color": "white"}
            looks = {name: alt.value(value) for name, value in look.items()}
            rules.append(text.encode(x=fixed(alt.XValue, 0), text=alt.Text("label:N"), **looks))
    return alt.layer(bars, *rules).properties(height=360)


def links_histogram(links: pl.DataFrame) -> AnyChart:
    """Hubs by open high bandwidth links, with a rule where a hub has no more."""
    x = alt.X("links_open:O", title="High bandwidth links open", axis=alt.Axis(labelAngle=0))
    base = alt.Chart(links)
    bars = (
        base.transform_filter("isValid(datum.hubs)")
        .mark_bar(color=BLUE)
        .encode(
            x=x,
            y=y_counts("hubs:Q", "Dual band hubs"),
            tooltip=[
                alt.Tooltip("links_open:O", title="Links open"),
                alt.Tooltip("hubs:Q", title="Hubs", format=",d"),
            ],
        )
    )
    names = base.mark_text(dy=-8, color=INK).encode(
        x=x, y=alt.Y("height:Q"), text=alt.Text("told:N")
    )
    most = pl.DataFrame({"links_open": [LINKS_MOST], "label": ["A hub has four"]})
    rule = alt.Chart(most).mark_rule(color=GREY, strokeDash=[6, 3], xOffset=34).encode(x=x)
    label = (
        alt.Chart(most)
        .mark_text(align="right", baseline="top", dx=28, color=GREY)
        .encode(x=x, y=fixed(alt.YValue, 2), text=alt.Text("label:N"))
    )
    return alt.layer(bars, names, rule, label).properties(height=320)
