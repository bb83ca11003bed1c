"""Remote pairing through a DCC User, step by step, and what comes after pairing (Annex C)."""

import pytest
from msgspec.structs import replace
from pairing_stage import Stage

from twin.events.joining import (
    ChfDeviceLogChanged,
    DeviceJoined,
    DeviceLogUpdateRequested,
    DeviceUnjoined,
    GpfDeviceLogChanged,
    JoinFailed,
    JoinRequested,
    JoinSucceeded,
)
from twin.events.lifecycle import DevicePreNotified, DeviceStatusChanged
from twin.events.pairing import (
    InstallCodeEntered,
    InstallCodeRejected,
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingModeOpened,
    PairingStarted,
    PairingWindowExpired,
)
from twin.events.pins import PrivacyPinEntered
from twin.fleet.numbers.assumptions import shipped
from twin.fleet.numbers.pairing_rows import shipped_pairing
from twin.fleet.numbers.shapes import distribution
from twin.fleet.pairing.attempts import Wish
from twin.fleet.pairing.journeys import remote_journey
from twin.fleet.pairing.unpairing import Unpairing
from twin.vocabulary import (
    CodeFault,
    DeviceStatus,
    DeviceType,
    JoinMethod,
    JoinResponse,
    KeySource,
    LogAction,
    LogChange,
    ModeOpenedBy,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PinClass,
    Role,
    StatusReason,
    UnjoinResponse,
)

ANNEX_C = [
    PairingStarted,
    DevicePreNotified,
    DeviceStatusChanged,
    DeviceLogUpdateRequested,
    ChfDeviceLogChanged,
    PairingModeOpened,
    DeviceStatusChanged,
    DeviceJoined,
    JoinRequested,
    JoinSucceeded,
    PairingCompleted,
]
USUAL = {"pairing_delay": 0.5, "cad_switched_on": 0.5}
WEB, PHONE, POST = 0.5, 0.9, 0.99
"""Draws that fall on three of the channels; the fourth, pre-paired, is at nought."""


def remote(**how) -> Stage:
    stage = Stage(**{**USUAL, "pairing_channel": WEB, **how})
    stage.attempt = stage.tries(remote_journey)
    return stage


def with_role(role: Role):
    return replace(shipped_pairing(), remote_role_share=distribution({role: 1.0}))


@pytest.mark.rule("BR06", "BR20")
def test_annex_c_is_an_exchange_of_dcc_user_hub_and_meter():
    stage = remote()
    cad = stage.attempt.cad_id
    assert [type(fact) for fact in stage.facts()] == ANNEX_C
    hub, meter = (stage.live.plan.device(kind) for kind in (DeviceType.CHF, DeviceType.ESME))
    (asked,) = stage.facts(DeviceLogUpdateRequested)
    assert asked == DeviceLogUpdateRequested(
        hub.device_id, cad, DeviceType.CAD, LogAction.ADD, Role.OTHER_USER, 3600, 16
    )
    (join,) = stage.facts(JoinRequested)
    assert (join.device_id, join.method) == (meter.device_id, JoinMethod.B)
    assert [fact.to_status for fact in stage.facts(DeviceStatusChanged)] == [
        DeviceStatus.PENDING,
        DeviceStatus.WHITELISTED,
    ]
    assert stage.facts(PairingModeOpened)[0].opened_by is ModeOpenedBy.DCC_USER
    at_hub = {event.source for event in stage.events if isinstance(event.fact, DeviceJoined)}
    assert at_hub == {f"urn:gb:chf:{hub.device_id}"}
    told_by_dcc = [event for event in stage.events if event.source.startswith("urn:gb:dsp:")]
    assert len(told_by_dcc) == 7
    assert stage.live.meter_log == (cad,)


@pytest.mark.rule("BR06")
@pytest.mark.parametrize("role", [Role.IMPORT_SUPPLIER, Role.GAS_SUPPLIER, Role.OTHER_USER])
def test_suppliers_have_no_part_where_another_dcc_user_pairs(role):
    stage = remote(rows=with_role(role), dual_fuel=True)
    roles = {fact.role for fact in stage.facts() if hasattr(fact, "role")}
    assert roles == {role}


def test_no_gas_supplier_pairs_where_there_is_no_gas():
    stage = remote(rows=with_role(Role.GAS_SUPPLIER), dual_fuel=False)
    assert stage.facts(PairingStarted)[0].role is Role.IMPORT_SUPPLIER


