"""Why a figure changed: the parts sum to the difference, and name the facts that make it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.state.histories import LAWS, garbage, histories, numbered, records
from tests.state.random_facts import ESME, HUB, SOURCES
from tests.state.test_as_of import at
from twin.events import pins
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.state.as_of import as_of
from twin.state.measures import MEASURES, by_list
from twin.state.premises import Premises
from twin.state.restatement import Courses, Restated, Why
from twin.vocabulary import DeviceType, HubVariant, PinClass

PINS = MEASURES["pins-set"]
SET = pins.PrivacyPinSet(pin_class=PinClass.OTHER)
CLEARED = pins.PrivacyPinCleared()
ONE, OTHER = SOURCES[:2]
EPOCH = 0
SHUFFLED = histories().flatmap(
    lambda events: st.lists(garbage(), max_size=2).flatmap(
        lambda bad: st.permutations([*events, *bad, *events[:3]])
    )
)


def restated(first: list[Any], since: list[Any], *, minute: int | None = None) -> Restated:
    """The Privacy PINs set on a date, by a log and by what came after it."""
    log = records([*first, *since])
    courses = Courses(
        log,
        is_known=lambda record: record.offset < len(first),
        valid=None if minute is None else at(minute),
    )
    return courses.restate(PINS)


@LAWS
@given(SHUFFLED, st.integers(-1, 21), st.data())
def test_parts_sum_to_the_difference_of_two_figures_counted_alone(
    values: list[Any], minute: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(values)))
    log = records(values)
    courses = Courses(log, is_known=lambda record: record.offset < cut, valid=at(minute))
    for measure in MEASURES.values():
        found = courses.restate(measure)
        before, after = (
            sum(measure.of(one.premises) for one in as_of(part, valid=at(minute)).values())
            for part in (log[:cut], log)
        )
        assert (found.before, found.after) == (before, after), measure.name
        assert sum(found.change(why) for why in Why) == after - before


def test_late_arrival() -> None:
    first = numbered([(ONE, 5, CLEARED)])
    (late,) = numbered([(OTHER, 7, SET)])
    found = restated(first, [late], minute=10)
    assert (found.before, found.after, found.change(Why.LATE)) == (0, 1, 1)
    assert [(one.event, one.change) for one in found.responsible] == [(late, 1)]


def test_fact_that_happened_after_the_date_is_no_restatement() -> None:
    first, (later,) = numbered([(ONE, 5, CLEARED)]), numbered([(OTHER, 11, SET)])
    found = restated(first, [later], minute=10)
    assert (found.before, found.after, found.later_facts) == (0, 0, 1)
    assert found.responsible == ()


def test_date_is_that_of_the_newest_fact_known_first() -> None:
    first, (same, later) = (
        numbered([(ONE, 5, CLEARED)]),
        numbered([(OTHER, 5, SET), (OTHER, 6, SET)]),
    )
    assert restated(first, [same, later]).later_facts == 1
    assert Courses(records(first), is_known=lambda _: True).valid == at(5)
    assert Courses([], is_known=lambda _: True).valid is None


def test_correction_is_told_from_a_late_arrival() -> None:
    wrong, right = numbered([(ONE, 5, SET), (ONE, 5, CLEARED)])
    right = replace(right, supersedes=wrong.id)
    found = restated([wrong], [right], minute=5)
    assert (found.before, found.after) == (1, 0)
    assert (found.change(Why.CORRECTION), found.change(Why.LATE)) == (-1, 0)


def test_fact_that_waited_behind_a_gap_was_held_back() -> None:
    missing, waits = numbered([(ONE, 1, CLEARED), (ONE, 2, SET)])
    found = restated([waits], [missing], minute=9)
    assert (found.before, found.after, found.change(Why.HELD_BACK)) == (0, 1, 1)
    assert found.changed_nothing == 1, "the one that was missing"


def test_late_fact_that_waits_is_not_held_back_by_the_first() -> None:
    missing, waits = numbered([(ONE, 1, CLEARED), (ONE, 2, SET)])
    assert restated([], [waits, missing], minute=9).change(Why.LATE) == 1


@pytest.mark.parametrize("resolution", ["skipped", "retried"])
def test_fact_that_queued_behind_a_parked_record_was_held_back(resolution: str) -> None:
    from twin.events.programme import DeadLetterResolved

    (queued,) = numbered([(ONE, 2, SET)])
    done = DeadLetterResolved(
        partition=3,
        offset=0,
        resolution=resolution,
        actor="operator",  # type: ignore[arg-type]
    )
    (drained,) = numbered([("urn:gb:operator:P0123456789abcdef", 3, done)])  # type: ignore[list-item]
    found = restated([b"poison", queued], [drained], minute=9)
    expected = (0, 1, 1) if resolution == "skipped" else (0, 0, 0)
    assert (found.before, found.after, found.change(Why.HELD_BACK)) == expected


def test_nothing_known_is_nought() -> None:
    found = restated([], [])
    assert (found.before, found.after, found.responsible) == (0, 0, ())
    assert all(measure.of(Premises("P0123456789abcdef")) == 0 for measure in MEASURES.values())


@LAWS
@given(SHUFFLED, SHUFFLED, st.integers(-1, 21), st.data())
def test_parts_sum_when_the_log_was_lost_and_went_on_without_some_records(
    values: list[Any], anew: list[Any], minute: int, data: st.DataObject
) -> None:
    """The oracle folds either basis alone; the second goes on from a cut in a new epoch."""
    cut = data.draw(st.integers(0, len(values)))
    known = data.draw(st.integers(cut, len(values)))
    old = records(values)[:known]
    new = [replace(r, epoch=r.epoch + 1, offset=cut + r.offset) for r in records(anew)]
    courses = Courses(
        [*old, *new],
        is_known=lambda record: record.epoch == EPOCH,
        is_kept=lambda record: record.epoch != EPOCH or record.offset < cut,
        valid=at(minute),
    )
    states = [as_of(part, valid=at(minute)).values() for part in (old, [*old[:cut], *new])]
    for measure in MEASURES.values():
        found = courses.restate(measure)
        before, after = (sum(measure.of(one.premises) for one in part) for part in states)
        assert (found.before, found.after) == (before, after), measure.name
        assert sum(found.change(why) for why in Why) == after - before
        assert sum(one.change for one in found.responsible) == after - before


def test_fact_that_was_set_aside_is_withdrawn_and_the_same_one_told_anew_evens_it_out() -> None:
    first, gone = numbered([(ONE, 1, CLEARED), (ONE, 2, SET)])

    def asked(*since: Any) -> Restated:
        log = records([first, gone, *since])
        return Courses(
            log,
            is_known=lambda record: record.offset < 2,
            is_kept=lambda record: record.offset != 1,
            valid=at(9),
        ).restate(PINS)

    lost = asked()
    assert (lost.before, lost.after, lost.change(Why.WITHDRAWN)) == (1, 0, -1)
    assert [(one.event, one.change) for one in lost.responsible] == [(gone, -1)]
    again = asked(gone)
    assert (again.before, again.after, again.change(Why.WITHDRAWN)) == (1, 1, 0)
    assert [one.change for one in again.responsible] == [-1, 1]
    (other,) = numbered([(OTHER, 3, SET)])
    late = asked(other)
    assert (late.change(Why.WITHDRAWN), late.change(Why.LATE)) == (-1, 1)


MODELS = ("1062-0A0B0C0D", "1063-01020304")
LISTS = st.fixed_dictionaries(
    {model: st.sampled_from(["00010001", "00020000"]) for model in MODELS}
)


@LAWS
@given(SHUFFLED, LISTS, LISTS, st.data())
def test_parts_sum_with_another_products_list(
    values: list[Any], one: dict[str, str], other: dict[str, str], data: st.DataObject
) -> None:
    """The oracle counts either basis alone, each by its own list."""
    cut = data.draw(st.integers(0, len(values)))
    log = records(values)
    courses = Courses(log, is_known=lambda record: record.offset < cut, valid=at(20))
    first, second = by_list(one.get), by_list(other.get)
    found, relisted = courses.restate(first), courses.relisted(first, second)
    before, after = (
        sum(measure.of(state.premises) for state in as_of(part, valid=at(20)).values())
        for measure, part in ((first, log[:cut]), (second, log))
    )
    reference = sum(premises.change for premises in relisted)
    assert found.before == before
    assert sum(found.change(why) for why in Why) + reference == after - before
    for measure in MEASURES.values():
        assert courses.relisted(measure, measure) == (), "the others read no list"


def home_with(version: str) -> list[Any]:
    """A hub and a meter of one model each, on the same version."""
    hub = CommsHubInstalled(
        device_id=HUB,
        model=MODELS[0],
        hub_variant=HubVariant.SINGLE_BAND,
        firmware_version=version,
        pairing_capable=False,
    )
    meter = DeviceInstalled(
        device_id=ESME,
        device_type=DeviceType.ESME,
        model=MODELS[1],
        firmware_version=version,
        pairing_capable=False,
    )
    return numbered([(ONE, 1, hub), (ONE, 2, meter)])


def test_another_list_counts_premises_otherwise() -> None:
    log = records(home_with("00010001"))
    courses = Courses(log, is_known=lambda _: True, valid=at(9))
    old = by_list({MODELS[0]: "00010001", MODELS[1]: "00010001"}.get)
    for listed in ({MODELS[0]: "00010001"}, {MODELS[0]: "00010001", MODELS[1]: "00020000"}):
        (found,) = courses.relisted(old, by_list(listed.get))
        assert (found.premises_id, found.change) == ("P0123456789abcdef", -1)
    assert courses.relisted(old, old) == ()
    assert courses.restate(old).before == 1
