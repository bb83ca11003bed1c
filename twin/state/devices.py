"""What a device of a premises is: truth and belief, band, log, executions (D8, BR35).

The structs form a tree, so the cycle collector need not look at them (`gc=False`).
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from twin.vocabulary import (
    Band,
    BandReason,
    CspRegion,
    DeviceStatus,
    DeviceType,
    Exclusion,
    ExecutionState,
    FailureCause,
    HubVariant,
    ReturnReason,
    StatusReason,
)


class Stamp(Struct, frozen=True, array_like=True, order=True, gc=False):
    """When a fact happened, and its number at its source where two happened at once."""

    at: datetime
    sequence: int
    source: str


class Firmware(Struct, frozen=True, array_like=True, gc=False):
    """A version that a device runs (truth) or is believed to run, and on what evidence.

    `inventory` is no evidence of what it runs: its inventory entry itself was told (8.2).
    """

    stamp: Stamp
    version: str
    pairing_capable: bool
    evidence: Literal["installed", "activated", "read", "inventory"]


class Link(Struct, frozen=True, array_like=True, gc=False):
    """The band a device reaches the hub by, and why."""

    stamp: Stamp
    band: Band
    reason: BandReason


class Enrolment(Struct, frozen=True, array_like=True, gc=False):
    """The last word on a device's part in a campaign: a place in a wave, or why it has none.

    `wave` None: it is excluded, for `reason`. `place` orders the members of a wave, 0 to 1.
    """

    stamp: Stamp
    wave: int | None
    place: float
    region: str | None
    supplier: str | None
    target_version: str | None
    reason: Exclusion | None = None


class Failure(Struct, frozen=True, array_like=True, gc=False):
    """That an attempt ended badly: its number, why, and when that happened."""

    attempt: int
    cause: FailureCause
    at: datetime


class Execution(Struct, frozen=True, array_like=True, gc=False):
    """One device in one campaign: its attempt and how far that has come.

    `released_at` is the first step of any attempt, so the day of its cohort. `failures` has one
    for each attempt that was told to have ended badly, in order; whether the last of them stands
    says the state. `activation_asked_at` is when the attempt's activation was asked for.
    """

    campaign_id: str
    wave: int
    attempt: int
    state: ExecutionState
    requested_at: datetime
    reached_at: datetime
    target_version: str | None
    released_at: datetime
    failures: tuple[Failure, ...] = ()
    activation_asked_at: datetime | None = None


class InventoryStatus(Struct, frozen=True, array_like=True, gc=False):
    """What the inventory says of a device (DUIS DeviceStatus), and why, where that was told."""

    stamp: Stamp
    status: DeviceStatus
    reason: StatusReason | None


class InventoryEntry(Struct, frozen=True, array_like=True, gc=False):
    """What the inventory holds of a device besides status and version, as it was last told."""

    stamp: Stamp
    model: str | None = None
    hub_variant: HubVariant | None = None
    gbcs_version: str | None = None
    csp_region: CspRegion | None = None
    listed: bool | None = None


class HeldImage(Struct, frozen=True, array_like=True, gc=False):
    """The last image that a device verified; `version` None: it failed and was discarded.

    A newer image replaces the one held (BR32); see `held_image` for whether it is held still.
    """

    stamp: Stamp
    version: str | None
    image_hash: str | None = None


class PendingActivation(Struct, frozen=True, array_like=True, gc=False):
    """A future-dated activation; `execute_at` None: it was cancelled, or it is over (BR33)."""

    stamp: Stamp
    execute_at: datetime | None


class HighBandwidthLink(Struct, frozen=True, array_like=True, gc=False):
    """The last word on a device's high bandwidth link at 868 MHz (BR15)."""

    stamp: Stamp
    word: Literal["open", "closed", "refused"]


class Partner(Struct, frozen=True, array_like=True, gc=False):
    """The last word on a device in another's log: joined, failed or unjoined (CS03, CS04)."""

    stamp: Stamp
    device_type: DeviceType | None
    word: Literal["joined", "failed", "unjoined"]
    response: str


