"""Device logs, join windows, keys and methods (fact sheet 1.4 and 2.3, vectors 5 and 11)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.sources import table
from tests.state.histories import LAWS
from twin.rules.access import is_critical
from twin.rules.device_logs import (
    HUB_LOG_CAPACITY,
    TYPE_1,
    HubLog,
    Logged,
    add_device,
    alerts_due,
    check_meter_log,
    in_history,
    kept_in_history,
    may_communicate,
    meter_admits,
    remove_device,
    restore_log,
)
from twin.rules.joins import (
    check_join_method,
    check_join_time,
    check_join_window,
    key_for_rejoin,
    request_of,
    response_code,
)
from twin.rules.refusal import GRANTED, Refusal
from twin.vocabulary import DeviceType, JoinMethod, JoinResponse, KeySource, LogChange

ESME, GSME, GPF = DeviceType.ESME, DeviceType.GSME, DeviceType.GPF
IHD, CAD, PPMID, HCALCS = DeviceType.IHD, DeviceType.CAD, DeviceType.PPMID, DeviceType.HCALCS


def logged(answer: Logged | Refusal) -> HubLog:
    """The log of a request that must have been granted."""
    assert isinstance(answer, Logged), answer
    return answer.log


def added(*device_ids: str) -> HubLog:
    """A log with devices."""
    log = HubLog()
    for device_id in device_ids:
        log = logged(add_device(log=log, device_id=device_id, capacity=99))
    return log


@pytest.mark.rule("BR20")
@pytest.mark.parametrize(
    ("seconds", "legal"), [(0, False), (1, True), (90, True), (3600, True), (3601, False)]
)
def test_join_windows(seconds: int, legal: bool) -> None:
    answer = check_join_window(seconds=seconds)
    assert (answer == GRANTED) is legal
    if isinstance(answer, Refusal):
        assert answer.rule == "BR20"


@pytest.mark.rule("BR20", "BR21")
@LAWS
@given(st.floats(-10, 4000), st.integers(-1, 3700), st.booleans())
def test_joining_outside_the_window_fails_whatever_the_key(
    seconds: float, window: int, in_historic: bool
) -> None:
    inside = 1 <= window <= 3600 and 0 <= seconds <= window
    assert (check_join_time(seconds=seconds, window=window) == GRANTED) is inside
    key = key_for_rejoin(seconds=seconds, window=window, in_historic=in_historic)
    if isinstance(key, Refusal):
        assert not inside
        assert key.rule == "BR20"
    else:
        assert inside
        assert (key is KeySource.HISTORIC) is (in_historic and seconds <= window / 2)


@pytest.mark.rule("BR21")
@pytest.mark.parametrize(
    ("seconds", "key"),
    [
        (0, KeySource.HISTORIC),
        (44, KeySource.HISTORIC),
        (45, KeySource.HISTORIC),
        (46, KeySource.INSTALL_CODE),
        (90, KeySource.INSTALL_CODE),
    ],
)
def test_the_earlier_key_counts_in_the_first_half_of_90_seconds(
    seconds: int, key: KeySource
) -> None:
    assert key_for_rejoin(seconds=seconds, window=90, in_historic=True) is key
    assert key_for_rejoin(seconds=seconds, window=90, in_historic=False) is KeySource.INSTALL_CODE


@pytest.mark.rule("BR22")
def test_of_twenty_removed_devices_the_newest_fifteen_are_kept() -> None:
    names = [f"D{number:02}" for number in range(20)]
    log = added(*names)
    for name in names:
        log = logged(remove_device(log=log, device_id=name, device_type=CAD))
    assert log == HubLog((), tuple(names[5:]))
    assert not in_history(log=log, device_id="D04")
    assert in_history(log=log, device_id="D05")


@pytest.mark.rule("BR22")
def test_hand_held_terminals_and_gas_proxies_are_never_kept() -> None:
    log = added("GPF", "HHT", "CAD")
    log = logged(remove_device(log=log, device_id="GPF", device_type=GPF))
    log = logged(remove_device(log=log, device_id="HHT", device_type=CAD, hand_held=True))
    log = logged(remove_device(log=log, device_id="CAD", device_type=CAD))
    assert log.historic == ("CAD",)
    assert [kept_in_history(device_type=kind) for kind in (GPF, CAD)] == [False, True]


@pytest.mark.rule("BR22", "BR23", "BR24")
@LAWS
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=120))
def test_laws_of_a_hubs_log(requests: list[tuple[bool, int]]) -> None:
    """Each device stands once, in one of the logs; the bounds hold; each change has its alert."""
    log = HubLog()
    for adding, number in requests:
        name = f"D{number}"
        answer = (
            add_device(log=log, device_id=name)
            if adding
            else remove_device(log=log, device_id=name, device_type=CAD)
        )
        if isinstance(answer, Refusal):
            full, absent = len(log.entries) >= HUB_LOG_CAPACITY, name not in log.entries
            assert (full and absent) if adding else absent
            continue
        assert alerts_due(logged=answer) == int(answer.log != log)
        log = answer.log
        held = (*log.entries, *log.historic)
        assert len(set(held)) == len(held)
        assert len(log.historic) <= 15
        assert len(log.entries) <= HUB_LOG_CAPACITY
        assert (may_communicate(log=log, device_id=name) == GRANTED) is adding


@pytest.mark.rule("BR24")
def test_each_change_has_its_word_and_adding_again_is_no_change() -> None:
    first = add_device(log=HubLog(), device_id="CAD")
    assert first == Logged(HubLog(("CAD",)), LogChange.ADDED)
    again = add_device(log=HubLog(("CAD",)), device_id="CAD")
    assert again == Logged(HubLog(("CAD",)), None)
    gone = remove_device(log=HubLog(("CAD",)), device_id="CAD", device_type=CAD)
    assert gone == Logged(HubLog((), ("CAD",)), LogChange.REMOVED)
    back = add_device(log=HubLog((), ("CAD",)), device_id="CAD")
    assert back == Logged(HubLog(("CAD",)), LogChange.ADDED)


@pytest.mark.rule("BR08", "BR25")
def test_a_restored_log_is_the_old_one_if_it_fits() -> None:
    log = added("METER", "CAD")
    assert restore_log(log=log) == Logged(log, LogChange.RESTORED)
    refused = restore_log(log=log, capacity=1)
    assert isinstance(refused, Refusal)
    assert refused.rule == "BR25"


@pytest.mark.rule("BR23")
def test_who_is_not_listed_cannot_communicate_and_cannot_be_removed() -> None:
    for answer in (
        may_communicate(log=HubLog((), ("CAD",)), device_id="CAD"),
        remove_device(log=HubLog(), device_id="CAD", device_type=CAD),
    ):
        assert isinstance(answer, Refusal)
        assert answer.rule == "BR23"


@pytest.mark.rule("BR25")
@pytest.mark.parametrize(
    ("held", "joining", "fits"),
    [
        ([HCALCS] * 4, HCALCS, True),
        ([HCALCS] * 5, HCALCS, False),
        ([HCALCS] * 5 + [PPMID], PPMID, True),
        ([HCALCS] * 5 + [PPMID] * 2, PPMID, False),
        ([PPMID] * 6, PPMID, True),
        ([PPMID] * 7, HCALCS, False),
        ([IHD, IHD, CAD], CAD, True),
        ([IHD, IHD, CAD, CAD], CAD, False),
        ([HCALCS] * 5 + [PPMID] * 2, CAD, True),
    ],
)
def test_a_meters_log_answers_device_log_full(
    held: list[DeviceType], joining: DeviceType, fits: bool
) -> None:
    response = meter_admits(held=held, joining=joining)
    assert response is (JoinResponse.SUCCESS if fits else JoinResponse.DEVICE_LOG_FULL)
    assert response_code(response=response) == (0 if fits else 4)


@pytest.mark.rule("BR25")
@LAWS
@given(st.lists(st.sampled_from([HCALCS, PPMID, IHD, CAD]), max_size=40))
def test_a_meter_that_admits_keeps_its_capacities(joining: list[DeviceType]) -> None:
    held: list[DeviceType] = []
    for kind in joining:
        if meter_admits(held=held, joining=kind) is JoinResponse.SUCCESS:
            held.append(kind)
    assert check_meter_log(held=held) == GRANTED
    assert held.count(HCALCS) <= 5
    assert sum(kind in TYPE_1 for kind in held) <= 7
    assert sum(kind in {IHD, CAD} for kind in held) <= 4


@pytest.mark.rule("BR26")
def test_join_methods_by_types() -> None:
    legal = {
        (ESME, HCALCS): JoinMethod.A,
        (ESME, PPMID): JoinMethod.A,
        (ESME, IHD): JoinMethod.B,
        (ESME, CAD): JoinMethod.B,
        (GPF, IHD): JoinMethod.B,
        (GPF, CAD): JoinMethod.B,
        (GSME, GPF): JoinMethod.B,
        (GSME, PPMID): JoinMethod.C,
    }
    for device, partner, method in product(DeviceType, DeviceType, JoinMethod):
        expected = legal.get((device, partner)) or legal.get((partner, device))
        for certificate in (True, False):
            answer = check_join_method(
                device=device, partner=partner, method=method, certificate=certificate
            )
            right = expected is method and certificate is (method is JoinMethod.C)
            assert (answer == GRANTED) is right, (device, partner, method)
            if isinstance(answer, Refusal):
                assert answer.rule == "BR26"


@pytest.mark.rule("BR26", "BR27")
@pytest.mark.parametrize(
    ("method", "critical"), [(JoinMethod.A, True), (JoinMethod.B, False), (JoinMethod.C, True)]
)
def test_methods_with_keys_are_asked_for_by_a_critical_request(
    method: JoinMethod, critical: bool
) -> None:
    assert is_critical(reference=request_of(method=method)) is critical


@pytest.mark.rule("BR25", "BR26")
def test_response_codes_are_those_of_the_fact_table() -> None:
    rows = table("join_response_codes.csv")
    assert len(rows) == len(JoinResponse)
    for row, response in zip(rows, JoinResponse, strict=True):
        assert int(row["code"]) == response_code(response=response)
    assert response_code(response=JoinResponse.DEVICE_LOG_FULL) == 4
