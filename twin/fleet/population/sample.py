"""A million premises at once: the draws of the population that calibration looks at, in NumPy."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.fleet.numbers.assumptions import Assumptions
from twin.fleet.numbers.draws import draws
from twin.fleet.numbers.shapes import Distribution


class Sample(Struct, frozen=True):
    """One array a property, one place a premises; types and classes are places in their keys."""

    premises_type: NDArray[np.int64]
    ghz_2_4: NDArray[np.bool_]
    sub_ghz: NDArray[np.bool_]
    pin_set: NDArray[np.bool_]
    pin_class: NDArray[np.int64]


def sampled(*, assumptions: Assumptions, seed: int, premises: int) -> Sample:
    """The first `premises` premises of a seed, as `Population` and the consumers draw them."""
    entities = np.arange(premises, dtype=np.uint64)
    kinds = _picked(
        assumptions.premises_type_share,
        draws(seed=seed, entities=entities, purpose="premises.type"),
    )
    reach = draws(seed=seed, entities=entities, purpose="premises.coverage")
    keys = assumptions.premises_type_share.keys
    narrow = np.array([assumptions.ghz_2_4_share.of(key) for key in keys])
    wide = np.array([assumptions.any_band_share.of(key) for key in keys])
    wants = draws(seed=seed, entities=entities, purpose="pin.take-up")
    return Sample(
        premises_type=kinds,
        ghz_2_4=reach < narrow[kinds],
        sub_ghz=reach < wide[kinds],
        pin_set=wants < assumptions.pin_take_up,
        pin_class=_picked(
            assumptions.pin_class_share,
            draws(seed=seed, entities=entities, purpose="pin.class"),
        ),
    )


def _picked(shares: Distribution, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """`Distribution.pick` for many; places in its keys."""
    found = np.searchsorted(np.array(shares.upto), uniform, side="right")
    return np.minimum(found, len(shares.keys) - 1)
