"""Which rule a single fact breaks by itself, whatever came before or comes after it.

A fact that no device or user who keeps the rules could have told stays in the log and is counted
(`Premises.breaches`), and changes nothing else. Judged on the fact alone, so that the order of
the log does not matter; what only the state can show is for `twin.rules` to judge. What the
schemas refuse already (BR01, BR03, BR17, the bounds of BR15 and BR20) never comes here.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from twin.events import bands, firmware, joining, lifecycle, pairing, pins, sub_ghz
from twin.events.envelope import Event
from twin.events.registry import FirmwareFact, PremisesFact
from twin.vocabulary import (
    Band,
    BandReason,
    DeviceStatus,
    DeviceType,
    DutyCycleState,
    IntruderOutcome,
    JoinMethod,
    JoinResponse,
    KeySource,
    LogAction,
    LogChange,
    PairingChannel,
    PairingRoute,
    StatusReason,
)
from twin.vocabulary.join_methods import TYPE_2, method_of
from twin.vocabulary.service_requests import may_send

OUTAGE_TOLD_FROM: Final = 3
"""Minutes: AD1 is told of outages longer than three, whole minutes are all it says (BR36)."""
CHANNELS: Final = {
    28: frozenset(range(27)),
    29: frozenset({*range(27, 35), 62}),
    30: frozenset(range(35, 62)),
    31: frozenset(range(27)),
}
"""Channels of each sub GHz page (ZBOSS headers; DUIS lines 2431 to 2511)."""
_DUTY_ORDER: Final = {state: place for place, state in enumerate(DutyCycleState)}
_METERS: Final = frozenset({DeviceType.ESME, DeviceType.GSME})

Check: TypeAlias = Callable[[Event, Any], str | None]
"""Each check takes the facts that the table below gives it, so one type cannot name them."""


def breach_of(*, event: Event, fact: PremisesFact) -> str | None:
    """The id of the rule that a fact breaks by itself, or None; of several the first checked."""
    check = CHECKS.get(type(fact))
    return None if check is None else check(event, fact)


def _announced(
    _: Event, fact: lifecycle.DevicePreNotified | lifecycle.DeviceInstalled
) -> str | None:
    """Type 2 devices are on no products list and carry no firmware; a hub is told as a hub."""
    if fact.device_type in TYPE_2 and (fact.model or fact.firmware_version):
        return "BR38"
    told_as_hub = isinstance(fact, lifecycle.DevicePreNotified)
    return "BR43" if fact.device_type is DeviceType.CHF and not told_as_hub else None


def _hub_installed(_: Event, fact: lifecycle.CommsHubInstalled) -> str | None:
    """An id names one device: the two functions of the box have one each."""
    return "BR43" if fact.gpf_id == fact.device_id else None


def _hub_replaced(_: Event, fact: lifecycle.CommsHubReplaced) -> str | None:
    """A hub does not take its own place."""
    return "BR43" if fact.device_id == fact.replaced_device_id else None


def _status_changed(_: Event, fact: lifecycle.DeviceStatusChanged) -> str | None:
    """What a removed products list entry does to a device is to suspend it."""
    removed = fact.reason is StatusReason.FIRMWARE_REMOVED_FROM_CPL
    return "BR34" if removed and fact.to_status is not DeviceStatus.SUSPENDED else None


def _entry(_: Event, fact: lifecycle.InventoryEntryTold) -> str | None:
    """No firmware of a Type 2 device is in the inventory; its maker's words may be."""
    return "BR38" if fact.device_type in TYPE_2 and fact.firmware_version else None


def _outage(_: Event, fact: lifecycle.PowerOutageAlerted) -> str | None:
    return "BR36" if fact.minutes < OUTAGE_TOLD_FROM else None


