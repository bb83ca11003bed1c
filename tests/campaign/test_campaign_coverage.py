"""Waves by share and strata: each device in exactly one, and no home always first."""

import random
from datetime import date
from fractions import Fraction
from itertools import product
from statistics import correlation
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_field import (
    SUPPLIERS,
    ToyField,
    all_confirm,
    device_id,
)
from tests.campaign.campaign_samples import (
    BAD_MODEL,
    MODEL,
    OTHER,
    PLAN,
    C,
    S,
    rest_wave,
    wave,
)
from tests.campaign.campaign_toy import Run
from twin.campaign.coverage import first_gap
from twin.campaign.membership import rank, seat
from twin.campaign.plan import PlannedWave, sound
from twin.events.programme import MembershipFrozen
from twin.state.devices import Device
from twin.state.premises import Premises
from twin.vocabulary import (
    CspRegion,
    DeviceType,
    Exclusion,
)

REGIONS, MODELS = list(CspRegion), (MODEL, BAD_MODEL, "1234-0000000F")


def subsets(names: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=2).map(tuple)


SIXTEENTHS = st.integers(1, 16).map(lambda n: n / 16)
WAVES = st.builds(
    lambda share, regions, suppliers, models, is_rest: replace(
        rest_wave("w") if is_rest else wave("w", share),
        regions=regions,
        suppliers=suppliers,
        models=models,
    ),
    SIXTEENTHS,
    subsets(REGIONS),
    subsets(SUPPLIERS),
    subsets(MODELS[:2]),
    st.booleans(),
)
"""Waves with exact shares, of some strata or of all."""


def named(waves: list[PlannedWave]) -> tuple[PlannedWave, ...]:
    return tuple(replace(one, name=f"w{n}") for n, one in enumerate(waves))


def takes(one: PlannedWave, region: str, supplier: str, model: str) -> bool:
    return (
        (not one.regions or region in one.regions)
        and (not one.suppliers or supplier in one.suppliers)
        and (not one.models or model in one.models)
    )


STRATA = list(product(REGIONS, (*SUPPLIERS, "S77"), (*MODELS, "9999-00000000")))


def is_taken_whole(waves: tuple[PlannedWave, ...], stratum: Any) -> bool:
    """The rule, counted with fractions: shares make up the whole, or a rest fills what is left."""
    takers = [one for one in waves if takes(one, *stratum)]
    total = sum((Fraction(one.share) for one in takers), Fraction(0))
    return total <= 1 if any(one.rest for one in takers) else total == 1


def as_tables(of: Any) -> Any:
    """As a file would have it: what is left to its default is left out."""
    return msgspec.to_builtins(of, builtin_types=(date,))


RANDOM_PLANS = st.lists(WAVES, min_size=1, max_size=5).map(named)


@pytest.mark.peer_fault("PF-hawkbit-04")
@settings(derandomize=True, deadline=None, max_examples=150)
@given(RANDOM_PLANS)
def test_a_gap_is_found_exactly_where_there_is_one(waves: tuple[PlannedWave, ...]):
    whole = all(is_taken_whole(waves, stratum) for stratum in STRATA)
    assert (first_gap(as_tables(waves)) is None) is whole


@pytest.mark.peer_fault("PF-hawkbit-04", "PF-mender-17")
@pytest.mark.parametrize(
    ("waves", "where"),
    [
        ([wave("a", 0.5), wave("b", 0.5)], None),
        ([wave("a", 0.5), wave("b", 0.6)], " of all: 1.1"),
        ([wave("a", 1.0, regions=("North",))], " for region of any other name: 0"),
        (
            [wave("a", 1.0, regions=(region,)) for region in REGIONS],
            None,  # every region has a name
        ),
        ([wave("a", 1.0, suppliers=("S01",)), rest_wave("b")], None),
        (
            [wave("a", 0.3), wave("b", 0.7, models=(MODEL,))],
            " for model of any other name: 0.3",
        ),
    ],
)
def test_a_gap_is_named(waves: list[PlannedWave], where: str | None):
    found = first_gap(as_tables(named(waves)))
    shown = None if found is None else f"{found.where or ' of all'}: {found.total}"
    assert shown == where
    assert sound(as_tables(replace(PLAN, waves=named(waves)))) is (where is None)


def fraction_seat(waves: tuple[PlannedWave, ...], stratum: Any, at: Fraction) -> int | None:
    """The wave whose part of the scale holds a rank, by exact arithmetic."""
    begins = Fraction(0)
    for number, one in enumerate(waves, start=1):
        if takes(one, *stratum):
            width = 1 - begins if one.rest else Fraction(one.share)
            if begins <= at < begins + width:
                return number
            begins += width
    return None


@settings(derandomize=True, deadline=None, max_examples=150)
@given(RANDOM_PLANS, st.sampled_from(STRATA), st.integers(0, 10**6))
def test_every_device_is_in_one_wave_or_in_a_gap(waves, stratum, first):
    plan = replace(PLAN, waves=waves)
    whole = is_taken_whole(waves, stratum)
    region, supplier, model = stratum
    for nth in range(first, first + 30):
        device = Device(device_id(nth, DeviceType.CHF), DeviceType.CHF, model)
        found = seat(plan=plan, device=device, region=region, supplier=supplier)
        at = Fraction(rank(campaign_id=C, device_id=device.device_id))
        assert (None if found is None else found.wave) == fraction_seat(waves, stratum, at)
        assert found is not None or not whole
        if found is not None:
            assert 0 <= found.place < 1
            assert takes(waves[found.wave - 1], *stratum)


