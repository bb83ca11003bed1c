"""A history up to a basis, as a run starts from it: what was observed stays, the rest is drawn.

The records come from outside, in the order of the log: this room does not open a lake. Each is
folded once, by the twin's own `step` and `evolve`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from twin.campaign.register import campaign_after
from twin.campaign.state import Campaign
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.registry import CampaignFact
from twin.state.entry import Record
from twin.state.premises import Premises
from twin.state.replay import replay
from twin.whatif.scenario import Scenario

EMPTY: Final = "the basis holds no campaign, so there is nothing that could go on"


class NothingObserved(ValueError):
    """A basis that no run can start from; the sentence says why."""


class Observed(Struct, frozen=True, kw_only=True):
    """Premises in order of their ids, campaigns and their facts, as known at the tick of a day.

    `shift` is what makes the number of a day since `at` that of its tick: tick of `at`, that is.
    """

    basis: str
    at: date
    tick: int
    premises: tuple[Premises, ...]
    campaigns: dict[str, Campaign]
    facts: tuple[tuple[date, str, CampaignFact], ...]


def observed(
    records: Iterable[Record], campaign_records: Iterable[Record], *, basis: str
) -> Observed:
    """What the records of a basis come to.

    Raises:
        NothingObserved: there is no campaign among them.
    """
    found = replay(records)
    campaigns: dict[str, Campaign] = {}
    facts: list[tuple[date, str, CampaignFact]] = []
    newest: tuple[datetime, int] | None = None
    for record in campaign_records:
        event = decode(key=record.key, value=record.value)
        if not isinstance(event, Event):
            continue
        held = campaign_after(campaigns.get(event.key), event)
        if held is not None:
            campaigns[event.key] = held
            facts.append((event.occurred_at.date(), event.key, event.fact))  # type: ignore[arg-type]
        tick = getattr(event.fact, "tick", None)
        if tick is not None:
            newest = max(newest or (event.occurred_at, tick), (event.occurred_at, tick))
    if newest is None:
        raise NothingObserved(EMPTY)
    premises = tuple(
        entry.premises for (_, _), entry in sorted(found.items()) if entry.premises.registration
    )
    at = max((newest[0], *(_last(one) for one in premises)))
    day = (at + timedelta(days=1) - timedelta(microseconds=1)).date()
    passed = (day - newest[0].date()).days
    return Observed(
        basis=basis,
        at=day,
        tick=newest[1] + passed,
        premises=tuple(sorted(premises, key=lambda one: one.premises_id)),
        campaigns=campaigns,
        facts=tuple(facts),
    )


def _last(premises: Premises) -> datetime:
    """The newest moment that a premises tells of in its executions."""
    moments = [
        max(execution.requested_at, execution.reached_at)
        for device in premises.devices.values()
        for execution in device.executions.values()
    ]
    return max(moments, default=datetime.combine(date(1970, 1, 1), time(), UTC))


def require_a_start(scenario: Scenario, past: Observed | None) -> None:
    """Refuse a scenario that starts from a basis without one, or where its horizon does not fit.

    Raises:
        NothingObserved: with what would be right.
    """
    if (scenario.basis is not None) != (past is not None):
        raise NothingObserved(f"basis {scenario.basis!r} was asked for, and none was given")
    if past is None:
        return
    first = min(on for on, _, _ in past.facts)
    if not scenario.horizon.starts <= first:
        raise NothingObserved(f"the horizon must begin by {first}, when the first plan came")
    if not past.at < scenario.horizon.ends:
        raise NothingObserved(f"the basis reaches to {past.at}: the horizon must end after that")
