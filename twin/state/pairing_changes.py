"""How a pairing attempt and its CAD change inside a premises (Annexes C and D)."""

from datetime import datetime
from typing import Final, assert_never

from msgspec.structs import replace

from twin.events import pairing
from twin.events.envelope import Event
from twin.events.registry import PairingFact
from twin.state.changes import device_of, last, stamp_of, with_device
from twin.state.devices import Stamp
from twin.state.premises import NamedCad, PairingAttempt, Premises
from twin.vocabulary import DeviceType

STEPS: Final = {"reported": 0, "displayed": 1, "selected": 2, "paired": 3}
"""Steps that name the CAD of an attempt, in the order of Annex D."""


def pairing_changed(premises: Premises, event: Event, fact: PairingFact) -> Premises:
    """The premises after a pairing fact; a completed attempt brings its CAD with it."""
    stamp = stamp_of(event)
    held = premises.pairings.get(fact.attempt_id) or PairingAttempt(fact.attempt_id)
    moved = {**premises.pairings, fact.attempt_id: _attempt_changed(held, stamp, fact)}
    premises = replace(premises, pairings=moved)
    if not isinstance(fact, pairing.PairingCompleted):
        return premises
    cad = device_of(premises, fact.device_id, DeviceType.CAD)
    return with_device(premises, replace(cad, joined=last(cad.joined, stamp)))


def _attempt_changed(  # noqa: C901, PLR0911, PLR0912
    held: PairingAttempt, stamp: Stamp, fact: PairingFact
) -> PairingAttempt:
    match fact:
        case pairing.PairingStarted():
            return _started(held, stamp, fact)
        case pairing.PairingModeOpened():
            return _window(held, fact.window_s)
        case pairing.CadAddressReported():
            return _named(held, NamedCad("reported", stamp, fact.device_id))
        case pairing.CadAddressDisplayed():
            return _named(held, NamedCad("displayed", stamp, fact.device_id))
        case pairing.CadSelected():
            return _named(held, NamedCad("selected", stamp, fact.device_id))
        case pairing.InstallCodeEntered():
            return replace(held, code_digits=max(held.code_digits or 0, fact.digits))
        case pairing.InstallCodeRejected():
            rejected = max(held.codes_rejected, fact.entry)
            return replace(held, route=fact.route, codes_rejected=rejected)
        case pairing.InstallCodeTransferred():
            return replace(held, code_transferred=True)
        case pairing.PairingWindowExpired():
            return replace(_window(held, fact.window_s), window_expired=True)
        case pairing.PairingCompleted():
            named = _named(held, NamedCad("paired", stamp, fact.device_id))
            return _ended(named, replace(named, outcome="completed", ended_at=stamp.at), fact)
        case pairing.PairingFailed():
            found = replace(held, outcome="failed", cause=fact.cause, ended_at=stamp.at)
            return _ended(held, found, fact)
        case pairing.PairingAbandoned():
            found = replace(held, outcome="abandoned", stage=fact.stage, ended_at=stamp.at)
            return _ended(held, found, fact)
        case _:
            assert_never(fact)


def _started(held: PairingAttempt, stamp: Stamp, fact: pairing.PairingStarted) -> PairingAttempt:
    found = replace(
        held,
        route=fact.route,
        channel=fact.channel,
        pin_prompted=fact.pin_prompted,
        started_at=stamp.at,
        role=fact.role,
    )
    return found if held.started_at is None else min(held, found, key=_beginning)


def _window(held: PairingAttempt, seconds: int) -> PairingAttempt:
    return replace(held, window_s=max(held.window_s or 0, seconds))


def _named(held: PairingAttempt, found: NamedCad) -> PairingAttempt:
    """The CAD that the furthest step names; of two such facts the newer counts (D11)."""
    return replace(held, cad=found if held.cad is None else max(held.cad, found, key=_naming))


def _naming(cad: NamedCad) -> tuple[int, Stamp]:
    return STEPS[cad.step], cad.stamp


_End = pairing.PairingCompleted | pairing.PairingFailed | pairing.PairingAbandoned


def _ended(held: PairingAttempt, found: PairingAttempt, fact: _End) -> PairingAttempt:
    """The later of two ends; a cause or stage belongs to its own end only (D11)."""
    if held.ended_at is not None:
        found = max(held, found, key=_end)
    return replace(
        found,
        route=fact.route,
        cause=found.cause if found.outcome == "failed" else None,
        stage=found.stage if found.outcome == "abandoned" else None,
    )


def _beginning(attempt: PairingAttempt) -> tuple[datetime | None, str, bool, str]:
    return attempt.started_at, attempt.channel or "", attempt.pin_prompted, attempt.role or ""


def _end(attempt: PairingAttempt) -> tuple[datetime | None, str, str, str]:
    """The moment, then the words, so that two ends in one moment have an order too."""
    return attempt.ended_at, attempt.outcome or "", attempt.cause or "", attempt.stage or ""
