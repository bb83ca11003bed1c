"""Who was asked for information within a period, and what came of it (F1.6, paragraph 10)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from twin.events.envelope import Event
from twin.events.oversight import InformationProvided, InformationRequested
from twin.evidence.review.period import Period
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
    asked: dict[str, tuple[datetime, InformationRequested]] = {}
    answered: dict[str, date] = {}
    for event in events:
        match event.fact:
            case InformationRequested() as fact:
                asked[fact.request_id] = event.occurred_at, fact
            case InformationProvided() as fact:
                answered[fact.request_id] = event.occurred_at.astimezone(UTC).date()
            case _:
                continue
    found = [
        _stands(at.date(), fact, answered.get(request_id), known_on)
        for request_id, (at, fact) in asked.items()
        if period.first_moment <= at < period.end_moment
    ]
    return tuple(sorted(found, key=lambda one: (one.party, one.subject, one.asked)))


def _stands(at: date, fact: InformationRequested, answered: date | None, known_on: date) -> Asked:
    broken = isinstance(check_answer(due=fact.due, answered=answered, on=known_on), Refusal)
    if answered is None:
        standing = Standing.UNANSWERED if broken else Standing.DUE
    else:
        standing = Standing.LATE if broken else Standing.ON_TIME
    return Asked(fact.party, fact.subject, at, fact.due, answered, standing)
