"""How the Privacy PIN of a premises changes; its value is never known (BR09, BR10)."""

from typing import assert_never

from msgspec.structs import replace

from twin.events import pins
from twin.events.envelope import Event
from twin.events.registry import PinFact
from twin.state.changes import latest, stamp_of
from twin.state.premises import Pin, Premises
from twin.vocabulary import IntruderOutcome


def pins_changed(premises: Premises, event: Event, fact: PinFact) -> Premises:
    """The premises after a fact about its Privacy PIN."""
    match fact:
        case pins.PrivacyPinEntered():
            if fact.accepted:
                return replace(premises, pin_accepted=premises.pin_accepted + 1)
            return replace(premises, pin_refused=premises.pin_refused + 1)
        case pins.PrivacyPinSet() | pins.PrivacyPinChanged():
            found = Pin(stamp_of(event), fact.pin_class)
            return replace(premises, pin=latest(premises.pin, found))
        case pins.PrivacyPinCleared() | pins.PrivacyPinDisabled():
            return replace(premises, pin=latest(premises.pin, Pin(stamp_of(event), None)))
        case pins.UnauthorisedPairingAttempted():
            paired = fact.outcome is IntruderOutcome.PAIRED
            return replace(
                premises,
                intruders=premises.intruders + 1,
                intruders_paired=premises.intruders_paired + paired,
            )
        case _:
            assert_never(fact)
