"""The words of a finding: what is the best, by how much, and whether luck may explain it."""

from typing import Literal

from twin.whatif.intervals import Interval


def told_best(
    *,
    best: str,
    runner_up: str,
    values: tuple[float, float],
    lead: Interval,
    surely: bool,
    better: Literal["less", "more"],
    what: str,
) -> str:
    """One sentence on the best of some variants; nothing is claimed that luck may explain.

    `values` are the means of the best and of the runner-up, `lead` the paired difference.
    """
    if lead.mean == 0 and lead.low == lead.high:
        return (
            f"{best} and {runner_up} come to the same {what}: {shown(values[0])}, with each of "
            f"{lead.n} seeds."
        )
    if not surely:
        return (
            f"{lead.n} seeds cannot tell the best apart: {best} has {shown(values[0])} {what}, "
            f"{runner_up} {shown(values[1])} (difference {leads(lead)})."
        )
    word = "fewest" if better == "less" else "most"
    return (
        f"{best} has the {word} {what}: {shown(values[0])} against {shown(values[1])} with "
        f"{runner_up} (difference {leads(lead)}, 95% over {lead.n} seeds)."
    )


def leads(found: Interval) -> str:
    """A difference with its interval."""
    return f"{shown(found.mean, sign='+')} ({span(found.low, found.high, sign='+')})"


def span(low: float, high: float, *, sign: str = "") -> str:
    """From here to there."""
    return f"{shown(low, sign=sign)} to {shown(high, sign=sign)}"


def shown(value: float, *, sign: str = "") -> str:
    """A number as a reader wants it: whole from a hundred on, else with one digit."""
    return f"{value:{sign},.0f}" if abs(value) >= 100 else f"{value:{sign},.1f}"
