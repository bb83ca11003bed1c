"""What is counted of an emulated field: figures of facts, each for 1,000 premises."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from twin.events.bands import HighBandwidthLinkRefused
from twin.events.envelope import Event
from twin.events.pairing import PairingCompleted, PairingStarted
from twin.events.pins import UnauthorisedPairingAttempted
from twin.events.sub_ghz import DutyCycleStateChanged
from twin.vocabulary import DutyCycleState, IntruderOutcome, PairingRoute

MEASURES: Final = {
    "attempts": "attempts to pair a CAD",
    "cads_paired": "CADs paired",
    "paired_locally": "CADs paired at the meter",
    "unauthorised_attempts": "unauthorised attempts to pair",
    "unauthorised_pairings": "unauthorised pairings",
    "links_refused": "868 MHz links refused",
    "premises_refused": "premises that were refused an 868 MHz link",
    "critical_hubs": "premises whose 868 MHz duty cycle was critical",
}
"""Measures by name, as a reader has them; each is a count for 1,000 premises."""


class Counting:
    """Counts facts as they come; mutable, owned by one run."""

    def __init__(self) -> None:
        """Nothing was counted yet."""
        self._counts: Counter[str] = Counter()
        self._premises: dict[str, set[str]] = {"premises_refused": set(), "critical_hubs": set()}

    def hear(self, events: Iterable[Event]) -> None:
        """Count some facts."""
        for event in events:
            self._hear(event)

    def for_1000(self, premises: int) -> dict[str, float]:
        """Every measure for 1,000 premises."""
        whole = self._counts + Counter({name: len(who) for name, who in self._premises.items()})
        return {name: 1000 * whole[name] / premises for name in MEASURES}

    def _hear(self, event: Event) -> None:
        match event.fact:
            case PairingStarted():
                self._counts["attempts"] += 1
            case PairingCompleted(route=route):
                self._counts["cads_paired"] += 1
                self._counts["paired_locally"] += route is PairingRoute.LOCAL
            case UnauthorisedPairingAttempted(outcome=outcome):
                self._counts["unauthorised_attempts"] += 1
                self._counts["unauthorised_pairings"] += outcome is IntruderOutcome.PAIRED
            case HighBandwidthLinkRefused():
                self._counts["links_refused"] += 1
                self._premises["premises_refused"].add(event.key)
            case DutyCycleStateChanged(to_state=DutyCycleState.CRITICAL):
                self._premises["critical_hubs"].add(event.key)
            case _:
                pass
