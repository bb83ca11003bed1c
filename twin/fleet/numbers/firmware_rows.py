"""More numbers of firmware: warnings, future dates, outages by activation (`firmware.toml`)."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated

from msgspec import Struct

from twin.fleet.numbers.assumptions import Days, Hours, Minutes, Ratio, Seconds, Share
from twin.fleet.numbers.rows import load_rows
from twin.fleet.numbers.shapes import Distribution
from twin.vocabulary import TransferOutcome, WarningList

TRANSFER_FAULTS = tuple(one for one in TransferOutcome if one is not TransferOutcome.SUCCESS)


class FirmwareRows(Struct, frozen=True, kw_only=True):
    """Numbers of firmware beside those of `Assumptions`; the file says where each comes from."""

    warned_share: Share
    warning_list_share: Annotated[Distribution, "distribution", tuple(WarningList)]
    update_lapses_after: Days
    update_lapses_spread: Ratio
    delivery_failure_told_share: Share
    transfer_failure_told_share: Share
    transfer_fault_share: Annotated[Distribution, "distribution", TRANSFER_FAULTS]
    verification_failure_told_share: Share
    verified_after_transfer: Seconds
    future_dated_share: Share
    future_dated_hour: Hours
    future_dated_days: Days
    cancelled_share: Share
    executing_told_share: Share
    executing_told_after: Seconds
    meter_cuts_hub_power_share: Share
    hub_power_cut_length: Minutes
    lost_response_found_after: Hours
    mismatch_found_share: Share
    bad_image_failed_share: Share


def load_firmware(*, text: str) -> FirmwareRows:
    """The rows from the text of a file; raises BadAssumption naming the row that is wrong."""
    return load_rows(FirmwareRows, text=text)


@lru_cache(maxsize=1)
def shipped_firmware() -> FirmwareRows:
    """The rows that come with the twin."""
    return load_firmware(
        text=files("twin.fleet.numbers").joinpath("firmware.toml").read_text("utf-8")
    )
