"""Windows in UK local time: against a clock on the wall, minute by minute, and at clock changes."""

import tomllib
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from twin.campaign.windows import (
    WEEKDAYS,
    WINDOW_FORM,
    WINDOWS_MAX,
    Window,
    longest_closed,
    next_opening,
    open_time,
    window_mistakes,
)

LAW = settings(deadline=None)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
NIGHT = (Window(days=WEEKDAYS, opens="22:00", closes="04:00"),)
OCTOBER, MARCH = datetime(2017, 10, 29, tzinfo=UTC), datetime(2017, 3, 26, tzinfo=UTC)


def is_open(*, windows: tuple[Window, ...], at: datetime) -> bool:
    return next_opening(windows=windows, at=at) == at


def window(days: str, opens: str, closes: str) -> Window:
    return Window(days=tuple(days.split()), opens=opens, closes=closes)  # type: ignore[arg-type]


def shown(at: datetime) -> tuple[int, str]:
    """Weekday (from 0) and time on the wall."""
    local = at.astimezone(LONDON)
    return local.weekday(), f"{local.hour:02d}:{local.minute:02d}"


def within(windows: tuple[Window, ...], weekday: int, clock: str) -> bool:
    """The oracle: what a person says who looks at a weekday, a clock and a list of hours."""
    today, yesterday = WEEKDAYS[weekday], WEEKDAYS[weekday - 1]
    return any(
        today in one.days and one.opens <= clock < one.closes
        if one.opens < one.closes
        else (today in one.days and clock >= one.opens)
        or (yesterday in one.days and clock < one.closes)
        for one in windows
    )


def on_the_wall(windows: tuple[Window, ...], at: datetime) -> bool:
    return within(windows, *shown(at))


@cache
def minutes_of(year: int) -> list[tuple[datetime, tuple[int, str]]]:
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    minutes = (start + n * MINUTE for n in range((end - start) // MINUTE))
    return [(at, shown(at)) for at in minutes]


TIMES = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))