def _band(_: Event, fact: bands.BandSelected) -> str | None:
    """Meters beside the hub stay at 2.4 GHz, displays leave it for one reason only (¶3, ¶5-7)."""
    if fact.band is Band.SUB_GHZ:
        if fact.device_type is DeviceType.ESME:
            return "BR11"
        impracticable = fact.reason is BandReason.TECHNICALLY_IMPRACTICABLE
        if fact.device_type is DeviceType.IHD and not impracticable:
            return "BR12"
    alternative = fact.band is Band.ALTERNATIVE_HAN
    return "BR14" if alternative is not (fact.reason is BandReason.NO_BAND) else None


def _link_opened(_: Event, fact: bands.HighBandwidthLinkOpened) -> str | None:
    """Whoever has just opened a link uses one."""
    if fact.links_in_use == 0:
        return "BR15"
    return "BR11" if fact.device_type is DeviceType.ESME else None


def _link_closed(_: Event, fact: bands.HighBandwidthLinkClosed) -> str | None:
    """Whoever has just closed a link leaves room for one."""
    return "BR15" if fact.links_in_use == bands.HIGH_BANDWIDTH_LINKS_MAX else None


def _link_refused(_: Event, fact: bands.HighBandwidthLinkRefused) -> str | None:
    """Only a fifth link is refused (alert 0x8F2D)."""
    return "BR15" if fact.links_in_use != bands.HIGH_BANDWIDTH_LINKS_MAX else None


def _duty_cycle(_: Event, fact: sub_ghz.DutyCycleStateChanged) -> str | None:
    """One state at a time, and a suspension names both its device and its length."""
    steps = abs(_DUTY_ORDER[fact.to_state] - _DUTY_ORDER[fact.from_state])
    named = fact.suspended_device_id is not None
    timed = fact.suspend_minutes is not None
    return "BR18" if steps != 1 or named is not timed else None


def _duty_alerted(_: Event, fact: sub_ghz.DutyCycleAlerted) -> str | None:
    """One state at a time."""
    return "BR18" if abs(_DUTY_ORDER[fact.to_state] - _DUTY_ORDER[fact.from_state]) != 1 else None


def _discarded(_: Event, fact: sub_ghz.MessageDiscarded) -> str | None:
    """The hub does not suspend itself."""
    return "BR18" if fact.suspended_device_id == fact.device_id else None


def _channel(_: Event, fact: sub_ghz.SubGhzChannelChanged) -> str | None:
    return "BR19" if fact.channel not in CHANNELS[fact.page] else None


def _firmware(_: Event, fact: FirmwareFact) -> str | None:
    """No Type 2 device gets firmware from the DCC."""
    return "BR38" if fact.device_type in TYPE_2 else None


def _dated(
    event: Event,
    fact: firmware.FirmwareActivationRequested | firmware.FirmwareActivationAccepted,
) -> str | None:
    """A future-dated activation lies in the future."""
    past = fact.execute_at is not None and fact.execute_at < event.occurred_at
    return _firmware(event, fact) or ("BR33" if past else None)


def _mismatch(event: Event, fact: firmware.FirmwareVersionMismatchFound) -> str | None:
    """Two equal versions are no mismatch."""
    equal = fact.running_version == fact.inventory_version
    return _firmware(event, fact) or ("BR35" if equal else None)


def _pairing_started(_: Event, fact: pairing.PairingStarted) -> str | None:
    """At the meter no DCC User has a part; elsewhere one who may send 8.11 (¶13-15, Annex C).

    Older records name no role, which is no breach.
    """
    local = fact.route is PairingRoute.LOCAL
    if local is not (fact.channel is PairingChannel.AT_METER):
        return "BR06"
    allowed = fact.role is None or (not local and may_send(role=fact.role, reference="8.11"))
    return None if allowed else "BR06"


def _log_update(_: Event, fact: joining.DeviceLogUpdateRequested) -> str | None:
    if not may_send(role=fact.role, reference="8.11"):
        return "BR06"
    return "BR20" if fact.action is LogAction.ADD and fact.window_s is None else None


def _log_changed(_: Event, fact: joining.ChfDeviceLogChanged) -> str | None:
    """The alert holds the whole log after the change that it names, if it names one."""
    if fact.change in (LogChange.RESTORED, LogChange.TOLD):
        return None
    listed = fact.subject_device_id in fact.entries
    wanted = fact.change is not LogChange.REMOVED
    return "BR24" if fact.subject_device_id is None or listed is not wanted else None


