"""What is wrong with a plan file, and where."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from twin.campaign.toml_lines import Path

Tables: TypeAlias = tuple[Mapping[str, Any], dict[Path, int]]
"""The tables of a plan file as they were read, and the line of each table and key."""


class PlanMistake(Struct, frozen=True):
    """One thing that is wrong with a plan file: where, and what, in one sentence."""

    line: int
    sentence: str
