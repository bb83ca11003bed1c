"""What the lake keeps only so that a lost log can be restored is no record of any mart."""

from pathlib import Path

import pytest

from tests.lake.lake_records import append, logged, run_of
from twin.lake.table import Lake
from twin.marts.build import MartBuilder

PLUMBING = (
    "clock.ticks", "clock.settled", "premises.orders", "field.requests", "campaign.commands",
)  # fmt: skip


@pytest.mark.parametrize("topic", PLUMBING)
def test_plumbing_is_not_taken_in(topic: str, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "events")
    append(lake, [*run_of(0, 3), *(logged(b"{}", topic=topic, offset=nth) for nth in range(5))])
    builder = MartBuilder()
    try:
        assert builder.add_files(lake.files()) == 3
    finally:
        builder.close()
