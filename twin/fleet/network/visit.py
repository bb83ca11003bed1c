"""A visit as a whole: what is installed, listed, joined and linked, in order of time."""

from typing import Final

from msgspec import Struct

from twin.events.bands import HighBandwidthLinkOpened
from twin.events.joining import (
    ChfDeviceLogChanged,
    GpfDeviceLogChanged,
    JoinRequested,
    JoinSucceeded,
)
from twin.events.registry import Fact
from twin.fleet.living.world import Speaker
from twin.fleet.network.installation import Said, device_fitted, pre_notifications, registration
from twin.fleet.population.plans import PlannedDevice, PremisesPlan
from twin.ingest.catalogue import Catalogue
from twin.rules.device_logs import HubLog
from twin.vocabulary import DeviceType, JoinMethod, LogChange, Role
from twin.vocabulary.join_methods import method_of

LINKED: Final = frozenset({DeviceType.IHD, DeviceType.PPMID, DeviceType.CAD})
"""Devices that a hub serves every ten seconds at 868 MHz: each takes a link (paragraph 3)."""
_SPEAKERS: Final = {DeviceType.ESME: Speaker.ESME, DeviceType.GSME: Speaker.GSME}


class Visit(Struct, frozen=True):
    """The facts of a visit and what the home area network is after it."""

    said: list[Said]
    hub_log: HubLog
    gpf_log: tuple[str, ...]
    links: tuple[str, ...]


def visit(*, plan: PremisesPlan, registered_at: int, step: int, catalogue: Catalogue) -> Visit:
    """A visit within the run, told fact by fact; `step` is in seconds from device to device."""
    making = _Visit(plan, step)
    making.said.append(registration(plan=plan, registered_at=registered_at))
    making.said += pre_notifications(plan=plan, registered_at=registered_at, catalogue=catalogue)
    for number, device in enumerate(plan.devices):
        making.fit(device, plan.installed_at + number * step)
    return making.done()


def past_visit(*, plan: PremisesPlan, registered_at: int, step: int) -> Visit:
    """A visit before the run, as records hand it over: what stands, not how it came about.

    The hub's log is told once, with all that is in it; requests and joins of the past are not.
    """
    making = _Visit(plan, step)
    making.said.append(registration(plan=plan, registered_at=registered_at))
    for number, device in enumerate(plan.devices):
        at = plan.installed_at + number * step
        making.said += device_fitted(plan=plan, device=device, at=at, step=step)
        making.list_quietly(device)
        making.link(device, at + step // 2)
    making.hand_over(plan.installed_at + len(plan.devices) * step)
    return making.done()


class _Visit:
    def __init__(self, plan: PremisesPlan, step: int) -> None:
        self._plan, self._step = plan, step
        self._hub = plan.device(DeviceType.CHF).device_id
        self._log = HubLog((plan.gpf_id,))
        self._gpf_log: tuple[str, ...] = ()
        self._links: tuple[str, ...] = ()
        self.said: list[Said] = []

    def done(self) -> Visit:
        said = sorted(self.said, key=lambda said: said.at)
        return Visit(said, self._log, self._gpf_log, self._links)

    def fit(self, device: PlannedDevice, at: int) -> None:
        """Install a device, list it, commission it, join it to its partners, link it."""
        self.said += device_fitted(plan=self._plan, device=device, at=at, step=self._step)
        if device.device_type is DeviceType.CHF:
            return
        self.list_quietly(device)
        self._say(at + self._step // 8, Speaker.CHF, self._log_changed(device.device_id))
        self.link(device, at + self._step // 2)
        for number, (asked, partner) in enumerate(_joins(self._plan, device)):
            self._join(asked, partner, at + self._step // 2 + number * self._step // 8)
        if device.device_type is DeviceType.GSME:
            told = GpfDeviceLogChanged(self._plan.gpf_id, self._gpf_log)
            self._say(at + self._step * 3 // 4, Speaker.GPF, told)

    def list_quietly(self, device: PlannedDevice) -> None:
        """List a device in the logs that it belongs to."""
        if device.device_type is not DeviceType.CHF:
            self._log = HubLog((*self._log.entries, device.device_id))
        if device.device_type is DeviceType.GSME:
            self._gpf_log = (*self._gpf_log, device.device_id)

    def link(self, device: PlannedDevice, at: int) -> None:
        """A display at 868 MHz takes one of the four links; a visit brings two at most (BR15)."""
        if self._plan.on_sub_ghz and device.device_type in LINKED:
            self._links = (*self._links, device.device_id)
            fact = HighBandwidthLinkOpened(device.device_id, device.device_type, len(self._links))
            self._say(at, Speaker.CHF, fact)

    def hand_over(self, at: int) -> None:
        """The hub's log as it stands."""
        self._say(at, Speaker.CHF, self._log_changed(self._log.entries[-1]))

    def _join(self, asked: PlannedDevice, partner: "_Partner", at: int) -> None:
        """A device joins a partner; a critical request for it is told as well (BR26, BR27).

        A visit's requests of method B, which are not critical (8.7.2), are told by their success
        alone, for the sake of volume.
        """
        method = method_of(device=asked.device_type, partner=partner.device_type)
        gas = asked.device_type is DeviceType.GSME
        answer = JoinSucceeded(
            asked.device_id, asked.device_type, partner.device_id, partner.device_type
        )
        if method in (JoinMethod.A, JoinMethod.C):
            request = JoinRequested(
                asked.device_id,
                asked.device_type,
                partner.device_id,
                partner.device_type,
                method,
                Role.GAS_SUPPLIER if gas else Role.IMPORT_SUPPLIER,
            )
            self._say(at, Speaker.DSP, request)
        self._say(at + self._step // 16, _SPEAKERS[asked.device_type], answer)

    def _log_changed(self, device_id: str) -> ChfDeviceLogChanged:
        log = self._log
        return ChfDeviceLogChanged(self._hub, device_id, LogChange.ADDED, log.entries, log.historic)

    def _say(self, at: int, speaker: Speaker, fact: Fact) -> None:
        self.said.append(Said(at, speaker, fact))


class _Partner(Struct, frozen=True):
    device_id: str
    device_type: DeviceType


def _joins(plan: PremisesPlan, device: PlannedDevice) -> list[tuple[PlannedDevice, _Partner]]:
    """Who is asked to join whom when a device comes: meters keep the logs of their partners.

    A gas meter joins the gas proxy function, which then stands in for it while it sleeps.
    """
    kind = device.device_type
    partner = _Partner(device.device_id, kind)
    match kind:
        case DeviceType.GSME:
            return [(device, _Partner(plan.gpf_id, DeviceType.GPF))]
        case DeviceType.IHD | DeviceType.HCALCS:
            return [(plan.device(DeviceType.ESME), partner)]
        case DeviceType.PPMID:
            meters = [plan.device(DeviceType.ESME)]
            if plan.dual_fuel:
                meters.append(plan.device(DeviceType.GSME))
            return [(meter, partner) for meter in meters]
        case _:
            return []
