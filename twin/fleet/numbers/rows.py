"""Rows of a file of assumptions: each value is checked by its unit, each name by a struct."""

import math
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from twin.fleet.numbers.shapes import ByKey, Distribution, distribution
from twin.refusal import Refusal


class BadAssumption(Refusal):
    """A row of the assumptions is missing, unknown or wrong; the message names the row."""


class AssumptionRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A number of behaviour with where it comes from."""

    value: Any
    unit: str
    source: str
    status: Literal["published", "derived", "assumed"]


Group = TypeVar("Group", bound=Struct)


def load_rows(group: type[Group], *, text: str) -> Group:
    """The rows that the fields of `group` name, from the text of a file.

    A field is annotated `Annotated[type, unit]` or `Annotated[type, unit, keys]`.
    Raises BadAssumption, one sentence naming the row, for a missing, unknown or wrong one.
    """
    rows = assumption_rows(text=text)
    hints = get_type_hints(group, include_extras=True)
    for name in rows:
        if name not in hints:
            raise BadAssumption(f"row {name}: unknown; no behaviour uses it")
    values: dict[str, Any] = {}
    for name, hint in hints.items():
        if name not in rows:
            raise BadAssumption(f"row {name}: missing")
        unit, *keys = get_args(hint)[1:] if get_origin(hint) is Annotated else ("",)
        values[name] = value_of(name=name, row=rows[name], unit=unit, keys=keys[0] if keys else ())
    return group(**values)


def assumption_rows(*, text: str) -> dict[str, AssumptionRow]:
    """The rows of a file as they stand, for pages that show where a number comes from."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadAssumption(f"the file of assumptions is no TOML: {error}") from error
    return {name: read_row(name=name, table=table) for name, table in tables.items()}


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
    "number by key": _by_key(_number),
    "count": _count,
    "date": _date,
    "rule": _text,
    **dict.fromkeys(("seconds", "minutes", "hours", "days", "per year", "ratio"), _number),
}
