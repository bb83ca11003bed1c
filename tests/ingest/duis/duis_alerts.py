"""A built document of every alert of the DCC, with the content that has to be read of it."""

from datetime import date

from tests.ingest.duis.duis_documents import (
    DCC,
    ESME,
    GPF,
    GSME,
    HUB,
    METER_POINT,
    MOMENT,
    OLD_GPF,
    OLD_HUB,
    OLDER,
    PPMID,
    USER,
    VERSION,
    alert,
    elements,
)
from tests.ingest.duis.duis_dual_band import DUAL_BAND
from tests.ingest.duis.duis_values import (
    ASKED,
    AT,
)
from twin.ingest.duis import alerts
from twin.ingest.duis.values import (
    RequestId,
)
from twin.vocabulary import (
    DeviceType,
    TransferOutcome,
)

_UPDATE_ID = f"{USER}:{DCC}:7"
_UPDATE_REQUEST = RequestId(USER, DCC, 7)
_EXCHANGED = elements(
    OldCHFDeviceID=OLD_HUB, NewCHFDeviceID=HUB, OldGPFDeviceID=OLD_GPF, NewGPFDeviceID=GPF
)


def status_change(change: str) -> bytes:
    """An alert that the status of the electricity meter changed."""
    inside = elements(DeviceID=ESME, DeviceStatusChange=change)
    return alert(elements(DeviceStatusChangeEvent=inside), code="N1")