def _joined(_: Event, fact: joining.DeviceJoined) -> str | None:
    """Within the window; by an earlier key in its first half only (CCS01)."""
    if fact.seconds_into_window > fact.window_s:
        return "BR20"
    late = 2 * fact.seconds_into_window > fact.window_s
    return "BR21" if late and fact.key_source is KeySource.HISTORIC else None


def _join_requested(_: Event, fact: joining.JoinRequested) -> str | None:
    """The method of the two types, from a role that may ask for it (8.7.1 is critical)."""
    if method_of(device=fact.device_type, partner=fact.partner_device_type) is not fact.method:
        return "BR26"
    if fact.method is JoinMethod.B:
        return None if may_send(role=fact.role, reference="8.7.2") else "BR06"
    return None if may_send(role=fact.role, reference="8.7.1") else "BR27"


def _join_succeeded(_: Event, fact: joining.JoinSucceeded) -> str | None:
    known = method_of(device=fact.device_type, partner=fact.partner_device_type)
    return "BR26" if known is None else None


def _join_failed(_: Event, fact: joining.JoinFailed) -> str | None:
    """A failure has one of the response codes 1 to 13 (CS03)."""
    return "BR26" if fact.response is JoinResponse.SUCCESS else None


def _pin_disabled(_: Event, fact: pins.PrivacyPinDisabled) -> str | None:
    """Suppliers may disable the PIN of a meter (3.5, ECS14 and GCS11), nobody else and no other."""
    allowed = may_send(role=fact.role, reference="3.5") and fact.device_type in _METERS
    return None if allowed else "BR10"


def _intruder(_: Event, fact: pins.UnauthorisedPairingAttempted) -> str | None:
    """Where a PIN is set it is asked for, where none is set there is nothing to guess (¶32)."""
    if not fact.pin_set:
        held = fact.outcome is IntruderOutcome.PIN_HELD
        return "BR09" if fact.guesses or held else None
    return "BR09" if fact.outcome is IntruderOutcome.PAIRED and not fact.guesses else None


CHECKS: Final[dict[type[PremisesFact], Check]] = {
    **dict.fromkeys(FirmwareFact.__args__, _firmware),
    firmware.FirmwareActivationRequested: _dated,
    firmware.FirmwareActivationAccepted: _dated,
    firmware.FirmwareVersionMismatchFound: _mismatch,
    lifecycle.DevicePreNotified: _announced,
    lifecycle.DeviceInstalled: _announced,
    lifecycle.CommsHubInstalled: _hub_installed,
    lifecycle.CommsHubReplaced: _hub_replaced,
    lifecycle.DeviceStatusChanged: _status_changed,
    lifecycle.InventoryEntryTold: _entry,
    lifecycle.PowerOutageAlerted: _outage,
    bands.BandSelected: _band,
    bands.HighBandwidthLinkOpened: _link_opened,
    bands.HighBandwidthLinkClosed: _link_closed,
    bands.HighBandwidthLinkRefused: _link_refused,
    sub_ghz.DutyCycleStateChanged: _duty_cycle,
    sub_ghz.DutyCycleAlerted: _duty_alerted,
    sub_ghz.SubGhzChannelChanged: _channel,
    sub_ghz.MessageDiscarded: _discarded,
    pairing.PairingStarted: _pairing_started,
    joining.DeviceLogUpdateRequested: _log_update,
    joining.ChfDeviceLogChanged: _log_changed,
    joining.DeviceJoined: _joined,
    joining.JoinRequested: _join_requested,
    joining.JoinSucceeded: _join_succeeded,
    joining.JoinFailed: _join_failed,
    pins.PrivacyPinDisabled: _pin_disabled,
    pins.UnauthorisedPairingAttempted: _intruder,
}
"""Types that have a check; all others have nothing that one fact alone could break."""
