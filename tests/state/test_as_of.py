"""As it was on a date: the boundaries, and laws against a plain oracle (F18)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.state.histories import LAWS, evolved, garbage, histories, numbered, records, run
from tests.state.random_facts import SOURCES, START
from twin.events import pins
from twin.events.envelope import Event
from twin.state.as_of import AsOf, as_of
from twin.state.digest import premises_digest
from twin.state.premises import Premises
from twin.vocabulary import PinClass

SHUFFLED = histories().flatmap(
    lambda events: st.lists(garbage(), max_size=2).flatmap(
        lambda bad: st.permutations([*events, *bad])
    )
)
MINUTES = st.integers(-1, 21)
FIXED, OWN = PinClass.TOP_1, PinClass.OTHER


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def found(values: list[Any], valid: datetime | None = None) -> AsOf:
    """The one premises of a log."""
    (one,) = as_of(records(values), valid=valid).values()
    return one


@LAWS
@given(SHUFFLED.filter(bool))
def test_without_a_date_it_is_the_state_itself(values: list[Any]) -> None:
    as_known = found(values)
    assert as_known.known == run(records(values))
    assert as_known.premises == as_known.known.premises
    assert found(values, at(10**6)) == as_known


@LAWS
@given(histories(min_size=1), MINUTES)
def test_what_had_happened_folded_alone(events: list[Event], minute: int) -> None:
    """The oracle: each source's facts are whole, so those that had happened are simply folded."""
    had_happened = [event for event in events if event.occurred_at <= at(minute)]
    one = found(events, at(minute))
    assert one.facts == len(had_happened)
    known = one.known.premises
    newest = {event.source: event.sequence for event in had_happened}
    oracle = replace(evolved(had_happened), sequences=newest, gaps=known.gaps)
    assert one.premises == oracle
    assert premises_digest(one.premises) == premises_digest(oracle)


@LAWS
@given(histories(min_size=1), MINUTES, st.data())
def test_order_and_repeats_of_the_log_change_nothing(
    events: list[Event], minute: int, data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*events, *events[:3]]))
    one, other = found(events, at(minute)), found(again, at(minute))
    assert other.facts == one.facts
    assert _without_counts(other.premises) == _without_counts(one.premises)


def _without_counts(premises: Premises) -> Premises:
    """Histories that break rules may differ in nothing that this drops (see test_fold_laws)."""
    return replace(premises, breaches={}, sequences={}, gaps=())


@pytest.mark.parametrize(
    ("minute", "facts", "classes"),
    [(-1, 0, set()), (0, 1, {FIXED}), (4, 1, {FIXED}), (5, 3, {OWN}), (6, 3, {OWN}), (7, 4, {None}),
     (99, 4, {None})],
)  # fmt: skip
def test_boundaries(minute: int, facts: int, classes: set[PinClass | None]) -> None:
    """Before the first, exactly at one, between, at two of the same moment, after the last."""
    set_by = {word: pins.PrivacyPinSet(pin_class=word) for word in (FIXED, OWN)}
    one, other = SOURCES[:2]
    log = numbered(
        [(one, 0, set_by[FIXED]), (one, 5, set_by[OWN]), (other, 5, set_by[OWN]),
         (one, 7, pins.PrivacyPinCleared())]
    )  # fmt: skip
    held = found(log, at(minute))
    assert held.facts == facts
    assert ({held.premises.pin.pin_class} if held.premises.pin else set()) == classes


def test_fact_that_came_late_makes_no_gap() -> None:
    """The first number of a source happened last: on the day before it, the second is known."""
    strong = pins.PrivacyPinSet(pin_class=OWN)
    log = numbered([(SOURCES[0], 9, pins.PrivacyPinCleared()), (SOURCES[0], 2, strong)])
    held = found(log, at(3))
    assert held.facts == 1
    assert held.premises.pin is not None
    assert held.premises.pin.pin_class is OWN
    assert held.premises.gaps == ()
