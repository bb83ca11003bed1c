"""The numbers of the home area network: logs, radio, exchanges, outages (file `han.toml`)."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Final, TypeAlias

from msgspec import Struct

from twin.fleet.numbers.assumptions import Count, Days, Hours, Minutes, PerYear, Ratio, Share
from twin.fleet.numbers.rows import BadAssumption, load_rows
from twin.fleet.numbers.shapes import ByKey, Distribution
from twin.vocabulary import ChfLocation, Obstruction, ScanAnswer, ScanTrigger

SETTINGS: Final = (
    "normal_limited_percent",
    "limited_critical_percent",
    "channel_changes_per_week_max",
    "gsme_curfew",
    "channel_quieter_threshold",
    "channel_noisier_threshold",
    "non_gsme_poor_comms_percent",
    "non_gsme_poor_comms_periods",
    "local_noise_period",
    "local_failure_percent",
    "local_retry_percent",
)
"""The eleven sub GHz settings of service request 6.28, as the fact names them."""
REFUSALS: Final = tuple(
    answer
    for answer in ScanAnswer
    if answer not in (ScanAnswer.ACCEPTED, ScanAnswer.DUTY_CYCLE_TOO_HIGH)
)
"""Refusals by obstacles that the field does not model; the duty cycle is one that it does."""
EXTRA_DISPLAYS: Final = ("1", "2", "3", "4", "5")
ByName: TypeAlias = Annotated[ByKey, "number by key", SETTINGS]


class HanRows(Struct, frozen=True, kw_only=True):
    """Every number of the home area network; the file says where each comes from."""

    hub_log_entries_most: Count
    hub_location_share: Annotated[Distribution, "distribution", tuple(ChfLocation)]
    obstruction_share: Annotated[ByKey, "share by key", tuple(Obstruction)]
    ppmid_share: Share
    hcalcs_share: Share
    extra_display_share: Share
    extra_display_after: Days
    extra_display_count_share: Annotated[Distribution, "distribution", EXTRA_DISPLAYS]
    extra_display_returned_share: Share
    extra_display_returned_after: Days
    sub_ghz_settings: ByName
    sub_ghz_configured_after: Hours
    critical_regulated_percent: Ratio
    duty_excursion_rate: PerYear
    duty_step: Minutes
    duty_critical_share: Share
    duty_regulated_share: Share
    suspend_minutes: Count
    message_discarded_share: Share
    scan_rate: PerYear
    scan_trigger_share: Annotated[Distribution, "distribution", tuple(ScanTrigger)]
    scan_at_critical_share: Share
    scan_refused_share: Share
    scan_refusal_share: Annotated[Distribution, "distribution", REFUSALS]
    channel_change_share: Share
    gas_wake: Minutes
    hub_fault_rate: PerYear
    hub_damage_rate: PerYear
    hub_variant_rate: PerYear
    supply_outage_rate: PerYear
    supply_outage_length: Minutes
    power_on_failed_share: Share


def load_han(*, text: str) -> HanRows:
    """The rows from the text of a file; raises BadAssumption naming the row that is wrong."""
    rows = load_rows(HanRows, text=text)
    if not 1 <= rows.suspend_minutes <= 255:
        raise BadAssumption("row suspend_minutes: must be 1 to 255 (BR18)")
    limits = rows.sub_ghz_settings
    if limits.of("normal_limited_percent") > limits.of("limited_critical_percent"):
        raise BadAssumption("row sub_ghz_settings: the Normal-Limited threshold is the higher one")
    if rows.critical_regulated_percent <= limits.of("limited_critical_percent"):
        raise BadAssumption("row critical_regulated_percent: below the Limited-Critical threshold")
    return rows


@lru_cache(maxsize=1)
def shipped_han() -> HanRows:
    """The rows that come with the twin."""
    return load_han(text=files("twin.fleet.numbers").joinpath("han.toml").read_text("utf-8"))
