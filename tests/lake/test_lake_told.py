"""Rows of events that were never records: those that the archiver makes of the same records."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from twin.events.envelope import EARLIEST, LATEST, Event, encode
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.ingest.catalogue import shipped_catalogue
from twin.lake import told
from twin.lake.rows import Logged, to_table
from twin.lake.slices import Slice
from twin.lake.told import NotAsTold, told_table

STARTS = datetime(2017, 4, 1, tzinfo=UTC)
ENDS = STARTS + timedelta(days=90)
OF = Slice("premises.events", 2, 7)
FIRST = 300


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """What 60 premises tell in three months."""
    field = Field(
        assumptions=shipped(),
        catalogue=shipped_catalogue(),
        premises=60,
        seed=5,
        starts=STARTS,
        ends=ENDS,
    )
    return field.advance(until=ENDS, requests=())


def test_rows_are_those_of_the_same_records(events: list[Event]) -> None:
    runs = [(STARTS + timedelta(minutes=nth), nth % 4) for nth in range(len(events))]
    logged = [at for at, rows in runs for _ in range(rows)][: len(events)]
    runs = [(at, logged.count(at)) for at in dict.fromkeys(logged)]
    records = [
        Logged(OF.topic, OF.epoch, OF.partition, FIRST + nth, event.key.encode(), encode(event), at)
        for nth, (event, at) in enumerate(zip(events, logged, strict=True))
    ]
    assert len({type(event.fact) for event in events}) > 20
    assert told_table(events, of=OF, first=FIRST, logged=runs).equals(to_table(records))


@pytest.mark.parametrize(
    ("occurred", "recorded"),
    [
        (EARLIEST - timedelta(seconds=1), STARTS),
        (STARTS, LATEST + timedelta(seconds=1)),
        (STARTS, STARTS - timedelta(minutes=11)),
    ],
)
def test_every_row_with_a_wrong_time_is_found(
    events: list[Event], occurred: datetime, recorded: datetime
) -> None:
    """Also where no sample would come by: of a type that came before, between two samples."""
    at = next(n for n in range(200, 260) if n % told.JUDGED == 1)
    late = replace(events[at], occurred_at=occurred, recorded_at=recorded)
    kinds = {type(event.fact) for event in events[:at]}
    assert type(late.fact) in kinds
    spoiled = [*events[:at], late, *events[at + 1 :]]
    with pytest.raises(NotAsTold, match=f"partition 7: {FIRST + at} would be refused .time_out"):
        told_table(spoiled, of=OF, first=FIRST, logged=[(STARTS, len(spoiled))])


def test_skewed_clock_is_taken_as_the_log_takes_it(events: list[Event]) -> None:
    skewed = replace(events[0], recorded_at=events[0].occurred_at - timedelta(minutes=9))
    assert told_table([skewed], of=OF, first=0, logged=[(STARTS, 1)]).num_rows == 1


def test_sample_finds_what_no_reader_takes(events: list[Event]) -> None:
    """The first of its type, and one of each so many rows."""
    wrong = replace(events[0], source="urn:gb:nobody:X1")
    with pytest.raises(NotAsTold, match="envelope"):
        told_table([wrong], of=OF, first=0, logged=[(STARTS, 1)])
    same = [events[0]] * (2 * told.JUDGED)
    same[told.JUDGED] = wrong
    with pytest.raises(NotAsTold, match="envelope"):
        told_table(same, of=OF, first=0, logged=[(STARTS, len(same))])


def test_sample_finds_what_columns_do_not_give_back(events: list[Event]) -> None:
    """An id that does not follow from source and number would be lost."""
    other = replace(events[0], id=events[1].id)
    with pytest.raises(NotAsTold, match="not what its row gives back"):
        told_table([other], of=OF, first=0, logged=[(STARTS, 1)])
