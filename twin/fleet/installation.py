"""An installation visit: registration, hub, meters, display, coverage and bands."""

from collections.abc import Iterator

from twin.events.bands import BandSelected, CoverageMeasured
from twin.events.lifecycle import (
    CommsHubInstalled,
    DeviceCommissioned,
    DeviceInstalled,
    PremisesRegistered,
)
from twin.events.registry import Fact
from twin.fleet.population import PlannedDevice, PremisesPlan
from twin.vocabulary import Band, BandReason, DeviceType

_COMMISSIONING = 5 * 60
"""Seconds from the installation of a device to its commissioning."""


def visit(*, plan: PremisesPlan, registered_at: int, step: int) -> Iterator[tuple[int, Fact]]:
    """The facts of a premises' installation with their moments, in order of time.

    `step` is the time in seconds from one device to the next; moments are seconds since 1970.
    """
    yield registered_at, _registered(plan)
    for number, device in enumerate(plan.devices):
        at = plan.installed_at + number * step
        yield at, _installed(plan, device)
        if device.device_type is DeviceType.CHF:
            yield at + _COMMISSIONING // 2, CoverageMeasured(plan.ghz_2_4, plan.sub_ghz)
        commissioned = at + min(_COMMISSIONING, step // 2)
        yield commissioned, DeviceCommissioned(device.device_id, device.device_type)
        if device.device_type is not DeviceType.CHF:
            band, reason = selected_band(
                device_type=device.device_type, ghz_2_4=plan.ghz_2_4, sub_ghz=plan.sub_ghz
            )
            yield commissioned, BandSelected(device.device_id, device.device_type, band, reason)


def selected_band(
    *, device_type: DeviceType, ghz_2_4: bool, sub_ghz: bool
) -> tuple[Band, BandReason]:
    """The band of a device by paragraphs 3 and 5 to 7.

    2.4 GHz is used wherever it works. Where only 868 MHz reaches the rest of the premises, the
    electricity meter, beside which the hub is fitted, still uses 2.4 GHz, so that no 868 MHz
    electricity meters spread (paragraph 5); display and gas meter use 868 MHz because 2.4 GHz
    is technically impracticable. Where neither works the Alternative HAN is used (paragraph 7).
    """
    if ghz_2_4:
        return Band.GHZ_2_4, BandReason.COVERAGE
    if not sub_ghz:
        return Band.ALTERNATIVE_HAN, BandReason.NO_BAND
    if device_type is DeviceType.ESME:
        return Band.GHZ_2_4, BandReason.COVERAGE
    return Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE


def _registered(plan: PremisesPlan) -> PremisesRegistered:
    return PremisesRegistered(
        plan.premises_type,
        plan.csp_region,
        plan.gsp_group,
        plan.supplier,
        plan.dual_fuel,
        plan.shared_meter_space,
    )


def _installed(plan: PremisesPlan, device: PlannedDevice) -> CommsHubInstalled | DeviceInstalled:
    fit = device.fit
    if fit is None:
        return DeviceInstalled(device.device_id, device.device_type)
    if device.device_type is DeviceType.CHF:
        return CommsHubInstalled(
            device.device_id, fit.model, plan.hub_variant, fit.version, fit.pairing_capable
        )
    return DeviceInstalled(
        device.device_id, device.device_type, fit.model, fit.version, fit.pairing_capable
    )
