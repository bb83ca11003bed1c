"""`twin campaign devices`: where each device of a campaign stands or stood, from the lake."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from msgspec import Struct
from msgspec.structs import asdict, astuple

from infra.commands.as_of import KnownAt, ValidAt, as_data, in_words, utc
from infra.commands.folders import lake_of
from infra.commands.known import basis_at, files_of
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.refusals import NotFound
from streams import topics
from streams.memory import Memory
from twin.campaign.device_standing import DeviceStanding
from twin.campaign.looking_back import Past, premises_at
from twin.campaign.orders import under_way
from twin.campaign.state import Campaign
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.registry import short_name
from twin.lake import read
from twin.lake.basis import Basis
from twin.vocabulary import ExecutionStanding


class Found(Struct, frozen=True):
    """What the lake knows of a campaign's devices: how each stood, and what happened to it."""

    basis: Basis
    campaign: Campaign
    standings: tuple[DeviceStanding, ...]
    facts: dict[str, list[Event]]


def devices(
    campaign_id: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Such as LCP-HUBS.")],
    wave: Annotated[int | None, typer.Option(min=0, help="Only this one; 0: no seat.")] = None,
    state: Annotated[
        list[ExecutionStanding] | None, typer.Option(help="Only these; may be said again.")
    ] = None,
    device: Annotated[
        str | None, typer.Option(metavar="DEVICE", help="One device, and all that happened to it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write every device here, as CSV.")] = None,
    valid: ValidAt = None,
    known: KnownAt = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Say where each device of a campaign stands, or stood on a date, from the lake."""
    found = _found(campaign_id, home=home, valid=utc(valid), known=known)
    if device is not None:
        _tell_one(found, device, as_json=as_json)
        return
    chosen = [
        one
        for one in found.standings
        if wave in (None, one.wave) and (not state or one.state in state)
    ]
    if out is not None:
        _write(out, chosen)
    if as_json:
        say_json({"basis": as_data(found.basis), "valid": valid, **_counted(found, chosen)})
        return
    for line in _lines(found, chosen, utc(valid)):
        say(line)


def _found(
    campaign_id: str, *, home: str | None, valid: datetime | None, known: str | None
) -> Found:
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    files = files_of(lake, basis)
    memory, now = Memory(), None
    for record in read.records(files, topic=topics.CAMPAIGN_EVENTS, upto=basis.positions):
        event = decode(key=record.key, value=record.value)
        if isinstance(event, Event) and (valid is None or event.occurred_at <= valid):
            memory.note(topics.CAMPAIGN_EVENTS, record.key or b"", record.value or b"")
            now = event.occurred_at
    campaign = memory.campaigns.get(campaign_id)
    if campaign is None or now is None:
        names = ", ".join(sorted(memory.campaigns)) or "none"
        when = "" if valid is None and known is None else " by then"
        raise NotFound(f"no campaign {campaign_id} is in the lake{when}; those known: {names}")
    past = premises_at(
        read.records(files, upto=basis.positions), campaign_id=campaign_id, valid=valid
    )
    beside = under_way(memory.campaigns.values())
    standings = tuple(
        one
        for found in past
        for one in found.standings(campaign, now=valid or now, under_way=beside)
    )
    return Found(basis, campaign, standings, _facts(past))


def _facts(past: Iterable[Past]) -> dict[str, list[Event]]:
    """What happened to each device in the campaign, in the order in which it happened."""
    found: dict[str, list[Event]] = {}
    for one in past:
        for event in one.facts:
            found.setdefault(event.fact.device_id, []).append(event)  # type: ignore[union-attr]
    return {name: sorted(facts, key=lambda e: e.occurred_at) for name, facts in found.items()}


def _counted(found: Found, chosen: list[DeviceStanding]) -> dict[str, Any]:
    waves = Counter((one.wave, one.state) for one in chosen)
    return {
        "campaign_id": found.campaign.plan.campaign_id,
        "state": found.campaign.state,
        "members_frozen": found.campaign.frozen,
        "waves": [
            {
                "wave": number,
                "name": wave.name,
                "members": sum(n for (nth, _), n in waves.items() if nth == number),
                "states": {s: waves[number, s] for s in ExecutionStanding if waves[number, s]},
            }
            for number, wave in enumerate(found.campaign.plan.waves, start=1)
        ],
        "excluded": Counter(one.reason for one in chosen if one.reason is not None),
        "waiting_for": Counter(one.waits_for for one in chosen if one.waits_for is not None),
        "late": sum(one.late for one in chosen),
    }


def _lines(found: Found, chosen: list[DeviceStanding], valid: datetime | None) -> Iterator[str]:
    told = _counted(found, chosen)
    when = "as this basis knows it" if valid is None else f"as it was on {valid:%d %B %Y %H:%M} UTC"
    yield f"{told['campaign_id']}  {told['state']}  {when} · simulated data"
    yield in_words(found.basis)
    for wave in told["waves"]:
        states = ", ".join(f"{n:,} {state}" for state, n in wave["states"].items())
        yield f"wave {wave['wave']} {wave['name']}: {wave['members']:,} members: {states or 'none'}"
    members = sum(wave["members"] for wave in told["waves"])
    frozen = told["members_frozen"]
    was = "not frozen yet" if frozen is None else f"{sum(frozen):,} were frozen"
    yield f"all waves: {members:,} members, {was}"
    for reason, number in sorted(told["excluded"].items()):
        yield f"excluded: {number:,} {reason}"
    for other, number in sorted(told["waiting_for"].items()):
        yield f"waiting for {other}, which has the device or its hub now: {number:,}"
    if told["late"]:
        yield f"confirmed late, after their time was over: {told['late']:,}"


def _tell_one(found: Found, device: str, *, as_json: bool) -> None:
    one = next((one for one in found.standings if one.device_id == device), None)
    if one is None:
        name = found.campaign.plan.campaign_id
        raise NotFound(f"device {device} has no word of {name}: it is neither member nor excluded")
    facts = found.facts.get(device, [])
    if as_json:
        history = [
            {"at": event.occurred_at, "fact": short_name(event.fact.TYPE), **_said(event)}
            for event in facts
        ]
        say_json({"basis": as_data(found.basis), **asdict(one), "history": history})
        return
    for name, value in asdict(one).items():
        if value is not None and value is not False:
            say(f"{name}: {value}")
    for event in facts:
        told = " ".join(f"{name}={value}" for name, value in _said(event).items())
        say(f"{event.occurred_at:%Y-%m-%d %H:%M}  {short_name(event.fact.TYPE)}  {told}")


def _said(event: Event) -> dict[str, Any]:
    """A fact without what all of them repeat."""
    fact = msgspec.to_builtins(event.fact)
    repeated = ("device_id", "device_type", "campaign_id")
    return {
        name: value for name, value in fact.items() if name not in repeated and value is not None
    }


def _write(file: Path, rows: list[DeviceStanding]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        written = csv.writer(out)
        written.writerow(DeviceStanding.__struct_fields__)
        written.writerows(astuple(one) for one in rows)
