"""An installation visit: registration, pre-notification, hub, meters, display, coverage, bands."""

from msgspec import Struct

from twin.events.bands import BandSelected, CoverageMeasured
from twin.events.lifecycle import (
    CommsHubInstalled,
    DeviceCommissioned,
    DeviceInstalled,
    DevicePreNotified,
    PremisesRegistered,
)
from twin.events.registry import Fact
from twin.fleet.living.world import Speaker
from twin.fleet.population.image_hashes import gbcs_version
from twin.fleet.population.plans import PlannedDevice, PremisesPlan
from twin.ingest.catalogue import Catalogue
from twin.rules.bands import select_band
from twin.vocabulary import (
    DeviceType,
    HubInstallType,
    Role,
)
from twin.vocabulary.join_methods import TYPE_2

_COMMISSIONING = 5 * 60
"""Seconds from the installation of a device to its commissioning."""


class Said(Struct, frozen=True):
    """A fact of a visit, when it happened (seconds since 1970) and who tells it."""

    at: int
    speaker: Speaker
    fact: Fact


def registration(*, plan: PremisesPlan, registered_at: int) -> Said:
    """The premises enters the fleet."""
    fact = PremisesRegistered(
        plan.premises_type,
        plan.csp_region,
        plan.gsp_group,
        plan.supplier,
        plan.dual_fuel,
        plan.shared_meter_space,
    )
    return Said(registered_at, Speaker.SUPPLIER, fact)


def pre_notifications(
    *, plan: PremisesPlan, registered_at: int, catalogue: Catalogue
) -> list[Said]:
    """Meters and other Type 1 devices are announced before their installation (12.2).

    The hub is the DCC's own and on its inventory from delivery; a display comes with the meters,
    and a CAD is announced when it is paired (Annex C).
    """
    at = registered_at + (plan.installed_at - registered_at) // 2
    return [
        Said(at, Speaker.DSP, _pre_notified(device, catalogue))
        for device in plan.devices
        if device.device_type not in TYPE_2 and device.device_type is not DeviceType.CHF
    ]


def device_fitted(*, plan: PremisesPlan, device: PlannedDevice, at: int, step: int) -> list[Said]:
    """A device is installed at `at` and commissioned within half a step; its band is selected."""
    commissioned = at + min(_COMMISSIONING, step // 2)
    said = [
        Said(at, Speaker.SUPPLIER, installed(plan, device)),
        Said(
            commissioned,
            Speaker.SUPPLIER,
            DeviceCommissioned(device.device_id, device.device_type),
        ),
    ]
    if device.device_type is DeviceType.CHF:
        covered = CoverageMeasured(plan.ghz_2_4, plan.sub_ghz)
        return [said[0], Said((at + commissioned) // 2, Speaker.SUPPLIER, covered), said[1]]
    return [*said, Said(commissioned, Speaker.SUPPLIER, band_selected(plan, device))]


def band_selected(plan: PremisesPlan, device: PlannedDevice) -> BandSelected:
    """The band of a device by the coverage of its premises (paragraphs 3 and 5 to 7)."""
    band, reason = select_band(
        device_type=device.device_type,
        ghz_2_4=plan.ghz_2_4,
        sub_ghz=plan.sub_ghz,
        hub_variant=plan.hub_variant,
    )
    return BandSelected(device.device_id, device.device_type, band, reason)


def installed(
    plan: PremisesPlan,
    device: PlannedDevice,
    install_type: HubInstallType = HubInstallType.NEW,
) -> CommsHubInstalled | DeviceInstalled:
    """The installation of a hub (8.14.1) or of another device."""
    fit = device.fit
    if fit is None:
        return DeviceInstalled(device.device_id, device.device_type)
    if device.device_type is DeviceType.CHF:
        return CommsHubInstalled(
            device.device_id,
            fit.model,
            plan.hub_variant,
            fit.version,
            fit.pairing_capable,
            plan.gpf_id,
            install_type,
            plan.hub_location,
            plan.obstructions,
        )
    return DeviceInstalled(
        device.device_id, device.device_type, fit.model, fit.version, fit.pairing_capable
    )


def _pre_notified(device: PlannedDevice, catalogue: Catalogue) -> DevicePreNotified:
    gas = device.device_type is DeviceType.GSME
    role = Role.GAS_SUPPLIER if gas else Role.IMPORT_SUPPLIER
    fit = device.fit
    if fit is None:
        return DevicePreNotified(device.device_id, device.device_type, role)
    return DevicePreNotified(
        device.device_id,
        device.device_type,
        role,
        fit.model,
        fit.version,
        gbcs_version(catalogue=catalogue, model=fit.model, version=fit.version),
    )
