"""A plan for a sample of the fleet: limits by number shrink with it, shares and days stay."""

from msgspec.structs import replace

from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan, PlannedWave
from twin.campaign.ramps import Ramp


def sampled(plan: Plan, *, share: float) -> Plan:
    """The plan with counts, paces and ramps times the share, one at least; itself for all of it.

    What a gate wants in devices (`evidence_at_least`) stays: a sample shows less, and says so.
    """
    if share == 1:
        return plan
    pace = None if plan.pacing is None else _pace(plan.pacing, share)
    return replace(plan, pacing=pace, waves=tuple(_wave(wave, share) for wave in plan.waves))


def _pace(pace: Pace, share: float) -> Pace:
    return Pace(
        per_day=None if pace.per_day is None else _part(pace.per_day, share),
        per_region={name: _part(rate, share) for name, rate in pace.per_region.items()},
        per_supplier={name: _part(rate, share) for name, rate in pace.per_supplier.items()},
        per_model={name: _part(rate, share) for name, rate in pace.per_model.items()},
        burst_days=pace.burst_days,
    )


def _wave(wave: PlannedWave, share: float) -> PlannedWave:
    ramp = wave.ramp
    if ramp is not None:
        ramp = Ramp(
            per_day=_part(ramp.per_day, share), factor=ramp.factor, after=_part(ramp.after, share)
        )
    count = None if wave.count is None else _part(wave.count, share)
    soak_after = None if wave.soak_after is None else _part(wave.soak_after, share)
    return replace(wave, count=count, ramp=ramp, soak_after=soak_after)


def _part(number: int, share: float) -> int:
    return max(1, round(number * share))
