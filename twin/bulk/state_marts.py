"""Marts that tell how the fleet stands, counted in the pass that folds it.

The published marts are counted by SQL from the records of the log; these are sums over columns of
state, which is another way to the same figures, and a fold of the whole fleet gives them as it
goes by. Marts that tell of days, steps and causes are not among them: no state holds those.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from twin.vocabulary import DutyCycleState, HubVariant

COVERAGE: Final = "coverage"
"""The coverage cube: premises, and what of them is installed and capable (BR05), by place, by
supplier, and by the bands that work there without additional equipment (null: not measured)."""
SUMMARY: Final = "summary"
WAITING: Final = "held"
"""Records that wait behind a gap: the state leaves them out, and the published marts do not."""
_REGISTERED: Final = pl.col("premises_type").is_not_null()
_STANDING: Final = {
    "installed_premises": pl.col("installed"),
    "capable_premises": pl.col("capable"),
    "believed_premises": pl.col("believed"),
}
_OF_DEVICES: Final = {
    "installed_hubs": pl.col("hub"),
    "installed_esmes": pl.col("esme"),
    "capable_hubs": pl.col("hub_capable"),
    "capable_esmes": pl.col("esme_capable"),
}
_ALL: Final = pl.lit(True)
_DUAL_BAND: Final = pl.col("hub_variant") == HubVariant.DUAL_BAND


class StateMart(Struct, frozen=True):
    """A mart as sums over rows that are told apart by the values of some columns.

    `rows` are those of `twin.bulk.homes_now` or the cube's; those count that `where` holds for.
    """

    name: str
    rows: str
    groups: Mapping[str, pl.Expr]
    counts: Mapping[str, pl.Expr]
    where: pl.Expr = _ALL

    def of(self, rows: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """The counts of a range of premises."""
        wanted = rows[self.rows].filter(self.where).select(**self.groups, **self._counted())
        return self.summed([wanted])

    def summed(self, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """Counts of some ranges added up, in the order of their groups."""
        sums = [pl.col(name).sum() for name in self.counts]
        found = pl.concat(parts)
        if not self.groups:
            return found.select(sums)
        by = list(self.groups)
        return found.group_by(by).agg(sums).sort(by, nulls_last=True)

    def _counted(self) -> dict[str, pl.Expr]:
        return {name: of.fill_null(0).cast(pl.Int64) for name, of in self.counts.items()}


def _by(*names: str) -> dict[str, pl.Expr]:
    return {name: pl.col(name) for name in names}


def _judged(condition: str, verdict: str) -> StateMart:
    """Premises of each supplier by a licence condition (40.1, 40.4, 49.4(d); BR12, BR13)."""
    passes = pl.col(verdict)
    return StateMart(
        "licence_conditions",
        "homes",
        {"supplier": pl.col("supplier"), "condition": pl.lit(condition)},
        {"passed": passes, "failed": ~passes, "not_judged": passes.is_null()},
        _REGISTERED,
    )


MARTS: Final = (
    StateMart(
        SUMMARY,
        "homes",
        {},
        {
            "registered_premises": _REGISTERED,
            **_STANDING,
            **_OF_DEVICES,
            "belief_behind_premises": pl.col("capable") & ~pl.col("believed"),
            "breaches": pl.col("breaches"),
            "facts": pl.col("applied"),
            WAITING: pl.col("held"),
        },
    ),
    StateMart(
        SUMMARY,
        "pairings",
        {},
        {"pairing_attempts": _ALL, "pairings_completed": pl.col("outcome") == "completed"},
    ),
    StateMart(
        COVERAGE,
        "homes",
        _by("csp_region", "gsp_group", "supplier", "ghz_2_4", "sub_ghz"),
        {"premises": _ALL, **_OF_DEVICES, **_STANDING},
    ),
    StateMart(
        "bands",
        "devices",
        {**_by("device_type", "band"), "reason": pl.col("band_reason")},
        {"devices": _ALL},
        pl.col("link_at").is_not_null(),
    ),
    StateMart("links", "homes", _by("links_open"), {"hubs": _ALL}, _DUAL_BAND),
    StateMart(
        "duty_cycle",
        "homes",
        {"state": pl.col("duty_cycle").fill_null(DutyCycleState.NORMAL)},
        {"hubs": _ALL},
        _DUAL_BAND | pl.col("duty_cycle").is_not_null(),
    ),
    StateMart(
        "pins",
        "homes",
        {
            "standing": pl.when(pl.col("pin_class").is_null())
            .then(pl.lit("cleared"))
            .otherwise(pl.lit("set")),
            "pin_class": pl.col("pin_class"),
        },
        {"premises": _ALL},
        pl.col("pin_at").is_not_null(),
    ),
    StateMart(
        "pairing",
        "pairings",
        {
            "route": pl.col("route"),
            "outcome": pl.col("outcome").fill_null("open"),
            "cause": pl.coalesce("cause", "stage"),
        },
        {"attempts": _ALL},
    ),
    _judged("40.1/34.1", "provided"),
    _judged("40.4/34.4", "provided"),
    _judged("49.4(d)/43.4(d)", "connected"),
)
OF_CUBE: Final = tuple(
    StateMart(name, COVERAGE, _by(*groups), {count: pl.col(count) for count in _STANDING})
    for name, groups in (
        ("areas_daily", ("gsp_group",)),
        ("regions_daily", ("csp_region",)),
        ("suppliers_daily", ("supplier",)),
        ("region_suppliers", ("csp_region", "supplier")),
    )
)
"""Marts of places, for which the cube is added up."""
GROUPS: Final = {mart.name: tuple(mart.groups) for mart in (*MARTS, *OF_CUBE)}
"""Columns by which each mart tells its counts apart."""
