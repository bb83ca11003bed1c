"""When a rule would have stopped a wave whose outcomes are known: the past looked at day by day.

What was recorded before a day is known on it, as it is to the campaign's own tick at midnight.
The past is taken as it was: after a stop that did happen, what was released and excluded is that
of the stopped campaign, whatever rule is asked. `twin gates replay` decides all of it again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from twin.campaign.gates.judge import judge, readings
from twin.campaign.gates.published import PublishedRule
from twin.campaign.gates.terms import Cohort, GateRule, Reading, Stage, Stratum
from twin.vocabulary import GateDecision


class Alike(Struct, frozen=True, kw_only=True):
    """Members of one stratum to whom the same happened on the same days (ordinals).

    `failed` is the day on which no attempt was left, `left` that of an exchange or another place;
    None: it never came.
    """

    stratum: Stratum
    devices: int
    released: int
    failed: int | None = None
    confirmed: int | None = None
    left: int | None = None


class Past(Struct, frozen=True, kw_only=True):
    """A wave as it went: members frozen, outcomes, the day on which all of it was out (None: it
    never was), and the days on which its gate was looked at, from `first` to `last`."""

    members: int
    alike: tuple[Alike, ...]
    complete: int | None
    first: int
    last: int


class Look(Struct, frozen=True, kw_only=True):
    """What a rule saw on a day.

    `by` is the reading that it fires by, or the one of the whole wave. `reached` says how far the
    furthest condition of the rule still was from being met: 1 and above where all are.
    """

    day: int
    fires: bool
    by: Reading
    reached: float


Rule: TypeAlias = GateRule | PublishedRule
FOLLOW_UP_DAYS: Final = 10_000
"""Only the accept side asks for the age of outcomes; no stop depends on it."""


def cohorts_on(alike: Iterable[Alike], /, *, day: int) -> dict[Stratum, list[Cohort]]:
    """Counts by stratum and day of release, by what was recorded before a day.

    Who left the count before it was settled proves nothing and is left out, as gates do.
    """
    counts: dict[tuple[Stratum, int], list[int]] = {}
    for one in alike:
        confirmed = _by(one.confirmed, day)
        if not _by(one.released, day) or (_by(one.left, day) and not confirmed):
            continue
        failed = _by(one.failed, day) and not confirmed
        here = counts.setdefault((one.stratum, one.released), [0, 0, 0])
        for nth, counted in enumerate((True, confirmed, failed)):
            here[nth] += one.devices * counted
    found: dict[Stratum, list[Cohort]] = {}
    for (stratum, released), (devices, good, bad) in sorted(counts.items()):
        found.setdefault(stratum, []).append(Cohort(released, devices, good, bad))
    return found


def released_before(alike: Iterable[Alike], /, *, day: int) -> int:
    """Devices that were asked to update before a day, and so may hold the image by then."""
    return sum(one.devices for one in alike if one.released < day)


def looks(past: Past, /, *, rule: Rule) -> Iterator[Look]:
    """What a rule saw on each day of a wave, in order."""
    for day in range(past.first, past.last + 1):
        cohorts = cohorts_on(past.alike, day=day)
        if isinstance(rule, GateRule):
            yield _judged(past, rule, cohorts, day)
        else:
            yield _counted(past, rule, cohorts, day)


def first_stop(seen: Iterable[Look], /) -> Look | None:
    """The first look at which the rule fires."""
    return next((look for look in seen if look.fires), None)


def _judged(past: Past, rule: GateRule, cohorts: dict[Stratum, list[Cohort]], day: int) -> Look:
    stage = Stage(
        released=past.complete is not None and past.complete < day,
        soaked=False,
        tolerance=rule.errors_above,
        today=day,
        follow_up_days=FOLLOW_UP_DAYS,
    )
    said = judge(rule=rule, members=past.members, cohorts=cohorts, stage=stage)
    figures = readings(rule=rule, members=past.members, cohorts=cohorts, stage=stage)
    whole = {one.gate: one for one in reversed(figures) if one.stratum is None}
    by = whole.get("errors", Reading(gate="errors"))
    reached = min(
        (_ratio(whole[gate]) for gate in ("errors", "evidence") if gate in whole), default=0.0
    )
    fires = said.decision is GateDecision.REJECT
    if fires:
        by = Reading(
            gate="errors",
            stratum=said.stratum,
            n=said.n,
            k=said.k,
            statistic=said.statistic,
            bound=said.bound,
        )
    return Look(day=day, fires=fires, by=by, reached=reached)


def _ratio(reading: Reading) -> float:
    """A statistic as a share of its bound; a bound of nothing is reached by anything."""
    if reading.bound <= 0:
        return float(reading.statistic > 0)
    return max(0.0, reading.statistic / reading.bound)


def _counted(
    past: Past, rule: PublishedRule, cohorts: dict[Stratum, list[Cohort]], day: int
) -> Look:
    errors, settled = _totals([one for told in cohorts.values() for one in told])
    counts = {"n": settled, "k": errors, "group": past.members}
    return Look(
        day=day,
        fires=rule.fires(**counts),
        by=Reading(
            gate="errors",
            n=settled,
            k=errors,
            statistic=rule.share(**counts),
            bound=rule.tolerance,
        ),
        reached=rule.reached(**counts),
    )


def _totals(cohorts: Sequence[Cohort]) -> tuple[int, int]:
    errors = sum(one.errors for one in cohorts)
    return errors, errors + sum(one.confirmed for one in cohorts)


def _by(moment: int | None, day: int) -> bool:
    """Whether something was known by the first moment of a day."""
    return moment is not None and moment < day
