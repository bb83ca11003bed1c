"""A late fact never overwrites a newer one (D11): each case in every order of its facts."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.state.histories import evolved
from tests.state.random_facts import (
    ATTEMPTS,
    CAD,
    CAMPAIGN_OF,
    ESME,
    PREMISES,
    START,
    TARGET_OF,
    TYPE_OF,
)
from twin.events import bands, firmware, lifecycle, pairing, pins
from twin.events.envelope import Event, new_event
from twin.events.registry import PremisesFact
from twin.ids import event_id
from twin.state.devices import Stamp
from twin.state.digest import premises_digest
from twin.state.premises import Premises, standing
from twin.vocabulary import (
    ActivationOutcome,
    Band,
    BandReason,
    DeviceType,
    ExecutionState,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinClass,
)

OLD = "00010001"
ATTEMPT = ATTEMPTS[PairingRoute.LOCAL][0]
LOCAL: dict[str, Any] = {"attempt_id": ATTEMPT, "route": PairingRoute.LOCAL}


@dataclass(frozen=True)
class Said:
    """A fact with the minute it happened."""

    minute: int
    fact: PremisesFact


def step_of(device: str, *, attempt: int = 1) -> dict[str, Any]:
    """Where a firmware fact belongs."""
    return {
        "device_id": device,
        "device_type": TYPE_OF[device],
        "campaign_id": CAMPAIGN_OF[device],
        "wave": 1,
        "attempt": attempt,
    }


def asked(device: str = ESME, *, attempt: int = 1) -> firmware.FirmwareUpdateRequested:
    """An update request for a device's target."""
    request = event_id(source=device, sequence=attempt, event_type="request")
    return firmware.FirmwareUpdateRequested(
        **step_of(device, attempt=attempt), request_id=request, firmware_version=TARGET_OF[device]
    )


def activated(version: str, *, lost: bool = False, attempt: int = 1) -> firmware.FirmwareActivated:
    """An activation at the electricity meter."""
    return firmware.FirmwareActivated(
        **step_of(ESME, attempt=attempt),
        firmware_version=version,
        pairing_capable=version != OLD,
        response_lost=lost,
    )


def version_read(version: str) -> firmware.FirmwareVersionRead:
    """The electricity meter's answer to 11.2."""
    return firmware.FirmwareVersionRead(
        device_id=ESME,
        device_type=DeviceType.ESME,
        firmware_version=version,
        pairing_capable=version != OLD,
        request_id=event_id(source=ESME, sequence=1, event_type="read"),
    )


def installed(device: str, *, version: str | None, model: str | None = None) -> PremisesFact:
    """An installation of a device other than the hub."""
    return lifecycle.DeviceInstalled(
        device_id=device, device_type=TYPE_OF[device], model=model, firmware_version=version
    )


def paired() -> pairing.PairingCompleted:
    """The CAD is paired."""
    return pairing.PairingCompleted(**LOCAL, device_id=CAD, code_length=8, duration_s=60)


def started(*, pin_prompted: bool) -> pairing.PairingStarted:
    """The attempt begins."""
    return pairing.PairingStarted(
        **LOCAL, channel=PairingChannel.AT_METER, pin_prompted=pin_prompted
    )


def failed(cause: PairingFault) -> pairing.PairingFailed:
    """The attempt fails."""
    return pairing.PairingFailed(**LOCAL, cause=cause)


def linked(band: Band, reason: BandReason) -> bands.BandSelected:
    """A band for the CAD."""
    return bands.BandSelected(device_id=CAD, device_type=DeviceType.CAD, band=band, reason=reason)


