"""Variants of a programme in the emulated field: same seed, same luck, other rules."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from twin.fleet.field import Field
from twin.fleet.living.policy import Policy
from twin.fleet.numbers.assumptions import Assumptions, shipped
from twin.ingest.catalogue import shipped_catalogue
from twin.whatif.doubt.named import with_numbers
from twin.whatif.emulated.counting import Counting

Figures: TypeAlias = dict[str, float]


class Variant(Struct, frozen=True, kw_only=True):
    """One way to have it: an option, an intervention, and numbers of behaviour by name."""

    name: str
    policy: Policy = Policy()
    numbers: dict[str, float] = {}


class Period(Struct, frozen=True, kw_only=True):
    """The fleet that is emulated: all of it is installed by `ends`, capable from the first day."""

    premises: int
    starts: date
    ends: date


class Job(Struct, frozen=True, kw_only=True):
    """One run of the field: a variant with a seed, and numbers that a draw of doubt changed."""

    variant: Variant
    period: Period
    seed: int
    drawn: dict[str, float] = {}


Runner: TypeAlias = Callable[[Iterable[Job]], Iterable[Figures]]
"""Runs jobs and gives the figures of each, in their order."""


def one_by_one(jobs: Iterable[Job]) -> Iterable[Figures]:
    """Jobs in this process."""
    return map(emulated, jobs)


def emulated(job: Job) -> Figures:
    """The figures of one run, for 1,000 premises; a function of the job alone.

    Every hub and meter runs local pairing, since a question about pairing, PINs or bands is not
    about the campaign that gets it there: `pairing_capable_from` lies before the first premises.
    """
    period = job.period
    around = with_numbers(shipped(), {**job.variant.numbers, **job.drawn})
    field = Field(
        assumptions=_capable(around),
        catalogue=shipped_catalogue(),
        premises=period.premises,
        seed=job.seed,
        starts=_start(period.starts),
        ends=_start(period.ends),
        policy=job.variant.policy,
    )
    counting = Counting()
    for day in range(1, (period.ends - period.starts).days + 1):
        until = _start(period.starts) + timedelta(days=day)
        counting.hear(field.advance(until=until, requests=()))
    return counting.for_1000(period.premises)


def _capable(around: Assumptions) -> Assumptions:
    return replace(around, pairing_capable_from=around.growth_from)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
