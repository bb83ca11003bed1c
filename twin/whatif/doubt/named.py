"""Numbers of behaviour by name: `pin_take_up`, or `delivery_delay.ESME` for one of a row's keys."""

import math
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from twin.fleet.numbers.assumptions import Assumptions
from twin.fleet.numbers.shapes import ByKey


class UnknownNumber(ValueError):
    """No number of behaviour has that name; the message says which there are."""


def number_of(assumptions: Assumptions, name: str) -> float:
    """The number of a name; raises UnknownNumber."""
    row, _, key = name.partition(".")
    value = getattr(assumptions, row, None)
    if isinstance(value, ByKey) and key in value.keys:
        return value.of(key)
    if not key and isinstance(value, int | float):
        return float(value)
    raise UnknownNumber(_unknown(assumptions, name, value))


def with_numbers(assumptions: Assumptions, numbers: Mapping[str, float]) -> Assumptions:
    """The assumptions with some numbers changed by name.

    Raises:
        UnknownNumber: there is no such number, or the new one is none at all.
    """
    changed: dict[str, Any] = {}
    for name, number in numbers.items():
        if not math.isfinite(number) or number < 0:
            raise UnknownNumber(f"{name} = {number} is no number from 0 on")
        held = number_of(assumptions, name)
        row, _, key = name.partition(".")
        if key:
            by = changed.get(row, getattr(assumptions, row))
            values = tuple(
                number if k == key else v for k, v in zip(by.keys, by.values, strict=True)
            )
            changed[row] = ByKey(by.keys, values)
        else:
            whole = isinstance(getattr(assumptions, row), int)
            changed[row] = int(number) if whole and held is not None else float(number)
    return replace(assumptions, **changed)


def _unknown(assumptions: Assumptions, name: str, value: object) -> str:
    if isinstance(value, ByKey):
        return f"{name} is not known; {name.partition('.')[0]} has {', '.join(value.keys)}"
    first = name[:4]
    near = [one for one in assumptions.__struct_fields__ if one.startswith(first)]
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return f"{name} is no number of behaviour{hint}"
