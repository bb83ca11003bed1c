"""How a pairing attempt and its CAD change inside a premises (Annexes C and D)."""

from datetime import datetime
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from twin.events import pairing
from twin.events.envelope import Event
from twin.state.changes import newer, stamp_of, with_device
from twin.state.premises import Device, PairingAttempt, Premises
from twin.vocabulary import DeviceType

PairingFact: TypeAlias = (
    pairing.PairingStarted
    | pairing.InstallCodeRejected
    | pairing.PairingCompleted
    | pairing.PairingFailed
    | pairing.PairingAbandoned
)


def pairing_changed(premises: Premises, event: Event, fact: PairingFact) -> Premises:
    """The premises after a pairing fact; a completed attempt brings its CAD with it."""
    held = premises.pairings.get(fact.attempt_id) or PairingAttempt(fact.attempt_id, fact.route)
    moved = {**premises.pairings, fact.attempt_id: _attempt_changed(held, event, fact)}
    premises = replace(premises, pairings=moved)
    if isinstance(fact, pairing.PairingCompleted):
        return _cad_joined(premises, event, fact)
    return premises


def _attempt_changed(held: PairingAttempt, event: Event, fact: PairingFact) -> PairingAttempt:
    at = event.occurred_at
    match fact:
        case pairing.PairingStarted():
            found = replace(
                held, channel=fact.channel, pin_prompted=fact.pin_prompted, started_at=at
            )
            return found if held.started_at is None else min(held, found, key=_beginning)
        case pairing.InstallCodeRejected():
            return replace(held, codes_rejected=max(held.codes_rejected, fact.entry))
        case pairing.PairingCompleted():
            return _ended(held, replace(held, outcome="completed", ended_at=at))
        case pairing.PairingFailed():
            return _ended(held, replace(held, outcome="failed", cause=fact.cause, ended_at=at))
        case pairing.PairingAbandoned():
            return _ended(held, replace(held, outcome="abandoned", stage=fact.stage, ended_at=at))
        case _:
            assert_never(fact)


def _ended(held: PairingAttempt, found: PairingAttempt) -> PairingAttempt:
    """The later of two ends; a cause or stage belongs to its own end only (D11)."""
    if held.ended_at is not None:
        found = max(held, found, key=_end)
    return replace(
        found,
        cause=found.cause if found.outcome == "failed" else None,
        stage=found.stage if found.outcome == "abandoned" else None,
    )


def _beginning(attempt: PairingAttempt) -> tuple[datetime | None, str, bool]:
    return attempt.started_at, attempt.channel or "", attempt.pin_prompted


def _end(attempt: PairingAttempt) -> tuple[datetime | None, str, str, str]:
    """The moment, then the words, so that two ends in one moment have an order too."""
    return attempt.ended_at, attempt.outcome or "", attempt.cause or "", attempt.stage or ""


def _cad_joined(premises: Premises, event: Event, fact: pairing.PairingCompleted) -> Premises:
    def change(device: Device) -> Device:
        moved = newer(device.joined, event)
        return replace(device, joined=stamp_of(event)) if moved else device

    return with_device(
        premises, device_id=fact.device_id, device_type=DeviceType.CAD, change=change
    )
