"""Local pairing at the meter, step by step, with luck that the test gives (Annex D)."""

from functools import partial

import pytest
from msgspec.structs import replace
from pairing_stage import Stage

from twin.events.joining import ChfDeviceLogChanged, DeviceJoined, JoinFailed, JoinSucceeded
from twin.events.pairing import (
    CadAddressDisplayed,
    CadAddressReported,
    CadSelected,
    InstallCodeEntered,
    InstallCodeRejected,
    InstallCodeTransferred,
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingModeOpened,
    PairingStarted,
    PairingWindowExpired,
)
from twin.events.pins import PrivacyPinEntered
from twin.fleet.numbers.assumptions import shipped
from twin.fleet.numbers.pairing_rows import REFUSALS, shipped_pairing
from twin.fleet.numbers.shapes import distribution
from twin.fleet.pairing.attempts import Wish
from twin.fleet.pairing.code_typing import DIGITS, presses_of
from twin.fleet.pairing.journeys import (
    confirmed_journey,
    journey_of,
    local_journey,
    refused_journey,
)
from twin.vocabulary import (
    CodeFault,
    DeviceType,
    JoinResponse,
    KeySource,
    ModeOpenedBy,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinClass,
    PinPurpose,
)

ANNEX_D = [
    PairingStarted,
    PairingModeOpened,
    CadAddressReported,
    CadAddressDisplayed,
    CadSelected,
    InstallCodeEntered,
    InstallCodeTransferred,
    ChfDeviceLogChanged,
    DeviceJoined,
    JoinSucceeded,
    PairingCompleted,
]
USUAL = {"code_presses": 0.5, "code_pace": 0.5}
"""A consumer who types as most do, inside the window."""


def local(*, pin_set: bool = False, journey=local_journey, **how) -> Stage:
    stage = Stage(**{**USUAL, **how})
    stage.live.pin_class = PinClass.OTHER if pin_set else None
    stage.attempt = stage.tries(journey)
    return stage


@pytest.mark.rule("BR07", "BR24")
def test_annex_d_is_an_exchange_of_consumer_meter_hub_and_cad():
    stage = local()
    attempt, cad = stage.attempt, stage.attempt.cad_id
    assert [type(fact) for fact in stage.facts()] == ANNEX_D
    started, opened, *_, completed = stage.facts()
    assert started == PairingStarted(
        attempt.attempt_id, PairingRoute.LOCAL, PairingChannel.AT_METER, False
    )
    assert opened.opened_by is ModeOpenedBy.CONSUMER
    assert completed.device_id == cad
    assert completed.access == "read"
    assert completed.duration_s == stage.events[-1].occurred_at.timestamp() - attempt.started
    hub, meter = (stage.live.plan.device(kind) for kind in (DeviceType.CHF, DeviceType.ESME))
    sources = {type(event.fact): event.source for event in stage.events}
    at_meter, at_hub = f"urn:gb:esme:{meter.device_id}", f"urn:gb:chf:{hub.device_id}"
    assert sources == {
        **dict.fromkeys(ANNEX_D, at_meter),
        PairingModeOpened: at_hub,
        CadAddressReported: f"urn:gb:cad:{cad}",
        CadAddressDisplayed: at_hub,
        ChfDeviceLogChanged: at_hub,
        DeviceJoined: at_hub,
    }
    assert {event.correlation_id for event in stage.events} == {f"attempt:{attempt.attempt_id}"}
    assert cad in stage.live.hub_log.entries
    assert stage.live.meter_log == (cad,)


def test_what_one_says_after_another_happens_later():
    moments = [event.occurred_at for event in local(pin_set=True).events]
    sources = [event.source for event in local(pin_set=True).events]
    for place in range(1, len(moments)):
        assert moments[place - 1] <= moments[place]
        if sources[place - 1] != sources[place]:
            assert moments[place - 1] < moments[place]


@pytest.mark.rule("BR01", "BR02")
def test_all_four_lengths_are_typed_and_a_longer_code_takes_longer():
    assert DIGITS == {6: 20, 8: 25, 12: 34, 16: 44}
    seconds, keystrokes = [], []
    for length, digits in DIGITS.items():
        rules = replace(shipped(), code_length_share=distribution({str(length): 1.0}))
        stage = local(rules=rules)
        (entered,) = stage.facts(InstallCodeEntered)
        (sent,) = stage.facts(InstallCodeTransferred)
        (completed,) = stage.facts(PairingCompleted)
        assert (entered.digits, entered.entry) == (digits, 1)
        assert sent.code_length == completed.code_length == length
        seconds.append(completed.duration_s)
        keystrokes.append(entered.keystrokes)
    assert seconds == sorted(set(seconds))
    assert keystrokes == [109, 136, 186, 241]


