"""How well curves of installation would have foretold the published quarters, by horizon.

A curve is fitted to the quarters up to an origin and asked for the quarter so many ahead. Figures
are as last published: what was known on the day itself is not kept.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from math import exp, log
from statistics import fmean
from typing import Annotated, Final, TypeAlias

from msgspec import Struct

from twin.fleet.numbers.reference_files import Quarter, later_quarters, quarters
from twin.fleet.numbers.rows import load_rows
from twin.fleet.population.growth import Growth, quarter_begins

HORIZONS: Final = (1, 2, 4, 8)
"""Quarters ahead."""

Count: TypeAlias = Annotated[int, "count"]
Day: TypeAlias = Annotated[date, "date"]


class Ground(Struct, frozen=True, kw_only=True):
    """What the curves stand on besides the quarters; `backtest.toml` says where each is from."""

    programme_meters: Count
    programme_ends: Day
    installed_by_2017_q3: Count
    first_origin: Day
    shock_from: Day


class Error(Struct, frozen=True, kw_only=True):
    """Errors of a curve at a horizon, in shares of what was installed.

    `mape` is the mean without sign, `bias` with it (above 0: too much was foretold).
    """

    n: int
    mape: float
    bias: float


class Line(Struct, frozen=True, kw_only=True):
    """A curve at a horizon: over all quarters, and over those before the shock (None: none)."""

    curve: str
    horizon: int
    calm: Error | None
    whole: Error | None


class Backtest(Struct, frozen=True, kw_only=True):
    """Every curve at every horizon, and what that comes to in one sentence."""

    lines: tuple[Line, ...]
    finding: str
    quarters: int
    figures: tuple[Quarter, ...]
    simulated: bool = False

    def line(self, curve: str, horizon: int) -> Line:
        """The line of a curve at a horizon; LookupError where there is none."""
        for one in self.lines:
            if (one.curve, one.horizon) == (curve, horizon):
                return one
        raise LookupError(f"no curve {curve} at {horizon} quarters")


Curve: TypeAlias = Callable[[Sequence[Quarter], int, Ground], float]
"""Installations foretold so many quarters after the last that is known."""


@lru_cache(maxsize=1)
def shipped_ground() -> Ground:
    """What the backtest stands on."""
    text = files("twin.whatif").joinpath("backtest.toml").read_text("utf-8")
    return load_rows(Ground, text=text)


def published() -> tuple[Quarter, ...]:
    """Every quarter with a known figure, oldest first."""
    return (*quarters(), *later_quarters())


def same_again(known: Sequence[Quarter], ahead: int, ground: Ground) -> float:
    """The naive peer: every quarter is like the last."""
    return float(known[-1].installed)


def twin_growth(known: Sequence[Quarter], ahead: int, ground: Ground) -> float:
    """The twin's own curve of growth (`twin.fleet.population.growth`), shaped by these quarters."""
    begins = [quarter_begins(known[-1])]
    for _ in range(ahead + 1):
        begins.append((begins[-1] + timedelta(days=100)).replace(day=1))
    growth = Growth(since=quarter_begins(known[0]).date(), ends=begins[-1], known=tuple(known))
    last, asked = _share(growth, begins[0], begins[1]), _share(growth, begins[-2], begins[-1])
    return known[-1].installed * asked / last


def planned(known: Sequence[Quarter], ahead: int, ground: Ground) -> float:
    """The plan: all that is left of the programme, evenly until it is to end."""
    left = ground.programme_meters - _before(known, ground) - sum(q.installed for q in known)
    last = known[-1]
    quarters_left = (ground.programme_ends.year - last.year) * 4 + 4 - last.quarter
    return left / quarters_left


def logistic(known: Sequence[Quarter], ahead: int, ground: Ground) -> float:
    """An S-shaped curve up to the whole programme, straight in the logit of its share."""
    return _sigmoid(known, ahead, ground, lambda p: log(p / (1 - p)), lambda y: 1 / (1 + exp(-y)))


