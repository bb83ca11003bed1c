"""A built document of every response, with the content that has to be read of it."""

from datetime import date

from tests.ingest.duis.duis_documents import (
    ADDRESS,
    CAD,
    ESME,
    GSME,
    HUB,
    METER_POINT,
    OLDER,
    PPMID,
    USER,
    answer,
    elements,
    response,
)
from tests.ingest.duis.duis_values import (
    CLOSED,
    PAYLOAD,
)
from twin.ingest.duis import responses
from twin.ingest.duis.values import (
    CplStatus,
)
from twin.vocabulary import (
    CspRegion,
    DeviceStatus,
    DeviceType,
    HubVariant,
)

_ENTRY = elements(
    DeviceID=ESME,
    DeviceType="ESME",
    DeviceStatus="Commissioned",
    DeviceManufacturer="FA01",
    DeviceModel="010A030B",
    SMETSCHTSVersion="SMETS V4.2",
    DeviceFirmwareVersion=OLDER,
    DeviceFirmwareVersionStatus="Active",
    CPLStatus="Expired",
    DateCommissioned="2017-06-30Z",
    ImportMPxN=METER_POINT,
    ESMEVariant="A",
    UPRN=METER_POINT[:6].replace("0", "1"),
    PropertyFilter=elements(PostCode=ADDRESS, AddressIdentifier=ADDRESS),
    CSPRegion="4G South",
    DeviceGBCSVersion="3.2",
)
_HUB_ENTRY = elements(
    DeviceID=HUB,
    DeviceType="CHF",
    DeviceManufacturer="MAKER",
    DeviceModel="dual",
    DeviceFirmwareVersion="9001",
    CSPRegion="Unknown",
    DeviceGBCSVersion="2.1",
    HANVariant="Dual Band",
    Connectivity="Cellular",
)
RESPONSES = {
    "device": (
        response(elements(GBCSPayload="AQID")),
        responses.DeviceAnswer(PAYLOAD),
    ),
    "schedule": (
        response(elements(DSPScheduledMessage=elements(GBCSPayload="AQID", DSPScheduleID="12345"))),
        responses.ScheduledAnswer(PAYLOAD, responses.Nothing()),
    ),
    "to sign": (
        response(
            elements(PreCommand=elements(GBCSVersion="3.2", GBCSPayload="AQID")), variant="11.3"
        ),
        responses.CommandToSign(gbcs_version="3.2", payload=PAYLOAD),
    ),
    "to deliver": (
        response(elements(LocalCommand=elements(GBCSPayload="AQID")), variant="11.2"),
        responses.CommandToDeliver(PAYLOAD),
    ),
    "to deliver with a code": (
        response(elements(LocalCommand=elements(GBCSPayload="AQID")), variant="8.11"),
        responses.CommandToDeliver(CLOSED),
    ),
    "to deliver of another domain": (
        response(elements(LocalCommand=elements(GBCSPayload="AQID")), variant="2.2"),
        responses.CommandToDeliver(CLOSED),
    ),
    "future dated": (
        response(
            elements(
                FutureDatedDeviceAlertMessage=elements(
                    FutureDatedAlertCode="8F66",
                    GBCSPayload="AQID",
                    InstructionNumber=1,
                    TotalCommandInstructions=2,
                )
            ),
            variant="11.3",
        ),
        responses.FutureDatedOutcome(
            alert_code="0x8F66", payload=PAYLOAD, instruction=1, instructions=2
        ),
    ),
    "inventory": (
        response(
            elements(DSPInventory=elements(Device=_ENTRY) + elements(Device=_HUB_ENTRY)),
            variant="8.2",
        ),
        responses.Inventory(
            (
                responses.InventoryEntry(
                    device_id=ESME,
                    device_type=DeviceType.ESME,
                    status=DeviceStatus.COMMISSIONED,
                    model="FA01-010A030B",
                    specification="SMETS V4.2",
                    firmware_version=OLDER,
                    firmware_status=CplStatus.ACTIVE,
                    cpl_status=CplStatus.EXPIRED,
                    commissioned_on=date(2017, 6, 30),
                    esme_variant="A",
                    csp_region=CspRegion.SOUTH,
                    gbcs_version="3.2",
                ),
                responses.InventoryEntry(
                    device_id=HUB,
                    device_type=DeviceType.CHF,
                    gbcs_version="2.1",
                    hub_variant=HubVariant.DUAL_BAND,
                ),
            )
        ),
    ),
    "warning": (
        response(
            elements(
                DSPUpdateFirmwareWarning=elements(
                    InvalidDeviceIDList=CAD,
                    NotCommissionedDeviceIDList=f"{ESME},{GSME}",
                    OtherRequestInProgressList=PPMID,
                )
            ),
            variant="11.1",
            code="W110101",
        ),
        responses.UpdateWarning(
            invalid_device_id=(CAD,),
            not_commissioned=(ESME, GSME),
            other_request_in_progress=(PPMID,),
        ),
    ),
    "warning of a display": (
        response(
            elements(DSPUpdatePPMIDFirmwareWarning=elements(NotCommissionedDeviceIDList=PPMID)),
            variant="11.4",
            code="W110401",
        ),
        responses.UpdateWarning(not_commissioned=(PPMID,)),
    ),
    "device alert": (
        answer(
            elements(DeviceAlertMessage=elements(AlertCode="8f12", GBCSPayload="AQID")),
            request_id="",
            response_id=f"{HUB}:{USER}:9",
        ),
        responses.DeviceAlert(alert_code="0x8F12", payload=PAYLOAD),
    ),
    "another domain": (response(elements(DSPScheduleID="12345"), variant="5.1"), None),
}
"""Responses: the document, and the content that is read of it."""
