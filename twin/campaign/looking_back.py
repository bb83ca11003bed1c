"""Premises as they were at any past moment, and what had happened there in one campaign."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from twin.campaign.device_standing import DeviceStanding, Step, standings_of, step_of
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign
from twin.events.envelope import Event
from twin.events.firmware import ExecutingFirmwareChanged, FirmwareVersionRead
from twin.state.as_of import AsOf
from twin.state.entry import Record, entry_name, new_entry
from twin.state.premises import Premises
from twin.state.step import step
from twin.state.verdicts import Applied


class Past(Struct):
    """A premises as it was, and its facts in one campaign in the order of the log; mutable."""

    as_of: AsOf
    facts: list[Event]

    def standings(
        self, campaign: Campaign, *, now: datetime, under_way: tuple[Plan, ...] = ()
    ) -> Iterator[DeviceStanding]:
        """How its devices stood, beside the plans that were under way."""
        steps: dict[str, list[Step]] = {}
        for event in self.facts:
            found = step_of(event.fact)
            if found is not None:
                device_id, taken = found
                steps.setdefault(device_id, []).append(taken)
        premises = self.as_of.premises
        yield from standings_of(
            campaign=campaign, premises=premises, steps=steps, now=now, under_way=under_way
        )


def premises_at(
    records: Iterable[Record], *, campaign_id: str, valid: datetime | None = None
) -> list[Past]:
    """All premises as they were, with what happened there in a campaign, in order of their names.

    `records` are those of `premises.events`, in the order of the log.
    """
    found: dict[tuple[int, str], Past] = {}
    for record in records:
        name = entry_name(record.key)
        held = found.get((record.partition, name))
        if held is None:
            held = Past(AsOf(Premises(name), new_entry(name), 0), [])
            found[record.partition, name] = held
        known, verdict = step(held.as_of.known, record)
        events = verdict.events if isinstance(verdict, Applied) else ()
        held.as_of = held.as_of.after(known, events, valid=valid)
        held.facts += [event for event in events if _tells(event, campaign_id, valid)]
    return [found[place] for place in sorted(found, key=lambda place: place[1])]


def _tells(event: Event, campaign_id: str, valid: datetime | None) -> bool:
    """Whether a fact is of the campaign, or says which version a device runs, which proves one."""
    proves = isinstance(event.fact, FirmwareVersionRead | ExecutingFirmwareChanged)
    is_of = proves or getattr(event.fact, "campaign_id", None) == campaign_id
    return is_of and (valid is None or event.occurred_at <= valid)
