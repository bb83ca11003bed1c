"""Wave counts of the campaign as rows for the marts."""

from collections.abc import Mapping

import polars as pl
from msgspec.structs import asdict

from twin.campaign.tallies import WaveCount
from twin.marts.build import TALLIES


def tally_rows(counts: Mapping[tuple[str, int], WaveCount]) -> pl.DataFrame:
    """One row a wave and state, of schema `TALLIES`, from counts by (campaign id, wave).

    States without devices are left out, but for a wave without any member, which says so.
    """
    rows = []
    for (campaign_id, wave), count in sorted(counts.items()):
        of_wave = [
            (campaign_id, wave, name.upper(), devices)
            for name, devices in {**asdict(count), "awaiting": count.awaiting}.items()
            if devices and name != "members"
        ]
        rows.extend(of_wave or [(campaign_id, wave, "AWAITING", 0)])
    return pl.DataFrame(rows, schema=TALLIES, orient="row")
