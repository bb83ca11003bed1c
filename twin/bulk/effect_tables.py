"""The effects as the kernels read them: one row a code, -1 for nothing."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.effects import CODES, EFFECTS, halved
from twin.vocabulary import DeviceType

DEVICE_TYPES: Final = tuple(DeviceType)


def _table(width: int, lists: list[tuple[int, ...]]) -> NDArray[np.int8]:
    found = np.full((len(lists), width), -1, np.int8)
    for row, values in enumerate(lists):
        found[row, : len(values)] = values
    return found


def _numbered(values: list[Any]) -> NDArray[np.int8]:
    return np.array([-1 if value is None else int(value) for value in values], np.int8)


def _types(values: list[DeviceType | None]) -> NDArray[np.int8]:
    return _numbered([None if v is None else DEVICE_TYPES.index(v) for v in values])


_ALL: Final = tuple(EFFECTS.values())
EFFECT_TABLES: Final = (
    _table(3, [effect.slots for effect in _ALL]),
    _types([effect.device_type for effect in _ALL]),
    _numbered([effect.other for effect in _ALL]),
    _types([effect.other_type for effect in _ALL]),
    _numbered([effect.home for effect in _ALL]),
    _table(2, [effect.counts for effect in _ALL]),
)
"""The effects as the kernels read them, by code."""
KNOWS_DEVICE: Final = np.array([effect.device for effect in _ALL])
ENROLS: Final = np.array([effect.enrols for effect in _ALL])
NO_RANK: Final = -9
RANK: Final = np.array([NO_RANK if e.state is None else halved(e.state) for e in _ALL], np.int8)
PART: Final = _numbered([effect.attempt for effect in _ALL])
HUB_INSTALLED: Final = CODES["lifecycle.hub-installed"]
HUB_REPLACED: Final = CODES["lifecycle.hub-replaced"]
REQUESTED: Final = CODES["firmware.update-requested"]
