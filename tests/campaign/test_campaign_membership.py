"""Who belongs to a campaign: each device by a word of its own, and there it stays."""

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import (
    BEGIN,
    SUPPLIERS,
    ToyField,
    all_confirm,
    capable_version,
    device_id,
)
from tests.campaign.campaign_homes import HUB, enrolled, fresh, hub_with, seat_of
from tests.campaign.campaign_samples import (
    BAD_MODEL,
    MIDNIGHT,
    MODEL,
    PLAN,
    C,
    S,
    wave,
)
from tests.campaign.campaign_toy import Run
from twin.campaign.enrolling import words
from twin.campaign.membership import Seat, members, placement
from twin.campaign.plan import Plan, Selection
from twin.events.firmware import DeviceEnrolled, DeviceExcluded, FirmwareVersionRead
from twin.events.lifecycle import CommsHubInstalled, CommsHubReplaced, PremisesRegistered
from twin.events.programme import MembershipFrozen
from twin.events.registry import PremisesFact
from twin.state.devices import Firmware, Stamp
from twin.state.premises import Premises
from twin.vocabulary import (
    CspRegion,
    DeviceType,
    Exclusion,
    GspGroup,
    HubVariant,
    PremisesType,
    ReturnReason,
)

INSTALLED = MIDNIGHT - timedelta(seconds=1)


def capable(*, believed: bool) -> Premises:
    new = Firmware(Stamp(MIDNIGHT, 9, "x"), "0000000B", True, "activated")
    return hub_with(fresh(), **{"belief" if believed else "truth": new})


@pytest.mark.peer_fault(
    "PF-mender-06", "PF-mender-07", "PF-mender-21", "PF-goosebit-04", "PF-goosebit-06"
)
@pytest.mark.parametrize(
    ("premises", "reason"),
    [
        pytest.param(fresh(), None, id="member"),
        pytest.param(hub_with(fresh(), commissioned=None), "not_commissioned", id="not_yet"),
        pytest.param(
            hub_with(fresh(), installed=Stamp(MIDNIGHT, 1, "x")), "installed_later", id="on_the_day"
        ),
        pytest.param(
            hub_with(fresh(), installed=Stamp(INSTALLED, 1, "x")), None, id="the_second_before"
        ),
        pytest.param(hub_with(fresh(), belief=None), "firmware_unknown", id="unknown"),
        pytest.param(capable(believed=True), "already_capable", id="believed"),
        pytest.param(capable(believed=False), None, id="truth_is_not_seen"),
        pytest.param(hub_with(fresh(), model="9999-99999999"), "no_capable_version", id="model"),
        pytest.param(hub_with(fresh(), model=None), "no_capable_version", id="no_model"),
        pytest.param(replace(fresh(), registration=None), None, id="no_registration"),
    ],
)
def test_who_is_a_member_and_why_not(premises: Premises, reason: str | None):
    hub = premises.devices[HUB]
    ask = {"plan": PLAN, "premises": premises, "capable_version": capable_version}
    found = placement(device=hub, **ask)
    assert isinstance(found, Seat) if reason is None else found == reason
    (word,) = said(premises)
    assert isinstance(word, DeviceEnrolled if reason is None else DeviceExcluded)
    assert getattr(word, "reason", None) == reason


@pytest.mark.parametrize(
    ("selection", "selected"),
    [
        (Selection(regions=(CspRegion.NORTH,)), True),
        (Selection(regions=(CspRegion.SOUTH,)), False),
        (Selection(suppliers=("S01", "S09")), True),
        (Selection(suppliers=("S09",)), False),
        (Selection(models=(MODEL,)), True),
        (Selection(models=(BAD_MODEL,)), False),
        (Selection(hub_variants=(HubVariant.SINGLE_BAND,)), True),
        (Selection(hub_variants=(HubVariant.DUAL_BAND,)), False),
        (Selection(regions=(CspRegion.NORTH,), suppliers=("S09",)), False),
        (Selection(hardware=("00",)), True),
        (Selection(hardware=("0001",)), True),
        (Selection(hardware=("01", "0002")), False),
        (Selection(installed_from=BEGIN.date() - timedelta(days=30)), True),
        (Selection(installed_from=BEGIN.date() - timedelta(days=29)), False),
        (Selection(obligation="ii"), True),
        (Selection(obligation="i"), False),
    ],
)
def test_a_selection_leaves_out_by_name(selection: Selection, selected: bool):
    (word,) = said(fresh(), replace(PLAN, selection=selection))
    assert isinstance(word, DeviceEnrolled) is selected
    assert selected or word.reason is Exclusion.NOT_SELECTED


@pytest.mark.parametrize(
    ("selection", "installed", "reason"),
    [
        (Selection(obligation="ii"), INSTALLED, None),
        (Selection(obligation="ii"), MIDNIGHT, "installed_later"),
        (Selection(obligation="i"), INSTALLED, "not_selected"),
        (Selection(obligation="i"), MIDNIGHT, None),
        (Selection(obligation="i", installed_from=date(2017, 8, 1)), MIDNIGHT, "not_selected"),
        (Selection(hardware=("00",)), MIDNIGHT, None),
        (Selection(), MIDNIGHT, None),
    ],
)
def test_a_plan_needs_no_day_of_its_own(
    selection: Selection, installed: datetime, reason: str | None
):
    """By obligation alone, by hardware alone, or all there is: the cut of the plan is optional."""
    plan = replace(PLAN, installed_before=None, selection=selection)
    (word,) = said(hub_with(fresh(), installed=Stamp(installed, 1, "x")), plan)
    assert getattr(word, "reason", None) == reason


