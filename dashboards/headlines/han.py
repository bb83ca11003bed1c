"""Is 2.4 GHz used first, and is 868 MHz kept scarce?"""

from typing import Final, NamedTuple

import polars as pl

from dashboards import words

EXPECTED_2_4: Final = 70.0
EXPECTED_868: Final = 96.5
"""Percent of premises that 2.4 GHz alone, and 2.4 GHz with 868 MHz, are expected to suit."""
LINKS_MOST: Final = 4
"""High bandwidth links that a dual band hub has (paragraph 3)."""
BANDS: Final = {"ghz_2_4": "2.4 GHz", "sub_ghz": "868 MHz", "alternative_han": "Alternative HAN"}
CONNECTED: Final = "49.4(d)/43.4(d)"


def by_month(told: pl.DataFrame) -> pl.DataFrame:
    """Premises and share of each band by month, with where its part of the bar begins and ends.

    `told` are premises by month and band as a role may see them. A count that is kept back has no
    share; the shares are of the premises that are told.
    """
    told = told.with_columns(
        pl.col("band").replace_strict(list(BANDS), [0, 1, 2], default=3).alias("rank"),
        pl.col("band").replace(BANDS).alias("name"),
    ).sort("month", "rank")
    share = 100 * pl.col("premises") / pl.col("premises").sum().over("month")
    return (
        told.with_columns(share.alias("share"))
        .with_columns(pl.col("share").fill_null(0).cum_sum().over("month").alias("ends"))
        .with_columns((pl.col("ends") - pl.col("share")).alias("starts"))
    )


class Totals(NamedTuple):
    """Premises that use 2.4 GHz alone, those that use no more than 868 MHz, and all.

    None is what a role may not see.
    """

    near: int | None
    both: int | None
    whole: int | None


def totals(by_band: pl.DataFrame, whole: int | None) -> Totals:
    """The totals from premises by band as a role may see them, and from those of all bands."""
    near, far = (_of_band(by_band, name) for name in ("ghz_2_4", "sub_ghz"))
    return Totals(near, None if near is None or far is None else near + far, whole)


def _of_band(by_band: pl.DataFrame, name: str) -> int | None:
    row = by_band.filter(band=name)["premises"]
    return row.item() if row.len() else 0


def share(part: int | None, whole: int | None) -> str:
    """A share in percent, or that it is not told."""
    return "too few to tell" if part is None or not whole else words.share(part, whole)


def against(part: int | None, whole: int | None, expected: float) -> str:
    """A share against the one expected: `0.4 points below the 70% expected`."""
    if part is None or not whole:
        return f"{expected:g}% expected"
    gap = 100 * part / whole - expected
    if abs(gap) < 0.05:
        return f"the {expected:g}% expected"
    return f"{abs(gap):.1f} points {'above' if gap > 0 else 'below'} the {expected:g}% expected"


def misses(conditions: pl.DataFrame, condition: str = CONNECTED) -> int:
    """Premises of all suppliers that miss a licence condition."""
    return int(conditions.filter(pl.col("condition") == condition)["failed"].sum())


def used_first(found: Totals, conditions: pl.DataFrame | None) -> str:
    """The finding: the share that 2.4 GHz alone serves against 70%, and who should be on it.

    Without conditions, which are not held by the day, it ends with the share.
    """
    near, _, whole = found
    if whole == 0:
        return "No band has been selected at any premises yet"
    first = "Too few premises are on one band to tell its share"
    if near is not None and whole:
        first = f"{words.share(near, whole)} of premises use 2.4 GHz alone, " + against(
            near, whole, EXPECTED_2_4
        )
    if conditions is None:
        return first
    missed = misses(conditions)
    if missed:
        # few premises are told in words by the page's own cards; a headline names suppliers only
        supplier, _ = worst_supplier(conditions)
        then = f"in-home displays on 868 MHz although 2.4 GHz works, most of them {supplier}'s"
    else:
        then = "no in-home display is on 868 MHz where 2.4 GHz was measured to work"
    return f"{first}; {then}"


def worst_supplier(conditions: pl.DataFrame, condition: str = CONNECTED) -> tuple[str, int]:
    """The supplier with most premises that miss a condition, and how many; first by name."""
    own = conditions.filter(pl.col("condition") == condition)
    row = own.sort("failed", "supplier", descending=[True, False]).row(0, named=True)
    return row["supplier"], row["failed"]
