"""Pareto chart of failure codes: the few causes that make most failures."""

from typing import Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import BLUE, COUNT_AXIS, INK, AnyChart, fixed, largest

FAILURES: Final = {
    "firmware.update-warned": "request refused by the DSP",
    "firmware.delivery-failed": "not delivered to the hub (N61)",
    "firmware.transferred": "transfer failed (0x8F89)",
    "firmware.verification-failed": "image did not verify (0x8F1C)",
    "firmware.activation-failed": "activation failed (0x8F67)",
    "firmware.activation-cancelled": "activation cancelled",
    "firmware.update-timed-out": "no news in time",
    "firmware.confirmation-timed-out": "activated, never read",
    "firmware.update-conflicted": "another update under way",
}
"""Facts that end an attempt without the new version, in words."""


def failure_codes(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Code and failures from rows of `firmware_outcomes`, the commonest first."""
    failed = outcomes.filter(
        pl.col("event").is_in(list(FAILURES)),
        (pl.col("event") != "firmware.transferred") | (pl.col("detail") != "success"),
    )
    return (
        failed.with_columns(
            pl.struct("event", "detail")
            .map_elements(lambda one: code(one["event"], one["detail"]), return_dtype=pl.String)
            .alias("code")
        )
        .group_by("code")
        .agg(pl.col("facts").sum().alias("failures"))
        .sort("failures", "code", descending=[True, False])
    )


def code(event: str, detail: str | None) -> str:
    """A failure in words: what failed and, where it is told, how."""
    return FAILURES[event] if detail is None else f"{FAILURES[event]}: {words.sentence(detail)}"


def pareto(codes: pl.DataFrame, *, total: int) -> AnyChart:
    """Bars by code with count and running share of all failures beside them."""
    told = codes.with_columns(
        (pl.col("failures").cum_sum() / max(total, 1)).alias("so_far")
    ).with_columns(
        pl.format(
            "{} ({}% so far)",
            pl.col("failures"),
            (100 * pl.col("so_far")).round(0).cast(pl.Int64),
        ).alias("label")
    )
    base = alt.Chart(told).encode(y=alt.Y("code:N", title=None, sort=None, axis=None))
    x = alt.X(
        "failures:Q",
        title="Failures of attempts",
        axis=COUNT_AXIS,
        # the longest bar leaves its words half of the width, also on half a page
        scale=alt.Scale(domain=[0, 2 * max(largest(told["failures"]), 1)], nice=False),
    )
    bars = base.mark_bar(color=BLUE, height=11, yOffset=7).encode(
        x=x,
        tooltip=[
            alt.Tooltip("code:N", title="Code"),
            alt.Tooltip("failures:Q", title="Failures", format=",d"),
            alt.Tooltip("so_far:Q", title="Share so far", format=".0%"),
        ],
    )
    figures = base.mark_text(align="left", dx=5, dy=7, color=INK).encode(
        x=x, text=alt.Text("label:N")
    )
    # above its bar and not beside it: on a phone the names would leave the bars no room
    names = base.mark_text(align="left", dy=-7, color=INK).encode(
        x=fixed(alt.XValue, 0), text=alt.Text("code:N")
    )
    return alt.layer(bars, figures, names).properties(height=34 * max(told.height, 1) + 50)
