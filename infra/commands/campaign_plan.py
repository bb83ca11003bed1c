"""`twin campaign plan`: the pre-flight of a plan file on the fleet that the lake has."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec.structs import asdict

from infra.commands import plan_forecast
from infra.commands.speak import say, say_json
from infra.commands.way_back import UNVERIFIED, target_faults
from infra.refusals import CommandRefused
from infra.run.equipment import catalogue_of, plan_from
from infra.run.history import Home
from infra.run.tables import archived, archived_campaigns
from twin.campaign.orders import under_way
from twin.campaign.plan import Plan, plan_hash
from twin.campaign.preflight import Count, Preflight, Word, foreseen_cuts
from twin.events.campaign_words import PlanCheck
from twin.forecast.of_plan import end_of_plan
from twin.state.premises import Premises


def run(file: Path, *, home: Path, devices: Path | None, as_json: bool) -> None:
    """Say what a plan would do; write the word on each device to `devices`, if that is given."""
    plan, catalogue = plan_from(file), catalogue_of(Home(home))
    capable_version = catalogue.capable_version
    faults = tuple(target_faults(plan, catalogue))
    fleet = tuple(_fleet(home))
    cuts = foreseen_cuts(plan=plan, fleet=fleet, capable_version=capable_version)
    beside = under_way(archived_campaigns(home).values())
    count = Count(plan, capable_version, cuts=cuts, under_way=beside)
    words = count.words(fleet)
    if devices is None:
        for _ in words:
            pass
    else:
        _write(devices, words)
    found = count.result()
    foreseen = end_of_plan(plan=plan, places=count.places())
    if as_json:
        named = {"campaign_id": plan.campaign_id, "plan_hash": plan_hash(plan)}
        said = {"target_faults": faults, "forecast": plan_forecast.picture(plan, foreseen)}
        say_json({**named, **asdict(found), **said})
        return
    end = plan_forecast.lines(plan, foreseen)
    for line in (*_lines(plan, found), *end, *_of_way_back(plan, faults)):
        say(line)


def sendable(file: Path, *, home: Path) -> Plan:
    """The plan of a file, to be handed in.

    Raises:
        CommandRefused: the products list does not have what it names.
    """
    plan = plan_from(file)
    faults = tuple(target_faults(plan, catalogue_of(Home(home))))
    if faults:
        raise CommandRefused(f"plan {file}: {'; '.join(faults)}")
    return plan


def _of_way_back(plan: Plan, faults: tuple[str, ...]) -> Iterator[str]:
    if plan.rolls_back is not None:
        yield f"a way back of {plan.rolls_back}: {UNVERIFIED}"
    for fault in faults:
        yield f"this plan would be refused: {fault}"


def _fleet(home: Path) -> Iterator[Premises]:
    for _, entry in sorted(archived(home).items()):
        yield entry.premises


def _write(file: Path, words: Iterator[Word]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(Word.__struct_fields__)
        rows.writerows(
            (w.premises_id, w.device_id, w.wave, w.place, w.reason and str(w.reason)) for w in words
        )


def _lines(plan: Plan, found: Preflight) -> Iterator[str]:
    yield f"{plan.campaign_id}: {plan.title}; nothing was changed"
    yield f"plan hash {plan_hash(plan)}"
    yield f"{found.devices:,} {plan.device_type} in use, {found.total:,} members"
    for number, (wave, members) in enumerate(zip(plan.waves, found.members, strict=True), start=1):
        requests = found.requests[number - 1]
        yield f"wave {number} {wave.name}: {members:,} members, {requests:,} requests 11.1"
    yield from _releases(plan, found)
    for name, counts in (("excluded", found.excluded), ("would be warned", found.warned)):
        for reason, devices in counts.items():
            yield f"{name}: {devices:,} {reason}"
    yield f"not to be foreseen: {', '.join(found.unforeseen)}"
    if found.hubs_first:
        yield f"hub must go first: {found.hubs_first:,} members have no hub known to be capable"
    if found.hubs_under_way:
        would = "would wait for" if plan.hubs_first else "would not wait for (no hubs_first)"
        yield f"{found.hubs_under_way:,} members {would} a hub that a campaign under way has still"
    ends = [str(end or "not within three years") for end in (found.earliest, found.latest)]
    yield f"end by the plan's own arithmetic: {ends[0]} at the earliest, {ends[1]} at the latest \
(holds apart)"
    for check in found.refusals:
        yield f"this plan would be refused: {_REFUSALS[check](plan, found)}"


def _count_not_met(plan: Plan, found: Preflight) -> str:
    short = [
        f"wave {number} {wave.name} takes {wave.count:,} devices and would find {members:,}"
        for number, (wave, members) in enumerate(zip(plan.waves, found.members, strict=True), 1)
        if wave.count not in (None, members)
    ]
    return "; ".join(short)


_REFUSALS: Final[dict[PlanCheck, Callable[[Plan, Preflight], str]]] = {
    "no_members": lambda _plan, _found: "it has no member",
    "count_not_met": _count_not_met,
    "beyond_capacity": lambda _plan, _found: (
        "its pace and windows do not let all waves out within three years"
    ),
    "nothing_left": lambda _plan, _found: "waves by count take all, nothing is left for the others",
}
"""The checks of a plan that a pre-flight can foresee, each as the end of a sentence."""


def _releases(plan: Plan, found: Preflight) -> Iterator[str]:
    """Capacity against pace and windows: which wave goes out when, and which never does."""
    for number, wave in enumerate(found.releases, start=1):
        busiest = max(wave.by_day)
        yield f"wave {number} is released {wave.first} to {wave.last}, {busiest:,} a day at most"
    for number in range(len(found.releases) + 1, len(plan.waves) + 1):
        yield f"wave {number} is not all released within three years at this pace"
