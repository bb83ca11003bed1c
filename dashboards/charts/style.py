"""Colours and axes that all charts share: the same series has the same colour everywhere."""

from typing import Final, TypeAlias, cast

import altair as alt
import polars as pl

AnyChart: TypeAlias = alt.typing.ChartType

BLUE: Final = "#12436D"
ORANGE: Final = "#F46A25"
TURQUOISE: Final = "#28A197"
GREY: Final = "#3D3D3D"
PALE: Final = "#BFBFBF"
UNTOLD: Final = "#EDEDED"
"""What is there, but not told: paler than anything that is."""
INK: Final = "#1F1F1F"

MONTH_AXIS: Final = alt.Axis(
    format="%-d %b %Y",
    tickCount=alt.TimeIntervalStep(interval="month", step=1),
    labelOverlap=True,
    grid=False,
)
COUNT_AXIS: Final = alt.Axis(format=",d", tickMinStep=1, tickCount=6)


def signed_labels(form: str) -> str:
    """The words of an axis of differences: signed by a D3 format, nothing itself without a sign."""
    return f"datum.value == 0 ? '0' : format(datum.value, '{form}')"


def y_counts(field: str, title: str) -> alt.Y:
    """A vertical axis of counts, from zero."""
    return alt.Y(field, title=title, axis=COUNT_AXIS, scale=alt.Scale(zero=True))


def largest(column: pl.Series) -> float:
    """The largest number of a column, 0 for an empty one."""
    return float(cast("float", column.max() or 0))
