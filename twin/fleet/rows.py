"""One row of the file of assumptions: its value is checked by its unit."""

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from twin.fleet.shapes import ByKey, Distribution, distribution


class BadAssumption(ValueError):
    """A row of the assumptions is missing, unknown or wrong; the message names the row."""


class AssumptionRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A number of behaviour with where it comes from."""

    value: Any
    unit: str
    source: str
    status: Literal["published", "derived", "assumed"]


def read_row(*, name: str, table: object) -> AssumptionRow:
    """A row of the file; raises BadAssumption where it has a part too many or too few."""
    try:
        return msgspec.convert(table, AssumptionRow)
    except msgspec.ValidationError as error:
        raise BadAssumption(f"row {name}: {error}") from error


def value_of(*, name: str, row: AssumptionRow, unit: str, keys: tuple[str, ...]) -> object:
    """The checked value of a row; raises BadAssumption with one sentence that names the row."""
    if row.unit != unit:
        raise BadAssumption(f"row {name}: the unit must be {unit!r}, not {row.unit!r}")
    if not row.source.strip():
        raise BadAssumption(f"row {name}: the source is empty")
    why = ""
    if keys:
        why = _wrong_keys(row.value, keys)
    if not why:
        try:
            return _READERS[unit](row.value)
        except BadAssumption as error:
            why = str(error)
    raise BadAssumption(f"row {name}: {why}")


def _wrong_keys(value: object, keys: tuple[str, ...]) -> str:
    if not isinstance(value, dict):
        return "the value must be a table of numbers"
    missing = [key for key in keys if key not in value]
    unknown = [key for key in value if key not in keys]
    if missing:
        return f"{missing[0]} is missing"
    return f"{unknown[0]} is unknown" if unknown else ""


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadAssumption(f"{value!r} is not a number")
    if value < 0:
        raise BadAssumption(f"{value} is negative")
    return float(value)


def _share(value: object) -> float:
    number = _number(value)
    if number > 1:
        raise BadAssumption(f"{value} is no share from 0 to 1")
    return number


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadAssumption(f"{value!r} is no whole number from 1")
    return value


def _date(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise BadAssumption(f"{value!r} is no date")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadAssumption(f"{value!r} is no name of a rule")
    return value


def _distribution(value: dict[str, object]) -> Distribution:
    shares = {key: _share(share) for key, share in value.items()}
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-6:
        raise BadAssumption(f"the shares add up to {total:.6f}, not to 1")
    return distribution(shares)


def _by_key(read: Callable[[object], float]) -> Callable[[dict[str, object]], ByKey]:
    def reader(value: dict[str, object]) -> ByKey:
        return ByKey(tuple(value), tuple(read(number) for number in value.values()))

    return reader


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "share": _share,
    "distribution": _distribution,
    "share by key": _by_key(_share),
    "hours by key": _by_key(_number),
    "count": _count,
    "date": _date,
    "rule": _text,
    **dict.fromkeys(("seconds", "minutes", "hours", "days", "per year", "ratio"), _number),
}
