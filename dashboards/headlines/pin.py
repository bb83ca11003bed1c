"""Is the Privacy PIN protecting people in shared spaces?"""

from typing import Final

import polars as pl

from dashboards import words
from dashboards.areas import placed
from dashboards.suppression import PROGRAMME, suppressed

BEFORE: Final = "When paired"
NOW: Final = "Now"
SPACES: Final = {True: "Shared meter space", False: "Private meter space"}
HELD_FROM: Final = ("premises", "set_before", "set_now")
INTRUDERS: Final = {
    "paired": "Paired a device",
    "pin_held": "Stopped by the PIN",
    "given_up": "Gave up",
    "not_capable": "Meter cannot pair",
}
REPELLED: Final = "not_capable"
"""Attempts at a meter that cannot pair locally tell nothing of the PIN."""


def around_pairing(pins: pl.DataFrame, *, role: str = PROGRAMME) -> pl.DataFrame:
    """Of premises where a device was paired: with a PIN when it was, and now, by meter space.

    One row a space and moment with `set`, `premises` and `share` in percent; counts that are kept
    back have no share.
    """
    held = pins.filter("paired").group_by("shared_meter_space").agg(pl.col(*HELD_FROM).sum())
    told = suppressed(held, *HELD_FROM, role=role)
    return (
        told.unpivot(
            ["set_before", "set_now"],
            index=["shared_meter_space", "premises"],
            variable_name="moment",
            value_name="set",
        )
        .with_columns(
            pl.col("moment").replace({"set_before": BEFORE, "set_now": NOW}),
            pl.col("shared_meter_space")
            .replace_strict(list(SPACES), list(SPACES.values()), return_dtype=pl.String)
            .alias("space"),
            (100 * pl.col("set") / pl.col("premises")).alias("share"),
        )
        .sort("space", "moment", descending=[True, True])
    )


def weak_by_area(pins: pl.DataFrame, *, role: str = PROGRAMME) -> pl.DataFrame:
    """Share of the PINs set that are weak, in percent, by area, the weakest area first."""
    held = pins.group_by("gsp_group").agg(pl.col("set_now", "weak_pin", "most_common_pin").sum())
    told = suppressed(held, "set_now", "weak_pin", "most_common_pin", role=role)
    share = pl.when(pl.col("set_now") > 0).then(100 * pl.col("weak_pin") / pl.col("set_now"))
    return placed(
        told.with_columns(share.alias("share")).sort(
            "share", "gsp_group", descending=[True, False], nulls_last=True
        )
    )


def counted(pins: pl.DataFrame, name: str, *, shared: bool | None = None) -> int:
    """A count over all groups, or over those of one meter space."""
    own = pins if shared is None else pins.filter(pl.col("shared_meter_space") == shared)
    return int(own[name].sum())


def intrusions(intruders: pl.DataFrame) -> pl.DataFrame:
    """Attempts of others by whether a PIN was set and how they ended, where a meter could pair."""
    names = list(INTRUDERS)
    return (
        intruders.filter(pl.col("outcome") != REPELLED)
        .with_columns(
            pl.when("pin_set").then(pl.lit("PIN set")).otherwise(pl.lit("No PIN")).alias("pin"),
            pl.col("outcome").replace(INTRUDERS).alias("ended"),
            pl.col("outcome").replace_strict(names, range(len(names)), default=9).alias("rank"),
        )
        .sort("pin", "rank")
    )


def is_it_protecting(pins: pl.DataFrame, *, role: str = PROGRAMME) -> str:
    """The finding: PINs in shared meter spaces against private ones, and the weak ones."""
    if not counted(pins, "premises"):
        return "No premises has a hub and an electricity meter yet"
    held = suppressed(
        pins.group_by("shared_meter_space").agg(pl.col("premises", "set_now").sum()),
        "premises",
        "set_now",
        role=role,
    )
    parts = []
    for shared, name in ((True, "shared"), (False, "private")):
        row = held.filter(pl.col("shared_meter_space") == shared).drop_nulls()
        if not row.is_empty():
            told = row.row(0, named=True)
            parts.append(f"{words.share(told['set_now'], told['premises'])} in {name} meter spaces")
    if not parts:
        return "Too few premises have a Privacy PIN to be told"
    return f"A Privacy PIN is set at {words.listed(parts)}{_weakness(pins, role)}"


def _weakness(pins: pl.DataFrame, role: str) -> str:
    """The area with the weakest PINs, where there is one."""
    areas = weak_by_area(pins, role=role).drop_nulls("share")
    weak, held = counted(pins, "weak_pin"), counted(pins, "set_now")
    whole = f"; {words.share(weak, held)} of them are weak" if held else ""
    if areas.is_empty():
        return ""
    worst = areas.row(0, named=True)
    return f"{whole}, most in {worst['area']} ({worst['share']:.1f}%)"
