"""Records of the virtual clock and of the lockstep between field and twin (docs/contract.md)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType


class Tick(Struct, frozen=True, kw_only=True):
    """The field opened or closed a tick; `basis` is end offsets by partition.

    Opened: how far `field.requests` was read before the tick's events were made. Closed: where
    `premises.events` ended after them, and `programme` where `programme.events` did.
    `now` is the virtual time at the end of the tick. Opened, since a lost log can be restored:
    `decided` is where `campaign.events` ended then, with all that was decided on earlier ticks,
    and `commanded` where `campaign.commands` did.
    """

    tick: int
    phase: Literal["opened", "closed"]
    now: datetime
    basis: dict[int, int]
    programme: int = 0
    final: bool = False
    decided: int | UnsetType = UNSET
    commanded: int | UnsetType = UNSET


class Settled(Struct, frozen=True, kw_only=True):
    """The twin has decided and ordered all there is to decide on a closed tick."""

    tick: int
    now: datetime


class Schedule(Struct, frozen=True, kw_only=True):
    """The run's ticks: `starts` to `ends`, each `length` long, the last one cut at `ends`."""

    starts: datetime
    ends: datetime
    length: timedelta

    def moments(self) -> Iterator[tuple[int, datetime]]:
        """Number and end of each tick, from 0."""
        tick, now = 0, self.starts
        while now < self.ends:
            now = min(now + self.length, self.ends)
            yield tick, now
            tick += 1


encode = msgspec.json.Encoder().encode
decode_tick = msgspec.json.Decoder(Tick).decode
decode_settled = msgspec.json.Decoder(Settled).decode
