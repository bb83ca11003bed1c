"""Written requests: valid by the published schema, the same each time, read back as they were."""

import random
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.duis import duis_schemas
from tests.ingest.duis.duis_documents import CAD, ESME, HASH, HUB, USER, VERSION, made_code
from tests.ingest.duis.duis_reread import NOW, read
from twin.ingest.duis import requests
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Cause, Refusal
from twin.ingest.duis.values import COUNTER_MAX, DEVICES_MAX, RequestId
from twin.ingest.duis.writing import (
    PLACEHOLDER,
    write_activate,
    write_install_code_add,
    write_join,
    write_pin_disable,
    write_read,
    write_update,
)
from twin.vocabulary import LogAction

ASKED = RequestId(USER, ESME, 12)
euis = st.binary(min_size=8, max_size=8).map(lambda octets: octets.hex("-").upper())
ids = st.builds(RequestId, euis, euis, st.integers(0, COUNTER_MAX))
versions = st.binary(min_size=4, max_size=4).map(lambda octets: octets.hex().upper())
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
moments = st.none() | st.integers(0, 10**9 * 10**6).map(
    lambda after: datetime(2014, 1, 1, tzinfo=UTC) + timedelta(microseconds=after)
)

KINDS = {
    "11.1": write_update(
        request=ASKED, firmware_version=VERSION, device_ids=[ESME, CAD], image=b"\0image"
    ),
    "11.1 to be filled": write_update(request=ASKED, firmware_version=VERSION, device_ids=[ESME]),
    "11.4": write_update(request=ASKED, firmware_version=VERSION, device_ids=[CAD], ppmid=True),
    "11.2": write_read(request=ASKED),
    "11.2 later": write_read(request=ASKED, execute_at=NOW),
    "11.3": write_activate(request=ASKED, image_hash=HASH.lower()),
    "11.3 later": write_activate(request=ASKED, image_hash=HASH.lower(), execute_at=NOW),
    "8.11": write_install_code_add(request=RequestId(USER, HUB, 1), device_id=CAD, window_s=3600),
    "8.7.2": write_join(request=ASKED, other_device_id=CAD),
    "3.5": write_pin_disable(request=ASKED),
}


def filled(octets: bytes, code: str) -> bytes:
    """A written 8.11 after its user has put the install code in."""
    left_open = f"<sr:InstallCode>{PLACEHOLDER}<".encode()
    assert octets.count(left_open) == 1
    return octets.replace(left_open, f"<sr:InstallCode>{code}<".encode())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_request_is_valid_by_the_published_schema(kind):
    assert duis_schemas.faults(KINDS[kind], duis_schemas.duis()) == []


def test_the_schema_of_this_test_can_find_a_fault():
    wrong = KINDS["11.3"].replace(b"5A5A", b"5A5G", 1)
    assert duis_schemas.faults(wrong, duis_schemas.duis()) != []


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_is_unsigned_and_names_what_it_is(kind):
    octets = KINDS[kind]
    assert b"Signature" not in octets
    assert f">{kind.split()[0]}</sr:ServiceReferenceVariant>".encode() in octets


@pytest.mark.parametrize(
    ("kind", "command_variant"),
    [("11.1", 8), ("11.4", 8), ("11.3", 4), ("11.2", 1), ("8.7.2", 1), ("3.5", 1)],
)
def test_a_request_says_how_it_is_carried_out(kind, command_variant):
    assert read(KINDS[kind]).command_variant == command_variant


