"""Displays added after the installation: at 868 MHz a hub serves four (paragraph 3, BR15)."""

from typing import Final

from twin.events.joining import DeviceUnjoined, JoinRequested, JoinSucceeded
from twin.events.lifecycle import DeviceInstalled
from twin.fleet.living.world import UNPROMPTED, LivePremises, Speaker, World
from twin.fleet.network.device_log import add_to_log, remove_from_log
from twin.fleet.network.installation import band_selected
from twin.fleet.network.links import give_link_back, take_link
from twin.fleet.population.identity import device_id
from twin.fleet.population.plans import PlannedDevice
from twin.vocabulary import DeviceType, JoinMethod, Role, UnjoinResponse

_DAY: Final = 86_400
_BETWEEN: Final = 600
"""Seconds from one added display to the next."""
_JOINED: Final = 120


class ExtraDisplays:
    """Steps of the agenda by which displays come and go."""

    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self, second: int, live: LivePremises) -> None:
        """A share of the premises at 868 MHz buys more displays."""
        world, han = self._world, self._world.han
        if not live.plan.on_sub_ghz:
            return
        if world.chance(live.index, "display.extra") >= han.extra_display_share:
            return
        luck = world.chance(live.index, "display.count")
        mean = han.extra_display_after * _DAY
        first = second + world.wait(live.index, "display.after", mean=mean)
        for number in range(1, int(han.extra_display_count_share.pick(luck)) + 1):
            at = first + number * _BETWEEN
            world.agenda.at(at, live.premises_id, self._added, live, number)

    def _added(self, second: int, live: LivePremises, number: int) -> None:
        """A display that finds no link is taken out again and brought back to its shop."""
        world = self._world
        name = device_id(seed=world.seed, owner=live.premises_id, role=f"{DeviceType.IHD}.{number}")
        display = PlannedDevice(name, DeviceType.IHD)
        fact = DeviceInstalled(name, DeviceType.IHD)
        kind, cause = DeviceType.IHD, UNPROMPTED
        if not add_to_log(world, second, live, device_id=name, cause=cause):
            return
        world.says(second, live, Speaker.SUPPLIER, fact)
        if not take_link(world, second, live, device_id=name, device_type=kind, cause=cause):
            at = second + _JOINED
            world.agenda.at(at, live.premises_id, self._taken_out, live, name)
            return
        world.says(second, live, Speaker.SUPPLIER, band_selected(live.plan, display))
        self._join(second, live, name)
        if world.chance(live.index, "display.returned", number) < self._returned_share:
            mean = world.han.extra_display_returned_after * _DAY
            after = world.wait(live.index, "display.returned-after", mean=mean, number=number)
            at = second + _JOINED + after
            world.agenda.at(at, live.premises_id, self._returned, live, name)

    @property
    def _returned_share(self) -> float:
        return self._world.han.extra_display_returned_share

    def _join(self, second: int, live: LivePremises, name: str) -> None:
        meter = live.plan.device(DeviceType.ESME).device_id
        asked = JoinRequested(
            meter,
            DeviceType.ESME,
            name,
            DeviceType.IHD,
            JoinMethod.B,
            Role.IMPORT_SUPPLIER,
        )
        joined = JoinSucceeded(meter, DeviceType.ESME, name, DeviceType.IHD)
        self._world.dsp_says(second, live, asked, UNPROMPTED)
        at = second + _JOINED
        self._world.agenda.at(
            at, live.premises_id, self._world.meter_says, live, joined, UNPROMPTED
        )

    def _returned(self, second: int, live: LivePremises, name: str) -> None:
        """The display is unjoined (8.8.2), its link given back, the log cleared of it."""
        meter = live.plan.device(DeviceType.ESME).device_id
        fact = DeviceUnjoined(meter, DeviceType.ESME, name, UnjoinResponse.SUCCESS)
        self._world.meter_says(second, live, fact, UNPROMPTED)
        give_link_back(
            self._world,
            second,
            live,
            device_id=name,
            device_type=DeviceType.IHD,
            cause=UNPROMPTED,
        )
        self._taken_out(second, live, name)

    def _taken_out(self, second: int, live: LivePremises, name: str) -> None:
        remove_from_log(
            self._world,
            second,
            live,
            device_id=name,
            device_type=DeviceType.IHD,
            cause=UNPROMPTED,
        )
