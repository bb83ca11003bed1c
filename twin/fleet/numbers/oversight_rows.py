"""The numbers of the programme's oversight: milestones, questions, reviews (`oversight.toml`)."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Final, TypeAlias

from msgspec import Struct

from twin.fleet.numbers.assumptions import Count, Day, Days, Share
from twin.fleet.numbers.rows import load_rows
from twin.fleet.numbers.shapes import Distribution
from twin.vocabulary import Recommendation

RECOMMENDED: Final = tuple(one for one in Recommendation if one is not Recommendation.NO_CHANGE)
Recommended: TypeAlias = Annotated[Distribution, "distribution", RECOMMENDED]


class OversightRows(Struct, frozen=True, kw_only=True):
    """Dates and shares of the oversight; the file says where each comes from."""

    programme_from: Day
    legal_text_reached: Day
    dcc_live_planned: Day
    dcc_live_expected: Day
    dcc_live_reached: Day
    all_installed_upgraded_planned: Day
    all_installed_upgraded_expected: Day
    information_due: Days
    information_after: Days
    information_latest: Days
    review_after: Days
    recommendations_most: Count
    recommendation_share: Recommended
    framework_change_share: Share
    list_lead: Days
    list_removed_on: Day


@lru_cache(maxsize=1)
def shipped_oversight() -> OversightRows:
    """The rows that come with the twin."""
    text = files("twin.fleet.numbers").joinpath("oversight.toml").read_text("utf-8")
    return load_rows(OversightRows, text=text)