_METER_POINTS = elements(ImportMPxN=METER_POINT)
ALERTS = {
    **DUAL_BAND,
    "outage": (
        alert(
            elements(
                PowerOutageEvent=elements(
                    CommsHubDeviceID=HUB, StartDateTime=MOMENT, MPxN=METER_POINT
                )
            ),
            code="AD1",
        ),
        alerts.PowerOutage(HUB, AT),
    ),
    **{
        f"status {change.value}": (
            status_change(inside),
            alerts.DeviceStatusEvent(ESME, change),
        )
        for change, inside in (
            (alerts.StatusChange.SUSPENDED, "<DeviceSuspended/>"),
            (alerts.StatusChange.RESTORED, "<DeviceRestored/>"),
            (alerts.StatusChange.REMOVED, "<DeviceRemovedFromInventory/>"),
            (alerts.StatusChange.HUB_DECOMMISSIONED, "<CHFDecommissioning/>"),
            (alerts.StatusChange.RECOVERED, "<RecoveryComplete/>"),
            (
                alerts.StatusChange.RECOVERED_WITH_ACB,
                elements(
                    RecoveryCompleteACBCredentials=elements(
                        SupplierCertificateType="DigitalSigning"
                    )
                ),
            ),
            (
                alerts.StatusChange.METER_IDENTITY,
                elements(MeterIdentity=elements(MeterMPxNs=_METER_POINTS, ESMEVariant="A")),
            ),
            (
                alerts.StatusChange.METER_DECOMMISSIONED,
                elements(
                    MeterDecommissioningOrWithdrawal=elements(
                        MeterDecommissionOrWithdrawal=_METER_POINTS,
                        AssociatedType1Device=elements(DeviceID=PPMID, DeviceType="PPMID"),
                    )
                ),
            ),
        )
    },
    "command failed": (
        alert(
            elements(CommandFailure=elements(CommandRequestID=f"{USER}:{ESME}:7", DeviceID=ESME)),
            code="N13",
        ),
        alerts.CommandFailure(request=ASKED, device_id=ESME),
    ),
    "not distributed": (
        alert(
            elements(
                FirmwareDistributionFailure=elements(
                    UpdateFirmwareRequestID=_UPDATE_ID, MeterIDs=f"{ESME},{GSME}"
                )
            ),
            code="N18",
        ),
        alerts.DistributionFailure(_UPDATE_REQUEST, (ESME, GSME)),
    ),
    "device log result": (
        alert(
            elements(
                UpdateHANDeviceLogResult=elements(
                    UpdateHANDeviceLogServiceRequestID=f"{USER}:{HUB}:7"
                )
            ),
            code="N24",
        ),
        alerts.LogUpdateResult(RequestId(USER, HUB, 7)),
    ),
    "hub log restored": (
        alert(
            elements(
                DeviceLogRestored=elements(RestoredDate="2017-07-03", CHFDeviceLog=_EXCHANGED)
            ),
            code="N30",
        ),
        alerts.LogRestored(
            restored_on=date(2017, 7, 3),
            hub_log=alerts.HubExchange(OLD_HUB, HUB, OLD_GPF, GPF),
        ),
    ),
    "ppmid": (
        alert(
            elements(
                PPMIDAlert=elements(
                    DeviceID=PPMID,
                    DeviceAlertCode="8F66",
                    Timestamp=MOMENT,
                    PPMIDFirmwareUpgradeAlert=elements(
                        FirmwareVersion=VERSION, ActivateImageResultCode="ActivationSuccess"
                    ),
                )
            ),
            code="N39",
        ),
        alerts.PpmidAlert(
            device_id=PPMID,
            alert_code="0x8F66",
            at=AT,
            upgrade=alerts.PpmidUpgrade(
                firmware_version=VERSION, result=alerts.UpgradeResult.SUCCESS
            ),
        ),
    ),
    "ppmid removed": (
        alert(elements(PPMIDRemoval=elements(PPMIDDeviceID=PPMID, CHFDeviceID=HUB)), code="N40"),
        alerts.PpmidRemoval(PPMID, HUB),
    ),
    "mismatch": (
        alert(
            elements(
                FirmwareVersionMismatch=elements(
                    DeviceID=ESME,
                    DeviceType="ESME",
                    FirmwareVersionSMI=OLDER,
                    FirmwareVersionDevice=VERSION,
                )
            ),
            code="N49",
        ),
        alerts.VersionMismatch(
            device_id=ESME,
            device_type=DeviceType.ESME,
            inventory_version=OLDER,
            running_version=VERSION,
        ),
    ),
    "upgrade asked": (
        alert(
            elements(
                FirmwareUpgradeRequested=elements(
                    DeviceType="PPMID", FirmwareVersion=VERSION, DeviceList=PPMID
                )
            ),
            code="N59",
        ),
        alerts.UpgradeRequested(
            device_type=DeviceType.PPMID, firmware_version=VERSION, device_ids=(PPMID,)
        ),
    ),
    **{
        f"delivery {transfer.value}": (
            alert(
                elements(
                    CSPFirmwareDeliveryStatus=elements(
                        UpdateFirmwareRequestID=_UPDATE_ID,
                        CommsHubDeviceID=HUB,
                        TargetDeviceID=ESME,
                        FirmwareVersion=VERSION,
                        TimeStamp=MOMENT,
                        CommsHubTransferStatus=transfer.value,
                    )
                ),
                code=code,
            ),
            alerts.DeliveryStatus(
                request=_UPDATE_REQUEST,
                hub_id=HUB,
                device_id=ESME,
                firmware_version=VERSION,
                at=AT,
                transfer=transfer,
            ),
        )
        for transfer, code in (
            (alerts.HubTransfer.SUCCESS, "N60"),
            (alerts.HubTransfer.FAILURE, "N61"),
        )
    },
    "transfer": (
        alert(
            elements(
                CommsHubAlert=elements(
                    CommsHubDeviceID=HUB,
                    AlertCode="8F89",
                    TimeStamp=MOMENT,
                    FirmwareTransferAlert=elements(
                        UpdateFirmwareRequestID=_UPDATE_ID,
                        OtherDeviceID=ESME,
                        FirmwareVersion=VERSION,
                        TransferResponseCode="FirmwareImageDiscarded",
                    ),
                )
            ),
            code="N62",
        ),
        alerts.HubAlert(
            hub_id=HUB,
            alert_code="0x8F89",
            at=AT,
            transfer=alerts.TransferToDevice(
                request=_UPDATE_REQUEST,
                device_id=ESME,
                firmware_version=VERSION,
                outcome=TransferOutcome.IMAGE_DISCARDED,
            ),
        ),
    ),
    "hub activation": (
        alert(
            elements(CommsHubFirmwareActivation=elements(DeviceID=HUB, FirmwareVersion=VERSION)),
            code="N63",
        ),
        alerts.HubActivation(device_id=HUB, firmware_version=VERSION),
    ),
    "another domain": (
        alert(
            elements(
                QuarantinedRequest=elements(
                    ADUserThresholdBreach=elements(
                        RequestID=f"{USER}:{ESME}:7", QuarantineEventRef="1"
                    )
                )
            ),
            code="N42",
        ),
        None,
    ),
}
"""Alerts of the DCC: the document, and the content that is read of it."""
