"""States that are packed away are the same when they are asked for again."""

from datetime import UTC, datetime, timedelta

from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.generate.states import States
from twin.ingest.catalogue import shipped_catalogue
from twin.state.evolve import evolve
from twin.state.premises import Premises

STARTS = datetime(2017, 4, 1, tzinfo=UTC)
ENDS = STARTS + timedelta(days=90)


def test_states_are_the_same_packed_or_not() -> None:
    """Forty premises, packed after each week; those that are spared stay at hand."""
    field = Field(
        assumptions=shipped(),
        catalogue=shipped_catalogue(),
        premises=40,
        seed=3,
        starts=STARTS,
        ends=ENDS,
        for_good=True,
    )
    states, plain = States(at_hand=5), dict[str, Premises]()
    most_packed = 0
    for week in range(1, 13):
        for event in field.advance(until=STARTS + timedelta(weeks=week), requests=()):
            for held in (states, plain):
                before = held.get(event.key) or Premises(event.key)
                held[event.key] = evolve(before, event, event.fact)  # type: ignore[arg-type]
        spared = min(plain)
        states.pack(but={spared})
        assert dict(states) == plain
        assert len(states) == len(plain)
        assert states[spared] is states[spared]
        assert all(name in states for name in plain)
        most_packed = max(most_packed, sum(states[n] is not states[n] for n in plain))
    assert most_packed > 20
    assert "P0000000000000000" not in states


def test_a_crowd_is_put_away_at_once_and_those_under_way_stay() -> None:
    """As many as an enrolment calls up would not fit beside each other."""
    names = [f"P{nth:016x}" for nth in range(60)]
    states = States(at_hand=3)
    for name in names:
        states[name] = Premises(name)
        states.make_room(but={names[0]})
    packed = [name for name in names if states[name] is not states[name]]
    assert len(packed) > 40
    assert names[0] not in packed
    assert dict(states) == {name: Premises(name) for name in names}
