"""The assumptions of a scenario: those that ship with the twin, some of them overridden by name."""

from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, TypeVar, get_args, get_type_hints

from msgspec import Struct

from twin.fleet.numbers.assumptions import Assumptions, coherent
from twin.fleet.numbers.firmware_rows import FirmwareRows
from twin.fleet.numbers.han_rows import HanRows
from twin.fleet.numbers.pairing_rows import PairingRows
from twin.fleet.numbers.rows import AssumptionRow, BadAssumption, assumption_rows, value_of
from twin.whatif.outcome import Assumed

FILES: Final = ("assumptions.toml", "firmware.toml", "han.toml", "pairing.toml")
"""Files of assumptions that a scenario may override rows of."""
USED: Final = frozenset(
    {
        *("premises_type_share", "ghz_2_4_share", "any_band_share", "shared_meter_space_share"),
        *("supplier_share", "pairing_capable_from", "growth_from", "gas_meter_older_share"),
        *("pin_take_up", "pin_class_share", "cad_demand_rate", "cad_local_preference_share"),
        *("silent_device_share", "undelivered_share", "delivery_delay", "delivery_spread"),
        *("unverified_share", "verification_delay", "verification_spread", "activation_delay"),
        *("activation_spread", "activation_unanswered_share", "activation_failed_share"),
        *("response_lost_share", "read_unanswered_share", "read_delay"),
        *("request_acceptance_longest", "device_report_delay_longest"),
        *("warned_share", "delivery_failure_told_share", "transfer_failure_told_share"),
        *("verification_failure_told_share", "verified_after_transfer", "future_dated_share"),
        *("future_dated_hour", "future_dated_days", "cancelled_share", "bad_image_failed_share"),
        *("gas_wake", "gb_specific_available_from", "gb_specific_offer_share"),
        *("pin_take_up_prompted", "intruder_rate", "intruder_put_off_share"),
        *("intruder_guesses_share", "pin_rank_share"),
    }
)
"""Rows that the engine asks; no other may be overridden, for nothing would come of it."""

Group = TypeVar("Group", bound=Struct)


class Rows(Struct, frozen=True, kw_only=True):
    """Every number of behaviour of a scenario, and how each that is used is to be listed."""

    assumptions: Assumptions
    firmware: FirmwareRows
    han: HanRows
    pairing: PairingRows
    assumed: tuple[Assumed, ...]


@lru_cache(maxsize=1)
def shipped_rows() -> dict[str, AssumptionRow]:
    """The rows of all files by name; no two files have one of the same name."""
    found: dict[str, AssumptionRow] = {}
    for name in FILES:
        text = files("twin.fleet.numbers").joinpath(name).read_text("utf-8")
        found |= assumption_rows(text=text)
    return found


def override_mistake(name: str, value: object) -> str | None:
    """What is wrong with an overridden row, in one sentence; None if nothing is."""
    held = shipped_rows().get(name)
    if held is None or name not in USED:
        near = get_close_matches(name, USED, n=1)
        hint = f"; did you mean {near[0]}?" if near else "."
        reason = "no assumption has that name" if held is None else "what-if does not use that row"
        return f"{name}: {reason}{hint}"
    try:
        _value(name, _replaced(held, value))
    except BadAssumption as error:
        return f"{error}; its unit is {held.unit}."
    return None


def rows_of(overrides: dict[str, Any]) -> Rows:
    """The rows with some values replaced.

    Raises BadAssumption, one sentence naming the row, for a value that no row of its unit has.
    """
    held = shipped_rows()
    rows = {
        name: _replaced(row, overrides[name]) if name in overrides else row
        for name, row in held.items()
    }
    return Rows(
        assumptions=coherent(_group(Assumptions, rows)),
        firmware=_group(FirmwareRows, rows),
        han=_group(HanRows, rows),
        pairing=_group(PairingRows, rows),
        assumed=tuple(
            Assumed(
                name=name,
                value=shown(rows[name].value),
                unit=rows[name].unit,
                source=rows[name].source if name not in overrides else "the scenario",
                status=rows[name].status if name not in overrides else "overridden",
            )
            for name in sorted(USED)
        ),
    )


def _replaced(row: AssumptionRow, value: object) -> AssumptionRow:
    """A row with another value; a table of numbers may name only those that differ."""
    if isinstance(value, dict) and isinstance(row.value, dict) and row.unit != "distribution":
        value = {**row.value, **value}
    return AssumptionRow(value, row.unit, row.source, row.status)


def _group(group: type[Group], rows: dict[str, AssumptionRow]) -> Group:
    names = get_type_hints(group, include_extras=True)
    return group(**{name: _value(name, rows[name], group) for name in names})


def _value(name: str, row: AssumptionRow, group: type[Struct] | None = None) -> object:
    groups = (group,) if group else (Assumptions, FirmwareRows, HanRows, PairingRows)
    for one in groups:
        hint = get_type_hints(one, include_extras=True).get(name)
        if hint is not None:
            unit, *keys = get_args(hint)[1:]
            return value_of(name=name, row=row, unit=unit, keys=keys[0] if keys else ())
    raise AssertionError(f"no group has the row {name}")


def shown(value: object) -> str:
    """The value of a row as a person reads it: `CHF 36, ESME 48`."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {part}" for key, part in value.items())
    return str(value)
