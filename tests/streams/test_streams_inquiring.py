"""What people tell of requests: numbered behind what they told before, and read by everybody."""

import fcntl
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from dashboards.ports import NotSent
from infra.pages.inquiries import LogInquiries, alone
from streams.inquiring import decided
from streams.withdrawing import SOURCE
from twin.events.codec import decode
from twin.events.envelope import encode, new_event
from twin.events.oversight import PROGRAMME_ID, CplEntryRemoved
from twin.rules.information import Ask, Provide
from twin.vocabulary import DeviceType, InformationSubject

NOW = datetime(2017, 10, 2, 9, tzinfo=UTC)
ASK = Ask(
    request_id=str(UUID(int=1)),
    party="S01",
    subject=InformationSubject.DUTY_CYCLE,
    due=date(2017, 10, 30),
)


def test_the_fact_is_numbered_behind_what_operators_told_and_can_be_read_back():
    removed = new_event(
        fact=CplEntryRemoved(DeviceType.ESME, "ACME-E1", "01.00.00"),
        source=SOURCE,
        sequence=4,
        key=PROGRAMME_ID,
        occurred_at=NOW,
        provenance="twin",
    )
    found, (event,) = decided(ASK, [removed], now=NOW)
    assert found.answer == "ACCEPTED"
    assert (event.source, event.sequence) == (SOURCE, 5)
    assert decode(key=event.key.encode(), value=encode(event)) == event

    done, (answer,) = decided(Provide(request_id=ASK.request_id), [removed, event], now=NOW)
    assert (done.answer, answer.sequence) == ("ACCEPTED", 6)
    assert answer.fact.on_time


def test_what_is_not_accepted_makes_no_event():
    assert decided(Provide(request_id=ASK.request_id), [], now=NOW)[1] == ()


def test_without_a_log_it_is_said_and_nothing_is_sent(tmp_path):
    inquiries = LogInquiries(tmp_path, "127.0.0.1:1", security={})
    assert "no Kafka answers at 127.0.0.1:1" in (inquiries.obstacle() or "")
    with pytest.raises(NotSent, match="nothing was put on the log: no Kafka answers"):
        inquiries.put(ASK)


def test_two_who_write_wait_for_each_other(tmp_path):
    with (
        alone(tmp_path),
        (tmp_path / "run" / "programme.lock").open("r+") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (tmp_path / "run" / "programme.lock").open("r+") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
