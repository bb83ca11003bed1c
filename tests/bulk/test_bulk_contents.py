"""What a column's digest is over, held against the same said value by value in plain Python."""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.state.histories import LAWS
from twin.bulk.columns import SCHEMAS
from twin.bulk.contents import contents

FEW = settings(LAWS, max_examples=40)
BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    pl.String(): st.text(max_size=14) | st.sampled_from(["x" * n for n in (11, 12, 13, 23, 36)]),
    pl.Boolean(): st.booleans(),
    pl.Int64(): st.integers(-(2**63), 2**63 - 1),
    pl.Float64(): st.floats(allow_nan=False),
    pl.Datetime("us", "UTC"): st.integers(-(2**50), 2**50).map(lambda n: BEGAN + n * MICROSECOND),
}


def plain(values: list[Any], kind: Any) -> list[bytes]:
    """Nulls as flags; of texts lengths and bytes, of all others the values, 0 for a null."""
    nulls = bytes(value is None for value in values)
    if kind == pl.String():
        texts = [b"" if value is None else value.encode() for value in values]
        return [nulls, b"".join(struct.pack("<q", len(one)) for one in texts), b"".join(texts)]
    if kind == pl.Boolean():
        return [nulls, bytes(value is True for value in values)]
    if kind == pl.Float64():
        return [nulls, b"".join(struct.pack("<d", value or 0.0) for value in values)]
    numbers = [
        (value - BEGAN) // MICROSECOND if isinstance(value, datetime) else value or 0
        for value in values
    ]
    return [nulls, b"".join(struct.pack("<q", one) for one in numbers)]


@FEW
@given(st.data())
def test_contents_are_those_of_each_value(data: st.DataObject) -> None:
    """In one piece or several, and where a column is a part of another."""
    kind = data.draw(st.sampled_from(list(VALUES)))
    one = VALUES[kind] if data.draw(st.booleans()) else st.none() | VALUES[kind]
    pieces = data.draw(st.lists(st.lists(one, max_size=9), min_size=1, max_size=3))
    whole = pl.concat([pl.Series(piece, dtype=kind) for piece in pieces], rechunk=False)
    values = [value for piece in pieces for value in piece]
    first = data.draw(st.integers(0, len(values)))
    found = [bytes(part) for part in contents(whole[first:])]
    wanted = plain(values[first:], kind)
    assert found == (wanted if values[first:] else [])


def test_what_lies_under_a_null_is_no_part_of_it() -> None:
    """Columns that are gathered leave anything there."""
    present = pa.py_buffer(bytes([0b101]))
    views = pl.Series(["a", "bc", "def"]).to_arrow(compat_level=pl.CompatLevel.newest())
    for held, kind, wanted in (
        ((present, pa.py_buffer(struct.pack("<3q", 1, 2, 3))), pa.int64(), [1, None, 3]),
        ((present, pa.py_buffer(bytes([0b111]))), pa.bool_(), [True, None, True]),
        ((present, *views.buffers()[1:]), pa.string_view(), ["a", None, "def"]),
    ):
        column = pl.Series(pa.Array.from_buffers(kind, 3, list(held)))
        assert column.to_list() == wanted
        assert [bytes(part) for part in contents(column)] == plain(wanted, column.dtype)


def test_the_tables_have_no_other_kinds() -> None:
    assert {kind for schema in SCHEMAS.values() for kind in schema.dtypes()} == set(VALUES)
