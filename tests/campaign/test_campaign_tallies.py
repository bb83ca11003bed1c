"""Counts: each member in one cell, and sums that no repeat or disorder can change."""

from collections import Counter

import pytest
from campaign_samples import PLAN, C, fields_of
from campaign_toy import capable_version
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from test_campaign_executions import fresh, hub_with, in_state

from twin.campaign.tallies import (
    Cell,
    Tally,
    TallyBoard,
    WaveCount,
    WaveKey,
    cell_of,
    decode_tally,
    encode_tally,
    tally_key,
    tally_of,
)
from twin.state.premises import Premises
from twin.vocabulary import ExecutionState


def cell(premises: Premises) -> Cell:
    found = cell_of(plan=PLAN, premises=premises, capable_version=capable_version)
    assert found is not None
    return found


@pytest.mark.parametrize("state", list(ExecutionState))
@pytest.mark.parametrize("attempt", [1, 2])
def test_the_cell_of_each_state(state: ExecutionState, attempt: int):
    found = cell(in_state(state, attempt=attempt))
    ended = state in (ExecutionState.FAILED, ExecutionState.TIMED_OUT)
    assert found.field == ("retrying" if ended and attempt == 1 else state.value.lower())
    assert found.is_over is (state is ExecutionState.CONFIRMED or (ended and attempt == 2))
    assert found.stratum == "North"


def test_a_member_without_execution_awaits():
    assert cell(fresh()).field == "awaiting"
    assert not cell(fresh()).is_over


def test_a_premises_without_registration_is_counted_all_the_same():
    assert cell(replace(fresh(), registration=None)).stratum == "unknown"


def test_every_state_has_its_field_and_the_sums_are_right():
    names = [name for name in WaveCount.__struct_fields__ if name != "members"]
    assert set(names) == {state.value.lower() for state in ExecutionState} | {"retrying"}
    count = WaveCount(100, **{name: 2**n % 7 for n, name in enumerate(names)})
    parts = asdict(count)
    assert count.settled == parts["confirmed"] + parts["failed"] + parts["timed_out"]
    assert count.errors == parts["failed"] + parts["timed_out"]
    assert count.settled + count.in_flight == sum(parts[name] for name in names)
    assert count.settled + count.in_flight + count.awaiting == count.members


def test_a_tally_is_made_of_its_cells_and_zero_when_they_are_gone():
    cells = Counter(
        [
            cell(fresh()),
            cell(fresh()),
            cell(in_state(ExecutionState.FAILED)),
            replace(cell(fresh()), stratum="South"),
            replace(cell(fresh()), campaign_id="LCP-METERS"),
        ]
    )
    key = cell(fresh()).wave_key
    tally = tally_of(key, fields_of(key, cells), partition=4, offset=77)
    assert tally == Tally(C, key.wave, "North", 4, 77, WaveCount(members=3, retrying=1))
    assert tally.counts.awaiting == 2
    assert tally_of(key, fields_of(key, Counter()), partition=4, offset=78).counts == WaveCount()
    assert decode_tally(encode_tally(tally)) == tally
    assert tally_key(tally) == f"{C}|{key.wave}|North|4".encode()


KEYS = st.builds(
    WaveKey, st.sampled_from(["A", "B"]), st.integers(1, 2), st.sampled_from(["North", "South"])
)


@given(
    st.dictionaries(
        st.tuples(KEYS, st.integers(0, 3), st.integers(0, 9)), st.integers(0, 50), max_size=40
    ),
    st.randoms(use_true_random=False),
    st.data(),
)
def test_no_repeat_and_no_disorder_changes_a_sum(counted, shuffle, data):
    tallies = [
        Tally(*key, partition, offset, WaveCount(members=members, confirmed=members))
        for (key, partition, offset), members in counted.items()
    ]
    repeats = data.draw(st.lists(st.sampled_from(tallies), max_size=20)) if tallies else []
    told = [*tallies, *repeats]
    shuffle.shuffle(told)
    board = TallyBoard()
    for tally in told:
        board.take(tally)
    newest: dict[tuple[WaveKey, int], tuple[int, int]] = {}
    for (key, partition, offset), members in sorted(counted.items()):
        newest[key, partition] = (offset, members)
    for campaign_id in ("A", "B"):
        for wave in (1, 2):
            wanted = sum(n for (k, _), (_, n) in newest.items() if k[:2] == (campaign_id, wave))
            assert board.of_wave(campaign_id, wave).members == wanted
            strata = board.by_stratum(campaign_id, wave)
            assert sum(count.confirmed for count in strata.values()) == wanted


STEPS = st.sampled_from(
    [
        fresh(),
        hub_with(fresh(), commissioned=None),
        *(in_state(state, attempt=attempt) for state in ExecutionState for attempt in (1, 2)),
    ]
)


@given(st.lists(st.tuples(st.integers(0, 4), STEPS), max_size=40))
def test_counts_kept_by_difference_are_counts_made_anew(moves):
    held: dict[int, Premises] = {}
    cells: Counter[Cell] = Counter()

    def cells_of(premises: Premises) -> list[Cell]:
        found = cell_of(plan=PLAN, premises=premises, capable_version=capable_version)
        return [] if found is None else [found]

    for nth, after in moves:
        cells.subtract(cells_of(held[nth]) if nth in held else [])
        cells.update(cells_of(after))
        held[nth] = after
    anew = Counter(cell for premises in held.values() for cell in cells_of(premises))
    assert +cells == anew
    for key in {cell.wave_key for cell in cells}:
        kept = tally_of(key, fields_of(key, cells), partition=0, offset=1)
        assert kept == tally_of(key, fields_of(key, anew), partition=0, offset=1)
