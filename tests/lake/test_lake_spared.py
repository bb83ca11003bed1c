"""What is left out of the lake comes back to the byte, and what would not is kept whole."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.events.samples import CAMPAIGN, ESME
from tests.lake.lake_records import PREMISES, append, cleared, logged, run_of
from twin.events.envelope import Event, encode, new_event
from twin.events.firmware import FirmwareVersionRead
from twin.events.requests import FieldRequest, RequestKind, encode_request
from twin.ids import event_id, request_id
from twin.lake import read
from twin.lake.buckets import holding
from twin.lake.compact import compact
from twin.lake.rows import to_table
from twin.lake.slices import Slice
from twin.lake.spared import given_back
from twin.lake.table import Lake, spans_of
from twin.marts.build import MartBuilder
from twin.vocabulary import DeviceType

WHOLE = encode(cleared(1))
PARTS = json.loads(WHOLE)


def kept(value: bytes) -> tuple[bytes | None, str | None]:
    """The bytes that are kept of a record, and its id if it is kept; all of it comes back."""
    table = to_table([logged(value, offset=0)])
    (row,) = table.to_pylist()
    assert row["refusal"] is None
    assert given_back(table) == [value]
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


def asked(*, step: str = "11.2@6", attempt: int = 2, **said: Any) -> Event:
    """A fact that follows upon a request of a campaign; its data names the request once more."""
    wanted = request_id(campaign_id=CAMPAIGN, device_id=ESME, step=step, attempt=attempt)
    fact = FirmwareVersionRead(
        device_id=ESME,
        device_type=DeviceType.ESME,
        firmware_version="05F5BDB0",
        pairing_capable=True,
        request_id=said.pop("of_data", wanted),
    )
    place = {"correlation_id": f"campaign:{CAMPAIGN}", "causation_id": wanted, **said}
    return new_event(
        fact=fact,
        source=f"urn:gb:dsp:{PREMISES}",
        sequence=3,
        key=PREMISES,
        occurred_at=datetime(2017, 7, 1, 12, 0, 0, 250_000, UTC),
        recorded_at=datetime(2017, 7, 1, 11, 59, 59, tzinfo=UTC),
        **place,
    )


OTHER = "97b04624-cbbb-54eb-84a2-b63d19cfde9a"


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (asked(), {"asked": "11.2@6/2"}),
        (asked(step="11.3", attempt=1), {"asked": "11.3/1"}),
        (asked(attempt=99), {"causation_id": "itself"}),
        (asked(correlation_id=None), {"causation_id": "itself"}),
        (asked(causation_id=None), {"rest": "request_id"}),
        (asked(of_data=OTHER), {"asked": "11.2@6/2", "rest": "request_id"}),
        (asked(causation_id=OTHER, of_data=OTHER), {"causation_id": "itself"}),
    ],
    ids=["read", "activate", "late attempt", "no campaign", "no cause", "two", "foreign"],
)
def test_id_of_a_request_is_kept_where_nothing_gives_it_back(
    event: Event, left: dict[str, str]
) -> None:
    value = encode(event)
    assert kept(value) == (None, None)
    (row,) = to_table([logged(value, offset=0)]).to_pylist()
    assert {name for name in ("asked", "causation_id", "rest", "data") if row[name]} == set(left)
    assert row["asked"] == left.get("asked")
    assert (row["recorded_at"], row["delay_us"]) == (None, -1_250_000)


def test_request_is_kept_without_its_id() -> None:
    one = FieldRequest(
        request_id=request_id(campaign_id=CAMPAIGN, device_id=ESME, step="11.1", attempt=1),
        kind=RequestKind.UPDATE,
        premises_id=PREMISES,
        device_id=ESME,
        device_type=DeviceType.ESME,
        campaign_id=CAMPAIGN,
        wave=2,
        attempt=1,
        target_version="05F5BDB0",
        asked_at=datetime(2017, 7, 1, tzinfo=UTC),
    )
    foreign = msgspec.structs.replace(one, request_id=OTHER)
    values = [
        encode_request(one),
        encode_request(foreign),
        encode_request(one).replace(b'":"', b'": "', 1),
        b"{}",
        b"\xff" * 60,
        None,
    ]
    table = to_table([logged(v, offset=n, topic="field.requests") for n, v in enumerate(values)])
    assert given_back(table) == values
    assert table["value"].is_valid().to_pylist() == [False, True, True, True, True, False]
    assert table["asked"].to_pylist() == ["11.1/1", *[None] * 5]
    assert OTHER.encode() not in table["rest"][0].as_py()


def test_one_premises_is_read_from_its_bucket_alone(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "events")
    homes = [f"P{n:x}{1:015x}" for n in range(16)]
    for nth, home in enumerate(homes):
        append(lake, [*run_of(nth, nth + 1, premises=home)])
        append(lake, [logged(b"{}", topic="campaign.events", offset=nth, key=home.encode())])
    compact(lake, now=datetime(2026, 1, 1, tzinfo=UTC))
    for topic, files in (("premises.events", {1}), ("campaign.events", {1})):
        for home in homes:
            found = list(read.records(lake.files(), topic=topic, key=home))
            assert [r.key for r in found] == [home.encode()]
            held = holding(lake.files(), topic=topic, key=home)
            assert {len(held)} == files
            assert list(read.records(held, topic=topic, key=home)) == found


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
    table = pq.read_table(old).drop_columns(
        ["data", "type_version", "correlation_id", "rest", "asked", "delay_us"]
    )
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
