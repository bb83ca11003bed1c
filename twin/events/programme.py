"""Programme family: what campaigns and operators decided, as facts on `campaign.events`."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.events.firmware import Wave
from twin.ids import Actor, CampaignId, Sha256, Uuid
from twin.vocabulary import GateDecision, HoldReason

Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Tick = Annotated[int, Meta(ge=0)]
Coordinate = Annotated[int, Meta(ge=0)]
CommandName = Literal["start", "hold", "resume", "stop"]


class CampaignSubmitted(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan was accepted; from here on it is named by its hash and does not change."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-submitted.v1"
    campaign_id: CampaignId
    plan_hash: Sha256
    waves: Annotated[int, Meta(ge=1, le=999)]


class CampaignStarted(Struct, frozen=True, forbid_unknown_fields=True):
    """The campaign began to release (its date came, or an operator started it)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-started.v1"
    campaign_id: CampaignId
    tick: Tick


class WaveReleased(Struct, frozen=True, forbid_unknown_fields=True):
    """Devices of a wave up to `upto` of the rank scale 0 to 1 may be asked to update."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.wave-released.v1"
    campaign_id: CampaignId
    wave: Wave
    upto: Share
    complete: bool
    tick: Tick


class GateEvaluated(Struct, frozen=True, forbid_unknown_fields=True):
    """A wave's gate was evaluated on exact tallies; recorded whenever its decision changed."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.gate-evaluated.v1"
    campaign_id: CampaignId
    wave: Wave
    decision: GateDecision
    why: Literal[
        "evidence",
        "errors_above",
        "success_reached",
        "success_missed",
        "soak",
        "releasing",
        "in_flight",
    ]
    members: Count
    settled: Count
    confirmed: Count
    errors: Count
    tick: Tick


class WavePassed(Struct, frozen=True, forbid_unknown_fields=True):
    """A wave met its success threshold after its soak."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.wave-passed.v1"
    campaign_id: CampaignId
    wave: Wave
    tick: Tick


class WaveFailed(Struct, frozen=True, forbid_unknown_fields=True):
    """A wave is settled and missed its success threshold."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.wave-failed.v1"
    campaign_id: CampaignId
    wave: Wave
    tick: Tick


class CampaignHeld(Struct, frozen=True, forbid_unknown_fields=True):
    """No new releases; what is in flight goes on and gates are still evaluated."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-held.v1"
    campaign_id: CampaignId
    reason: HoldReason
    tick: Tick


class CampaignResumed(Struct, frozen=True, forbid_unknown_fields=True):
    """Every hold reason was cleared or overridden by an operator."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-resumed.v1"
    campaign_id: CampaignId
    overridden: tuple[HoldReason, ...]
    tick: Tick


class CampaignStopped(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing new will be released, for good; what is in flight may finish."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-stopped.v1"
    campaign_id: CampaignId
    tick: Tick


class CampaignFinished(Struct, frozen=True, forbid_unknown_fields=True):
    """Every wave is terminal; `shortfall` members are not confirmed."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-finished.v1"
    campaign_id: CampaignId
    outcome: Literal["COMPLETE", "SHORTFALL"]
    members: Count
    shortfall: Count
    tick: Tick


class CommandAnswered(Struct, frozen=True, forbid_unknown_fields=True):
    """An operator's command and the answer it got; the same command id gets it again."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.command-answered.v1"
    campaign_id: CampaignId
    command_id: Uuid
    command: CommandName
    actor: Actor
    answer: Literal["ACCEPTED", "NOOP", "CONFLICT", "REFUSED"]
    why: Literal[
        "done", "already_so", "stale_version", "unknown_campaign", "wrong_state", "other_plan"
    ]
    version: Count


class DeadLetterResolved(Struct, frozen=True, forbid_unknown_fields=True):
    """An operator resolved the record that parks a premises; its queue is drained in order (D12).

    It travels on `premises.events`, so that every replay drains at the same place.
    `partition` and `offset` name the parked record; `resolution` says whether it is tried
    again with today's code or skipped with this mark.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.dead-letter-resolved.v1"
    partition: Coordinate
    offset: Coordinate
    resolution: Literal["retried", "skipped"]
    actor: Actor