@pytest.mark.parametrize("premises", [Premises("P0"), hub_with(fresh(), installed=None)])
def test_of_a_home_without_the_device_nothing_is_said(premises: Premises):
    assert said(premises) == []


def said(
    premises: Premises, plan: Plan = PLAN, *, without: tuple[str, ...] = (), enrolling: bool = True
) -> list[DeviceEnrolled | DeviceExcluded]:
    return list(
        words(
            plan=plan,
            premises=premises,
            capable_version=capable_version,
            excluded_models=without,
            enrolling=enrolling,
        )
    )


def test_a_word_is_said_once_and_again_when_it_is_another():
    """The order to enrol may be given twice, and the home may change between the two."""
    field = ToyField(1, all_confirm)
    name, premises = next(iter(field.premises.items()))
    (word,) = said(premises)
    field.apply(name, word, BEGIN)
    assert said(field.premises[name]) == []
    assert field.premises[name].devices[HUB].enrolments[C].wave == seat_of(premises).wave
    moved = replace(field.premises[name].registration, supplier="S04")
    (again,) = said(replace(field.premises[name], registration=moved))
    assert again == replace(word, supplier="S04")
    uncommissioned = hub_with(field.premises[name], commissioned=None)
    (excluded,) = said(uncommissioned)
    field.apply(name, excluded, BEGIN + timedelta(hours=1))
    (back,) = said(field.premises[name])
    assert back == word


@pytest.mark.peer_fault("PF-hawkbit-32")
def test_only_the_order_to_enrol_gives_a_seat():
    assert said(fresh(), enrolling=False) == []
    assert said(enrolled(), without=(MODEL,), enrolling=False) != []
    assert said(enrolled(), without=(BAD_MODEL,), enrolling=False) == []


def test_a_seat_that_the_plan_has_no_more_does_not_stop_the_release():
    """A revised plan has one wave; a hub exchanged since had its seat in the second."""
    one = replace(PLAN, waves=(wave("all", 1.0),))
    word = enrolled().devices[HUB].enrolments[C]
    second = hub_with(enrolled(), enrolments={C: replace(word, wave=2)})
    assert members(plan=PLAN, premises=second) != []
    assert members(plan=one, premises=second) == []


def registered(supplier: str) -> PremisesRegistered:
    return PremisesRegistered(
        PremisesType.TERRACED, CspRegion.SOUTH, GspGroup.A, supplier,
        dual_fuel=False, shared_meter_space=False,
    )  # fmt: skip


@pytest.mark.peer_fault(
    "PF-hawkbit-25", "PF-mender-22", "PF-aws-02", "PF-golioth-01", "PF-ours-23", "PF-ours-26"
)
@pytest.mark.rule("BR43")
def test_membership_stands_whatever_becomes_of_the_home():
    """Moved to another supplier and region, read to be capable, exchanged: all stay members."""
    run = Run((PLAN,), ToyField(60, all_confirm), approver=False)
    run.until(S.AWAITING_APPROVAL)
    (froze,) = run.of(MembershipFrozen)
    names = list(run.field.premises)
    for name in names[:10]:
        run.field.apply(name, registered("S09"), run.now)
    for nth, name in enumerate(names[10:20], start=10):
        hub = device_id(nth, DeviceType.CHF)
        read = FirmwareVersionRead(
            hub, DeviceType.CHF, "0000000B", True, "00000000-0000-0000-0000-000000000001"
        )
        run.field.apply(name, read, run.now)
    for nth, name in enumerate(names[20:30], start=20):
        hub = device_id(nth, DeviceType.CHF)
        for fact in exchange(device_id(1000 + nth, DeviceType.CHF), hub):
            run.field.apply(name, fact, run.now)
    run.go_on()
    assert run.total(C).members == sum(froze.members) == 60
    assert run.total(C).already_at_target == 10
    assert run.total(C).decommissioned == 10
    run.told("approve", C, plan_hash=run.campaigns[C].plan_hash)
    run.until(S.FINISHED)
    assert run.total(C).members == 60
    assert run.total(C).confirmed == 40
    strata = {s for n in (1, 2) for s in run.counts(C).by_stratum(n)}
    assert {stratum.supplier for stratum in strata} == set(SUPPLIERS)


def exchange(new: str, old: str) -> list[PremisesFact]:
    return [
        CommsHubInstalled(new, MODEL, HubVariant.DUAL_BAND, "0000000A", pairing_capable=False),
        CommsHubReplaced(
            device_id=new,
            replaced_device_id=old,
            reason=ReturnReason.FAULT,
            device_log_restored=True,
            gpf_log_restored=True,
        ),
    ]
