"""Pictures of counts as SVG: stacked bars in the colours of the pages, without small counts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from twin.evidence.document import Picture, in_words
from twin.evidence.telling import SUPPRESSED_BELOW

COLOURS: Final = ("#12436D", "#28A197", "#F46A25", "#3D3D3D", "#801650", "#A285D1", "#BFBFBF")
_LEFT_OUT: Final = f"counts under {SUPPRESSED_BELOW} are left out"


def bars(
    rows: Iterable[Mapping[str, Any]],
    *,
    name: str,
    alt_text: str,
    of: str,
    by: str,
    count: str,
    order: Sequence[str],
    share: bool = False,
    unit: str,
) -> Picture | None:
    """Bars of `count` for each `of`, stacked by `by` in `order`; None where nothing is to show.

    `share`: each bar is a whole, in percent.
    """
    import altair as alt  # half a second, which no command without a picture should wait
    import vl_convert

    shown = [
        (in_words(row[of]), in_words(row[by]), int(row[count]))
        for row in rows
        if int(row[count]) >= SUPPRESSED_BELOW
    ]
    if not shown:
        return None
    words = {word for _, word, _ in shown}
    stacked = [word for word in order if word in words]
    names = list(dict.fromkeys(name for name, _, _ in shown))
    drawn = [
        {"of": name, "by": word, "count": n, "nth": stacked.index(word)} for name, word, n in shown
    ]
    chart = (
        alt.Chart(alt.InlineData(values=drawn))
        .mark_bar()
        .encode(
            y=alt.Y("of:N", title=None, sort=names),
            x=alt.X(
                "count:Q",
                title=unit,
                stack="normalize" if share else "zero",
                axis=alt.Axis(format="%" if share else ",d", tickMinStep=0.1 if share else 1),
            ),
            color=alt.Color(
                "by:N",
                title=None,
                scale=alt.Scale(domain=stacked, range=list(COLOURS[: len(stacked)])),
                legend=alt.Legend(orient="top", labelLimit=320, columns=4),
            ),
            order=alt.Order("nth:Q"),
        )
        .properties(width=560, height=alt.Step(22), padding=12)
        .configure_axis(labelFontSize=11, titleFontSize=11, labelLimit=240)
        .configure_view(stroke=None)
    )
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    return Picture(name=name, alt=f"{alt_text} ({_LEFT_OUT})", svg=svg)
