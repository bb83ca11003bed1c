"""The tables of facts that come with the fleet: regions, areas, growth; figures with sources."""

import csv
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

from twin.fleet.numbers.shapes import Distribution, distribution
from twin.vocabulary import CspRegion, GspGroup


class Region(Struct, frozen=True):
    """One of the eleven regions: its communications region, its gas share, its areas."""

    name: str
    csp_region: CspRegion
    gas_share: float
    areas: Distribution


class Geography(Struct, frozen=True):
    """The regions by their share of households."""

    share: Distribution
    regions: dict[str, Region]

    def region(self, uniform: float) -> Region:
        """The region that a uniform number in [0, 1) falls on."""
        return self.regions[self.share.pick(uniform)]


class Quarter(Struct, frozen=True):
    """Installations of a quarter, and what that number rests on."""

    year: int
    quarter: int
    installed: int
    status: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files("twin.fleet.numbers").joinpath(f"reference/{name}").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def geography() -> Geography:
    """The regions of Great Britain as the fleet draws them."""
    areas: dict[str, dict[str, float]] = {}
    for row in _rows("areas.csv"):
        areas.setdefault(row["region"], {})[GspGroup(row["gsp_group"])] = float(row["share"])
    regions = {
        row["region"]: Region(
            row["region"],
            CspRegion(row["csp_region"]),
            float(row["gas_percent"]) / 100,
            distribution(areas[row["region"]]),
        )
        for row in _rows("regions.csv")
    }
    households = {row["region"]: float(row["households"]) for row in _rows("regions.csv")}
    return Geography(distribution(households), regions)


@lru_cache(maxsize=1)
def quarters() -> tuple[Quarter, ...]:
    """The quarters that shape the growth of the fleet, oldest first."""
    return _quarters("growth.csv")


@lru_cache(maxsize=1)
def later_quarters() -> tuple[Quarter, ...]:
    """What was installed after those quarters; no fleet grows by it, a backtest asks it."""
    return _quarters("later_quarters.csv")


def _quarters(name: str) -> tuple[Quarter, ...]:
    return tuple(
        Quarter(
            int(row["quarter"][:4]), int(row["quarter"][-1]), int(row["installed"]), row["status"]
        )
        for row in _rows(name)
    )