def gompertz(known: Sequence[Quarter], ahead: int, ground: Ground) -> float:
    """Its lopsided sister, straight in the logarithm of the logarithm of its share."""
    return _sigmoid(known, ahead, ground, lambda p: -log(-log(p)), lambda y: exp(-exp(-y)))


CURVES: Final[dict[str, Curve]] = {
    "planned": planned,
    "logistic": logistic,
    "gompertz": gompertz,
    "twin growth": twin_growth,
    "same as last quarter": same_again,
}


def backtest(known: Sequence[Quarter] | None = None, *, ground: Ground | None = None) -> Backtest:
    """All curves against the quarters that are known, without a break and oldest first."""
    series, ground = tuple(known or published()), ground or shipped_ground()
    lines = tuple(_line(name, horizon, series, ground) for horizon in HORIZONS for name in CURVES)
    return Backtest(lines=lines, finding=_finding(lines), quarters=len(series), figures=series)


def _line(name: str, horizon: int, series: Sequence[Quarter], ground: Ground) -> Line:
    found = list(_errors(CURVES[name], horizon, series, ground))
    calm = [error for quarter, error in found if _begins(quarter) < ground.shock_from]
    return Line(
        curve=name, horizon=horizon, calm=_of(calm), whole=_of([error for _, error in found])
    )


def _errors(
    curve: Curve, horizon: int, series: Sequence[Quarter], ground: Ground
) -> Iterator[tuple[Quarter, float]]:
    """The quarter foretold and the error, for every origin that does not know the future."""
    for last in range(len(series) - horizon):
        if _begins(series[last]) < ground.first_origin:
            continue
        truth = series[last + horizon]
        foretold = curve(series[: last + 1], horizon, ground)
        yield truth, foretold / truth.installed - 1


def _of(errors: Sequence[float]) -> Error | None:
    if not errors:
        return None
    return Error(n=len(errors), mape=fmean(map(abs, errors)), bias=fmean(errors))


def _finding(lines: Sequence[Line]) -> str:
    """Who errs least at each horizon, shock apart; two that err alike share a place."""
    said = []
    for horizon in HORIZONS:
        here = {line.curve: line.calm for line in lines if line.horizon == horizon and line.calm}
        if not here:
            continue
        least = min(error.mape for error in here.values())
        best = [name for name, error in here.items() if error.mape < least + 1e-9]
        n = here[best[0]].n
        said.append(f"{horizon} ahead {' and '.join(best)} ({least:.0%} off, {n} quarters)")
    return "Before the lockdown the smallest mean error had: " + "; ".join(said) + "."


def _sigmoid(
    known: Sequence[Quarter],
    ahead: int,
    ground: Ground,
    straight: Callable[[float], float],
    back: Callable[[float], float],
) -> float:
    """Least squares of the straightened cumulative share on the number of the quarter."""
    installed = [float(_before(known, ground))]
    for quarter in known:
        installed.append(installed[-1] + quarter.installed)
    heights = [straight(number / ground.programme_meters) for number in installed]
    middle, mean = (len(heights) - 1) / 2, fmean(heights)
    rise = sum((x - middle) * (y - mean) for x, y in enumerate(heights)) / sum(
        (x - middle) ** 2 for x in range(len(heights))
    )
    upto = len(known) + ahead
    shares = [back(mean + rise * (x - middle)) for x in (upto - 1, upto)]
    return ground.programme_meters * (shares[1] - shares[0])


def _before(known: Sequence[Quarter], ground: Ground) -> int:
    """Meters installed before the first quarter of the series, from the total by 2017-Q3."""
    upto = [q.installed for q in published() if (q.year, q.quarter) <= (2017, 3)]
    return ground.installed_by_2017_q3 - sum(upto)


def _share(growth: Growth, begins: datetime, ends: datetime) -> float:
    return growth.share(ends) - growth.share(begins)


def _begins(quarter: Quarter) -> date:
    return quarter_begins(quarter).date()
