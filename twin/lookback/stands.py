"""Which bases go on from which, by the records of `premises.events` that they hold."""

from collections.abc import Iterable, Sequence
from typing import Final

from twin.lake.basis import Stand

TOPIC: Final = "premises.events"


def of_facts(stands: Iterable[Stand]) -> tuple[Stand, ...]:
    """The part of a basis that states follow from."""
    return tuple(sorted(stand for stand in stands if stand.topic == TOPIC))


def leads_to(ours: Iterable[Stand], theirs: Iterable[Stand]) -> bool:
    """Whether in each partition, epoch after epoch, ours end where theirs end or before."""
    wanted: dict[int, list[Stand]] = {}
    for stand in sorted(theirs):
        wanted.setdefault(stand.partition, []).append(stand)
    held: dict[int, list[Stand]] = {}
    for stand in sorted(ours):
        held.setdefault(stand.partition, []).append(stand)
    return all(_leads(stands, wanted.get(part, [])) for part, stands in held.items())


def _leads(ours: list[Stand], theirs: list[Stand]) -> bool:
    *whole, last = ours
    if len(theirs) < len(ours) or whole != theirs[: len(whole)]:
        return False
    following = theirs[len(whole)]
    same_slice = (last.epoch, last.start) == (following.epoch, following.start)
    return same_slice and last.offset <= following.offset


def between(
    days: Iterable[tuple[Stand, ...]],
    ends: Sequence[tuple[Stand, ...]],
    *,
    since: tuple[Stand, ...],
) -> list[tuple[Stand, ...]]:
    """The days on the way from a basis over some ends, each going on from what is before it.

    A day at which nothing was logged is the one before it, and one that is an end is that end:
    neither is named. Days beyond the last end are left out.
    """
    waiting = [day for day in days if day]
    found: list[tuple[Stand, ...]] = []
    last = since
    for end in ends:
        for day in waiting:
            if day not in (last, end) and leads_to(last, day) and leads_to(day, end):
                found.append(day)
                last = day
        last = end
    return found
