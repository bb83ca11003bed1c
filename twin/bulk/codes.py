"""Which effect each record has: by its type, and by the facet that tells variants of it apart."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.effects import CODES, VARIANTS, Variant
from twin.bulk.ids import Flags
from twin.bulk.sparse import Facet, Words


def _stem(variant: Variant) -> str:
    return variant.name.partition("/")[0]


_HAS_VARIANTS: Final = np.isin(np.arange(len(CODES) + 1), [CODES[_stem(one)] for one in VARIANTS])
"""Which effects have variants, by code; the last is that of no fact (-1)."""


def codes_of(
    event: NDArray[np.int32], names: list[str], words: dict[str, Words], facets: dict[str, Facet]
) -> NDArray[np.int16]:
    """The number of each record's effect; -1 for what is no fact of a premises.

    `event` are places in `names`, -1 for null.
    """
    codes = np.array([*(CODES.get(name, -1) for name in names), -1], np.int16)[event]
    rows = np.flatnonzero(_HAS_VARIANTS[codes])
    found = codes[rows]
    for variant in VARIANTS:
        here = np.flatnonzero(found == CODES[_stem(variant)])
        hit = _is_variant(variant, rows[here], words, facets)
        found[here[hit != variant.other_than]] = CODES[variant.name]
    codes[rows] = found
    return codes


def _is_variant(
    variant: Variant, rows: NDArray[Any], words: dict[str, Words], facets: dict[str, Facet]
) -> Flags:
    """Whether each of some rows holds the word of a variant, or nothing if it has no word."""
    if variant.column in words:
        held = words[variant.column]
        wanted = -1 if variant.word is None else held.place(variant.word)
        return np.asarray(held.at(rows, -1) == wanted)
    values = facets[variant.column]
    holds = values.holds(rows)
    if variant.word is None:
        return ~holds
    return np.asarray(holds & ((values.at(rows) != 0) == (variant.word == "true")))
