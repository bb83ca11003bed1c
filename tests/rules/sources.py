"""Where source texts and fact tables lie beside the project, for tests that compare with them."""

import csv
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def source_file(*parts: str) -> Path:
    """A file beside the project; without it the test that asks is skipped, and says so."""
    path = SHARED.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside the project, so nothing was compared with it")
    return path


def table(name: str) -> list[dict[str, str]]:
    """The rows of a fact table."""
    with source_file("data", name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
