"""Colours and axes that all charts share: the same series has the same colour everywhere.

Channels are objects (`alt.X("day:T")`, `fixed(alt.YValue, 0)`) also where a plain text or
`alt.value` would do: for each of these Altair looks through all its classes anew, which took a
third of a page's time.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar, cast

import altair as alt
import polars as pl

AnyChart: TypeAlias = alt.typing.ChartType

_Channel = TypeVar("_Channel")

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


def fixed(channel: Callable[[Any], _Channel], value: float | str) -> _Channel:
    """A channel that stands still: a place in pixels, or a colour."""
    return channel(value)


def largest(column: pl.Series) -> float:
    """The largest number of a column, 0 for an empty one."""
    return float(cast("float", column.max() or 0))
