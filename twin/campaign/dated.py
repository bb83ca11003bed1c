"""Future-dated activation: the device takes the command now and acts at its time (11.3, BR33).

A plan dates activation to one moment, or to a time of day of its own clock in the UK after the
image is verified. The command itself disturbs nobody and goes out at once; its time must lie within
a maintenance window where there are some.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import msgspec
from msgspec import Struct

from twin.campaign.forms import Form, text
from twin.campaign.toml_lines import Path
from twin.campaign.windows import UK, Window, next_opening

LEAD: Final = timedelta(hours=12)
"""How long before its time a command goes out at least, so that the device has it by then."""
LOOK_AHEAD: Final = 15
"""Days within which a window of the week opens whatever the clocks do."""
DAY: Final = timedelta(days=1)
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None and 2012 <= value.year < 2035


ACTIVATION_FORM: Final[Form] = {
    "at": (_moment, "a moment with its offset from 2012 to 2034 such as 2017-09-01T02:00:00Z"),
    "time": (text(_TIME), 'a UK local time in quotes from "00:00" to "23:59"'),
}
"""Keys of a table [activation], of which one must be there."""


class Activation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """When images are activated: `at` one moment, or at a UK local `time` of a coming day."""

    at: datetime | None = None
    time: str | None = None


def execute_at(
    *, activation: Activation | None, windows: tuple[Window, ...], asked_at: datetime
) -> datetime | None:
    """When a device that is asked now shall activate, UTC; None: at once.

    Whoever comes too late for the one moment activates at once.
    """
    if activation is None:
        return None
    earliest = asked_at + LEAD
    if activation.at is not None:
        return activation.at.astimezone(UTC) if activation.at >= earliest else None
    return next(at for at in _times(activation, windows, earliest.date()) if at >= earliest)


def silent_since(
    *, activation: Activation | None, windows: tuple[Window, ...], requested_at: datetime
) -> datetime:
    """From when the age of an attempt counts whose activation was asked for.

    By the request and the plan alone: whether the device has acted is truth that nobody sees.
    """
    if activation is None:
        return requested_at
    if activation.at is not None:
        return max(requested_at, activation.at)
    return requested_at + longest_wait(activation, windows)


@lru_cache(maxsize=256)
def longest_wait(activation: Activation, windows: tuple[Window, ...]) -> timedelta:
    """How long a device waits at most for the time of day, from the command on; 0 for a moment."""
    if activation.time is None:
        return timedelta()
    # Any two weeks show every gap of a week; where clocks change one may be an hour longer.
    times = list(_times(activation, windows, date(2017, 1, 2)))
    return LEAD + max(later - earlier for earlier, later in pairwise(times)) + timedelta(hours=1)


def _times(activation: Activation, windows: tuple[Window, ...], first: date) -> Iterator[datetime]:
    """The moments (UTC) of the time of day on the days from one on on which a window is open."""
    hours, minutes = map(int, (activation.time or "").split(":"))
    for nth in range(2 * LOOK_AHEAD):
        local = datetime.combine(first + nth * DAY, time(hours, minutes), tzinfo=UK)
        at = local.astimezone(UTC)
        # In March an hour is missing: a time that no clock shows is no time of that day.
        is_shown = at.astimezone(UK).time() == local.time()
        if is_shown and next_opening(windows=windows, at=at) == at:
            yield at


def activation_mistakes(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """One of the two must be said, not before the plan begins, and while a window is open."""
    found = raw.get("activation")
    if found is None:
        return
    if len(found) != 1:
        yield ("activation",), "an activation has a moment (at), or a time of day (time)."
        return
    windows = msgspec.convert(raw.get("windows", ()), tuple[Window, ...])
    activation = msgspec.convert(found, Activation)
    if activation.at is not None:
        begins = datetime.combine(raw["starts_on"], time.min, tzinfo=UTC)
        if activation.at < begins:
            yield ("activation", "at"), "an activation must not be before starts_on."
        if next_opening(windows=windows, at=activation.at) != activation.at:
            yield ("activation", "at"), "no window is open at the moment of the activation."
    elif next(_times(activation, windows, raw["starts_on"]), None) is None:
        yield ("activation", "time"), "no window is ever open at the time of the activation."
