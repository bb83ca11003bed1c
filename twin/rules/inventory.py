"""Inventory belief beside device truth: what moves it, and when the two differ (MP105; BR35)."""

from enum import StrEnum

from twin.rules.marks import rule
from twin.vocabulary import DeviceStatus


class Evidence(StrEnum):
    """How word of a running version reached the inventory; LOST: it did not."""

    RESPONSE = "response"
    ALERT = "alert"
    READ = "read"
    LOST = "lost"


@rule("BR35")
def belief_after(*, believed: str | None, running: str, evidence: Evidence) -> str | None:
    """The version that the inventory holds: it moves on a response, an alert or a read only."""
    return believed if evidence is Evidence.LOST else running


@rule("BR35")
def is_mismatch(*, believed: str | None, running: str) -> bool:
    """Whether the inventory names another version than the device runs."""
    return believed is not None and believed != running


@rule("BR35")
def status_after_read(*, status: DeviceStatus) -> DeviceStatus:
    """The status after an 11.2 read that confirms a version: a suspended device is cleared."""
    return DeviceStatus.COMMISSIONED if status is DeviceStatus.SUSPENDED else status
