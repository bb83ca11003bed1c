"""The one table from event type to class: names on the wire never name a module (D14)."""

import re
from typing import Final, TypeAlias

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

LifecycleFact: TypeAlias = (
    lifecycle.PremisesRegistered
    | lifecycle.DevicePreNotified
    | lifecycle.CommsHubInstalled
    | lifecycle.CommsHubReplaced
    | lifecycle.DeviceInstalled
    | lifecycle.DeviceCommissioned
    | lifecycle.DeviceStatusChanged
    | lifecycle.InventoryEntryTold
    | lifecycle.PowerOutageAlerted
)
BandFact: TypeAlias = (
    bands.CoverageMeasured
    | bands.BandSelected
    | bands.HighBandwidthLinkOpened
    | bands.HighBandwidthLinkClosed
    | bands.HighBandwidthLinkRefused
)
SubGhzFact: TypeAlias = (
    sub_ghz.DutyCycleStateChanged
    | sub_ghz.DutyCycleAlerted
    | sub_ghz.ChannelScanAssessed
    | sub_ghz.SubGhzChannelChanged
    | sub_ghz.MessageDiscarded
    | sub_ghz.SubGhzConfigurationChanged
)
FirmwareFact: TypeAlias = (
    firmware.DeviceEnrolled
    | firmware.DeviceExcluded
    | firmware.FirmwareUpdateRequested
    | attempts.FirmwareUpdateUnanswered
    | firmware.FirmwareUpdateWarned
    | firmware.FirmwareDeliveredToHub
    | firmware.FirmwareDeliveryFailed
    | firmware.FirmwareTransferred
    | firmware.FirmwareVerified
    | firmware.FirmwareVerificationFailed
    | firmware.FirmwareActivationRequested
    | firmware.FirmwareActivationAccepted
    | firmware.FirmwareActivationCancelled
    | firmware.FirmwareActivated
    | firmware.FirmwareActivationFailed
    | firmware.ExecutingFirmwareChanged
    | firmware.FirmwareVerificationFailedAtPowerOn
    | firmware.FirmwareUpdateTimedOut
    | attempts.FirmwareConfirmationTimedOut
    | attempts.FirmwareUpdateConflicted
    | firmware.FirmwareVersionRead
    | firmware.FirmwareVersionMismatchFound
    | attempts.QuarantineLifted
)
PairingFact: TypeAlias = (
    pairing.PairingStarted
    | pairing.PairingModeOpened
    | pairing.CadAddressReported
    | pairing.CadAddressDisplayed
    | pairing.CadSelected
    | pairing.InstallCodeEntered
    | pairing.InstallCodeRejected
    | pairing.InstallCodeTransferred
    | pairing.PairingWindowExpired
    | pairing.PairingCompleted
    | pairing.PairingFailed
    | pairing.PairingAbandoned
)
JoinFact: TypeAlias = (
    joining.DeviceLogUpdateRequested
    | joining.ChfDeviceLogChanged
    | joining.DeviceJoined
    | joining.JoinRequested
    | joining.JoinSucceeded
    | joining.JoinFailed
    | joining.DeviceUnjoined
    | joining.GpfDeviceLogChanged
)
PinFact: TypeAlias = (
    pins.PrivacyPinSet
    | pins.PrivacyPinChanged
    | pins.PrivacyPinCleared
    | pins.PrivacyPinDisabled
    | pins.PrivacyPinEntered
    | pins.UnauthorisedPairingAttempted
)
MessageFact: TypeAlias = (
    messages.MessageReceived | messages.ServiceRequested | messages.ServiceAnswered
)
PremisesFact: TypeAlias = (
    LifecycleFact
    | BandFact
    | SubGhzFact
    | FirmwareFact
    | PairingFact
    | JoinFact
    | PinFact
    | MessageFact
)
"""Facts about a premises."""

Resolution: TypeAlias = programme.DeadLetterResolved
PremisesRecord: TypeAlias = PremisesFact | Resolution
"""Everything that may travel on `premises.events`."""

CampaignFact: TypeAlias = (
    programme.CampaignSubmitted
    | programme.PlanRefused
    | programme.WavesCut
    | programme.MembershipFrozen
    | programme.CampaignApproved
    | programme.CampaignDenied
    | programme.TimerFired
    | programme.CampaignStarted
    | programme.WaveReleased
    | programme.GateEvaluated
    | programme.WaveSoakBegan
    | programme.WavePassed
    | programme.WaveFailed
    | programme.WaveAdvanced
    | programme.ModelExcluded
    | programme.TargetWithdrawn
    | programme.DecisionFailed
    | programme.UpstreamReported
    | programme.CampaignHeld
    | programme.CampaignResumed
    | programme.StopOrdered
    | programme.CampaignStopped
    | programme.AbortOrdered
    | programme.CampaignAborted
    | programme.CampaignCancelled
    | programme.CampaignSuperseded
    | programme.CampaignFinished
    | programme.OutcomeRevised
    | programme.CommandAnswered
)
"""Everything that may travel on `campaign.events`."""

OversightFact: TypeAlias = (
    oversight.MilestoneDeclared
    | oversight.MilestoneReached
    | oversight.MilestoneSlipped
    | oversight.InformationRequested
    | oversight.InformationProvided
    | oversight.HanReviewReported
    | oversight.RecommendationMade
    | oversight.CplEntryAdded
    | oversight.CplEntryRemoved
)
"""Everything that may travel on `programme.events`."""

Fact: TypeAlias = PremisesRecord | CampaignFact | OversightFact

PREMISES_TYPES: Final[dict[str, type[PremisesRecord]]] = {
    cls.TYPE: cls for cls in PremisesRecord.__args__
}
CAMPAIGN_TYPES: Final[dict[str, type[CampaignFact]]] = {
    cls.TYPE: cls for cls in CampaignFact.__args__
}
OVERSIGHT_TYPES: Final[dict[str, type[OversightFact]]] = {
    cls.TYPE: cls for cls in OversightFact.__args__
}
ALL_TYPES: Final[dict[str, type[Fact]]] = {**PREMISES_TYPES, **CAMPAIGN_TYPES, **OVERSIGHT_TYPES}

TYPE_PATTERN: Final = re.compile(
    r"^uk\.gb\.smart\.(?P<family>lifecycle|firmware|bands|pairing|pins|messages|programme)"
    r"\.(?P<name>[a-z]+(?:-[a-z]+)*)\.v(?P<version>[1-9][0-9]{0,3})$"
)


def topic_of(event_type: str) -> str:
    """The one topic that an event type travels on."""
    if event_type in OVERSIGHT_TYPES:
        return "programme.events"
    return "campaign.events" if event_type in CAMPAIGN_TYPES else "premises.events"


def short_name(event_type: str) -> str:
    """`firmware.activated` of `uk.gb.smart.firmware.activated.v1`."""
    return ".".join(event_type.split(".")[3:5])


def type_of(name: str, version: int) -> str:
    """The event type of a short name and a version."""
    return f"uk.gb.smart.{name}.v{version}"


def version_of(event_type: str) -> int:
    """The version of an event type, 1 for example."""
    return int(event_type.rpartition(".v")[2])


def family(event_type: str) -> str:
    """The family of an event type, `firmware` for example."""
    return event_type.split(".")[3]


def newest_version(event_type: str) -> int | None:
    """Highest known version of the same fact as `event_type`, or None where it is unknown."""
    stem = event_type.rpartition(".v")[0] + ".v"
    known = [int(t.removeprefix(stem)) for t in ALL_TYPES if t.startswith(stem)]
    return max(known, default=None)
