"""The lake of a TWIN_HOME, for who reads it and for the archiver that fills it."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from twin.lake.table import Lake

KEPT_AFTERWARDS: Final = timedelta(hours=1)
"""Files that were compacted away stay so long, for readers that hold a list of them."""


def open_lake(home: Path) -> Lake:
    """The lake of a TWIN_HOME."""
    return Lake(home.absolute() / "lake" / "events")
