"""The tile map of the 14 GSP groups: percentage points from the national share."""

from typing import Final

import altair as alt
import polars as pl

from dashboards import words
from dashboards.charts.style import INK, PALE, AnyChart, signed_labels

KEY: Final = (
    "Blue: ahead of the national share. Orange: behind it. The scale is the same on every day and "
    "ends at 5 points. The map is a layout, not a geography."
)
DOMAIN: Final = (-5.0, 5.0)
"""Percentage points: fixed, so that small differences do not look like large ones."""
DIVERGING: Final = (
    *("#A33D08", "#C9541A", "#F46A25", "#F8A57C", "#D9D2CD"),
    *("#CDD3D9", "#8CBEEC", "#4590D1", "#2073BC", "#12436D"),
)
"""A colour a percentage point, from orange (behind) over grey to blue (ahead)."""
_DARK: Final = {0, 1, 8, 9}
"""Places in `DIVERGING` that carry white text; the others carry dark."""


def colour_of(points: float) -> int:
    """Place in `DIVERGING` of a number of percentage points; what lies beyond takes the last."""
    low, high = DOMAIN
    step = (high - low) / len(DIVERGING)
    return min(max(int((points - low) // step), 0), len(DIVERGING) - 1)


def tile_map(standing: pl.DataFrame, *, chosen: str | None = None) -> AnyChart:
    """A tile an area; `chosen` (a letter) has a dark stroke, others get it when clicked."""
    marked = (pl.col("gsp_group") == pl.lit(chosen, dtype=pl.String)).fill_null(False)
    rows = standing.with_columns(_colours(standing), *_texts(standing), marked.alias("marked"))
    picked = alt.selection_point(name="tile", fields=["gsp_group"], on="click", empty=False)
    base = alt.Chart(rows).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(padding=0.04)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0.04)),
    )
    dark = picked | "datum.marked"
    tiles = base.mark_rect(cornerRadius=4).encode(
        color=alt.Color(
            "points:Q",
            title="Percentage points from the national share",
            scale=alt.Scale(type="quantize", domain=list(DOMAIN), range=list(DIVERGING)),
            legend=alt.Legend(
                orient="bottom",
                titleLimit=0,
                gradientLength=320,
                # a scale in steps has no end, and so no label there
                labelExpr=f"isFinite(datum.value) ? ({signed_labels('+d')}) : ''",
            ),
        ),
        stroke=alt.when(dark).then(alt.value(INK)).otherwise(alt.value("white")),
        strokeWidth=alt.when(dark).then(alt.value(4)).otherwise(alt.value(1)),
        tooltip=[
            alt.Tooltip("area:N", title="Area"),
            alt.Tooltip("said:N", title="From the national share"),
            alt.Tooltip("of:N", title="Capable of installed premises"),
        ],
    )
    kept = base.transform_filter("!isValid(datum.points)").mark_rect(cornerRadius=4, color=PALE)
    letters = base.mark_text(fontSize=16, fontWeight="bold", dy=-8).encode(
        text=alt.Text("gsp_group:N"), color=alt.Color("ink:N", scale=None)
    )
    figures = base.mark_text(fontSize=13, dy=11).encode(
        text=alt.Text("short:N"), color=alt.Color("ink:N", scale=None)
    )
    chart: alt.LayerChart = (
        alt.layer(tiles.add_params(picked), kept, letters, figures)
        .properties(height=520)
        .resolve_scale(color="independent")
    )
    return chart


def _colours(standing: pl.DataFrame) -> pl.Series:
    dark = [p is not None and colour_of(p) in _DARK for p in standing["points"]]
    return pl.Series("ink", ["#FFFFFF" if one else INK for one in dark], dtype=pl.String)


def _texts(standing: pl.DataFrame) -> list[pl.Series]:
    short, said, of = [], [], []
    for row in standing.iter_rows(named=True):
        held = row["points"] is not None
        short.append(words.signed(row["points"]) if held else "too few")
        said.append(f"{words.signed(row['points'])} points" if held else "too few premises")
        of.append(
            f"{words.count(row['capable_premises'])} of {words.count(row['installed_premises'])}"
            if held
            else "not told"
        )
    return [
        pl.Series(n, v, dtype=pl.String)
        for n, v in zip(("short", "said", "of"), (short, said, of), strict=True)
    ]
