"""Priors: how far each number of behaviour may be off, checked with the line of each mistake."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from statistics import NormalDist
from typing import Final, Literal

import msgspec
from msgspec import Struct

from twin.campaign.toml_lines import line_of, lines_of
from twin.fleet.numbers.assumptions import Assumptions, shipped
from twin.fleet.numbers.draws import draw
from twin.whatif.doubt.named import UnknownNumber, number_of
from twin.whatif.refusals import BadPrior as BadPrior

TENTH: Final = NormalDist().inv_cdf(0.9)
SHARES: Final = ("share",)
SHIPPED: Final = "priors.toml"


class Prior(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far a number of behaviour may be off, in its unit; the middle is the number itself.

    A normal curve in the logit of a share, in the logarithm of anything else, with a width of its
    own on each side, so that it runs through `p10`, the middle and `p90`; cut at `least`, `most`.
    """

    name: str = ""
    p10: float
    p90: float
    least: float
    most: float
    unit: Literal["share", "hours", "ratio", "per year"]
    source: str
    status: Literal["published", "derived", "assumed"]

    def value(self, uniform: float, *, middle: float, given: float | None = None) -> float:
        """The number that a uniform number in (0, 1) falls on, increasing with it.

        `given` is what a scenario has in the place of `middle`; the whole prior moves with it.
        """
        z = NormalDist().inv_cdf(min(max(uniform, 1e-12), 1 - 1e-12))
        centre = self._straight(middle)
        bound = self.p10 if z < 0 else self.p90
        moved = 0.0 if given is None else self._straight(given) - centre
        found = self._back(centre + abs(self._straight(bound) - centre) * z / TENTH + moved)
        least, most = (self._back(self._straight(one) + moved) for one in (self.least, self.most))
        return min(max(found, least), most)

    def _straight(self, value: float) -> float:
        return math.log(value / (1 - value)) if self.unit in SHARES else math.log(value)

    def _back(self, height: float) -> float:
        return 1 / (1 + math.exp(-height)) if self.unit in SHARES else math.exp(height)


@lru_cache(maxsize=1)
def shipped_priors() -> tuple[Prior, ...]:
    """The priors that come with the twin."""
    text = files("twin.whatif.doubt").joinpath(SHIPPED).read_text("utf-8")
    return read_priors(text, file=SHIPPED)


def read_priors(
    text: str, *, file: str, assumptions: Assumptions | None = None
) -> tuple[Prior, ...]:
    """The priors of a TOML text.

    Raises:
        BadPrior: every mistake in it, with its line, in order of lines.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPrior(f"{file} is no TOML: {error}") from error
    lines, around = lines_of(text), assumptions or shipped()
    found, mistakes = [], []
    for name, table in raw.items():
        try:
            prior = msgspec.convert(table, Prior)
        except msgspec.ValidationError as error:
            mistakes.append((line_of((name,), lines=lines), f"{name}: {error}"))
            continue
        found.append(msgspec.structs.replace(prior, name=name))
        mistakes += [
            (line_of((name, key), lines=lines), f"{name}: {sentence}")
            for key, sentence in _wrong(found[-1], around)
        ]
    if mistakes:
        said = "; ".join(f"line {line}: {sentence}" for line, sentence in sorted(mistakes))
        raise BadPrior(f"{file} {said}")
    return tuple(found)


def drawn(
    priors: tuple[Prior, ...], *, seed: int, number: int, given: Mapping[str, float] | None = None
) -> dict[str, float]:
    """One draw of all parameters by name: a function of the seed and the draw's number alone.

    `given` are numbers that a scenario overrides; their priors move with them.
    """
    values = {}
    for prior in priors:
        uniform = draw(seed=seed, entity=number, purpose=f"whatif.prior.{prior.name}")
        values[prior.name] = prior.value(
            uniform, middle=middle(prior), given=(given or {}).get(prior.name)
        )
    return values


def middle(prior: Prior) -> float:
    """The assumption that a prior is about, as it comes with the twin."""
    return number_of(shipped(), prior.name)


def _wrong(prior: Prior, around: Assumptions) -> Iterator[tuple[str, str]]:
    """What is wrong with one row: which key, and what would be right."""
    numbers = {key: getattr(prior, key) for key in ("least", "p10", "p90", "most")}
    for key, value in numbers.items():
        if not math.isfinite(value) or value <= 0:
            yield key, f"{key} is {value}, and must be a number above 0"
            return
        if prior.unit in SHARES and value >= 1:
            yield key, f"{key} is {value}, and a share must be below 1"
            return
    if not prior.source.strip():
        yield "source", "the source is empty; say where the width comes from"
    try:
        here = number_of(around, prior.name)
    except UnknownNumber as unknown:
        yield "name", str(unknown)
        return
    if not prior.least <= prior.p10 < here < prior.p90 <= prior.most:
        yield (
            "p10",
            f"least <= p10 < {here:g} (the assumption) < p90 <= most must hold, and they are "
            f"{prior.least:g}, {prior.p10:g}, {prior.p90:g} and {prior.most:g}",
        )
