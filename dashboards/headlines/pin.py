"""Is the Privacy PIN protecting people in shared spaces?"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import polars as pl

from dashboards import words
from dashboards.areas import placed

BEFORE: Final = "When paired"
NOW: Final = "Now"
SPACES: Final = {True: "Shared meter space", False: "Private meter space"}
INTRUDERS: Final = {
    "paired": "Paired a device",
    "pin_held": "Stopped by the PIN",
    "given_up": "Gave up",
    "not_capable": "Meter cannot pair",
}
REPELLED: Final = "not_capable"
"""Attempts at a meter that cannot pair locally tell nothing of the PIN."""


Row: TypeAlias = dict[str, Any]
Told: TypeAlias = Callable[..., pl.DataFrame]
"""Premises with their PINs by some columns of `pins_by_area`, as a role may see them."""


def around_pairing(told: pl.DataFrame) -> pl.DataFrame:
    """Of premises where a device was paired: with a PIN when it was, and now, by meter space.

    `told` are premises by meter space and pairing. One row a space and moment with `set`,
    `premises` and `share` in percent; counts that are kept back have no share.
    """
    return (
        told.filter("paired")
        .unpivot(
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


def weak_by_area(told: pl.DataFrame) -> pl.DataFrame:
    """Share of the PINs set that are weak, in percent, by area, the weakest area first.

    `told` are premises by area as a role may see them.
    """
    share = pl.when(pl.col("set_now") > 0).then(100 * pl.col("weak_pin") / pl.col("set_now"))
    return placed(
        told.with_columns(share.alias("share")).sort(
            "share", "gsp_group", descending=[True, False], nulls_last=True
        )
    )


def share(row: Row, part: str, whole: str) -> str:
    """A share of two counts of a told row in percent, or that it is not told."""
    if row[part] is None or row[whole] is None:
        return "too few to tell"
    return words.share(row[part], row[whole])


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


def is_it_protecting(by: Told) -> str:
    """The finding: PINs in shared meter spaces against private ones, and the weak ones."""
    whole = by().row(0, named=True)
    if whole["premises"] == 0:
        return "No premises has a hub and an electricity meter yet"
    parts = []
    for shared, name in ((True, "shared"), (False, "private")):
        row = by("shared_meter_space").filter(shared_meter_space=shared)
        row = row.drop_nulls(["premises", "set_now"])
        if not row.is_empty():
            said = share(row.row(0, named=True), "set_now", "premises")
            parts.append(f"{said} in {name} meter spaces")
    if not parts:
        return "Too few premises have a Privacy PIN to be told"
    return f"A Privacy PIN is set at {words.listed(parts)}{_weakness(whole, by)}"


def _weakness(whole: Row, by: Told) -> str:
    """The area with the weakest PINs, where there is one."""
    areas = weak_by_area(by("gsp_group")).drop_nulls("share")
    if areas.is_empty():
        return ""
    worst = areas.row(0, named=True)
    most = f"most in {worst['area']} ({worst['share']:.1f}%)"
    if whole["weak_pin"] is None or not whole["set_now"]:
        return f"; of weak ones there are {most}"
    return f"; {share(whole, 'weak_pin', 'set_now')} of them are weak, {most}"
