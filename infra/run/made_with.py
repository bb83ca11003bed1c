"""The checkpoints of a TWIN_HOME, and what those of today are made with: code and products list."""

from pathlib import Path
from typing import Final

from infra.run.equipment import catalogue_mark
from infra.run.history import Home
from twin.lookback.checkpoint import Checkpoints
from twin.lookback.fingerprint import fingerprint

FIGURES: Final = (
    "infra.run.fleet_as_of",
    "infra.run.fleet_sums",
    "infra.run.summary_of_fleet",
    "infra.run.summary_of_network",
)
"""Modules that make the figures which a checkpoint keeps."""


def made_with(home: Path) -> str:
    """The fingerprint by which this code knows the checkpoints of a TWIN_HOME as its own."""
    return fingerprint(reference=catalogue_mark(Home(home)), also=FIGURES)


def checkpoints_of(home: Path) -> Checkpoints:
    """The checkpoints beside the lake of a TWIN_HOME."""
    return Checkpoints(home / "lake" / "checkpoints")
