"""Firmware: who is asked, what is held, what is activated and when (GBCS section 11, DUIS)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from twin.rules.marks import rule
from twin.rules.refusal import GRANTED, Answer, Granted, Refusal, first_refusal, unless
from twin.vocabulary import ActivationOutcome, DeviceStatus, WarningList

DEVICES_MAX: Final = 50_000
IMAGE_BYTES_MAX: Final = 10_240_000
VERSION_LENGTH_MAX: Final = 8
HASH_BYTES: Final = 32
"""Limits of Update Firmware (11.1): devices, octets, characters; bytes of a SHA-256."""
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")


class Images(Struct, frozen=True):
    """The image that runs and the one held beside it, if any, by their hashes."""

    running: str
    held: str | None = None


class Recipient(Struct, frozen=True, kw_only=True):
    """What the DCC knows of one device of an Update Firmware request."""

    known: bool = True
    status: DeviceStatus = DeviceStatus.COMMISSIONED
    applicable: bool = True
    request_in_progress: bool = False
    gbcs_supported: bool = True


@rule("BR28")
def check_update_request(*, device_ids: Sequence[str], image_bytes: int, version: str) -> Answer:
    """The limits of an Update Firmware request (11.1); a device is named once."""
    return first_refusal(
        unless(
            broken=not 1 <= len(device_ids) <= DEVICES_MAX,
            rule="BR28",
            why=f"a request names 1 to {DEVICES_MAX} devices",
        ),
        unless(
            broken=len(set(device_ids)) != len(device_ids),
            rule="BR28",
            why="a request names a device twice",
        ),
        unless(
            broken=not 1 <= image_bytes <= IMAGE_BYTES_MAX,
            rule="BR28",
            why=f"an image has 1 to {IMAGE_BYTES_MAX} octets",
        ),
        unless(
            broken=not 1 <= len(version) <= VERSION_LENGTH_MAX,
            rule="BR28",
            why=f"a version has 1 to {VERSION_LENGTH_MAX} characters",
        ),
    )


@rule("BR28")
def warning_for(*, recipient: Recipient) -> WarningList | None:
    """The list that the DCC puts a device on instead of updating it; None: it is updated."""
    obstacles = (
        (not recipient.known, WarningList.INVALID_DEVICE_ID),
        (recipient.status is not DeviceStatus.COMMISSIONED, WarningList.NOT_COMMISSIONED),
        (not recipient.applicable, WarningList.NOT_APPLICABLE_FIRMWARE),
        (recipient.request_in_progress, WarningList.OTHER_REQUEST_IN_PROGRESS),
        (not recipient.gbcs_supported, WarningList.INVALID_GBCS_VERSION),
    )
    return next((warning for stands, warning in obstacles if stands), None)


@rule("BR29")
def check_hash(*, image_hash: str) -> Answer:
    """A hash is a SHA-256: 32 bytes, as 64 hex digits."""
    return unless(
        broken=_HASH.fullmatch(image_hash) is None,
        rule="BR29",
        why=f"the hash of an image has {HASH_BYTES} bytes",
    )


@rule("BR29", "BR31")
def check_activation(
    *, held_hash: str | None, asked_hash: str, starts: bool = True
) -> Granted | ActivationOutcome | Refusal:
    """What Activate Firmware (11.3) comes to: outcome 0 is granted, 1 to 3 are named.

    An image that failed verification was discarded, so it is not held; `starts` says whether
    the device would start with the image. A wrong hash in the request itself is refused.
    """
    answer = check_hash(image_hash=asked_hash)
    if isinstance(answer, Refusal):
        return answer
    if held_hash is None:
        return ActivationOutcome.NO_IMAGE_HELD
    if held_hash.lower() != asked_hash.lower():
        return ActivationOutcome.HASH_MISMATCH
    return GRANTED if starts else ActivationOutcome.ACTIVATION_FAILURE


@rule("BR29")
def outcome_code(*, outcome: Granted | ActivationOutcome) -> int:
    """The outcome code 0 to 3 of Activate Firmware (CS06)."""
    return 0 if isinstance(outcome, Granted) else 1 + tuple(ActivationOutcome).index(outcome)


@rule("BR29")
def check_activation_addressees(*, device_ids: Sequence[str]) -> Answer:
    """Activate Firmware goes to exactly one device: it is critical and unicast."""
    return unless(
        broken=len(device_ids) != 1, rule="BR29", why="an activation names exactly one device"
    )


@rule("BR30", "BR32")
def take_image(*, images: Images, arrived: str) -> Images:
    """The images after a verified download: what runs stays, the newer takes the held place."""
    return Images(images.running, arrived)


@rule("BR31")
def is_verified(*, expected_hash: str, found_hash: str) -> bool:
    """Which of the two alerts a complete transfer yields: 0x8F72 if true, 0x8F1C if not."""
    return expected_hash.lower() == found_hash.lower()


@rule("BR31")
def check_receipts(*, verified: int, failed: int) -> Answer:
    """Exactly one of 0x8F72 and 0x8F1C follows a complete transfer."""
    return unless(
        broken=verified + failed != 1,
        rule="BR31",
        why=f"a transfer was followed by {verified} alerts 0x8F72 and {failed} 0x8F1C",
    )


@rule("BR31", "BR32")
def discard_image(*, images: Images) -> Images:
    """The images after a failed verification: nothing is held, so nothing can be activated."""
    return Images(images.running)


@rule("BR29", "BR32")
def activate_image(*, images: Images, asked_hash: str) -> Images | ActivationOutcome | Refusal:
    """The images after an activation: the held one runs, and none is held beside it."""
    outcome = check_activation(held_hash=images.held, asked_hash=asked_hash)
    return Images(asked_hash) if isinstance(outcome, Granted) else outcome


@rule("BR33")
def check_execution_time(*, accepted_at: datetime, execute_at: datetime) -> Answer:
    """A future-dated activation lies after the moment in which it is accepted."""
    return unless(
        broken=execute_at <= accepted_at,
        rule="BR33",
        why="the time of a future-dated activation is past",
    )


@rule("BR33")
def check_cancellation(*, cancelled_at: datetime, execute_at: datetime | None) -> Answer:
    """A future-dated activation can be cancelled before its time, if there is one."""
    return unless(
        broken=execute_at is None or cancelled_at >= execute_at,
        rule="BR33",
        why="there is no activation left to cancel",
    )


@rule("BR33")
def check_actioned(*, actioned_at: datetime, execute_at: datetime, alerts_before: int) -> Answer:
    """One alert 0x8F66 or 0x8F67, at or after the time of a future-dated activation."""
    return first_refusal(
        unless(
            broken=actioned_at < execute_at,
            rule="BR33",
            why="a future-dated activation was actioned before its time",
        ),
        unless(
            broken=alerts_before > 0,
            rule="BR33",
            why="a future-dated activation was actioned already",
        ),
    )
