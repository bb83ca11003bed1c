"""What each fact does to the columns of state: the table that the kernels read.

It says of every type, by its short name, what `twin.state.evolve` says by its matches; a test asks
`evolve` about each and fails where the two disagree. A type whose effect depends on a field has
variants, named after it with a stroke.
"""

from enum import IntEnum
from typing import Final

from msgspec import Struct

from twin.events.registry import PREMISES_TYPES, short_name
from twin.state.executions import RANKS
from twin.vocabulary import DeviceType, ExecutionState


class Slot(IntEnum):
    """Facts of a device of which the newest counts (D11)."""

    INSTALLED = 0
    COMMISSIONED = 1
    TRUTH = 2
    BELIEF = 3
    LINK = 4
    JOINED = 5
    STATUS = 6
    EXCHANGE = 7
    RETIRED = 8
    IMAGE = 9
    ACTIVATION = 10
    HIGH_BANDWIDTH = 11
    LOG = 12
    MISMATCH = 13
    POWER_ON_FAULT = 14


class HomeSlot(IntEnum):
    """Facts of a premises of which the newest counts."""

    REGISTRATION = 0
    COVERAGE = 1
    PIN = 2
    DUTY_CYCLE = 3


class Count(IntEnum):
    """Facts of a premises that are counted."""

    PIN_ACCEPTED = 0
    PIN_REFUSED = 1
    INTRUDERS = 2
    INTRUDERS_PAIRED = 3
    DISCARDED = 4
    SCANS = 5
    OUTAGES = 6
    CHANNEL_CHANGES = 7


class Part(IntEnum):
    """What a fact says of a pairing attempt, beside that there is one."""

    NONE = 0
    STARTED = 1
    REPORTED = 2
    DISPLAYED = 3
    SELECTED = 4
    REJECTED = 5
    COMPLETED = 6
    FAILED = 7
    ABANDONED = 8


NAMES_CAD: Final = {
    Part.REPORTED: "reported",
    Part.DISPLAYED: "displayed",
    Part.SELECTED: "selected",
    Part.COMPLETED: "paired",
}
"""Parts that name the CAD, by their step of Annex D."""


class Effect(Struct, frozen=True, kw_only=True):
    """What a fact does, unless it breaks a rule.

    `device` says that it makes its device known, of the type it names or of `device_type`;
    `slots` are those of that device. `other` is a slot of a second device: the gas proxy in the
    hub's box, or the hub that lost its place. `rank` is the step of an execution, `enrols` says
    that it is the word on a device's part in a campaign.
    """

    device: bool = False
    device_type: DeviceType | None = None
    slots: tuple[Slot, ...] = ()
    other: Slot | None = None
    other_type: DeviceType | None = None
    home: HomeSlot | None = None
    counts: tuple[Count, ...] = ()
    state: ExecutionState | None = None
    enrols: bool = False
    attempt: Part | None = None


def _step(state: ExecutionState, *slots: Slot) -> Effect:
    return Effect(device=True, slots=slots, state=state)


def _of_device(*slots: Slot, device_type: DeviceType | None = None) -> Effect:
    return Effect(device=True, slots=slots, device_type=device_type)


