"""Late facts against a naive oracle: each field is what the newest fact about it says (D11, F4)."""

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import given

from tests.state.histories import LAWS, histories, records, run
from tests.state.random_facts import ESME, HUB, HUB_2, TYPE_OF
from twin.events import attempts, bands, firmware, joining, lifecycle, pairing, pins, sub_ghz
from twin.events.envelope import Event
from twin.state.devices import Device, HighBandwidthLink, Partner
from twin.state.legality import breach_of
from twin.state.premises import Premises, active_device, is_capable, open_links
from twin.vocabulary import (
    DeviceType,
    ExecutionState,
    IntruderOutcome,
    TransferOutcome,
    UnjoinResponse,
)

INSTALLS = (lifecycle.CommsHubInstalled, lifecycle.DeviceInstalled)
RUNS = (
    firmware.FirmwareActivated,
    firmware.FirmwareVersionRead,
    firmware.ExecutingFirmwareChanged,
)
FIRMWARES = (*INSTALLS, *RUNS)
PINS = {
    pins.PrivacyPinSet,
    pins.PrivacyPinChanged,
    pins.PrivacyPinCleared,
    pins.PrivacyPinDisabled,
}
SIDE_ENDS = {
    ExecutionState.FAILED: 9.0,
    ExecutionState.TIMED_OUT: 4.5,
    ExecutionState.CONFIRMATION_TIMED_OUT: 5.5,
    ExecutionState.CANCELLED: 10.0,
}
STATES: dict[Any, float] = {
    firmware.FirmwareUpdateRequested: 0.0,
    attempts.FirmwareUpdateUnanswered: 0.0,
    firmware.FirmwareDeliveredToHub: 1.0,
    firmware.FirmwareVerified: 2.0,
    firmware.FirmwareActivationRequested: 3.0,
    firmware.FirmwareActivationAccepted: 3.0,
    firmware.FirmwareUpdateTimedOut: 4.5,
    attempts.FirmwareConfirmationTimedOut: 5.5,
    attempts.FirmwareUpdateConflicted: 9.0,
    firmware.FirmwareUpdateWarned: 9.0,
    firmware.FirmwareDeliveryFailed: 9.0,
    firmware.FirmwareVerificationFailed: 9.0,
    firmware.FirmwareActivationCancelled: 9.0,
    firmware.FirmwareActivationFailed: 9.0,
}
STEPS = (*STATES, firmware.FirmwareTransferred, firmware.FirmwareActivated)
RANKS = {
    ExecutionState.REQUESTED: 0.0,
    ExecutionState.AT_HUB: 1.0,
    ExecutionState.VERIFIED: 2.0,
    ExecutionState.ACTIVATION_REQUESTED: 3.0,
    ExecutionState.ACTIVATED_UNCONFIRMED: 4.0,
    ExecutionState.ACTIVATED: 5.0,
    **SIDE_ENDS,
}


def legal(events: Iterable[Event]) -> list[Event]:
    """The events whose facts may change anything."""
    return [e for e in events if breach_of(event=e, fact=e.fact) is None]  # type: ignore[arg-type]


def newest_event(events: Iterable[Event], says: Callable[[Any], bool]) -> Event | None:
    """The newest event that says something of a field, or None."""
    about = [event for event in legal(events) if says(event.fact)]
    return max(about, key=lambda e: (e.occurred_at, e.sequence, e.source), default=None)


def newest(events: Iterable[Event], says: Callable[[Any], bool]) -> Any:
    """Its fact, or None."""
    found = newest_event(events, says)
    return found and found.fact


def of(device_id: str, *kinds: type[Any]) -> Callable[[Any], bool]:
    """Whether a fact is of one of the kinds and about the device."""
    return lambda fact: isinstance(fact, kinds) and fact.device_id == device_id


DUTY = (sub_ghz.DutyCycleStateChanged, sub_ghz.DutyCycleAlerted)
ENTRIES = (lifecycle.InventoryEntryTold,)
STATUSES = (
    lifecycle.DeviceStatusChanged,
    lifecycle.DevicePreNotified,
    lifecycle.InventoryEntryTold,
)


