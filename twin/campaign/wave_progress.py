"""How far a wave is, and what each fact about it changes."""

from datetime import datetime
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.wave_moves import wave_after
from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import GateDecision, WaveState

WaveFact: TypeAlias = (
    programme.WaveReleased
    | programme.GateEvaluated
    | programme.WaveSoakBegan
    | programme.WavePassed
    | programme.WaveFailed
    | programme.WaveAdvanced
)
"""Facts about one wave."""


class WaveProgress(Struct, frozen=True):
    """How far a wave is: the share of it that is released, and what its gate said last.

    Where releases are paced, `cells` says how far on the scale of places each cell is. `before`
    and `cells_before` are how far it was until the tick of its last release.

    After an override, `tolerated` is the error rate that the operator accepted, as the first
    evaluation afterwards found it, or that of the stratum that was `blamed` if it is higher;
    None while that evaluation is still to come. `soaks_since` is when the soak began of a plan that
    counts it from a number of confirmations.
    """

    state: WaveState = WaveState.PLANNED
    upto: float = 0.0
    cells: dict[str, float] = {}
    moved_at: datetime | None = None
    released_tick: int | None = None
    before: float = 0.0
    cells_before: dict[str, float] = {}
    completed_at: datetime | None = None
    soaks_since: datetime | None = None
    ended_tick: int | None = None
    decision: GateDecision | None = None
    why: str | None = None
    stratum: str | None = None
    blamed: float = 0.0
    overridden: bool = False
    tolerated: float | None = None


def progressed(wave: WaveProgress, fact: WaveFact, *, at: datetime) -> WaveProgress:
    """The wave after a fact about it that happened `at` (virtual time)."""
    match fact:
        case programme.WaveReleased():
            return _released(wave, fact, at)
        case programme.GateEvaluated():
            return _evaluated(wave, fact)
        case programme.WaveSoakBegan():
            return replace(moved_by(wave, fact), soaks_since=at)
        case programme.WavePassed() | programme.WaveFailed() | programme.WaveAdvanced():
            return replace(moved_by(wave, fact), ended_tick=fact.tick)
        case _:
            assert_never(fact)


def _released(wave: WaveProgress, fact: programme.WaveReleased, at: datetime) -> WaveProgress:
    return replace(
        moved_by(wave, fact),
        upto=fact.upto,
        cells=dict(fact.cells),
        before=wave.upto,
        cells_before=wave.cells,
        moved_at=at,
        released_tick=fact.tick,
        completed_at=at if fact.complete else None,
    )


def _evaluated(wave: WaveProgress, fact: programme.GateEvaluated) -> WaveProgress:
    wave = moved_by(wave, fact)
    if wave.overridden and wave.tolerated is None:
        found = fact.errors / fact.settled if fact.settled else 0.0
        wave = replace(wave, tolerated=max(found, wave.blamed))
    if fact.decision is GateDecision.REJECT:
        wave = replace(wave, blamed=fact.k / fact.n if fact.stratum and fact.n else 0.0)
    return replace(wave, decision=fact.decision, why=fact.why, stratum=fact.stratum)


def moved_by(wave: WaveProgress, fact: CampaignFact) -> WaveProgress:
    """A wave in the state to which a fact moves it, if it does."""
    return replace(wave, state=wave_after(state=wave.state, fact=fact))
