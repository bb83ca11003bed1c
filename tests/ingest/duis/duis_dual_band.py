"""Built alerts of dual band hubs, with the content that has to be read of them."""

from tests.ingest.duis.duis_documents import (
    CAD,
    GSME,
    HUB,
    USER,
    alert,
    channels,
    elements,
    settings,
)
from tests.ingest.duis.duis_values import (
    SETTINGS,
)
from twin.ingest.duis import alerts
from twin.ingest.duis.values import (
    RequestId,
)
from twin.vocabulary import (
    DeviceType,
    ScanAnswer,
    ScanTrigger,
)


def dual_band(code: str, detail: str = "") -> bytes:
    """An alert of a dual band hub."""
    head = elements(CHFDeviceID=HUB, DeviceAlertCode=code)
    return alert(elements(DualBandCHAlert=head + detail), code="N53")


DUAL_BAND = {
    "duty cycle": (
        dual_band("8F20", elements(LimitedDutyCycleActionTaken=elements(DeviceIDToSuspend=GSME))),
        alerts.DualBandAlert(hub_id=HUB, alert_code="0x8F20", suspension=alerts.Suspension(GSME)),
    ),
    "channel": (
        dual_band(
            "8F26",
            elements(
                SubGHzChannelChanged=elements(
                    OperatingSubGHzChannel=elements(OperatingLowerBandSubGHzChannel=channels([27])),
                    ScanTrigger="SubGHzNon-GSMEDeviceRequest",
                )
            ),
        ),
        alerts.DualBandAlert(
            hub_id=HUB,
            alert_code="0x8F26",
            channel=alerts.ChannelChange((29, 27), ScanTrigger.NON_GSME_REQUEST),
        ),
    ),
    "scan": (
        dual_band(
            "8F28",
            elements(
                SubGHzChannelScanRequestAssessmentOutcome=elements(
                    StatusCode="GSMEOTADistributionUnderway", ScanTrigger="GSMERequest"
                )
            ),
        ),
        alerts.DualBandAlert(
            hub_id=HUB,
            alert_code="0x8F28",
            scan=alerts.ScanAssessment(
                ScanAnswer.GSME_DISTRIBUTION_UNDERWAY, ScanTrigger.GSME_REQUEST
            ),
        ),
    ),
    "settings": (
        dual_band("8F2A", elements(SubGHzConfigurationChanged=settings())),
        alerts.DualBandAlert(hub_id=HUB, alert_code="0x8F2A", settings=SETTINGS),
    ),
    "discarded": (
        dual_band(
            "8F2C",
            elements(
                MessageDiscardedDueToDutyCycleManagement=elements(
                    RequestID=f"{USER}:{GSME}:7", CRAFlag="Command"
                )
            ),
        ),
        alerts.DualBandAlert(
            hub_id=HUB,
            alert_code="0x8F2C",
            discarded=alerts.Discarded(RequestId(USER, GSME, 7), alerts.MessageKind.COMMAND),
        ),
    ),
    "no capacity": (
        dual_band(
            "8F2D", elements(NoMoreSubGHzDeviceCapacity=elements(DeviceID=CAD, DeviceType="CAD"))
        ),
        alerts.DualBandAlert(
            hub_id=HUB,
            alert_code="0x8F2D",
            refused=alerts.NoCapacity(device_id=CAD, device_type=DeviceType.CAD),
        ),
    ),
    "gsme not found": (
        dual_band("8F29"),
        alerts.DualBandAlert(hub_id=HUB, alert_code="0x8F29"),
    ),
}
