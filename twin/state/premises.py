"""What a premises is: frozen structs, device truth beside inventory belief (D8, BR35).

Every field that a later fact may change carries the moment of the fact that set it, so that a
late fact never overwrites a newer one (D11). Dicts inside are never changed in place.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from twin.state.devices import Device, Execution, Stamp, is_retired
from twin.vocabulary import (
    CspRegion,
    DeviceType,
    DutyCycleState,
    ExecutionState,
    GspGroup,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinClass,
    PremisesType,
    Role,
)


class Registration(Struct, frozen=True, array_like=True, gc=False):
    """What is known of a premises before any device."""

    stamp: Stamp
    premises_type: PremisesType
    csp_region: CspRegion
    gsp_group: GspGroup
    supplier: str
    dual_fuel: bool
    shared_meter_space: bool


class Coverage(Struct, frozen=True, array_like=True, gc=False):
    """Which bands work without additional equipment."""

    stamp: Stamp
    ghz_2_4: bool
    sub_ghz: bool


class NamedCad(Struct, frozen=True, array_like=True, gc=False):
    """The CAD of an attempt, by the furthest of Annex D's steps that has named one."""

    step: Literal["reported", "displayed", "selected", "paired"]
    stamp: Stamp
    device_id: str


class PairingAttempt(Struct, frozen=True, array_like=True, gc=False):
    """One attempt to pair a CAD; `route` is None while no fact that names it is known.

    `role` is the DCC User's (Annex C), `window_s` the longest join window opened, `code_digits`
    the length of the code that was accepted; the code itself is never known (BR03).
    """

    attempt_id: str
    route: PairingRoute | None = None
    channel: PairingChannel | None = None
    pin_prompted: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Literal["completed", "failed", "abandoned"] | None = None
    cause: PairingFault | None = None
    stage: PairingStage | None = None
    codes_rejected: int = 0
    role: Role | None = None
    cad: NamedCad | None = None
    window_s: int | None = None
    code_digits: int | None = None
    code_transferred: bool = False
    window_expired: bool = False

    @property
    def cad_id(self) -> str | None:
        """The device id of the CAD, as far as it is known."""
        return None if self.cad is None else self.cad.device_id


class Pin(Struct, frozen=True, array_like=True, gc=False):
    """Whether a Privacy PIN is set, and how guessable; never its value (BR10)."""

    stamp: Stamp
    pin_class: PinClass | None


class DutyCycle(Struct, frozen=True, array_like=True, gc=False):
    """How much of its sub GHz air time the hub has used, and which device it has suspended.

    A hub's own alert names neither the share (`percent`) nor for how long it suspends.
    """

    stamp: Stamp
    state: DutyCycleState
    percent: float | None
    suspended_device_id: str | None = None
    suspend_minutes: int | None = None


class Channel(Struct, frozen=True, array_like=True, gc=False):
    """The sub GHz channel of the network."""

    stamp: Stamp
    page: int
    channel: int


class SubGhzSettings(Struct, frozen=True, array_like=True, gc=False):
    """The sub GHz settings that rules look at (BR17 to BR19)."""

    stamp: Stamp
    normal_limited_percent: float
    limited_critical_percent: float
    channel_changes_per_week_max: int


class Radio(Struct, frozen=True, array_like=True, gc=False):
    """The sub GHz side of the home area network.

    `channel_changes` are the moments of the newest changes, oldest first; `scans` counts the
    answers to requests for a scan; `discarded` counts messages to suspended devices.
    """

    duty_cycle: DutyCycle | None = None
    channel: Channel | None = None
    settings: SubGhzSettings | None = None
    channel_changes: tuple[datetime, ...] = ()
    scans: dict[str, int] = {}
    discarded: int = 0


class Outage(Struct, frozen=True, array_like=True, order=True, gc=False):
    """A power outage alert of a hub (AD1); `at` is when power came back."""

    at: datetime
    device_id: str
    minutes: int


class Gap(Struct, frozen=True, array_like=True, gc=False):
    """Numbers of a source that never came within the holding limit (D10)."""

    source: str
    first: int
    last: int


class Premises(Struct, frozen=True, array_like=True, gc=False):
    """Everything the log says of one premises; the value whose digest is compared.

    `breaches` counts, by rule id, the facts that no rule-abiding device or user could have
    told: they are kept in the log and counted here, and change nothing else. `lifted` says when
    an operator last let a device out of quarantine, by device id.
    """

    premises_id: str
    registration: Registration | None = None
    coverage: Coverage | None = None
    devices: dict[str, Device] = {}
    pairings: dict[str, PairingAttempt] = {}
    pin: Pin | None = None
    pin_accepted: int = 0
    pin_refused: int = 0
    intruders: int = 0
    intruders_paired: int = 0
    radio: Radio = Radio()
    outages: tuple[Outage, ...] = ()
    breaches: dict[str, int] = {}
    sequences: dict[str, int] = {}
    gaps: tuple[Gap, ...] = ()
    lifted: dict[str, Stamp] = {}


def active_device(premises: Premises, *, device_type: DeviceType) -> Device | None:
    """The most recently installed device of a type that no other has replaced (BR43)."""
    found: Device | None = None
    newest: tuple[Stamp, str] | None = None
    for device in premises.devices.values():
        if device.device_type != device_type or device.installed is None:
            continue
        place = device.installed, device.device_id
        if (newest is None or place > newest) and not is_retired(device=device):
            found, newest = device, place
    return found


def open_links(premises: Premises) -> tuple[str, ...]:
    """Ids of the devices that hold a high bandwidth link of the hub at 868 MHz (BR15)."""
    return tuple(
        sorted(
            device.device_id
            for device in premises.devices.values()
            if device.high_bandwidth is not None and device.high_bandwidth.word == "open"
        )
    )


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
    """State of an execution, derived: confirmed only by a version that was read (D34).

    A device that told of its activation and is read to run something else has fallen back, and an
    image of another version than was asked for is as good as none.
    """
    belief, image, target = device.belief, device.image, execution.target_version
    if belief is not None and belief.evidence == "read":
        if belief.version == target:
            return ExecutionState.CONFIRMED
        if execution.state in _TOLD_OF and belief.stamp.at > execution.reached_at:
            return ExecutionState.FAILED
    is_verified = execution.state is ExecutionState.VERIFIED
    if is_verified and image is not None and target not in (None, image.version):
        return ExecutionState.AT_HUB
    return execution.state


_TOLD_OF = (
    ExecutionState.ACTIVATED,
    ExecutionState.ACTIVATED_UNCONFIRMED,
    ExecutionState.CONFIRMATION_TIMED_OUT,
)
"""States of a device that says, or whose response said, that it runs the new version."""
