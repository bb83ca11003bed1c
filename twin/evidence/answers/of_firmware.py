"""Figures for Q5 to Q8: dates, capability, upgrades, how long they took and what they moved."""

from collections.abc import Iterator
from typing import Final

from twin.evidence.answers.milestones import courses
from twin.evidence.answers.said import Ground, Said, share
from twin.evidence.document import in_words
from twin.evidence.telling import told
from twin.vocabulary import Milestone

_ATTEMPTS: Final = "process Firmware campaign, device by device"
_OF_PAIRING: Final = (
    Milestone.LEGAL_TEXT,
    Milestone.NEW_INSTALLATIONS_CAPABLE,
    Milestone.LOCAL_PAIRING_AVAILABLE,
    Milestone.ALL_INSTALLED_UPGRADED,
)


def timing(ground: Ground) -> tuple[Said, ...]:
    """Q5: the dates of the plan and what came of them, and how far the devices are."""
    return (*_dates(ground), *capable(ground))


def _dates(ground: Ground) -> Iterator[Said]:
    for one in courses(ground.overseen, on=ground.counts.known_until.date()):
        if one.milestone in _OF_PAIRING:
            came = "not reached" if one.reached is None else f"reached {one.reached}"
            value = f"planned {one.planned}, {came}: {one.standing}"
            yield Said(in_words(one.milestone), value, "mart milestones")


def capable(ground: Ground) -> tuple[Said, ...]:
    """Q5 and Q7: obligations (i) and (ii) for hubs, meters and premises."""
    return tuple(
        share(
            f"({row['obligation']}) {row['of_what']} capable",
            row["capable"],
            row["installed"],
            "mart obligations",
        )
        for row in ground.counts.obligations
    )


def installed(ground: Ground) -> tuple[Said, ...]:
    """Q7: the obligations, and what the upgrade of installed devices came to."""
    return (*capable(ground), *_upgraded(ground))


def upgrades(ground: Ground) -> tuple[Said, ...]:
    """Q6: what firmware made of installed devices, and how attempts to update ended."""
    ran = ground.ran["firmware_of_a_device"]
    counts = dict(ran.activities)
    names = (
        "activated",
        "update-warned",
        "delivery-failed",
        "verification-failed",
        "activation-failed",
        "update-timed-out",
    )
    attempts = (
        share(f"attempts with {name.replace('-', ' ')}", counts.get(name, 0), ran.cases, _ATTEMPTS)
        for name in names
    )
    return (*_upgraded(ground), *attempts)


def _upgraded(ground: Ground) -> Iterator[Said]:
    """Devices that were installed without the function: made capable, exchanged, still without."""
    words = {
        "upgraded": "made capable by firmware",
        "exchanged": "exchanged instead",
        "left_over": "still not capable",
    }
    for row in ground.upgraded:
        for name, said in words.items():
            title = f"{row['of_what']} installed without it, {said}"
            yield share(title, row[name], row["bare"], "event firmware.activated")


def timescales(ground: Ground) -> tuple[Said, ...]:
    """Q8: how long campaigns took and what they moved that costs somebody; there is no price."""
    attempts = ground.ran["firmware_of_a_device"]
    activated = dict(attempts.activities).get("activated", 0)
    each = f"{attempts.cases / activated:.2f}" if activated else "nothing is activated"
    exchanges = ground.ran["hub_exchange"].cases
    outages = ground.outages
    return (
        *(
            Said(f"campaign {name}, submission to end", f"{days:.0f} days", "mart campaign_log")
            for name, days in ground.campaign_days
        ),
        *_delays(ground),
        Said("attempts for each device activated", each, _ATTEMPTS),
        Said("hubs exchanged, each by a visit", told(exchanges), "process Hub exchange"),
        share("power outages near an activation", outages.near, outages.told, "mart outages"),
        Said("costs", "not known", "no event has a price"),
    )


def _delays(ground: Ground) -> Iterator[Said]:
    """How far the dates of local pairing that were reached lie from the plan."""
    for one in courses(ground.overseen, on=ground.counts.known_until.date()):
        if one.milestone in _OF_PAIRING and one.reached is not None:
            days = (one.reached - one.planned).days
            value = f"{abs(days)} days {'late' if days > 0 else 'early'}" if days else "on the day"
            yield Said(f"{in_words(one.milestone)}, beside the plan", value, "mart milestones")