def has_version(device_id: str, by: tuple[type[Any], ...] = FIRMWARES) -> Callable[[Any], bool]:
    """Whether a fact says which version the device runs, or its inventory entry names."""
    return lambda fact: of(device_id, *by)(fact) and fact.firmware_version is not None


def rank(fact: Any) -> float:
    """How far a firmware fact brings an execution."""
    if isinstance(fact, firmware.FirmwareActivated):
        return 4.0 if fact.response_lost else 5.0
    if isinstance(fact, firmware.FirmwareTransferred):
        return 1.0 if fact.transfer is TransferOutcome.SUCCESS else 9.0
    if isinstance(fact, firmware.FirmwareActivationCancelled) and fact.recalled_by is not None:
        return SIDE_ENDS[ExecutionState.CANCELLED]
    return STATES[type(fact)]


def folded(events: list[Event]) -> Premises:
    """The premises after the events, by the whole of `step`."""
    return run(records(events)).premises


@LAWS
@given(histories(max_size=40))
def test_fields_of_the_premises(events: list[Event]) -> None:
    premises = folded(events)
    registered = newest(events, lambda fact: isinstance(fact, lifecycle.PremisesRegistered))
    covered = newest(events, lambda fact: isinstance(fact, bands.CoverageMeasured))
    pin = newest(events, lambda fact: type(fact) in PINS)
    held = premises.registration
    assert (held and (held.supplier, held.gsp_group)) == (
        registered and (registered.supplier, registered.gsp_group)
    )
    assert (premises.coverage and premises.coverage.sub_ghz) == (covered and covered.sub_ghz)
    assert (premises.pin and premises.pin.pin_class) == getattr(pin, "pin_class", None)
    entered = [e.fact for e in events if isinstance(e.fact, pins.PrivacyPinEntered)]
    assert premises.pin_accepted == sum(fact.accepted for fact in entered)
    assert premises.pin_refused == sum(not fact.accepted for fact in entered)
    tried = [e.fact for e in legal(events) if isinstance(e.fact, pins.UnauthorisedPairingAttempted)]
    assert premises.intruders == len(tried)
    assert premises.intruders_paired == sum(f.outcome is IntruderOutcome.PAIRED for f in tried)
    assert premises.breaches.keys() <= {f"BR{number:02d}" for number in range(1, 44)}
    assert sum(premises.breaches.values()) == len(events) - len(legal(events))


@LAWS
@given(histories(max_size=40))
def test_truth_and_belief(events: list[Event]) -> None:
    """Truth is the newest version anybody knows; belief hears no lost response (BR35)."""
    premises = folded(events)
    for device_id in TYPE_OF:
        device = premises.devices.get(device_id, Device(device_id, TYPE_OF[device_id]))
        truth = newest(events, has_version(device_id))
        heard = [e for e in events if not getattr(e.fact, "response_lost", False)]
        belief = newest(heard, has_version(device_id, by=(*FIRMWARES, *ENTRIES)))
        for found, fact in ((device.truth, truth), (device.belief, belief)):
            assert (found and (found.version, found.pairing_capable)) == (
                fact and (fact.firmware_version, fact.pairing_capable)
            )


@LAWS
@given(histories(max_size=40))
def test_fields_of_a_device(events: list[Event]) -> None:
    premises = folded(events)
    for device_id, device in premises.devices.items():
        if device.device_type is DeviceType.GPF:
            continue  # it comes with its hub, whose fact names it otherwise
        installed = newest(events, of(device_id, *INSTALLS))
        linked = newest(events, of(device_id, bands.BandSelected))
        commissioned = newest(events, of(device_id, lifecycle.DeviceCommissioned))
        spoken = of(device_id, *STATUSES)
        with_status = [e for e in events if getattr(e.fact, "status", "") is not None]
        told = newest(with_status, spoken)
        assert (device.model, device.hub_variant) == (
            getattr(installed, "model", None),
            getattr(installed, "hub_variant", None),
        )
        assert (device.installed is None) == (installed is None)
        assert (device.commissioned is None) == (commissioned is None)
        assert (device.link and (device.link.band, device.link.reason)) == (
            linked and (linked.band, linked.reason)
        )
        assert (device.status and device.status.status) == (
            told and getattr(told, "status", getattr(told, "to_status", "Pending"))
        )


