"""What interrupts a campaign besides gates and people; `programme` names these with its family."""

from typing import ClassVar

from msgspec import Struct

from twin.events.campaign_words import ErrorName, Tick
from twin.events.operators import Count
from twin.ids import CampaignId, FirmwareVersion, ModelId


class TargetWithdrawn(Struct, frozen=True, forbid_unknown_fields=True):
    """A version that members wait for was removed from the Central Products List (BR34).

    `waiting` members are not settled yet: they were not released, or are under way.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.target-withdrawn.v1"
    campaign_id: CampaignId
    model: ModelId
    firmware_version: FirmwareVersion
    waiting: Count
    tick: Tick


class DecisionFailed(Struct, frozen=True, forbid_unknown_fields=True):
    """A tick could not be decided: the decider broke off, and nothing was decided by halves.

    `failures` are such ticks in a row; after three the campaign is held (`internal_error`). The
    others are decided as ever. `error` names the kind of the error, never its text.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.decision-failed.v1"
    campaign_id: CampaignId
    error: ErrorName
    failures: Count
    tick: Tick