def test_presses_are_four_and_a_half_a_digit_and_one_between_digits():
    """109, 136.5, 186 and 241 presses on the mean (a two-button meter, section 2.2)."""
    for digits, mean in ((20, 109), (25, 136.5), (34, 186), (44, 241)):
        presses = [presses_of(digits=digits, uniform=(n + 0.5) / 1000) for n in range(1000)]
        assert sum(presses) / 1000 == pytest.approx(mean, abs=0.2)
        assert presses == sorted(presses)
        for uniform in (0.0, 1 - 2**-53):
            assert digits - 1 <= presses_of(digits=digits, uniform=uniform) <= 10 * digits - 1


def test_more_digits_put_more_consumers_off():
    between = 0.025  # more than 1.6 % at 20 digits, less than 3.5 % at 44
    ended = {}
    for length in ("6", "16"):
        rules = replace(shipped(), code_length_share=distribution({length: 1.0}))
        ended[length] = local(rules=rules, code_put_off=between).facts()[-1]
    assert isinstance(ended["6"], PairingCompleted)
    assert ended["16"].stage is PairingStage.CODE_ENTRY


@pytest.mark.rule("BR09")
def test_a_pin_that_is_set_is_asked_for_before_anything_else():
    stage = local(pin_set=True, pairing_pin_1=0.0)
    started, wrong, right, opened = stage.facts()[:4]
    assert started.pin_prompted
    assert wrong == PrivacyPinEntered(False, 1, PinPurpose.PAIRING)
    assert right == PrivacyPinEntered(True, 2, PinPurpose.PAIRING)
    assert isinstance(opened, PairingModeOpened)
    assert isinstance(stage.facts()[-1], PairingCompleted)


@pytest.mark.rule("BR09")
def test_without_a_pin_none_is_asked_for():
    stage = local()
    assert not stage.facts(PairingStarted)[0].pin_prompted
    assert stage.facts(PrivacyPinEntered) == []


@pytest.mark.rule("BR09")
def test_a_pin_that_stays_wrong_ends_the_attempt():
    stage = local(pin_set=True, pairing_pin=0.0)
    assert [fact.entry for fact in stage.facts(PrivacyPinEntered)] == [1, 2, 3]
    assert stage.facts()[-1].cause is PairingFault.PIN_REFUSED
    assert stage.facts(PairingModeOpened) == []


@pytest.mark.parametrize(
    ("luck", "stage"),
    [
        ({"pin_set": True, "pairing_pin": 0.0, "pairing_pin_abandoned": 0.0}, "pin_prompt"),
        ({"pairing_mode": 0.0}, "pairing_mode"),
        ({"cad_choice": 0.0}, "cad_choice"),
        ({"code_wrong": 0.0, "code_abandoned": 0.0}, "code_entry"),
        ({"code_put_off": 0.0}, "code_entry"),
        ({"join_abandoned": 0.0}, "join"),
    ],
)
def test_a_consumer_may_give_up_at_each_stage(luck, stage):
    attempt = local(**luck)
    (ended,) = attempt.facts(PairingAbandoned, PairingFailed, PairingCompleted)
    assert ended is attempt.facts()[-1]
    assert ended.stage is PairingStage(stage)


@pytest.mark.rule("BR01")
@pytest.mark.parametrize(
    ("luck", "fault"),
    [(0.0, "length"), (0.26, "crc"), (0.28, "range"), (0.9, "crc")],
)
def test_a_code_that_stays_wrong_ends_the_attempt(luck, fault):
    """The meter's keys know digits only: a letter can be typed into a form alone."""
    stage = local(code_wrong=0.0, code_fault=luck, code_length=0.0)
    assert stage.facts(InstallCodeRejected) == [
        InstallCodeRejected(stage.attempt.attempt_id, PairingRoute.LOCAL, CodeFault(fault), entry)
        for entry in (1, 2, 3)
    ]
    assert stage.facts()[-1].cause is PairingFault.CODE_REJECTED
    assert stage.facts(InstallCodeEntered, InstallCodeTransferred) == []


def test_a_code_that_is_right_the_second_time_is_accepted_as_the_second_entry():
    stage = local(code_wrong_1=0.0)
    assert [fact.entry for fact in stage.facts(InstallCodeRejected)] == [1]
    assert [fact.entry for fact in stage.facts(InstallCodeEntered)] == [2]


@pytest.mark.rule("BR20")
def test_a_slow_typist_finds_the_window_closed():
    stage = local(code_pace=0.9995)
    expired, failed = stage.facts()[-2:]
    assert isinstance(expired, PairingWindowExpired)
    assert failed.cause is PairingFault.WINDOW_EXPIRED
    opened, closed = (
        event.occurred_at.timestamp()
        for event in stage.events
        if isinstance(event.fact, PairingModeOpened | PairingWindowExpired)
    )
    assert closed - opened == expired.window_s == shipped_pairing().pairing_mode_window


@pytest.mark.rule("BR20")
def test_a_cad_that_is_never_seen_lets_the_window_run_out():
    stage = local(cad_unseen=0.0)
    assert [type(fact) for fact in stage.facts()[1:]] == [
        PairingModeOpened,
        PairingWindowExpired,
        PairingFailed,
    ]


