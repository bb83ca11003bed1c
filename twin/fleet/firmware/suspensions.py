"""Devices whose firmware is removed from the products list are suspended (BR34, MP105)."""

from twin.events.lifecycle import DeviceStatusChanged
from twin.fleet.living.world import UNPROMPTED, LivePremises, World
from twin.vocabulary import DeviceStatus, StatusReason


class Suspensions:
    """One step of the agenda, for the whole fleet."""

    def __init__(self, world: World) -> None:
        self._world = world
        if world.removal is not None:
            world.agenda.at(world.removal.second, "", self._removed)

    def _removed(self, second: int) -> None:
        for live in self._world.live.values():
            if live.plan.installed_at < second:
                self._suspend(second, live)

    def _suspend(self, second: int, live: LivePremises) -> None:
        world = self._world
        for device in live.plan.devices:
            if device.fit is None or world.is_listed(device, live, second):
                continue
            if device.device_id not in live.suspended:
                live.suspended[device.device_id] = StatusReason.FIRMWARE_REMOVED_FROM_CPL
                fact = DeviceStatusChanged(
                    device.device_id,
                    device.device_type,
                    DeviceStatus.COMMISSIONED,
                    DeviceStatus.SUSPENDED,
                    StatusReason.FIRMWARE_REMOVED_FROM_CPL,
                )
                world.dsp_says(second, live, fact, UNPROMPTED)
