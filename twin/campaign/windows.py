"""Maintenance windows in UK local time: when releases may go out, exact through clock changes.

The clock on the consumer's wall decides: a window is open while it shows a time within, so nobody
is disturbed outside the hours that were promised. The hour that comes twice in October is open
twice or closed twice; the hour that is missing in March opens nothing.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import asdict

from twin.campaign.forms import Form, some, text
from twin.campaign.toml_lines import Path

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span: TypeAlias = tuple[datetime, datetime]
"""From a moment (within) to a moment (beyond)."""

UK: Final = ZoneInfo("Europe/London")
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
WINDOWS_MAX: Final = 50
DAY: Final = timedelta(days=1)
LOOK_AHEAD: Final = 15
"""Days. Each minute of the week comes within them, even if a clock change swallows one of two."""

_OPENS: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_CLOSES: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def _days(value: object) -> bool:
    """At least one weekday, none twice."""
    return bool(value) and some(lambda day: day in WEEKDAYS)(value)


WINDOW_FORM: Final[Form] = {
    "days": (_days, f"a list of {', '.join(WEEKDAYS)}, each at most once and at least one"),
    "opens": (text(_OPENS), 'a UK local time in quotes from "00:00" to "23:59"'),
    "closes": (text(_CLOSES), 'a UK local time in quotes from "00:00" to "24:00"'),
}
"""Keys that every table [[windows]] must have, all three."""


class Window(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours that begin on some weekdays, in UK local time; past midnight if it closes earlier.

    What stands in no plan cannot be made either: ValueError.
    """

    days: tuple[Weekday, ...]
    opens: str
    closes: str

    def __post_init__(self) -> None:
        """Refuse what `WINDOW_FORM` or `window_mistakes` refuse."""
        raw = asdict(self)
        wrong = [f"{n} must be {want}." for n, (ok, want) in WINDOW_FORM.items() if not ok(raw[n])]
        wrong += [sentence for _, sentence in window_mistakes([raw])]
        if wrong:
            raise ValueError(wrong[0])

    @property
    def length(self) -> timedelta:
        """How long it is open by the clock on the wall."""
        opens, closes = _minutes(self.opens), _minutes(self.closes)
        return closes - opens if closes > opens else closes + DAY - opens


def window_mistakes(raw: object) -> list[tuple[Path, str]]:
    """What is wrong between the keys of a list [[windows]]; values without form are passed over."""
    tables = raw if isinstance(raw, list | tuple) else []
    found: list[tuple[Path, str]] = []
    if len(tables) > WINDOWS_MAX:
        found.append((("windows",), f"there must be at most {WINDOWS_MAX} windows."))
    for nth, table in enumerate(tables):
        if not isinstance(table, dict):
            found.append((("windows", nth), "a window must be a table."))
            continue
        if "opens" in table and table["opens"] == table.get("closes"):
            sentence = 'a window must not close when it opens; a whole day closes at "24:00".'
            found.append((("windows", nth, "closes"), sentence))
        if table in tables[:nth]:
            found.append((("windows", nth), "two windows are the same."))
    return found


def longest_closed(*, windows: tuple[Window, ...], start: datetime, end: datetime) -> timedelta:
    """The longest time within a period in which no window is open; all of it if none ever is."""
    start, end = _utc(start), _utc(end)
    longest, reached = timedelta(), start
    for n in range((end.date() - start.date()).days + 1):
        for opened, closed in _open_on(windows, start.date() + n * DAY):
            if closed > reached and opened < end:
                longest = max(longest, opened - reached)
                reached = closed
    return max(longest, end - reached)


def next_opening(
    *, windows: tuple[Window, ...], at: datetime, lasting: timedelta = timedelta()
) -> datetime:
    """The first open moment (UTC) from `at` on, `at` itself if it is open or no window is set.

    Open for as long as `lasting`, for what needs that; ValueError where no window ever is.
    """
    begins = _opening(windows, _utc(at), lasting)
    if begins is None:
        raise ValueError(f"no window stays open for {lasting}")
    return begins


