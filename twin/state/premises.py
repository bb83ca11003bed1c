"""What a premises is: frozen structs, device truth beside inventory belief (D8, BR35).

Every field that a later fact may change carries the moment of the fact that set it, so that a
late fact never overwrites a newer one (D11). Dicts inside are never changed in place.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from twin.vocabulary import (
    Band,
    BandReason,
    CspRegion,
    DeviceType,
    ExecutionState,
    GspGroup,
    HubVariant,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinClass,
    PremisesType,
)


class Stamp(Struct, frozen=True, array_like=True, order=True):
    """When a fact happened, and its number at its source where two happened at once."""

    at: datetime
    sequence: int
    source: str


class Registration(Struct, frozen=True, array_like=True):
    """What is known of a premises before any device."""

    stamp: Stamp
    premises_type: PremisesType
    csp_region: CspRegion
    gsp_group: GspGroup
    supplier: str
    dual_fuel: bool
    shared_meter_space: bool


class Coverage(Struct, frozen=True, array_like=True):
    """Which bands work without additional equipment."""

    stamp: Stamp
    ghz_2_4: bool
    sub_ghz: bool


class Firmware(Struct, frozen=True, array_like=True):
    """A version that a device runs (truth) or is believed to run, and on what evidence."""

    stamp: Stamp
    version: str
    pairing_capable: bool
    evidence: Literal["installed", "activated", "read"]


class Link(Struct, frozen=True, array_like=True):
    """The band a device reaches the hub by, and why."""

    stamp: Stamp
    band: Band
    reason: BandReason


class Execution(Struct, frozen=True, array_like=True):
    """One device in one campaign: its attempt and how far that has come."""

    campaign_id: str
    wave: int
    attempt: int
    state: ExecutionState
    requested_at: datetime
    reached_at: datetime
    target_version: str | None


class Device(Struct, frozen=True, array_like=True):
    """A device of the premises; `installed` is None while only other facts of it are known.

    `joined` is when a CAD was paired, which says nothing of when it was bought and installed.
    """

    device_id: str
    device_type: DeviceType
    model: str | None = None
    hub_variant: HubVariant | None = None
    installed: Stamp | None = None
    commissioned: Stamp | None = None
    truth: Firmware | None = None
    belief: Firmware | None = None
    link: Link | None = None
    executions: dict[str, Execution] = {}
    joined: Stamp | None = None


class PairingAttempt(Struct, frozen=True, array_like=True):
    """One attempt to pair a CAD."""

    attempt_id: str
    route: PairingRoute
    channel: PairingChannel | None = None
    pin_prompted: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Literal["completed", "failed", "abandoned"] | None = None
    cause: PairingFault | None = None
    stage: PairingStage | None = None
    codes_rejected: int = 0


class Pin(Struct, frozen=True, array_like=True):
    """Whether a Privacy PIN is set, and how guessable; never its value (BR10)."""

    stamp: Stamp
    pin_class: PinClass | None


class Gap(Struct, frozen=True, array_like=True):
    """Numbers of a source that never came within the holding limit (D10)."""

    source: str
    first: int
    last: int


class Premises(Struct, frozen=True, array_like=True):
    """Everything the log says of one premises; the value whose digest is compared."""

    premises_id: str
    registration: Registration | None = None
    coverage: Coverage | None = None
    devices: dict[str, Device] = {}
    pairings: dict[str, PairingAttempt] = {}
    pin: Pin | None = None
    pin_accepted: int = 0
    pin_refused: int = 0
    sequences: dict[str, int] = {}
    gaps: tuple[Gap, ...] = ()


def active_device(premises: Premises, *, device_type: DeviceType) -> Device | None:
    """The most recently installed device of a type (one hub is active at a time, BR43)."""
    of_type = [
        (device.installed, device.device_id)
        for device in premises.devices.values()
        if device.device_type == device_type and device.installed is not None
    ]
    return premises.devices[max(of_type)[1]] if of_type else None


def is_capable(premises: Premises, *, believed: bool = False) -> bool:
    """Hub *and* electricity meter run firmware with local pairing (BR04, BR05; paragraph 31).

    By device truth, or with `believed` by what the inventory believes.
    """
    for device_type in (DeviceType.CHF, DeviceType.ESME):
        device = active_device(premises, device_type=device_type)
        firmware = device and (device.belief if believed else device.truth)
        if not firmware or not firmware.pairing_capable:
            return False
    return True


def standing(device: Device, execution: Execution) -> ExecutionState:
    """State of an execution, derived: confirmed only by a version that was read (D34)."""
    belief = device.belief
    if (
        belief is not None
        and belief.evidence == "read"
        and belief.version == execution.target_version
    ):
        return ExecutionState.CONFIRMED
    return execution.state