SHARES = st.lists(st.floats(0.001, 1), min_size=1, max_size=40).map(
    lambda parts: [part / sum(parts) for part in parts]
)


@settings(deadline=None)
@given(SHARES, st.integers(0, 10**9))
def test_shares_that_floats_cannot_add_up_leave_no_device_out(shares: list[float], nth: int):
    plan = replace(PLAN, waves=tuple(wave(f"w{n}", s) for n, s in enumerate(shares)))
    device = Device(device_id(nth, DeviceType.CHF), DeviceType.CHF, MODEL)
    found = seat(plan=plan, device=device, region="North", supplier="S01")
    assert found is not None
    assert 0 <= found.place < 1


def test_a_device_in_the_last_bits_of_the_scale_is_in_the_last_wave():
    """This one has almost the highest rank there is; the shares miss the whole by a little less."""
    last = Device(device_id(888_513, DeviceType.CHF), DeviceType.CHF, MODEL)
    at = rank(campaign_id=C, device_id=last.device_id)
    assert 1 - 2e-7 < at < 1
    for share, wanted in ((0.4999998, 2), (0.499, None)):
        plan = replace(PLAN, waves=(wave("a", 0.5), wave("b", share)))
        found = seat(plan=plan, device=last, region="North", supplier="S01")
        assert (None if found is None else found.wave) == wanted
        assert found is None or found.place < 1


@pytest.mark.peer_fault("PF-nerveshub-09", "PF-nerveshub-10")
@settings(derandomize=True, deadline=None, max_examples=25)
@given(RANDOM_PLANS, st.randoms(use_true_random=False))
def test_every_hub_of_a_fleet_is_seated_or_excluded_by_name(waves, shuffle):
    """Whatever the plan, a frozen membership counts every device once, and the log says where."""
    waves = (*waves, rest_wave("last"))
    assume(all(is_taken_whole(waves, stratum) for stratum in STRATA))
    size = 60
    field = ToyField(size, all_confirm, model=lambda n: MODELS[n % 3])
    for name in shuffle.sample(sorted(field.premises), 9):
        field.premises[name] = hub_of(field.premises[name], shuffle)
    plan = replace(PLAN, waves=waves, approval_required=True)
    run = Run((plan,), field, approver=False)
    run.until(S.AWAITING_APPROVAL, S.DRAFT)
    for premises in field.premises.values():
        (hub,) = [d for d in premises.devices.values() if d.device_type == "CHF"]
        word = hub.enrolments[C]
        assert (word.wave is None) is (word.reason is not None)
    for froze in run.of(MembershipFrozen):
        assert sum(froze.members) + sum(froze.excluded.values()) == size
        assert froze.excluded[Exclusion.NO_CAPABLE_VERSION] >= 1
        assert Exclusion.NOT_SELECTED not in froze.excluded


def hub_of(premises: Premises, shuffle: random.Random) -> Premises:
    (hub,) = [d for d in premises.devices.values() if d.device_type == "CHF"]
    changes = shuffle.choice([{"commissioned": None}, {"belief": None}, {"model": None}])
    return replace(premises, devices={**premises.devices, hub.device_id: replace(hub, **changes)})


def test_ranks_spread_evenly_and_differ_by_campaign():
    ranks = [rank(campaign_id="LCP-HUBS", device_id=f"D{n}") for n in range(20_000)]
    assert all(0 <= place < 1 for place in ranks)
    for decile in range(10):
        inside = sum(decile / 10 <= place < (decile + 1) / 10 for place in ranks)
        assert abs(inside - 2000) < 200
    assert rank(campaign_id="LCP-HUBS", device_id="D1") == ranks[1]
    assert rank(campaign_id="LCP-METERS", device_id="D1") != ranks[1]


@pytest.mark.peer_fault("PF-others-01")
def test_the_same_homes_are_not_always_first():
    """Who is in the canary of one campaign is in another's as often as anybody else."""
    plans = [replace(PLAN, campaign_id=name) for name in (C, OTHER)]
    devices = [Device(device_id(n, DeviceType.CHF), DeviceType.CHF, MODEL) for n in range(10_000)]
    seats = [
        [seat(plan=plan, device=device, region="North", supplier="S01") for device in devices]
        for plan in plans
    ]
    canaries = [{n for n, found in enumerate(of) if found and found.wave == 1} for of in seats]
    assert 900 < len(canaries[0]) < 1100
    assert 60 < len(canaries[0] & canaries[1]) < 145  # a tenth of a tenth, plus or minus
    ranks = [
        [rank(campaign_id=p.campaign_id, device_id=d.device_id) for d in devices] for p in plans
    ]
    assert abs(correlation(*ranks)) < 0.03


def test_within_a_stratum_the_order_is_as_even_as_in_the_whole():
    plan = replace(PLAN, waves=(wave("north", 0.5, regions=("North",)), rest_wave("rest")))
    seats = [
        seat(
            plan=plan,
            device=Device(device_id(n, DeviceType.CHF), DeviceType.CHF, MODEL),
            region="North",
            supplier="S01",
        )
        for n in range(4_000)
    ]
    for number in (1, 2):
        places = [found.place for found in seats if found is not None and found.wave == number]
        assert abs(len(places) - 2_000) < 150
        assert abs(sum(places) / len(places) - 0.5) < 0.03
