"""Programme family: what campaigns and operators decided, as facts on `campaign.events`."""

from typing import ClassVar, Literal

from msgspec import Struct

from twin.events.campaign_words import (
    BucketName,
    CellName,
    GateName,
    GateWhy,
    PlanCheck,
    PlanText,
    PlanVersion,
    Share,
    StratumName,
    Tick,
)
from twin.events.drawn import WavesCut as WavesCut
from twin.events.firmware import Wave
from twin.events.interruptions import CampaignHeld as CampaignHeld
from twin.events.interruptions import CampaignResumed as CampaignResumed
from twin.events.interruptions import DecisionFailed as DecisionFailed
from twin.events.interruptions import TargetWithdrawn as TargetWithdrawn
from twin.events.interruptions import UpstreamReported as UpstreamReported
from twin.events.operators import CommandAnswered as CommandAnswered
from twin.events.operators import CommandName as CommandName
from twin.events.operators import Count as Count
from twin.events.operators import DeadLetterResolved as DeadLetterResolved
from twin.ids import Actor, CampaignId, ModelId, Sha256
from twin.vocabulary import Exclusion, GateDecision, Timer


class CampaignSubmitted(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan was handed in; this version of it is named by its hash and does not change."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-submitted.v1"
    campaign_id: CampaignId
    plan_hash: Sha256
    plan_version: PlanVersion
    plan: PlanText
    author: Actor
    tick: Tick


class PlanRefused(Struct, frozen=True, forbid_unknown_fields=True):
    """A plan did not hold against the fleet as it is; every failed check is named."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.plan-refused.v1"
    campaign_id: CampaignId
    plan_hash: Sha256
    checks: tuple[PlanCheck, ...]
    tick: Tick


class MembershipFrozen(Struct, frozen=True, forbid_unknown_fields=True):
    """Every device of the plan's type is in exactly one wave, or excluded with its reason.

    `members` counts the devices of each wave in order; who they are the enrolments on
    `premises.events` say. The membership stands at the basis of the tick.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.membership-frozen.v1"
    campaign_id: CampaignId
    plan_hash: Sha256
    members: tuple[Count, ...]
    excluded: dict[Exclusion, Count]
    tick: Tick


class CampaignApproved(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody other than the author approved the plan of this very hash.

    `actor` None: the plan itself says that it needs no approval.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-approved.v1"
    campaign_id: CampaignId
    plan_hash: Sha256
    actor: Actor | None
    tick: Tick


class CampaignDenied(Struct, frozen=True, forbid_unknown_fields=True):
    """Approval of the plan of this hash was denied; it may be revised."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-denied.v1"
    campaign_id: CampaignId
    plan_hash: Sha256
    actor: Actor
    tick: Tick


class TimerFired(Struct, frozen=True, forbid_unknown_fields=True):
    """A moment of the plan came: folds read no clock, so that it came is a fact."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.timer-fired.v1"
    campaign_id: CampaignId
    timer: Timer
    tick: Tick


class CampaignStarted(Struct, frozen=True, forbid_unknown_fields=True):
    """The campaign began to release (its date came, or an operator started it)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-started.v1"
    campaign_id: CampaignId
    tick: Tick


class WaveReleased(Struct, frozen=True, forbid_unknown_fields=True):
    """Members of a wave whose place in it, 0 to 1, is below `upto` may be asked to update.

    Where releases are paced, `cells` gives the place up to which the members of each cell may,
    `upto` is the share of the wave that comes to, and `earned` is what the limits have earned so
    far, in parts of a member, less what flowed over.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.wave-released.v1"
    campaign_id: CampaignId
    wave: Wave
    upto: Share
    complete: bool
    tick: Tick
    cells: dict[CellName, Share] = {}
    earned: dict[BucketName, Count] = {}


class GateEvaluated(Struct, frozen=True, forbid_unknown_fields=True):
    """A wave's gate was evaluated on exact tallies; recorded whenever its decision changed.

    `k` of `n` devices count against it, in one stratum or in the whole wave; `statistic` is what
    the gate made of them and `bound` what it compares with.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.gate-evaluated.v1"
    campaign_id: CampaignId
    wave: Wave
    decision: GateDecision
    why: GateWhy
    members: Count
    settled: Count
    confirmed: Count
    errors: Count
    gate: GateName
    stratum: StratumName | None
    n: Count
    k: Count
    statistic: float
    bound: float
    tick: Tick


class WaveSoakBegan(Struct, frozen=True, forbid_unknown_fields=True):
    """So many of a wave are confirmed as its plan's soak begins with, or none is open any more.

    Recorded where a plan says `soak_after`; `soak_days` from its time on are over without a
    further fact. `confirmed` devices of the wave were known to run the new version.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.wave-soak-began.v1"
    campaign_id: CampaignId
    wave: Wave
    confirmed: Count
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


class WaveAdvanced(Struct, frozen=True, forbid_unknown_fields=True):
    """An operator went on to the next wave over the head of the gate, whose word is kept."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.wave-advanced.v1"
    campaign_id: CampaignId
    wave: Wave
    decision: GateDecision | None
    actor: Actor
    tick: Tick


class ModelExcluded(Struct, frozen=True, forbid_unknown_fields=True):
    """Members of a model that were not released yet are taken out of the campaign, by name.

    What is in flight finishes; gates judge the rest of the campaign without this model.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.model-excluded.v1"
    campaign_id: CampaignId
    model: ModelId
    actor: Actor
    tick: Tick


class StopOrdered(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing new will be released, for good; what is in flight may finish."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.stop-ordered.v1"
    campaign_id: CampaignId
    cause: Literal["operator", "end_at"]
    in_flight: Count
    tick: Tick


class CampaignStopped(Struct, frozen=True, forbid_unknown_fields=True):
    """A stopped campaign has nothing in flight any more; `cancelled` were never released.

    `unsettled` devices were given their time and never said how they ended.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-stopped.v1"
    campaign_id: CampaignId
    confirmed: Count
    cancelled: Count
    tick: Tick
    unsettled: Count = 0


class AbortOrdered(Struct, frozen=True, forbid_unknown_fields=True):
    """A stop, and what is not active yet is recalled: no activation is asked for any more."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.abort-ordered.v1"
    campaign_id: CampaignId
    cause: Literal["operator", "error_gate", "end_at"]
    in_flight: Count
    tick: Tick


class CampaignAborted(Struct, frozen=True, forbid_unknown_fields=True):
    """What could be recalled is; `exposed` devices had got the image or a command before that.

    `unsettled` of them were given their time and never said how they ended.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-aborted.v1"
    campaign_id: CampaignId
    recalled: Count
    exposed: Count
    cancelled: Count
    tick: Tick
    unsettled: Count = 0


class CampaignCancelled(Struct, frozen=True, forbid_unknown_fields=True):
    """The campaign was called off before anything was released."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-cancelled.v1"
    campaign_id: CampaignId
    tick: Tick


class CampaignSuperseded(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another campaign takes this one's place; what is in flight finishes and counts here.

    `in_flight` are those executions; None in records that are older than the field.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-superseded.v1"
    campaign_id: CampaignId
    by: CampaignId
    tick: Tick
    in_flight: Count | None = None


class CampaignFinished(Struct, frozen=True, forbid_unknown_fields=True):
    """Every wave is terminal; `shortfall` members are not confirmed."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.campaign-finished.v1"
    campaign_id: CampaignId
    outcome: Literal["COMPLETE", "SHORTFALL"]
    members: Count
    shortfall: Count
    tick: Tick


class OutcomeRevised(Struct, frozen=True, forbid_unknown_fields=True):
    """Truth came after the end: the counts are revised, what was decided is not."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.outcome-revised.v1"
    campaign_id: CampaignId
    members: Count
    shortfall: Count
    tick: Tick
