"""Who was asked for information within a period, and what came of it (F1.6, paragraph 10)."""

from collections.abc import Iterable
from datetime import UTC, date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from twin.events.envelope import Event
from twin.evidence.review.period import Period
from twin.rules.information import Requested, requests_in
from twin.rules.programme import check_answer
from twin.rules.refusal import Refusal


class Standing(StrEnum):
    """What came of a request for information, as far as the basis knows."""

    ON_TIME = "on time"
    LATE = "late"
    DUE = "not yet due"
    UNANSWERED = "not answered"


IN_BREACH: Final = (Standing.LATE, Standing.UNANSWERED)


class Asked(Struct, frozen=True):
    """A request to a party: asked, due and answered on, and how that stands."""

    party: str
    subject: str
    asked: date
    due: date
    answered: date | None
    standing: Standing


def requests_within(
    events: Iterable[Event], period: Period, *, known_on: date
) -> tuple[Asked, ...]:
    """The requests of the period by party and subject; `known_on` is the newest day known."""
    begins, ends = period.first_moment.astimezone(UTC).date(), period.ends
    found = [
        stands(one, known_on=known_on)
        for one in requests_in(events).values()
        if begins <= one.asked < ends
    ]
    return tuple(sorted(found, key=lambda one: (one.party, one.subject, one.asked)))


def stands(one: Requested, *, known_on: date) -> Asked:
    """How a request stands on a day."""
    answer = check_answer(due=one.fact.due, answered=one.answered, on=known_on)
    broken = isinstance(answer, Refusal)
    if one.answered is None:
        standing = Standing.UNANSWERED if broken else Standing.DUE
    else:
        standing = Standing.LATE if broken else Standing.ON_TIME
    return Asked(one.fact.party, one.fact.subject, one.asked, one.fact.due, one.answered, standing)
