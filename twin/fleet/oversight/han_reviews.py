"""Requests for information, their answers, reviews, recommendations (F1.4(g), F1.6, BR40)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeAlias
from uuid import uuid5

from msgspec import Struct

from twin.events.oversight import (
    HanReviewReported,
    InformationProvided,
    InformationRequested,
    RecommendationMade,
)
from twin.fleet.numbers.assumptions import SUPPLIERS
from twin.fleet.numbers.draws import draw
from twin.fleet.numbers.oversight_rows import OversightRows
from twin.fleet.numbers.shapes import waiting
from twin.ids import NAMESPACE
from twin.vocabulary import Addressee, InformationSubject, Recommendation, SecObjective

ReviewFact: TypeAlias = (
    InformationRequested | InformationProvided | HanReviewReported | RecommendationMade
)
_OBJECTIVES: Final = {
    Recommendation.NO_CHANGE: SecObjective.A,
    Recommendation.IMPROVE_2_4_GHZ_EVIDENCE: SecObjective.A,
    Recommendation.RAISE_LINK_CAPACITY: SecObjective.C,
    Recommendation.ENCOURAGE_PRIVACY_PIN: SecObjective.F,
    Recommendation.SPEED_UP_FIRMWARE: SecObjective.A,
}
"""The General SEC Objective (C1.1) that each recommendation is to serve better."""
_MORNING: Final = time(9)
_AFTERNOON: Final = time(14)


class Quarter(Struct, frozen=True):
    """A calendar quarter; `ends` is its last day."""

    begins: date
    ends: date


def quarters(*, starts: datetime, ends: datetime) -> tuple[Quarter, ...]:
    """The quarters that begin within a run."""
    found = []
    year, month = starts.year, (starts.month - 1) // 3 * 3 + 1
    begins = date(year, month, 1)
    while _at(begins, _MORNING) <= ends:
        month += 3
        year, month = (year + 1, 1) if month > 12 else (year, month)
        following = date(year, month, 1)
        if _at(begins, _MORNING) > starts:
            found.append(Quarter(begins, following - timedelta(days=1)))
        begins = following
    return tuple(found)


def reviewed(
    quarter: Quarter, *, number: int, rows: OversightRows, seed: int
) -> Iterator[tuple[datetime, ReviewFact]]:
    """A quarter: twelve parties asked, their answers, the review and what it recommends."""
    subject = tuple(InformationSubject)[number % len(InformationSubject)]
    asked_at = _at(quarter.begins, _MORNING)
    due = quarter.begins + timedelta(days=rows.information_due)
    report_at = _at(quarter.ends, _AFTERNOON) + timedelta(days=rows.review_after)
    answered = 0
    for party in SUPPLIERS:
        name = f"{quarter.begins}|{party}"
        asked = str(uuid5(NAMESPACE, f"information|{name}"))
        yield asked_at, InformationRequested(asked, party, subject, due)
        luck = draw(seed=seed, entity=name, purpose="information.after")
        days = min(waiting(luck, mean=rows.information_after), rows.information_latest)
        at = asked_at + timedelta(seconds=1 + int(days * 86_400))
        answered += at <= report_at
        yield at, InformationProvided(asked, party, subject, at.date() <= due)
    made = _recommendations(quarter, rows=rows, seed=seed)
    review = str(uuid5(NAMESPACE, f"han-review|{quarter.begins}"))
    yield (
        report_at,
        HanReviewReported(
            review, quarter.begins, quarter.ends, len(SUPPLIERS), answered, len(made)
        ),
    )
    for place, one in enumerate(made or (Recommendation.NO_CHANGE,)):
        luck = draw(seed=seed, entity=review, purpose="review.framework", attempt=place)
        changes = one is not Recommendation.NO_CHANGE and luck < rows.framework_change_share
        # To Panel and Ofgem both: that is what the proposed F1.4(g) says of the HAN arrangements.
        fact = RecommendationMade(review, one, _OBJECTIVES[one], tuple(Addressee), changes)
        yield report_at, fact


def _recommendations(
    quarter: Quarter, *, rows: OversightRows, seed: int
) -> tuple[Recommendation, ...]:
    """None to the most that rows allow, none of them twice."""
    name = str(quarter.begins)
    luck = draw(seed=seed, entity=name, purpose="review.recommendations")
    picked = (
        Recommendation(
            rows.recommendation_share.pick(
                draw(seed=seed, entity=name, purpose="review.recommended", attempt=place)
            )
        )
        for place in range(int(luck * (rows.recommendations_most + 1)))
    )
    return tuple(dict.fromkeys(picked))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, UTC)
