"""How long the laggard waits, what it asks for again, and when it gives up."""

import pytest
from faust.types import TP

from streams.laggard import PATIENCE, PATIENCE_MAX, TRIES_MAX, Laggard, SkippedRecords

HERE, THERE = TP("premises.events", 3), TP("premises.events", 4)


def test_place_at_its_end_is_never_asked_for() -> None:
    laggard = Laggard()
    for now in range(100):
        assert laggard.behind(now=now, stands={HERE: 7}, ends={HERE: 7}) == {}


def test_place_that_moves_is_never_asked_for() -> None:
    laggard = Laggard()
    for now in range(100):
        assert laggard.behind(now=now, stands={HERE: now}, ends={HERE: 1000}) == {}


def test_place_that_stands_still_is_asked_for_ever_more_rarely() -> None:
    laggard = Laggard()
    times = [
        now
        for now in range(200)
        if laggard.behind(now=now, stands={HERE: 7, THERE: 9}, ends={HERE: 8, THERE: 9})
    ]
    waits = [after - before for before, after in zip([0, *times], times, strict=False)]
    assert waits[0] == PATIENCE
    assert waits[:6] == [2, 2, 4, 8, 16, 32]
    assert set(waits[6:]) == {PATIENCE_MAX}


def test_what_is_asked_for_is_where_the_place_stands() -> None:
    laggard = Laggard()
    stands, ends = {HERE: 7, THERE: 0}, {HERE: 9, THERE: 1}
    assert laggard.behind(now=0, stands=stands, ends=ends) == {}
    assert laggard.behind(now=PATIENCE, stands=stands, ends=ends) == stands


def test_patience_begins_anew_when_a_place_has_moved_or_places_are_assigned() -> None:
    laggard = Laggard()
    laggard.behind(now=0, stands={HERE: 7}, ends={HERE: 9})
    assert laggard.behind(now=PATIENCE, stands={HERE: 8}, ends={HERE: 9}) == {}
    laggard.forget()
    assert laggard.behind(now=2 * PATIENCE, stands={HERE: 8}, ends={HERE: 9}) == {}
    assert laggard.behind(now=3 * PATIENCE, stands={HERE: 8}, ends={HERE: 9}) == {HERE: 8}


def test_hole_is_asked_for_at_once_but_not_again_while_it_may_come() -> None:
    laggard = Laggard()
    assert laggard.holes(now=0, found={HERE: 7}) == {HERE: 7}
    assert laggard.holes(now=PATIENCE / 2, found={HERE: 7}) == {}
    assert laggard.holes(now=PATIENCE, found={HERE: 7}) == {HERE: 7}
    assert laggard.holes(now=PATIENCE, found={HERE: 8}) == {HERE: 8}


def test_hole_that_stays_ends_the_worker() -> None:
    laggard = Laggard()
    assert laggard.holes(now=0, found={HERE: 7}) == {HERE: 7}
    for tried in range(1, TRIES_MAX):
        now = tried * PATIENCE_MAX
        assert laggard.behind(now=now, stands={HERE: 7}, ends={HERE: 9}) == {HERE: 7}
    with pytest.raises(SkippedRecords, match=r"premises\.events, partition 3: from offset 7 on"):
        laggard.holes(now=1000, found={HERE: 7})
