"""Pictures as SVG inside the page: no script and no request, so that it opens offline."""

import json
import re
from typing import Any, Final

import altair as alt
import polars as pl
import vl_convert

from twin.whatif.report.answer import Fan, Picture

SEEDS: Final = "#12436D"
DRAWS: Final = "#F46A25"
WIDTH: Final = 620
STEP: Final = 34


def svg(picture: Picture | Fan) -> str:
    """The picture as SVG text; the same picture gives the same text."""
    drawn = fan_chart(picture) if isinstance(picture, Fan) else chart(picture)
    made = vl_convert.vegalite_to_svg(json.dumps(drawn.to_dict()))
    # the page says what the picture shows, in words; a second name would be read twice
    return re.sub(r"<svg ", '<svg aria-hidden="true" focusable="false" ', made, count=1)


def chart(picture: Picture) -> alt.LayerChart | alt.FacetChart:
    """Points with intervals, a row a variant; luck and doubt differ in colour and in shape."""
    rows = pl.DataFrame(
        {
            "variant": [bar.name for bar in picture.bars],
            "over": [_over(bar.over) for bar in picture.bars],
            "value": [bar.value for bar in picture.bars],
            "low": [bar.low for bar in picture.bars],
            "high": [bar.high for bar in picture.bars],
        }
    )
    names = list(dict.fromkeys(rows["variant"]))
    colour = alt.Color(
        "over:N",
        title=None,
        scale=alt.Scale(domain=[_over("seeds"), _over("draws")], range=[SEEDS, DRAWS]),
        legend=alt.Legend(orient="top", labelLimit=400),
    )
    shape = alt.Shape(
        "over:N",
        title=None,
        scale=alt.Scale(domain=[_over("seeds"), _over("draws")], range=["circle", "diamond"]),
    )
    y = alt.Y("variant:N", title=None, sort=names, axis=alt.Axis(labelLimit=240, labelFontSize=13))
    offset = alt.YOffset("over:N", sort=[_over("seeds"), _over("draws")])
    x: dict[str, Any] = {"title": picture.axis, "scale": alt.Scale(zero=_from_nought(picture))}
    whole = alt.Chart(rows)
    lines = whole.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", **x), x2="high:Q", y=y, yOffset=offset, color=colour
    )
    points = whole.mark_point(size=90, filled=True, opacity=1).encode(
        x=alt.X("value:Q", **x), y=y, yOffset=offset, color=colour, shape=shape
    )
    return alt.layer(lines, points).properties(width=WIDTH, height=alt.Step(STEP))


def fan_chart(fan: Fan) -> alt.LayerChart | alt.FacetChart:
    """A band from P5 to P95 with the median in it, by day."""
    rows = pl.DataFrame({"day": fan.days, "low": fan.low, "mid": fan.middle, "high": fan.high})
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True, grid=False))
    share: dict[str, Any] = {"title": "share of all premises", "axis": alt.Axis(format=".0%")}
    whole = alt.Chart(rows)
    band = whole.mark_area(color=DRAWS, opacity=0.35).encode(
        x=x, y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1]), **share), y2="high:Q"
    )
    middle = whole.mark_line(color=SEEDS, strokeWidth=2.5).encode(x=x, y=alt.Y("mid:Q", **share))
    return alt.layer(band, middle).properties(width=WIDTH, height=220)


def _over(over: str) -> str:
    return {
        "seeds": "mean, 95 % over seeds (luck)",
        "draws": "P10 to P90 over draws (numbers of behaviour)",
    }[over]


def _from_nought(picture: Picture) -> bool:
    """Counts begin at nought; days of an end are far from it and would all look alike."""
    return not picture.axis.startswith("days from")
