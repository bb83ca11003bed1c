"""The end that a pre-flight foresees, with its doubt, in words and as JSON."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dashboards import words
from twin.campaign.plan import Plan
from twin.forecast.answer import Answer, Forecast
from twin.forecast.asking import assumed


def lines(plan: Plan, foreseen: Answer) -> Iterator[str]:
    """What is foreseen of a plan, and on what it rests."""
    if not isinstance(foreseen, Forecast):
        yield f"end foreseen: none, {foreseen.why}"
        return
    end, last = foreseen.campaign.finish, _last(plan)
    days = ", ".join(
        f"{name} {day or 'not in sight'}"
        for name, day in (("P10", end.p10), ("P50", end.p50), ("P90", end.p90))
    )
    yield f"end foreseen: {days}; by {last} {words.chance(end.chance_by(last))} (simulated data)"
    yield f"it supposes: {_supposed(plan)}"
    for row in assumed():
        yield f"  {row.name} {row.value:g} {row.unit}: {row.source}"


def picture(plan: Plan, foreseen: Answer) -> dict[str, Any]:
    """The same as JSON values."""
    if not isinstance(foreseen, Forecast):
        return {"why_not": foreseen.why}
    end, last = foreseen.campaign.finish, _last(plan)
    return {
        "p10": end.p10,
        "p50": end.p50,
        "p90": end.p90,
        "by": last,
        "chance": end.chance_by(last),
        "basis": foreseen.basis,
        "supposes": _supposed(plan),
        "assumed": assumed(),
        "paths": foreseen.paths,
        "seed": foreseen.seed,
        "simulated": True,
    }


def _last(plan: Plan) -> date:
    return max(wave.planned_to for wave in plan.waves)


def _supposed(plan: Plan) -> str:
    """What must be so for the forecast to mean anything, in one sentence."""
    before = "" if plan.after is None else f" and {plan.after} is finished"
    return (
        f"the plan is approved{before} by {plan.starts_on}; nothing was observed of it, so that "
        "all rests on the prior"
    )
