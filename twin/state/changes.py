"""How one device changes inside a premises: the small steps that the families share."""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from twin.events.envelope import Event
from twin.state.premises import Device, Execution, Firmware, Premises, Stamp
from twin.vocabulary import DeviceType, ExecutionState

RANK: Final = {state: rank for rank, state in enumerate(ExecutionState)}
"""How far a state is; see `TIMED_OUT_RANK` for the one that later truth may still overtake."""
TIMED_OUT_RANK: Final = RANK[ExecutionState.ACTIVATED] - 0.5


def stamp_of(event: Event) -> Stamp:
    """The stamp of an event."""
    return Stamp(event.occurred_at, event.sequence, event.source)


def newer(held: Stamp | None, event: Event) -> bool:
    """Whether the event is newer than the fact that set a field (D11)."""
    return held is None or stamp_of(event) > held


def with_device(
    premises: Premises,
    *,
    device_id: str,
    device_type: DeviceType,
    change: Callable[[Device], Device],
) -> Premises:
    """The premises with one device changed; a device first heard of is made (D11)."""
    device = premises.devices.get(device_id) or Device(device_id, device_type)
    return replace(premises, devices={**premises.devices, device_id: change(device)})


def firmware_moved(held: Firmware | None, found: Firmware) -> Firmware:
    """The newer of two findings about a device's firmware."""
    return found if held is None or found.stamp > held.stamp else held


def progress(execution: Execution) -> tuple[int, float]:
    """How far an execution has come: its attempt first, then its state."""
    timed_out = execution.state is ExecutionState.TIMED_OUT
    return execution.attempt, TIMED_OUT_RANK if timed_out else float(RANK[execution.state])


def _furthest_first(execution: Execution) -> tuple[tuple[int, float], float, int]:
    """Of two reports of the same step the earlier counts, whichever the log has first."""
    return progress(execution), -execution.reached_at.timestamp(), -execution.wave


def execution_moved(held: Execution | None, found: Execution) -> Execution:
    """The further of two findings about an execution, whichever came first in the log.

    The target is named by some facts only and is kept; so is the moment of the first request.
    """
    if held is None:
        return found
    further = max(held, found, key=_furthest_first)
    same_attempt = found.attempt == held.attempt
    first = min(held.requested_at, found.requested_at) if same_attempt else further.requested_at
    target = further.target_version or held.target_version or found.target_version
    return replace(further, requested_at=first, target_version=target)
