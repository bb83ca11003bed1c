"""What a column's digest is over, held against the same said value by value in plain Python."""

import struct
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.state.histories import LAWS
from twin.bulk.columns import SCHEMAS, empty
from twin.bulk.contents import Contents
from twin.bulk.digest import DEFINITION, columns_digest
from twin.bulk.narrow import IDS, narrowed, widened

FEW = settings(LAWS, max_examples=60)
BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DIGITS = st.integers(0, 2**64 - 1).map(lambda n: f"{n:016x}")
DEVICE = DIGITS.map(lambda text: "-".join(text.upper()[n : n + 2] for n in range(0, 16, 2)))
PREMISES = DIGITS.map("P{}".format)
UUID = st.uuids().map(str)
NO_ID = st.sampled_from(["", "P1", "P" + "A" * 16, "aa" + "-00" * 7, "é" * 17])
WORDS = st.sampled_from([f"word {n}" for n in range(300)]) | st.text(max_size=14)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    pl.Boolean(): st.booleans(),
    pl.Int64(): st.integers(250, 260) | st.integers(-(2**63), 2**63 - 1),
    pl.Float64(): st.floats(allow_nan=False),
    pl.Datetime("us", "UTC"): st.integers(-(2**50), 2**50).map(lambda n: BEGAN + n * MICROSECOND),
}
IDS_OF: dict[str, st.SearchStrategy[str]] = {"premises_id": PREMISES, "attempt_id": UUID}
COLUMNS = [(table, name) for table, schema in SCHEMAS.items() for name in schema]


def values_of(table: str, name: str) -> st.SearchStrategy[Any]:
    kind = SCHEMAS[table][name]
    if kind != pl.String():
        return VALUES[kind]
    return IDS_OF.get(name, DEVICE) | NO_ID if name in IDS else WORDS


def short(number: int) -> bytes:
    return bytes([number]) if 0 <= number < 255 else b"\xff" + struct.pack("<Q", number % 2**64)


def sized(text: str) -> bytes:
    return struct.pack("<q", len(text.encode())) + text.encode()


def number_of(text: str) -> bytes:
    """An id's number, half by half; of what is no id, 0."""
    digits = text.lstrip("P").replace("-", "")
    return b"".join(
        struct.pack("<Q", int(digits[n : n + 16], 16)) for n in range(0, len(digits), 16)
    )


def plain(table: str, name: str, values: list[Any]) -> bytes:
    """The digest of a column, value by value."""
    kind, held = SCHEMAS[table][name], [value for value in values if value is not None]
    bits = sum((value is not None) << n for n, value in enumerate(values))
    words: list[str] = []
    odd = b""
    if name in IDS:
        is_odd = [value is not None and not is_id(name, value) for value in values]
        size = 16 if name == "attempt_id" else 8
        fed = [number_of(value) if is_id(name, value) else bytes(size) for value in held]
        odd = b"".join(
            struct.pack("<q", n) + sized(values[n]) for n, one in enumerate(is_odd) if one
        )
    elif kind == pl.String():
        words = list(dict.fromkeys(held))
        fed = [short(words.index(value)) for value in held]
    else:
        fed = [number(kind, value) for value in held]
    parts = (bits.to_bytes((len(values) + 7) // 8, "little"), b"".join(fed), odd)
    total = sha256(struct.pack("<q", len(values)))
    for part in parts:
        total.update(sha256(part).digest())
    total.update(b"".join(map(sized, words)))
    return total.digest()


def is_id(name: str, text: str) -> bool:
    """Whether a text is an id as ours are spelt; all of `NO_ID` are not."""
    sizes = {"premises_id": 17, "attempt_id": 36}
    return (
        text.isascii()
        and len(text) == sizes.get(name, 23)
        and text[1:] != "A" * 16
        and (name == "attempt_id" or text == text.upper() or text[0] == "P")
    )


def number(kind: Any, value: Any) -> bytes:
    if kind == pl.Boolean():
        return bytes([value])
    if kind == pl.Float64():
        return struct.pack("<d", value)
    if kind == pl.Int64():
        return short(value)
    return struct.pack("<q", (value - BEGAN) // MICROSECOND)


@FEW
@given(st.data())
def test_a_columns_digest_is_that_of_each_value(data: st.DataObject) -> None:
    """In one range or in several, and its texts come back as they were."""
    table, name = data.draw(st.sampled_from(COLUMNS))
    kind = SCHEMAS[table][name]
    one = values_of(table, name)
    # an attempt without an id is none
    one = one if name == "attempt_id" or data.draw(st.booleans()) else st.none() | one
    pieces = data.draw(st.lists(st.lists(one, max_size=30), min_size=1, max_size=3))
    contents = Contents(is_count=kind == pl.Int64())
    for piece in pieces:
        schema = SCHEMAS[table]
        rows = pl.DataFrame({name: piece}, schema={name: kind}).select(
            *(pl.col(name) if name == n else pl.lit(None, k).alias(n) for n, k in schema.items())
        )
        columns = narrowed({**empty(), table: rows})
        contents.add(columns[table][name])
        assert widened(columns)[table][name].equals(rows[name])
    values = [value for piece in pieces for value in piece]
    assert contents.digest() == plain(table, name, values)


def test_more_words_than_a_byte_tells_and_words_that_come_later() -> None:
    """A word's number is that of its first appearance, whatever range it is in."""
    words = [f"word {n}" for n in range(600)]
    contents = Contents(is_count=False)
    for piece in (words[:3], words[500:] + words[:300], words):
        table = pl.DataFrame({"supplier": piece}).select(
            *(
                pl.col("supplier") if name == "supplier" else pl.lit(None, kind).alias(name)
                for name, kind in SCHEMAS["premises"].items()
            )
        )
        contents.add(narrowed({**empty(), "premises": table})["premises"]["supplier"])
    values = [*words[:3], *words[500:], *words[:300], *words]
    assert contents.digest() == plain("premises", "supplier", values)


def test_the_digest_says_which_definition_it_is_of() -> None:
    assert columns_digest(empty()).startswith(f"{DEFINITION}:")


def test_the_tables_have_no_other_kinds() -> None:
    assert {kind for schema in SCHEMAS.values() for kind in schema.dtypes()} == {
        pl.String(),
        *VALUES,
    }
