"""What a run gives: plain tables of whole numbers, and one header that says what they rest on.

The same scenario, seed and code give the same bytes on any number of threads; how long it took is
kept apart. All counts are of the premises that were simulated: at a `sample` of 0.01 each stands
for a hundred (`Header.weight`).
"""

from datetime import date
from typing import Final, Literal, TypeAlias

import polars as pl
from msgspec import Struct

Status: TypeAlias = Literal["published", "derived", "assumed", "overridden"]
Label: TypeAlias = Literal["simulated", "model only"]

DAILY: Final = pl.Schema(
    {
        "day": pl.Date,
        "campaign_id": pl.String,
        "wave": pl.Int64,
        "region": pl.String,
        "released": pl.Int64,
        "activated": pl.Int64,
        "confirmed": pl.Int64,
        "failed": pl.Int64,
        "timed_out": pl.Int64,
    }
)
"""Events by day, campaign, wave (from 1) and communications region; rows of noughts are left out.

`released` counts devices by the day on which they were first asked to update; `activated` those
that run the image by that day's end (a lost response hides it from the programme); `confirmed`,
`failed` and `timed_out` are outcomes of executions, on the day on which the programme knows them:
the last two without an attempt left. A device is counted once in `released` and in one outcome.
"""
WAVES: Final = pl.Schema(
    {
        "campaign_id": pl.String,
        "wave": pl.Int64,
        "name": pl.String,
        "members": pl.Int64,
        "starts": pl.Date,
        "released_by": pl.Date,
        "ends": pl.Date,
        "state": pl.String,
        "confirmed": pl.Int64,
        "failed": pl.Int64,
        "timed_out": pl.Int64,
    }
)
"""Each wave: first release, last release, end (null: not within the horizon), and its counts."""
DECISIONS: Final = pl.Schema(
    {
        "day": pl.Date,
        "campaign_id": pl.String,
        "wave": pl.Int64,
        "fact": pl.String,
        "decision": pl.String,
        "why": pl.String,
        "stratum": pl.String,
        "n": pl.Int64,
        "k": pl.Int64,
        "statistic": pl.Float64,
        "bound": pl.Float64,
    }
)
"""What campaigns decided and operators commanded, in order; `fact` is the name of the fact."""
EXPOSURE: Final = pl.Schema(
    {
        "day": pl.Date,
        "campaign_id": pl.String,
        "region": pl.String,
        "exposed": pl.Int64,
        "struck": pl.Int64,
    }
)
"""Devices that held an image that is bad for them, by the day on which they first verified it; of
these `struck` are those whose first activation of it failed because of that."""
CAPABLE: Final = pl.Schema(
    {
        "day": pl.Date,
        "region": pl.String,
        "installed": pl.Int64,
        "capable": pl.Int64,
        "reached": pl.Int64,
        "on_868": pl.Int64,
    }
)
"""Premises at the end of a day, every day of the horizon: installed; of these capable, whose hub
and meter both truly run local pairing (BR04); of these reached by a band that the policy allows;
of these on 868 MHz, where four high bandwidth links are the most (paragraph 3)."""
PAIRING: Final = pl.Schema(
    {
        "day": pl.Date,
        "region": pl.String,
        "wishes": pl.Int64,
        "served": pl.Int64,
        "intrusions": pl.Int64,
        "unauthorised": pl.Int64,
    }
)
"""What people try on a day: consumers who want local pairing of a CAD and those of them whose
premises is capable and reached by then; attempts of others at meters in shared spaces, and those
of them that pair (paragraphs 32 and 33); rows of noughts are left out."""


class Assumed(Struct, frozen=True, kw_only=True):
    """A number that the outcome rests on: where it is from, and whether the scenario changed it."""

    name: str
    value: str
    unit: str
    source: str
    status: Status


class CampaignEnd(Struct, frozen=True, kw_only=True):
    """How a campaign stands at the end of the horizon; `ends` is None where it is not over."""

    campaign_id: str
    state: str
    starts: date | None
    ends: date | None
    members: int
    confirmed: int
    shortfall: int


class Met(Struct, frozen=True, kw_only=True):
    """An obligation of paragraph 31: by when, whether it is met, how many are short."""

    obligation: str
    by: date
    met: bool
    short: int


class Header(Struct, frozen=True, kw_only=True):
    """What was asked, what it came to in a few figures, and all that it rests on.

    `scenario_hash` is of the canonical scenario with its plans, `catalogue` of the products list.
    `end` is the day on which the last campaign is over, None if one is not. `exposed` counts
    devices that held an image that is bad for them. `label` is "model only" where the question goes
    beyond what any evidence can show.
    """

    name: str
    title: str
    scenario_hash: str
    seed: int
    code_version: str
    catalogue: str
    basis: str | None
    premises: int
    sample: float
    label: Label
    why_label: str
    end: date | None
    campaigns: tuple[CampaignEnd, ...]
    exposed: int
    struck: int
    installed: int
    capable: int
    obligations: tuple[Met, ...]
    assumed: tuple[Assumed, ...]
    left_out: tuple[str, ...]

    @property
    def weight(self) -> float:
        """How many premises each simulated one stands for."""
        return 1 / self.sample


class Timings(Struct, frozen=True, kw_only=True):
    """How long the parts of a run took, in seconds; no part of its results."""

    threads: int
    population: float
    campaigns: float
    reading_out: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.population + self.campaigns + self.reading_out


class Outcome(Struct, frozen=True, kw_only=True):
    """The answer to a scenario; the tables have the columns that are named above."""

    header: Header
    daily: pl.DataFrame
    waves: pl.DataFrame
    decisions: pl.DataFrame
    exposure: pl.DataFrame
    capable: pl.DataFrame
    pairing: pl.DataFrame
    timings: Timings

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables by name, in the order in which they are kept."""
        return {
            "daily": self.daily,
            "waves": self.waves,
            "decisions": self.decisions,
            "exposure": self.exposure,
            "capable": self.capable,
            "pairing": self.pairing,
        }
