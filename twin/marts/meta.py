"""What the publisher says of a set before it is built."""

from datetime import datetime

from msgspec import Struct


class SetMeta(Struct, frozen=True, kw_only=True):
    """Name and circumstances of a set; `premises` is the size of the fleet that the run plans.

    `published_at` is the moment of publishing (aware). `seed` is None where nothing was drawn.
    """

    set_id: str
    code_version: str
    published_at: datetime
    premises: int
    seed: int | None = None
    scenario: str = "baseline"
    simulated: bool = True
