"""Lots that are drawn where waves take a count of devices; `programme` names it with its family."""

from typing import ClassVar

from msgspec import Struct

from twin.events.campaign_words import Share, Tick
from twin.ids import CampaignId, Sha256


class WavesCut(Struct, frozen=True, forbid_unknown_fields=True):
    """Lots were drawn: below which lot, 0 to 1, each wave by count takes its devices, in order.

    0 for a wave that takes a share or the rest. By these the members get their seats.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.waves-cut.v1"
    campaign_id: CampaignId
    plan_hash: Sha256
    cuts: tuple[Share, ...]
    tick: Tick
