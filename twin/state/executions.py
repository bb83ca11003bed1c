"""How far a device has come in a campaign: the further of two findings, in any order (D11)."""

from datetime import datetime
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from twin.state.devices import Execution
from twin.state.failures import failures_of
from twin.vocabulary import ExecutionState

RANKS: Final = {state: float(rank) for rank, state in enumerate(ExecutionState)} | {
    # truth that comes after a time-out still overtakes it; nothing before it does
    ExecutionState.TIMED_OUT: list(ExecutionState).index(ExecutionState.ACTIVATED) - 0.5,
    # who told of an activation has told it, and only a version that is read is further
    ExecutionState.CONFIRMATION_TIMED_OUT: list(ExecutionState).index(ExecutionState.ACTIVATED)
    + 0.5,
}
"""How far a state is: within one attempt the furthest counts."""

_TOLD_AND_TIMED_OUT: Final = {ExecutionState.ACTIVATED, ExecutionState.CONFIRMATION_TIMED_OUT}


def execution_moved(held: Execution | None, found: Execution) -> Execution:
    """The further of two findings about an execution, whichever came first in the log.

    The target is named by some facts only and is kept; so are the moments of the first request
    and of the first request to activate, and every failure of every attempt.
    """
    if held is None:
        return found
    further = found if _is_further(found, held) else held
    first, activation = further.requested_at, further.activation_asked_at
    if found.attempt == held.attempt:
        first = min(held.requested_at, found.requested_at)
        activation = _earlier(held.activation_asked_at, found.activation_asked_at)
    kept = (
        first,
        _reached(found, held, further),
        further.target_version or held.target_version or found.target_version,
        min(found.released_at, held.released_at),
        failures_of(held.failures, found.failures),
        activation,
    )
    return (
        further
        if kept == _kept(further)
        else replace(further, **dict(zip(_KEPT, kept, strict=True)))
    )


_KEPT: Final = (
    "requested_at",
    "reached_at",
    "target_version",
    "released_at",
    "failures",
    "activation_asked_at",
)
_kept = attrgetter(*_KEPT)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one is not None and other is not None else one or other


def _reached(found: Execution, held: Execution, further: Execution) -> datetime:
    """When the further was reached; a confirmation that timed out keeps its activation's moment."""
    same = found.attempt == held.attempt
    if same and {found.state, held.state} == _TOLD_AND_TIMED_OUT:
        return min(found.reached_at, held.reached_at)
    return further.reached_at


def _is_further(found: Execution, held: Execution) -> bool:
    """By attempt, then state; of two reports of the same step the earlier counts."""
    if found.attempt != held.attempt:
        return found.attempt > held.attempt
    if found.state is not held.state:
        return RANKS[found.state] > RANKS[held.state]
    if found.reached_at != held.reached_at:
        return found.reached_at < held.reached_at
    return found.wave < held.wave
