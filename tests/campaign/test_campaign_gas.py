"""Gas meters as targets: they sleep and fetch what the hub keeps; local pairing is not theirs."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import PLAN, S, wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_plan import GOOD, good_with, line_in_good
from tests.fleet.desk import NEVER, obedient
from tests.replay.replay_homes import CATALOGUE, SETTLED, EmulatedField, emulated_run
from twin.campaign.plan import Plan, Policy, read_plan
from twin.campaign.preflight import preflight
from twin.campaign.windows import UK, Window, next_opening
from twin.events import firmware
from twin.events.programme import CampaignFinished, MembershipFrozen
from twin.events.requests import RequestKind
from twin.fleet.numbers.assumptions import shipped
from twin.rules.waking import WAKE_SECONDS, asleep_for
from twin.state.devices import Device
from twin.vocabulary import DeviceType, Exclusion

GAS_TEXT = GOOD.replace('"CHF"', '"GSME"').replace('obligation = "ii"', "")
"""The plan with every key, for gas meters, of which no obligation speaks."""
NIGHT = (Window(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), opens="01:00",
                closes="05:00"),)  # fmt: skip
GAS = replace(
    PLAN,
    campaign_id="GAS-NEWEST",
    title="newest firmware on gas meters",
    device_type=DeviceType.GSME,
    starts_on=PLAN.starts_on + timedelta(days=SETTLED),
    windows=NIGHT,
    policy=Policy(follow_up_days=30, attempts_max=2, read_after_days=3),
    waves=(wave("all", 1.0, release_days=2),),
)


@cache
def whole() -> Run:
    """Half of the gas meters run an older version, and every request succeeds in the end."""
    rules = obedient(gas_meter_older_share=0.5)
    return emulated_run((GAS,), premises=60, days=75, assumptions=rules)


def gas_meters(run: Run) -> list[Device]:
    return [
        device
        for premises in run.field.premises.values()
        for device in premises.devices.values()
        if device.device_type is DeviceType.GSME and device.installed is not None
    ]


@pytest.mark.rule("BR37")
def test_gas_meters_that_run_an_older_version_are_brought_to_the_newest():
    run = whole()
    (froze,) = run.of(MembershipFrozen)
    (end,) = run.of(CampaignFinished)
    assert sum(froze.members) > 5
    assert froze.excluded[Exclusion.ALREADY_AT_TARGET] > 0
    assert (end.outcome, end.members) == ("COMPLETE", sum(froze.members))
    for meter in gas_meters(run):
        if (word := meter.enrolments.get(GAS.campaign_id)) is not None and word.wave is not None:
            assert meter.truth is not None
            assert meter.truth.version == CATALOGUE.capable_version(meter.model or "")
            assert not meter.truth.pairing_capable, "local pairing is no matter of gas (BR04)"
    kinds = Counter(one.kind for one in asked(run))
    assert kinds[RequestKind.UPDATE] == kinds[RequestKind.ACTIVATE] == sum(froze.members)


def asked(run: Run) -> list:
    assert isinstance(run.field, EmulatedField)
    return run.field.requests


@pytest.mark.rule("BR37")
def test_images_come_by_the_hub_and_every_word_waits_for_the_wake():
    """A meter speaks when it wakes, each at its own minute of the half hour."""
    run = whole()
    assert isinstance(run.field, EmulatedField)
    by_hub = {"delivered-to-hub", "transferred"}
    told = [
        event for event in run.field.log if event.correlation_id == f"campaign:{GAS.campaign_id}"
    ]
    kinds = Counter(event.fact.TYPE.split(".")[4] for event in told)
    assert by_hub <= kinds.keys()
    phases: dict[str, set[int]] = {}
    for event in told:
        if isinstance(event.fact, firmware.FirmwareTransferred | firmware.FirmwareVersionRead):
            second = int(event.occurred_at.timestamp())
            phases.setdefault(event.fact.device_id, set()).add(second % WAKE_SECONDS)
    assert len(phases) > 5
    assert all(len(found) == 1 for found in phases.values())
    assert len({min(found) for found in phases.values()}) > 5


def test_a_gas_meter_needs_no_capable_hub_and_is_foreseen():
    fleet = emulated_run((), premises=60, days=1, assumptions=obedient(gas_meter_older_share=0.5))
    found = preflight(
        plan=GAS, fleet=fleet.field.premises.values(), capable_version=CATALOGUE.capable_version
    )
    assert found.total > 5
    assert found.hubs_first == 0
    assert Exclusion.ALREADY_CAPABLE not in found.excluded


def test_the_default_fleet_is_what_it_was():
    assert shipped().gas_meter_older_share == 0
    assert NEVER.of("GSME") == 0


@pytest.mark.rule("BR37")
def test_what_disturbs_goes_out_when_a_meter_will_wake_before_the_window_closes():
    asleep = asleep_for(device_type=DeviceType.GSME)
    assert asleep == timedelta(minutes=30)
    assert asleep_for(device_type=DeviceType.ESME) == timedelta()
    night = datetime(2017, 6, 30, tzinfo=UK).astimezone(UTC)
    for minutes, opens in ((60, 60), (270, 270), (271, 60 + 24 * 60), (290, 60 + 24 * 60)):
        at = night + timedelta(minutes=minutes)
        found = next_opening(windows=NIGHT, at=at, lasting=asleep)
        assert found == night + timedelta(minutes=opens)
    across = (Window(days=("fri",), opens="23:50", closes="00:20"),)
    friday = datetime(2017, 6, 30, 12, tzinfo=UTC)
    assert next_opening(windows=across, at=friday, lasting=asleep).astimezone(UK).hour == 23
    with pytest.raises(ValueError, match="no window stays open"):
        next_opening(windows=across, at=friday, lasting=2 * asleep)


def test_a_window_in_which_a_gas_meter_may_sleep_is_refused_on_its_line():
    assert isinstance(read_plan(GAS_TEXT), Plan)
    short = GOOD.replace('closes = "02:00"', 'closes = "01:29"')
    assert isinstance(read_plan(short), Plan), "a hub does not sleep"
    (mistake,) = read_plan(  # type: ignore[misc]
        GAS_TEXT.replace('closes = "02:00"', 'closes = "01:29"')
    )
    lines = [n for n, line in enumerate(GOOD.splitlines(), 1) if line == "[[windows]]"]
    assert mistake.line == lines[1]
    assert mistake.sentence.startswith("a gas meter wakes every 30 minutes")
    assert good_with('"CHF"', '"PPMID"')[0].line == line_in_good("device_type")


def test_the_least_time_that_a_plan_gives_is_many_wakes_long():
    """An attempt has three exchanges with the meter, and a day is the least follow-up."""
    assert timedelta(days=1) > 3 * timedelta(seconds=WAKE_SECONDS)
    assert whole().campaigns[GAS.campaign_id].state is S.FINISHED
