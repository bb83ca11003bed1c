"""What a forecast believes before a campaign has shown anything; every number is assumed."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, TypeAlias

from msgspec import Struct

from twin.fleet.numbers.rows import AssumptionRow, assumption_rows, load_rows

Share: TypeAlias = Annotated[float, "share"]
Days: TypeAlias = Annotated[float, "days"]
Ratio: TypeAlias = Annotated[float, "ratio"]
Count: TypeAlias = Annotated[int, "count"]


class Prior(Struct, frozen=True, kw_only=True):
    """Beliefs without history, wide; `prior.toml` says what each is, its source and status."""

    contact_median: Days
    contact_median_doubt: Ratio
    contact_spread: Ratio
    silent_share: Share
    failed_share: Share
    share_worth: Count
    curve_worth: Count
    stratum_worth: Count
    stratum_spread: Ratio
    wave_spread: Ratio
    hold_share: Share
    hold_worth: Count
    hold_median: Days
    hold_spread: Ratio
    advance_lag_more: Days
    event_worth: Count


def load_prior(*, text: str) -> Prior:
    """A prior from the text of a file; raises BadAssumption, one sentence naming the row."""
    return load_rows(Prior, text=text)


@lru_cache(maxsize=1)
def shipped_prior() -> Prior:
    """The prior that comes with the twin."""
    return load_prior(text=_shipped_text())


def shipped_rows() -> dict[str, AssumptionRow]:
    """The rows of the prior as they stand, for whoever shows what a forecast assumes."""
    return assumption_rows(text=_shipped_text())


def _shipped_text() -> str:
    return files("twin.forecast").joinpath("prior.toml").read_text("utf-8")