@st.composite
def several(draw: st.DrawFn) -> tuple[Window, ...]:
    """Some windows; most begin or end near the hour of the clock changes."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
        near = st.sampled_from(["00:30", "01:00", "01:30", "02:00", "02:30"])
        opens, closes = draw(TIMES | near), draw(TIMES | near | st.just("24:00"))
        assume(opens != closes)
        found.append(Window(days=tuple(days), opens=opens, closes=closes))
    return tuple(found)


MOMENTS = st.integers(0, 366 * 1440).map(lambda n: datetime(2017, 1, 1, tzinfo=UTC) + n * MINUTE)
NEAR_CHANGES = st.builds(
    lambda change, n: change + n * MINUTE,
    st.sampled_from([OCTOBER, MARCH]),
    st.integers(-2000, 3000),
)
AT = MOMENTS | NEAR_CHANGES


@pytest.mark.parametrize(
    ("windows", "year"),
    [
        (NIGHT, 2017),
        ((window("sun", "01:00", "02:00"),), 2017),
        ((window("sat", "23:30", "01:30"), window("sun wed", "01:15", "03:00")), 2017),
        ((window("mon tue", "00:00", "24:00"), window("wed", "00:00", "00:01")), 2017),
        ((window("sat sun", "00:59", "01:01"),), 2020),
    ],
    ids=["nights", "hour_of_change", "into_the_change", "whole_days", "leap_year"],
)
def test_open_is_what_the_wall_clock_says_in_each_minute_of_a_year(
    windows: tuple[Window, ...], year: int
) -> None:
    minutes = minutes_of(year)
    said = [within(windows, *clock) for _, clock in minutes]
    assert [is_open(windows=windows, at=at) for at, _ in minutes] == said
    whole = open_time(windows=windows, start=minutes[0][0], end=minutes[-1][0] + MINUTE)
    assert whole == sum(said) * MINUTE


@pytest.mark.peer_fault("PF-hawkbit-50", "PF-ours-09")
@LAW
@given(several(), AT)
def test_open_is_what_the_wall_clock_says(windows: tuple[Window, ...], at: datetime) -> None:
    assert is_open(windows=windows, at=at) == on_the_wall(windows, at)
    late = at + timedelta(seconds=59, microseconds=999_999)
    assert is_open(windows=windows, at=late) == on_the_wall(windows, at)


@LAW
@given(several(), AT, st.integers(0, 30 * 1440), st.integers(0, 30 * 1440))
def test_open_time_adds_up(windows: tuple[Window, ...], at: datetime, one: int, other: int) -> None:
    middle, end = at + one * MINUTE, at + (one + other) * MINUTE
    first = open_time(windows=windows, start=at, end=middle)
    second = open_time(windows=windows, start=middle, end=end)
    assert open_time(windows=windows, start=at, end=end) == first + second
    assert timedelta() <= first <= middle - at


@LAW
@given(several(), AT, st.integers(0, 3 * 1440))
def test_open_time_is_what_the_wall_clock_says(
    windows: tuple[Window, ...], at: datetime, length: int
) -> None:
    said = sum(on_the_wall(windows, at + n * MINUTE) for n in range(length))
    assert open_time(windows=windows, start=at, end=at + length * MINUTE) == said * MINUTE


@LAW
@given(several(), AT, st.integers(0, 59_999_999))
@example((window("sun", "01:00", "02:00"),), MARCH, 0)
@example((window("mon", "00:00", "24:00"), window("tue", "00:00", "12:00")), MARCH, 1)
def test_the_next_opening_is_the_first(
    windows: tuple[Window, ...], at: datetime, micros: int
) -> None:
    at += timedelta(microseconds=micros)
    opening = next_opening(windows=windows, at=at)
    assert opening >= at
    assert on_the_wall(windows, opening)
    assert open_time(windows=windows, start=at, end=opening) == timedelta()


@LAW
@given(several(), AT, st.integers(0, 4 * 1440))
@example((window("sun", "01:00", "02:00"),), OCTOBER - DAY, 3 * 1440)
def test_the_longest_closed_time_is_that_of_the_wall_clock(
    windows: tuple[Window, ...], at: datetime, length: int
) -> None:
    said = "".join(".x"[on_the_wall(windows, at + n * MINUTE)] for n in range(length))
    longest = max(map(len, said.split("x")))
    assert longest_closed(windows=windows, start=at, end=at + length * MINUTE) == longest * MINUTE


@pytest.mark.peer_fault("PF-ours-10", "PF-ours-11")
def test_an_hour_that_comes_twice_is_open_twice_and_a_missing_one_never() -> None:
    hour = (window("sun", "01:00", "02:00"),)
    twice = open_time(windows=hour, start=OCTOBER, end=OCTOBER + DAY)
    assert twice == 2 * HOUR
    assert open_time(windows=hour, start=MARCH, end=MARCH + DAY) == timedelta()
    assert next_opening(windows=hour, at=MARCH) == datetime(2017, 4, 2, 0, 0, tzinfo=UTC)


@pytest.mark.peer_fault("PF-ours-10")
def test_a_window_that_ends_within_the_repeated_hour_opens_again_with_it() -> None:
    half = (window("sat", "22:00", "01:30"),)
    first = OCTOBER + timedelta(minutes=30)  # 01:30 BST
    assert open_time(windows=half, start=OCTOBER, end=OCTOBER + HOUR) == timedelta(minutes=30)
    assert next_opening(windows=half, at=first) == OCTOBER + HOUR  # 01:00 GMT
    assert open_time(windows=half, start=OCTOBER, end=OCTOBER + DAY) == HOUR


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        (datetime(2017, 3, 25, 12, tzinfo=UTC), 5),
        (datetime(2017, 7, 1, 12, tzinfo=UTC), 6),
        (datetime(2017, 10, 28, 12, tzinfo=UTC), 7),
    ],
    ids=["spring", "summer", "autumn"],
)
def test_a_night_across_a_change_is_an_hour_shorter_or_longer(night: datetime, hours: int) -> None:
    assert open_time(windows=NIGHT, start=night, end=night + DAY) == hours * HOUR


def test_windows_that_meet_do_not_close_between() -> None:
    windows = (window("mon", "22:00", "24:00"), window("tue", "00:00", "06:00"))
    monday = datetime(2017, 7, 3, 22, tzinfo=UTC)
    assert longest_closed(windows=windows, start=monday, end=monday + 7 * HOUR) == timedelta()
    assert longest_closed(windows=windows, start=monday, end=monday + 8 * HOUR) == HOUR


def test_no_windows_and_windows_round_the_clock_never_close() -> None:
    for windows in ((), (Window(days=WEEKDAYS, opens="00:00", closes="24:00"),)):
        assert is_open(windows=windows, at=OCTOBER)
        assert next_opening(windows=windows, at=OCTOBER) == OCTOBER
        assert longest_closed(windows=windows, start=MARCH, end=OCTOBER) == timedelta()
        assert open_time(windows=windows, start=MARCH, end=OCTOBER) == OCTOBER - MARCH


def test_a_moment_may_come_in_any_zone_but_not_in_none() -> None:
    at = datetime(2017, 7, 1, 21, tzinfo=UTC)  # 22:00 BST
    elsewhere = at.astimezone(timezone(-5 * HOUR))
    assert is_open(windows=NIGHT, at=elsewhere)
    assert not is_open(windows=NIGHT, at=elsewhere - MINUTE)
    with pytest.raises(ValueError, match="time zone"):
        is_open(windows=NIGHT, at=at.replace(tzinfo=None))


def test_no_period_runs_backwards() -> None:
    assert open_time(windows=NIGHT, start=MARCH, end=MARCH) == timedelta()
    with pytest.raises(ValueError, match="before it starts"):
        open_time(windows=NIGHT, start=MARCH, end=MARCH - MINUTE)


def test_windows_are_read_from_a_plan() -> None:
    text = '[[windows]]\ndays = ["mon", "fri"]\nopens = "22:00"\ncloses = "04:00"\n'
    raw = tomllib.loads(text)["windows"]
    assert window_mistakes(raw) == []
    assert msgspec.convert(raw, tuple[Window, ...]) == (window("mon fri", "22:00", "04:00"),)
    assert set(WINDOW_FORM) == set(Window.__struct_fields__)


@pytest.mark.peer_fault("PF-hawkbit-40", "PF-hawkbit-41")
@pytest.mark.parametrize(
    "change",
    [
        {"days": []},
        {"days": ["mon", "mon"]},
        {"days": ["monday"]},
        {"days": "mon"},
        {"days": [1]},
        {"opens": "10"},
        {"opens": "24:00"},
        {"opens": 1320},
        {"opens": "9:00"},
        {"opens": "22:00\n"},
        {"closes": "24:01"},
        {"closes": "04:60"},
        {"closes": None},
        {"closes": "22:00"},
        {"closes": "0\u0664:00"},
        {"closes": "04:0\u0660"},
        {"opens": "22:00:00"},
    ],
    ids=str,
)
def test_a_window_with_a_mistake_has_a_sentence_and_cannot_be_made(change: dict) -> None:
    raw = {"days": ["mon"], "opens": "22:00", "closes": "04:00"} | change
    of_form = [name for name, (check, _) in WINDOW_FORM.items() if not check(raw[name])]
    across = window_mistakes([raw])
    assert len(of_form) + len(across) == 1
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, Window)


@pytest.mark.peer_fault("PF-hawkbit-42")
@pytest.mark.parametrize("name", ["days", "opens", "closes"])
def test_a_window_needs_all_three_keys_and_no_other(name: str) -> None:
    raw = {"days": ["mon"], "opens": "22:00", "closes": "04:00"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({key: value for key, value in raw.items() if key != name}, Window)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw | {"duration": "06:00"}, Window)
    assert window_mistakes([{name: raw[name]}]) == []  # the form says what is missing


def test_mistakes_between_windows_are_told_with_their_place() -> None:
    one = {"days": ["mon"], "opens": "22:00", "closes": "04:00"}
    assert window_mistakes([one, 3, one]) == [
        (("windows", 1), "a window must be a table."),
        (("windows", 2), "two windows are the same."),
    ]
    found = window_mistakes([one | {"closes": f"05:{n:02d}"} for n in range(WINDOWS_MAX + 1)])
    assert found == [(("windows",), f"there must be at most {WINDOWS_MAX} windows.")]
