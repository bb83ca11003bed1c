"""Supply outages: the hub tells the long ones, pairing survives, firmware is checked (BR08)."""

from typing import Final

from twin.events.firmware import FirmwareVerificationFailedAtPowerOn
from twin.events.lifecycle import PowerOutageAlerted
from twin.fleet.living.world import UNPROMPTED, Cause, LivePremises, World
from twin.fleet.numbers.shapes import waiting
from twin.rules.outages import alerts_outage
from twin.state.legality import OUTAGE_TOLD_FROM
from twin.vocabulary import DeviceType

_YEAR: Final = 365.25 * 86_400
_LONGEST: Final = 7 * 24 * 60
"""Minutes; no interruption of this fleet lasts longer."""


class Supply:
    """Steps of the agenda by which premises lose power and get it back."""

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self, second: int, live: LivePremises) -> None:
        """From here on the supply of a premises may fail."""
        self._expect(second, live, 1)

    def _expect(self, second: int, live: LivePremises, number: int) -> None:
        rate = self._world.han.supply_outage_rate
        if rate > 0:
            after = self._world.wait(live.index, "supply.outage", mean=_YEAR / rate, number=number)
            self._world.agenda.at(second + after, live.premises_id, self._back, live, number)

    def _back(self, second: int, live: LivePremises, number: int) -> None:
        """Power comes back; nothing at the premises has forgotten its pairings (BR08)."""
        han, world = self._world.han, self._world
        beyond = waiting(
            world.chance(live.index, "supply.length", number), mean=han.supply_outage_length
        )
        minutes = min(OUTAGE_TOLD_FROM + beyond, _LONGEST)
        tell_outage(world, second, live, minutes=minutes, cause=UNPROMPTED)
        if world.chance(live.index, "supply.power-on", number) < han.power_on_failed_share:
            meter = live.plan.device(DeviceType.ESME)
            fact = FirmwareVerificationFailedAtPowerOn(meter.device_id, DeviceType.ESME)
            world.meter_says(second, live, fact, UNPROMPTED)
        self._expect(second, live, number + 1)


def tell_outage(
    world: World, second: int, live: LivePremises, *, minutes: float, cause: Cause
) -> None:
    """The hub tells that it was without power, if for longer than three minutes (AD1, BR36)."""
    if alerts_outage(minutes=minutes):
        hub = live.plan.device(DeviceType.CHF)
        whole = max(int(minutes), OUTAGE_TOLD_FROM + 1)
        world.device_says(second, live, hub, PowerOutageAlerted(hub.device_id, whole), cause)
