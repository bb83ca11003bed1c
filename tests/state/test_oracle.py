"""Late facts against a naive oracle: each field is what the newest fact about it says (D11, F4)."""

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import given

from tests.state.histories import LAWS, TYPE_OF, histories, records, run
from twin.events import bands, firmware, lifecycle, pins
from twin.events.envelope import Event
from twin.state.premises import Device, Premises, is_capable
from twin.vocabulary import ExecutionState

INSTALLS = (lifecycle.CommsHubInstalled, lifecycle.DeviceInstalled)
FIRMWARES = (*INSTALLS, firmware.FirmwareActivated, firmware.FirmwareVersionRead)
SIDE_ENDS = {ExecutionState.FAILED: 9.0, ExecutionState.TIMED_OUT: 4.5}
STATES: dict[Any, float] = {
    firmware.FirmwareUpdateRequested: 0.0,
    firmware.FirmwareDeliveredToHub: 1.0,
    firmware.FirmwareVerified: 2.0,
    firmware.FirmwareActivationRequested: 3.0,
    firmware.FirmwareUpdateTimedOut: 4.5,
    firmware.FirmwareActivationFailed: 9.0,
}
RANKS = {
    ExecutionState.REQUESTED: 0.0,
    ExecutionState.AT_HUB: 1.0,
    ExecutionState.VERIFIED: 2.0,
    ExecutionState.ACTIVATION_REQUESTED: 3.0,
    ExecutionState.ACTIVATED_UNCONFIRMED: 4.0,
    ExecutionState.ACTIVATED: 5.0,
    **SIDE_ENDS,
}


def newest(events: Iterable[Event], says: Callable[[Any], bool]) -> Any:
    """The fact of the newest event that says something of a field, or None."""
    about = [event for event in events if says(event.fact)]
    about.sort(key=lambda event: (event.occurred_at, event.sequence, event.source))
    return about[-1].fact if about else None


def of(device_id: str, *kinds: type[Any]) -> Callable[[Any], bool]:
    """Whether a fact is of one of the kinds and about the device."""
    return lambda fact: isinstance(fact, kinds) and fact.device_id == device_id


def has_version(device_id: str) -> Callable[[Any], bool]:
    """Whether a fact says which version the device runs."""
    return lambda fact: of(device_id, *FIRMWARES)(fact) and fact.firmware_version is not None


def rank(fact: Any) -> float:
    """How far a firmware fact brings an execution."""
    if isinstance(fact, firmware.FirmwareActivated):
        return 4.0 if fact.response_lost else 5.0
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
    pin = newest(events, lambda fact: isinstance(fact, pins.PrivacyPinSet | pins.PrivacyPinCleared))
    held = premises.registration
    assert (held and (held.supplier, held.gsp_group)) == (
        registered and (registered.supplier, registered.gsp_group)
    )
    assert (premises.coverage and premises.coverage.sub_ghz) == (covered and covered.sub_ghz)
    assert (premises.pin and premises.pin.pin_class) == getattr(pin, "pin_class", None)
    entered = [e.fact for e in events if isinstance(e.fact, pins.PrivacyPinEntered)]
    assert premises.pin_accepted == sum(fact.accepted for fact in entered)
    assert premises.pin_refused == sum(not fact.accepted for fact in entered)


@LAWS
@given(histories(max_size=40))
def test_truth_and_belief(events: list[Event]) -> None:
    """Truth is the newest version anybody knows; belief hears no lost response (BR35)."""
    premises = folded(events)
    for device_id in TYPE_OF:
        device = premises.devices.get(device_id, Device(device_id, TYPE_OF[device_id]))
        truth = newest(events, has_version(device_id))
        heard = [e for e in events if not getattr(e.fact, "response_lost", False)]
        belief = newest(heard, has_version(device_id))
        for found, fact in ((device.truth, truth), (device.belief, belief)):
            assert (found and (found.version, found.pairing_capable)) == (
                fact and (fact.firmware_version, fact.pairing_capable)
            )


@LAWS
@given(histories(max_size=40))
def test_fields_of_a_device(events: list[Event]) -> None:
    premises = folded(events)
    for device_id, device in premises.devices.items():
        installed = newest(events, of(device_id, *INSTALLS))
        linked = newest(events, of(device_id, bands.BandSelected))
        commissioned = newest(events, of(device_id, lifecycle.DeviceCommissioned))
        assert (device.model, device.hub_variant) == (
            getattr(installed, "model", None),
            getattr(installed, "hub_variant", None),
        )
        assert (device.installed is None) == (installed is None)
        assert (device.commissioned is None) == (commissioned is None)
        assert (device.link and (device.link.band, device.link.reason)) == (
            linked and (linked.band, linked.reason)
        )


@LAWS
@given(histories(max_size=40))
def test_executions_are_as_far_as_the_furthest_fact(events: list[Event]) -> None:
    premises = folded(events)
    for device_id, device in premises.devices.items():
        steps: list[Any] = [
            e for e in events if of(device_id, *STATES, firmware.FirmwareActivated)(e.fact)
        ]
        assert bool(device.executions) == bool(steps)
        for execution in device.executions.values():
            furthest = max((e.fact.attempt, rank(e.fact)) for e in steps)
            assert (execution.attempt, RANKS[execution.state]) == furthest
            same = [e.occurred_at for e in steps if e.fact.attempt == execution.attempt]
            assert execution.requested_at == min(same)


@LAWS
@given(histories(max_size=40))
def test_capable_is_the_conjunction(events: list[Event]) -> None:
    """Hub and electricity meter, each by its newest version, once it is installed (BR05)."""
    premises = folded(events)
    expected = all(
        newest(events, of(device_id, *INSTALLS)) is not None
        and getattr(newest(events, has_version(device_id)), "pairing_capable", False)
        for device_id in list(TYPE_OF)[:2]
    )
    assert is_capable(premises) is expected
