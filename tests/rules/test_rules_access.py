"""Who may do what: the request matrix, rights of Type 2 devices, pairing and the Privacy PIN."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.sources import table
from tests.state.histories import LAWS
from twin.rules.access import Access, check_access, check_request, is_critical, needs_dcc_user
from twin.rules.capability import OBLIGED, check_new_installation
from twin.rules.device_logs import HubLog, Refusal, add_device, restore_log
from twin.rules.pairing import code_needed, pairing_allowed, steps_of
from twin.rules.pins import (
    RemotePinAct,
    check_pin_choice,
    check_pin_length,
    check_remote_pin_act,
    pin_opens,
    pin_prompt,
)
from twin.rules.refusal import GRANTED
from twin.vocabulary import (
    DeviceType,
    PairingStage,
    PinClass,
    PinIntervention,
    PinPurpose,
    ProgrammeOption,
    Role,
)
from twin.vocabulary.service_requests import SERVICE_REQUESTS

OPTION_1, OPTION_2, OPTION_3 = ProgrammeOption
SUPPLIERS = {Role.IMPORT_SUPPLIER, Role.GAS_SUPPLIER}


@pytest.mark.rule("BR06", "BR10", "BR27")
def test_the_whole_request_matrix() -> None:
    rows = table("service_requests.csv")
    assert {row["srv"] for row in rows} == set(SERVICE_REQUESTS)
    for row in rows:
        assert is_critical(reference=row["srv"]) is (row["critical"] == "yes")
        for role in Role:
            granted = check_request(role=role, reference=row["srv"]) == GRANTED
            assert granted is (role.value in row["roles"].split()), (row["srv"], role)


@pytest.mark.rule("BR27")
@pytest.mark.parametrize("reference", ["8.7.1", "11.3", "8.1.1"])
@pytest.mark.parametrize("role", Role)
def test_critical_requests_are_for_suppliers(reference: str, role: Role) -> None:
    answer = check_request(role=role, reference=reference)
    assert is_critical(reference=reference)
    if role in SUPPLIERS:
        assert answer == GRANTED
    else:
        assert isinstance(answer, Refusal)
        assert answer.rule == "BR27"
        assert reference in answer.why
        assert role.value in answer.why


@pytest.mark.rule("BR06")
def test_an_other_user_pairs_remotely_without_a_supplier() -> None:
    for reference in ("12.2", "8.11", "8.7.2", "8.9", "8.8.2"):
        assert check_request(role=Role.OTHER_USER, reference=reference) == GRANTED
    for reference in ("8.7.1", "11.1", "11.3", "3.5", "6.28"):
        assert isinstance(check_request(role=Role.OTHER_USER, reference=reference), Refusal)
    refused = check_request(role=Role.ELECTRICITY_DISTRIBUTOR, reference="8.11")
    assert isinstance(refused, Refusal)
    assert refused.rule == "BR06"


@pytest.mark.rule("BR06")
def test_only_what_is_asked_by_a_service_request_needs_a_dcc_user() -> None:
    assert needs_dcc_user(reference="8.11")
    assert not needs_dcc_user(reference=None)


@pytest.mark.rule("BR27")
def test_an_unknown_request_is_a_bug() -> None:
    with pytest.raises(KeyError):
        check_request(role=Role.IMPORT_SUPPLIER, reference="99.9")


@pytest.mark.rule("BR07")
@pytest.mark.parametrize("device_type", DeviceType)
def test_displays_and_cads_only_read(device_type: DeviceType) -> None:
    assert check_access(device_type=device_type, wanted=Access.READ) == GRANTED
    commanded = check_access(device_type=device_type, wanted=Access.COMMAND)
    assert isinstance(commanded, Refusal) is (device_type in {DeviceType.CAD, DeviceType.IHD})


@pytest.mark.rule("BR04")
@pytest.mark.parametrize("option", ProgrammeOption)
@pytest.mark.parametrize("hub", [True, False])
@pytest.mark.parametrize("meter", [True, False])
def test_local_pairing_needs_the_offer_a_capable_hub_and_a_capable_meter(
    option: ProgrammeOption, hub: bool, meter: bool
) -> None:
    answer = pairing_allowed(hub_capable=hub, meter_capable=meter, option=option)
    assert (answer == GRANTED) is (hub and meter and option is not OPTION_1)
    if isinstance(answer, Refusal):
        assert answer.rule == "BR04"


@pytest.mark.rule("BR04")
def test_the_steps_of_the_three_options() -> None:
    for pin_set in (True, False):
        assert steps_of(option=OPTION_1, pin_set=pin_set) == ()
        confirmed = steps_of(option=OPTION_2, pin_set=pin_set)
        typed = steps_of(option=OPTION_3, pin_set=pin_set)
        assert PairingStage.CODE_ENTRY not in confirmed
        assert [step for step in typed if step is not PairingStage.CODE_ENTRY] == list(confirmed)
        assert (typed[0] is PairingStage.PIN_PROMPT) is pin_set
        assert typed.index(PairingStage.CODE_ENTRY) < typed.index(PairingStage.JOIN)


@pytest.mark.rule("BR04")
@LAWS
@given(st.sampled_from(DeviceType), st.dates(date(2016, 1, 1), date(2019, 1, 1)), st.booleans())
def test_new_hubs_and_meters_are_capable_from_the_day(
    device_type: DeviceType, day: date, capable: bool
) -> None:
    answer = check_new_installation(
        device_type=device_type, installed_on=day, capable=capable, obliged_from=date(2017, 7, 1)
    )
    owed = device_type in OBLIGED and day >= date(2017, 7, 1)
    assert (answer == GRANTED) is (capable or not owed)


@pytest.mark.rule("BR04")
def test_the_day_itself_is_obliged() -> None:
    day = date(2017, 7, 1)
    for kind, refused in ((day, True), (day - timedelta(days=1), False)):
        answer = check_new_installation(
            device_type=DeviceType.CHF, installed_on=kind, capable=False, obliged_from=day
        )
        assert isinstance(answer, Refusal) is refused


@pytest.mark.rule("BR08")
def test_a_paired_cad_needs_no_code_after_an_exchange_of_the_hub() -> None:
    log = HubLog()
    assert code_needed(log=log, device_id="CAD")
    added = add_device(log=log, device_id="CAD")
    assert not isinstance(added, Refusal)
    assert not code_needed(log=added.log, device_id="CAD")
    restored = restore_log(log=added.log)
    assert not isinstance(restored, Refusal)
    assert not code_needed(log=restored.log, device_id="CAD")
    assert code_needed(log=HubLog(), device_id="CAD")


@pytest.mark.rule("BR09")
@pytest.mark.parametrize("purpose", PinPurpose)
def test_a_pin_is_asked_for_if_and_only_if_one_is_set(purpose: PinPurpose) -> None:
    assert pin_prompt(pin_set=True, purpose=purpose)
    assert not pin_prompt(pin_set=False, purpose=purpose)


@pytest.mark.rule("BR09")
def test_the_right_pin_comes_first_where_one_is_set() -> None:
    assert pin_opens(pin_set=True, accepted=True) == GRANTED
    assert pin_opens(pin_set=False, accepted=None) == GRANTED
    for accepted in (False, None):
        answer = pin_opens(pin_set=True, accepted=accepted)
        assert isinstance(answer, Refusal)
        assert answer.rule == "BR09"


@pytest.mark.rule("BR09")
@pytest.mark.parametrize("length", range(10))
def test_a_pin_has_four_digits(length: int) -> None:
    assert (check_pin_length(length=length) == GRANTED) is (length == 4)


@pytest.mark.rule("BR09")
@pytest.mark.parametrize("intervention", PinIntervention)
@pytest.mark.parametrize("pin_class", PinClass)
def test_the_choice_is_the_consumers_but_for_a_deny_list(
    intervention: PinIntervention, pin_class: PinClass
) -> None:
    answer = check_pin_choice(pin_class=pin_class, intervention=intervention)
    denied = intervention is PinIntervention.DENY_LIST and pin_class is not PinClass.OTHER
    assert isinstance(answer, Refusal) is denied


@pytest.mark.rule("BR10")
@pytest.mark.parametrize("act", RemotePinAct)
@pytest.mark.parametrize("role", Role)
def test_from_afar_a_pin_is_only_disabled_and_only_by_a_supplier(
    act: RemotePinAct, role: Role
) -> None:
    answer = check_remote_pin_act(role=role, wanted=act)
    assert (answer == GRANTED) is (act is RemotePinAct.DISABLE and role in SUPPLIERS)
    if isinstance(answer, Refusal):
        assert answer.rule == "BR10"