CASES: dict[str, list[Said]] = {
    "a CAD is installed, then paired": [
        Said(1, installed(CAD, version=None)),
        Said(2, paired()),
    ],
    "a device is installed again without a version": [
        Said(1, installed(ESME, version=OLD, model="1062-0A0B0C0D")),
        Said(2, installed(ESME, version=None, model="1063-01020304")),
    ],
    "the same attempt is asked for twice": [Said(1, asked()), Said(2, asked())],
    "the same step is reported three times": [
        Said(3, firmware.FirmwareVerified(**step_of(ESME), firmware_version=TARGET_OF[ESME])),
        Said(1, firmware.FirmwareVerified(**step_of(ESME), firmware_version=TARGET_OF[ESME])),
        Said(2, firmware.FirmwareVerified(**step_of(ESME), firmware_version=TARGET_OF[ESME])),
    ],
    "timed out, then done after all": [
        Said(1, asked()),
        Said(5, firmware.FirmwareUpdateTimedOut(**step_of(ESME))),
        Said(4, activated(TARGET_OF[ESME])),
    ],
    "an attempt fails and the next one succeeds": [
        Said(1, asked()),
        Said(
            2,
            firmware.FirmwareActivationFailed(
                **step_of(ESME), outcome=ActivationOutcome.HASH_MISMATCH, firmware_version=OLD
            ),
        ),
        Said(3, asked(attempt=2)),
        Said(4, activated(TARGET_OF[ESME], attempt=2)),
    ],
    "it activates the old version and says so": [
        Said(1, asked()),
        Said(2, activated(OLD)),
        Said(3, version_read(OLD)),
    ],
    "two reads and an activation": [
        Said(1, version_read(OLD)),
        Said(2, activated(TARGET_OF[ESME], lost=True)),
        Said(3, version_read(TARGET_OF[ESME])),
    ],
    "pairing fails, then completes": [
        Said(1, started(pin_prompted=True)),
        Said(2, failed(PairingFault.WINDOW_EXPIRED)),
        Said(3, paired()),
    ],
    "pairing is abandoned, then fails": [
        Said(2, pairing.PairingAbandoned(**LOCAL, stage=PairingStage.JOIN)),
        Said(3, failed(PairingFault.NO_CBKE_RESPONSE)),
    ],
    "two ends in the same minute": [
        Said(2, failed(PairingFault.NO_CBKE_RESPONSE)),
        Said(2, failed(PairingFault.WINDOW_EXPIRED)),
    ],
    "two beginnings": [
        Said(1, started(pin_prompted=False)),
        Said(2, started(pin_prompted=True)),
    ],
    "two beginnings in the same minute": [
        Said(1, started(pin_prompted=False)),
        Said(1, started(pin_prompted=True)),
    ],
    "a band, then another": [
        Said(1, linked(Band.GHZ_2_4, BandReason.COVERAGE)),
        Said(2, linked(Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE)),
    ],
    "a PIN set and cleared in the same minute": [
        Said(1, pins.PrivacyPinSet(pin_class=PinClass.TOP_1)),
        Said(1, pins.PrivacyPinCleared()),
    ],
}


def events(case: str) -> list[Event]:
    """The case's events, numbered as they were said."""
    return [
        new_event(
            fact=said.fact,
            source=f"urn:gb:esme:{ESME}",
            sequence=number,
            key=PREMISES,
            occurred_at=START + timedelta(minutes=said.minute),
        )
        for number, said in enumerate(CASES[case], start=1)
    ]


def in_order(case: str) -> Premises:
    """The premises after the case in the order it happened."""
    return evolved(sorted(events(case), key=lambda e: (e.occurred_at, e.sequence)))


@pytest.mark.peer_fault("PF-ours-02")
@pytest.mark.parametrize("case", CASES)
def test_any_order_gives_the_state_of_the_true_order(case: str) -> None:
    expected = in_order(case)
    for order in permutations(events(case)):
        assert premises_digest(evolved(order)) == premises_digest(expected), order


def test_paired_cad_is_still_the_one_that_was_installed() -> None:
    cad = in_order("a CAD is installed, then paired").devices[CAD]
    assert cad.installed is not None
    assert cad.installed.at == START + timedelta(minutes=1)
    assert cad.joined is not None
    assert cad.joined.at == START + timedelta(minutes=2)


def test_installation_without_a_version_keeps_the_known_one() -> None:
    esme = in_order("a device is installed again without a version").devices[ESME]
    assert esme.model == "1063-01020304"
    assert esme.truth is not None
    assert esme.truth.version == OLD


def test_repeated_request_keeps_the_first_moment() -> None:
    execution = in_order("the same attempt is asked for twice").devices[ESME].executions
    assert execution["LCP-ESME"].requested_at == START + timedelta(minutes=1)
    assert execution["LCP-ESME"].reached_at == START + timedelta(minutes=1)


@pytest.mark.peer_fault("PF-ours-07")
def test_activation_of_another_version_moves_no_target() -> None:
    """A device that says 'activated' on the old version, and is read on it, has failed (D34)."""
    esme = in_order("it activates the old version and says so").devices[ESME]
    execution = esme.executions["LCP-ESME"]
    assert execution.target_version == TARGET_OF[ESME]
    assert execution.state is ExecutionState.ACTIVATED
    assert standing(esme, execution) is ExecutionState.FAILED


def test_late_failure_does_not_undo_a_completed_pairing() -> None:
    attempt = in_order("pairing fails, then completes").pairings[ATTEMPT]
    assert (attempt.outcome, attempt.cause) == ("completed", None)
    assert attempt.ended_at == START + timedelta(minutes=3)


@pytest.mark.peer_fault("PF-ours-03")
def test_truth_after_the_time_out_stands() -> None:
    esme = in_order("timed out, then done after all").devices[ESME]
    assert standing(esme, esme.executions["LCP-ESME"]) is ExecutionState.ACTIVATED


def test_stamps_order_by_moment_then_number_then_source() -> None:
    later = START + timedelta(seconds=1)
    assert Stamp(START, 9, "z") < Stamp(later, 1, "a")
    assert Stamp(START, 1, "z") < Stamp(START, 2, "a")
    assert Stamp(START, 1, "a") < Stamp(START, 1, "b")
