"""The forecast of a campaign: when it ends and when enough is confirmed, and for whom."""

from typing import Final

import polars as pl

from twin.forecast.answer import Answer, Basis, Forecast, NoForecast
from twin.forecast.cohorts import Known, known, mistakes_in
from twin.forecast.curves import drawn, seen
from twin.forecast.ground import laid
from twin.forecast.groups import courses, group_forecasts
from twin.forecast.plan_ahead import Remaining, mistakes_of
from twin.forecast.prior import Prior
from twin.forecast.waits import waits_seen
from twin.forecast.waves import walked

PATHS: Final = 1_000


def forecast(
    *,
    executions: pl.DataFrame,
    remaining: Remaining,
    prior: Prior,
    seed: int,
    paths: int = PATHS,
) -> Answer:
    """When the campaign ends, as known at `remaining.now`, or why that cannot be said.

    `executions` has the columns of `cohorts.COLUMNS`, times in UTC; a missing one is a bug and
    raises ValueError. The same arguments give the same answer.
    """
    if said := mistakes_of(remaining=remaining):
        return NoForecast(" ".join(said))
    facts = known(executions=executions, today=remaining.now.date())
    if facts.members == 0:
        return NoForecast("the campaign has no members, so it has no end to forecast.")
    if said := (*mistakes_in(facts=facts), *_unplanned(facts, remaining)):
        return NoForecast(" ".join(said))
    return _made(facts, remaining, prior, seed, paths)


def _unplanned(facts: Known, remaining: Remaining) -> tuple[str, ...]:
    planned = {one.wave for one in remaining.waves}
    return tuple(
        f"wave {wave} has members and is not in the plan."
        for wave in facts.waves
        if wave not in planned
    )


def _made(facts: Known, remaining: Remaining, prior: Prior, seed: int, paths: int) -> Forecast:
    counts = seen(facts=facts, longest_days=remaining.longest_days, since=remaining.activates)
    ground = laid(
        facts=facts,
        remaining=remaining,
        prior=prior,
        curves=drawn(
            counts=counts, prior=prior, paths=paths, seed=seed, lag=remaining.activation_lag
        ),
        waits=waits_seen(facts=facts, remaining=remaining),
        seed=seed,
    )
    walk = walked(ground=ground)
    found = courses(
        facts=facts,
        parts=walk.parts,
        finish=None if remaining.ending else walk.finish,
        paths=paths,
        seed=seed,
    )
    observed = int(counts.confirmed.sum() + counts.otherwise.sum())
    return Forecast(
        now=remaining.now,
        seed=seed,
        paths=paths,
        basis=_basis(facts, observed),
        observed=observed,
        censored=int(counts.silent.sum()),
        confirmed_share=remaining.confirmed_share,
        condition=_condition(remaining, facts),
        groups=group_forecasts(
            found=found, strata=facts.strata, confirmed_share=remaining.confirmed_share
        ),
    )


def _basis(facts: Known, observed: int) -> Basis:
    """Only a campaign that is over rests on what was observed alone; the prior closes any gap."""
    if facts.rows.is_over.all():
        return Basis.OBSERVED
    return Basis.BOTH if observed else Basis.PRIOR


def _condition(remaining: Remaining, facts: Known) -> str:
    held = remaining.held
    if held is None or facts.rows.is_over.all():
        return ""
    if held.resumes_by is None:
        return (
            f"held since {held.since}: the length of the hold is drawn from holds that were "
            "observed or assumed."
        )
    return f"held since {held.since}: only if releases resume on {held.resumes_by} at the latest."
