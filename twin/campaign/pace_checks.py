"""What is wrong across the pacing and the windows of a plan whose keys are each right."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from twin.campaign.forms import NAMES
from twin.campaign.toml_lines import Path
from twin.campaign.windows import Window, longest_closed
from twin.rules.waking import asleep_for
from twin.vocabulary import DeviceType

DAY: Final = timedelta(days=1)
LOOKED_AT: Final = 366 * DAY
"""Windows repeat every week, and a year has both clock changes."""


def pace_mistakes(raw: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """Rates for what cannot be, and windows in which no execution could ever come to its end."""
    yield from _unknown_names(raw.get("pacing"))
    yield from _waiting_too_long(raw)
    yield from _closed_before_a_wake(raw)


def _closed_before_a_wake(raw: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """What is left for a sleeping gas meter must be fetched while its window is open (BR37)."""
    asleep = asleep_for(device_type=DeviceType(str(raw["device_type"])))
    windows = msgspec.convert(raw.get("windows", ()), tuple[Window, ...])
    for nth, window in enumerate(windows):
        if window.length < asleep:
            yield (
                ("windows", nth),
                "a gas meter wakes every 30 minutes: a window must not be shorter than that.",
            )


def _unknown_names(pacing: object) -> Iterator[tuple[Path, str]]:
    for dimension, (is_name, wanted) in NAMES.items():
        key = f"per_{dimension}"
        rates = pacing.get(key, {}) if isinstance(pacing, dict) else {}
        for name in rates:
            if name != "*" and not is_name(name):
                yield ("pacing", key), f'{key} must name {wanted} or "*", not {name!r}.'


def _waiting_too_long(raw: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """An activation waits for a window; one that waits as long as a follow-up always times out."""
    found = raw.get("windows")
    if not found:
        return
    windows = msgspec.convert(found, tuple[Window, ...])
    starts_on, policy = raw["starts_on"], raw["policy"]
    assert isinstance(starts_on, date)  # the form was checked
    assert isinstance(policy, dict)
    start = datetime.combine(starts_on, time.min, tzinfo=UTC)
    closed = longest_closed(windows=windows, start=start, end=start + LOOKED_AT)
    if closed >= policy["follow_up_days"] * DAY:
        yield (
            ("windows",),
            f"no window opens for {closed / DAY:.1f} days, and an attempt is given up after "
            f"{policy['follow_up_days']}.",
        )
