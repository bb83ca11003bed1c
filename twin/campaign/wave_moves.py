"""Which fact moves a wave from which state to which: the whole table, as data.

As `twin.campaign.transitions` for campaigns (rollout specification, section 3). A fact that has no
row in a state changes no state of a wave there; `docs/reference/campaign.md` is drawn from this.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import WaveState as W

OVER: Final = (W.PASSED, W.FAILED, W.SKIPPED, W.CANCELLED)
"""Nothing moves a wave out of these."""
UNDECIDED: Final = ("soak", "errors_above")
"""What a gate says of a wave whose success it has not looked at yet."""


class WaveMove(NamedTuple):
    """One row: a fact, the state it is allowed in, where it needs one a condition, what follows."""

    before: W
    fact: type[CampaignFact]
    when: str
    after: W


def _completes(fact: CampaignFact) -> bool:
    return isinstance(fact, programme.WaveReleased) and fact.complete


def _looks_at_success(fact: CampaignFact) -> bool:
    return isinstance(fact, programme.GateEvaluated) and fact.why not in UNDECIDED


CONDITIONS: Final[dict[str, Callable[[CampaignFact], bool]]] = {
    "": lambda _: True,
    "complete": _completes,
    "not complete": lambda fact: not _completes(fact),
    "neither soak nor errors_above": _looks_at_success,
}
ENDS: Final = (
    programme.CampaignStopped,
    programme.CampaignAborted,
    programme.CampaignCancelled,
    programme.CampaignSuperseded,
)
"""Facts of a campaign that end those of its waves which are not over."""
_OPEN: Final = tuple(state for state in W if state not in OVER)

WAVE_MOVES: Final = (
    *(
        WaveMove(before, programme.WaveReleased, when, after)
        for before in (W.PLANNED, W.RELEASING)
        for when, after in (("not complete", W.RELEASING), ("complete", W.SOAKING))
    ),
    WaveMove(W.SOAKING, programme.GateEvaluated, "neither soak nor errors_above", W.DECIDING),
    WaveMove(W.DECIDING, programme.WavePassed, "", W.PASSED),
    WaveMove(W.DECIDING, programme.WaveFailed, "", W.FAILED),
    WaveMove(W.SOAKING, programme.WaveAdvanced, "", W.SKIPPED),
    WaveMove(W.DECIDING, programme.WaveAdvanced, "", W.SKIPPED),
    *(WaveMove(before, fact, "", W.CANCELLED) for before in _OPEN for fact in ENDS),
)


def wave_after(*, state: W, fact: CampaignFact) -> W:
    """The state of a wave after a fact about it or its campaign."""
    for move in WAVE_MOVES:
        if (move.before, move.fact) == (state, type(fact)) and CONDITIONS[move.when](fact):
            return move.after
    return state
