"""The numbers of pairing, of the Privacy PIN and of intruders, beside those of `assumptions`."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Final

from msgspec import Struct

from twin.events.pairing import JOIN_WINDOW_MAX
from twin.fleet.numbers.assumptions import (
    REMOTE,
    Count,
    Day,
    Days,
    Minutes,
    PerYear,
    Ratio,
    Seconds,
    Share,
)
from twin.fleet.numbers.rows import BadAssumption, load_rows
from twin.fleet.numbers.shapes import ByKey, Distribution
from twin.vocabulary import JoinResponse, Role, UnjoinResponse

LOG_ROLES: Final = (Role.IMPORT_SUPPLIER, Role.GAS_SUPPLIER, Role.OTHER_USER)
"""Roles that may send Update HAN Device Log (8.11, request matrix)."""
REFUSALS: Final = tuple(
    response
    for response in JoinResponse
    if response not in (JoinResponse.SUCCESS, JoinResponse.DEVICE_LOG_FULL)
)
"""Response codes that come by chance; a full log comes of a full log."""
TOP: Final = 20
"""The likeliest PINs whose shares are published; a deny list holds them."""
RANKS: Final = (*(str(rank) for rank in range(1, TOP + 1)), "other")
GUESSES: Final = ("1", "3", "5", "10", "20")
CADS_MOST: Final = 20


class PairingRows(Struct, frozen=True, kw_only=True):
    """What is assumed of pairing; `pairing.toml` beside this module says where each comes from."""

    gives_up_without_local_share: Share
    gb_specific_available_from: Day
    gb_specific_offer_share: Share
    gives_up_without_gb_cad_share: Share
    address_mistaken_share: Share
    pairing_mode_window: Seconds
    cad_report_time: Seconds
    cad_unseen_share: Share
    cad_choice_time: Seconds
    cad_choice_abandoned_share: Share
    code_put_off_share_per_digit: Share
    press_time_spread: Ratio
    remote_role_share: Annotated[Distribution, "distribution", LOG_ROLES]
    remote_window: Seconds
    request_answer_time: Seconds
    switch_on_time: Minutes
    wrong_address_share: Annotated[ByKey, "share by key", REMOTE]
    join_refused_share: Share
    join_response_share: Annotated[Distribution, "distribution", REFUSALS]
    many_cads_share: Share
    many_cads: Count
    more_cads_after: Days
    cad_unpaired_share: Share
    cad_unpaired_after: Days
    unjoin_response_share: Annotated[Distribution, "distribution", tuple(UnjoinResponse)]
    cad_back_share: Share
    cad_back_after: Days
    pin_take_up_prompted: Share
    pin_changed_share: Share
    pin_changed_after: Days
    enable_supply_rate: PerYear
    intruder_rate: PerYear
    intruder_put_off_share: Share
    intruder_guesses_share: Annotated[Distribution, "distribution", GUESSES]
    pin_rank_share: Annotated[Distribution, "distribution", RANKS]


def load_pairing_rows(*, text: str) -> PairingRows:
    """Rows from the text of a file; raises BadAssumption, one sentence naming the row."""
    found = load_rows(PairingRows, text=text)
    for name in ("pairing_mode_window", "remote_window"):
        if not 1 <= getattr(found, name) <= JOIN_WINDOW_MAX:
            raise BadAssumption(f"row {name}: must be 1 to {JOIN_WINDOW_MAX} (BR20)")
    if found.many_cads > CADS_MOST:
        raise BadAssumption(f"row many_cads: must be 1 to {CADS_MOST}")
    return found


@lru_cache(maxsize=1)
def shipped_pairing_text() -> str:
    """The text of the rows that come with the twin."""
    return files("twin.fleet.numbers").joinpath("pairing.toml").read_text("utf-8")


@lru_cache(maxsize=1)
def shipped_pairing() -> PairingRows:
    """The rows that come with the twin."""
    return load_pairing_rows(text=shipped_pairing_text())
