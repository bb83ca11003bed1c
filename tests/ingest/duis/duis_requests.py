"""A built document of every service request, with the body that has to be read of it."""

from tests.ingest.duis.duis_documents import (
    CAD,
    ESME,
    GPF,
    HASH,
    HUB,
    METER_POINT,
    MOMENT,
    PPMID,
    VERSION,
    admission,
    drawn,
    elements,
    request,
    settings,
)
from tests.ingest.duis.duis_hub_requests import HUB_REQUESTS
from tests.ingest.duis.duis_values import (
    AT,
    CLOSED,
    IMAGE,
    PAYLOAD,
    SETTINGS,
)
from twin.ingest.duis import requests, sub_ghz
from twin.vocabulary import (
    DeviceStatus,
    DeviceType,
    LogAction,
)

_LATER = elements(ExecutionDateTime=MOMENT)
_UPDATE = elements(
    FirmwareImage="aW1h\n Z2U=", FirmwareVersion=VERSION.lower(), DeviceIDList=f"{ESME},{PPMID}"
)
_UPDATED = requests.UpdateFirmware(image=IMAGE, firmware_version=VERSION, device_ids=(ESME, PPMID))
_DETAILS = elements(
    DeviceManufacturer="fa01", DeviceModel="010A030B", SMETSCHTSVersion="SMETS V4.2"
)

