"""What programme and devices of the oracle share: the clock, the luck, and the list of events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import simpy

from twin.fleet.numbers.draws import draw
from twin.vocabulary import DeviceType, FailureCause
from twin.whatif.reading import Question

DAY: Final = 86_400
KINDS: Final = (DeviceType.CHF, DeviceType.ESME, DeviceType.GSME)
Event = tuple[int, int, str, str]
"""Day, premises, type of device, what happened."""


@dataclass(slots=True)
class Member:
    """A device with a seat in a campaign, and what the programme knows of it."""

    index: int
    entity: int
    stratum: str
    wave: int
    place: float
    released_on: int | None = None
    cohort: int | None = None
    known: str = "awaiting"
    attempt: int = 0
    again_at: float | None = None
    causes: list[FailureCause] = field(default_factory=list)
    let_out: bool = False


@dataclass(slots=True)
class News:
    """What has been heard of one attempt so far; moments in seconds."""

    failed: FailureCause | None = None
    at_hub_at: int | None = None
    verified: bool = False
    asked_at: int | None = None
    activated_at: int | None = None
    read: bool = False


class World:
    """The clock of one run; `events` is all that happened, in the order in which it did."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.scenario = question.scenario
        self.rows = question.rows.assumptions
        self.firmware = question.rows.firmware
        day = self.scenario.horizon.starts
        self.start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.env = simpy.Environment()
        self.events: list[Event] = []

    def until(self, moment: float) -> Any:
        """Wait until a moment, which is not past."""
        return self.env.timeout(moment - self.env.now)

    def luck(self, entity: int, purpose: str, attempt: int = 0) -> float:
        """A draw in [0, 1) by purpose, the same that the engine makes."""
        return draw(seed=self.scenario.seed, entity=entity, purpose=purpose, attempt=attempt)

    def happened(self, day: int, kind: DeviceType, member: Member, what: str) -> None:
        """An event that both sides tell."""
        self.events.append((day, member.index, str(kind), what))
