"""Pairing family: local (Annex D) and remote (Annex C) pairing of a CAD, without any secret."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.ids import Eui64, Uuid
from twin.vocabulary import CodeFault, PairingChannel, PairingFault, PairingRoute, PairingStage

Entry = Annotated[int, Meta(ge=1, le=20)]
Seconds = Annotated[int, Meta(ge=0, le=86_400 * 60)]


class PairingStarted(Struct, frozen=True, forbid_unknown_fields=True):
    """A consumer or a DCC User began to pair a CAD."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.started.v1"
    attempt_id: Uuid
    route: PairingRoute
    channel: PairingChannel
    pin_prompted: bool


class InstallCodeRejected(Struct, frozen=True, forbid_unknown_fields=True):
    """An install code was refused by its first failing check; the code itself is forgotten."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.install-code-rejected.v1"
    attempt_id: Uuid
    route: PairingRoute
    reason: CodeFault
    entry: Entry


class PairingCompleted(Struct, frozen=True, forbid_unknown_fields=True):
    """A CAD is paired, with read access (BR07)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.completed.v1"
    attempt_id: Uuid
    route: PairingRoute
    device_id: Eui64
    code_length: Literal[6, 8, 12, 16]
    duration_s: Seconds


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
