"""Suppliers: small multiples against the nation, and a funnel of rate against volume."""

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.style import BLUE, GREY, INK, ORANGE, PALE, AnyChart, largest
from dashboards.headlines.suppliers import ABOVE, BELOW, WITHIN, Z_95, Z_998, limits

SUPPLIER: Final = "Supplier"
NATION: Final = "Nation"
_SIDES: Final = {BELOW: ORANGE, WITHIN: GREY, ABOVE: BLUE}
_PLACED: Final = ("installed_premises", "share", "supplier")
_STEPS: Final = 60
"""Points of a limit's line."""


def small_multiples(shares: pl.DataFrame) -> AnyChart:
    """A panel a supplier, four in a row: its share in blue over the grey national one.

    `shares` has `day`, `supplier`, `series` (`SUPPLIER` or `NATION`) and `share` in percent.
    """
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%b %y", tickCount=3, grid=False))
    y = alt.Y(
        "share:Q",
        title="% capable",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(values=[0, 50, 100]),
    )
    lines = (
        alt.Chart(shares)
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=[NATION, SUPPLIER], range=[PALE, BLUE]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %B %Y"),
                alt.Tooltip("series:N", title="Series"),
                alt.Tooltip("share:Q", title="% capable", format=".1f"),
            ],
        )
        .properties(width=200, height=110)
    )
    chart: alt.FacetChart = lines.facet(
        facet=alt.Facet("supplier:N", title=None, header=alt.Header(labelFontWeight="bold")),
        columns=4,
    )
    return chart


def funnel(held: pl.DataFrame, *, whole: float, chosen: str | None = None) -> AnyChart:
    """Share against installed premises with the 95% and 99.8% limits about the national share."""
    told = held.drop_nulls("share")
    top = 1.08 * max(largest(told["installed_premises"]), 1.0)
    bounds = _bounds(top, whole)
    shown = [*told["share"], *bounds.filter(pl.col("installed") > top / 20)["value"]]
    least, most = min([*shown, 100 * whole]), max([*shown, 100 * whole])
    room = 0.08 * max(most - least, 1.0)
    low, high = least - room, most + room
    scale = alt.Scale(domain=[low, high], nice=False)
    y = alt.Y("share:Q", title="% capable of installed premises", scale=scale)
    x = alt.X(
        "installed_premises:Q",
        title="Installed premises",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(format=",d", tickCount=6),
    )
    lines = (
        alt.Chart(bounds.filter(pl.col("value").is_between(low, high)))
        .mark_line(color=GREY, strokeWidth=1)
        .encode(
            x=alt.X("installed:Q", scale=alt.Scale(domain=[0, top], nice=False)),
            y=alt.Y("value:Q", scale=scale),
            detail=alt.Detail("side:N"),
            strokeDash=alt.StrokeDash(
                "limit:N",
                title=None,
                scale=alt.Scale(domain=["95% limit", "99.8% limit"], range=[[2, 3], [6, 3]]),
                legend=alt.Legend(orient="top"),
            ),
        )
    )
    nation = alt.Chart(pl.DataFrame({"share": [100 * whole]})).mark_rule(color=GREY).encode(y=y)
    dots = (
        alt.Chart(
            told.with_columns(
                (pl.col("supplier") == pl.lit(chosen, dtype=pl.String))
                .fill_null(False)
                .alias("marked")
            )
        )
        .mark_circle(size=110, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "side:N",
                title=None,
                scale=alt.Scale(domain=list(_SIDES), range=list(_SIDES.values())),
                legend=None,
            ),
            stroke=alt.condition("datum.marked", alt.value(INK), alt.value("white")),
            strokeWidth=alt.condition("datum.marked", alt.value(3), alt.value(1)),
            tooltip=[
                alt.Tooltip("supplier:N", title="Supplier"),
                alt.Tooltip("share:Q", title="% capable", format=".1f"),
                alt.Tooltip("installed_premises:Q", title="Installed premises", format=",d"),
                alt.Tooltip("side:N", title="Against the 99.8% limits"),
            ],
        )
    )
    sided = told.with_columns(named_above(told).alias("above"))
    names = [
        alt.Chart(sided.filter(pl.col("above") == above))
        .mark_text(dy=dy, fontSize=12, color=INK)
        .encode(x=x, y=y, text=alt.Text("supplier:N"))
        for above, dy in ((True, -14), (False, 15))
    ]
    return alt.layer(lines, nation, dots, *names).properties(height=380)


def named_above(told: pl.DataFrame) -> pl.Series:
    """Whether each supplier's name stands above its dot: away from whoever is next to it in size.

    Two that are next to each other then have their names neither on each other nor on their dots.
    """
    size, share, supplier = (told[name].to_list() for name in _PLACED)
    order = sorted(range(len(told)), key=lambda n: (size[n], supplier[n]))
    above = [True] * len(told)
    for nth, one in enumerate(order):
        beside = [*order[max(0, nth - 1) : nth], *order[nth + 1 : nth + 2]]
        other = min(beside, key=lambda n: abs(size[n] - size[one]), default=one)
        above[one] = (share[one], supplier[one]) >= (share[other], supplier[other])
    return pl.Series(above, dtype=pl.Boolean)


def _bounds(top: float, whole: float) -> pl.DataFrame:
    rows = []
    for limit, z in (("95% limit", Z_95), ("99.8% limit", Z_998)):
        for n in range(1, _STEPS + 1):
            # closer together where the limits bend
            installed = top * (n / _STEPS) ** 2
            for side, value in zip(
                ("low", "high"), limits(installed, whole=whole, z=z), strict=True
            ):
                rows.append((limit, f"{limit} {side}", installed, value))
    schema = {"limit": pl.String, "side": pl.String, "installed": pl.Float64, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
