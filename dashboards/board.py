"""What a board is told of: figures of one set, gathered once for page and paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from dashboards.campaign_counts import told_campaigns
from dashboards.queries import PublishedSet, latest_day
from dashboards.suppression import OPERATIONS, PROGRAMME
from dashboards.told import daily_told

BY_GATES: Final = ("error_gate", "success_missed", "undecidable")
"""Reasons of holds by a gate, and not by a person or a calendar."""
_ENDED_BADLY: Final = ("FAILED", "TIMED_OUT")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that may go wrong or has: how many premises or devices of how many, and where.

    `gives_away`: with what other pages tell, the count tells a small one.
    """

    what: str
    unit: str
    count: int
    of: int
    page: str
    gives_away: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Figures for five sentences, two pictures and two tables.

    `areas_told` are the `areas` as all roles but operations see them.
    """

    latest: Row | None
    ends: tuple[Row, ...]
    holds: tuple[Row, ...]
    areas: pl.DataFrame
    areas_told: pl.DataFrame
    pairing: pl.DataFrame
    milestones: pl.DataFrame
    risks: tuple[Risk, ...]


def board(published: PublishedSet) -> Board:
    """The figures of a set, exact: the sentences say what a role may see of them."""
    exact, told = (
        daily_told(published, "areas_daily", role=one) for one in (OPERATIONS, PROGRAMME)
    )
    return Board(
        latest=latest_day(published.mart("progress_daily")),
        ends=ends(published.mart("campaign_forecasts")),
        holds=holds(published.mart("campaign_journal")),
        areas=exact.filter(pl.col("day") == pl.col("day").max()),
        areas_told=told.filter(pl.col("day") == pl.col("day").max()),
        pairing=published.mart("pairing"),
        milestones=published.mart("milestones"),
        risks=risks(published),
    )


def ends(forecasts: pl.DataFrame) -> tuple[Row, ...]:
    """The newest forecast of each campaign as a whole, by campaign."""
    newest = (
        forecasts.filter(scope="campaign")
        .sort("day", descending=True)
        .unique("campaign_id", keep="first", maintain_order=True)
    )
    return tuple(newest.sort("campaign_id").iter_rows(named=True))


def holds(journal: pl.DataFrame) -> tuple[Row, ...]:
    """Holds by a gate, oldest first, each with the moment of its end (`resumed_at`, or None)."""
    told = journal.sort("occurred_at", "epoch", "partition", "offset")
    resumed = told.filter(event="programme.campaign-resumed")
    found = []
    for row in told.filter(
        (pl.col("event") == "programme.campaign-held") & pl.col("what").is_in(BY_GATES)
    ).iter_rows(named=True):
        later = resumed.filter(
            (pl.col("campaign_id") == row["campaign_id"])
            & (pl.col("occurred_at") >= row["occurred_at"])
        )["occurred_at"]
        found.append({**row, "resumed_at": later[0] if later.len() else None})
    return tuple(found)


def risks(published: PublishedSet) -> tuple[Risk, ...]:
    """Everything counted that stands in the way, the largest share of its whole first."""
    found = [*_of_premises(published), *_of_devices(published)]
    counted = (one for one in found if one.count > 0 and one.of > 0)
    return tuple(sorted(counted, key=lambda one: (-one.count / one.of, one.what)))


def _of_premises(published: PublishedSet) -> list[Risk]:
    totals = published.summary
    installed = totals["installed_premises"]
    capable = totals["capable_premises"]
    pins = published.mart("pins").filter(standing="set")
    weak = pins.filter(pl.col("pin_class") != "other")["premises"].sum()
    pairing = published.mart("pairing")
    tried = int(pairing["attempts"].sum())
    failed = int(pairing.filter(pl.col("outcome") != "completed")["attempts"].sum())
    return [
        Risk("cannot pair locally yet", "premises", installed - capable, installed, "/"),
        Risk(
            "are capable unknown to the inventory",
            "premises",
            totals["belief_behind_premises"],
            capable,
            "/",
        ),
        Risk("are a common one", "Privacy PINs", int(weak), int(pins["premises"].sum()), "/pin"),
        Risk("did not complete", "pairing attempts", failed, tried, "/pairing"),
    ]


def _of_devices(published: PublishedSet) -> list[Risk]:
    waves = published.mart("campaign_waves").drop_nulls("devices")
    told = told_campaigns(published.mart("campaigns"), waves, role=PROGRAMME)
    bad = waves.filter(pl.col("execution_state").is_in(_ENDED_BADLY))
    bands = published.mart("bands")
    out = bands.filter(band="alternative_han")
    return [
        Risk(
            "of a campaign ended without the new version",
            "devices",
            int(bad["devices"].sum()),
            int(waves["devices"].sum()),
            "/campaigns",
            gives_away=told["errors"].has_nulls(),
        ),
        Risk(
            "are reached by neither band",
            "devices",
            int(out["devices"].sum()),
            int(bands["devices"].sum()),
            "/han",
        ),
    ]
