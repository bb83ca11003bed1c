"""The state card of one premises as plain rows: pure, so that it is tested without a page."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from dashboards import words
from twin.state.devices import Device, Firmware
from twin.state.premises import Premises, active_device, is_capable, standing
from twin.vocabulary import DeviceType

KINDS: Final = {
    DeviceType.CHF: "Communications hub (CHF)",
    DeviceType.ESME: "Electricity meter (ESME)",
    DeviceType.GSME: "Gas meter (GSME)",
    DeviceType.GPF: "Gas proxy function (GPF)",
    DeviceType.IHD: "In-home display (IHD)",
    DeviceType.PPMID: "Prepayment interface (PPMID)",
    DeviceType.HCALCS: "Load control switch (HCALCS)",
    DeviceType.CAD: "Consumer access device (CAD)",
}


def capability(premises: Premises) -> str:
    """Whether the premises can pair locally, and whether the inventory knows."""
    truth, belief = is_capable(premises), is_capable(premises, believed=True)
    if truth and belief:
        return "Can pair locally, and the inventory knows"
    if truth:
        return "Can pair locally, but the inventory does not know yet"
    if belief:
        return "Cannot pair locally, although the inventory believes so"
    return "Cannot pair locally yet"


def particulars(premises: Premises) -> list[tuple[str, str]]:
    """Name and value of what is known of the premises itself."""
    held = premises.registration
    rows = []
    if held is not None:
        rows = [
            ("Premises type", words.sentence(held.premises_type).capitalize()),
            ("Communications region", held.csp_region.value),
            ("GSP group", held.gsp_group.value),
            ("Supplier", held.supplier),
            ("Fuel", "electricity and gas" if held.dual_fuel else "electricity only"),
            ("Meter space", "shared" if held.shared_meter_space else "private"),
        ]
    return [*rows, ("Privacy PIN", _pin(premises)), ("Pairing attempts", _pairings(premises))]


def devices(premises: Premises) -> pl.DataFrame:
    """One row a device: what it runs, what the inventory believes, and how it is linked."""
    rows = [_device(premises, d) for d in premises.devices.values()]
    columns = ("Device", "Device id", "Installed", "Runs (truth)", "Believed", "Band", "Campaigns")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.sort("Device", "Installed")


def _device(premises: Premises, device: Device) -> tuple[str, ...]:
    name = KINDS.get(device.device_type, device.device_type.value)
    active = active_device(premises, device_type=device.device_type)
    if active is not None and active.device_id != device.device_id:
        name = f"{name}, replaced"
    link = words.sentence(device.link.band) if device.link else "none"
    return (
        name,
        device.device_id,
        _since(device),
        _firmware(device.truth),
        _firmware(device.belief),
        link,
        ", ".join(_campaigns(device)) or "none",
    )


def _campaigns(device: Device) -> Iterator[str]:
    """How far the device is in each campaign, or why it has no part in it."""
    for name in {**device.enrolments, **device.executions}:
        execution, word = device.executions.get(name), device.enrolments.get(name)
        if execution is not None:
            state = words.sentence(standing(device, execution))
            yield f"{name} wave {execution.wave}: {state}"
        elif word is not None and word.reason is not None:
            yield f"{name}: no part ({words.sentence(word.reason)})"
        elif word is not None:
            yield f"{name} wave {word.wave}: not asked yet"


def _since(device: Device) -> str:
    """When it was installed; of a consumer's own device only the pairing is known."""
    if device.installed is not None:
        return words.short_day(device.installed.at.date())
    if device.joined is not None:
        return f"paired {words.short_day(device.joined.at.date())}"
    return "not known"


def _firmware(found: Firmware | None) -> str:
    if found is None:
        return "none"
    return f"{found.version}, {'capable' if found.pairing_capable else 'not capable'}"


def _pin(premises: Premises) -> str:
    if premises.pin is None:
        return "never set"
    if premises.pin.pin_class is None:
        return "cleared"
    classes = {"top_1": "the most common PIN", "top_20": "one of the 20 most common"}
    return f"set, {classes.get(premises.pin.pin_class, 'not a common one')}"


def _pairings(premises: Premises) -> str:
    found = premises.pairings.values()
    if not found:
        return "none"
    completed = sum(attempt.outcome == "completed" for attempt in found)
    return f"{len(found)}, {completed} completed"
