"""What was known at a moment: by the ticks of the twin's clock, else by the log's own time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from streams import clock, topics
from streams.known import known_at, known_now
from tests.lake.lake_records import append, logged, run_of
from twin.lake.basis import Basis, basis_of
from twin.lake.epochs import open_epoch
from twin.lake.rows import Logged
from twin.lake.slices import Slice
from twin.lake.table import Lake

FACTS, DECISIONS, TICKS = (
    Slice(topic, 0, 0)
    for topic in (topics.PREMISES_EVENTS, topics.CAMPAIGN_EVENTS, topics.CLOCK_TICKS)
)
REAL = datetime(2026, 1, 2, tzinfo=UTC)
START = datetime(2017, 7, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "events")


def seconds(record: Logged, later: int) -> Logged:
    """A record that was logged so many seconds after the first."""
    return replace(record, logged_at=REAL + timedelta(seconds=later))


def tick(nth: int, phase: str, *, facts: int, offset: int, later: int, epoch: int = 0) -> Logged:
    """A tick of a day; `facts` end before an offset of partition 0."""
    value = clock.encode(
        clock.Tick(
            tick=nth,
            phase=phase,  # type: ignore[arg-type]
            now=START + timedelta(days=nth + 1),
            basis={0: facts},
        )
    )
    record = logged(value, topic=topics.CLOCK_TICKS, key=b"clock", offset=offset, epoch=epoch)
    return seconds(record, later)


def two_days(lake: Lake) -> None:
    """Two ticks: three facts and one decision on the first, two and one on the second."""
    append(
        lake,
        [
            tick(0, "opened", facts=0, offset=0, later=0),
            *(seconds(one, 1) for one in run_of(0, 3)),
            tick(0, "closed", facts=3, offset=1, later=2),
            seconds(logged(b"{}", topic=topics.CAMPAIGN_EVENTS, offset=0), 3),
            tick(1, "opened", facts=0, offset=2, later=4),
            *(seconds(one, 5) for one in run_of(3, 5)),
            tick(1, "closed", facts=5, offset=3, later=6),
            seconds(logged(b"{}", topic=topics.CAMPAIGN_EVENTS, offset=1), 7),
        ],
    )


def test_all_that_is_there_now(lake: Lake) -> None:
    assert known_now(lake).positions == {}
    two_days(lake)
    assert known_now(lake).positions == {FACTS: 5, DECISIONS: 2, TICKS: 4}


@pytest.mark.parametrize(
    ("hours", "facts", "decisions", "tick_number"),
    [(24, 3, 1, 0), (47, 3, 1, 0), (48, 5, 2, 1), (10_000, 5, 2, 1)],
)
def test_moment_of_the_clock_is_the_last_tick_that_had_ended(
    lake: Lake, hours: int, facts: int, decisions: int, tick_number: int
) -> None:
    two_days(lake)
    found = known_at(lake, START + timedelta(hours=hours))
    assert (found.positions[FACTS], found.positions[DECISIONS]) == (facts, decisions)
    assert found.resolved.startswith(f"tick {tick_number}, which ended at 2017-07-0")


def test_before_the_first_tick_had_ended_nothing_was_known(lake: Lake) -> None:
    two_days(lake)
    found = known_at(lake, START + timedelta(hours=23, minutes=59))
    assert found.positions == {}
    assert found.resolved == "before the first tick ended, at 2017-07-02T00:00:00Z"


def test_same_moment_stays_the_same_when_more_is_known(lake: Lake) -> None:
    two_days(lake)
    moment = START + timedelta(hours=30)
    before = known_at(lake, moment)
    append(lake, [tick(2, "opened", facts=0, offset=4, later=8)])
    append(lake, [seconds(one, 9) for one in run_of(5, 9)])
    assert known_at(lake, moment) == before


def test_older_epoch_is_known_whole(lake: Lake) -> None:
    two_days(lake)
    append(
        lake,
        [
            tick(2, "opened", facts=0, offset=0, later=10, epoch=1),
            *(seconds(one, 11) for one in run_of(0, 2, epoch=1)),
            tick(2, "closed", facts=2, offset=1, later=12, epoch=1),
            *(seconds(one, 13) for one in run_of(2, 6, epoch=1)),
        ],
    )
    again = Slice(topics.PREMISES_EVENTS, 1, 0)
    found = known_at(lake, START + timedelta(hours=72)).positions
    assert (found[FACTS], found[again]) == (5, 2)
    earlier = known_at(lake, START + timedelta(hours=24)).positions
    assert (earlier[FACTS], earlier.get(again, 0)) == (3, 0)


def test_what_is_kept_for_a_restored_log_says_nothing_of_the_fleet(lake: Lake) -> None:
    two_days(lake)
    before = known_now(lake), known_at(lake, START + timedelta(hours=30))
    append(lake, [logged(b"{}", topic=topics.PREMISES_ORDERS, offset=0)])
    append(lake, [logged(b"{}", topic=topics.CLOCK_SETTLED, offset=0)])
    assert (known_now(lake), known_at(lake, START + timedelta(hours=30))) == before


def test_moments_before_a_lost_log_went_on_are_known_as_ever(lake: Lake) -> None:
    """The first day is settled; the second is closed, and its decision is made again."""
    two_days(lake)
    moments = [START + timedelta(hours=hours) for hours in (24, 30)]
    before = [_basis(lake, moment) for moment in moments]
    starts = {replace(of, epoch=1): at for of, at in ((FACTS, 5), (DECISIONS, 1), (TICKS, 4))}
    open_epoch(lake, starts, now=REAL)
    append(
        lake,
        [
            seconds(logged(b"{}", topic=topics.CAMPAIGN_EVENTS, offset=1, epoch=1), 100),
            tick(2, "opened", facts=0, offset=4, later=101, epoch=1),
            *(seconds(one, 102) for one in run_of(5, 7, epoch=1)),
            tick(2, "closed", facts=7, offset=5, later=103, epoch=1),
        ],
    )
    assert [_basis(lake, moment) for moment in moments] == before
    second = _basis(lake, START + timedelta(hours=48))
    assert second.positions == {
        FACTS: 5, DECISIONS: 1, TICKS: 4, replace(DECISIONS, epoch=1): 2,
    }  # fmt: skip
    assert second.records == 5 + 2 + 4
    assert _basis(lake, START + timedelta(hours=72)).records == 7 + 2 + 6


def _basis(lake: Lake, moment: datetime) -> Basis:
    positions = known_at(lake, moment).positions
    return basis_of(
        positions, starts=lake.starts(), code_version="1", reference="x", resolved="then"
    )


@pytest.mark.parametrize(("later", "facts"), [(-1, 0), (0, 2), (4, 2), (5, 5), (9, 5)])
def test_log_without_a_clock_goes_by_its_own_time(lake: Lake, later: int, facts: int) -> None:
    append(lake, [seconds(one, 0) for one in run_of(0, 2)])
    append(lake, [seconds(one, 5) for one in run_of(2, 5)])
    found = known_at(lake, REAL + timedelta(seconds=later))
    assert found.positions.get(FACTS, 0) == facts
    assert found.resolved.startswith("logged by 2026-01-0")


def test_empty_lake_knew_nothing(lake: Lake) -> None:
    assert known_at(lake, REAL).positions == {}
