"""What a campaign is, and `evolve`: the one place that says what each of its facts changes."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.plan import Plan
from twin.campaign.product import Product
from twin.campaign.transitions import after
from twin.campaign.wave_moves import ENDS, OVER
from twin.campaign.wave_progress import WaveFact, moved_by, progressed
from twin.campaign.wave_progress import WaveProgress as WaveProgress
from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState, CspRegion, GateDecision, HoldReason, Timer


class Outcome(Struct, frozen=True):
    """What a campaign came to: members, and those not known to run the new version."""

    members: int
    shortfall: int


class Campaign(Struct, frozen=True):
    """A campaign; `version` is the number of its facts, `missed` a failed wave not yet held for.

    `cuts` say below which lot each wave by count takes, as drawn on `cut_tick`. `frozen` counts
    the members of each wave as they were frozen, None before that; `earned` is what the limits on
    releases have earned (`twin.campaign.pacing`). `ending_since` is when a stop or an abort was
    ordered, `recalls` says that it was an abort, whose recall outlives the campaign;
    `releasing_since` is when it started or was last resumed. `withdrawn` are the targets
    that it was held for (`cpl`), `down` the regions whose way to the devices was last said to be
    out of order. `failures` are the ticks in a row, up to `failed_tick`, that
    could not be decided; `broken` is why a fact of it could not be folded.
    """

    plan: Plan
    plan_hash: str
    plan_version: int
    waves: tuple[WaveProgress, ...]
    author: str
    submitted_tick: int
    state: CampaignState = CampaignState.DRAFT
    cuts: tuple[float, ...] = ()
    cut_tick: int | None = None
    frozen: tuple[int, ...] | None = None
    holds: tuple[HoldReason, ...] = ()
    fired: tuple[Timer, ...] = ()
    excluded_models: tuple[str, ...] = ()
    earned: dict[str, int] = {}
    missed: bool = False
    ending_since: datetime | None = None
    recalls: bool = False
    releasing_since: datetime | None = None
    withdrawn: tuple[Product, ...] = ()
    down: tuple[CspRegion, ...] = ()
    failures: int = 0
    failed_tick: int | None = None
    broken: str | None = None
    outcome: Outcome | None = None
    tick: int = -1
    version: int = 0
    answers: dict[str, programme.CommandAnswered] = {}

    @property
    def current(self) -> int | None:
        """Position of the first wave that is not over, or None when all are."""
        return next((nth for nth, wave in enumerate(self.waves) if wave.state not in OVER), None)


def drafted(
    plan: Plan, fact: programme.CampaignSubmitted, *, before: Campaign | None = None
) -> Campaign:
    """The campaign after a plan was handed in; a revision keeps version and answers."""
    state = CampaignState.DRAFT if before is None else before.state
    return Campaign(
        plan=plan,
        plan_hash=fact.plan_hash,
        plan_version=fact.plan_version,
        waves=tuple(WaveProgress() for _ in plan.waves),
        author=fact.author,
        submitted_tick=fact.tick,
        state=after(state=state, fact=fact) or state,
        tick=fact.tick if before is None else max(before.tick, fact.tick),
        version=1 if before is None else before.version + 1,
        answers={} if before is None else before.answers,
        down=() if before is None else before.down,
    )


def evolve(campaign: Campaign, fact: CampaignFact, *, at: datetime) -> Campaign:
    """The campaign after one fact that happened `at` (virtual time). Total and pure.

    A revision of the plan is no business of this function: see `drafted`.
    """
    moved = after(state=campaign.state, fact=fact)
    campaign = replace(
        campaign,
        version=campaign.version + 1,
        tick=max(campaign.tick, getattr(fact, "tick", -1)),
        state=moved or campaign.state,
    )
    if isinstance(fact, (programme.CampaignHeld, programme.CampaignResumed, *ENDS)) and not moved:
        return campaign
    return _of_campaign(campaign, fact, at)


def _of_campaign(campaign: Campaign, fact: CampaignFact, at: datetime) -> Campaign:  # noqa: C901, PLR0911, PLR0912
    match fact:
        case programme.WavesCut():
            return replace(campaign, cuts=fact.cuts, cut_tick=fact.tick)
        case programme.MembershipFrozen():
            return replace(campaign, frozen=fact.members)
        case programme.TimerFired():
            return replace(campaign, fired=tuple(sorted({*campaign.fired, fact.timer})))
        case programme.ModelExcluded():
            return _without(campaign, fact)
        case programme.CampaignHeld():
            return _held(campaign, fact)
        case programme.CampaignResumed():
            return _resumed(campaign, fact, at)
        case programme.CampaignFinished() | programme.OutcomeRevised():
            return replace(campaign, outcome=Outcome(fact.members, fact.shortfall))
        case programme.StopOrdered() | programme.AbortOrdered():
            recalls = campaign.recalls or isinstance(fact, programme.AbortOrdered)
            return replace(campaign, ending_since=at, recalls=recalls)
        case programme.CampaignStarted():
            return replace(campaign, releasing_since=at)
        case programme.TargetWithdrawn():
            product = Product(fact.model, fact.firmware_version)
            return replace(campaign, withdrawn=tuple(sorted({*campaign.withdrawn, product})))
        case programme.UpstreamReported():
            return _reported(campaign, fact)
        case programme.DecisionFailed():
            return replace(campaign, failures=fact.failures, failed_tick=fact.tick)
        case programme.CommandAnswered():
            return replace(campaign, answers={**campaign.answers, fact.command_id: fact})
        case (
            programme.WaveReleased()
            | programme.GateEvaluated()
            | programme.WaveSoakBegan()
            | programme.WavePassed()
            | programme.WaveFailed()
            | programme.WaveAdvanced()
        ):
            return _of_wave(campaign, fact, at)
        case (
            programme.CampaignStopped()
            | programme.CampaignAborted()
            | programme.CampaignCancelled()
            | programme.CampaignSuperseded()
        ):
            waves = tuple(moved_by(wave, fact) for wave in campaign.waves)
            return replace(campaign, waves=waves)
        case (
            programme.CampaignSubmitted()
            | programme.PlanRefused()
            | programme.CampaignApproved()
            | programme.CampaignDenied()
        ):
            return campaign
        case _:
            assert_never(fact)


def _of_wave(campaign: Campaign, fact: WaveFact, at: datetime) -> Campaign:
    moved = _with_wave(campaign, fact.wave, lambda wave: progressed(wave, fact, at=at))
    if isinstance(fact, programme.WaveReleased):
        return replace(moved, earned=dict(fact.earned))
    return replace(moved, missed=True) if isinstance(fact, programme.WaveFailed) else moved


def _with_wave(
    campaign: Campaign, wave: int, change: Callable[[WaveProgress], WaveProgress]
) -> Campaign:
    """The campaign with one wave changed; a wave that the plan does not have changes nothing."""
    waves = list(campaign.waves)
    if 1 <= wave <= len(waves):
        waves[wave - 1] = change(waves[wave - 1])
    return replace(campaign, waves=tuple(waves))


def _without(campaign: Campaign, fact: programme.ModelExcluded) -> Campaign:
    """A model less: the gate of the current wave is asked anew, and may say something else."""
    models = tuple(sorted({*campaign.excluded_models, fact.model}))
    return replace(campaign, excluded_models=models)


def _reported(campaign: Campaign, fact: programme.UpstreamReported) -> Campaign:
    """When no region is down the reason is cleared beside others; alone it ends on a tick."""
    others = {*campaign.down} - {fact.region}
    down = tuple(sorted(others if fact.is_up else {*others, fact.region}))
    other_holds = tuple(one for one in campaign.holds if one is not HoldReason.UPSTREAM)
    holds = campaign.holds if down or not other_holds else other_holds
    return replace(campaign, down=down, holds=holds)


def _held(campaign: Campaign, fact: programme.CampaignHeld) -> Campaign:
    answered = fact.reason is HoldReason.SUCCESS_MISSED
    return replace(
        campaign,
        holds=tuple(sorted({*campaign.holds, fact.reason})),
        missed=campaign.missed and not answered,
    )


def _resumed(campaign: Campaign, fact: programme.CampaignResumed, at: datetime) -> Campaign:
    """The pace starts anew at the resumption, so that no backlog is released in one lump.

    A window that opens is no interruption: closed time earns nothing anyway. An operator who
    overrides `upstream` goes on with the regions that are down, until one is reported anew.
    """
    overridden = HoldReason.UPSTREAM in fact.overridden
    down = () if overridden else campaign.down
    resumed = replace(campaign, holds=(), failures=0, down=down)
    if campaign.holds == (HoldReason.WINDOW,):
        return resumed
    resumed = replace(resumed, releasing_since=at)
    if campaign.current is None:
        return resumed

    def change(wave: WaveProgress) -> WaveProgress:
        wave = replace(wave, moved_at=at if wave.moved_at is not None else None)
        if HoldReason.ERROR_GATE in fact.overridden and wave.decision is GateDecision.REJECT:
            return replace(wave, overridden=True, tolerated=None)
        return wave

    return _with_wave(resumed, campaign.current + 1, change)