@LAWS
@given(histories(max_size=40))
def test_executions_are_as_far_as_the_furthest_fact(events: list[Event]) -> None:
    premises = folded(events)
    for device_id, device in premises.devices.items():
        steps: list[Any] = [e for e in legal(events) if of(device_id, *STEPS)(e.fact)]
        assert bool(device.executions) == bool(steps)
        for execution in device.executions.values():
            furthest = max((e.fact.attempt, rank(e.fact)) for e in steps)
            assert (execution.attempt, RANKS[execution.state]) == furthest
            same = [e.occurred_at for e in steps if e.fact.attempt == execution.attempt]
            assert execution.requested_at == min(same)
            assert execution.released_at == min(e.occurred_at for e in steps)
            assert {one.attempt: one.cause for one in execution.failures} == causes(steps)
            asked = [
                e.occurred_at
                for e in steps
                if isinstance(e.fact, ASKS) and e.fact.attempt == execution.attempt
            ]
            assert execution.activation_asked_at == min(asked, default=None)


ASKS = (firmware.FirmwareActivationRequested, firmware.FirmwareActivationAccepted)
SAID = {
    firmware.FirmwareUpdateWarned: "warning",
    firmware.FirmwareTransferred: "transfer",
    firmware.FirmwareActivationFailed: "outcome",
    attempts.FirmwareUpdateConflicted: "cause",
    firmware.FirmwareUpdateTimedOut: "cause",
}
UNSAID = {
    firmware.FirmwareDeliveryFailed: "not_delivered",
    firmware.FirmwareVerificationFailed: "verification_failed",
    attempts.FirmwareConfirmationTimedOut: "confirmation_timed_out",
}


def causes(steps: list[Event]) -> dict[int, str]:
    """By attempt why it failed: what was said first, and silence only where nothing was said."""
    found: dict[int, list[tuple[int, Any, str]]] = {}
    for event in steps:
        fact: Any = event.fact
        cause = UNSAID.get(type(fact)) or getattr(fact, SAID.get(type(fact), ""), None)
        if isinstance(fact, firmware.FirmwareActivationCancelled) and fact.recalled_by is None:
            cause = "activation_cancelled"
        if cause in (None, "success"):
            continue
        silence = ("timed_out" in cause) + (isinstance(fact, firmware.FirmwareUpdateTimedOut))
        found.setdefault(fact.attempt, []).append((silence, event.occurred_at, cause))
    return {attempt: min(said)[2] for attempt, said in found.items()}


@LAWS
@given(histories(max_size=40))
def test_links_are_what_was_said_last(events: list[Event]) -> None:
    """Open, closed or refused, for each device (BR15)."""
    premises, words = folded(events), ("opened", "closed", "refused")
    kinds = {w: getattr(bands, f"HighBandwidthLink{w.title()}") for w in words}
    still_open = set()
    for device_id, device in premises.devices.items():
        said = newest(events, of(device_id, *kinds.values()))
        word = next((w for w, kind in kinds.items() if isinstance(said, kind)), None)
        held: HighBandwidthLink | None = device.high_bandwidth
        assert (held and held.word) == (word and word.replace("opened", "open"))
        still_open |= {device_id} if word == "opened" else set()
    assert set(open_links(premises)) == still_open


