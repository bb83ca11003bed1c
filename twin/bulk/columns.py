"""The columns of state: four tables that every way to a state can give.

They hold what the marts ask of a state. Left out, and to be found by the readable replay only: the
entries of device logs and partners in them, settings and moments of the 868 MHz air, the steps of a
pairing attempt between its beginning and its end. Moments are UTC, microseconds.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import polars as pl

Tables: TypeAlias = Mapping[str, pl.DataFrame]

_MOMENT: Final = pl.Datetime("us", "UTC")
PREMISES: Final = pl.Schema(
    {
        "premises_id": pl.String(),
        # as registered; null before that
        "premises_type": pl.String(),
        "csp_region": pl.String(),
        "gsp_group": pl.String(),
        "supplier": pl.String(),
        "dual_fuel": pl.Boolean(),
        "shared_meter_space": pl.Boolean(),
        # bands that work without additional equipment
        "ghz_2_4": pl.Boolean(),
        "sub_ghz": pl.Boolean(),
        # when a Privacy PIN was set or cleared last; no class: cleared (BR10)
        "pin_at": _MOMENT,
        "pin_class": pl.String(),
        "pin_accepted": pl.Int64(),
        "pin_refused": pl.Int64(),
        "intruders": pl.Int64(),
        "intruders_paired": pl.Int64(),
        # the 868 MHz air: the hub's duty cycle (BR18), scans asked for, channels, lost messages
        "duty_cycle": pl.String(),
        "scans": pl.Int64(),
        "channel_changes": pl.Int64(),  # as many as the state remembers, 16 at most
        "discarded": pl.Int64(),
        "outages": pl.Int64(),  # as many as the state remembers, 16 at most
        "breaches": pl.Int64(),
        # the active hub and electricity meter (BR43), capable by truth and by belief (BR05)
        "hub_id": pl.String(),
        "esme_id": pl.String(),
        "capable": pl.Boolean(),
        "believed": pl.Boolean(),
        # records of the premises by what became of them, and numbers that never came (D10)
        "applied": pl.Int64(),
        "duplicates": pl.Int64(),
        "held": pl.Int64(),
        "dead": pl.Int64(),
        "gaps": pl.Int64(),
        "missing": pl.Int64(),
    }
)
DEVICES: Final = pl.Schema(
    {
        "premises_id": pl.String(),
        "device_id": pl.String(),
        "device_type": pl.String(),
        "model": pl.String(),
        "hub_variant": pl.String(),
        "installed_at": _MOMENT,
        "commissioned_at": _MOMENT,
        "joined_at": _MOMENT,
        # what it runs, and what the inventory believes that it runs (BR35)
        "truth_at": _MOMENT,
        "truth_version": pl.String(),
        "truth_capable": pl.Boolean(),
        "truth_evidence": pl.String(),
        "belief_at": _MOMENT,
        "belief_version": pl.String(),
        "belief_capable": pl.Boolean(),
        "belief_evidence": pl.String(),
        "link_at": _MOMENT,
        "band": pl.String(),
        "band_reason": pl.String(),
        "status_at": _MOMENT,
        "status": pl.String(),
        "status_reason": pl.String(),
        # whose place it took, and when it lost its own (BR43)
        "replaced_device_id": pl.String(),
        "exchange_reason": pl.String(),
        "retired_at": _MOMENT,
        # the last image it told of (no version: discarded) and the last date of an activation
        "image_at": _MOMENT,
        "image_version": pl.String(),
        "activation_at": _MOMENT,
        "execute_at": _MOMENT,
        "link_word_at": _MOMENT,
        "link_word": pl.String(),  # its high bandwidth link (BR15)
        "log_at": _MOMENT,
        "mismatch_at": _MOMENT,
        "power_on_fault_at": _MOMENT,
    }
)
EXECUTIONS: Final = pl.Schema(
    {
        "premises_id": pl.String(),
        "device_id": pl.String(),
        "campaign_id": pl.String(),
        # the device's part in the campaign: a place in a wave, or why it has none
        "enrolled_at": _MOMENT,
        "enrolled_wave": pl.Int64(),
        "place": pl.Float64(),
        "region": pl.String(),
        "supplier": pl.String(),
        "enrolled_version": pl.String(),
        "exclusion": pl.String(),
        # the last attempt, as far as it has come
        "wave": pl.Int64(),
        "attempt": pl.Int64(),
        "state": pl.String(),
        "requested_at": _MOMENT,
        "reached_at": _MOMENT,
        "released_at": _MOMENT,
        "target_version": pl.String(),
    }
)
PAIRINGS: Final = pl.Schema(
    {
        "premises_id": pl.String(),
        "attempt_id": pl.String(),
        "route": pl.String(),
        "channel": pl.String(),
        "role": pl.String(),
        "pin_prompted": pl.Boolean(),
        "started_at": _MOMENT,
        "codes_rejected": pl.Int64(),
        "cad_id": pl.String(),
        "ended_at": _MOMENT,
        "outcome": pl.String(),
        "cause": pl.String(),
        "stage": pl.String(),
    }
)
SCHEMAS: Final[dict[str, pl.Schema]] = {
    "premises": PREMISES,
    "devices": DEVICES,
    "executions": EXECUTIONS,
    "pairings": PAIRINGS,
}
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "premises": ("premises_id",),
    "devices": ("premises_id", "device_id"),
    "executions": ("premises_id", "device_id", "campaign_id"),
    "pairings": ("premises_id", "attempt_id"),
}
"""Columns that name a row of each table, which is in their order."""


def in_order(tables: Tables) -> dict[str, pl.DataFrame]:
    """The tables with the schemas' columns, sorted by their keys."""
    return {
        name: tables[name].select(schema.names()).cast(schema).sort(KEYS[name])
        for name, schema in SCHEMAS.items()
    }


def differing(ours: Tables, theirs: Tables) -> list[str]:
    """Premises of which any table says something else on one side than on the other, in order."""
    found: set[str] = set()
    for name in SCHEMAS:
        if ours[name].equals(theirs[name]):
            continue
        for one, other in ((ours[name], theirs[name]), (theirs[name], ours[name])):
            only = one.join(other, on=one.columns, how="anti", nulls_equal=True)
            found.update(only["premises_id"])
    return sorted(found)


def empty() -> dict[str, pl.DataFrame]:
    """The tables without a row."""
    return {name: schema.to_frame() for name, schema in SCHEMAS.items()}
