"""The one table from event type to class: names on the wire never name a module (D14)."""

import re
from typing import Final, TypeAlias

from twin.events import bands, firmware, lifecycle, pairing, pins, programme

PremisesFact: TypeAlias = (
    lifecycle.PremisesRegistered
    | lifecycle.CommsHubInstalled
    | lifecycle.DeviceInstalled
    | lifecycle.DeviceCommissioned
    | bands.CoverageMeasured
    | bands.BandSelected
    | firmware.FirmwareUpdateRequested
    | firmware.FirmwareDeliveredToHub
    | firmware.FirmwareVerified
    | firmware.FirmwareActivationRequested
    | firmware.FirmwareActivated
    | firmware.FirmwareActivationFailed
    | firmware.FirmwareUpdateTimedOut
    | firmware.FirmwareVersionRead
    | pairing.PairingStarted
    | pairing.InstallCodeRejected
    | pairing.PairingCompleted
    | pairing.PairingFailed
    | pairing.PairingAbandoned
    | pins.PrivacyPinSet
    | pins.PrivacyPinCleared
    | pins.PrivacyPinEntered
)
"""Facts that change the state of a premises."""

Resolution: TypeAlias = programme.DeadLetterResolved
PremisesRecord: TypeAlias = PremisesFact | Resolution
"""Everything that may travel on `premises.events`."""

CampaignFact: TypeAlias = (
    programme.CampaignSubmitted
    | programme.CampaignStarted
    | programme.WaveReleased
    | programme.GateEvaluated
    | programme.WavePassed
    | programme.WaveFailed
    | programme.CampaignHeld
    | programme.CampaignResumed
    | programme.CampaignStopped
    | programme.CampaignFinished
    | programme.CommandAnswered
)
"""Everything that may travel on `campaign.events`."""

Fact: TypeAlias = PremisesRecord | CampaignFact

PREMISES_TYPES: Final[dict[str, type[PremisesRecord]]] = {
    cls.TYPE: cls for cls in PremisesRecord.__args__
}
CAMPAIGN_TYPES: Final[dict[str, type[CampaignFact]]] = {
    cls.TYPE: cls for cls in CampaignFact.__args__
}
ALL_TYPES: Final[dict[str, type[Fact]]] = {**PREMISES_TYPES, **CAMPAIGN_TYPES}

TYPE_PATTERN: Final = re.compile(
    r"^uk\.gb\.smart\.(?P<family>lifecycle|firmware|bands|pairing|pins|programme)"
    r"\.(?P<name>[a-z]+(?:-[a-z]+)*)\.v(?P<version>[1-9][0-9]{0,3})$"
)


def short_name(event_type: str) -> str:
    """`firmware.activated` of `uk.gb.smart.firmware.activated.v1`."""
    return ".".join(event_type.split(".")[3:5])


def family(event_type: str) -> str:
    """The family of an event type, `firmware` for example."""
    return event_type.split(".")[3]


def newest_version(event_type: str) -> int | None:
    """Highest known version of the same fact as `event_type`, or None where it is unknown."""
    stem = event_type.rpartition(".v")[0] + ".v"
    known = [int(t.removeprefix(stem)) for t in ALL_TYPES if t.startswith(stem)]
    return max(known, default=None)
