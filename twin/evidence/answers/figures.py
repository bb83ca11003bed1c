"""The figures of each question, from the counts and processes of a basis."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from twin.evidence.processes.mining import Ran
from twin.evidence.review.counts import Counts, total
from twin.evidence.review.requests import IN_BREACH
from twin.evidence.telling import share_told, told

_LOCAL: Final = "process Local pairing"


class Said(Struct, frozen=True):
    """A figure in words, and where it comes from."""

    name: str
    value: str
    comes_from: str


class Ground(Struct, frozen=True):
    """What the figures are made of; `ends` are days from submission to end by campaign."""

    counts: Counts
    ran: Mapping[str, Ran]
    campaign_days: tuple[tuple[str, float], ...]


Figures: TypeAlias = Callable[[Ground], tuple[Said, ...]]


def _share(name: str, part: int, whole: int, comes_from: str) -> Said:
    of = f"{told(part)} of {told(whole)}"
    share = share_told(part, whole)
    return Said(name, f"{of} ({share})" if share else of, comes_from)


def licence(ground: Ground) -> tuple[Said, ...]:
    """Q1: conditions met, failed, not judgeable; displays at 868 MHz."""
    rows = ground.counts.licence
    found = []
    for condition in dict.fromkeys(row["condition"] for row in rows):
        own = tuple(row for row in rows if row["condition"] == condition)
        parts = [total(own, name) for name in ("passed", "failed", "not_judged")]
        words = ("met", "failed", "not judgeable")
        found += [
            _share(f"{condition}, {word}", part, sum(parts), "mart licence_conditions")
            for word, part in zip(words, parts, strict=True)
        ]
    bands = ground.counts.bands
    displays = total(bands, "devices", device_type="IHD")
    at_868 = total(bands, "devices", device_type="IHD", band="sub_ghz")
    return (*found, _share("IHDs at 868 MHz", at_868, displays, "mart bands"))


def oversight(ground: Ground) -> tuple[Said, ...]:
    """Q2: requests and what came of them."""
    asked = ground.counts.requests
    breach = sum(one.standing in IN_BREACH for one in asked)
    answered = sum(one.answered is not None for one in asked)
    return (
        Said("requests for information", f"{len(asked)}", "mart information_requests"),
        Said("of these answered", f"{answered}", "mart information_requests"),
        Said("late or not answered", f"{breach}", "mart information_requests"),
    )


def routes(ground: Ground) -> tuple[Said, ...]:
    """Q3: attempts by route, and how many ended in a pairing."""
    found = []
    for route in ("local", "remote"):
        own = tuple(row for row in ground.counts.pairing if row["route"] == route)
        done = total(own, "attempts", outcome="completed")
        found.append(
            _share(f"{route} attempts completed", done, total(own, "attempts"), "mart pairing")
        )
    return tuple(found)


def typing(ground: Ground) -> tuple[Said, ...]:
    """Q4: codes typed and refused, and where consumers gave up."""
    ran = ground.ran["local_pairing"]
    counts = dict(ran.activities)
    stopped = total(ground.counts.pairing, "attempts", route="local", cause="code_entry")
    times = {(step.before, step.after): step for step in ran.steps}
    typed = times.get(("cad-selected", "install-code-entered"))
    found = [
        Said(
            "codes accepted", told(counts.get("install-code-entered", 0)), "process Local pairing"
        ),
        Said(
            "codes refused", told(counts.get("install-code-rejected", 0)), "process Local pairing"
        ),
        _share("given up at the code", stopped, ran.cases, "mart pairing"),
    ]
    if typed is not None:
        words = f"{typed.median_s / 60:.1f} minutes at the median"
        found.append(Said("from choosing the CAD to the code", words, _LOCAL))
    return tuple(found)


def capable(ground: Ground) -> tuple[Said, ...]:
    """Q5 and Q7: obligations (i) and (ii) for hubs, meters and premises."""
    return tuple(
        _share(
            f"({row['obligation']}) {row['of_what']} capable",
            row["capable"],
            row["installed"],
            "mart obligations",
        )
        for row in ground.counts.obligations
    )


def upgrades(ground: Ground) -> tuple[Said, ...]:
    """Q6: attempts to update, and how they ended."""
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
    return tuple(
        _share(
            f"attempts with {name.replace('-', ' ')}",
            counts.get(name, 0),
            ran.cases,
            "process Firmware campaign, device by device",
        )
        for name in names
    )


def timescales(ground: Ground) -> tuple[Said, ...]:
    """Q8: how long campaigns took; there is no cost."""
    found = [
        Said(f"campaign {name}, submission to end", f"{days:.0f} days", "mart campaign_log")
        for name, days in ground.campaign_days
    ]
    return (*found, Said("costs", "not known", "no event has a price"))


def pins(ground: Ground) -> tuple[Said, ...]:
    """Q9: PINs set, how guessable, and what others came to with and without one."""
    counts = ground.counts
    held = total(counts.pins, "premises", standing="set")
    plain = total(counts.pins, "premises", standing="set", pin_class="other")
    found = [
        _share("premises with a Privacy PIN", held, counts.fleet["installed"], "mart pins"),
        _share("of these among the twenty commonest", held - plain, held, "mart pins"),
    ]
    for is_set, words in ((False, "without a PIN"), (True, "with a PIN")):
        own = tuple(row for row in counts.intruders if row["pin_set"] is is_set)
        paired = total(own, "attempts", outcome="paired")
        name = f"unauthorised attempts {words} that paired"
        found.append(_share(name, paired, total(own, "attempts"), "mart intruders"))
    return tuple(found)


def processes(ground: Ground) -> tuple[Said, ...]:
    """Q10: processes described, and how far the log runs as designed."""
    ran = [one for one in ground.ran.values() if one.cases]
    kept = sum(one.conforming for one in ran)
    cases = sum(one.cases for one in ran)
    return (
        Said("processes described", f"{len(ground.ran)}", "command evidence architecture"),
        _share("cases that ran as designed", kept, cases, "command evidence architecture"),
    )


OF_QUESTIONS: Final[Mapping[int, Figures]] = {
    1: licence,
    2: oversight,
    3: routes,
    4: typing,
    5: capable,
    6: upgrades,
    7: capable,
    8: timescales,
    9: pins,
    10: processes,
}
"""What gives the figures of each question."""
