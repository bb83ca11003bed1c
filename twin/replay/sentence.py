"""What the other plan would have done, in one sentence."""

from collections.abc import Iterator
from datetime import date

from twin.replay.commanded import BY_GATES
from twin.replay.telling import HoldTold, Told


def sentence(campaign_id: str, *, then: Told, other: Told, log_ends: date) -> str:
    """The difference between the recorded history and the other, for people."""
    parts = [*_held(then, other), *_exposed(then, other), _ended(then, other, log_ends)]
    return f"Under the other plan {campaign_id} would have {', '.join(parts)}; {_ground(other)}."


def by_gate(told: Told) -> HoldTold | None:
    """The first hold by a gate, an abort included."""
    reasons = {str(reason) for reason in BY_GATES} | {"abort, error_gate"}
    return next((hold for hold in told.holds if hold.reason in reasons), None)


def _held(then: Told, other: Told) -> Iterator[str]:
    was, would = by_gate(then), by_gate(other)
    if would is None and other.exposed.asked == 0:
        yield "come to no gate"
        return
    if would is None:
        yield "passed every gate it came to" + (f" (it was held {_on(was.on)})" if was else "")
        return
    about = f" over {would.stratum}" if would.stratum else ""
    compared = "where no gate held" if was is None else _apart(would.on, was.on)
    if would.settled is not None:
        about += f" with {would.settled:,} settled"
    yield f"been held by its gate {_on(would.on)}{about} ({compared})"


def _exposed(then: Told, other: Told) -> Iterator[str]:
    was, would = then.exposed, other.exposed
    when = "in all" if by_gate(other) is None else "by then"
    yield f"with {would.asked:,} devices asked {when} ({was.asked:,} as recorded)"
    if was.bad or would.bad:
        yield (
            f"{would.bad:,} of a bad model ({was.bad:,} as recorded), "
            f"{would.running:,} of these running its image ({was.running:,} as recorded)"
        )


def _ended(then: Told, other: Told, log_ends: date) -> str:
    if other.ended is None:
        return f"and been {other.state} when the log ends {_on(log_ends)}"
    compared = f" ({_apart(other.ended, then.ended)})" if then.ended is not None else ""
    return f"and been {other.state} {_on(other.ended)}{compared}"


def _ground(other: Told) -> str:
    if not other.modelled:
        return "every answer is one that was observed"
    return f"{other.observed_share:.1%} of its devices answered as observed, the others are a model"


def _apart(day: date, than: date) -> str:
    days = (day - than).days
    if days == 0:
        return "the same day"
    return f"{abs(days):,} day{'s' if abs(days) > 1 else ''} {'later' if days > 0 else 'earlier'}"


def _on(day: date) -> str:
    return f"on {day.day} {day:%B %Y}"
