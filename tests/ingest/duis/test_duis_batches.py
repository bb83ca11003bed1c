"""The requests of a wave come out as documents: in batches, in order, the same each time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.duis import duis_schemas
from tests.ingest.duis.duis_documents import DCC, HASH, USER, VERSION
from tests.ingest.duis.duis_reread import NOW, read
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import request_id
from twin.ingest.duis.batches import Unwritable, WrittenDocument, documents_of
from twin.vocabulary import DeviceType

OF_A_WAVE = tuple(kind for kind in RequestKind if kind is not RequestKind.CANCEL)
"""What a planned wave asks; to cancel is an aborted campaign's."""


def asked(
    number: int,
    kind: RequestKind,
    *,
    device_type: DeviceType = DeviceType.ESME,
    version: str = VERSION,
    at: datetime = NOW,
) -> FieldRequest:
    device_id = f"0D-00-00-00-00-00-{number >> 8:02X}-{number & 255:02X}"
    return FieldRequest(
        request_id=request_id(campaign_id="C1", device_id=device_id, step=kind, attempt=1),
        kind=kind,
        premises_id=f"P{number:016x}",
        device_id=device_id,
        device_type=device_type,
        campaign_id="C1",
        wave=1,
        attempt=1,
        target_version=version,
        asked_at=at,
    )


def written(several, **changed):
    terms = {
        "originator": USER,
        "target": DCC,
        "now": NOW,
        "first_counter": 100,
        "hash_of": lambda _: HASH.lower(),
        **changed,
    }
    return list(documents_of(several, **terms))


def test_a_wave_comes_out_as_image_activation_and_read():
    several = [asked(n, kind) for kind in reversed(OF_A_WAVE) for n in range(3)]
    found = written(several)
    assert [one.variant for one in found] == ["11.1", *["11.3"] * 3, *["11.2"] * 3]
    assert [one.request.counter for one in found] == list(range(100, 107))
    devices = [one.device_id for one in several[:3]]
    assert [one.request.target for one in found] == [DCC, *devices, *devices]
    assert found[0].needs_image
    assert len(found[0].request_ids) == 3
    assert found[0].file_name == "00000000000000000100-11.1.xml"
    for one in found:
        assert duis_schemas.faults(one.octets, duis_schemas.duis()) == []


@pytest.mark.parametrize(("devices", "batch_max", "files"), [(7, 3, 3), (6, 3, 2), (1, 50_000, 1)])
def test_updates_are_cut_into_files(devices, batch_max, files):
    several = [asked(n, RequestKind.UPDATE) for n in range(devices)]
    found = written(several, batch_max=batch_max)
    assert len(found) == files
    listed = [eui for one in found for eui in read(one.octets).body.device_ids]
    assert listed == [one.device_id for one in several]


def test_updates_with_another_image_have_a_file_of_their_own():
    several = [asked(n, RequestKind.UPDATE) for n in range(4)]
    odd = {several[1].device_id, several[3].device_id}
    found = written(several, hash_of=lambda one: ("0" if one.device_id in odd else "1") * 64)
    assert [len(one.request_ids) for one in found] == [2, 2]
    assert set(read(found[0].octets).body.device_ids) == odd


def test_updates_to_another_version_have_a_file_of_their_own():
    several = [asked(1, RequestKind.UPDATE), asked(2, RequestKind.UPDATE, version="01F0A235")]
    assert [len(one.request_ids) for one in written(several)] == [1, 1]


def test_a_ppmid_gets_an_11_4():
    several = [asked(1, RequestKind.UPDATE, device_type=DeviceType.PPMID)]
    (one,) = written(several, image_of=lambda _: b"image")
    assert (one.variant, one.needs_image) == ("11.4", False)
    document = read(one.octets)
    assert (document.variant, document.body.image.octets) == ("11.4", 5)


@pytest.mark.parametrize(
    ("kind", "device_type", "image_hash", "why"),
    [
        (RequestKind.ACTIVATE, DeviceType.ESME, None, "BR29"),
        (RequestKind.UPDATE, DeviceType.ESME, None, "BR29"),
        (RequestKind.UPDATE, DeviceType.CHF, "0" * 64, "hubs"),
        (RequestKind.ACTIVATE, DeviceType.GPF, "0" * 64, "hubs"),
        (RequestKind.UPDATE, DeviceType.CAD, "0" * 64, "BR38"),
    ],
)
def test_what_no_document_can_carry_is_named_and_costs_no_counter(
    kind, device_type, image_hash, why
):
    right, wrong = asked(1, kind), asked(2, kind, device_type=device_type)
    found = written([right, wrong], hash_of=lambda one: image_hash if one is wrong else "1" * 64)
    first, second = found
    assert isinstance(first, Unwritable)
    assert (first.device_id, first.request_id) == (wrong.device_id, wrong.request_id)
    assert why in first.why
    assert isinstance(second, WrittenDocument)
    assert second.request.counter == 100


def test_a_cancellation_is_named_as_what_no_document_carries():
    cancelled, activated = asked(1, RequestKind.CANCEL), asked(1, RequestKind.ACTIVATE)
    first, second = written([activated, cancelled])
    assert isinstance(first, Unwritable)
    assert first.request_id == cancelled.request_id
    assert "BR33" in first.why
    assert isinstance(second, WrittenDocument)
    assert (second.variant, second.request.counter) == ("11.3", 100)


def test_a_hub_is_read_though_it_is_not_upgraded():
    several = [asked(1, RequestKind.READ, device_type=DeviceType.CHF)]
    (one,) = written(several, hash_of=lambda _: None)
    assert (one.variant, one.request.target) == ("11.2", several[0].device_id)


def test_what_is_asked_for_later_is_future_dated():
    later = NOW + timedelta(hours=2)
    activation, reading = written(
        [asked(1, RequestKind.ACTIVATE, at=later), asked(2, RequestKind.READ)]
    )
    assert read(activation.octets).body.execute_at == later
    assert read(reading.octets).body.execute_at is None


@pytest.mark.parametrize("batch_max", [0, 50_001])
def test_a_batch_is_of_one_to_fifty_thousand(batch_max):
    with pytest.raises(ValueError, match="50,000"):
        written([], batch_max=batch_max)


@settings(deadline=None)
@given(st.permutations([asked(n, kind) for kind in RequestKind for n in range(4)]))
def test_the_order_of_the_requests_makes_no_difference(several):
    in_order = [asked(n, kind) for kind in RequestKind for n in range(4)]
    assert written(several, batch_max=3) == written(in_order, batch_max=3)
