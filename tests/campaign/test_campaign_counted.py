"""Waves by count: so many devices and no other number, drawn by lot, everybody else elsewhere."""

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_field import ToyField, all_confirm, capable_version, device_id
from tests.campaign.campaign_samples import BAD_MODEL, MODEL, PLAN, C, S, rest_wave, wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_plan import GOOD, good_with, line_in_good
from twin.campaign import counted as counted_waves
from twin.campaign.count_checks import COUNT_MAX
from twin.campaign.counted import (
    LOTS_IN_A_ROLL,
    Lottery,
    Roll,
    RollBoard,
    cuts,
    decode_roll,
    encode_roll,
    roll_key,
    rolls_of,
)
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan, PlannedWave, plan_text, read_plan, sound
from twin.campaign.preflight import preflight
from twin.campaign.seats import lot, seat
from twin.events.programme import CampaignFinished, MembershipFrozen, PlanRefused, WavesCut
from twin.state.devices import Device
from twin.vocabulary import CspRegion, DeviceType

REGIONS = list(CspRegion)
SUPPLIERS = ("S01", "S02", "S04")


def counted(name: str, devices: int, **changes: Any) -> PlannedWave:
    """A wave that takes a number of devices; its share is not said."""
    return replace(rest_wave(name), rest=False, count=devices, **changes)


PLANNED = replace(
    PLAN,
    waves=(
        counted("first", 7),
        counted("north", 5, regions=(CspRegion.NORTH,)),
        wave("half", 0.5),
        rest_wave("others"),
    ),
)