class DeviceLog(Struct, frozen=True, array_like=True, gc=False):
    """A hub's or gas proxy's device log as it was last told, oldest entry first (BR22 to BR24)."""

    stamp: Stamp
    entries: tuple[str, ...]
    historic: tuple[str, ...] = ()


class Exchange(Struct, frozen=True, array_like=True, gc=False):
    """That a hub took another's place, why, and whether the logs came over (BR08, BR43)."""

    stamp: Stamp
    replaced_device_id: str
    reason: ReturnReason
    device_log_restored: bool
    gpf_log_restored: bool


class Device(Struct, frozen=True, array_like=True, gc=False):
    """A device of the premises; `installed` is None while only other facts of it are known.

    `joined` is when it joined the home area network, `exchange` how a hub took another's place,
    `retired` when a hub lost its own. `partners` is the device's own log, `log` that of a hub or
    a gas proxy function. `mismatch` is the last time that its inventory entry was found to name
    another version (BR35), `power_on_fault` that its firmware was found wrong at power on; `entry`
    is that entry, as it was last told.
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
    status: InventoryStatus | None = None
    exchange: Exchange | None = None
    retired: Stamp | None = None
    image: HeldImage | None = None
    activation: PendingActivation | None = None
    high_bandwidth: HighBandwidthLink | None = None
    partners: dict[str, Partner] = {}
    log: DeviceLog | None = None
    mismatch: Stamp | None = None
    power_on_fault: Stamp | None = None
    enrolments: dict[str, Enrolment] = {}
    entry: InventoryEntry | None = None


def held_image(*, device: Device) -> HeldImage | None:
    """The image that a device could activate: verified, and not what it runs since (BR29, BR32).

    Derived, because an activation may be heard of before the image that it used up.
    """
    image, truth = device.image, device.truth
    if image is None or image.version is None:
        return None
    used_up = truth is not None and truth.version == image.version and truth.stamp > image.stamp
    return None if used_up else image


def is_pending(*, device: Device, at: datetime) -> bool:
    """Whether a device holds a future-dated activation whose time is still to come (BR33)."""
    date = None if device.activation is None else device.activation.execute_at
    return date is not None and date > at


def believed_capable(*, device: Device) -> bool:
    """Whether the inventory believes that a device runs firmware with local pairing."""
    return device.belief is not None and device.belief.pairing_capable


def mismatch_open(*, device: Device) -> bool:
    """Whether the inventory is known to name another version than the device runs (BR35).

    Either its entry was told and says so, or a mismatch was found and no response, alert or read
    has moved the belief since: the entry itself, told once more, closes nothing.
    """
    belief, truth, found = device.belief, device.truth, device.mismatch
    told = belief is not None and belief.evidence == "inventory"
    if told and belief is not None and truth is not None and belief.version != truth.version:
        return True
    moved = truth if told else belief
    return found is not None and (moved is None or moved.stamp < found)


def known_model(*, device: Device) -> str | None:
    """The model that a device was installed as, else the one that its inventory entry names."""
    return device.model or (None if device.entry is None else device.entry.model)


def known_variant(*, device: Device) -> HubVariant | None:
    """The kind of a hub as installed, else as its inventory entry has it."""
    return device.hub_variant or (None if device.entry is None else device.entry.hub_variant)


def inventory_status(*, device: Device) -> DeviceStatus | None:
    """What the inventory says of a device: the newer of its status and its commissioning."""
    status, commissioned = device.status, device.commissioned
    if commissioned is not None and (status is None or commissioned > status.stamp):
        return DeviceStatus.COMMISSIONED
    return None if status is None else status.status


def is_retired(*, device: Device) -> bool:
    """Whether a hub was exchanged for another after it was last installed (BR43)."""
    retired, installed = device.retired, device.installed
    return retired is not None and (installed is None or installed < retired)
