"""What is left out of the lake comes back to the byte, and what would not is kept whole."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lake.lake_records import PREMISES, cleared, logged
from twin.events.envelope import encode
from twin.ids import event_id
from twin.lake import read
from twin.lake.compact import compact
from twin.lake.rows import to_table
from twin.lake.spared import COLUMNS, given_back
from twin.lake.table import Lake, Slice, spans_of
from twin.marts.build import MartBuilder

WHOLE = encode(cleared(1))
PARTS = json.loads(WHOLE)


def kept(value: bytes) -> tuple[bytes | None, str | None]:
    """The bytes that are kept of a record, and its id if it is kept; all of it comes back."""
    table = to_table([logged(value, offset=0)])
    (row,) = table.to_pylist()
    assert row["refusal"] is None
    assert given_back([row[name] for name in COLUMNS]) == value
    return row["value"], row["event_id"]


def test_our_own_form_is_left_out() -> None:
    assert kept(WHOLE) == (None, None)


@pytest.mark.parametrize(
    "value",
    [
        json.dumps(PARTS).encode(),
        json.dumps({**PARTS, "data": {}}, separators=(",", ":"), indent=1).encode(),
        json.dumps(dict(sorted(PARTS.items())), separators=(",", ":")).encode(),
        WHOLE + b" ",
        WHOLE.replace(b"12:01:00Z", b"12:01:00.000Z"),
        WHOLE.replace(b"12:01:00Z", b"13:01:00+01:00"),
        WHOLE.replace(b'"data":{}', b'"data": {}'),
    ],
    ids=["spaces", "lines", "order", "after the end", "fractions", "other zone", "in the data"],
)
def test_same_event_in_another_form_is_kept_whole(value: bytes) -> None:
    assert value != WHOLE
    assert kept(value)[0] in (value, None)
    if b'"data": {}' not in value:
        assert kept(value)[0] == value


def test_foreign_id_is_kept() -> None:
    other = event_id(source="urn:gb:x:1", sequence=1, event_type="x")
    value = WHOLE.replace(PARTS["id"].encode(), other.encode())
    assert kept(value) == (value, other)


def test_superseding_and_verified_facts_come_back() -> None:
    for said in (
        {"supersedes": PARTS["id"]},
        {"verification": "none"},
        {"correlationid": "campaign:LCP-HUBS"},
    ):
        parts = {**PARTS, **said}
        order = [name for name in _ORDER if name in parts]
        value = json.dumps({name: parts[name] for name in order}, separators=(",", ":")).encode()
        assert kept(value)[0] is None, said


_ORDER = (
    "specversion", "id", "source", "type", "subject", "time", "recordedtime", "sequence",
    "partitionkey", "correlationid", "causationid", "datacontenttype", "dataschema",
    "dataclassification", "provenance", "verification", "supersedes", "data",
)  # fmt: skip


def test_files_of_an_older_lake_are_read_and_sorted_beside_new_ones(tmp_path: Path) -> None:
    """They hold the bytes, and lack the columns that give them back."""
    lake = Lake(tmp_path / "events")
    of = Slice("premises.events", 0, 0)
    for nth in range(3):
        record = logged(encode(cleared(nth + 1)), offset=nth)
        lake.append(to_table([record]), spans_of([(of, nth)]))
    old, *_ = (f for f in lake.files() if pq.read_table(f)["offset"][0].as_py() == 1)
    table = pq.read_table(old).drop_columns(["data", "type_version", "correlation_id"])
    whole = pa.array([encode(cleared(2))], pa.binary())
    table = table.set_column(table.schema.get_field_index("value"), "value", whole)
    pq.write_table(table, old)
    values = [encode(cleared(nth + 1)) for nth in range(3)]
    assert [record.value for record in read.records(lake.files())] == values
    compact(lake, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert [record.value for record in read.records(lake.files(), key=PREMISES)] == values


def test_id_in_the_marts_is_the_id_of_the_fact() -> None:
    builder = MartBuilder()
    query = "SELECT CAST(fact_id($1, $2, $3, 1) AS VARCHAR)"
    for nth in range(64):
        source = f"urn:gb:esme:{nth:04x}"
        name = "firmware.version-read"
        (found,) = builder._connection.execute(query, [source, nth, name]).fetchone() or ()
        wanted = event_id(source=source, sequence=nth, event_type=f"uk.gb.smart.{name}.v1")
        assert found == wanted
    builder.close()
