"""What stands behind an event type in the real system: service request, use case, alert.

Sources: DUIS, the GBCS mapping table and the request matrix; what the consultation only plans
is marked `planned`, what no message carries `none` (URN 15D/536, Annexes C and D).
"""

from typing import Final

from msgspec import Struct

from twin.events import (
    attempts,
    bands,
    firmware,
    joining,
    lifecycle,
    messages,
    oversight,
    pairing,
    pins,
    programme,
    sub_ghz,
)
from twin.events.registry import Fact


class Counterpart(Struct, frozen=True):
    """The real message of a fact; parts that do not apply are empty."""

    service_request: str = ""
    use_case: str = ""
    alert: str = ""
    source: str = ""


_PLANNED: Final = Counterpart(source="planned by Annex D; no message was ever published")
_AT_METER: Final = Counterpart(alert="0x8161, 0x8162", source="user interface of the meter")
_SILENCE: Final = Counterpart(source="the twin's own; silence is censored data")
_OURS: Final = Counterpart(source="the twin's own; see the rollout plan")

COUNTERPARTS: Final[dict[type[Fact], Counterpart]] = {
    messages.MessageReceived: Counterpart(source="any message of GBCS or DUIS"),
    messages.ServiceRequested: Counterpart(source="any request of DUIS, any command of GBCS"),
    messages.ServiceAnswered: Counterpart(source="any response of DUIS or GBCS"),
    lifecycle.PremisesRegistered: Counterpart(source="the supplier's registration data"),
    lifecycle.DevicePreNotified: Counterpart("12.2"),
    lifecycle.CommsHubInstalled: Counterpart("8.14.1, 8.14.2"),
    lifecycle.CommsHubReplaced: Counterpart("8.14.3, 8.14.4, 8.12.1, 8.12.2", "CCS03, GCS59"),
    lifecycle.DeviceInstalled: Counterpart("8.4"),
    lifecycle.DeviceCommissioned: Counterpart("8.1.1", alert="0x8F69"),
    lifecycle.DeviceStatusChanged: Counterpart("8.4", source="DUIS DeviceStatusChangeEvent"),
    lifecycle.InventoryEntryTold: Counterpart("8.4, 12.2", source="DUIS DSPInventory (8.2)"),
    lifecycle.PowerOutageAlerted: Counterpart(alert="AD1", source="SECMP0102"),
    bands.CoverageMeasured: Counterpart(source="the installer's survey (licence condition 40.1)"),
    bands.BandSelected: Counterpart(source="licence conditions 40.1, 34.1, 49.4(d), 43.4(d)"),
    bands.HighBandwidthLinkOpened: Counterpart(source="paragraph 3"),
    bands.HighBandwidthLinkClosed: Counterpart(source="paragraph 3"),
    bands.HighBandwidthLinkRefused: Counterpart(use_case="DBCH11", alert="0x8F2D"),
    sub_ghz.DutyCycleStateChanged: Counterpart(use_case="DBCH06", alert="0x8F20 to 0x8F25"),
    sub_ghz.DutyCycleAlerted: Counterpart(use_case="DBCH06", alert="0x8F20 to 0x8F25"),
    sub_ghz.ChannelScanAssessed: Counterpart("6.29", "DBCH05, DBCH08", "0x8F27, 0x8F28"),
    sub_ghz.SubGhzChannelChanged: Counterpart(use_case="DBCH07", alert="0x8F26"),
    sub_ghz.MessageDiscarded: Counterpart(use_case="DBCH10", alert="0x8F2C"),
    sub_ghz.SubGhzConfigurationChanged: Counterpart("6.28", "DBCH04, DBCH09", "0x8F2A"),
    firmware.DeviceEnrolled: _OURS,
    firmware.DeviceExcluded: _OURS,
    firmware.FirmwareUpdateRequested: Counterpart("11.1"),
    attempts.FirmwareUpdateUnanswered: _SILENCE,
    firmware.FirmwareUpdateWarned: Counterpart("11.1", source="DUIS DSPUpdateFirmwareWarning"),
    firmware.FirmwareDeliveredToHub: Counterpart(alert="N60"),
    firmware.FirmwareDeliveryFailed: Counterpart(alert="N61"),
    firmware.FirmwareTransferred: Counterpart(use_case="CCS08", alert="0x8F8A, 0x8F89"),
    firmware.FirmwareVerified: Counterpart(use_case="0x00CE, 0x00CF", alert="0x8F72"),
    firmware.FirmwareVerificationFailed: Counterpart(alert="0x8F1C"),
    firmware.FirmwareActivationRequested: Counterpart("11.3", "CS06"),
    firmware.FirmwareActivationAccepted: Counterpart("11.3", "CS06 CommandAccepted"),
    firmware.FirmwareActivationCancelled: Counterpart("11.3", "CS06 CANCELLATION"),
    firmware.FirmwareActivated: Counterpart("11.3", "CS06 outcome 0", "0x8F66"),
    firmware.FirmwareActivationFailed: Counterpart("11.3", "CS06 outcomes 1 to 3", "0x8F67"),
    firmware.ExecutingFirmwareChanged: Counterpart(alert="0x8F43"),
    firmware.FirmwareVerificationFailedAtPowerOn: Counterpart(alert="0x8F1B"),
    firmware.FirmwareUpdateTimedOut: _SILENCE,
    attempts.FirmwareConfirmationTimedOut: _SILENCE,
    attempts.FirmwareUpdateConflicted: _OURS,
    attempts.QuarantineLifted: _OURS,
    firmware.FirmwareVersionRead: Counterpart("11.2", "ECS52, GCS38, CS08"),
    firmware.FirmwareVersionMismatchFound: Counterpart(source="DUIS FirmwareVersionMismatch"),
    pairing.PairingStarted: Counterpart(source="Annex C or Annex D"),
    pairing.PairingModeOpened: _PLANNED,
    pairing.CadAddressReported: _PLANNED,
    pairing.CadAddressDisplayed: _PLANNED,
    pairing.CadSelected: _PLANNED,
    pairing.InstallCodeEntered: _PLANNED,
    pairing.InstallCodeRejected: _PLANNED,
    pairing.InstallCodeTransferred: Counterpart(source="planned by Annex D: ZSE TransferData"),
    pairing.PairingWindowExpired: Counterpart("8.11", source="DUIS JoinTimePeriod"),
    pairing.PairingCompleted: _AT_METER,
    pairing.PairingFailed: _AT_METER,
    pairing.PairingAbandoned: Counterpart(source="none: the consumer walks away"),
    joining.DeviceLogUpdateRequested: Counterpart("8.11", "CCS01, CCS02"),
    joining.ChfDeviceLogChanged: Counterpart(use_case="CS14", alert="0x8F12"),
    joining.DeviceJoined: Counterpart(alert="0x8183"),
    joining.JoinRequested: Counterpart("8.7.1, 8.7.2", "CS03A1, CS03A2, CS03B, CS03C"),
    joining.JoinSucceeded: Counterpart(use_case="CS03", alert="0x8F49"),
    joining.JoinFailed: Counterpart(use_case="CS03", alert="0x8F48"),
    joining.DeviceUnjoined: Counterpart("8.8.2", "CS04B", "0x8F4B, 0x8F4A"),
    joining.GpfDeviceLogChanged: Counterpart(alert="0x8071"),
    pins.PrivacyPinSet: _AT_METER,
    pins.PrivacyPinChanged: _AT_METER,
    pins.PrivacyPinCleared: _AT_METER,
    pins.PrivacyPinDisabled: Counterpart("3.5", "ECS14 (0x0023), GCS11 (0x0073)"),
    pins.PrivacyPinEntered: _AT_METER,
    pins.UnauthorisedPairingAttempted: Counterpart(source="none: paragraph 33 asks about it"),
    programme.CampaignSubmitted: _OURS,
    programme.CampaignStarted: _OURS,
    programme.WaveReleased: _OURS,
    programme.GateEvaluated: _OURS,
    programme.WavePassed: _OURS,
    programme.WaveFailed: _OURS,
    programme.CampaignHeld: _OURS,
    programme.CampaignResumed: _OURS,
    programme.CampaignStopped: _OURS,
    programme.CampaignFinished: _OURS,
    programme.PlanRefused: _OURS,
    programme.WavesCut: _OURS,
    programme.MembershipFrozen: _OURS,
    programme.CampaignApproved: _OURS,
    programme.CampaignDenied: _OURS,
    programme.TimerFired: _OURS,
    programme.WaveAdvanced: _OURS,
    programme.StopOrdered: _OURS,
    programme.AbortOrdered: _OURS,
    programme.CampaignAborted: _OURS,
    programme.CampaignCancelled: _OURS,
    programme.CampaignSuperseded: _OURS,
    programme.OutcomeRevised: _OURS,
    programme.ModelExcluded: _OURS,
    programme.TargetWithdrawn: Counterpart(source="Central Products List; the twin's own"),
    programme.DecisionFailed: _OURS,
    programme.UpstreamReported: _OURS,
    programme.WaveSoakBegan: _OURS,
    programme.CommandAnswered: _OURS,
    programme.DeadLetterResolved: Counterpart(source="the twin's own; see decision 0005"),
    oversight.MilestoneDeclared: Counterpart(source="paragraphs 11, 27, 31, 41; page 6"),
    oversight.MilestoneReached: Counterpart(source="paragraphs 11, 27, 31, 41; page 6"),
    oversight.MilestoneSlipped: Counterpart(source="paragraphs 11, 27, 31, 41; page 6"),
    oversight.InformationRequested: Counterpart(source="SEC F1.6; paragraph 10"),
    oversight.InformationProvided: Counterpart(source="SEC F1.6; paragraph 10"),
    oversight.HanReviewReported: Counterpart(source="SEC F1.4(g); paragraphs 8 to 10"),
    oversight.RecommendationMade: Counterpart(source="SEC F1.4(g); paragraph 10"),
    oversight.CplEntryAdded: Counterpart(source="Central Products List"),
    oversight.CplEntryRemoved: Counterpart(source="Central Products List"),
}
"""The real counterpart of every event type; a test holds it against the registry."""
