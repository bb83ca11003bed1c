"""A date before the tail's facts: what is let through unread changes no answer."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.run.fleet_as_of import fleet_as_of
from tests.bulk.lakes import file_of, logged
from tests.lookback.test_lookback_laws import (
    HOMES,
    MINUTES,
    at,
    encoded,
    kept,
    known,
    looked,
    stands,
    written,
)
from tests.state.histories import LAWS, garbage, histories, numbered
from tests.state.random_facts import SOURCES, START
from twin.events import pins
from twin.events.envelope import Event
from twin.lake.rows import Logged
from twin.lookback import tail
from twin.lookback.beyond import pieces_of, whole
from twin.lookback.dated import Parted, parted
from twin.lookback.in_order import COLUMNS
from twin.lookback.reach import Reach
from twin.lookback.rows import Row
from twin.lookback.tail import portions
from twin.state.as_of import as_of
from twin.state.entry import Place

FEW = settings(LAWS, max_examples=25)


@st.composite
def logs(draw: st.DrawFn) -> list[Logged]:
    """The log of some premises, most of which tell everything in turn, though of any time."""
    told: list[list[tuple[str, Any]]] = []
    for home in HOMES:
        events: list[Any] = list(draw(histories(max_size=12)))
        place = draw(st.integers(0, len(events)))
        match draw(st.sampled_from(["in turn", "in turn", "gap", "twice", "garbage", "late"])):
            case "gap":
                del events[place : place + 1]
            case "twice":
                events[place:place] = events[:1]
            case "garbage":
                events.insert(place, draw(garbage()))
            case "late":
                events.append(events.pop(place - 1)) if events else None
        told.append([(home, one) for one in events])
    rng = Random(draw(st.integers(0, 2**32)))
    order = [nth for nth, of in enumerate(told) for _ in of]
    rng.shuffle(order)
    left = [iter(of) for of in told]
    return logged([next(left[nth]) for nth in order])


@FEW
@given(log=logs(), data=st.data())
def test_any_date_of_facts_told_in_turn(log: list[Logged], data: st.DataObject) -> None:
    """The oracle folds all records of the basis in memory."""
    first, end = sorted(data.draw(st.tuples(*[st.integers(0, len(log))] * 2)))
    valid = at(data.draw(MINUTES))
    oracle = encoded(fleet_as_of(as_of(known(log, end), valid=valid).values(), valid=valid))
    with written(log) as (files, where), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tail, "RECORDS", data.draw(st.sampled_from([4, 1000])))
        base = kept(files, where, first)
        assert encoded(looked(files, where, end, valid, None)) == oracle
        for one in where.fitting(stands(end), fingerprint=base.fingerprint, valid=valid):
            assert encoded(looked(files, where, end, valid, one)) == oracle


def by_minutes(*minutes: int) -> list[Event]:
    """Facts of one source in the order of its numbers, each of a minute."""
    return numbered([(SOURCES[0], minute, pins.PrivacyPinCleared()) for minute in minutes])


def of_tail(files: Sequence[Path], held: dict[Place, Row], *, since: int = 0) -> Parted:
    """What has to be read beyond an offset, to know how all was two minutes after the start."""
    reach = Reach.between(stands(since), stands(99))
    _, portion = portions(files, reach=reach)
    pieces = pieces_of(portion, also=COLUMNS)
    return parted(pieces, held, valid=START + timedelta(minutes=2))


def read(of: Parted) -> list[tuple[str, int]]:
    """Premises and offsets of the records that have to be read."""
    rows = whole(of.pieces)
    return list(zip(rows["key"].to_pylist(), rows["offset"].to_pylist(), strict=True))


def test_of_facts_in_turn_only_what_had_happened_is_read() -> None:
    """Also a fact that was told late; of the second premises nothing had happened."""
    first, second, third = HOMES
    late, later, gap = by_minutes(0, 3, 2, 9), by_minutes(3, 4, 5), by_minutes(3, 4, 5)
    told = [(first, one) for one in late] + [(second, one) for one in later]
    with file_of(logged([*told, (third, gap[0]), (third, gap[2])])) as file:
        found = of_tail([file], {})
        assert read(found) == [(first, 0), (first, 2), (third, 7), (third, 8)]
    assert found.untold == {(first, 3): 2}
    assert found.passed == 3


@pytest.mark.parametrize(
    ("before", "beyond", "is_read"),
    [
        ((1,), (2, 3), False),
        ((), (1, 2), False),
        ((1, 2), (2, 3), True),  # told again
        ((1,), (3,), True),  # one is missing
        ((1, 3), (2, 4), True),  # one waits for another
        ((1,), (2, 1), True),
        ((2,), (1,), True),
        ((1,), (2, None, 3), True),  # no record at all
    ],
)
def test_numbers_go_on_from_the_states_before(
    before: tuple[int, ...], beyond: tuple[int | None, ...], is_read: bool
) -> None:
    events = by_minutes(3, 4, 5, 6)
    sequence = (*before, *beyond)
    log = logged([(HOMES[0], None if n is None else events[n - 1]) for n in sequence])
    with written(log) as (files, where):
        base = kept(files, where, len(before))
        held = where.rows(base).of(HOMES)
        found = of_tail(files, held, since=len(before))
        assert len(read(found)) == (len(beyond) if is_read else 0)
    assert (found.passed, found.untold) == (0 if is_read else len(beyond), {})


def test_a_parked_premises_is_read() -> None:
    """What queues behind the record that parks it is counted as held, not as let through."""
    events = by_minutes(3, 4)
    log = logged([(HOMES[0], b"{"), (HOMES[0], events[0]), (HOMES[1], events[0])])
    with written(log) as (files, where):
        held = where.rows(kept(files, where, 1)).of(HOMES)
        found = of_tail(files, held, since=1)
        assert read(found) == [(HOMES[0], 1)]
        assert found.passed == 1


@pytest.mark.parametrize("lacking", ["occurred_at", "sequence"])
def test_what_has_no_such_column_is_read(lacking: str) -> None:
    with file_of(logged([(HOMES[0], one) for one in by_minutes(3, 4)])) as file:
        pq.write_table(pq.read_table(file).drop_columns([lacking]), file)
        _, portion = portions([file], reach=Reach.between((), stands(99)))
        found = parted(pieces_of(portion, also=COLUMNS), {}, valid=START)
    assert sum(len(piece.rows) for piece in found.pieces) == 2
    assert (found.passed, found.untold) == (0, {})
