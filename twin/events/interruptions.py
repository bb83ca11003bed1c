"""What interrupts a campaign, and that it goes on; `programme` names these with its family."""

from typing import ClassVar

from msgspec import Struct

from twin.events.campaign_words import ErrorName, Tick
from twin.events.operators import Count
from twin.ids import Actor, CampaignId, FirmwareVersion, ModelId
from twin.vocabulary import CspRegion, HoldReason


class CampaignHeld(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """No new releases; what is in flight goes on and gates are still evaluated.

    `in_flight` are the executions under way: None in records that are older than the field, and
    where the tick could not be decided, so that no count is to be trusted.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-held.v1"
    campaign_id: CampaignId
    reason: HoldReason
    tick: Tick
    in_flight: Count | None = None


class CampaignResumed(Struct, frozen=True, forbid_unknown_fields=True):
    """Every hold reason was cleared or overridden by an operator."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-resumed.v1"
    campaign_id: CampaignId
    overridden: tuple[HoldReason, ...]
    tick: Tick


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


class UpstreamReported(Struct, frozen=True, forbid_unknown_fields=True):
    """The DCC's desk says that a region's way to the devices is out of order, or in order again.

    No message of the DCC tells it, so that it is an operator's word. What is to be asked there
    waits (`upstream`); what is in flight goes on.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.upstream-reported.v1"
    campaign_id: CampaignId
    region: CspRegion
    is_up: bool
    actor: Actor
    tick: Tick
