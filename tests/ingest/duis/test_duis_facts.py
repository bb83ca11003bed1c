"""What documents mean: facts with their standing, or a silence that names what is lacking."""

from datetime import UTC, datetime

import pytest

from tests.ingest.duis.duis_alerts import ALERTS
from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.duis.duis_documents import (
    CAD,
    DCC,
    ESME,
    GPF,
    GSME,
    HASH,
    HUB,
    OLDER,
    PPMID,
    USER,
    VERSION,
    elements,
    response,
)
from tests.ingest.duis.duis_register import KNOWN, MODEL, said
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_values import AT
from twin.events import firmware, joining, lifecycle, pins, sub_ghz
from twin.events.codec import decode_premises
from twin.events.envelope import Event, encode, new_event
from twin.ids import request_id
from twin.ingest.duis.meanings import (
    Meaning,
    Register,
    Silence,
    Standing,
    Why,
    asked_id,
)
from twin.ingest.duis.values import RequestId
from twin.vocabulary import (
    ActivationOutcome,
    ChfLocation,
    DeviceType,
    DutyCycleState,
    HubInstallType,
    HubVariant,
    JoinMethod,
    LogAction,
    Obstruction,
    Role,
    ScanAnswer,
    ScanTrigger,
    TransferOutcome,
    WarningList,
)

UPDATE = {"campaign_id": "C1", "wave": 2, "attempt": 1}
ESME_UPDATE = {"device_id": ESME, "device_type": DeviceType.ESME, **UPDATE}


def asked_for(step: str, device_id: str = ESME) -> str:
    return request_id(campaign_id="C1", device_id=device_id, step=step, attempt=1)


SAID = {
    "request 8.7.2": joining.JoinRequested(
        ESME, DeviceType.ESME, CAD, DeviceType.CAD, JoinMethod.B, Role.IMPORT_SUPPLIER
    ),
    "request 8.11 add": joining.DeviceLogUpdateRequested(
        HUB, CAD, DeviceType.CAD, LogAction.ADD, Role.IMPORT_SUPPLIER, 90, 12
    ),
    "request 8.11 remove": joining.DeviceLogUpdateRequested(
        HUB, CAD, DeviceType.CAD, LogAction.REMOVE, Role.IMPORT_SUPPLIER
    ),
    "request 8.14.2": lifecycle.CommsHubInstalled(
        HUB,
        MODEL,
        HubVariant.DUAL_BAND,
        OLDER,
        False,
        None,
        HubInstallType.NEW,
        ChfLocation.DEEP_INDOORS,
        (Obstruction.AERIAL, Obstruction.METAL),
    ),
    "request 11.3": firmware.FirmwareActivationRequested(
        **ESME_UPDATE, request_id=asked_for("11.3"), execute_at=AT, image_hash=HASH.lower()
    ),
    "alert delivery Success": firmware.FirmwareDeliveredToHub(**ESME_UPDATE),
    "alert delivery Failure": firmware.FirmwareDeliveryFailed(**ESME_UPDATE),
    "alert transfer": firmware.FirmwareTransferred(
        **ESME_UPDATE, transfer=TransferOutcome.IMAGE_DISCARDED
    ),
    "alert mismatch": firmware.FirmwareVersionMismatchFound(ESME, DeviceType.ESME, VERSION, OLDER),
    "alert hub activation": firmware.ExecutingFirmwareChanged(HUB, DeviceType.CHF, VERSION, True),
    "alert ppmid": firmware.FirmwareActivated(
        PPMID, DeviceType.PPMID, *UPDATE.values(), VERSION, True, False
    ),
    "alert channel": sub_ghz.SubGhzChannelChanged(HUB, 29, 27),
    "alert scan": sub_ghz.ChannelScanAssessed(
        HUB, ScanTrigger.GSME_REQUEST, ScanAnswer.GSME_DISTRIBUTION_UNDERWAY
    ),
    "alert settings": sub_ghz.SubGhzConfigurationChanged(
        device_id=HUB,
        normal_limited_percent=1.2,
        limited_critical_percent=2.1,
        channel_changes_per_week_max=4,
        gsme_curfew=8,
        channel_quieter_threshold=9,
        channel_noisier_threshold=11,
        non_gsme_poor_comms_percent=55.5,
        non_gsme_poor_comms_periods=120,
        local_noise_period=90,
        local_failure_percent=35.0,
        local_retry_percent=25.0,
    ),
    "alert duty cycle": sub_ghz.DutyCycleAlerted(
        HUB, DutyCycleState.NORMAL, DutyCycleState.LIMITED, GSME
    ),
    "alert discarded": sub_ghz.MessageDiscarded(HUB, GSME),
    "mmc pin disabled": pins.PrivacyPinDisabled(ESME, DeviceType.ESME, Role.IMPORT_SUPPLIER),
    "mmc version": firmware.FirmwareVersionRead(
        ESME, DeviceType.ESME, VERSION, True, asked_id(RequestId(USER, ESME, 7))
    ),
    "mmc activated": firmware.FirmwareActivated(
        **ESME_UPDATE, firmware_version=VERSION, pairing_capable=True, response_lost=False
    ),
    "mmc activated later": firmware.FirmwareActivated(
        **ESME_UPDATE, firmware_version=VERSION, pairing_capable=True, response_lost=False
    ),
    "mmc activation failed": firmware.FirmwareActivationFailed(
        **ESME_UPDATE, outcome=ActivationOutcome.HASH_MISMATCH, firmware_version=OLDER
    ),
    "mmc verified": firmware.FirmwareVerified(
        **ESME_UPDATE, firmware_version=VERSION, image_hash=HASH.lower()
    ),
    "mmc not verified": firmware.FirmwareVerificationFailed(**ESME_UPDATE),
}