@pytest.mark.rule("BR26")
def test_with_gas_the_cad_joins_the_gas_proxy_function_too():
    stage = remote(dual_fuel=True)
    kinds = [type(fact) for fact in stage.facts()]
    assert kinds == [
        *ANNEX_C[:-1],
        JoinRequested,
        JoinSucceeded,
        GpfDeviceLogChanged,
        PairingCompleted,
    ]
    gpf = stage.live.plan.gpf_id
    assert stage.facts(JoinRequested)[1].device_id == gpf
    assert stage.attempt.cad_id in stage.facts(GpfDeviceLogChanged)[0].entries


def test_the_four_channels_take_their_time_and_ask_for_no_pin():
    seconds = {}
    for place, channel in (
        (0.1, "pre_paired"),
        (WEB, "web_or_app"),
        (PHONE, "phone"),
        (POST, "post"),
    ):
        stage = Stage(**USUAL, pairing_channel=place)
        stage.live.pin_class = PinClass.TOP_1
        stage.tries(remote_journey)
        (started,) = stage.facts(PairingStarted)
        assert started.channel is PairingChannel(channel)
        assert not started.pin_prompted
        assert stage.facts(PrivacyPinEntered) == []
        seconds[channel] = stage.facts(PairingCompleted)[0].duration_s
    assert list(seconds.values()) == sorted(seconds.values())


def test_a_pre_paired_cad_needs_no_code_from_the_consumer():
    stage = remote(pairing_channel=0.0, code_wrong=0.0)
    assert [type(fact) for fact in stage.facts()] == ANNEX_C
    assert stage.facts(PairingCompleted)[0].code_length == 16


@pytest.mark.rule("BR01")
def test_a_form_takes_a_letter_for_a_digit_and_is_told_so():
    rules = replace(shipped(), code_fault_share=distribution({"non_digit": 1.0}))
    stage = remote(rules=rules, code_wrong=0.0)
    assert stage.facts(InstallCodeRejected) == [
        InstallCodeRejected(
            stage.attempt.attempt_id, PairingRoute.REMOTE, CodeFault.NON_DIGIT, entry
        )
        for entry in (1, 2, 3)
    ]
    assert stage.facts()[-1].cause is PairingFault.CODE_REJECTED
    assert stage.facts(DevicePreNotified, InstallCodeEntered) == []


def test_a_code_that_was_wrong_in_a_letter_takes_another_letter():
    days = {}
    for channel in (PHONE, POST):
        stage = remote(pairing_channel=channel, code_wrong_1=0.0)
        days[channel] = stage.facts(PairingCompleted)[0].duration_s / 86_400
    once = remote(pairing_channel=POST).facts(PairingCompleted)[0].duration_s / 86_400
    assert days[POST] > 1.5 * once
    assert days[PHONE] < once


@pytest.mark.rule("BR23")
def test_a_wrong_address_lists_a_device_that_never_joins():
    stage = remote(cad_mistaken=0.0)
    expired, failed = stage.facts()[-2:]
    assert isinstance(expired, PairingWindowExpired)
    assert failed.cause is PairingFault.WRONG_ADDRESS
    (listed,) = stage.live.hub_log.entries
    assert listed == stage.facts(DevicePreNotified)[0].device_id
    assert stage.facts(DeviceJoined) == []
    stage.world.luck = {**USUAL, "pairing_channel": WEB}
    second = stage.tries(remote_journey, Wish(attempt=2))
    assert second.cad_id != listed
    assert second.ended == "completed"


@pytest.mark.rule("BR20")
def test_a_cad_that_is_switched_on_too_late_finds_the_window_closed():
    stage = remote(cad_switched_on=0.99)
    expired, failed = stage.facts()[-2:]
    assert expired.window_s == 3600
    assert failed.cause is PairingFault.WINDOW_EXPIRED
    assert stage.facts(DeviceJoined) == []


def test_a_cad_is_announced_once_however_often_it_is_tried():
    stage = remote(join_refused=0.0)
    stage.world.luck = {**USUAL, "pairing_channel": WEB}
    stage.tries(remote_journey, Wish(attempt=2))
    assert len(stage.facts(DevicePreNotified)) == 1
    assert len(stage.facts(ChfDeviceLogChanged)) == 1
    assert [type(fact) for fact in stage.facts(PairingFailed, PairingCompleted)] == [
        PairingFailed,
        PairingCompleted,
    ]


def test_a_meter_refuses_a_remote_join_too():
    stage = remote(join_refused=0.0)
    assert stage.facts(JoinFailed)[0].response is JoinResponse.NO_CBKE_RESPONSE
    assert stage.facts()[-1].cause is PairingFault.NO_CBKE_RESPONSE


def unpaired(stage: Stage) -> None:
    attempt = stage.attempt
    unpairing = Unpairing(
        stage.world, stage.live, cad_id=attempt.cad_id, number=attempt.wish.number
    )
    stage.goes_on(unpairing.course(), unpairing.now)


