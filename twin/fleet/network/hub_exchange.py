"""Hubs exchanged with their real reason; pairings survive, no code is typed again (BR08)."""

from typing import Final

from msgspec.structs import replace

from twin.events.bands import CoverageMeasured
from twin.events.joining import GpfDeviceLogChanged
from twin.events.lifecycle import (
    CommsHubReplaced,
    DeviceCommissioned,
    DeviceStatusChanged,
)
from twin.fleet.living.world import UNPROMPTED, LivePremises, Speaker, World
from twin.fleet.network.device_log import HubLog, restored_log
from twin.fleet.network.installation import band_selected, installed
from twin.fleet.network.links import take_link
from twin.fleet.network.radio import Radio
from twin.fleet.network.visit import LINKED
from twin.fleet.population.plans import PlannedDevice, Population
from twin.vocabulary import (
    DeviceStatus,
    DeviceType,
    HubInstallType,
    HubVariant,
    ReturnReason,
    StatusReason,
)

_DAY: Final = 86_400
_YEAR: Final = 365.25 * _DAY
_COMMISSIONED: Final = 5 * 60
_RESTORED: Final = 10 * 60
"""Seconds from the installation of the new hub to its commissioning and its restored logs."""


class HubExchanges:
    """Steps of the agenda by which hubs are exchanged."""

    def __init__(self, world: World, population: Population, radio: Radio) -> None:
        self._world = world
        self._radio = radio
        self._population = population

    def begin(self, second: int, live: LivePremises) -> None:
        """From here on the hub of a premises may have to be exchanged."""
        han = self._world.han
        for reason, rate in (
            (ReturnReason.FAULT, han.hub_fault_rate),
            (ReturnReason.DAMAGED, han.hub_damage_rate),
            (ReturnReason.DUAL_SUPPLIER_VARIANT, han.hub_variant_rate),
        ):
            self._expect(second, live, reason, rate, 1)

    def _expect(
        self, second: int, live: LivePremises, reason: ReturnReason, rate: float, number: int
    ) -> None:
        if rate > 0:
            purpose = f"hub.exchange.{reason}"
            after = self._world.wait(live.index, purpose, mean=_YEAR / rate, number=number)
            self._at(second + after, live, reason, rate, number)

    def _at(
        self, second: int, live: LivePremises, reason: ReturnReason, rate: float, number: int
    ) -> None:
        self._world.agenda.at(second, live.premises_id, self._exchange, live, reason, rate, number)

    def _exchange(
        self, second: int, live: LivePremises, reason: ReturnReason, rate: float, number: int
    ) -> None:
        """The exchange of a hub whose new firmware is not confirmed yet waits for the read."""
        plan = live.plan
        variant = reason is ReturnReason.DUAL_SUPPLIER_VARIANT
        if variant and plan.hub_variant is HubVariant.DUAL_BAND:
            return
        old = plan.device(DeviceType.CHF)
        if old.device_id in live.unread:
            self._at(second + _DAY, live, reason, rate, number)
            return
        if variant:
            self._reach_lost(second, live)
        self._fit(second, live, old)
        self._told(second, live, old, reason)
        at = second + _RESTORED
        self._world.agenda.at(at, live.premises_id, self._restored, live, variant)
        self._expect(at, live, reason, rate, number + 1)

    def _reach_lost(self, second: int, live: LivePremises) -> None:
        """The second supplier finds that 2.4 GHz does not reach its device; 868 MHz does."""
        live.plan = replace(
            live.plan, ghz_2_4=False, sub_ghz=True, hub_variant=HubVariant.DUAL_BAND
        )
        covered = CoverageMeasured(ghz_2_4=False, sub_ghz=True)
        self._world.says(second, live, Speaker.SUPPLIER, covered)

    def _fit(self, second: int, live: LivePremises, old: PlannedDevice) -> None:
        """The new hub takes the old one's place in the plan; the old one is out of reach."""
        number = len(live.hubs_before) + 2
        new = self._population.next_hub(plan=live.plan, index=live.index, number=number, at=second)
        gpf_id = self._population.next_gpf(plan=live.plan, number=number)
        log, before = live.hub_log, live.plan.gpf_id
        entries = tuple(gpf_id if one == before else one for one in log.entries)
        live.hub_log = HubLog(entries, log.historic)
        live.hubs_before = (*live.hubs_before, old.device_id)
        live.plan = replace(live.plan, devices=(new, *live.plan.devices[1:]), gpf_id=gpf_id)
        for kept in (live.running, live.held, live.updating, live.suspended):
            kept.pop(old.device_id, None)
        if new.fit is not None:
            live.running[new.device_id] = new.fit.version

    def _told(
        self, second: int, live: LivePremises, old: PlannedDevice, reason: ReturnReason
    ) -> None:
        world = self._world
        new = live.plan.device(DeviceType.CHF)
        gas = live.plan.dual_fuel
        fact = installed(live.plan, new, HubInstallType.REPLACEMENT)
        world.says(second, live, Speaker.SUPPLIER, fact)
        world.says(
            second,
            live,
            Speaker.SUPPLIER,
            CommsHubReplaced(new.device_id, old.device_id, reason, True, gas),
        )
        at = second + _COMMISSIONED
        world.agenda.at(
            at,
            live.premises_id,
            world.says,
            live,
            Speaker.SUPPLIER,
            DeviceCommissioned(new.device_id, DeviceType.CHF),
        )
        status = DeviceStatusChanged(
            old.device_id,
            DeviceType.CHF,
            DeviceStatus.COMMISSIONED,
            DeviceStatus.DECOMMISSIONED,
            StatusReason.HUB_EXCHANGED,
        )
        world.dsp_says(second, live, status, UNPROMPTED)

    def _restored(self, second: int, live: LivePremises, variant: bool) -> None:
        """The logs of the old hub are put on the new one (8.12.1, 8.12.2)."""
        restored_log(self._world, second, live, log=live.hub_log, cause=UNPROMPTED)
        if live.plan.dual_fuel:
            fact = GpfDeviceLogChanged(live.plan.gpf_id, live.gpf_log)
            self._world.gpf_says(second, live, fact, UNPROMPTED)
        if variant:
            self._moved_band(second, live)
            self._radio.begin(second, live)
        elif live.plan.on_sub_ghz:
            self._radio.configure(second, live)

    def _moved_band(self, second: int, live: LivePremises) -> None:
        """Display and gas meter move to 868 MHz, where each display takes a link (BR12, BR15)."""
        plan = live.plan
        for device in plan.devices:
            if device.device_type not in (DeviceType.CHF, DeviceType.ESME):
                fact = band_selected(plan, device)
                self._world.says(second, live, Speaker.SUPPLIER, fact)
        kinds = {device.device_id: device.device_type for device in plan.devices}
        for name in live.hub_log.entries:
            kind = kinds.get(name, DeviceType.CAD)
            if name != plan.gpf_id and kind in LINKED:
                take_link(
                    self._world, second, live, device_id=name, device_type=kind, cause=UNPROMPTED
                )
