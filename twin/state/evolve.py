"""`evolve`: the one place that says which fact changes a premises, and how. Total and pure."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from twin.events.envelope import Event
from twin.events.registry import (
    BandFact,
    FirmwareFact,
    JoinFact,
    LifecycleFact,
    MessageFact,
    PairingFact,
    PinFact,
    PremisesFact,
    SubGhzFact,
)
from twin.state.band_changes import bands_changed
from twin.state.firmware_changes import firmware_changed
from twin.state.join_changes import joins_changed
from twin.state.legality import breach_of
from twin.state.lifecycle_changes import lifecycle_changed
from twin.state.pairing_changes import pairing_changed
from twin.state.pin_changes import pins_changed
from twin.state.premises import Premises
from twin.state.sub_ghz_changes import sub_ghz_changed

# each family takes its own facts only, which a table over all families cannot say
Change: TypeAlias = Callable[[Premises, Event, Any], Premises]


def _unchanged(premises: Premises, _: Event, _fact: MessageFact) -> Premises:
    return premises


CHANGES: Final[dict[type[PremisesFact], Change]] = {
    **dict.fromkeys(LifecycleFact.__args__, lifecycle_changed),
    **dict.fromkeys(BandFact.__args__, bands_changed),
    **dict.fromkeys(SubGhzFact.__args__, sub_ghz_changed),
    **dict.fromkeys(FirmwareFact.__args__, firmware_changed),
    **dict.fromkeys(PairingFact.__args__, pairing_changed),
    **dict.fromkeys(JoinFact.__args__, joins_changed),
    **dict.fromkeys(PinFact.__args__, pins_changed),
    **dict.fromkeys(MessageFact.__args__, _unchanged),
}


def evolve(premises: Premises, event: Event, fact: PremisesFact) -> Premises:
    """The premises after one fact; one that nobody keeping the rules could tell is only counted."""
    rule = breach_of(event=event, fact=fact)
    if rule is None:
        return CHANGES[type(fact)](premises, event, fact)
    return replace(
        premises, breaches={**premises.breaches, rule: premises.breaches.get(rule, 0) + 1}
    )
