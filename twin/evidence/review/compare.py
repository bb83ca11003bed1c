"""Two reviews side by side: what got better or worse, and what was restated.

A figure is restated where a later basis says something else of the same period. Of two reviews of
different periods only the change from one to the other can be told.
"""

from enum import StrEnum

from msgspec import Struct

from twin.evidence.document import Table, as_rows
from twin.evidence.review.record import Record, ToldFigure


class Change(StrEnum):
    """How a figure went from one review to the other."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "the same"
    OTHER = "another, neither better nor worse"
    RESTATED = "restated"
    UNKNOWN = "cannot be said"


class Compared(Struct, frozen=True):
    """A figure of two reviews and how it changed."""

    name: str
    before: ToldFigure | None
    after: ToldFigure | None
    change: Change


def compared(before: Record, after: Record) -> tuple[Compared, ...]:
    """Every figure of either review; of one period a difference is a restatement."""
    same_period = before.period == after.period
    held = {one.name: one for one in before.figures}
    now = {one.name: one for one in after.figures}
    return tuple(
        Compared(
            name, held.get(name), now.get(name), _change(held.get(name), now.get(name), same_period)
        )
        for name in dict.fromkeys((*held, *now))
    )


def _change(before: ToldFigure | None, after: ToldFigure | None, same_period: bool) -> Change:
    if before is None or after is None or before.part is None or after.part is None:
        return Change.UNKNOWN
    if (before.part, before.whole) == (after.part, after.whole):
        return Change.SAME
    return Change.RESTATED if same_period else _turn(before, after)


def _turn(before: ToldFigure, after: ToldFigure) -> Change:
    """Whether a figure of another period is the better one."""
    was, now = _value(before), _value(after)
    if was is None or now is None:
        return Change.UNKNOWN
    if was == now:
        return Change.SAME
    if after.better == "neither":
        return Change.OTHER
    return Change.BETTER if (now > was) == (after.better == "more") else Change.WORSE


def _value(figure: ToldFigure) -> float | None:
    return figure.share if figure.whole is not None else figure.part


def table(before: Record, after: Record, *, name: str, title: str) -> Table:
    """The comparison as a table."""
    rows = [
        (one.name, in_words(one.before), in_words(one.after), one.change.value)
        for one in compared(before, after)
    ]
    return Table(
        name=name,
        title=title,
        columns=(
            "figure",
            f"{before.period}, {_said(before)}",
            f"{after.period}, {_said(after)}",
            "change",
        ),
        rows=as_rows(rows),
        sources=("§10", "SEC F1.4(g)"),
    )


def _said(record: Record) -> str:
    return f"basis {record.basis_name or record.basis}"


def in_words(figure: ToldFigure | None) -> str:
    """A figure as part of whole with its share."""
    if figure is None:
        return "not counted"
    if figure.part is None:
        return "suppressed"
    if figure.whole is None:
        return f"{figure.part:,}"
    share = "" if figure.share is None else f" ({figure.share:.1%})"
    return f"{figure.part:,} of {figure.whole:,}{share}"
