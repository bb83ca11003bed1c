"""The limits that findings are held against; `limits.toml` says where each comes from."""

from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

from twin.fleet.numbers.assumptions import Share
from twin.fleet.numbers.rows import AssumptionRow, assumption_rows, load_rows


class Limits(Struct, frozen=True, kw_only=True):
    """Shares from 0 to 1; beyond one of them a finding asks for a change."""

    not_judged_share_most: Share
    refused_link_share_most: Share
    loaded_air_share_most: Share
    unpaired_share_most: Share
    generic_pin_share_most: Share
    pin_take_up_least: Share
    late_answer_share_most: Share
    wrong_868_share_most: Share


@lru_cache(maxsize=1)
def shipped_limits() -> Limits:
    """The limits that come with the twin."""
    return load_rows(Limits, text=_text())


def limit_rows() -> dict[str, AssumptionRow]:
    """The limits as they stand in the file, with unit, source and status."""
    return assumption_rows(text=_text())


def _text() -> str:
    return files("twin.evidence.review").joinpath("limits.toml").read_text("utf-8")
