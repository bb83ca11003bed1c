"""What a campaign is, and `evolve`: the one place that says what each of its facts changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.plan import Plan
from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState, GateDecision, HoldReason, WaveState

OVER: Final = (WaveState.PASSED, WaveState.FAILED)

MOVES: Final[dict[tuple[CampaignState, type], CampaignState]] = {
    (CampaignState.DRAFT, programme.CampaignSubmitted): CampaignState.READY,
    (CampaignState.READY, programme.CampaignStarted): CampaignState.RUNNING,
    (CampaignState.READY, programme.CampaignStopped): CampaignState.STOPPED,
    (CampaignState.RUNNING, programme.CampaignHeld): CampaignState.HELD,
    (CampaignState.RUNNING, programme.CampaignStopped): CampaignState.STOPPED,
    (CampaignState.RUNNING, programme.CampaignFinished): CampaignState.FINISHED,
    (CampaignState.HELD, programme.CampaignHeld): CampaignState.HELD,
    (CampaignState.HELD, programme.CampaignResumed): CampaignState.RUNNING,
    (CampaignState.HELD, programme.CampaignStopped): CampaignState.STOPPED,
}
"""Every move between states; a fact that has no entry here changes nothing but the version."""


class WaveProgress(Struct, frozen=True):
    """How far a wave is: its pointer on the rank scale, and what its gate said last.

    After an override, `tolerated` is the error rate that the operator accepted, as the first
    evaluation afterwards found it; None while that evaluation is still to come.
    """

    state: WaveState = WaveState.PLANNED
    upto: float = 0.0
    moved_at: datetime | None = None
    released_tick: int | None = None
    completed_at: datetime | None = None
    ended_tick: int | None = None
    decision: GateDecision | None = None
    why: str | None = None
    overridden: bool = False
    tolerated: float | None = None


class Campaign(Struct, frozen=True):
    """A campaign; `version` is the number of its facts, `missed` a failed wave not yet held for."""

    plan: Plan
    waves: tuple[WaveProgress, ...]
    state: CampaignState = CampaignState.DRAFT
    holds: tuple[HoldReason, ...] = ()
    missed: bool = False
    tick: int = -1
    version: int = 0
    answers: dict[str, programme.CommandAnswered] = {}

    @property
    def upto(self) -> float:
        """The point of the rank scale up to which devices have been released."""
        return max(wave.upto for wave in self.waves)

    @property
    def current(self) -> int | None:
        """Position of the first wave that is not over, or None when all are."""
        return next((nth for nth, wave in enumerate(self.waves) if wave.state not in OVER), None)


def draft(plan: Plan) -> Campaign:
    """A campaign that has a plan and no fact yet."""
    return Campaign(plan, tuple(WaveProgress() for _ in plan.waves))


def submitted(plan: Plan, fact: programme.CampaignSubmitted) -> Campaign:
    """The campaign after its first fact, which names the plan by its hash."""
    return replace(draft(plan), state=MOVES[CampaignState.DRAFT, type(fact)], version=1)


def evolve(campaign: Campaign, fact: CampaignFact, *, at: datetime) -> Campaign:  # noqa: C901, PLR0911
    """The campaign after one fact that happened `at` (virtual time). Total and pure."""
    before = campaign.state
    moved = MOVES.get((before, type(fact)))
    campaign = replace(
        campaign,
        version=campaign.version + 1,
        tick=max(campaign.tick, getattr(fact, "tick", -1)),
        state=moved or before,
    )
    match fact:
        case programme.CampaignHeld():
            return campaign if moved is None else _held(campaign, fact)
        case programme.CampaignResumed():
            return campaign if moved is None else _resumed(campaign, fact, at)
        case programme.WaveReleased():
            return _with_wave(campaign, fact.wave, lambda wave: _released(wave, fact, at))
        case programme.GateEvaluated():
            return _with_wave(campaign, fact.wave, lambda wave: _evaluated(wave, fact))
        case programme.WavePassed():
            return _with_wave(campaign, fact.wave, lambda wave: _ended(wave, fact))
        case programme.WaveFailed():
            failed = _with_wave(campaign, fact.wave, lambda wave: _ended(wave, fact))
            return replace(failed, missed=True)
        case programme.CommandAnswered():
            return replace(campaign, answers={**campaign.answers, fact.command_id: fact})
        case (
            programme.CampaignSubmitted()
            | programme.CampaignStarted()
            | programme.CampaignStopped()
            | programme.CampaignFinished()
        ):
            return campaign
        case _:
            assert_never(fact)


def _with_wave(
    campaign: Campaign, wave: int, change: Callable[[WaveProgress], WaveProgress]
) -> Campaign:
    """The campaign with one wave changed; a wave that the plan does not have changes nothing."""
    waves = list(campaign.waves)
    if 1 <= wave <= len(waves):
        waves[wave - 1] = change(waves[wave - 1])
    return replace(campaign, waves=tuple(waves))


def _held(campaign: Campaign, fact: programme.CampaignHeld) -> Campaign:
    answered = fact.reason is HoldReason.SUCCESS_MISSED
    return replace(
        campaign,
        holds=tuple(sorted({*campaign.holds, fact.reason})),
        missed=campaign.missed and not answered,
    )


def _resumed(campaign: Campaign, fact: programme.CampaignResumed, at: datetime) -> Campaign:
    """The pace starts anew at the resumption, so that no backlog is released in one lump."""
    resumed = replace(campaign, holds=())
    if campaign.current is None:
        return resumed

    def change(wave: WaveProgress) -> WaveProgress:
        wave = replace(wave, moved_at=at if wave.moved_at is not None else None)
        if HoldReason.ERROR_GATE in fact.overridden and wave.decision is GateDecision.REJECT:
            return replace(wave, overridden=True, tolerated=None)
        return wave

    return _with_wave(resumed, campaign.current + 1, change)


def _released(wave: WaveProgress, fact: programme.WaveReleased, at: datetime) -> WaveProgress:
    return replace(
        wave,
        state=WaveState.SOAKING if fact.complete else WaveState.RELEASING,
        upto=fact.upto,
        moved_at=at,
        released_tick=fact.tick,
        completed_at=at if fact.complete else None,
    )


def _evaluated(wave: WaveProgress, fact: programme.GateEvaluated) -> WaveProgress:
    if wave.state is WaveState.SOAKING and fact.why not in ("soak", "errors_above"):
        wave = replace(wave, state=WaveState.DECIDING)
    if wave.overridden and wave.tolerated is None:
        wave = replace(wave, tolerated=fact.errors / fact.settled if fact.settled else 0.0)
    return replace(wave, decision=fact.decision, why=fact.why)


def _ended(wave: WaveProgress, fact: programme.WavePassed | programme.WaveFailed) -> WaveProgress:
    passed = isinstance(fact, programme.WavePassed)
    state = WaveState.PASSED if passed else WaveState.FAILED
    return replace(wave, state=state, ended_tick=fact.tick)
