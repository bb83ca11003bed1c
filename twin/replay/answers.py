"""Answers carried over to another history: the same ones after the same time, or a donor's.

An answer is observed where the log has the question; otherwise it is modelled.
"""

from datetime import timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from twin.events import firmware
from twin.events.envelope import Event
from twin.events.registry import Fact
from twin.replay.asked import Asked
from twin.replay.recorded import STEPS
from twin.state.devices import Device

_NEW_VERSION: Final = (
    firmware.FirmwareUpdateRequested,
    firmware.FirmwareVerified,
    firmware.FirmwareActivated,
)
"""Facts that name the version that was asked for; others name what a device ran before."""


class Answer(Struct, frozen=True):
    """A fact that will be told; `by_truth`: a version read is what the device runs by then."""

    event: Event
    by_truth: bool = False


def shifted(event: Event, *, asked: Asked, then: Asked, by_truth: bool) -> Answer:
    """What the log has in answer to a question, as late after the request as it was then.

    With `by_truth` what the device runs by then may differ from what it ran.
    """
    by = asked.at - then.at
    same = not by and not by_truth and asked.request == then.request
    fact = event.fact if same else _readdressed(event.fact, asked, by)
    moved = replace(
        event, fact=fact, occurred_at=event.occurred_at + by, recorded_at=event.recorded_at + by
    )
    return Answer(moved, by_truth=not same and isinstance(fact, firmware.FirmwareVersionRead))


def borrowed(event: Event, *, asked: Asked, donor: Asked, device: Device | None) -> Answer | None:
    """A donor's answer as another device would give it; None for what is no fact of an update.

    No hash of the image is borrowed, for another model has another image.
    """
    if not isinstance(event.fact, (*STEPS, firmware.FirmwareVersionRead)):
        return None
    request, by = asked.request, asked.at - donor.at
    fact = _readdressed(event.fact, asked, by)
    if isinstance(fact, _NEW_VERSION):
        fact = _with(fact, firmware_version=request.target_version)
    elif device is not None and device.truth is not None:
        fact = _with(fact, firmware_version=device.truth.version)
    moved = replace(
        event,
        key=request.premises_id,
        source=f"urn:gb:dsp:{request.premises_id}",
        fact=_with(fact, image_hash=None),
        occurred_at=event.occurred_at + by,
        recorded_at=event.recorded_at + by,
        causation_id=request.request_id,
    )
    return Answer(moved, by_truth=isinstance(fact, firmware.FirmwareVersionRead))


def as_run(answer: Answer, *, device: Device | None) -> Event | None:
    """The event as it is told; a read that goes by truth needs a device that runs something."""
    event = answer.event
    if not answer.by_truth:
        return event
    if device is None or device.truth is None:
        return None
    truth = device.truth
    fact = _with(event.fact, firmware_version=truth.version, pairing_capable=truth.pairing_capable)
    return replace(event, fact=fact)


def _readdressed(fact: Fact, asked: Asked, by: timedelta) -> Fact:
    """The fact with the names of the request that it answers now."""
    request = asked.request
    execute_at = getattr(fact, "execute_at", None)
    return _with(
        fact,
        device_id=request.device_id,
        device_type=request.device_type,
        wave=request.wave,
        attempt=request.attempt,
        request_id=request.request_id,
        execute_at=None if execute_at is None else execute_at + by,
    )


def _with(fact: Fact, **changes: Any) -> Fact:  # noqa: ANN401
    """The fact with those of the fields changed that it has."""
    has = fact.__struct_fields__
    return replace(fact, **{name: value for name, value in changes.items() if name in has})
