"""Exact counts of the campaigns as rows for the marts."""

from collections.abc import Iterator, Mapping

import polars as pl
from msgspec.structs import asdict

from twin.campaign.tallies import CampaignCounts, WaveCount
from twin.marts.given import TALLIES


def tally_rows(counts: Mapping[str, CampaignCounts], *, waves: Mapping[str, int]) -> pl.DataFrame:
    """Rows of schema `TALLIES` from the counts of each campaign and the number of its waves.

    States without devices are left out, but for a wave without any member, which says so.
    """
    rows = [
        (campaign_id, *row)
        for campaign_id, found in sorted(counts.items())
        for row in (*_excluded(found), *_placed(found, waves[campaign_id]))
    ]
    return pl.DataFrame(rows, schema=TALLIES, orient="row")


def _excluded(counts: CampaignCounts) -> Iterator[tuple[object, ...]]:
    for reason, devices in sorted(counts.excluded().items()):
        yield 0, None, None, None, "EXCLUDED", reason.value, devices


def _placed(counts: CampaignCounts, waves: int) -> Iterator[tuple[object, ...]]:
    for wave in range(1, waves + 1):
        strata = counts.by_stratum(wave)
        if not counts.of_wave(wave).members:
            yield wave, None, None, None, "AWAITING", None, 0
        for stratum, found in strata.items():
            for state, devices in _states(found.counts):
                yield wave, *stratum, state, None, devices


def _states(count: WaveCount) -> Iterator[tuple[str, int]]:
    for name, devices in {**asdict(count), "awaiting": count.awaiting}.items():
        if devices and name != "members":
            yield name.upper(), devices
