"""Who is emulated, as whoever drives them along a schedule sees them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from twin.campaign.commands import Command
from twin.campaign.state import Campaign
from twin.events.envelope import Event
from twin.events.requests import FieldRequest


class Field(Protocol):
    """The fleet in the field: events up to a moment, given requests."""

    def advance(self, *, until: datetime, requests: Sequence[FieldRequest]) -> list[Event]:
        """Events after the last moment, up to and with `until`."""


class Oversight(Protocol):
    """The programme's own side: its facts up to a moment."""

    def advance(self, *, until: datetime) -> list[Event]:
        """Facts about the programme after the last moment, up to and with `until`."""


class Operator(Protocol):
    """The emulated operators: commands between two moments."""

    def commands(
        self, *, after: datetime, until: datetime, campaigns: Mapping[str, Campaign]
    ) -> list[Command]:
        """Commands after a moment, up to and with another, as campaigns stand."""


class Actors(Struct, frozen=True, kw_only=True):
    """Who is emulated: the fleet in the field, the programme's oversight, the DCC's operator."""

    field: Field
    oversight: Oversight
    operator: Operator
