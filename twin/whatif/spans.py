"""Bounds of the spans of a law, made once for each campaign (`twin.whatif.brackets`)."""

from math import exp
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.fleet.numbers.shapes import spread
from twin.whatif.law import DAY, Law, N

BINS: Final = 4096
"""Slices of the scale of luck, in each of which a span is known from both sides."""
_HOURS: Final = 20.0
"""A span that is shorter than this, begun within two hours of midnight, ends on the same day."""
_FORENOON: Final = 11.5
"""An hour before noon: at a midnight such an hour of that day is less than half a day ahead."""
_TOO_LONG: Final = 1e12
"""Seconds: the bound of a span that may last for ever."""


class Bounds(Struct, frozen=True, kw_only=True):
    """`sure`: whether the short way is open, the seconds that bounds leave out, the luck below
    which an activation, and the answer to a read, comes within the day, and whether an hour of
    the night is surely one of the next day. `spans` bound delivery
    and verification from below, in seconds, by the slice of luck; the next entry from above.
    """

    sure: NDArray[np.float64]
    spans: NDArray[np.float64]

    def tables(self) -> tuple[Any, ...]:
        """As kernels take them."""
        return self.sure, self.spans


def bounds_of(law: Law) -> Bounds:
    """The bounds of a law; closed where windows, dates or sleep decide about seconds too."""
    numbers = law.numbers
    is_plain = not law.lead.any() and (law.execute < 0).all() and numbers[N.WAKE] == 0
    within = numbers[N.ACCEPT] <= 7_200 and numbers[N.REPORT] <= 3_600
    edges = [nth / BINS for nth in range(BINS)]
    spans = np.array(
        [
            [*_spans(edges, numbers[N.DELIVERY], numbers[N.DELIVERY_SIGMA]), _TOO_LONG],
            [*_spans(edges, numbers[N.VERIFICATION], numbers[N.VERIFICATION_SIGMA]), _TOO_LONG],
        ]
    )
    after = numbers[N.AFTER_TRANSFER] if numbers[N.OVER_THE_AIR] else 0.0
    # four whole seconds that steps are rounded by, and four more for the last bits of a float
    left_out = numbers[N.ACCEPT] + numbers[N.REPORT] + after + 8
    sure = [
        float(is_plain and within),
        left_out,
        _luck_below(numbers[N.ACTIVATION], numbers[N.ACTIVATION_SIGMA]),
        1 - exp(-_HOURS * 3600 / numbers[N.READ]) if numbers[N.READ] > 0 else 1.0,
        float(0 < numbers[N.DATED_HOUR] < _FORENOON),
    ]
    return Bounds(sure=np.array(sure), spans=spans)


def _spans(edges: list[float], median: float, sigma: float) -> list[float]:
    """Seconds of a span at the lower edge of each slice of luck, a little less to be sure."""
    lowest = [spread(edge, median=median, sigma=sigma) * 3600 for edge in edges]
    return [0.0, *(max(0.0, seconds * (1 - 1e-9)) for seconds in lowest[1:])]


def _luck_below(median: float, sigma: float) -> float:
    """The luck up to which a span is surely shorter than `_HOURS`."""
    if median <= 0:
        return 1.0
    if sigma == 0:
        return float(median < _HOURS)
    return NormalDist(0.0, sigma).cdf(float(np.log(_HOURS / median))) * (1 - 1e-9)


assert DAY > _HOURS * 3600 + 2 * 3_600
