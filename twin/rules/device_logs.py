"""Device logs: what a hub lets in, remembers and restores; what a meter's log holds (GBCS)."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from twin.events.joining import HISTORIC_LOG_MAX
from twin.rules.marks import rule
from twin.rules.refusal import Answer, Refusal, first_refusal, unless
from twin.vocabulary import DeviceType, JoinResponse, LogChange
from twin.vocabulary.join_methods import TYPE_2

HUB_LOG_CAPACITY: Final = 16
"""Entries of a hub's device log: ASSUMED and configurable, no minimum is known."""
HCALCS_MAX: Final = 5
TYPE_1_MAX: Final = 7
TYPE_2_MAX: Final = 4
"""Capacities of an electricity meter's log (AS302P; DUIS 4329): of seven Type 1, five HCALCS."""
TYPE_1: Final = frozenset({DeviceType.HCALCS, DeviceType.PPMID})


class HubLog(Struct, frozen=True):
    """A hub's device log and its historic log, oldest entry first; no key of either is known."""

    entries: tuple[str, ...] = ()
    historic: tuple[str, ...] = ()


class Logged(Struct, frozen=True):
    """A hub's log after a request, and the change to tell by one alert 0x8F12 (None: no change)."""

    log: HubLog
    change: LogChange | None


@rule("BR24", "BR25")
def add_device(
    *, log: HubLog, device_id: str, capacity: int = HUB_LOG_CAPACITY
) -> Logged | Refusal:
    """The log with a device that may join (CCS01); adding it again changes nothing and succeeds.

    A device of the historic log leaves it: ask `in_history` before, to know its keys (BR21).
    """
    if device_id in log.entries:
        return Logged(log, None)
    if len(log.entries) >= capacity:
        return Refusal("BR25", f"the hub's device log is full at {capacity} entries")
    historic = tuple(held for held in log.historic if held != device_id)
    return Logged(HubLog((*log.entries, device_id), historic), LogChange.ADDED)


@rule("BR21", "BR22")
def in_history(*, log: HubLog, device_id: str) -> bool:
    """Whether the hub still knows the earlier key of a device."""
    return device_id in log.historic


@rule("BR22", "BR24")
def remove_device(
    *, log: HubLog, device_id: str, device_type: DeviceType, hand_held: bool = False
) -> Logged | Refusal:
    """The log without a device (CCS02); the historic log keeps the newest fifteen.

    A hand held terminal and a gas proxy function are never kept in history.
    """
    if device_id not in log.entries:
        return Refusal("BR23", "the device is not in the hub's device log")
    entries = tuple(held for held in log.entries if held != device_id)
    historic = log.historic
    if kept_in_history(device_type=device_type, hand_held=hand_held):
        historic = (*historic, device_id)[-HISTORIC_LOG_MAX:]
    return Logged(HubLog(entries, historic), LogChange.REMOVED)


@rule("BR22")
def kept_in_history(*, device_type: DeviceType, hand_held: bool = False) -> bool:
    """Whether a removed device goes into the historic log (CCS02)."""
    return not hand_held and device_type is not DeviceType.GPF


@rule("BR08", "BR24")
def restore_log(*, log: HubLog, capacity: int = HUB_LOG_CAPACITY) -> Logged | Refusal:
    """The log of a new hub, restored from the old one's (8.12.1): nobody types a code again."""
    if len(log.entries) > capacity:
        return Refusal("BR25", f"the new hub's device log holds {capacity} entries")
    return Logged(log, LogChange.RESTORED)


@rule("BR24")
def alerts_due(*, logged: Logged) -> int:
    """Alerts 0x8F12 that a request leads to: one a change."""
    return int(logged.change is not None)


@rule("BR23")
def may_communicate(*, log: HubLog, device_id: str) -> Answer:
    """A device that is not in the hub's log cannot communicate on the network (CCS01)."""
    return unless(
        broken=device_id not in log.entries,
        rule="BR23",
        why="the device is not in the hub's device log",
    )


@rule("BR25")
def meter_admits(*, held: Sequence[DeviceType], joining: DeviceType) -> JoinResponse:
    """How an electricity meter answers a device that joins its log: DeviceLogFull (4) if full."""
    fits = not isinstance(check_meter_log(held=(*held, joining)), Refusal)
    return JoinResponse.SUCCESS if fits else JoinResponse.DEVICE_LOG_FULL


@rule("BR25")
def check_meter_log(*, held: Sequence[DeviceType]) -> Answer:
    """The capacities of an electricity meter's log: 5 HCALCS, 7 Type 1, 4 Type 2."""
    number = Counter(held)
    limits = (
        (number[DeviceType.HCALCS], HCALCS_MAX, "HCALCS"),
        (sum(number[kind] for kind in TYPE_1), TYPE_1_MAX, "Type 1 devices"),
        (sum(number[kind] for kind in TYPE_2), TYPE_2_MAX, "Type 2 devices"),
    )
    return first_refusal(
        *(
            unless(
                broken=found > most,
                rule="BR25",
                why=f"an electricity meter's log holds {most} {what} (DeviceLogFull)",
            )
            for found, most, what in limits
        )
    )
