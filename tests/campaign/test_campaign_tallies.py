"""Counts: each device in one cell, and sums that no repeat or disorder can change."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from tests.campaign.campaign_homes import (
    all_states,
    enrolled,
    exchanged,
    excluded,
    fresh,
    hub_with,
    in_state,
    read_as,
    seat_of,
)
from tests.campaign.campaign_samples import DAY, MIDNIGHT, MODEL, PLAN, C, fields_of
from twin.campaign.gates import Cohort, Stratum
from twin.campaign.tallies import (
    Tally,
    TallyBoard,
    WaveCount,
    decode_tally,
    encode_tally,
    stratum_named,
    tally_key,
    tally_of,
)
from twin.campaign.tally_cells import EXCLUDED, Cell, WaveKey, places_of
from twin.state.premises import Premises
from twin.vocabulary import DeviceType, Exclusion, ExecutionState

E = ExecutionState
STRATUM = f"North|S01|{MODEL}"
TODAY = MIDNIGHT.toordinal()


def cells(premises: Premises) -> list[Cell]:
    return [place.cell for place in places_of(plan=PLAN, premises=premises)]


def cell(premises: Premises) -> Cell:
    (found,) = cells(premises)
    return found


@pytest.mark.parametrize("state", list(E))
@pytest.mark.parametrize("attempt", [1, 2])
def test_the_cell_of_each_state(state: ExecutionState, attempt: int):
    found = cell(in_state(state, attempt=attempt))
    ended, unread = state in (E.FAILED, E.TIMED_OUT), state is E.CONFIRMATION_TIMED_OUT
    field = "timed_out" if unread else state.value.lower()
    assert found.field == ("retrying" if ended and attempt == 1 else field)
    assert found.is_over is (unread or state is E.CONFIRMED or (ended and attempt == 2))
    assert not found.is_awaited
    assert (found.stratum, found.day) == (STRATUM, TODAY)


def test_a_member_without_execution_awaits_at_its_place():
    (found,) = places_of(plan=PLAN, premises=enrolled())
    assert (found.wave, found.place) == seat_of(fresh())
    assert found.cell == Cell(C, found.wave, STRATUM, "awaiting", 0)
    assert found.cell.is_awaited
    assert not found.cell.is_over


@pytest.mark.parametrize("reason", list(Exclusion))
def test_who_has_no_seat_is_counted_by_its_reason(reason: Exclusion):
    found = cell(excluded(reason))
    assert found == Cell(C, EXCLUDED, reason.value, "awaiting")
    assert found.is_over
    assert not found.is_awaited


def test_of_whom_nothing_was_said_counts_nowhere():
    assert cells(fresh()) == []


@pytest.mark.peer_fault("PF-mender-11", "PF-ours-23")
@pytest.mark.parametrize(
    ("premises", "field"),
    [
        (read_as(enrolled()), "already_at_target"),
        (read_as(in_state(E.FAILED, target=None)), "already_at_target"),
        (read_as(in_state(E.FAILED, target=None, attempt=2)), "failed"),
        (read_as(in_state(E.FAILED)), "confirmed"),
        (exchanged(enrolled(), at=MIDNIGHT + DAY), "decommissioned"),
        (exchanged(in_state(E.VERIFIED), at=MIDNIGHT + DAY), "decommissioned"),
        (exchanged(in_state(E.TIMED_OUT, attempt=2), at=MIDNIGHT + DAY), "decommissioned"),
        (exchanged(read_as(in_state(E.ACTIVATED)), at=MIDNIGHT + DAY), "confirmed"),
    ],
)
def test_members_that_prove_nothing_are_counted_apart(premises: Premises, field: str):
    found = cell(premises)
    assert found.field == field
    assert found.is_over


@pytest.mark.peer_fault("PF-ours-26")
def test_what_moved_after_the_enrolment_moves_nobody_to_another_stratum():
    """Not a new supplier, nor a late registration: the stratum is that of the seat."""
    premises = enrolled()
    assert premises.registration is not None
    moved = replace(premises.registration, supplier="S04", csp_region="South")
    for registration in (moved, None):
        assert cell(replace(premises, registration=registration)) == cell(premises)


def test_a_seat_that_a_revised_plan_has_no_more_is_none():
    """A hub that was exchanged between two versions keeps its seat of the first."""
    one = replace(PLAN, waves=(replace(PLAN.waves[0], share=1.0),))
    in_second = in_state(E.REQUESTED)
    word = in_second.devices[next(iter(in_second.devices))].enrolments[C]
    premises = hub_with(in_second, enrolments={C: replace(word, wave=2)})
    assert list(places_of(plan=one, premises=premises)) == []


def test_words_about_the_other_type_are_no_part_of_a_revision():
    meters = replace(PLAN, device_type=DeviceType.ESME)
    for premises in (enrolled(), excluded(Exclusion.NOT_SELECTED)):
        assert list(places_of(plan=meters, premises=premises)) == []


def test_every_state_has_its_field_and_the_sums_are_right():
    names = [name for name in WaveCount.__struct_fields__ if name != "members"]
    apart = {"retrying", "decommissioned", "already_at_target"}
    fields = {state.value.lower() for state in E if state is not E.CONFIRMATION_TIMED_OUT}
    assert set(names) == fields | apart, "an unread device counts as timed out"
    count = WaveCount(100, **{name: 2**n % 7 for n, name in enumerate(names)})
    parts = asdict(count)
    gone = parts["decommissioned"] + parts["already_at_target"]
    assert count.settled == parts["confirmed"] + parts["failed"] + parts["timed_out"]
    assert count.errors == parts["failed"] + parts["timed_out"]
    assert count.settled + count.in_flight + gone == sum(parts[name] for name in names)
    assert count.settled + count.in_flight + gone + count.awaiting == count.members
    assert count.judged == count.members - gone
    assert count.shortfall == count.judged - count.confirmed


def test_a_tally_is_made_of_its_cells_and_zero_when_they_are_gone():
    first = cell(enrolled())
    failed = cell(in_state(E.FAILED))._replace(wave=first.wave)
    counted = Counter(
        [
            first,
            first,
            failed,
            failed._replace(field="confirmed", day=TODAY - 1),
            failed._replace(field="failed", day=TODAY - 1),
            failed._replace(field="decommissioned"),
            first._replace(stratum="South|S01|unknown"),
            first._replace(campaign_id="LCP-METERS"),
        ]
    )
    key = first.wave_key
    tally = tally_of(key, fields_of(counted, key), partition=4, offset=77)
    cohorts = (Cohort(TODAY - 1, 2, 1, 1), Cohort(TODAY, 1, 0, 0))
    counts = WaveCount(members=6, retrying=1, confirmed=1, failed=1, decommissioned=1)
    assert tally == Tally(C, key.wave, STRATUM, 4, 77, counts, cohorts)
    assert tally.counts.awaiting == 2
    assert tally_of(key, {}, partition=4, offset=78) == Tally(
        C, key.wave, STRATUM, 4, 78, WaveCount(), ()
    )
    assert decode_tally(encode_tally(tally)) == tally
    assert tally_key(tally) == f"{C}|{key.wave}|{STRATUM}|4".encode()
    assert stratum_named(STRATUM) == Stratum("North", "S01", MODEL)


@pytest.mark.peer_fault("PF-hawkbit-25")
def test_no_cohort_counts_who_no_gate_waits_for():
    """Else more would be released than there are members to judge, and the gate could not say."""
    for premises in all_states():
        for found in cells(premises):
            one = tally_of(found.wave_key, {(found.field, found.day): 1}, partition=0, offset=1)
            released = sum(cohort.released for cohort in one.cohorts)
            assert released == one.counts.settled + one.counts.in_flight
            assert released <= one.counts.judged
            errors = sum(cohort.errors for cohort in one.cohorts)
            assert errors == one.counts.errors


KEYS = st.builds(
    WaveKey,
    st.sampled_from(["A", "B"]),
    st.integers(1, 2),
    st.sampled_from(["North|S01|M", "South|S01|M"]),
)


@pytest.mark.peer_fault("PF-goosebit-07")
@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(KEYS, st.integers(0, 3), st.integers(0, 9)), st.integers(0, 50), max_size=40
    ),
    st.randoms(use_true_random=False),
    st.data(),
)
def test_no_repeat_and_no_disorder_changes_a_sum(counted, shuffle, data):
    tallies = [
        Tally(
            *key, partition, offset, WaveCount(members=members, confirmed=members),
            (Cohort(offset, members, members, 0),),
        )
        for (key, partition, offset), members in counted.items()
    ]  # fmt: skip
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
        counts = board.of(campaign_id)
        for wave in (1, 2):
            wanted = sum(n for (k, _), (_, n) in newest.items() if k[:2] == (campaign_id, wave))
            assert counts.of_wave(wave).members == wanted
            strata = counts.by_stratum(wave).values()
            assert sum(found.counts.confirmed for found in strata) == wanted
            assert sum(c.released for found in strata for c in found.cohorts) == wanted


HOMES = st.sampled_from([*all_states(), hub_with(enrolled(), commissioned=None)])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), HOMES), max_size=40))
def test_counts_kept_by_difference_are_counts_made_anew(moves):
    held: dict[int, Premises] = {}
    kept: Counter[Cell] = Counter()
    for nth, after in moves:
        kept.subtract(cells(held[nth]) if nth in held else [])
        kept.update(cells(after))
        held[nth] = after
    anew = Counter(cell for premises in held.values() for cell in cells(premises))
    assert +kept == anew
    for key in {cell.wave_key for cell in kept}:
        one = tally_of(key, fields_of(kept, key), partition=0, offset=1)
        assert one == tally_of(key, fields_of(anew, key), partition=0, offset=1)
