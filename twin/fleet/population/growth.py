"""When premises are installed: the planned curve, shaped by published quarterly installations.

In fact no SMETS2 meter was installed before July 2017; the curve is the plan of 2015, and only
the shape of its growth is taken from the published numbers.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime

from twin.fleet.numbers.reference_files import Quarter, quarters


class Growth:
    """Cumulative share of the premises that are installed by `ends`, straight within a quarter.

    `known` are the quarters that shape it, oldest first (the reference's where none are given).
    """

    def __init__(
        self, *, since: date, ends: datetime, known: tuple[Quarter, ...] | None = None
    ) -> None:
        self._start = datetime(since.year, since.month, since.day, tzinfo=UTC)
        if ends <= self._start:
            raise ValueError(f"the run ends before {since}, when the first premises is installed")
        last = ends.timestamp()
        self._at: list[float] = [self._start.timestamp()]
        installed = [0.0]
        for begins, finishes, number in _spans(known or quarters(), until=ends):
            first = max(begins, self._at[0])
            upto = min(finishes, last)
            if upto > first:
                self._at.append(upto)
                installed.append(installed[-1] + number * (upto - first) / (finishes - begins))
        self._share = [number / installed[-1] for number in installed]

    @property
    def knots(self) -> tuple[tuple[float, float], ...]:
        """The curve as points: seconds since 1970, and the share that is installed by then."""
        return tuple(zip(self._at, self._share, strict=True))

    def moment(self, uniform: float) -> int:
        """Seconds since 1970 at which the premises of this uniform number is installed."""
        index = min(bisect_right(self._share, uniform), len(self._share) - 1)
        low, high = self._share[index - 1], self._share[index]
        begins, ends = self._at[index - 1], self._at[index]
        return int(begins + (ends - begins) * (uniform - low) / (high - low))

    def share(self, at: datetime) -> float:
        """Share of the premises that are installed at a moment, from 0 to 1."""
        moment = at.timestamp()
        if moment <= self._at[0]:
            return 0.0
        if moment >= self._at[-1]:
            return 1.0
        index = bisect_right(self._at, moment)
        begins, ends = self._at[index - 1], self._at[index]
        low, high = self._share[index - 1], self._share[index]
        return low + (high - low) * (moment - begins) / (ends - begins)


def _spans(shaping: tuple[Quarter, ...], *, until: datetime) -> list[tuple[float, float, int]]:
    """Quarters as (begins, ends, installed); after the last known one its rate goes on."""
    known = list(shaping)
    while quarter_begins(known[-1]) < until:
        last = known[-1]
        year, quarter = (last.year + 1, 1) if last.quarter == 4 else (last.year, last.quarter + 1)
        known.append(Quarter(year, quarter, last.installed, "assumed"))
    begins = [quarter_begins(quarter).timestamp() for quarter in known]
    return [
        (first, following, quarter.installed)
        for first, following, quarter in zip(begins, begins[1:], known, strict=False)
    ]


def quarter_begins(quarter: Quarter) -> datetime:
    """The first moment of a quarter, UTC."""
    return datetime(quarter.year, quarter.quarter * 3 - 2, 1, tzinfo=UTC)