@pytest.mark.rule("BR22", "BR24")
def test_an_unpaired_cad_leaves_meter_hub_and_inventory():
    stage = remote(dual_fuel=True, on_sub_ghz=True, cad_unjoin=0.0)
    before = len(stage.facts())
    unpaired(stage)
    told = stage.facts()[before:]
    kinds = [type(fact).__name__ for fact in told]
    assert kinds == [
        "DeviceUnjoined",
        "DeviceLogUpdateRequested",
        "HighBandwidthLinkClosed",
        "ChfDeviceLogChanged",
        "GpfDeviceLogChanged",
        "DeviceStatusChanged",
    ]
    (changed,) = [fact for fact in told if isinstance(fact, ChfDeviceLogChanged)]
    assert changed.change is LogChange.REMOVED
    assert changed.historic == (stage.attempt.cad_id,)
    (status,) = [fact for fact in told if isinstance(fact, DeviceStatusChanged)]
    assert status.reason is StatusReason.UNJOINED
    assert stage.live.meter_log == stage.live.links == ()


@pytest.mark.parametrize(
    ("luck", "response", "left"),
    [
        (0.0, UnjoinResponse.SUCCESS, 0),
        (0.92, UnjoinResponse.NOT_IN_DEVICE_LOG, 0),
        (0.97, UnjoinResponse.OTHER_FAILURE, 1),
    ],
)
def test_an_unjoin_ends_in_three_ways(luck, response, left):
    stage = remote(cad_unjoin=luck)
    unpaired(stage)
    assert stage.facts(DeviceUnjoined)[0].response is response
    assert len(stage.live.meter_log) == left
    assert len(stage.live.hub_log.entries) == left


@pytest.mark.rule("BR21", "BR22")
@pytest.mark.parametrize(
    ("switched_on", "source"), [(0.5, KeySource.HISTORIC), (0.95, KeySource.INSTALL_CODE)]
)
def test_a_cad_comes_back_by_its_earlier_key_in_the_first_half_of_the_window(switched_on, source):
    stage = remote(cad_unjoin=0.0)
    unpaired(stage)
    stage.world.luck = {**USUAL, "pairing_channel": WEB, "cad_switched_on": switched_on}
    stage.tries(remote_journey, Wish(back=True))
    first, again = stage.facts(DeviceJoined)
    assert first.key_source is KeySource.INSTALL_CODE
    assert again.key_source is source
    assert (2 * again.seconds_into_window <= again.window_s) == (source is KeySource.HISTORIC)
    changes = [fact.change for fact in stage.facts(ChfDeviceLogChanged)]
    assert changes == [LogChange.ADDED, LogChange.REMOVED, LogChange.REKEYED]


def wished(**luck: float) -> Stage:
    """All that comes of one wish in the years after it."""
    usual = {**USUAL, "pairing_channel": WEB, "cad_local_preference": 0.9, "cad_demand": 0.0}
    stage = Stage(**{**usual, **luck})
    stage.wishes().move_in(stage.now, stage.live)
    stage.told()
    return stage


def test_an_attempt_that_fails_may_be_followed_up_to_four_times():
    stage = wished(join_refused=0.0, cad_retry=0.0)
    assert len(stage.facts(PairingStarted)) == len(stage.facts(PairingFailed)) == 4
    assert len(wished(join_refused=0.0, cad_retry=0.9).facts(PairingStarted)) == 1
    assert len({fact.attempt_id for fact in stage.facts(PairingStarted)}) == 4


def test_some_premises_go_on_to_more_cads_until_there_is_no_room():
    stage = wished(cad_many=0.0, cad_retry=0.9)
    assert len(stage.facts(PairingCompleted)) == stage.live.cads == 3
    assert stage.facts()[-1].cause is PairingFault.DEVICE_LOG_FULL
    cads = {fact.device_id for fact in stage.facts(PairingCompleted)}
    assert len(cads) == 3


def test_a_cad_that_is_unpaired_may_come_back_once():
    stage = wished(cad_unpaired=0.0, cad_unjoin=0.0, cad_back=0.0)
    assert len(stage.facts(PairingCompleted)) == 2
    assert len(stage.facts(DeviceUnjoined)) == stage.live.cads == 1
    assert len({fact.device_id for fact in stage.facts(PairingCompleted)}) == 1


def test_each_attempt_has_one_end():
    stage = wished(cad_unpaired=0.0, cad_unjoin=0.0, cad_back=0.0, cad_many=0.0)
    started = [fact.attempt_id for fact in stage.facts(PairingStarted)]
    ended = [
        fact.attempt_id for fact in stage.facts(PairingCompleted, PairingFailed, PairingAbandoned)
    ]
    assert sorted(started) == sorted(ended)
    assert len(set(started)) == len(started) > 2
