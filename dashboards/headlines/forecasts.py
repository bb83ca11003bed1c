"""When will a campaign end, and how good were such forecasts?"""

from datetime import date
from typing import Any

from dashboards import words
from dashboards.suppression import PROGRAMME, part_of
from twin.forecast.coverage import Coverage


def end_foreseen(latest: dict[str, Any]) -> str:
    """The finding of a campaign's newest forecast, or how it ended against its plan."""
    name, planned, actual = latest["campaign_id"], latest["planned"], latest["actual"]
    if actual is not None:
        return f"{name} ended on {words.day(actual)}, {_against(actual, planned)}"
    middle, chance = latest["p50"], words.chance(latest["chance"])
    plan = f"a chance of {chance} to end by {words.day(planned)}, as planned"
    if middle is None:
        return f"{name} is not in sight of its end, with {plan}"
    early, late = latest["p10"], latest["p90"]
    until = "an open end" if late is None else words.day(late)
    return (
        f"{name} will as likely as not have ended by {words.day(middle)} "
        f"(80% interval: {words.day(early)} to {until}), with {plan}"
    )


def _against(actual: date, planned: date) -> str:
    days = (actual - planned).days
    if days == 0:
        return "on the plan's last day"
    return (
        f"{words.things(abs(days), 'day')} {'after' if days > 0 else 'before'} the plan's last day"
    )


def forecast_basis(latest: dict[str, Any], *, role: str = PROGRAMME) -> str:
    """What a forecast stands on, in one line: it is no observation."""
    settled = part_of(latest["settled"], latest["members"], role=role)
    members = "member" if latest["members"] == 1 else "members"
    parts = (
        f"Forecast, as known at the start of {words.day(latest['day'])}",
        f"basis {words.listed(latest['basis'].split('+'))}: {settled} {members} settled",
        *((latest["condition"].rstrip("."),) if latest["condition"] else ()),
        "assumptions: rows of twin/forecast/prior.toml",
        "simulated data",
    )
    return " · ".join(parts)


def forecasts_kept(found: Coverage) -> str:
    """How good forecasts were: how often their 80 % interval held the end, and of what."""
    held = f"{words.prose(found.inside)} of {words.things(found.days, 'day')}"
    return (
        f"The 80% interval held the end on {held} ({words.share(found.inside, found.days)}) of "
        f"{words.things(found.campaigns, 'campaign')}: {found.source}"
    )