@LAWS
@given(histories(max_size=40))
def test_logs_and_partners_are_what_was_said_last(events: list[Event]) -> None:
    premises = folded(events)
    kinds = joining.ChfDeviceLogChanged, joining.GpfDeviceLogChanged
    for device_id, device in premises.devices.items():
        log = newest(events, of(device_id, *kinds))
        assert (device.log and device.log.entries) == (log and log.entries)
        assert (device.log and device.log.historic) == (log and getattr(log, "historic", ()))
        for partner_id, partner in device.partners.items():
            said = newest(events, lambda fact, d=device_id, p=partner_id: about_partner(fact, d, p))
            assert partner_words(partner) == partner_of(said)


def about_partner(fact: Any, device_id: str, partner_id: str) -> bool:
    """Whether a fact is the last word on a partner if it is the newest."""
    kinds = joining.JoinSucceeded | joining.JoinFailed | joining.DeviceUnjoined
    if not isinstance(fact, kinds) or fact.device_id != device_id:
        return False
    failed = getattr(fact, "response", None) is UnjoinResponse.OTHER_FAILURE
    return fact.partner_device_id == partner_id and not failed


def partner_words(partner: Partner) -> tuple[str, str]:
    """A partner in words."""
    return partner.word, partner.response


def partner_of(fact: Any) -> tuple[str, str]:
    """What a fact says of a partner."""
    if isinstance(fact, joining.JoinSucceeded):
        return "joined", "success"
    return ("failed" if isinstance(fact, joining.JoinFailed) else "unjoined"), fact.response


@LAWS
@given(histories(max_size=40))
def test_the_air_and_the_attempts(events: list[Event]) -> None:
    premises = folded(events)
    duty = newest(events, lambda fact: isinstance(fact, DUTY))
    held = premises.radio.duty_cycle
    assert (held and held.state) == (duty and duty.to_state)
    scans = [e for e in events if isinstance(e.fact, sub_ghz.ChannelScanAssessed)]
    assert sum(premises.radio.scans.values()) == len(scans)
    moved = [e for e in legal(events) if isinstance(e.fact, sub_ghz.SubGhzChannelChanged)]
    newest_moves = sorted(e.occurred_at for e in moved)[-16:]
    assert list(premises.radio.channel_changes) == newest_moves
    for attempt in premises.pairings.values():
        facts = [
            e.fact for e in legal(events) if getattr(e.fact, "attempt_id", "") == attempt.attempt_id
        ]
        opened = (pairing.PairingModeOpened, pairing.PairingWindowExpired)
        assert attempt.window_s == max(
            (f.window_s for f in facts if isinstance(f, opened)), default=None
        )
        assert attempt.code_transferred is any(
            isinstance(f, pairing.InstallCodeTransferred) for f in facts
        )


@LAWS
@given(histories(max_size=40))
def test_capable_is_the_conjunction(events: list[Event]) -> None:
    """The hub in use and the electricity meter, each by its newest version (BR05, BR43)."""
    premises = folded(events)
    devices = [d.device_id for d in (hub_of(events), premises.devices.get(ESME)) if d is not None]
    expected = len(devices) == 2 and all(
        newest(events, of(device_id, *INSTALLS)) is not None
        and getattr(newest(events, has_version(device_id)), "pairing_capable", False)
        for device_id in devices
    )
    assert is_capable(premises) is expected


def hub_of(events: list[Event]) -> Device | None:
    """The hub in use: of those not exchanged since they were installed, the one installed last."""
    premises, places = folded(events), []
    for device_id in (HUB, HUB_2):
        came = newest_event(events, of(device_id, *INSTALLS))
        gone = newest_event(
            events, lambda fact, d=device_id: getattr(fact, "replaced_device_id", "") == d
        )
        if came is not None and (gone is None or place_of(came) > place_of(gone)):
            places.append((place_of(came), device_id))
    found = premises.devices[max(places)[1]] if places else None
    assert active_device(premises, device_type=DeviceType.CHF) == found
    return found


def place_of(event: Event) -> tuple[Any, ...]:
    """Where an event stands among those that say the same."""
    return event.occurred_at, event.sequence, event.source
