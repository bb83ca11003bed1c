"""Random histories of one premises: several sources, each numbered without gaps, times at random.

Facts come in an order that no field would give, and many break a rule, because the laws must
hold for late, foolish and illegal facts too (`tests.state.random_facts`).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import permutations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.state.random_facts import ESME, FAMILIES, PREMISES, SOURCES, START, fact_of
from twin.events import pins
from twin.events.envelope import Event, encode, new_event
from twin.events.registry import PremisesFact
from twin.state.entry import Entry, Record, new_entry
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.state.step import step
from twin.state.verdicts import Verdict

LAWS = settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LONG_LAWS = settings(LAWS, max_examples=25)
"""For histories that are longer than the holding limit."""
KEY = PREMISES.encode()
TYPES = [cls for family in FAMILIES.values() for cls in family]


def numbered(said: Iterable[tuple[str, int, PremisesFact]]) -> list[Event]:
    """Events of (source, minute, fact), numbered by each source in this order."""
    counts: dict[str, int] = {}
    events = []
    for source, minute, fact in said:
        counts[source] = counts.get(source, 0) + 1
        event = new_event(
            fact=fact,
            source=source,
            sequence=counts[source],
            key=PREMISES,
            occurred_at=START + timedelta(minutes=minute),
            recorded_at=START + timedelta(minutes=minute, days=1),
        )
        events.append(event)
    return events


@st.composite
def facts(draw: st.DrawFn) -> PremisesFact:
    """A fact of any type."""
    cls = draw(st.sampled_from(TYPES))
    return fact_of(cls, lambda words: draw(st.sampled_from(words)))


@st.composite
def histories(draw: st.DrawFn, *, min_size: int = 0, max_size: int = 30) -> list[Event]:
    """Events of one premises in an order that each source could have numbered them."""
    one = st.tuples(st.sampled_from(SOURCES), st.integers(0, 20), facts())
    return numbered(draw(st.lists(one, min_size=min_size, max_size=max_size)))


def evolved(events: Iterable[Event]) -> Premises:
    """The premises by `evolve` alone."""
    premises = Premises(PREMISES)
    for event in events:
        premises = evolve(premises, event, event.fact)  # type: ignore[arg-type]
    return premises


def after(*told: PremisesFact) -> Premises:
    """The premises after facts a minute apart, the same in whatever order the log has them."""
    events = numbered((SOURCES[0], minute, fact) for minute, fact in enumerate(told))
    (premises, *others) = (evolved(order) for order in permutations(events))
    assert all(other == premises for other in others)
    return premises


def garbage() -> st.SearchStrategy[bytes | None]:
    """Values that are no record: nothing, noise, half a record, another contract's record."""
    half = encode(
        new_event(
            fact=pins.PrivacyPinCleared(),
            source=f"urn:gb:esme:{ESME}",
            sequence=1,
            key=PREMISES,
            occurred_at=START,
        )
    )
    return st.one_of(
        st.none(),
        st.binary(max_size=40),
        st.integers(0, len(half) - 1).map(lambda cut: half[:cut]),
        st.just(half.replace(b".v1", b".v99")),
        st.just(b"null"),
    )


def records(values: Iterable[Event | bytes | None]) -> list[Record]:
    """A partition's log of these values, in this order."""
    return [
        Record(KEY, encode(value) if isinstance(value, Event) else value, 0, 3, offset)
        for offset, value in enumerate(values)
    ]


def run(log: Sequence[Record], entry: Entry | None = None) -> Entry:
    """The entry after a log."""
    return judged(log, entry)[0]


def judged(log: Sequence[Record], entry: Entry | None = None) -> tuple[Entry, list[Verdict]]:
    """The entry after a log, with each record's verdict."""
    entry = entry or new_entry(PREMISES)
    verdicts = []
    for record in log:
        entry, verdict = step(entry, record)
        verdicts.append(verdict)
    return entry, verdicts