@pytest.mark.parametrize("name", SAID)
def test_a_document_means_a_fact(name):
    (meaning,) = said(DOCUMENTS[name])
    assert isinstance(meaning, Meaning), meaning
    assert meaning.fact == SAID[name]
    assert meaning.device_id == meaning.fact.device_id
    assert meaning.verification == "none"


@pytest.mark.parametrize(
    ("name", "standing", "system", "at"),
    [
        ("request 11.3", Standing.ASKED, "dsp", None),
        ("request 12.2", Standing.BELIEVED, "dsp", None),
        ("request 8.14.2", Standing.REPORTED, "supplier", AT),
        ("response inventory", Standing.BELIEVED, "dsp", AT),
        ("response warning", Standing.REPORTED, "dsp", AT),
        ("alert mismatch", Standing.REPORTED, "dsp", AT),
        ("mmc version", Standing.REPORTED, "dsp", AT),
        ("mmc activated", Standing.REPORTED, "esme", AT),
    ],
)
def test_a_fact_has_its_standing(name, standing, system, at):
    first = said(DOCUMENTS[name])[0]
    assert isinstance(first, Meaning)
    assert (first.standing, first.system, first.at) == (standing, system, at)


def test_an_update_is_asked_for_each_device():
    first, second = said(REQUESTS["11.1"][0])
    assert first.fact == firmware.FirmwareUpdateRequested(
        **ESME_UPDATE, request_id=asked_for("11.1"), firmware_version=VERSION
    )
    assert second.fact.device_id == PPMID
    assert first.request == second.request == RequestId(USER, DCC, 7)


def test_the_moment_of_a_fact_is_the_device_s_own_where_the_alert_has_it():
    own = b"2017-07-03T08:00:00Z"
    for name, tag in (("delivery Success", b"TimeStamp"), ("ppmid", b"Timestamp")):
        octets = ALERTS[name][0].replace(
            tag + b">2017-07-03T10:15:00Z", tag + b">2017-07-03T08:00:00Z"
        )
        assert own in octets
        (meaning,) = said(octets)
        assert meaning.at == datetime(2017, 7, 3, 8, tzinfo=UTC)


def test_a_failed_distribution_is_said_of_each_device():
    found = said(ALERTS["not distributed"][0])
    assert [one.fact.device_id for one in found] == [ESME, GSME]
    assert {type(one.fact) for one in found} == {firmware.FirmwareDeliveryFailed}
    assert {one.request for one in found} == {RequestId(USER, DCC, 7)}


def test_the_five_lists_are_five_warnings():
    lists = {
        "InvalidDeviceIDList": HUB,
        "NotCommissionedDeviceIDList": ESME,
        "NotApplicableFirmwareDeviceIDList": GSME,
        "OtherRequestInProgressList": PPMID,
        "InvalidGBCSVersionList": GPF,
    }
    found = said(response(elements(DSPUpdateFirmwareWarning=elements(**lists)), variant="11.1"))
    assert [(one.fact.device_id, one.fact.warning) for one in found] == list(
        zip(lists.values(), WarningList, strict=True)
    )


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("register", [KNOWN, Register()], ids=["known", "nothing known"])
def test_every_document_says_something_and_every_fact_is_one_that_the_log_takes(name, register):
    found = said(DOCUMENTS[name], register)
    assert found
    for one in found:
        if isinstance(one, Silence):
            assert one.lacking or one.why is not Why.NOT_SAID
            continue
        event = new_event(
            fact=one.fact,
            source="urn:gb:dsp:P0000000000000001",
            sequence=1,
            key="P0000000000000001",
            occurred_at=one.at or datetime(2017, 7, 4, tzinfo=UTC),
            provenance="message",
        )
        read = decode_premises(key=event.key.encode(), value=encode(event))
        assert isinstance(read, Event), read
        assert read.fact == one.fact
