"""Which fact moves a campaign from which state to which: the whole table, as data.

Rows are those of the rollout specification, section 2. A fact that has no row in a state changes
no state there, and the decider never makes one; `docs/reference/campaign.md` is drawn from this.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from twin.events import programme
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState as S


class Move(NamedTuple):
    """One row: a fact, the state it is allowed in, and the state that it leads to."""

    before: S
    fact: type[CampaignFact]
    after: S
    row: str


TERMINAL: Final = (S.CANCELLED, S.STOPPED, S.ABORTED, S.FINISHED, S.SUPERSEDED)
"""Nothing moves a campaign out of these; a denied one may be revised and so is not among them."""
UNDER_WAY: Final = (S.STARTING, S.RUNNING, S.HELD)
"""States in which something may be released, now or after a resumption."""
ENDING: Final = (S.STOPPING, S.ABORTING)

_ROWS: Final = (
    Move(S.DRAFT, programme.CampaignSubmitted, S.VALIDATING, "1, 5"),
    Move(S.VALIDATING, programme.MembershipFrozen, S.AWAITING_APPROVAL, "2"),
    Move(S.VALIDATING, programme.PlanRefused, S.DRAFT, "3"),
    Move(S.AWAITING_APPROVAL, programme.CampaignApproved, S.READY, "4"),
    Move(S.AWAITING_APPROVAL, programme.CampaignDenied, S.APPROVAL_DENIED, "4"),
    Move(S.AWAITING_APPROVAL, programme.CampaignSubmitted, S.VALIDATING, "5"),
    Move(S.APPROVAL_DENIED, programme.CampaignSubmitted, S.VALIDATING, "5"),
    Move(S.READY, programme.CampaignCancelled, S.CANCELLED, "6"),
    Move(S.READY, programme.CampaignStarted, S.STARTING, "7"),
    Move(S.STARTING, programme.WaveReleased, S.RUNNING, "8"),
    Move(S.RUNNING, programme.WaveReleased, S.RUNNING, "8"),
    Move(S.HELD, programme.CampaignResumed, S.RUNNING, "12"),
    Move(S.STOPPING, programme.CampaignStopped, S.STOPPED, "14"),
    Move(S.ABORTING, programme.CampaignAborted, S.ABORTED, "16"),
    Move(S.RUNNING, programme.CampaignFinished, S.FINISHED, "17"),
    Move(S.FINISHED, programme.OutcomeRevised, S.FINISHED, "20"),
    *(Move(s, programme.CampaignHeld, S.HELD, "9 to 11") for s in UNDER_WAY),
    *(Move(s, programme.StopOrdered, S.STOPPING, "13, 18") for s in UNDER_WAY),
    *(Move(s, programme.AbortOrdered, S.ABORTING, "15, 18") for s in UNDER_WAY),
    *(Move(s, programme.CampaignSuperseded, S.SUPERSEDED, "19") for s in S if s not in TERMINAL),
)

MOVES: Final[dict[tuple[S, type[CampaignFact]], Move]] = {
    (move.before, move.fact): move for move in _ROWS
}
"""Every move by the state it starts in and the fact that makes it."""


def moves() -> Iterator[Move]:
    """All rows, by the order of the states and then of the specification."""
    order = list(S)
    yield from sorted(_ROWS, key=lambda move: order.index(move.before))


def after(*, state: S, fact: CampaignFact) -> S | None:
    """The state that a fact leads to, or None where it moves nothing."""
    found = MOVES.get((state, type(fact)))
    return None if found is None else found.after
