"""Rows under which nothing happens by chance, so that a test sees what it asked for."""

from msgspec.structs import replace

from twin.fleet.numbers.firmware_rows import FirmwareRows, shipped_firmware
from twin.fleet.numbers.han_rows import HanRows, shipped_han

_HAPPENINGS = (
    "ppmid_share",
    "hcalcs_share",
    "extra_display_share",
    "duty_excursion_rate",
    "scan_rate",
    "hub_fault_rate",
    "hub_damage_rate",
    "hub_variant_rate",
    "supply_outage_rate",
    "power_on_failed_share",
)
_MISHAPS = (
    "warned_share",
    "delivery_failure_told_share",
    "transfer_failure_told_share",
    "verification_failure_told_share",
    "future_dated_share",
    "cancelled_share",
    "executing_told_share",
    "meter_cuts_hub_power_share",
    "mismatch_found_share",
    "bad_image_failed_share",
)


def quiet_han(**changes) -> HanRows:
    """A home area network without exchanges, outages, scans; with changes."""
    return replace(shipped_han(), **{**dict.fromkeys(_HAPPENINGS, 0.0), **changes})


def quiet_firmware(**changes) -> FirmwareRows:
    """Firmware without warnings, future dates, told failures; with changes."""
    return replace(shipped_firmware(), **{**dict.fromkeys(_MISHAPS, 0.0), **changes})
