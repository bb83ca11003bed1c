"""A figure of an answer in words, and what the figures of all answers are made of."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from twin.events.envelope import Event
from twin.evidence.processes.mining import Outages, Ran
from twin.evidence.review.counts import Counts, Rows
from twin.evidence.telling import BESIDE, is_small, share_told, told


class Said(Struct, frozen=True):
    """A figure in words, and where it comes from."""

    name: str
    value: str
    comes_from: str


class Ground(Struct, frozen=True, kw_only=True):
    """What the figures are made of.

    `upgraded` are the rows of the review's query of that name, `campaign_days` days from submission
    to end by campaign, `overseen` the facts about the programme as a whole.
    """

    counts: Counts
    ran: Mapping[str, Ran]
    upgraded: Rows
    campaign_days: tuple[tuple[str, float], ...]
    outages: Outages
    overseen: tuple[Event, ...]


Figures: TypeAlias = Callable[[Ground], tuple[Said, ...]]


def share(name: str, part: int, whole: int, comes_from: str) -> Said:
    """A part of a whole with its share, each as it may be told.

    A part is not told either where the rest of the whole is a small count.
    """
    of = f"{BESIDE if is_small(whole - part) else told(part)} of {told(whole)}"
    told_share = share_told(part, whole)
    return Said(name, f"{of} ({told_share})" if told_share else of, comes_from)
