"""The fan of a programme: how many premises are capable by when, in the draws."""

from datetime import timedelta

from twin.whatif.doubt.drawing import FAN, Doubt
from twin.whatif.report.answer import Fan, Table

ROWS = tuple(FAN.index(percent) for percent in (5, 50, 95))


def fan_of(name: str, drawn: Doubt | None) -> tuple[Fan, ...]:
    """The fan of a variant's draws; none where none were made."""
    if drawn is None:
        return ()
    size = float(drawn.middle.capable[-1]) + drawn.middle.short
    low, middle, high = (tuple(float(x) / size for x in drawn.fan[row]) for row in ROWS)
    last = drawn.starts + timedelta(days=drawn.days - 1)
    title = f"{name}: share of all premises with local pairing, P5, P50 and P95 of the draws"
    return (
        Fan(
            title=title,
            days=tuple(drawn.starts + timedelta(days=n) for n in range(drawn.days)),
            low=low,
            middle=middle,
            high=high,
            alt=f"{title}: on {last} {low[-1]:.1%}, {middle[-1]:.1%} and {high[-1]:.1%}; "
            "the table below has the first day of every month.",
        ),
    )


def months_of(name: str, drawn: Doubt | None) -> tuple[Table, ...]:
    """The fan as a table: the first day of every month."""
    return tuple(
        Table(
            caption=f"{name}: share of all premises with local pairing by the end of a day",
            columns=("day", "P5", "P50", "P95"),
            rows=tuple(
                (str(day), f"{low:.1%}", f"{middle:.1%}", f"{high:.1%}")
                for day, low, middle, high in zip(
                    fan.days, fan.low, fan.middle, fan.high, strict=True
                )
                if day.day == 1
            ),
        )
        for fan in fan_of(name, drawn)
    )
