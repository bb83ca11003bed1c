"""Short stories of firmware: each told in every order, with what must come of it."""

from datetime import timedelta

import pytest

from tests.state.histories import after
from tests.state.legal_cases import MODEL, REQUEST, named, step
from tests.state.random_facts import (
    ESME,
    START,
    TARGET_OF,
)
from twin.events import firmware, lifecycle
from twin.events.registry import PremisesFact
from twin.state.devices import held_image, inventory_status, mismatch_open
from twin.state.premises import Premises, standing
from twin.vocabulary import (
    DeviceStatus,
    ExecutionState,
    Role,
    StatusReason,
    TransferOutcome,
    WarningList,
)

TARGET, OLD = TARGET_OF[ESME], "00010001"


def requested() -> PremisesFact:
    """The update is requested."""
    return firmware.FirmwareUpdateRequested(
        **step(ESME), request_id=REQUEST, firmware_version=TARGET
    )


def verified(version: str = TARGET) -> PremisesFact:
    """The image is held."""
    return firmware.FirmwareVerified(**step(ESME), firmware_version=version, image_hash="a0" * 32)


def activated(version: str = TARGET, *, lost: bool = False) -> PremisesFact:
    """The image runs."""
    return firmware.FirmwareActivated(
        **step(ESME), firmware_version=version, pairing_capable=True, response_lost=lost
    )


def dated(minutes: int) -> PremisesFact:
    """A future-dated activation is accepted."""
    at = START + timedelta(minutes=minutes)
    return firmware.FirmwareActivationAccepted(**step(ESME), execute_at=at)


def state_of(premises: Premises) -> ExecutionState:
    """How far the meter has come."""
    esme = premises.devices[ESME]
    return standing(esme, esme.executions[step(ESME)["campaign_id"]])


@pytest.mark.rule("BR32")
def test_a_newer_image_replaces_the_one_held() -> None:
    esme = after(verified("0002AAAA"), verified()).devices[ESME]
    held = held_image(device=esme)
    assert held is not None
    assert held.version == TARGET


@pytest.mark.rule("BR29", "BR31", "BR32")
def test_an_image_goes_when_it_is_activated_or_fails() -> None:
    assert held_image(device=after(verified(), activated()).devices[ESME]) is None
    failed = firmware.FirmwareVerificationFailed(**step(ESME))
    assert held_image(device=after(verified(), failed).devices[ESME]) is None
    kept = held_image(device=after(verified(), activated(OLD)).devices[ESME])
    assert kept is not None, "what was activated was not the image held"
    again = held_image(device=after(activated(), verified()).devices[ESME])
    assert again is not None, "downloaded again after it was activated"


@pytest.mark.rule("BR33")
def test_a_dated_activation_ends_by_itself_or_is_cancelled() -> None:
    asked = firmware.FirmwareActivationRequested(
        **step(ESME), request_id=REQUEST, execute_at=START + timedelta(minutes=60)
    )
    waiting = after(requested(), asked, dated(60))
    held = waiting.devices[ESME].activation
    assert held is not None
    assert held.execute_at == START + timedelta(minutes=60)
    assert state_of(waiting) is ExecutionState.ACTIVATION_REQUESTED
    done = after(requested(), dated(60), activated())
    assert (state_of(done), ended(done)) == (ExecutionState.ACTIVATED, True)
    cancelled = after(requested(), dated(60), firmware.FirmwareActivationCancelled(**step(ESME)))
    assert (state_of(cancelled), ended(cancelled)) == (ExecutionState.FAILED, True)


def ended(premises: Premises) -> bool:
    """Whether no activation is pending any more."""
    held = premises.devices[ESME].activation
    return held is not None and held.execute_at is None


@pytest.mark.peer_fault("PF-goosebit-02")
@pytest.mark.rule("BR28", "BR30")
@pytest.mark.parametrize(
    "end",
    [
        firmware.FirmwareUpdateWarned(**step(ESME), warning=WarningList.NOT_COMMISSIONED),
        firmware.FirmwareDeliveryFailed(**step(ESME)),
        firmware.FirmwareTransferred(**step(ESME), transfer=TransferOutcome.IMAGE_DISCARDED),
        firmware.FirmwareVerificationFailed(**step(ESME)),
    ],
)
def test_what_goes_wrong_on_the_way_fails_the_attempt(end: PremisesFact) -> None:
    premises = after(requested(), end)
    assert state_of(premises) is ExecutionState.FAILED
    assert premises.devices[ESME].truth is None, "distribution never changes what runs"


def test_a_good_transfer_is_no_step_of_its_own() -> None:
    good = firmware.FirmwareTransferred(**step(ESME), transfer=TransferOutcome.SUCCESS)
    assert state_of(after(requested(), good)) is ExecutionState.AT_HUB
    assert state_of(after(requested(), good, verified())) is ExecutionState.VERIFIED


@pytest.mark.rule("BR35")
def test_belief_hears_the_alert_and_closes_the_mismatch() -> None:
    found = firmware.FirmwareVersionMismatchFound(
        **named(ESME), running_version=TARGET, inventory_version=OLD
    )
    runs = firmware.ExecutingFirmwareChanged(
        **named(ESME), firmware_version=TARGET, pairing_capable=True
    )
    behind = after(activated(lost=True), found).devices[ESME]
    assert behind.belief is None
    assert mismatch_open(device=behind)
    heard = after(activated(lost=True), found, runs).devices[ESME]
    assert heard.belief is not None
    assert (heard.belief.version, heard.belief.evidence) == (TARGET, "activated")
    assert not mismatch_open(device=heard)


def test_the_inventory_says_the_newer_of_two_things() -> None:
    announced = lifecycle.DevicePreNotified(**named(ESME), role=Role.IMPORT_SUPPLIER, model=MODEL)
    commissioned = lifecycle.DeviceCommissioned(**named(ESME))
    removed = StatusReason.FIRMWARE_REMOVED_FROM_CPL
    suspended = lifecycle.DeviceStatusChanged(
        **named(ESME), from_status=None, to_status=DeviceStatus.SUSPENDED, reason=removed
    )
    said = (announced, commissioned, suspended)
    expected = (DeviceStatus.PENDING, DeviceStatus.COMMISSIONED, DeviceStatus.SUSPENDED)
    for count, status in enumerate(expected, start=1):
        assert inventory_status(device=after(*said[:count]).devices[ESME]) is status
    assert inventory_status(device=after(verified()).devices[ESME]) is None