@lru_cache(maxsize=256)
def _opening(windows: tuple[Window, ...], at: datetime, lasting: timedelta) -> datetime | None:
    """Remembered, for all that is asked on a tick asks for the same moment."""
    for start, end in _merged(_ahead(windows, at)):
        begins = max(at, start)
        if end > begins and end - begins >= lasting:
            return begins
    return None


def open_time(*, windows: tuple[Window, ...], start: datetime, end: datetime) -> timedelta:
    """How long the windows are open in `[start, end)`, exactly; ValueError if `end` is earlier."""
    start, end = _utc(start), _utc(end)
    if end < start:
        raise ValueError(f"a period cannot end ({end}) before it starts ({start})")
    if not windows:
        return end - start
    days = (start.date() + n * DAY for n in range((end.date() - start.date()).days + 1))
    spans = (span for day in days for span in _open_on(windows, day))
    return sum((max(min(b, end) - max(a, start), timedelta()) for a, b in spans), timedelta())


def _utc(at: datetime) -> datetime:
    """A naive moment would be read in the time of the machine that runs this, which is a bug."""
    if at.tzinfo is None:
        raise ValueError(f"a moment must name its time zone: {at}")
    return at.astimezone(UTC)


def _ahead(windows: tuple[Window, ...], at: datetime) -> Iterator[Span]:
    """Open spans from the day of `at` on, in order, as far as needed to see every weekly minute."""
    for n in range(LOOK_AHEAD + 1):
        yield from _open_on(windows, at.date() + n * DAY)


@lru_cache(maxsize=4096)
def _open_on(windows: tuple[Window, ...], day: date) -> tuple[Span, ...]:
    """The open spans of a UTC day, in order, apart from each other."""
    begins = datetime.combine(day, time.min, tzinfo=UTC)
    if not windows:
        return ((begins, begins + DAY),)
    found = sorted(
        span
        for piece in _pieces(begins)
        for window in windows
        for span in _open_within(window, piece)
    )
    return tuple(_merged(found))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in order of their starts, those that touch or overlap made into one."""
    held: Span | None = None
    for start, end in spans:
        if held is not None and start <= held[1]:
            held = held[0], max(held[1], end)
            continue
        if held is not None:
            yield held
        held = start, end
    if held is not None:
        yield held


def _pieces(begins: datetime) -> tuple[Span, ...]:
    """A UTC day, cut where the clocks of the UK change."""
    ends = begins + DAY
    if _offset(begins) == _offset(ends):
        return ((begins, ends),)
    # A change is on a whole minute, and a day has one: look for it by halves.
    before, after = 0, DAY // timedelta(minutes=1)
    while after - before > 1:
        middle = (before + after) // 2
        same = _offset(begins + timedelta(minutes=middle)) == _offset(begins)
        before, after = (middle, after) if same else (before, middle)
    change = begins + timedelta(minutes=after)
    return ((begins, change), (change, ends))


def _open_within(window: Window, piece: Span) -> Iterator[Span]:
    """A window within a piece of time over which UK time differs from UTC by one offset."""
    start, end = piece
    offset = _offset(start)
    today = (start + offset).date()
    for n in (-1, 0, 1):  # the day before may reach past midnight, a UTC day into tomorrow
        day = today + n * DAY
        if WEEKDAYS[day.weekday()] not in window.days:
            continue
        midnight = datetime.combine(day, time.min, tzinfo=UTC) - offset
        opens, closes = _minutes(window.opens), _minutes(window.closes)
        closes += DAY if closes < opens else timedelta()
        low, high = max(start, midnight + opens), min(end, midnight + closes)
        if low < high:
            yield low, high


def _offset(at: datetime) -> timedelta:
    offset = at.astimezone(UK).utcoffset()
    assert offset is not None  # UK is a zone
    return offset


def _minutes(shown: str) -> timedelta:
    hours, minutes = shown.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
