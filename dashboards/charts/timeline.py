"""What happened at one premises, in lanes: a mark a fact, failures drawn last."""

from datetime import date, datetime, time
from typing import Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import BLUE, GREY, ORANGE, AnyChart, fixed

LANES: Final = {
    "lifecycle": "Installation",
    "bands": "Bands",
    "firmware": "Firmware",
    "pairing": "Pairing",
    "pins": "Privacy PIN",
    "messages": "Messages",
    "programme": "Operators",
}
FAILURES: Final = (
    "firmware.activation-failed",
    "firmware.update-timed-out",
    "pairing.failed",
    "pairing.abandoned",
    "pairing.install-code-rejected",
)
_KINDS: Final = {"Step": BLUE, "Failure": ORANGE}


def marks(history: pl.DataFrame) -> pl.DataFrame:
    """One row a fact with its lane; marks of one lane and day are set apart, failures last."""
    failed = pl.col("event").is_in(FAILURES)
    return (
        history.drop_nulls("event")
        .unique("event_id", keep="first", maintain_order=True)
        .with_columns(
            pl.col("family").replace_strict(LANES, default="Other").alias("lane"),
            pl.when(failed).then(pl.lit("Failure")).otherwise(pl.lit("Step")).alias("kind"),
            pl.col("occurred_at").dt.replace_time_zone(None),
        )
        .with_columns(
            pl.int_range(pl.len()).over("lane", pl.col("occurred_at").dt.date()).alias("nth")
        )
        .with_columns(((pl.col("nth") + 2) % 5 - 2).alias("apart"))
        .sort("kind", "occurred_at", descending=[True, False])
    )


def lanes(history: pl.DataFrame, *, on: date) -> AnyChart:
    """The lanes with a rule at the end of the day that the state card shows."""
    frame = marks(history)
    names = [lane for lane in LANES.values() if lane in set(frame["lane"])]
    points = (
        alt.Chart(frame)
        .mark_point(filled=True, size=90, opacity=0.9)
        .encode(
            x=alt.X("occurred_at:T", title="When it happened (UTC)", axis=_axis()),
            y=alt.Y("lane:N", title=None, sort=names, axis=alt.Axis(grid=True)),
            yOffset=alt.YOffset("apart:Q", scale=alt.Scale(domain=[-2.5, 2.5])),
            color=_coded(alt.Color, list(_KINDS.values())),
            shape=_coded(alt.Shape, ["circle", "triangle-up"]),
            tooltip=[
                alt.Tooltip("occurred_at:T", title="Happened", format="%-d %b %Y %H:%M"),
                alt.Tooltip("what:N", title="What"),
                alt.Tooltip("detail:N", title="Detail"),
                alt.Tooltip("offset:Q", title="Offset"),
            ],
        )
    )
    ends = datetime.combine(on, time(23, 59, 59))
    at = pl.DataFrame({"occurred_at": [ends], "label": [f"Shown: {words.short_day(on)}"]})
    base = alt.Chart(at).encode(x=alt.X("occurred_at:T"))
    rule = base.mark_rule(color=GREY, strokeDash=[2, 2])
    label = base.mark_text(align="right", dx=-5, baseline="top", color=GREY, fontSize=12).encode(
        y=fixed(alt.YValue, 2), text=alt.Text("label:N")
    )
    return alt.layer(points, rule, label).properties(height=58 * max(len(names), 1) + 40)


def _axis() -> alt.Axis:
    return alt.Axis(format="%-d %b %Y", labelOverlap=True, grid=False)


def _coded(channel: type[alt.Color] | type[alt.Shape], values: list[str]) -> alt.Color | alt.Shape:
    return channel(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=list(_KINDS), range=values),
        legend=alt.Legend(orient="top"),
    )
