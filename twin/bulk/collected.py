"""From what was collected, by one thread or by several, to the records as the kernels take them."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.codes import codes_of
from twin.bulk.collecting import DENSE, Collector
from twin.bulk.effects import CODES, RECALLED, RESOLVED, UNTOLD
from twin.bulk.events import FACETS, WORDS, Events
from twin.bulk.ids import UNKNOWN_SOURCE
from twin.bulk.reasons import OLD_FILE, REFUSED, RESOLUTION, SOURCE, UNTOLD_FACT
from twin.bulk.sparse import Facet, Sparse, Words

_UNTOLD: Final = np.isin(np.arange(len(CODES) + 1), [CODES[name] for name in UNTOLD])
"""Which effects the table does not tell, by code; the last is that of no fact (-1)."""


def collected(of: Sequence[Collector]) -> Events:
    """All records of collectors that share their words, one's behind the other's."""
    dense = {name: _behind([one.dense(name) for one in of]) for name in DENSE}
    said = {name: of[0].vocabulary.words(name) for name in WORDS}
    words = {name: Words(*_together(of, name), said[name]) for name in WORDS}
    facets = {name: Facet(*_together(of, name), kind) for name, kind in FACETS.items()}
    code = codes_of(dense["event"], said["event"], words, facets)
    code[_together(of, "more")[0]] = CODES[RECALLED]
    breach = np.zeros(len(code), np.bool_)
    breach[words["breach"].rows] = True
    return Events(
        premises=dense["premises"],
        device=dense["device"],
        gpf=Sparse(*_together(of, "gpf_id")),
        replaced=Sparse(*_together(of, "replaced_device_id")),
        source=dense["source"],
        source_kind=dense["source_kind"],
        attempt=(Sparse(*_together(of, "high")), Sparse(*_together(of, "low"))),
        sequence=dense["sequence"],
        at=dense["occurred_at"],
        epoch=dense["epoch"],
        partition=dense["partition"],
        offset=dense["offset"],
        code=code,
        breach=breach,
        bad=_bad(of, code, dense["source_kind"]),
        words=words,
        facets=facets,
    )


def _bad(
    of: Sequence[Collector], code: NDArray[np.int16], kind: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    bad = np.zeros(len(code), np.uint8)
    bad[kind == UNKNOWN_SOURCE] = SOURCE
    bad[_together(of, "old")[0]] = OLD_FILE
    bad[_UNTOLD[code]] = UNTOLD_FACT
    bad[code == CODES[RESOLVED]] = RESOLUTION
    bad[code < 0] = REFUSED
    bad[_together(of, "refusal")[0]] = REFUSED
    return bad


def _behind(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _together(of: Sequence[Collector], name: str) -> tuple[NDArray[np.int32], NDArray[Any], int]:
    """Rows and values of a column, and how many records there are."""
    rows: list[NDArray[np.int32]] = []
    values: list[NDArray[Any]] = []
    first = 0
    for one in of:
        some_rows, some_values = one.parts(name)
        rows.append(some_rows if first == 0 else some_rows + np.int32(first))
        values.append(some_values)
        first += one.filled
    return _behind(rows), _behind(values), first
