"""If we change the plan: when do we finish, and how many are exposed?"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from dashboards import words
from twin.whatif.doubt.drawing import Doubt
from twin.whatif.outcome import Header, Outcome

INTERVAL = (0.1, 0.9)
"""P10 and P90: in four cases of five the end comes between them."""


ROUNDED: Final = 0.01
"""Of a fleet, so much may be rounded away by a sample."""


def answer(header: Header, *, last: date) -> str:
    """The finding of a run: end, exposure, and who is left at the end of its days."""
    weight = header.weight
    exposed, left = (
        round(header.exposed * weight),
        round((header.installed - header.capable) * weight),
    )
    end = "has no end" if header.end is None else f"ends on {words.day(header.end)}"
    whole = round(header.installed * weight)
    return (
        f"{header.name} {end}{_by(header, last)}, exposes {words.things(exposed, 'device')} to an "
        f"image that is bad for them, and leaves {words.prose(left)} of {words.premises(whole)} "
        f"without local pairing on {words.day(last)}"
    )


def _by(header: Header, last: date) -> str:
    return f" by {words.day(last)}" if header.end is None else ""


def kind(header: Header, *, whole: bool) -> str:
    """What an answer is: simulated or model only, and of how many premises."""
    of = words.premises(header.premises)
    part = f"all {of}" if whole else f"a first answer from {of}, {header.sample:.0%} of them"
    return f"{header.label}: {part}"


def stands_on(header: Header, *, whole: bool) -> str:
    """The line of provenance of a run: what it is of, its luck, code and question."""
    basis = "" if header.basis is None else f"basis {header.basis}"
    parts = (
        kind(header, whole=whole),
        f"seed {header.seed}",
        basis,
        f"code {header.code_version}",
        f"question {header.scenario_hash[:12]}",
        words.with_days(header.why_label),
    )
    return " · ".join(part for part in parts if part)


def how_sure(doubt: Doubt) -> str:
    """Between which days the end comes in four draws of five, and what moves it most."""
    early, late = (doubt.day(doubt.end_at(share)) for share in INTERVAL)
    if early is None:
        return f"In nine of ten of {doubt.draws} draws of the numbers of behaviour it does not end."
    until = "beyond the horizon" if late is None else words.day(late)
    told = f"Four of five of {doubt.draws} draws end from {words.day(early)} to {until}"
    top = doubt.tornado[0] if doubt.tornado and doubt.tornado[0].days else None
    if top is None:
        return f"{told}; no single number moves the end by a day."
    by = words.things(top.days, "day")
    return f"{told}; {behaviour(top.name)} moves the end most, by {by}."


def behaviour(name: str) -> str:
    """A number of behaviour for readers: `delivery_delay.ESME` as `delivery delay (ESME)`."""
    row, _, key = name.partition(".")
    return f"{words.sentence(row)} ({key.replace('_', ' ')})" if key else words.sentence(row)


def refused(sentences: Iterable[str]) -> str:
    """What is wrong with a plan, each in its own words."""
    told = list(dict.fromkeys(sentences))
    return "This plan is refused, and nothing was run. " + " ".join(told)


def difference(first: Outcome, second: Outcome) -> str:
    """What the second run does differently: in days, and of the same fleet in homes as well."""
    one, other = first.header, second.header
    sizes = [_weighed(header, header.installed) for header in (one, other)]
    if max(sizes) - min(sizes) > max(sizes) * ROUNDED:
        return (
            f"{other.name} {_days(one, other)} than {one.name}; they are of fleets of "
            f"{words.listed([words.prose(size) for size in sizes])} premises, whose homes cannot "
            "be held against each other"
        )
    parts = [
        _days(one, other),
        _count("exposes", _weighed(one, one.exposed), _weighed(other, other.exposed), "device"),
    ]
    last = first.capable["day"].max()
    parts.append(_capable(one, other, last if isinstance(last, date) else None))
    return f"{other.name} {words.listed(parts)} than {one.name}" if any(parts) else ""


def _weighed(header: Header, number: int) -> int:
    return round(number * header.weight)


def _days(one: Header, other: Header) -> str:
    if one.end is None or other.end is None:
        none = [header.name for header in (one, other) if header.end is None]
        return f"ends no sooner or later that can be told ({words.listed(none)} has no end)"
    days = (other.end - one.end).days
    if days == 0:
        return "ends no later"
    return f"ends {words.things(abs(days), 'day')} {'later' if days > 0 else 'sooner'}"


def _count(verb: str, one: int, other: int, noun: str) -> str:
    gap = other - one
    if gap == 0:
        return f"{verb} no more {noun}s"
    return f"{verb} {words.things(abs(gap), noun)} {'more' if gap > 0 else 'fewer'}"


def _capable(one: Header, other: Header, last: date | None) -> str:
    gap = _weighed(other, other.capable) - _weighed(one, one.capable)
    if gap == 0:
        return "leaves no more premises without local pairing"
    side = "fewer" if gap > 0 else "more"
    on = "" if last is None else f" on {words.day(last)}"
    return f"leaves {words.prose(abs(gap))} {side} premises without local pairing{on}"
