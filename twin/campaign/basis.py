"""What a tick is decided on: exact counts, the other campaigns' states, and the virtual time."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from twin.campaign.product import Product
from twin.campaign.tallies import CampaignCounts
from twin.vocabulary import CampaignState


class Basis(Struct, frozen=True):
    """The grounds of all decisions of one tick.

    `withdrawn` are targets that have left the Central Products List by then.
    """

    others: Mapping[str, CampaignState]
    counts: CampaignCounts
    tick: int
    now: datetime
    withdrawn: tuple[Product, ...] = ()
