"""Whether the waves of a plan take every device exactly once, whatever stratum it is in."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import fsum
from typing import Any, Final, NamedTuple

from twin.vocabulary import CspRegion

SUM_TOLERANCE: Final = 1e-9
DIMENSIONS: Final = {"regions": "region", "suppliers": "supplier", "models": "model"}
OTHER: Final = None
"""Any value of a dimension that no wave names."""


class Gap(NamedTuple):
    """A stratum whose shares do not add up to the whole: where, and what they come to."""

    where: str
    total: str


def first_gap(waves: Sequence[Mapping[str, Any]]) -> Gap | None:
    """The first stratum, of all that the waves tell apart, which they do not take whole."""
    for stratum in _strata(waves):
        takers = [wave for wave in waves if _takes(wave, stratum)]
        total = fsum(wave.get("share", 0.0) for wave in takers)
        whole = total < 1 if any(wave.get("rest") for wave in takers) else total == 1
        if not whole and abs(total - 1) > SUM_TOLERANCE:
            return Gap(_named(waves, stratum), f"{total:.6g}")
    return None


def _strata(waves: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str | None]]:
    values = []
    for key in DIMENSIONS:
        named = sorted({str(name) for wave in waves for name in wave.get(key, ())})
        # Every region has a name, so that others are nobody; suppliers and models may be new.
        whole = key == "regions" and len(named) == len(CspRegion)
        values.append(named if whole else [OTHER, *named])
    for found in product(*values):
        yield dict(zip(DIMENSIONS, found, strict=True))


def _takes(wave: Mapping[str, Any], stratum: Mapping[str, str | None]) -> bool:
    return all(not wave.get(key) or stratum[key] in wave[key] for key in DIMENSIONS)


def _named(waves: Sequence[Mapping[str, Any]], stratum: Mapping[str, str | None]) -> str:
    """The stratum in words; dimensions that no wave names are left out."""
    words = [
        f"{DIMENSIONS[key]} {name or 'of any other name'}"
        for key, name in stratum.items()
        if any(wave.get(key) for wave in waves)
    ]
    return f" for {', '.join(words)}" if words else ""