def model_of(nth: int) -> str:
    return (MODEL, BAD_MODEL)[nth // 9 % 2]


def frozen_by(plan: Plan, homes: int = 90) -> Run:
    run = Run((plan,), ToyField(homes, all_confirm, model=model_of))
    run.until(S.READY, S.STARTING, S.RUNNING, S.DRAFT)
    return run


def wave_of(run: Run) -> dict[str, int | None]:
    words = (p.devices[d].enrolments[C] for p in run.field.premises.values() for d in p.devices
             if C in p.devices[d].enrolments)  # fmt: skip
    return {str(n): word.wave for n, word in enumerate(words)}


def test_a_wave_takes_exactly_its_count_and_everybody_else_is_elsewhere():
    run = frozen_by(PLANNED)
    (froze,) = run.of(MembershipFrozen)
    assert froze.members[:2] == (7, 5)
    assert sum(froze.members) == 90
    assert Counter(wave_of(run).values()) == dict(enumerate(froze.members, start=1))
    assert 25 < froze.members[2] < 53, "a share is one of those that no count takes"
    for premises in run.field.premises.values():
        for device in premises.devices.values():
            word = device.enrolments.get(C)
            if word is not None and word.wave == 2:
                assert word.region == "North"
    run.until(S.FINISHED)
    assert run.of(CampaignFinished)[0].outcome == "COMPLETE"


@pytest.mark.peer_fault("PF-others-04")
def test_a_pre_flight_foresees_the_members_of_every_wave():
    fleet = ToyField(90, all_confirm, model=model_of).premises.values()
    found = preflight(plan=PLANNED, fleet=fleet, capable_version=capable_version)
    assert found.members == frozen_by(PLANNED).of(MembershipFrozen)[0].members
    assert found.refusals == ()


def test_lots_decide_and_nobody_is_moved_but_those_that_a_count_takes():
    """The waves by share divide what is left as they would divide all."""
    without = replace(PLANNED, waves=PLANNED.waves[2:])
    with_counts, alone = frozen_by(PLANNED), frozen_by(without)
    (fact,) = with_counts.of(WavesCut)
    assert fact.cuts[2:] == (0.0, 0.0)
    for name, premises in with_counts.field.premises.items():
        for key, device in premises.devices.items():
            word = device.enrolments.get(C)
            if word is None:
                continue
            at, other = lot(campaign_id=C, device_id=key), alone.field.premises[name]
            assert (word.wave == 1) is (at < fact.cuts[0])
            if word.wave not in (1, 2):
                held = other.devices[key].enrolments[C]
                assert (word.wave, word.place) == (held.wave + 2, held.place)  # type: ignore[operator]
    assert not alone.of(WavesCut), "no lot is drawn where nobody is counted"


def paced_and_counted() -> Plan:
    return replace(PLANNED, pacing=Pace(per_day=20))


def test_a_paced_campaign_with_counts_ends_complete():
    run = Run((paced_and_counted(),), ToyField(90, all_confirm, model=model_of))
    run.until(S.FINISHED)
    assert run.total(C).confirmed == 90


@pytest.mark.peer_fault("PF-mender-22", "PF-hawkbit-03")
@pytest.mark.parametrize(
    ("waves", "check"),
    [
        ((counted("first", 91), rest_wave("others")), "count_not_met"),
        ((counted("first", 31, regions=(CspRegion.NORTH,)), rest_wave("others")), "count_not_met"),
        ((counted("first", 60), counted("more", 31), rest_wave("others")), "count_not_met"),
        ((counted("first", 90), rest_wave("others")), "nothing_left"),
        ((counted("first", 89), rest_wave("others")), None),
        ((counted("first", 30, regions=(CspRegion.NORTH,)), rest_wave("others")), None),
    ],
)
def test_a_count_that_the_fleet_has_not_is_refused_and_foreseen(waves: Any, check: str | None):
    plan = replace(PLAN, waves=waves)
    run = frozen_by(plan)
    told = [fact.checks for fact in run.of(PlanRefused)]
    assert told == ([] if check is None else [(check,)])
    fleet = ToyField(90, all_confirm, model=model_of).premises.values()
    found = preflight(plan=plan, fleet=fleet, capable_version=capable_version)
    assert found.refusals == (() if check is None else (check,))


def test_a_revised_plan_draws_anew():
    """Lots that were said of the first version are no part of the second."""
    run = frozen_by(replace(PLAN, waves=(counted("first", 91), rest_wave("others"))))
    run.plans.clear()
    assert run.campaigns[C].state is S.DRAFT
    assert run.told("revise", C, plan=PLANNED).answer == "ACCEPTED"
    run.until(S.READY, S.RUNNING)
    assert run.of(MembershipFrozen)[0].members[:2] == (7, 5)


def naive(plan: Plan, devices: dict[str, tuple[str, str, str]]) -> dict[str, int]:
    """Wave after wave takes from all that are left the lowest lots, one after the other."""
    found: dict[str, int] = {}
    by_lot = sorted(devices, key=lambda name: lot(campaign_id=C, device_id=name))
    for number, one in enumerate(plan.waves, start=1):
        if one.count is None:
            continue
        wanted = [
            name
            for name in by_lot
            if name not in found
            and (not one.regions or devices[name][0] in one.regions)
            and (not one.suppliers or devices[name][1] in one.suppliers)
            and (not one.models or devices[name][2] in one.models)
        ]
        found.update(dict.fromkeys(wanted[: one.count], number))
    return found


def subsets(names: Iterable[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(list(names)), unique=True, max_size=2).map(tuple)


COUNTED = st.lists(
    st.builds(
        lambda devices, regions, suppliers, models: counted(
            "w", devices, regions=regions, suppliers=suppliers, models=models
        ),
        st.integers(1, 30), subsets(REGIONS), subsets(SUPPLIERS), subsets((MODEL, BAD_MODEL)),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=60)
@given(COUNTED, st.integers(0, 120), st.integers(1, 5), st.integers(0, 10**6))
def test_cuts_take_whom_an_open_draw_would_take(waves, size, partitions, first):
    """However the fleet is divided, whatever strata the waves name, and also if it is too small."""
    named = (*(replace(w, name=f"w{n}") for n, w in enumerate(waves)), rest_wave("rest"))
    plan = replace(PLAN, waves=named)
    devices = {
        device_id(n, DeviceType.CHF): (REGIONS[n % 3], SUPPLIERS[n // 3 % 3], model_of(n))
        for n in range(first, first + size)
    }
    board = RollBoard()
    for partition in range(partitions):
        lottery = Lottery(plan)
        for name in sorted(devices)[partition::partitions]:
            region, supplier, model = devices[name]
            lottery.take(device_id=name, region=region, supplier=supplier, model=model)
        for takers, lots in lottery.lots().items():
            board.take(Roll(C, takers, partition, 3, lots))
    drawn = cuts(plan=plan, lots=board.of(C, 2))
    found = {}
    for name, (region, supplier, model) in devices.items():
        given_seat = seat(
            plan=plan, device=Device(name, DeviceType.CHF, model), region=region,
            supplier=supplier, cuts=drawn,
        )  # fmt: skip
        assert given_seat is not None
        assert 0 <= given_seat.place < 1
        if given_seat.wave < len(named):
            found[name] = given_seat.wave
    assert found == naive(plan, devices)


def test_a_roll_of_an_earlier_tick_is_no_part_of_a_draw():
    board = RollBoard()
    board.take(Roll(C, (1,), 0, 5, (0.1,)))
    board.take(Roll(C, (1,), 0, 3, (0.2,)))
    board.take(Roll(C, (1, 2), 1, 2, (0.3,)))
    assert board.of(C, 2) == {(1,): (0.1,)}
    assert board.of("LCP-OTHER", 2) == {}


def test_a_roll_in_parts_is_one_roll_whatever_comes_when(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted_waves, "LOTS_IN_A_ROLL", 3)
    plan = replace(PLAN, waves=(counted("few", 7), rest_wave("rest")))
    fleet = list(frozen_by(plan, homes=10).field.premises.values())
    hubs = (device_id(nth, DeviceType.CHF) for nth in range(10))
    whole = tuple(sorted(lot(campaign_id=C, device_id=hub) for hub in hubs)[:7])
    rolls = list(rolls_of(plan=plan, fleet=fleet, partition=0, tick=5))
    assert [(one.part, len(one.lots)) for one in rolls] == [(0, 3), (1, 3), (2, 1)]
    assert len({roll_key(one) for one in rolls}) == 3
    older = [replace(one, tick=4, lots=(0.0,), part=n) for n, one in enumerate(rolls)]
    older += [replace(older[0], part=7)]
    for seed in range(20):
        sent = [*rolls, *older, *rolls]
        random.Random(seed).shuffle(sent)
        board = RollBoard()
        for one in sent:
            board.take(decode_roll(encode_roll(one)))
        assert board.of(C, 3) == {(1,): whole}, seed


def test_a_roll_of_one_part_is_on_the_wire_as_it_was() -> None:
    roll = Roll(C, (1, 2), 3, 4, (0.5,))
    assert encode_roll(roll) == (
        b'{"campaign_id":"LCP-HUBS","takers":[1,2],"partition":3,"tick":4,"lots":[0.5]}'
    )
    assert roll_key(roll) == b"roll|LCP-HUBS|1-2|3"


def test_a_wave_of_more_than_a_roll_holds_takes_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted_waves, "LOTS_IN_A_ROLL", 4)
    plan = replace(PLAN, waves=(counted("many", 31), counted("more", 9), rest_wave("rest")))
    run = Run((plan,), ToyField(60, all_confirm))
    run.go_on(6)
    assert run.campaigns[C].frozen == (31, 9, 20)


COUNT_LINE = "count = 500"
BY_COUNT = GOOD.replace("share = 0.02", COUNT_LINE, 1)


def test_a_plan_by_count_is_read_and_others_keep_their_hash():
    plan = read_plan(BY_COUNT)
    assert isinstance(plan, Plan)
    assert (plan.waves[0].count, plan.is_counted) == (500, True)
    assert '"count":500' in plan_text(plan)
    other = read_plan(GOOD)
    assert isinstance(other, Plan)
    assert '"count"' not in plan_text(other)


@pytest.mark.peer_fault("PF-mender-16")
@pytest.mark.parametrize(
    "value", ["0", "-1", "2.5", "500.0", "true", '"500"', "nan", str(COUNT_MAX + 1)]
)
def test_a_count_that_is_none_is_refused_on_its_line(value: str):
    mistake, *_ = good_with("share = 0.02", f"count = {value}")
    assert mistake.line == line_in_good("share = 0.02")
    assert mistake.sentence.startswith(
        "count must be a whole number of devices from 1 to 2,000,000"
    )


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("share = 0.02", "share = 0.02\ncount = 5", "[[waves]]", "a count, a share, or the rest"),
        ("share = 0.05", "count = 5", "share = 0.05", "must come before the waves that take"),
    ],
)
def test_a_mistake_of_a_wave_by_count_is_told_on_its_line(old: str, new: str, at: str, said: str):
    mistake, *_ = good_with(old, new)
    assert mistake.line == line_in_good(at)
    assert said in mistake.sentence


def test_nothing_but_counts_leaves_devices_over_and_too_many_cannot_be_drawn():
    def raw(*waves: PlannedWave) -> Plan:
        return replace(PLAN, waves=waves)

    def said(plan: Plan) -> bool:
        return sound(msgspec.to_builtins(plan, builtin_types=(type(plan.starts_on),)))

    assert not said(raw(counted("a", 5)))
    assert not said(raw(counted("a", 5, regions=(CspRegion.NORTH,)), wave("b", 0.5)))
    assert said(raw(counted("a", 5, regions=(CspRegion.NORTH,)), wave("b", 1.0)))
    assert said(raw(counted("a", COUNT_MAX), rest_wave("b")))
    assert not said(raw(counted("a", COUNT_MAX), counted("c", 1), rest_wave("b")))


def test_the_largest_roll_fits_a_batch_of_the_worker():
    """A batch holds a mebibyte, and no lot is longer than its longest form."""
    roll = Roll("L" * 31, tuple(range(1, 200)), 999, 10**6, (1 / 3 * 1e-4,) * LOTS_IN_A_ROLL, 99)
    assert len(encode_roll(roll)) < 1024 * 1024 * 3 // 4
