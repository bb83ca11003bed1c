"""Journeys of pairing, step by step, with luck that the test gives."""

import pytest
from msgspec.structs import replace

from twin.events.pairing import (
    InstallCodeRejected,
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingStarted,
)
from twin.events.pins import PrivacyPinEntered
from twin.fleet.assumptions import shipped
from twin.fleet.pairing_journeys import (
    DIGITS,
    Attempt,
    incapable_journey,
    local_journey,
    remote_journey,
)
from twin.fleet.shapes import distribution
from twin.vocabulary import (
    CodeFault,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinPurpose,
)

ATTEMPT_ID = "0a0a0a0a-0a0a-5a0a-8a0a-0a0a0a0a0a0a"
CAD_ID = "02-AA-BB-CC-DD-EE-FF-0A"


def attempt(*, pin_set: bool = False) -> Attempt:
    return Attempt(ATTEMPT_ID, CAD_ID, pin_set)


def luck(**unlucky: float):
    """A draw of 0.999 for every purpose, but what is given for some (dots and hyphens as _)."""

    def chance(purpose: str, entry: int) -> float:
        name = purpose.replace(".", "_").replace("-", "_")
        return unlucky.get(f"{name}_{entry}", unlucky.get(name, 0.999))

    return chance


def facts(journey):
    return [fact for _, fact in journey.facts]


def local(*, pin_set=False, **unlucky):
    return local_journey(rules=shipped(), chance=luck(**unlucky), attempt=attempt(pin_set=pin_set))


def test_a_local_pairing_without_a_pin_prompts_for_none_and_completes():
    journey = local()
    started, completed = facts(journey)
    assert started == PairingStarted(ATTEMPT_ID, PairingRoute.LOCAL, PairingChannel.AT_METER, False)
    assert isinstance(completed, PairingCompleted)
    assert completed.device_id == CAD_ID
    assert completed.code_length == 16
    assert completed.duration_s == journey.seconds == journey.facts[-1][0]
    assert journey.ended == "completed"


def test_a_longer_code_takes_longer_to_type():
    assert DIGITS == {6: 20, 8: 25, 12: 34, 16: 44}
    seconds = []
    for length in DIGITS:
        rules = replace(shipped(), code_length_share=distribution({str(length): 1.0}))
        journey = local_journey(rules=rules, chance=luck(), attempt=attempt())
        assert facts(journey)[-1].code_length == length
        seconds.append(journey.seconds)
    assert seconds == sorted(set(seconds))


def test_a_pin_that_is_set_is_asked_for_before_anything_else():
    journey = local(pin_set=True, pairing_pin_1=0.0)
    started, wrong, right, completed = facts(journey)
    assert started.pin_prompted
    assert wrong == PrivacyPinEntered(False, 1, PinPurpose.PAIRING)
    assert right == PrivacyPinEntered(True, 2, PinPurpose.PAIRING)
    assert isinstance(completed, PairingCompleted)


def test_a_pin_that_stays_wrong_ends_the_attempt():
    journey = local(pin_set=True, pairing_pin=0.0)
    assert [fact.entry for fact in facts(journey)[1:4]] == [1, 2, 3]
    assert facts(journey)[4:] == [
        PairingFailed(ATTEMPT_ID, PairingRoute.LOCAL, PairingFault.PIN_REFUSED)
    ]


@pytest.mark.parametrize(
    ("unlucky", "stage"),
    [
        ({"pin_set": True, "pairing_pin": 0.0, "pairing_pin_abandoned": 0.0}, "pin_prompt"),
        ({"pairing_mode": 0.0}, "pairing_mode"),
        ({"code_wrong": 0.0, "code_abandoned": 0.0}, "code_entry"),
        ({"join_outcome": 0.0}, "join"),
    ],
)
def test_a_consumer_may_give_up_at_each_stage(unlucky, stage):
    journey = local(**unlucky)
    assert facts(journey)[-1] == PairingAbandoned(
        ATTEMPT_ID, PairingRoute.LOCAL, PairingStage(stage)
    )
    assert journey.ended == "abandoned"


def test_a_code_that_stays_wrong_ends_the_attempt():
    journey = local(code_wrong=0.0, code_fault=0.0)
    rejected = facts(journey)[1:4]
    assert rejected == [
        InstallCodeRejected(ATTEMPT_ID, PairingRoute.LOCAL, CodeFault.LENGTH, entry)
        for entry in (1, 2, 3)
    ]
    assert facts(journey)[-1].cause is PairingFault.CODE_REJECTED


def test_the_keys_of_a_meter_cannot_type_a_letter_but_a_form_can():
    shares = distribution({"non_digit": 1.0})
    rules = replace(shipped(), code_fault_share=shares)
    chance = luck(code_wrong_1=0.0, pairing_channel=0.5)
    at_meter = local_journey(rules=rules, chance=chance, attempt=attempt())
    in_form = remote_journey(rules=rules, chance=chance, attempt=attempt())
    assert facts(at_meter)[1].reason is CodeFault.CRC
    assert facts(in_form)[1].reason is CodeFault.NON_DIGIT


def test_a_join_may_fail():
    journey = local(join_outcome=0.03, join_fault=0.0)
    assert facts(journey)[-1].cause is PairingFault.WINDOW_EXPIRED


def test_an_incapable_meter_fails_the_attempt_without_a_prompt():
    started, failed = facts(incapable_journey(attempt=attempt(pin_set=True)))
    assert not started.pin_prompted
    assert failed == PairingFailed(ATTEMPT_ID, PairingRoute.LOCAL, PairingFault.NOT_CAPABLE)


def test_the_four_remote_channels_take_their_time_and_ask_for_no_pin():
    seconds = {}
    for place, channel in (
        (0.1, "pre_paired"),
        (0.5, "web_or_app"),
        (0.9, "phone"),
        (0.99, "post"),
    ):
        chance = luck(pairing_channel=place, pairing_delay=0.5)
        journey = remote_journey(rules=shipped(), chance=chance, attempt=attempt(pin_set=True))
        started, completed = facts(journey)
        assert started == PairingStarted(
            ATTEMPT_ID, PairingRoute.REMOTE, PairingChannel(channel), False
        )
        assert completed.route is PairingRoute.REMOTE
        seconds[channel] = journey.seconds
    assert list(seconds.values()) == sorted(seconds.values())


def test_a_pre_paired_cad_needs_no_code_from_the_consumer():
    chance = luck(pairing_channel=0.0, code_wrong=0.0)
    journey = remote_journey(rules=shipped(), chance=chance, attempt=attempt())
    assert [type(fact) for fact in facts(journey)] == [PairingStarted, PairingCompleted]
