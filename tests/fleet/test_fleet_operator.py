"""The emulated operator: a function of the calendar, whichever way the time is cut."""

from datetime import UTC, date, datetime, timedelta

from twin.fleet.oversight.operator import Operator, OperatorRows, shipped_operator
from twin.vocabulary import HoldReason

ROWS = OperatorRows(change_freeze_from=date(2017, 10, 27), change_freeze_length=4)
BEGINS = datetime(2017, 10, 27, tzinfo=UTC)
ENDS = datetime(2017, 10, 31, tzinfo=UTC)
OPERATOR = Operator(rows=ROWS, campaigns=("LCP-HUBS", "LCP-METERS"))


def test_holds_over_the_freeze_and_resumes_after_it() -> None:
    found = OPERATOR.commands(after=BEGINS - timedelta(days=30), until=ENDS)
    told = [(one.campaign_id, one.command, one.issued_at, one.reason) for one in found]
    assert told == [
        ("LCP-HUBS", "hold", BEGINS, None),
        ("LCP-METERS", "hold", BEGINS, None),
        ("LCP-HUBS", "resume", ENDS, HoldReason.OPERATOR),
        ("LCP-METERS", "resume", ENDS, HoldReason.OPERATOR),
    ]
    assert len({one.command_id for one in found}) == 4


def test_each_command_comes_once_however_the_time_is_cut() -> None:
    whole = OPERATOR.commands(after=BEGINS - timedelta(days=3), until=ENDS + timedelta(days=3))
    for hours in (1, 7, 24, 50):
        now, told = BEGINS - timedelta(days=3), []
        while now < ENDS + timedelta(days=3):
            upto = now + timedelta(hours=hours)
            told += OPERATOR.commands(after=now, until=upto)
            now = upto
        assert told == whole


def test_a_command_belongs_to_the_interval_that_ends_with_it() -> None:
    assert OPERATOR.commands(after=BEGINS - timedelta(hours=1), until=BEGINS)
    assert not OPERATOR.commands(after=BEGINS, until=BEGINS + timedelta(hours=1))


def test_the_shipped_calendar_lies_in_the_default_period() -> None:
    rows = shipped_operator()
    assert date(2017, 4, 1) < rows.change_freeze_from < date(2017, 12, 1)
    assert 1 <= rows.change_freeze_length <= 14
