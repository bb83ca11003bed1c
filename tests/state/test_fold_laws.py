"""Laws of the fold: what duplicates, redelivery, reordering, gaps and garbage may not change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.state.histories import (
    KEY,
    LAWS,
    LONG_LAWS,
    evolved,
    garbage,
    histories,
    judged,
    records,
    run,
)
from twin.events.codec import decode_premises
from twin.events.envelope import Event, encode
from twin.state.counts import outcomes_of
from twin.state.digest import premises_digest
from twin.state.entry import Entry, decode_entry, encode_entry
from twin.state.ordering import HOLD_MAX
from twin.state.verdicts import Applied, Duplicate, Held, Redelivered, Refused

VALUES = histories().flatmap(
    lambda events: st.lists(garbage(), max_size=3).flatmap(
        lambda bad: st.permutations([*events, *bad, *events[:5]])
    )
)
"""Histories with garbage and duplicates in any order at all."""


def digest(entry: Entry) -> bytes:
    """Digest of an entry's premises."""
    return premises_digest(entry.premises)


@LAWS
@given(histories())
def test_codec_round_trip(events: list[Event]) -> None:
    for event in events:
        assert decode_premises(key=KEY, value=encode(event)) == event


@LAWS
@given(VALUES, st.data())
def test_fold_goes_on_from_any_snapshot(values: list[Any], data: st.DataObject) -> None:
    """fold(a + b) == fold(b, fold(a)), also when fold(a) was stored and read back (F15)."""
    log = records(values)
    cut = data.draw(st.integers(0, len(log)))
    stored = decode_entry(encode_entry(run(log[:cut])))
    assert stored == run(log[:cut])
    assert encode_entry(run(log[cut:], stored)) == encode_entry(run(log))


@pytest.mark.peer_fault("PF-mender-12", "PF-ours-01")
@LAWS
@given(histories(min_size=1), st.data())
def test_duplicates_change_nothing_and_are_counted(
    events: list[Event], data: st.DataObject
) -> None:
    """At any distance behind their originals (F1)."""
    copies = data.draw(st.lists(st.integers(0, len(events) - 1), min_size=1, max_size=10))
    again: list[Event] = list(events)
    for original in copies:
        first = again.index(events[original])
        again.insert(data.draw(st.integers(first + 1, len(again))), events[original])
    once, twice = run(records(events)), run(records(again))
    assert digest(twice) == digest(once)
    assert (twice.applied, twice.duplicates) == (len(events), len(copies))


@LAWS
@given(VALUES, st.data())
def test_redelivery_counts_nothing(values: list[Any], data: st.DataObject) -> None:
    """A consumer that goes back to an old position finds the entry unmoved (F6)."""
    log = records(values)
    cut = data.draw(st.integers(0, len(log)))
    back = data.draw(st.integers(0, cut))
    entry, verdicts = judged(log[back:cut], run(log[:cut]))
    assert all(isinstance(verdict, Redelivered) for verdict in verdicts)
    assert entry == run(log[:cut])
    assert run([*log[:cut], *log[back:]]) == run(log)


@pytest.mark.peer_fault("PF-ours-02")
@LONG_LAWS
@given(histories(min_size=10, max_size=80), st.data())
def test_reordering_within_the_holding_limit(events: list[Event], data: st.DataObject) -> None:
    """Within and across sources, as far as HOLD_MAX records (F2)."""
    delays = data.draw(
        st.lists(st.integers(0, HOLD_MAX), min_size=len(events), max_size=len(events))
    )
    order = sorted(range(len(events)), key=lambda place: (place + delays[place], place))
    moved = run(records(events[place] for place in order))
    assert digest(moved) == digest(run(records(events)))
    assert (moved.applied, moved.held, moved.duplicates) == (len(events), 0, 0)
    assert moved.premises.gaps == ()


@LAWS
@given(histories(), st.data())
def test_sources_may_interleave_in_any_way(events: list[Event], data: st.DataObject) -> None:
    """However far apart the sources run, so long as each keeps its own order (F2, D11)."""
    queues = {s: [e for e in events if e.source == s] for s in {e.source for e in events}}
    turns = data.draw(st.permutations([event.source for event in events]))
    entry, verdicts = judged(records(queues[source].pop(0) for source in turns))
    assert all(isinstance(verdict, Applied) for verdict in verdicts)
    assert digest(entry) == digest(run(records(events)))


@pytest.mark.peer_fault("PF-ours-02")
@LAWS
@given(histories(), st.data())
def test_facts_commute(events: list[Event], data: st.DataObject) -> None:
    """`evolve` itself needs no order at all, so a late filler finds its place (D11)."""
    assert evolved(data.draw(st.permutations(events))) == evolved(events)


@pytest.mark.peer_fault("PF-ours-03")
@LONG_LAWS
@given(histories(min_size=HOLD_MAX + 2, max_size=HOLD_MAX + 20), st.data())
def test_late_filler_restores_the_state(events: list[Event], data: st.DataObject) -> None:
    """Records lost for as long as it takes, then found: nothing is forgotten (F3, D10)."""
    lost = data.draw(st.lists(st.sampled_from(events), min_size=1, max_size=4, unique_by=id))
    kept = [event for event in events if event not in lost]
    late = run(records([*kept, *data.draw(st.permutations(lost))]))
    assert digest(late) == digest(run(records(events)))
    assert late.premises.gaps == ()
    assert late.applied == len(events)


@LAWS
@given(VALUES)
def test_every_record_ends_in_exactly_one_way(values: list[Any]) -> None:
    """Applied, duplicate, held or dead; what is produced is seen (F11)."""
    log = records(values)
    entry, verdicts = judged(log)
    assert outcomes_of(entry).seen == len(log) == len(verdicts)
    assert sum(isinstance(v, Refused) for v in verdicts) == entry.dead
    assert sum(isinstance(v, Duplicate) for v in verdicts) == entry.duplicates
    let_through = sum(len(v.events) for v in verdicts if isinstance(v, Applied))
    assert let_through == entry.applied
    assert sum(isinstance(v, Held) for v in verdicts) >= entry.held


@LAWS
@given(VALUES)
def test_entry_round_trip(values: list[Any]) -> None:
    entry = run(records(values))
    assert decode_entry(encode_entry(entry)) == entry
    assert encode_entry(decode_entry(encode_entry(entry))) == encode_entry(entry)


@LAWS
@given(VALUES)
def test_entries_are_never_changed_in_place(values: list[Any]) -> None:
    before = run(records(values[: len(values) // 2]))
    kept = encode_entry(before)
    run(records(values), before)
    assert encode_entry(before) == kept
