"""A campaign in words and as JSON: its state, its waves with exact counts, its journal."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import asdict

from infra.commands.campaign_forecast import Foreseen
from streams.programme_log import Look
from twin.campaign.state import Campaign, WaveProgress
from twin.campaign.tallies import CampaignCounts, WaveCount
from twin.events.envelope import Event
from twin.events.registry import short_name

UNTOLD = ("campaign_id", "plan", "tick")
"""Fields of a fact that a line of the journal leaves out."""


def line(seen: Look, name: str) -> str:
    """A campaign in one line."""
    campaign, total = seen.campaigns[name], _total(seen, name)
    held = f" ({', '.join(campaign.holds)})" if campaign.holds else ""
    return (
        f"{name}  {campaign.state}{held}  {total.confirmed:,} of {total.members:,} confirmed, "
        f"{total.in_flight:,} in flight, {total.errors:,} failed  version {campaign.version}  "
        f"{campaign.plan.title}"
    )


def lines(seen: Look, name: str) -> Iterator[str]:
    """A campaign in full."""
    campaign, counts = seen.campaigns[name], seen.counts[name]
    yield line(seen, name)
    yield f"plan {campaign.plan_version} by {campaign.author}, hash {campaign.plan_hash}"
    for number, wave in enumerate(campaign.waves, start=1):
        yield _wave_line(campaign, counts, number, wave)
    for reason, devices in counts.excluded().items():
        yield f"excluded: {devices:,} {reason}"
    for region in campaign.down:
        yield f"upstream down: {region}"
    for model in campaign.excluded_models:
        yield f"excluded model: {model}"


def picture(seen: Look, name: str) -> dict[str, Any]:
    """A campaign as JSON values."""
    campaign, counts = seen.campaigns[name], seen.counts[name]
    return {
        "campaign_id": name,
        "title": campaign.plan.title,
        "state": campaign.state,
        "holds": campaign.holds,
        "version": campaign.version,
        "plan_hash": campaign.plan_hash,
        "plan_version": campaign.plan_version,
        "author": campaign.author,
        "members": campaign.frozen,
        "excluded": counts.excluded(),
        "excluded_models": campaign.excluded_models,
        "down": campaign.down,
        "outcome": campaign.outcome,
        "waves": [
            {
                "wave": number,
                "name": campaign.plan.waves[number - 1].name,
                "state": wave.state,
                "released_share": wave.upto,
                "decision": wave.decision,
                "why": wave.why,
                "stratum": wave.stratum,
                **_counted(counts.of_wave(number)),
            }
            for number, wave in enumerate(campaign.waves, start=1)
        ],
    }


def entry(event: Event, foreseen: Foreseen | None) -> dict[str, Any]:
    """A fact of the journal as JSON values, with what the forecast said on its day."""
    fact = msgspec.to_builtins(event.fact)
    fact.pop("plan", None)
    told = {"at": event.occurred_at, "number": event.sequence, "fact": _name(event), **fact}
    return {**told, "forecast": None if foreseen is None else asdict(foreseen)}


def told(event: Event, foreseen: Foreseen | None) -> str:
    """A fact of the journal in one line, with what the forecast said on its day."""
    said = " ".join(
        f"{name}={_shown(value)}"
        for name, value in msgspec.to_builtins(event.fact).items()
        if name not in UNTOLD and value is not None
    )
    line = f"{event.sequence:>5}  {event.occurred_at:%Y-%m-%d}  {_name(event):<20} {said}"
    return line if foreseen is None else f"{line}  [{foreseen}]"


def _name(event: Event) -> str:
    return short_name(event.fact.TYPE).partition(".")[2]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, str) and len(value) == 64:
        return value[:12]
    return str(value)


def _wave_line(campaign: Campaign, counts: CampaignCounts, number: int, wave: WaveProgress) -> str:
    count = counts.of_wave(number)
    gate = f"; gate {wave.decision} ({wave.why})" if wave.decision is not None else ""
    stratum = f" in {wave.stratum}" if wave.stratum else ""
    return (
        f"wave {number} {campaign.plan.waves[number - 1].name}: {wave.state}, "
        f"{wave.upto:.0%} released; {count.members:,} members, {count.awaiting:,} awaiting, "
        f"{count.in_flight:,} in flight, {count.confirmed:,} confirmed, {count.errors:,} failed, "
        f"{count.gone:,} gone{gate}{stratum}"
    )


def _total(seen: Look, name: str) -> WaveCount:
    return seen.counts[name].total(len(seen.campaigns[name].waves))


def _counted(count: WaveCount) -> dict[str, int]:
    return {**asdict(count), "awaiting": count.awaiting, "settled": count.settled}