REQUESTS = {
    **HUB_REQUESTS,
    "3.5": (
        request("<DisablePrivacyPIN/>", variant="3.5", target=ESME),
        requests.DisablePrivacyPin(),
    ),
    "6.28": (
        request(elements(SetCHFSubGHzConfiguration=settings()), variant="6.28", target=HUB),
        SETTINGS,
    ),
    "6.29": (
        request("<RequestCHFSubGHzChannelScan/>", variant="6.29", target=HUB),
        sub_ghz.RequestChannelScan(),
    ),
    "6.30": (
        request("<ReadCHFSubGHzConfiguration/>", variant="6.30", target=HUB),
        sub_ghz.ReadSubGhzConfiguration(),
    ),
    "6.31": (
        request("<ReadCHFSubGHzChannel/>", variant="6.31", target=HUB),
        sub_ghz.ReadSubGhzChannel(),
    ),
    "6.32": (
        request(
            elements(
                ReadCHFSubGHzChannelLog=elements(
                    ReadLogPeriod=elements(StartDateTime=MOMENT, EndDateTime=MOMENT)
                )
            ),
            variant="6.32",
            target=HUB,
        ),
        sub_ghz.ReadSubGhzChannelLog(sub_ghz.Period(AT, AT)),
    ),
    "8.1.1": (
        request(
            elements(
                CommissionDeviceSynchroniseClock=elements(
                    CurrentDateTime=MOMENT, TolerancePeriod=10
                )
            ),
            variant="8.1.1",
            target=ESME,
            command_variant=4,
        ),
        requests.CommissionDevice(AT, 10),
    ),
    "8.4 status": (
        request(
            elements(UpdateInventory=elements(DeviceID=ESME, UpdateDeviceStatusExceptCH="Pending")),
            variant="8.4",
        ),
        requests.UpdateInventory(device_id=ESME, status=DeviceStatus.PENDING),
    ),
    "8.4 hub": (
        request(
            elements(UpdateInventory=elements(DeviceID=HUB, UpdateDeviceStatusCH="Withdrawn")),
            variant="8.4",
        ),
        requests.UpdateInventory(device_id=HUB, hub_status=DeviceStatus.WITHDRAWN),
    ),
    "8.4 details": (
        request(
            elements(
                UpdateInventory=elements(
                    DeviceID=ESME,
                    UpdateDeviceDetails=_DETAILS
                    + elements(FirmwareVersion=VERSION, ESMEVariant="ADE"),
                )
            ),
            variant="8.4",
        ),
        requests.UpdateInventory(
            device_id=ESME,
            details=requests.DeviceDetails(
                model="FA01-010A030B",
                specification="SMETS V4.2",
                firmware_version=VERSION,
                esme_variant="ADE",
            ),
        ),
    ),
    "8.4 delete": (
        request(
            elements(UpdateInventory=elements(DeviceID=CAD) + "<DeleteDevice/>"), variant="8.4"
        ),
        requests.UpdateInventory(device_id=CAD, delete=requests.Nothing()),
    ),
    "8.4 meter point": (
        request(
            elements(
                UpdateInventory=elements(DeviceID=ESME, UpdateMPxN=elements(ImportMPxN=METER_POINT))
            ),
            variant="8.4",
        ),
        requests.UpdateInventory(device_id=ESME, meter_point=requests.Nothing()),
    ),
    **{
        variant: (
            request(
                elements(**{name: elements(OtherDeviceID=CAD)}),
                variant=variant,
                target=ESME,
                command_variant=command_variant,
            ),
            body,
        )
        for variant, name, command_variant, body in (
            ("8.7.1", "JoinServiceCritical", 4, requests.JoinService(CAD)),
            ("8.7.2", "JoinServiceNonCritical", 1, requests.JoinService(CAD)),
            ("8.8.1", "UnjoinServiceCritical", 4, requests.UnjoinService(CAD)),
            ("8.8.2", "UnjoinServiceNonCritical", 1, requests.UnjoinService(CAD)),
        )
    },
    "8.9": (
        request(
            f"<ReadDeviceLog>{_LATER}<ReadSecurityDetails/></ReadDeviceLog>",
            variant="8.9",
            target=HUB,
        ),
        requests.ReadDeviceLog(execute_at=AT, security=requests.Nothing()),
    ),
    "8.11 add": (
        request(
            admission(
                drawn("0123456789ABCDEF", 24),
                more=elements(ImportMPxN=METER_POINT, ExportMPAN=METER_POINT),
            ),
            variant="8.11",
            target=HUB,
        ),
        requests.UpdateHanDeviceLog(
            device_id=CAD,
            action=LogAction.ADD,
            admission=requests.Admission(window_s=90, code_length=12),
        ),
    ),
    "8.11 remove": (
        request(
            elements(UpdateHANDeviceLog=_LATER + elements(DeviceID=CAD, RequestType="Remove")),
            variant="8.11",
            target=HUB,
        ),
        requests.UpdateHanDeviceLog(
            execute_at=AT, device_id=CAD, action=LogAction.REMOVE, admission=None
        ),
    ),
    "11.1": (
        request(elements(UpdateFirmware=_UPDATE), variant="11.1", command_variant=8),
        _UPDATED,
    ),
    "11.2": (
        request(elements(ReadFirmwareVersion=_LATER), variant="11.2", target=ESME),
        requests.ReadFirmwareVersion(AT),
    ),
    "11.3": (
        request(
            elements(ActivateFirmware=_LATER + elements(FirmwareHash=HASH)),
            variant="11.3",
            target=ESME,
            command_variant=4,
        ),
        requests.ActivateFirmware(execute_at=AT, image_hash=HASH.lower()),
    ),
    "11.4": (
        request(elements(UpdatePPMIDFirmware=_UPDATE), variant="11.4", command_variant=8),
        _UPDATED,
    ),
    "12.2": (
        request(
            elements(
                DevicePrenotification=elements(
                    DeviceID=ESME, DeviceManufacturer="FA01", DeviceModel="010A030B"
                )
                + elements(
                    DeviceType="ESME",
                    SMETSCHTSVersion="SMETS V4.2",
                    FirmwareVersion=VERSION,
                    ESMEVariant="AD",
                    AssociatedGPFDeviceID=GPF,
                )
            ),
            variant="12.2",
            command_variant=8,
        ),
        requests.PreNotification(
            device_id=ESME,
            model="FA01-010A030B",
            device_type=DeviceType.ESME,
            specification="SMETS V4.2",
            firmware_version=VERSION,
            esme_variant="AD",
            gpf_id=GPF,
        ),
    ),
    "signed 11.3": (
        request(
            elements(SignedPreCommand=elements(GBCSPayload="AQID")),
            variant="11.3",
            target=ESME,
            command_variant=5,
        ),
        requests.SignedPreCommand(payload=PAYLOAD),
    ),
    "signed 7.1": (
        request(
            elements(SignedPreCommand=elements(GBCSPayload="AQID")),
            variant="7.1",
            target=ESME,
            command_variant=5,
        ),
        requests.SignedPreCommand(payload=CLOSED),
    ),
    "4.16": (request("<ReadActivePowerImport/>", variant="4.16", target=ESME), None),
}
"""Service requests: the document, and the body that is read of it."""
