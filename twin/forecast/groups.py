"""Days read off the simulated courses for the campaign, each region and each supplier."""

import numpy as np
from msgspec import Struct

from twin.forecast.answer import DayBand, GroupForecast, band
from twin.forecast.cohorts import Known, Stratum
from twin.forecast.luck import Floats, Whole, luck
from twin.forecast.parts import NEVER, Part, first_days, kth_share, last_days
from twin.forecast.rows import Rows, table


class Group(Struct, frozen=True):
    """A named set of strata: 1 for each that belongs to it, 0 for the others."""

    group: str
    name: str
    strata: Whole


class Courses(Struct, frozen=True, kw_only=True):
    """All paths of a forecast: the parts, and the last day of each stratum by path.

    `members`, `settled` and `censored` are counts by stratum; `settled_on` and `confirmed_on` by
    stratum and day, the first of which is `first`, counted from the basis. `finish` is the last
    day of the campaign by path, counted from the basis too, if its gates say so.
    """

    parts: tuple[Part, ...]
    finish: Floats | None
    ends: Floats
    members: Whole
    censored: Whole
    settled_on: Whole
    confirmed_on: Whole
    first: int
    today: int
    seed: int


def courses(
    *, facts: Known, parts: tuple[Part, ...], finish: Floats | None, paths: int, seed: int
) -> Courses:
    """The parts with the last day of each stratum by path, counted from the basis.

    `finish` None: the campaign ends with its last outcome.
    """
    ends = np.full((paths, len(facts.strata)), -np.inf)
    rng = luck(seed=seed, purpose="ends")
    for part in parts:
        ends = np.maximum(ends, last_days(part=part, rng=rng))
    rows = facts.rows
    over = rows.where(rows.is_over)
    sure = over.where(over.confirmed)
    first = int(over.settled.min()) if over.total else facts.today
    shape = (len(facts.strata), facts.today - first + 1)
    return Courses(
        parts=parts,
        finish=finish,
        ends=ends,
        members=_by_stratum(facts, rows),
        censored=_by_stratum(facts, rows.where(rows.is_out & ~rows.is_over)),
        settled_on=table(rows=over, column=over.settled - first, shape=shape),
        confirmed_on=table(rows=sure, column=sure.settled - first, shape=shape),
        first=first - facts.today,
        today=facts.today,
        seed=seed,
    )


def _by_stratum(facts: Known, rows: Rows) -> Whole:
    counts = table(rows=rows, column=np.zeros(rows.wave.size), shape=(len(facts.strata), 1))
    return counts[:, 0]


def group_forecasts(
    *, found: Courses, strata: tuple[Stratum, ...], confirmed_share: float | None
) -> tuple[GroupForecast, ...]:
    """The campaign first, then regions, then suppliers."""
    groups = _groups(strata)
    member = np.stack([group.strata for group in groups]).astype(float)
    # by part, path, group and day
    parts = () if confirmed_share is None else found.parts
    lines = [(np.matmul(member, part.confirmed), part.starts) for part in parts]
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
    found: Courses, group: Group, lines: list[tuple[Floats, Floats]], confirmed_share: float | None
) -> GroupForecast:
    ends = _ends(found, group)
    return GroupForecast(
        group=group.group,
        name=group.name,
        members=int(group.strata @ found.members),
        settled=int(group.strata @ found.settled_on.sum(axis=1)),
        censored=int(group.strata @ found.censored),
        end=band(days=ends + found.today),
        confirmed=None
        if confirmed_share is None
        else _confirmed(found, group, lines, confirmed_share),
        finish=band(days=_finish(found, group, ends) + found.today),
    )


def _finish(found: Courses, group: Group, ends: Floats) -> Floats:
    if found.finish is None:
        return ends
    return found.finish if group.group == "campaign" else np.minimum(ends, found.finish)


def _ends(found: Courses, group: Group) -> Floats:
    """The last settled day: one that is known already, or one to come, from the basis."""
    drawn = found.ends[:, group.strata > 0].max(axis=1)
    known = np.flatnonzero(group.strata @ found.settled_on)
    latest = known[-1] + found.first if known.size else -np.inf
    ends: Floats = np.maximum(drawn, latest)
    return ends


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