def test_a_time_is_written_in_utc():
    summer = datetime(2017, 7, 3, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    octets = write_read(request=ASKED, execute_at=summer)
    assert b">2017-07-03T09:30:00Z<" in octets


def test_the_largest_update_is_valid_and_is_read_back():
    several = [
        f"0C-00-00-00-00-{n >> 16:02X}-{n >> 8 & 255:02X}-{n & 255:02X}" for n in range(50_000)
    ]
    octets = write_update(
        request=ASKED, firmware_version=VERSION, device_ids=several, image=bytes(10_240_000)
    )
    document = read(octets)
    assert document.body.device_ids == tuple(several)
    assert document.body.image.octets == 10_240_000
    assert duis_schemas.faults(octets, duis_schemas.duis()) == []


@pytest.mark.parametrize(
    ("write", "wrong"),
    [
        (write_update, {"device_ids": []}),
        (write_update, {"device_ids": [ESME] * (DEVICES_MAX + 1)}),
        (write_update, {"image": bytes(10_240_001)}),
        (write_update, {"firmware_version": "</sr>"}),
        (write_update, {"device_ids": ["0B-00"]}),
        (write_activate, {"image_hash": "5a" * 31}),
        (write_activate, {"execute_at": datetime(2017, 7, 3)}),  # noqa: DTZ001 - has to be refused
        (write_install_code_add, {"window_s": 0}),
        (write_install_code_add, {"window_s": 3601}),
        (write_join, {"other_device_id": "CAD"}),
        (write_pin_disable, {"request": RequestId(USER, ESME, COUNTER_MAX + 1)}),
        (write_pin_disable, {"request": RequestId(USER, "ESME", 1)}),
    ],
)
def test_what_the_schema_does_not_admit_is_not_written(write, wrong):
    right = {
        write_update: {"firmware_version": VERSION, "device_ids": [ESME]},
        write_activate: {"image_hash": HASH.lower()},
        write_install_code_add: {"device_id": CAD, "window_s": 90},
        write_join: {"other_device_id": CAD},
        write_pin_disable: {},
    }[write]
    assert write(**{"request": ASKED, **right})
    with pytest.raises(ValueError, match=r"."):
        write(**{"request": ASKED, **right, **wrong})


def test_an_8_11_that_nobody_filled_in_is_refused():
    assert b"<!-- put the install code here: seven octets are none -->" in KINDS["8.11"]
    refusal = read_document(KINDS["8.11"])
    assert refusal == Refusal(
        Cause.VALUE,
        "InstallCode has no value that the schema or a rule admits",
        "InstallCode",
    )


@pytest.mark.parametrize("octets", [6, 8, 12, 16])
def test_an_8_11_that_was_filled_in_is_read(octets):
    code = made_code(octets)
    document = read(filled(KINDS["8.11"], code))
    assert document.request == RequestId(USER, HUB, 1)
    assert document.body == requests.UpdateHanDeviceLog(
        device_id=CAD,
        action=LogAction.ADD,
        admission=requests.Admission(window_s=3600, code_length=octets),
    )


@settings(deadline=None)
@given(
    ids, versions, st.lists(euis, min_size=1, max_size=20), st.binary(max_size=99), st.booleans()
)
def test_an_update_is_read_back(request, version, device_ids, image, ppmid):
    octets = write_update(
        request=request,
        firmware_version=version,
        device_ids=device_ids,
        image=image,
        ppmid=ppmid,
    )
    document = read(octets)
    assert document.request == request
    assert document.variant == ("11.4" if ppmid else "11.1")
    assert document.body.firmware_version == version
    assert document.body.device_ids == tuple(device_ids)
    assert document.body.image.octets == len(image)


@settings(deadline=None)
@given(ids, hashes, moments)
def test_an_activation_is_read_back(request, image_hash, execute_at):
    octets = write_activate(request=request, image_hash=image_hash, execute_at=execute_at)
    document = read(octets)
    assert document.request == request
    assert document.body == requests.ActivateFirmware(execute_at=execute_at, image_hash=image_hash)


@settings(deadline=None)
@given(ids, moments)
def test_a_read_is_read_back(request, execute_at):
    document = read(write_read(request=request, execute_at=execute_at))
    assert (document.request, document.body.execute_at) == (request, execute_at)


@settings(deadline=None)
@given(ids, euis, st.integers(1, 3600))
def test_joins_logs_and_pins_are_read_back(request, device_id, window_s):
    document = read(write_join(request=request, other_device_id=device_id))
    assert (document.request, document.body.other_device_id) == (request, device_id)
    written = write_install_code_add(request=request, device_id=device_id, window_s=window_s)
    document = read(filled(written, made_code(16)))
    assert (document.request, document.body.device_id) == (request, device_id)
    assert document.body.admission.window_s == window_s
    document = read(write_pin_disable(request=request))
    assert (document.request, document.body) == (request, requests.DisablePrivacyPin())


def test_values_are_checked_by_their_own_types():
    wrong = SimpleNamespace(originator="<", target=ESME, counter=1)
    with pytest.raises((ValueError, TypeError)):
        write_read(request=wrong)  # type: ignore[arg-type]
    with pytest.raises(msgspec.ValidationError):
        write_join(request=ASKED, other_device_id=random.Random(1).randbytes(8).hex())
