"""Days read off the simulated courses for the campaign, each region and each supplier."""

import numpy as np
import polars as pl
from msgspec import Struct

from twin.forecast.answer import DayBand, GroupForecast, band
from twin.forecast.cohorts import Known, Stratum, table
from twin.forecast.luck import Floats, Whole, luck
from twin.forecast.parts import NEVER, Part, first_days, kth_share, last_days


class Group(Struct, frozen=True):
    """A named set of strata: 1 for each that belongs to it, 0 for the others."""

    group: str
    name: str
    strata: Whole


class Courses(Struct, frozen=True, kw_only=True):
    """All paths of a forecast: the parts, and the last day of each stratum by path.

    `members`, `settled` and `censored` are counts by stratum; `settled_on` and `confirmed_on` by
    stratum and day, the first of which is `first`, counted from the basis.
    """

    parts: tuple[Part, ...]
    ends: Floats
    members: Whole
    censored: Whole
    settled_on: Whole
    confirmed_on: Whole
    first: int
    today: int
    seed: int


def courses(*, facts: Known, parts: tuple[Part, ...], paths: int, seed: int) -> Courses:
    """The parts with the last day of each stratum by path, counted from the basis."""
    ends = np.full((paths, len(facts.strata)), -np.inf)
    rng = luck(seed=seed, purpose="ends")
    for part in parts:
        ends = np.maximum(ends, last_days(part=part, rng=rng))
    earliest = facts.rows["settled"].min()
    first = earliest if isinstance(earliest, int) else facts.today
    rows = facts.rows.with_columns(day=pl.col("settled") - first, all=pl.lit(0))
    over = rows.filter(pl.col("settled").is_not_null())
    silent = rows.filter(pl.col("settled").is_null() & pl.col("released").is_not_null())
    one, shape = (len(facts.strata), 1), (len(facts.strata), facts.today - first + 1)
    return Courses(
        parts=parts,
        ends=ends,
        members=table(rows=rows, names=("stratum", "all"), shape=one)[:, 0],
        censored=table(rows=silent, names=("stratum", "all"), shape=one)[:, 0],
        settled_on=table(rows=over, names=("stratum", "day"), shape=shape),
        confirmed_on=table(
            rows=over.filter(pl.col("confirmed")), names=("stratum", "day"), shape=shape
        ),
        first=first - facts.today,
        today=facts.today,
        seed=seed,
    )


def group_forecasts(
    *, found: Courses, strata: tuple[Stratum, ...], confirmed_share: float
) -> tuple[GroupForecast, ...]:
    """The campaign first, then regions, then suppliers."""
    groups = _groups(strata)
    member = np.stack([group.strata for group in groups]).astype(float)
    # by part, path, group and day
    lines = [(np.matmul(member, part.confirmed), part.starts) for part in found.parts]
    return tuple(
        _forecast(
            found,
            group,
            [(line[:, place], starts) for line, starts in lines],
            confirmed_share,
        )
        for place, group in enumerate(groups)
    )


def _groups(strata: tuple[Stratum, ...]) -> tuple[Group, ...]:
    groups = [Group("campaign", "campaign", np.ones(len(strata), dtype=np.int64))]
    for kind in ("region", "supplier"):
        for name in sorted({getattr(one, kind) for one in strata}):
            mine = np.array([getattr(one, kind) == name for one in strata], dtype=np.int64)
            groups.append(Group(kind, name, mine))
    return tuple(groups)


def _forecast(
    found: Courses, group: Group, lines: list[tuple[Floats, Floats]], confirmed_share: float
) -> GroupForecast:
    return GroupForecast(
        group=group.group,
        name=group.name,
        members=int(group.strata @ found.members),
        settled=int(group.strata @ found.settled_on.sum(axis=1)),
        censored=int(group.strata @ found.censored),
        end=_end(found, group),
        confirmed=_confirmed(found, group, lines, confirmed_share),
    )


def _end(found: Courses, group: Group) -> DayBand:
    """The last settled day: one that is known already, or one to come."""
    drawn = found.ends[:, group.strata > 0].max(axis=1)
    known = np.flatnonzero(group.strata @ found.settled_on)
    latest = known[-1] + found.first if known.size else -np.inf
    return band(days=np.maximum(drawn, latest) + found.today)


def _confirmed(
    found: Courses, group: Group, lines: list[tuple[Floats, Floats]], share: float
) -> DayBand:
    """The day on which a share of the group's members is confirmed; NEVER in some paths."""
    paths = found.ends.shape[0]
    members = int(group.strata @ found.members)
    k = max(1, int(np.ceil(share * members - 1e-9)))
    sure = np.cumsum(group.strata @ found.confirmed_on)
    if sure[-1] >= k:
        known = int(np.searchsorted(sure, k)) + found.first + found.today
        return band(days=np.full(paths, float(known)))
    pending = members - int(group.strata @ found.settled_on.sum(axis=1))
    k -= int(sure[-1])
    if k > pending:
        return band(days=np.full(paths, NEVER))
    rng = luck(seed=found.seed, purpose=f"confirmed {group.group} {group.name}")
    need = kth_share(k=k, n=pending, size=(paths,), rng=rng)
    return band(days=first_days(lines=lines, need=need) + found.today)
