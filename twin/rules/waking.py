"""The sleeping gas meter: it fetches its messages every half hour, nothing is pushed (BR37)."""

from datetime import timedelta
from typing import Final

from twin.rules.marks import rule
from twin.rules.refusal import Answer, unless
from twin.vocabulary import DeviceType

WAKE_SECONDS: Final = 30 * 60
"""A gas meter updates its gas proxy function typically once every 30 minutes (SECMP0015)."""


@rule("BR37")
def next_wake(*, at: int, phase: int = 0, period: int = WAKE_SECONDS) -> int:
    """When a gas meter next fetches what was left for it at `at`, both in seconds since 1970.

    `phase` is where in the half hour a meter wakes. The wake lies after `at`: even a message
    that comes in the moment of waking waits for the next.
    """
    return at + period - (at - phase) % period


@rule("BR37")
def asleep_for(*, device_type: DeviceType) -> timedelta:
    """How long a message may lie until a device fetches it: for a gas meter until its next wake."""
    return timedelta(seconds=WAKE_SECONDS if device_type is DeviceType.GSME else 0)


@rule("BR37")
def check_push(*, device_type: DeviceType) -> Answer:
    """Whether a message may be pushed to a device: never to a gas meter."""
    return unless(
        broken=device_type is DeviceType.GSME,
        rule="BR37",
        why="a gas meter sleeps and fetches its messages itself",
    )
