"""The counts of a review, before anything is said of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from msgspec import Struct

from twin.evidence.review.ground import Ground, rows_of
from twin.evidence.review.period import Period
from twin.evidence.review.requests import Asked, requests_within

Rows: TypeAlias = tuple[Mapping[str, Any], ...]


class Counts(Struct, frozen=True, kw_only=True):
    """What a review rests on; rows are those of the SQL files and marts of the same names.

    `known_until` is the newest fact about premises within the period's end.
    """

    period: Period
    known_from: datetime
    known_until: datetime
    fleet: Mapping[str, int]
    deployment: Rows
    bands: Rows
    licence: Rows
    links: Rows
    link_words: Rows
    duty: Rows
    pairing: Rows
    joins: Rows
    pins: Rows
    intruders: Rows
    obligations: Rows
    breaches: Rows
    requests: tuple[Asked, ...]


def counts_of(ground: Ground, period: Period) -> Counts | None:
    """The counts within a period, and of the fleet at its end; None where no fact is there."""
    span = ground.span
    if span is None:
        return None
    ground.within(period)
    (fleet,) = rows_of(ground.review("fleet"))
    return Counts(
        period=period,
        known_from=span[0],
        known_until=span[1],
        fleet=fleet,
        deployment=tuple(rows_of(ground.review("deployment"))),
        bands=tuple(rows_of(ground.mart("bands"))),
        licence=tuple(rows_of(ground.mart("licence_conditions"))),
        links=tuple(rows_of(ground.mart("links"))),
        link_words=tuple(rows_of(ground.review("link_words"))),
        duty=tuple(rows_of(ground.review("duty_time"))),
        pairing=tuple(rows_of(ground.review("pairing_within"))),
        joins=tuple(rows_of(ground.review("joins_within"))),
        pins=tuple(rows_of(ground.mart("pins"))),
        intruders=tuple(rows_of(ground.review("intruders_within"))),
        obligations=tuple(rows_of(ground.mart("obligations"))),
        breaches=tuple(rows_of(ground.mart("breaches"))),
        requests=requests_within(ground.overseen(), period, known_on=span[1].date()),
    )


def total(rows: Rows, column: str, **where: object) -> int:
    """The sum of a column over the rows that say so."""
    return sum(
        int(row[column]) for row in rows if all(row[name] == is_so for name, is_so in where.items())
    )
