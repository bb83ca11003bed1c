"""Pictures as SVG inside the page: no script and no request, so that it opens offline."""

import json
import re
from datetime import date
from textwrap import fill
from typing import Any, Final

import altair as alt
import polars as pl
import vl_convert

from twin.whatif.report.answer import Fan, Picture

SEEDS: Final = "#12436D"
DRAWS: Final = "#F46A25"
WIDTH: Final = 620
STEP: Final = 34
LINE: Final = 17
LETTERS: Final = 28
"""Letters of a line of a variant's name."""
ROOM: Final = {"left": 45, "right": 20, "top": 5, "bottom": 5}
"""Around a picture: a reader's font may be wider than the one that it was laid out with."""


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
            "variant": [fill(bar.name, LETTERS) for bar in picture.bars],
            "over": [_over(bar.over) for bar in picture.bars],
            "value": [bar.value for bar in picture.bars],
            "low": [bar.low for bar in picture.bars],
            "high": [bar.high for bar in picture.bars],
        }
    )
    names = list(dict.fromkeys(rows["variant"]))
    lines = max(name.count("\n") + 1 for name in names)
    domain = [over for one in ("seeds", "draws") if (over := _over(one)) in set(rows["over"])]
    colour = alt.Color(
        "over:N",
        title=None,
        scale=alt.Scale(domain=domain, range=[SEEDS, DRAWS][: len(domain)]),
        legend=alt.Legend(orient="top", labelLimit=0, columns=1),
    )
    shape = alt.Shape(
        "over:N",
        title=None,
        scale=alt.Scale(domain=domain, range=["circle", "diamond"][: len(domain)]),
    )
    y = alt.Y("variant:N", title=None, sort=names, axis=_names_axis())
    offset = alt.YOffset("over:N", sort=domain)
    x: dict[str, Any] = {
        "title": picture.axis,
        "scale": alt.Scale(zero=picture.starts is None),
        "axis": _figures_axis(picture.starts),
    }
    whole = alt.Chart(rows)
    spans = whole.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", **x), x2="high:Q", y=y, yOffset=offset, color=colour
    )
    points = whole.mark_point(size=90, filled=True, opacity=1).encode(
        x=alt.X("value:Q", **x), y=y, yOffset=offset, color=colour, shape=shape
    )
    step = alt.Step(max(STEP, (lines + 1) * LINE // len(domain)))
    return alt.layer(spans, points).properties(width=WIDTH, height=step, padding=ROOM)


def _names_axis() -> alt.Axis:
    return alt.Axis(labelLimit=0, labelFontSize=13, labelExpr="split(datum.label, '\\n')")


def _figures_axis(starts: date | None) -> alt.Axis:
    """Counts as they are; days as dates, counted from the day on which the horizon starts."""
    if starts is None:
        return alt.Axis(labelOverlap=True, tickCount=7)
    first = f"datetime({starts.year}, {starts.month - 1}, {starts.day} + datum.value)"
    return alt.Axis(
        labelOverlap=True,
        tickCount=7,
        labelExpr=f"timeFormat({first}, '%-d %b %Y')",
        labelPadding=6,
    )


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
    return alt.layer(band, middle).properties(width=WIDTH, height=220, padding=ROOM)


def _over(over: str) -> str:
    return {
        "seeds": "mean, 95% over seeds (luck)",
        "draws": "P10 to P90 over draws (numbers of behaviour)",
    }[over]
