"""What consumers do: set and clear a Privacy PIN, look at protected screens, pair a CAD."""

from collections.abc import Callable
from typing import TypeVarTuple

from twin.events.pins import PrivacyPinCleared, PrivacyPinEntered, PrivacyPinSet
from twin.fleet.identity import attempt_id, device_id
from twin.fleet.pairing_journeys import (
    Attempt,
    Journey,
    incapable_journey,
    local_journey,
    remote_journey,
)
from twin.fleet.shapes import waiting
from twin.fleet.world import UNPROMPTED, Cause, LivePremises, World
from twin.vocabulary import DeviceType, PairingRoute, PinClass, PinClearedBy, PinPurpose

Args = TypeVarTuple("Args")

_DAY = 86_400
_YEAR = 365.25 * _DAY
_ENTRIES = 32
"""Room for the entries of one attempt in the numbers of its draws."""


class Consumers:
    """Steps of the agenda that consumers take; every draw is by premises, purpose and number."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules = world.rules

    def move_in(self, second: int, live: LivePremises) -> None:
        """From here on the consumer of a premises has what is installed there."""
        rules = self._rules
        if self._chance(live, "pin.take-up") < rules.pin_take_up:
            mean = rules.pin_set_after_install * _DAY
            self._later(second, live, self._set_pin, purpose="pin.set", mean=mean)
        if rules.cad_demand_rate > 0:
            mean = _YEAR / rules.cad_demand_rate
            self._later(second, live, self._pair, purpose="cad.demand", mean=mean, number=1)

    def _set_pin(self, second: int, live: LivePremises, number: int) -> None:
        rules = self._rules
        pin_class = PinClass(rules.pin_class_share.pick(self._chance(live, "pin.class", number)))
        live.pin_class = pin_class
        world = self._world
        world.meter_says(second, live, PrivacyPinSet(pin_class), UNPROMPTED)
        if self._chance(live, "pin.cleared", number) < rules.pin_cleared_share:
            mean = rules.pin_cleared_after * _DAY
            self._later(second, live, self._clear_pin, purpose="pin.cleared-after", mean=mean)
        self._look_again(second, live, 1)

    def _clear_pin(self, second: int, live: LivePremises, number: int) -> None:
        live.pin_class = None
        remotely = self._chance(live, "pin.cleared-by", number)
        if remotely < self._rules.pin_cleared_remotely_share:
            fact = PrivacyPinCleared(PinClearedBy.DCC_USER)
            self._world.dsp_says(second, live, fact, UNPROMPTED)
        else:
            fact = PrivacyPinCleared(PinClearedBy.CONSUMER)
            self._world.meter_says(second, live, fact, UNPROMPTED)

    def _look_again(self, second: int, live: LivePremises, number: int) -> None:
        rate = self._rules.protected_display_rate
        if rate > 0:
            self._later(
                second, live, self._look, purpose="display.next", mean=_YEAR / rate, number=number
            )

    def _look(self, second: int, live: LivePremises, number: int) -> None:
        """A protected screen is asked for; the PIN is typed until it is right or given up."""
        if live.pin_class is None:
            return
        rules = self._rules
        for entry in range(1, rules.pin_entries_most + 1):
            luck = self._chance(live, "display.pin", number * _ENTRIES + entry)
            accepted = luck >= rules.pin_wrong_share
            fact = PrivacyPinEntered(accepted, entry, PinPurpose.PROTECTED_DISPLAY)
            at = second + int((entry - 1) * rules.pin_entry_time)
            self._at(at, live, self._world.meter_says, fact, UNPROMPTED)
            if accepted:
                break
        self._look_again(second, live, number + 1)

    def _pair(self, second: int, live: LivePremises, number: int) -> None:
        """An attempt to pair a CAD; one that did not end well may be followed by another."""
        rules = self._rules
        journey = self._journey(live, number)
        local = journey.route is PairingRoute.LOCAL
        say = self._world.meter_says if local else self._world.dsp_says
        cause = Cause(f"attempt:{journey.attempt.attempt_id}")
        for after, fact in journey.facts:
            self._at(second + after, live, say, fact, cause)
        if journey.ended == "completed":
            live.cads += 1
            return
        again = self._chance(live, "cad.retry", number) < rules.cad_retry_share
        if again and number < rules.cad_attempts_most:
            ended, mean = second + journey.seconds, rules.cad_retry_after * _DAY
            self._later(
                ended, live, self._pair, purpose="cad.retry-after", mean=mean, number=number + 1
            )

    def _journey(self, live: LivePremises, number: int) -> Journey:
        rules, world = self._rules, self._world
        owner = live.premises_id
        attempt = Attempt(
            attempt_id(owner=owner, number=number),
            device_id(seed=world.seed, owner=owner, role=DeviceType.CAD),
            live.pin_class is not None,
        )

        def chance(purpose: str, entry: int) -> float:
            return self._chance(live, purpose, number * _ENTRIES + entry)

        if self._chance(live, "cad.local-preference") < rules.cad_local_preference_share:
            if world.is_capable(live):
                return local_journey(rules=rules, chance=chance, attempt=attempt)
            if chance("cad.tries-incapable", 0) < rules.cad_tries_incapable_share:
                return incapable_journey(attempt=attempt)
        return remote_journey(rules=rules, chance=chance, attempt=attempt)

    def _later(
        self,
        second: int,
        live: LivePremises,
        step: Callable[[int, LivePremises, int], None],
        *,
        purpose: str,
        mean: float,
        number: int = 0,
    ) -> None:
        """Put in a step after an exponential time with a mean in seconds."""
        after = waiting(self._chance(live, purpose, number), mean=mean)
        self._at(second + 1 + int(after), live, step, number)

    def _chance(self, live: LivePremises, purpose: str, attempt: int = 0) -> float:
        return self._world.chance(live.index, purpose, attempt)

    def _at(
        self,
        second: int,
        live: LivePremises,
        step: Callable[[int, LivePremises, *Args], None],
        *args: *Args,
    ) -> None:
        self._world.agenda.at(second, live.premises_id, step, live, *args)
