"""When would our stop rule have fired?"""

from collections.abc import Mapping
from typing import Any

from dashboards import words
from dashboards.headlines.operations import stratum

Stops = Mapping[str, Mapping[str, Any]]
"""The first stop of each rule that fires at all (`past_waves.first_stops`)."""


def when_it_stops(campaign: str, first: Stops, *, ours: str, plans: str) -> str:
    """The finding of the page: what the chosen thresholds do, beside what the plan's rule did."""
    chosen, planned = first.get(ours), first.get(plans)
    if chosen is None:
        was = "" if planned is None else f"; the plan's rule did {_place(planned)}"
        return f"These thresholds would never have stopped {campaign}{was}"
    told = f"These thresholds stop {campaign} {_place(chosen)}{_why(chosen)}"
    return f"{told}, {_beside(chosen, planned)}"


def peers_stop(first: Stops, *, peers: list[str], tolerance: float) -> str:
    """What the published rules of others would have done at the same tolerance."""
    at = f"at a tolerance of {100 * tolerance:g}%"
    fired = [name for name in peers if name in first]
    if not fired:
        return f"None of the published rules of {words.listed(_short(peers))} fires {at}."
    told = [f"{_short([name])[0]}'s {_place(first[name])}" for name in fired]
    silent = [name for name in peers if name not in first]
    rest = f"; {words.listed(_short(silent))}: never" if silent else ""
    return f"Of the published rules, {at}: {words.listed(told)}{rest}."


def _short(names: list[str]) -> list[str]:
    return [name.partition(" ")[0] for name in names]


def _place(stop: Mapping[str, Any]) -> str:
    return f"in wave {stop['wave']} on {words.day(stop['stopped_on'])}"


def _why(stop: Mapping[str, Any]) -> str:
    if not stop["stratum"]:
        return ""
    if stop["k"] is None:
        return f" over {stratum(stop['stratum'])}"
    return (
        f" over {stratum(stop['stratum'])} ({words.count(stop['k'])} of {words.count(stop['n'])})"
    )


def _beside(chosen: Mapping[str, Any], planned: Mapping[str, Any] | None) -> str:
    exposed = "how many devices were exposed is not told"
    if chosen["exposed"] is not None:
        exposed = f"with {words.things(chosen['exposed'], 'device')} exposed"
    if planned is None:
        return f"{exposed}; the plan's rule never did"
    days = (chosen["stopped_on"] - planned["stopped_on"]).days
    if days == 0:
        return f"{exposed}, the same day as the plan's rule"
    when = f"{words.things(abs(days), 'day')} {'after' if days > 0 else 'before'} the plan's rule"
    return f"{exposed}, {when}"
