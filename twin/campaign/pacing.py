"""How many members of each cell a tick may release: token buckets over all paced dimensions.

A bucket is the whole campaign, a region, a supplier or a model (`rollout.md` section 3). It earns
tokens by open time alone, and each member *counted* as released costs one. So a release that came
out larger or smaller than it was granted is made good on the next tick; and asking again on the
same counts and buckets, as after a crash, gives the same answer.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, isfinite
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import asdict

from twin.campaign.fair_shares import Cell, Limit, fair_shares
from twin.campaign.forms import Form, number, whole

Dimension: TypeAlias = Literal["region", "supplier", "model"]

DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
RATE_MAX: Final = 10_000_000
TOKEN: Final = 86_400_000
"""Parts of a token: what a rate of one a day earns in the milliseconds of a day. So whole numbers
keep every refill without rounding.
"""


_rate: Final = whole(1, RATE_MAX)


def _rates(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(name, str) and 0 < len(name) <= 60 and _rate(rate)
        for name, rate in value.items()
    )


_RATES: Final = (
    _rates,
    f'a table of whole numbers from 1 to {RATE_MAX:,}, "*" for those it does not name',
)
PACE_FORM: Final[Form] = {
    "per_day": (_rate, f"a whole number from 1 to {RATE_MAX:,}"),
    "per_region": _RATES,
    "per_supplier": _RATES,
    "per_model": _RATES,
    "burst_days": (number(0.01, 30), "a number of days from 0.01 to 30"),
}
"""Keys that a table [pacing] may have; none is needed."""


class Pace(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Members a day (24 hours) of open time: in all, and by value of each dimension.

    "*" is the rate of each value that is not named; without it those are not limited. Unused
    tokens stay up to `burst_days` of a rate. ValueError for what `PACE_FORM` refuses.
    """

    per_day: int | None = None
    per_region: dict[str, int] = {}
    per_supplier: dict[str, int] = {}
    per_model: dict[str, int] = {}
    burst_days: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what `PACE_FORM` refuses."""
        for name, value in asdict(self).items():
            check, wanted = PACE_FORM[name]
            if value is not None and not check(value):
                raise ValueError(f"{name} must be {wanted}.")

    def rates(self, dimension: Dimension) -> Mapping[str, int]:
        """Members a day by value of a dimension; empty if it is not paced."""
        by_dimension = {
            "region": self.per_region,
            "supplier": self.per_supplier,
            "model": self.per_model,
        }
        return by_dimension[dimension]


class Buckets(Struct, frozen=True):
    """What each bucket has earned so far (in `TOKEN` parts), less what flowed over; empty at first.

    A bucket holds what it has earned less a token for each of its members released.
    """

    earned: dict[str, int] = {}


class Wave(Struct, frozen=True, kw_only=True):
    """A wave (from 1) that is being released: its members, and how many a day at most, if so."""

    number: int
    members: int
    per_day: Fraction | None = None


class Allowance(Struct, frozen=True):
    """How many members each cell may release now, and the buckets to ask with on the next tick."""

    grants: dict[Cell, int]
    buckets: Buckets


class _Bucket(Struct, frozen=True):
    """A bucket as the plan describes it: parts of a token a day, who takes from it, who took."""

    rate: int
    cells: tuple[Cell, ...]
    taken: int

    def filled(self, earned: int | None, pace: Pace, open_days: float) -> int:
        """What it holds on this tick, in parts of a token; debt is below 0, a new one is empty.

        Only what is left from before can flow over, never what this tick brings: else a tick as
        long as the burst would lose each token that the tick before could not use. And a slow
        bucket keeps one token at least, or it would never have one.
        """
        left = 0 if earned is None else earned - self.taken * TOKEN
        kept = max(TOKEN, int(pace.burst_days * self.rate))
        return min(left, kept) - (-self.rate * round(open_days * TOKEN) // TOKEN)


def cell_of(*, pace: Pace, region: str, supplier: str, model: str) -> Cell:
    """The cell of a member: its value of each paced dimension, "*" where nothing limits it."""
    values = {"region": region, "supplier": supplier, "model": model}
    return Cell(
        *(
            values[dimension] if _rate_of(pace, dimension, values[dimension]) is not None else "*"
            for dimension in DIMENSIONS
        )
    )


def cell_name(*, pace: Pace, stratum: str) -> str:
    """Name of the cell in which a stratum (`North|S01|1062-0A0B0C0D`) is counted."""
    region, supplier, model = stratum.split("|")
    return "|".join(cell_of(pace=pace, region=region, supplier=supplier, model=model))


def allowance(
    *,
    pace: Pace,
    wave: Wave,
    released: Mapping[Cell, int],
    awaiting: Mapping[Cell, int],
    buckets: Buckets,
    open_days: float,
) -> Allowance:
    """What a tick may release: within every bucket at once, no more than awaits, max-min fair.

    `released` counts the members of the campaign that are out, with all that earlier grants
    brought; `awaiting` those of the wave that are not; `open_days` is the open time, in days, that
    the tick is about: where there is none, nothing goes out. ValueError for a negative number,
    for none, or for more members than the wave has.
    """
    _require_sound(released, awaiting, open_days, within=wave.members)
    found = _buckets(pace, released, awaiting)
    everyone = tuple(sorted(awaiting))
    if wave.per_day is not None:
        out = wave.members - sum(awaiting.values())
        found[f"wave:{wave.number}"] = _Bucket(ceil(wave.per_day * TOKEN), everyone, out)
    levels = {
        name: one.filled(buckets.earned.get(name), pace, open_days) for name, one in found.items()
    }
    limits = [Limit(max(0, levels[name] // TOKEN), one.cells) for name, one in found.items()]
    if open_days == 0:
        limits.append(Limit(0, everyone))
    # A bucket that nobody takes from now is kept; that of a wave that is over is not.
    kept = {name: n for name, n in buckets.earned.items() if not name.startswith("wave:")}
    earned = {name: levels[name] + one.taken * TOKEN for name, one in found.items()}
    return Allowance(
        grants=fair_shares(released=released, awaiting=awaiting, limits=limits),
        buckets=Buckets({**kept, **earned}),
    )


def _rate_of(pace: Pace, dimension: Dimension, value: str) -> int | None:
    rates = pace.rates(dimension)
    return rates.get(value, rates.get("*"))


def _buckets(
    pace: Pace, released: Mapping[Cell, int], awaiting: Mapping[Cell, int]
) -> dict[str, _Bucket]:
    """Every bucket that limits some cell, in an order that hangs on their names alone."""
    cells = sorted({*released, *awaiting})
    members: dict[tuple[str, int], list[Cell]] = {}
    for cell in cells:
        if pace.per_day is not None:
            members.setdefault(("all", pace.per_day), []).append(cell)
        for dimension in DIMENSIONS:
            value = getattr(cell, dimension)
            if (rate := _rate_of(pace, dimension, value)) is not None:
                members.setdefault((f"{dimension}:{value}", rate), []).append(cell)
    return {
        name: _Bucket(rate * TOKEN, tuple(its), sum(released.get(cell, 0) for cell in its))
        for (name, rate), its in sorted(members.items())
    }


def _require_sound(
    released: Mapping[Cell, int], awaiting: Mapping[Cell, int], open_days: float, *, within: int
) -> None:
    """Pacing on counts that are no counts would release the wrong number of devices."""
    counts = (*released.values(), *awaiting.values())
    if any(count < 0 for count in counts) or sum(awaiting.values()) > within:
        raise ValueError("members cannot be fewer than none, nor await beyond the wave")
    if not isfinite(open_days) or open_days < 0:
        raise ValueError(f"open time cannot be {open_days} days")
