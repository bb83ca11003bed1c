"""Requests for information: what may be asked and answered, whatever came before (F1.6)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.events.envelope import Event, new_event
from twin.events.oversight import PROGRAMME_ID, InformationProvided, InformationRequested
from twin.rules.information import Ask, Decided, Inquiry, Provide, decide_inquiry, requests_in
from twin.vocabulary import InformationSubject

BEGINS = date(2017, 10, 2)
DUE = date(2017, 10, 30)
pytestmark = pytest.mark.rule("BR40")


def name(n: int) -> str:
    return str(UUID(int=n))


def ask(n: int = 1, party: str = "S01", subject=InformationSubject.DUTY_CYCLE, due=DUE) -> Ask:
    return Ask(request_id=name(n), party=party, subject=subject, due=due)


class OnPaper:
    """A log on paper: what is accepted stands on it."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def put(self, inquiry: Inquiry, on: date) -> Decided:
        found = decide_inquiry(inquiry, known=requests_in(self.events), on=on)
        if found.fact is not None:
            at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
            self.events.append(
                new_event(
                    fact=found.fact,
                    source=f"urn:gb:operator:{PROGRAMME_ID}",
                    sequence=len(self.events) + 1,
                    key=PROGRAMME_ID,
                    occurred_at=at,
                )
            )
        return found


@pytest.mark.parametrize(
    ("after", "on_time", "said"),
    [(0, True, "on time"), (28, True, "on time"), (29, False, "late, as it was due on 2017-10-30")],
)
def test_an_answer_is_on_time_up_to_the_due_day_itself(after, on_time, said) -> None:
    log = OnPaper()
    assert log.put(ask(), BEGINS).answer == "ACCEPTED"
    found = log.put(Provide(request_id=name(1)), BEGINS + timedelta(days=after))
    assert found.fact == InformationProvided(name(1), "S01", InformationSubject.DUTY_CYCLE, on_time)
    assert said in found.why


def test_sent_again_it_is_the_same_request_and_another_under_its_id_is_refused() -> None:
    log = OnPaper()
    log.put(ask(), BEGINS)
    assert log.put(ask(), BEGINS).answer == "NOOP"
    assert log.put(ask(party="S02"), BEGINS).answer == "REFUSED"
    assert len(log.events) == 1


@pytest.mark.parametrize("due", [BEGINS, BEGINS - timedelta(days=1)])
def test_nobody_is_asked_to_have_answered_by_today(due) -> None:
    found = OnPaper().put(ask(due=due), BEGINS)
    assert (found.answer, found.fact) == ("REFUSED", None)
    assert "must come after today, 2017-10-02" in found.why


def test_who_is_asked_already_is_not_asked_again_until_they_answer() -> None:
    log = OnPaper()
    log.put(ask(), BEGINS)
    again = log.put(ask(2), BEGINS + timedelta(days=1))
    assert again.answer == "CONFLICT"
    assert again.why == "S01 is asked for it already, on 2017-10-02, and has until 2017-10-30"
    other = ask(3, subject=InformationSubject.USE_OF_868)
    assert log.put(other, BEGINS).answer == "ACCEPTED"
    log.put(Provide(request_id=name(1)), BEGINS)
    assert log.put(ask(2), BEGINS).answer == "ACCEPTED"


def test_an_answer_to_nothing_is_refused_and_a_second_one_conflicts() -> None:
    log = OnPaper()
    assert log.put(Provide(request_id=name(9)), BEGINS).answer == "REFUSED"
    log.put(ask(), BEGINS)
    log.put(Provide(request_id=name(1)), BEGINS + timedelta(days=2))
    second = log.put(Provide(request_id=name(1)), BEGINS + timedelta(days=3))
    assert (second.answer, second.why) == ("CONFLICT", "it was answered already, on 2017-10-04")


def test_of_two_answers_on_a_log_the_first_counts() -> None:
    log = OnPaper()
    log.put(ask(), BEGINS)
    held = log.events.copy()
    log.put(Provide(request_id=name(1)), BEGINS + timedelta(days=2))
    first = log.events[-1]
    log.events = held
    log.put(Provide(request_id=name(1)), BEGINS + timedelta(days=40))
    found = requests_in([*held[:1], first, log.events[-1]])
    assert found[name(1)].answered == date(2017, 10, 4)


INQUIRIES = st.one_of(
    st.builds(
        ask,
        st.integers(1, 6),
        st.sampled_from(["S01", "S02"]),
        st.sampled_from(list(InformationSubject)[:2]),
        st.dates(BEGINS, BEGINS + timedelta(days=9)),
    ),
    st.builds(lambda n: Provide(request_id=name(n)), st.integers(1, 6)),
)


@given(st.lists(st.tuples(INQUIRIES, st.integers(0, 2)), max_size=20))
def test_whatever_is_sent_the_log_stays_whole(sent) -> None:
    log, on = OnPaper(), BEGINS
    for inquiry, days in sent:
        on += timedelta(days=days)
        before = requests_in(log.events)
        found = log.put(inquiry, on)
        assert (found.fact is not None) == (found.answer == "ACCEPTED")
        assert found.why
        # what was so stays so
        for one, held in before.items():
            now = requests_in(log.events)[one]
            assert now.fact == held.fact
            assert held.answered in (None, now.answered)
    asked = [e.fact for e in log.events if isinstance(e.fact, InformationRequested)]
    provided = [e.fact for e in log.events if isinstance(e.fact, InformationProvided)]
    assert len({fact.request_id for fact in asked}) == len(asked)
    assert len({fact.request_id for fact in provided}) == len(provided)
    assert {fact.request_id for fact in provided} <= {fact.request_id for fact in asked}
    waiting = [one for one in requests_in(log.events).values() if one.answered is None]
    assert len({(one.fact.party, one.fact.subject) for one in waiting}) == len(waiting)