@pytest.mark.rule("BR20")
def test_a_cad_joins_within_the_window():
    (joined,) = local().facts(DeviceJoined)
    assert 0 < joined.seconds_into_window <= joined.window_s
    assert joined.key_source is KeySource.INSTALL_CODE


@pytest.mark.rule("BR26")
@pytest.mark.parametrize("response", REFUSALS)
def test_a_meter_may_refuse_to_join_with_every_response_code(response):
    rows = replace(shipped_pairing(), join_response_share=distribution({response: 1.0}))
    stage = local(rows=rows, join_refused=0.0)
    refused, failed = stage.facts()[-2:]
    assert isinstance(refused, JoinFailed)
    assert refused.response is JoinResponse(response)
    no_answer = response is JoinResponse.NO_CBKE_RESPONSE
    expected = PairingFault.NO_CBKE_RESPONSE if no_answer else PairingFault.JOIN_REFUSED
    assert failed.cause is expected
    assert stage.live.meter_log == ()


@pytest.mark.rule("BR25")
@pytest.mark.parametrize(("display", "room"), [(True, 3), (False, 4)])
def test_the_log_of_a_meter_is_full_with_four_displays_and_cads(display, room):
    stage = Stage(display=display, **USUAL)
    for cad in range(1, room + 2):
        stage.tries(local_journey, Wish(cad=cad))
    assert len(stage.facts(PairingCompleted)) == room
    refused, failed = stage.facts()[-2:]
    assert refused.response is JoinResponse.DEVICE_LOG_FULL
    assert failed.cause is PairingFault.DEVICE_LOG_FULL


@pytest.mark.rule("BR15")
def test_the_fifth_link_at_868_mhz_is_refused_and_with_it_the_pairing():
    stage = Stage(on_sub_ghz=True, display=False, **USUAL)
    stage.live.links = ("02-AA-BB-CC-DD-EE-FF-0A",)
    for cad in range(1, 5):
        stage.tries(local_journey, Wish(cad=cad))
    assert len(stage.facts(PairingCompleted)) == 3
    assert stage.facts()[-1].cause is PairingFault.NO_LINK_CAPACITY
    assert len(stage.live.links) == 4


@pytest.mark.rule("BR15")
def test_a_cad_that_the_meter_refuses_gives_its_link_back():
    stage = local(on_sub_ghz=True, join_refused=0.0)
    assert stage.live.links == ()


def test_a_full_hub_log_ends_the_attempt():
    stage = Stage(**USUAL)
    listed = tuple(f"02-AA-BB-CC-DD-EE-{place:02X}-0A" for place in range(16))
    stage.live.hub_log = replace(stage.live.hub_log, entries=listed)
    stage.tries(local_journey)
    assert stage.facts()[-1].cause is PairingFault.DEVICE_LOG_FULL
    assert stage.facts(DeviceJoined) == []


@pytest.mark.rule("BR08")
def test_no_code_is_typed_where_the_hub_lists_the_cad_already():
    stage = local(join_refused=0.0)
    stage.world.luck = USUAL
    stage.tries(local_journey, Wish(attempt=2))
    assert len(stage.facts(InstallCodeEntered)) == 1
    (completed,) = stage.facts(PairingCompleted)
    assert completed.code_length is None


@pytest.mark.rule("BR04")
@pytest.mark.parametrize(
    "capable", [(), (DeviceType.CHF,), (DeviceType.ESME,), (DeviceType.CHF, DeviceType.ESME)]
)
def test_both_hub_and_meter_have_to_be_capable(capable):
    stage = Stage(capable=capable, cad_local_preference=0.0, cad_tries_incapable=0.0, **USUAL)
    attempt = stage.tries(partial(journey_of, second=stage.now))
    if len(capable) == 2:
        assert attempt.ended == "completed"
    else:
        assert stage.facts()[1:] == [
            PairingFailed(attempt.attempt_id, PairingRoute.LOCAL, PairingFault.NOT_CAPABLE)
        ]


def test_an_incapable_meter_prompts_for_no_pin():
    journey = partial(refused_journey, cause=PairingFault.NOT_CAPABLE)
    started, failed = local(pin_set=True, journey=journey).facts()
    assert not started.pin_prompted
    assert failed.cause is PairingFault.NOT_CAPABLE


def test_under_option_2_the_address_is_confirmed_and_no_code_typed():
    stage = local(journey=confirmed_journey)
    assert [type(fact) for fact in stage.facts()] == [
        kind for kind in ANNEX_D if kind not in (InstallCodeEntered, InstallCodeTransferred)
    ]
    (completed,) = stage.facts(PairingCompleted)
    assert completed.code_length is None
    (option_3,) = local().facts(PairingCompleted)
    assert completed.duration_s < option_3.duration_s


def test_under_option_2_another_devices_address_may_be_confirmed():
    stage = local(journey=confirmed_journey, cad_address=0.0)
    reported, shown, selected, failed = stage.facts()[2:]
    assert reported.device_id == shown.device_id == selected.device_id != stage.attempt.cad_id
    assert failed.cause is PairingFault.ADDRESS_NOT_CONFIRMED
    assert stage.live.hub_log.entries == ()
