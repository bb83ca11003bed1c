"""A built message of every kind in MMC, with the content that has to be read of it."""

from tests.ingest.duis.duis_documents import (
    ADDRESS,
    CAD,
    ESME,
    GPF,
    GSME,
    HASH,
    HUB,
    MOMENT,
    OLDER,
    PPMID,
    VERSION,
    channels,
    device_alert,
    device_answer,
    elements,
)
from tests.ingest.duis.duis_values import (
    AT,
)
from twin.ingest.duis import mmc
from twin.vocabulary import (
    DeviceType,
)


def status(name: str, code: int, word: str) -> str:
    """An outcome of MMC: the number counts, its word is for people."""
    return f'<{name} ResponseCode="{code}">{elements(ASN1Status=word)}</{name}>'


MESSAGES = {
    "version": (
        device_answer(
            '<ReadFirmwareVersionRsp MessageSuccess="true">'
            f"{elements(FirmwareVersion=VERSION)}</ReadFirmwareVersionRsp>"
        ),
        mmc.FirmwareVersionAnswer(succeeded=True, firmware_version=VERSION),
    ),
    "activated": (
        device_answer(
            elements(
                ActivateFirmwareRsp=status("ActivateImageResponseCode", 0, "success")
                + elements(FirmwareVersion=VERSION)
            ),
            variant="11.3",
        ),
        mmc.ActivationAnswer(outcome=mmc.Status(0), firmware_version=VERSION),
    ),
    "activation failed": (
        device_answer(
            elements(
                ActivateFirmwareRsp=status("ActivateImageResponseCode", 2, "hashMismatch")
                + elements(FirmwareVersion=OLDER)
            ),
            variant="11.3",
        ),
        mmc.ActivationAnswer(outcome=mmc.Status(2), firmware_version=OLDER),
    ),
    "activation taken": (
        device_answer("<ActivateFirmwareRsp/>", variant="11.3"),
        mmc.ActivationAnswer(),
    ),
    "joined": (
        device_answer(
            elements(JoinServiceNonCriticalRsp=status("joinResponseCode", 0, "success")),
            variant="8.7.2",
        ),
        mmc.JoinAnswer(outcome=mmc.Status(0)),
    ),
    "not joined": (
        device_answer(
            elements(JoinServiceCriticalRsp=status("joinResponseCode", 4, "deviceLogFull")),
            variant="8.7.1",
        ),
        mmc.JoinAnswer(outcome=mmc.Status(4)),
    ),
    "unjoined": (
        device_answer(
            elements(UnjoinServiceNonCriticalRsp=status("unjoinResponseCode", 0, "success")),
            variant="8.8.2",
        ),
        mmc.UnjoinAnswer(outcome=mmc.Status(0)),
    ),
    "device log": (
        device_answer(
            elements(
                ReadDeviceLogRsp=elements(
                    DeviceLogEntries=elements(LogEntry=elements(DeviceID=CAD, DeviceType="Type2"))
                    + elements(LogEntry=elements(DeviceID=PPMID, DeviceType="PPMID"))
                )
            ),
            variant="8.9",
        ),
        mmc.DeviceLogAnswer(
            log=mmc.DeviceLog(
                (
                    mmc.LogEntry(device_id=CAD),
                    mmc.LogEntry(device_id=PPMID, device_type=DeviceType.PPMID),
                )
            )
        ),
    ),
    "hub log": (
        device_answer(
            elements(
                ReadDeviceLogRsp=elements(
                    CHFDeviceLog=elements(
                        CHFDeviceLogEntry=elements(
                            DeviceID=GSME, LastCommunicationsDateTime=MOMENT, SubGHzLinkQuality=-70
                        )
                    )
                )
            ),
            variant="8.9",
            device=HUB,
        ),
        mmc.DeviceLogAnswer(
            hub_log=mmc.HubLog((mmc.HubLogEntry(device_id=GSME, heard_at=AT, link_quality=-70),))
        ),
    ),
    "hub logs": (
        device_answer(
            elements(
                ReadDeviceLogRsp=elements(
                    CHFConnectedDeviceLog=elements(
                        CHFCurrentConnectedDeviceLogEntry=elements(
                            DeviceID=ESME, DeviceSecurityDetails=ADDRESS
                        ),
                        CHFHistoricConnectedDeviceLogEntry=elements(DeviceID=CAD),
                    )
                )
            ),
            variant="8.9",
            device=HUB,
        ),
        mmc.DeviceLogAnswer(
            hub_logs=mmc.HubLogs(entries=(mmc.KnownToHub(ESME),), historic=(mmc.KnownToHub(CAD),))
        ),
    ),
    "gpf log restored": (
        device_answer(
            elements(
                RestoreGPFDeviceLogRsp=elements(
                    RestoreDeviceLogOutcome=elements(
                        DeviceLogEntry=elements(DeviceID=PPMID, DeviceType="PPMID")
                    )
                    + status("joinResponseCode", 0, "success")
                )
            ),
            variant="8.12.2",
            device=GPF,
        ),
        mmc.GpfLogAnswer(
            outcomes=(
                mmc.Restored(
                    entry=mmc.LogEntry(device_id=PPMID, device_type=DeviceType.PPMID),
                    outcome=mmc.Status(0),
                ),
            )
        ),
    ),
    "channel": (
        device_answer(
            elements(
                ReadCHFSubGHzChannelRsp=elements(
                    OperatingSubGHzChannel=elements(OperatingUpperBandSubGHzChannel=channels([4]))
                )
            ),
            variant="6.31",
            device=HUB,
        ),
        mmc.ChannelAnswer(channel=(31, 4)),
    ),
    **{
        f"done {variant}": (
            device_answer(f'<{name} MessageSuccess="1"/>', variant=variant, device=HUB),
            mmc.Done(succeeded=True),
        )
        for variant, name in (
            ("6.28", "SetCHFSubGHzConfigurationRsp"),
            ("6.29", "RequestCHFSubGHzChannelScanRsp"),
            ("8.11", "UpdateHANDeviceLogRsp"),
            ("8.12.1", "RestoreHANDeviceLogRsp"),
        )
    },
    "not unjoined": (
        device_answer(
            elements(UnjoinServiceCriticalRsp=status("unjoinResponseCode", 2, "otherFailure")),
            variant="8.8.1",
        ),
        mmc.UnjoinAnswer(outcome=mmc.Status(2)),
    ),
    "pin disabled": (
        device_answer('<DisablePrivacyPINRsp MessageSuccess="1"/>', variant="3.5"),
        mmc.PrivacyPinAnswer(succeeded=True),
    ),
    "verified": (
        device_alert(
            elements(FirmwareVerificationDeviceAlert=elements(ManufacturerImageHash=HASH)),
            code="8F72",
        ),
        mmc.AlertDetails(verification=mmc.VerificationAlert(HASH.lower())),
    ),
    "not verified": (
        device_alert("<FirmwareVerificationDeviceAlert/>", code="8F1C"),
        mmc.AlertDetails(verification=mmc.VerificationAlert()),
    ),
    "activated later": (
        device_alert(
            elements(
                FutureDatedCommandOutcomeDeviceAlert=elements(
                    FirmwareActivationDeviceAlert=elements(
                        ExecutionDateTime=MOMENT, OriginatorCounterFromCommand=7
                    )
                    + status("ActivateImageResponseCode", 0, "success")
                    + elements(FirmwareVersion=VERSION)
                )
            ),
            code="8F66",
        ),
        mmc.AlertDetails(
            future_dated=mmc.FutureDatedAlert(
                mmc.ActivationAlert(
                    execute_at=AT, counter=7, outcome=mmc.Status(0), firmware_version=VERSION
                )
            )
        ),
    ),
    "other alert": (device_alert("", code="8F43"), None),
    "another domain": (
        device_answer("<ReadSupplyStatusRsp/>", variant="7.4"),
        None,
    ),
}
"""Messages of devices in MMC: the document, and the content that is read of it."""
