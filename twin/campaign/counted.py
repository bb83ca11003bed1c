"""Waves by count: a wave of 500 takes exactly 500 devices, those of the lowest lots.

How many lots lie below a point no partition knows alone. So every device is enrolled first; then
each partition says the lowest lots of those it has enrolled, as many as waves by count could take,
and the campaign draws a cut for each wave between its last device and the next. A cut is a fact
(`waves-cut`), by which the partitions give the seats (decision 0020).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from twin.campaign.membership import members
from twin.campaign.plan import Plan
from twin.campaign.seats import lot, takes
from twin.state.premises import Premises

NOT_DRAWN: Final = 0.0
"""The cut of a wave that takes nobody by count."""
Takers: TypeAlias = tuple[int, ...]
"""Numbers (from 1) of the waves by count that take a stratum; never none."""
Lots: TypeAlias = Mapping[Takers, Iterable[float]]


LOTS_IN_A_ROLL: Final = 20_000
"""Lots that one record holds: some 20 bytes each, so that it fits a batch of the worker."""


class Roll(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The lowest lots of a partition's members whom the same waves by count take, at a tick.

    They come in several parts, from 0, where one record does not hold them all.
    """

    campaign_id: str
    takers: Takers
    partition: int
    tick: int
    lots: tuple[float, ...]
    part: int = 0


encode_roll = msgspec.json.Encoder().encode
decode_roll = msgspec.json.Decoder(Roll).decode


def roll_key(roll: Roll) -> bytes:
    """Key of a roll on the topic of the tallies."""
    takers = "-".join(map(str, roll.takers))
    part = f"|{roll.part}" if roll.part else ""
    return f"roll|{roll.campaign_id}|{takers}|{roll.partition}{part}".encode()


def is_roll(key: bytes) -> bool:
    """Whether a key of that topic is one of a roll."""
    return key.startswith(b"roll|")


class Lottery:
    """Holds the lowest lots of those whom waves by count may take; mutable."""

    def __init__(self, plan: Plan) -> None:
        """A lottery that nobody takes part in yet."""
        self._plan = plan
        self._lots: defaultdict[Takers, list[float]] = defaultdict(list)

    def take(
        self, *, device_id: str, region: str | None, supplier: str | None, model: str | None
    ) -> None:
        """Let a device take part, if a wave by count takes its stratum."""
        takers = tuple(
            number
            for number, wave in enumerate(self._plan.waves, start=1)
            if wave.count is not None and takes(wave, region, supplier, model)
        )
        if takers:
            at = lot(campaign_id=self._plan.campaign_id, device_id=device_id)
            self._lots[takers].append(at)

    def lots(self) -> dict[Takers, tuple[float, ...]]:
        """Of each kind the lowest lots, as many as all its waves together could take."""
        return {
            takers: tuple(sorted(found)[: _most(self._plan, takers)])
            for takers, found in sorted(self._lots.items())
        }


def cuts(*, plan: Plan, lots: Lots) -> tuple[float, ...]:
    """Below which lot each wave takes; a wave by count that finds too few takes all there are."""
    begins = dict.fromkeys(lots, 0.0)
    found: list[float] = []
    for number, wave in enumerate(plan.waves, start=1):
        if wave.count is None:
            found.append(NOT_DRAWN)
            continue
        own = [takers for takers in lots if number in takers]
        left = sorted(at for takers in own for at in lots[takers] if at >= begins[takers])
        cut = _just_above(left[wave.count - 1]) if len(left) >= wave.count else 1.0
        begins.update((takers, max(begins[takers], cut)) for takers in own)
        found.append(cut)
    return tuple(found)


class RollBoard:
    """The newest roll of every partition and kind; mutable, owned by the board of tallies."""

    def __init__(self) -> None:
        """A board that was told nothing yet."""
        self._newest: dict[tuple[str, Takers, int], dict[int, Roll]] = {}

    def take(self, roll: Roll) -> None:
        """Keep a roll unless one of a later tick is known; all parts kept are of one tick."""
        key = roll.campaign_id, roll.takers, roll.partition
        parts = self._newest.setdefault(key, {})
        tick = max((held.tick for held in parts.values()), default=roll.tick)
        if roll.tick > tick:
            parts.clear()
        if roll.tick >= tick:
            parts[roll.part] = roll

    def of(self, campaign_id: str, since: int) -> dict[Takers, tuple[float, ...]]:
        """All lots of a campaign that were said on a tick after `since`, by kind."""
        found: defaultdict[Takers, list[float]] = defaultdict(list)
        for roll in (roll for parts in self._newest.values() for roll in parts.values()):
            if roll.campaign_id == campaign_id and roll.tick > since:
                found[roll.takers] += roll.lots
        return {takers: tuple(sorted(lots)) for takers, lots in sorted(found.items())}


def rolls_of(*, plan: Plan, fleet: Iterable[Premises], partition: int, tick: int) -> Iterator[Roll]:
    """What a partition says of all members at its premises, in order of their kinds."""
    lottery = Lottery(plan)
    for premises in fleet:
        for device, held in members(plan=plan, premises=premises):
            lottery.take(
                device_id=device.device_id,
                region=held.region,
                supplier=held.supplier,
                model=device.model,
            )
    for takers, lots in lottery.lots().items():
        for part, begins in enumerate(range(0, len(lots), LOTS_IN_A_ROLL)):
            said = lots[begins : begins + LOTS_IN_A_ROLL]
            yield Roll(plan.campaign_id, takers, partition, tick, said, part)


def _most(plan: Plan, takers: Sequence[int]) -> int:
    return sum(plan.waves[number - 1].count or 0 for number in takers)


def _just_above(at: float) -> float:
    """The next point of the scale of lots: it has 2**53 of them, which a float holds exactly."""
    return at + 2**-53
