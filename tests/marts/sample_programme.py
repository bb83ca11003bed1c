"""The oversight of the sample lake: milestones, requests for information, recommendations."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5

from twin.events import oversight
from twin.events.envelope import Event, new_event
from twin.ids import NAMESPACE
from twin.vocabulary import (
    Addressee,
    DeviceType,
    InformationSubject,
    Milestone,
    Recommendation,
    SecObjective,
)

BEGINS = datetime(2017, 4, 1, 8, tzinfo=UTC)
PLANNED = {
    Milestone.LEGAL_TEXT: date(2016, 7, 1),
    Milestone.NEW_INSTALLATIONS_CAPABLE: date(2017, 7, 1),
    Milestone.LOCAL_PAIRING_AVAILABLE: date(2017, 8, 31),
    Milestone.ALL_INSTALLED_UPGRADED: date(2017, 9, 1),
    Milestone.ALL_PREMISES: date(2020, 12, 31),
}


def programme_facts(*, until: datetime) -> Iterator[Event]:
    """What is known of the programme as a whole up to `until`, numbered from 1."""
    told = sorted(_said(), key=lambda one: one[0])
    for number, (at, fact) in enumerate((one for one in told if one[0] <= until), start=1):
        yield new_event(
            fact=fact,
            source=f"urn:gb:programme:{oversight.PROGRAMME_ID}",
            sequence=number,
            key=oversight.PROGRAMME_ID,
            occurred_at=at,
        )


def _said() -> Iterator[tuple[datetime, Any]]:
    for milestone, planned in PLANNED.items():
        yield BEGINS, oversight.MilestoneDeclared(milestone, planned)
    yield from _dates()
    for n in range(24):
        yield from _asked(n, BEGINS + timedelta(days=7 * n))
    for n in range(6):
        review = str(uuid5(NAMESPACE, f"review {n}"))
        at = BEGINS + timedelta(days=30 * n)
        day = at.date()
        yield at, oversight.HanReviewReported(review, day - timedelta(days=90), day, 6, 5, 2)
        made = oversight.RecommendationMade(
            review,
            list(Recommendation)[n % 4],
            list(SecObjective)[n % 3],
            tuple(Addressee),
            n % 2 == 0,
        )
        yield at + timedelta(hours=1), made
    entry = (DeviceType.ESME, "1A2B-0C0D0E0F", "0A000001")
    yield BEGINS, oversight.CplEntryAdded(*entry, "2.0", False)
    yield BEGINS + timedelta(days=60), oversight.CplEntryRemoved(*entry)


def _dates() -> Iterator[tuple[datetime, Any]]:
    legal, capable, available, upgraded, _ = PLANNED
    yield BEGINS, oversight.MilestoneReached(legal, PLANNED[legal], date(2016, 7, 18))
    reached = oversight.MilestoneReached(capable, PLANNED[capable], date(2017, 6, 28))
    yield datetime(2017, 6, 28, 9, tzinfo=UTC), reached
    reached = oversight.MilestoneReached(available, PLANNED[available], date(2017, 8, 31))
    yield datetime(2017, 8, 31, 9, tzinfo=UTC), reached
    slipped = oversight.MilestoneSlipped(upgraded, PLANNED[upgraded], date(2017, 12, 1))
    yield datetime(2017, 9, 2, 9, tzinfo=UTC), slipped


def _asked(n: int, at: datetime) -> Iterator[tuple[datetime, Any]]:
    request, party = str(uuid5(NAMESPACE, f"request {n}")), f"S0{1 + n % 6}"
    subject = list(InformationSubject)[n % 5]
    due = at.date() + timedelta(days=28)
    yield at, oversight.InformationRequested(request, party, subject, due)
    if n % 5 != 4:
        answered = oversight.InformationProvided(request, party, subject, n % 4 != 3)
        yield at + timedelta(days=35 if n % 4 == 3 else 20), answered
