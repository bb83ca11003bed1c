"""The numbers of behaviour, each with its unit, source and status, read from one file.

The unit of a row says how its value is checked; `Assumptions` says which rows there must be.
"""

from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Final, TypeAlias

from msgspec import Struct

from twin.fleet.numbers.rows import AssumptionRow, BadAssumption, assumption_rows, load_rows
from twin.fleet.numbers.shapes import ByKey, Distribution
from twin.vocabulary import (
    ActivationOutcome,
    CodeFault,
    DeviceType,
    PairingChannel,
    PinClass,
    PremisesType,
)

__all__ = [
    "AssumptionRow",
    "Assumptions",
    "BadAssumption",
    "assumption_rows",
    "load_assumptions",
    "shipped",
]

Share: TypeAlias = Annotated[float, "share"]
Seconds: TypeAlias = Annotated[float, "seconds"]
Minutes: TypeAlias = Annotated[float, "minutes"]
Hours: TypeAlias = Annotated[float, "hours"]
Days: TypeAlias = Annotated[float, "days"]
PerYear: TypeAlias = Annotated[float, "per year"]
Ratio: TypeAlias = Annotated[float, "ratio"]
Count: TypeAlias = Annotated[int, "count"]
Day: TypeAlias = Annotated[date, "date"]
Rule: TypeAlias = Annotated[str, "rule"]


class Recipient(StrEnum):
    """Devices whose firmware the DCC can update in this fleet."""

    CHF = "CHF"
    ESME = "ESME"
    GSME = "GSME"


RECIPIENTS: Final = frozenset(DeviceType(one) for one in Recipient)
"""The same, as types of device."""
CAPABLE_RULE: Final = "newest_current_version"
"""The rule that `Catalogue.capable_version` follows."""
LENGTHS: Final = ("6", "8", "12", "16")
SUPPLIERS: Final = tuple(f"S{number:02d}" for number in range(1, 13))
REMOTE: Final = tuple(channel for channel in PairingChannel if channel != PairingChannel.AT_METER)
PerDevice: TypeAlias = Annotated[ByKey, "hours by key", tuple(Recipient)]
ShareByDevice: TypeAlias = Annotated[ByKey, "share by key", tuple(Recipient)]
ShareByType: TypeAlias = Annotated[ByKey, "share by key", tuple(PremisesType)]


class Assumptions(Struct, frozen=True, kw_only=True):
    """Every number of behaviour; the file beside this module says where each comes from."""

    premises_type_share: Annotated[Distribution, "distribution", tuple(PremisesType)]
    ghz_2_4_share: ShareByType
    any_band_share: ShareByType
    shared_meter_space_share: ShareByType
    supplier_share: Annotated[Distribution, "distribution", SUPPLIERS]
    ihd_take_up: Share
    pairing_capable_rule: Rule
    pairing_capable_from: Day
    gas_meter_older_share: Share
    growth_from: Day
    backlog_days: Days
    install_first_hour: Hours
    install_last_hour: Hours
    install_step: Minutes
    registered_before_install: Days
    supplier_report_delay: Hours
    supplier_report_delay_longest: Hours
    device_report_delay_longest: Seconds
    pin_take_up: Share
    pin_class_share: Annotated[Distribution, "distribution", tuple(PinClass)]
    pin_set_after_install: Days
    pin_cleared_share: Share
    pin_cleared_after: Days
    pin_cleared_remotely_share: Share
    protected_display_rate: PerYear
    pin_wrong_share: Share
    pin_entries_most: Count
    pin_abandoned_share: Share
    pin_entry_time: Seconds
    cad_demand_rate: PerYear
    cad_local_preference_share: Share
    cad_tries_incapable_share: Share
    cad_retry_share: Share
    cad_retry_after: Days
    cad_attempts_most: Count
    remote_channel_share: Annotated[Distribution, "distribution", REMOTE]
    remote_delay: Annotated[ByKey, "hours by key", REMOTE]
    code_length_share: Annotated[Distribution, "distribution", LENGTHS]
    code_wrong_share_per_digit: Share
    code_fault_share: Annotated[Distribution, "distribution", tuple(CodeFault)]
    code_entries_most: Count
    code_press_time: Seconds
    code_abandoned_share: Share
    pairing_mode_abandoned_share: Share
    join_time_longest: Seconds
    join_abandoned_share: Share
    request_acceptance_longest: Seconds
    silent_device_share: Share
    undelivered_share: Share
    delivery_delay: PerDevice
    delivery_spread: Ratio
    unverified_share: ShareByDevice
    verification_delay: PerDevice
    verification_spread: Ratio
    activation_delay: PerDevice
    activation_spread: Ratio
    activation_unanswered_share: Share
    activation_failed_share: ShareByDevice
    activation_outcome_share: Annotated[Distribution, "distribution", tuple(ActivationOutcome)]
    response_lost_share: Share
    read_unanswered_share: Share
    read_delay: Hours


def load_assumptions(*, text: str) -> Assumptions:
    """Assumptions from the text of a file.

    Raises BadAssumption, one sentence naming the row, for a missing, unknown or wrong one.
    """
    return coherent(load_rows(Assumptions, text=text))


@lru_cache(maxsize=1)
def shipped_text() -> str:
    """The text of the assumptions that come with the twin."""
    return files("twin.fleet.numbers").joinpath("assumptions.toml").read_text("utf-8")


@lru_cache(maxsize=1)
def shipped() -> Assumptions:
    """The assumptions that come with the twin."""
    return load_assumptions(text=shipped_text())


def coherent(found: Assumptions) -> Assumptions:
    """What no single row can show: two bands reach no fewer premises than one (section 5.2)."""
    for kind in PremisesType:
        if found.any_band_share.of(kind) < found.ghz_2_4_share.of(kind):
            raise BadAssumption(f"row any_band_share: {kind} is below its ghz_2_4_share")
    if not 0 <= found.install_first_hour < found.install_last_hour <= 20:
        raise BadAssumption("row install_last_hour: must be later than the first, by 20 hours")
    if found.pairing_capable_rule != CAPABLE_RULE:
        raise BadAssumption(f"row pairing_capable_rule: the one rule there is, is {CAPABLE_RULE}")
    for name in ("pin_entries_most", "code_entries_most", "cad_attempts_most"):
        if not 1 <= getattr(found, name) <= 20:
            raise BadAssumption(f"row {name}: must be 1 to 20")
    return found