_RUNS: Final = _of_device(Slot.TRUTH, Slot.BELIEF)
_CAME: Final = (Slot.INSTALLED, Slot.TRUTH, Slot.BELIEF)
_FAILED, _AT_HUB = ExecutionState.FAILED, ExecutionState.AT_HUB
_ASKED: Final = ExecutionState.ACTIVATION_REQUESTED
_TELLS: Final[dict[str, Effect]] = {
    "lifecycle.premises-registered": Effect(home=HomeSlot.REGISTRATION),
    "lifecycle.device-pre-notified": _of_device(Slot.STATUS),
    "lifecycle.device-status-changed": _of_device(Slot.STATUS),
    "lifecycle.device-commissioned": _of_device(Slot.COMMISSIONED),
    "lifecycle.device-installed": _of_device(*_CAME),
    "lifecycle.device-installed/no firmware": _of_device(Slot.INSTALLED),
    "lifecycle.hub-installed": Effect(
        device=True,
        device_type=DeviceType.CHF,
        slots=_CAME,
        other=Slot.INSTALLED,
        other_type=DeviceType.GPF,
    ),
    "lifecycle.hub-replaced": Effect(
        device=True,
        device_type=DeviceType.CHF,
        slots=(Slot.EXCHANGE,),
        other=Slot.RETIRED,
        other_type=DeviceType.CHF,
    ),
    "lifecycle.power-outage-alerted": Effect(counts=(Count.OUTAGES,)),
    "bands.band-selected": _of_device(Slot.LINK),
    "bands.coverage-measured": Effect(home=HomeSlot.COVERAGE),
    "bands.high-bandwidth-link-opened": _of_device(Slot.HIGH_BANDWIDTH),
    "bands.high-bandwidth-link-closed": _of_device(Slot.HIGH_BANDWIDTH),
    "bands.high-bandwidth-link-refused": _of_device(Slot.HIGH_BANDWIDTH),
    "bands.duty-cycle-state-changed": Effect(home=HomeSlot.DUTY_CYCLE),
    "bands.duty-cycle-alerted": Effect(home=HomeSlot.DUTY_CYCLE),
    "bands.channel-scan-assessed": Effect(counts=(Count.SCANS,)),
    "bands.channel-changed": Effect(counts=(Count.CHANNEL_CHANGES,)),
    "bands.message-discarded": Effect(counts=(Count.DISCARDED,)),
    "firmware.device-enrolled": Effect(device=True, enrols=True),
    "firmware.device-excluded": Effect(device=True, enrols=True),
    "firmware.update-requested": _step(ExecutionState.REQUESTED),
    "firmware.update-warned": _step(_FAILED),
    "firmware.delivered-to-hub": _step(_AT_HUB),
    "firmware.delivery-failed": _step(_FAILED),
    "firmware.transferred": _step(_AT_HUB),
    "firmware.transferred/not well": _step(_FAILED),
    "firmware.verified": _step(ExecutionState.VERIFIED, Slot.IMAGE),
    "firmware.verification-failed": _step(_FAILED, Slot.IMAGE),
    "firmware.activation-requested": _step(_ASKED, Slot.ACTIVATION),
    "firmware.activation-requested/at once": _step(_ASKED),
    "firmware.activation-accepted": _step(_ASKED, Slot.ACTIVATION),
    "firmware.activated": _step(ExecutionState.ACTIVATED, Slot.TRUTH, Slot.BELIEF, Slot.ACTIVATION),
    "firmware.activated/response lost": _step(
        ExecutionState.ACTIVATED_UNCONFIRMED, Slot.TRUTH, Slot.ACTIVATION
    ),
    "firmware.activation-failed": _step(_FAILED, Slot.ACTIVATION),
    "firmware.activation-cancelled": _step(_FAILED, Slot.ACTIVATION),
    "firmware.executing-changed": _RUNS,
    "firmware.power-on-verification-failed": _of_device(Slot.POWER_ON_FAULT),
    "firmware.update-timed-out": _step(ExecutionState.TIMED_OUT),
    "firmware.update-conflicted": _step(_FAILED),
    "firmware.quarantine-lifted": _of_device(),
    "firmware.version-read": _RUNS,
    "firmware.version-mismatch-found": _of_device(Slot.MISMATCH),
    "pairing.started": Effect(attempt=Part.STARTED),
    "pairing.mode-opened": Effect(attempt=Part.NONE),
    "pairing.cad-address-reported": Effect(attempt=Part.REPORTED),
    "pairing.cad-address-displayed": Effect(attempt=Part.DISPLAYED),
    "pairing.cad-selected": Effect(attempt=Part.SELECTED),
    "pairing.install-code-entered": Effect(attempt=Part.NONE),
    "pairing.install-code-rejected": Effect(attempt=Part.REJECTED),
    "pairing.install-code-transferred": Effect(attempt=Part.NONE),
    "pairing.window-expired": Effect(attempt=Part.NONE),
    "pairing.completed": Effect(
        device=True, device_type=DeviceType.CAD, slots=(Slot.JOINED,), attempt=Part.COMPLETED
    ),
    "pairing.failed": Effect(attempt=Part.FAILED),
    "pairing.abandoned": Effect(attempt=Part.ABANDONED),
    "pairing.chf-device-log-changed": _of_device(Slot.LOG, device_type=DeviceType.CHF),
    "pairing.gpf-device-log-changed": _of_device(Slot.LOG, device_type=DeviceType.GPF),
    "pairing.device-joined": _of_device(Slot.JOINED),
    "pairing.join-succeeded": _of_device(),
    "pairing.join-failed": _of_device(),
    "pairing.device-unjoined": _of_device(),
    "pairing.device-unjoined/stays": Effect(),
    "pins.pin-set": Effect(home=HomeSlot.PIN),
    "pins.pin-changed": Effect(home=HomeSlot.PIN),
    "pins.pin-cleared": Effect(home=HomeSlot.PIN),
    "pins.pin-disabled": Effect(home=HomeSlot.PIN),
    "pins.pin-entered": Effect(counts=(Count.PIN_ACCEPTED,)),
    "pins.pin-entered/refused": Effect(counts=(Count.PIN_REFUSED,)),
    "pins.unauthorised-pairing-attempted": Effect(counts=(Count.INTRUDERS,)),
    "pins.unauthorised-pairing-attempted/paired": Effect(
        counts=(Count.INTRUDERS, Count.INTRUDERS_PAIRED)
    ),
}
RESOLVED: Final = "programme.dead-letter-resolved"
"""What an operator did about a parked premises: left to the readable replay."""
CANCELLED: Final = "firmware.activation-cancelled"
RECALLED: Final = f"{CANCELLED}/recalled"
"""A cancellation that names the request of an aborted campaign, for which there is no column."""
UNTOLD: Final = (
    "lifecycle.inventory-entry-told",
    "firmware.update-unanswered",
    "firmware.confirmation-timed-out",
    RECALLED,
)
"""Facts whose effect is more than the table can say, and that few premises have: left as well.

An inventory entry tells any part of itself; an unanswered request names a target, too; after a
confirmation that timed out the moment of the activation counts; a recall is no failure.
"""
EFFECTS: Final[dict[str, Effect]] = {
    **{short_name(name): Effect() for name in PREMISES_TYPES},
    RECALLED: Effect(),
    **_TELLS,
}
"""Effects of all facts of a premises; those not named above change no column."""


class Variant(Struct, frozen=True):
    """A variant of a type: its facts whose `column` is absent, or holds `word` (or another one)."""

    name: str
    column: str
    word: str | None
    other_than: bool = False


VARIANTS: Final = (
    Variant("lifecycle.device-installed/no firmware", "firmware_version", None),
    Variant("firmware.transferred/not well", "transfer", "success", other_than=True),
    Variant("firmware.activation-requested/at once", "execute_at", None),
    Variant("firmware.activated/response lost", "response_lost", "true"),
    Variant("pairing.device-unjoined/stays", "response", "other_failure"),
    Variant("pins.pin-entered/refused", "accepted", "false"),
    Variant("pins.unauthorised-pairing-attempted/paired", "outcome", "paired"),
)
CODES: Final = {name: code for code, name in enumerate(EFFECTS)}
"""Number of each effect, as the kernels know it."""


def halved(state: ExecutionState) -> int:
    """The rank of a state in halves, so that it is a whole number."""
    return round(2 * RANKS[state])
