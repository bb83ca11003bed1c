"""Pairing family, the attempts: local (Annex D) and remote (Annex C), without any secret."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.ids import Eui64, Uuid
from twin.vocabulary import (
    CodeFault,
    ModeOpenedBy,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    Role,
)

JOIN_WINDOW_MAX = 3600
"""Seconds that a hub may stay open to joining (JoinTimePeriod, BR20)."""
Entry = Annotated[int, Meta(ge=1, le=20)]
Seconds = Annotated[int, Meta(ge=0, le=86_400 * 60)]
JoinWindow = Annotated[int, Meta(ge=1, le=JOIN_WINDOW_MAX, extra_json_schema={"x-rule": "BR20"})]
CodeLength = Annotated[Literal[6, 8, 12, 16], Meta(extra_json_schema={"x-rule": "BR01"})]
"""Bytes of an install code without its check."""
CodeDigits = Annotated[Literal[20, 25, 34, 44], Meta(extra_json_schema={"x-rule": "BR01"})]
"""Digits that a consumer types for a code with its check (paragraph 24)."""


class PairingStarted(Struct, frozen=True, forbid_unknown_fields=True):
    """A consumer or a DCC User began to pair a CAD; `role` is the DCC User's (Annex C)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.started.v1"
    attempt_id: Uuid
    route: PairingRoute
    channel: PairingChannel
    pin_prompted: bool
    role: Role | None = None


class PairingModeOpened(Struct, frozen=True, forbid_unknown_fields=True):
    """The hub was put into pairing mode and stays open to joining for a window (Annex D)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.mode-opened.v1"
    attempt_id: Uuid
    window_s: JoinWindow
    opened_by: ModeOpenedBy


class CadAddressReported(Struct, frozen=True, forbid_unknown_fields=True):
    """A CAD gave its MAC address to the hub (Annex D)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.cad-address-reported.v1"
    attempt_id: Uuid
    device_id: Eui64


class CadAddressDisplayed(Struct, frozen=True, forbid_unknown_fields=True):
    """The hub passed the MAC address on to the meter's device log and display (Annex D)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.cad-address-displayed.v1"
    attempt_id: Uuid
    device_id: Eui64


class CadSelected(Struct, frozen=True, forbid_unknown_fields=True):
    """The consumer chose the CAD at the meter (Annex D); under option 2 this confirms it."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.cad-selected.v1"
    attempt_id: Uuid
    device_id: Eui64


class InstallCodeEntered(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole install code was typed and accepted; how long it is is all that is known (BR03)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.install-code-entered.v1"
    attempt_id: Uuid
    digits: CodeDigits
    entry: Entry
    keystrokes: Annotated[int, Meta(ge=1, le=10_000)]


class InstallCodeRejected(Struct, frozen=True, forbid_unknown_fields=True):
    """An install code was refused by its first failing check; the code itself is forgotten."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.install-code-rejected.v1"
    attempt_id: Uuid
    route: PairingRoute
    reason: CodeFault
    entry: Entry


class InstallCodeTransferred(Struct, frozen=True, forbid_unknown_fields=True):
    """The meter sent the code to the hub in a TransferData command, never in the clear."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.install-code-transferred.v1"
    attempt_id: Uuid
    code_length: CodeLength
    aps_secured: Literal[True]


class PairingWindowExpired(Struct, frozen=True, forbid_unknown_fields=True):
    """The join window closed and no device had joined (BR20)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.window-expired.v1"
    attempt_id: Uuid
    window_s: JoinWindow


class PairingCompleted(Struct, frozen=True, forbid_unknown_fields=True):
    """A CAD is paired, with read access and no other (BR07); option 2 needs no code."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.completed.v1"
    attempt_id: Uuid
    route: PairingRoute
    device_id: Eui64
    code_length: CodeLength | None
    duration_s: Seconds
    access: Literal["read"] = "read"


class PairingFailed(Struct, frozen=True, forbid_unknown_fields=True):
    """A pairing attempt failed, with its cause."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.failed.v1"
    attempt_id: Uuid
    route: PairingRoute
    cause: PairingFault


class PairingAbandoned(Struct, frozen=True, forbid_unknown_fields=True):
    """The consumer gave up, at a stage."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.abandoned.v1"
    attempt_id: Uuid
    route: PairingRoute
    stage: PairingStage
