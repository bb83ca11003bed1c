"""One row a premises with all that marts ask of how it stands, of columns of state."""

from typing import Final

import polars as pl

from twin.bulk.narrow import Columns, widened_of
from twin.vocabulary import Band, DeviceType, HubVariant

UNKNOWN: Final = "unknown"
"""The place of a premises that nobody registered, as marts name it."""
_PLACE: Final = ("csp_region", "gsp_group", "supplier")
_HOMES: Final = (
    "premises_id",
    "premises_type",
    *_PLACE,
    "ghz_2_4",
    "sub_ghz",
    "pin_at",
    "pin_class",
    "duty_cycle",
    "breaches",
    "hub_id",
    "esme_id",
    "capable",
    "believed",
    "applied",
    "held",
)
_DEVICES: Final = (
    "premises_id",
    "device_id",
    "device_type",
    "hub_variant",
    "installed_at",
    "truth_capable",
    "link_at",
    "band",
    "band_reason",
    "link_word",
)
_ASKED: Final = (DeviceType.CHF, DeviceType.ESME, DeviceType.IHD)
_PAIRINGS: Final = ("route", "outcome", "cause", "stage")


def rows_now(columns: Columns) -> dict[str, pl.DataFrame]:
    """The rows that marts count: `homes`, `devices` and `pairings`."""
    devices = widened_of(columns, "devices", _DEVICES)
    return {
        "homes": _homes(widened_of(columns, "premises", _HOMES), devices),
        "devices": devices,
        "pairings": widened_of(columns, "pairings", _PAIRINGS),
    }


def _homes(premises: pl.DataFrame, devices: pl.DataFrame) -> pl.DataFrame:
    """Premises with their active hub and meter, open links, and the display installed last."""
    of_type = {kind: devices.filter(pl.col("device_type") == kind) for kind in _ASKED}
    capable = pl.col("truth_capable")
    hubs = of_type[DeviceType.CHF].select(
        "premises_id", "hub_variant", hub_id="device_id", hub_capable=capable
    )
    meters = of_type[DeviceType.ESME].select(
        "premises_id", esme_id="device_id", esme_capable=capable
    )
    displays = of_type[DeviceType.IHD].filter(pl.col("installed_at").is_not_null())
    last = (
        displays.sort("installed_at").unique("premises_id", keep="last").rename({"band": "display"})
    )
    opened = devices.filter(pl.col("link_word") == "open").group_by("premises_id").len("links_open")
    found = (
        premises.join(hubs, on=["premises_id", "hub_id"], how="left")
        .join(meters, on=["premises_id", "esme_id"], how="left")
        .join(last.select("premises_id", "display"), on="premises_id", how="left")
        .join(opened, on="premises_id", how="left")
    )
    return found.with_columns(
        *(pl.col(name).fill_null(UNKNOWN) for name in _PLACE),
        *(pl.col(name).fill_null(False) for name in ("hub_capable", "esme_capable")),
        pl.col("links_open").fill_null(0).cast(pl.Int64),
        hub=pl.col("hub_id").is_not_null(),
        esme=pl.col("esme_id").is_not_null(),
        installed=pl.col("hub_id").is_not_null() & pl.col("esme_id").is_not_null(),
        provided=_provided(),
        connected=_connected(),
    )


def _provided() -> pl.Expr:
    """A display at 2.4 GHz unless that is technically impracticable (40.1 / 34.1, BR12)."""
    single = (pl.col("display") == Band.SUB_GHZ) & (pl.col("hub_variant") == HubVariant.SINGLE_BAND)
    return (
        pl.when(pl.col("display") == Band.GHZ_2_4)
        .then(True)
        .when(single)
        .then(False)
        .when(pl.col("display").is_not_null())
        .then(~pl.col("ghz_2_4"))
    )


def _connected() -> pl.Expr:
    """A display of 2.4 GHz connected by it where it works (49.4(d) / 43.4(d), BR13)."""
    return (
        pl.when(pl.col("display") == Band.GHZ_2_4)
        .then(True)
        .when(pl.col("display").is_not_null() & pl.col("ghz_2_4"))
        .then(False)
    )
