"""A pre-flight says what would come of a plan: the members that are then frozen, and no others."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import (
    NEW,
    OLD,
    ToyField,
    all_confirm,
    capable_version,
    device_id,
)
from tests.campaign.campaign_samples import BAD_MODEL, DAY, MODEL, PLAN, C, S, rest_wave, wave
from tests.campaign.campaign_toy import Run
from twin.campaign.plan import Plan, Selection
from twin.campaign.preflight import Count, Preflight, Word, preflight
from twin.events import firmware, lifecycle
from twin.events.programme import MembershipFrozen
from twin.state.premises import Premises
from twin.vocabulary import (
    CspRegion,
    DeviceStatus,
    DeviceType,
    Exclusion,
    StatusReason,
    WarningList,
)

MIXED = replace(
    PLAN,
    approval_required=False,
    selection=Selection(regions=(CspRegion.NORTH, CspRegion.SOUTH)),
    waves=(wave("canary", 0.2), rest_wave("north", regions=(CspRegion.NORTH,)), rest_wave("south")),
)


def model_of(nth: int) -> str:
    """A good model, a bad one, and one that has no version with local pairing."""
    return (MODEL, BAD_MODEL, "1234-0000FFFF")[nth // 9 % 3]


def field_of(homes: int = 120) -> ToyField:
    return ToyField(homes, all_confirm, model=model_of)


def flown(plan: Plan, field: ToyField) -> tuple[Preflight, list[Word]]:
    count = Count(plan, capable_version)
    words = list(count.words(field.premises.values()))
    fleet = field.premises.values()
    assert preflight(plan=plan, fleet=fleet, capable_version=capable_version) == count.result()
    return count.result(), words


@pytest.mark.peer_fault("PF-mender-21", "PF-others-04")
def test_members_are_those_that_a_campaign_then_freezes() -> None:
    found, words = flown(MIXED, field_of())
    run = Run((MIXED,), field_of())
    run.go_on(3)
    (frozen,) = run.of(MembershipFrozen)
    assert found.members == frozen.members
    assert found.excluded == frozen.excluded
    assert set(found.excluded) == {Exclusion.NOT_SELECTED, Exclusion.NO_CAPABLE_VERSION}
    for word in words:
        enrolment = run.field.premises[word.premises_id].devices[word.device_id].enrolments[C]
        assert (word.wave, word.reason) == (enrolment.wave, enrolment.reason)
        assert word.place == (enrolment.place if word.wave else None)
    assert found.devices == len(words) == 120


def test_strata_and_requests_are_those_of_the_members() -> None:
    found, words = flown(MIXED, field_of())
    assert sum(found.regions.values()) == found.total
    assert set(found.regions) == {"North", "South"}
    assert sum(found.models.values()) == sum(found.suppliers.values()) == found.total
    assert found.requests == tuple(int(n > 0) for n in found.members)
    assert Counter(word.wave for word in words if word.wave) == dict(
        enumerate(found.members, start=1)
    )


@pytest.mark.peer_fault("PF-others-04")
def test_it_changes_nothing() -> None:
    field = field_of()
    before = dict(field.premises)
    flown(MIXED, field)
    assert field.premises == before


def test_an_empty_fleet_has_no_member_and_a_day_for_each_wave() -> None:
    found = preflight(plan=PLAN, fleet=(), capable_version=capable_version)
    assert (found.devices, found.total, found.requests) == (0, 0, (0, 0))
    assert found.earliest is not None


def told(field: ToyField, nth: int, *facts: Any) -> Premises:
    name = f"P{nth:016x}"
    for fact in facts:
        field.apply(name, fact, PLAN.submitted_at - 3 * DAY)
    return field.premises[name]


def test_lists_that_the_dcc_would_answer_with_are_foreseen() -> None:
    field = ToyField(3, all_confirm)
    hub = device_id(0, DeviceType.CHF)
    became = DeviceStatus.COMMISSIONED, DeviceStatus.SUSPENDED
    why = StatusReason.FIRMWARE_REMOVED_FROM_CPL
    told(field, 0, lifecycle.DeviceStatusChanged(hub, DeviceType.CHF, *became, why))
    busy = device_id(1, DeviceType.CHF)
    named = (busy, DeviceType.CHF, "LCP-OTHER", 1, 1)
    asked = firmware.FirmwareUpdateRequested(*named, "6f1d3c52-0f7e-5b0e-9d43-15d536201512", NEW)
    told(field, 1, asked)
    found, _ = flown(PLAN, field)
    assert found.total == 3, "a warning is no exclusion"
    assert found.warned[WarningList.OTHER_REQUEST_IN_PROGRESS] == 1
    assert sum(found.warned.values()) == 2
    assert found.unforeseen == (WarningList.INVALID_GBCS_VERSION,)


@pytest.mark.rule("BR04")
def test_meters_whose_hub_is_not_known_to_be_capable_are_counted() -> None:
    field = ToyField(5, all_confirm)
    hub = device_id(0, DeviceType.CHF)
    told(field, 0, firmware.FirmwareVersionRead(hub, DeviceType.CHF, NEW, True, None))
    meters = replace(PLAN, device_type=DeviceType.ESME)
    assert flown(meters, field)[0].hubs_first == 4
    assert flown(PLAN, field)[0].hubs_first == 0, "hubs wait for nobody"


def test_ends_are_those_of_releases_soaks_and_attempts() -> None:
    found, _ = flown(PLAN, ToyField(40, all_confirm))
    assert found.earliest == PLAN.starts_on + timedelta(days=1 + 2 + 3 + 2)
    assert found.latest == PLAN.starts_on + timedelta(days=1 + 20 + 3 + 20)
    assert [len(one.by_day) for one in found.releases] == [1, 3]
    assert tuple(sum(one.by_day) for one in found.releases) == found.members


def test_a_device_on_old_firmware_is_a_member_and_one_on_new_is_not() -> None:
    field = ToyField(2, all_confirm)
    hub = device_id(1, DeviceType.CHF)
    told(field, 1, firmware.FirmwareVersionRead(hub, DeviceType.CHF, NEW, True, None))
    found, words = flown(PLAN, field)
    assert [word.reason for word in words] == [None, Exclusion.ALREADY_CAPABLE]
    assert found.members[0] + found.members[1] == 1
    assert OLD != NEW
    assert Run((PLAN,), field).until(S.FINISHED) is None
