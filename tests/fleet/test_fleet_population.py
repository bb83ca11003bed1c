import re
from collections import Counter
from datetime import UTC, date, datetime
from time import process_time

import numpy as np
import pytest

from twin.fleet.numbers.assumptions import shipped
from twin.fleet.numbers.reference_files import geography, quarters
from twin.fleet.population.growth import Growth
from twin.fleet.population.identity import device_id, premises_id
from twin.fleet.population.plans import Population, moment
from twin.fleet.population.sample import sampled
from twin.ids import Eui64
from twin.ingest.catalogue import Catalogue, shipped_catalogue
from twin.vocabulary import (
    ChfLocation,
    CspRegion,
    DeviceType,
    GspGroup,
    HubVariant,
    Obstruction,
    PremisesType,
)

STARTS = datetime(2017, 4, 1, tzinfo=UTC)
ENDS = datetime(2018, 1, 1, tzinfo=UTC)
EUI = re.compile(Eui64.__metadata__[0].pattern)


def population(seed: int = 7) -> Population:
    return Population(assumptions=shipped(), catalogue=shipped_catalogue(), seed=seed, ends=ENDS)


@pytest.fixture(scope="module")
def plans():
    made = population()
    return [made.plan(index=index) for index in range(6_000)]


@pytest.fixture(scope="module")
def million():
    began = process_time()
    sample = sampled(assumptions=shipped(), seed=7, premises=1_000_000)
    assert process_time() - began < 60
    return sample


@pytest.mark.rule("BR39")
def test_a_million_premises_meet_the_published_coverage(million):
    assert million.ghz_2_4.mean() == pytest.approx(0.700, abs=0.0014)
    assert million.sub_ghz.mean() == pytest.approx(0.965, abs=0.0006)
    assert not (million.ghz_2_4 & ~million.sub_ghz).any()
    for place in range(len(PremisesType)):
        of_type = million.premises_type == place
        assert million.sub_ghz[of_type].mean() >= million.ghz_2_4[of_type].mean()


@pytest.mark.rule("BR39")
def test_a_million_premises_meet_the_published_pin_classes(million):
    classes = million.pin_class[million.pin_set]
    for upto, share in ((0, 0.10713), (1, 0.26832)):
        error = np.sqrt(share * (1 - share) / classes.size)
        assert (classes <= upto).mean() == pytest.approx(share, abs=3 * error)


def test_the_sample_is_the_population(plans):
    sample = sampled(assumptions=shipped(), seed=7, premises=len(plans))
    kinds = shipped().premises_type_share.keys
    assert [plan.premises_type for plan in plans] == [kinds[k] for k in sample.premises_type]
    assert [plan.ghz_2_4 for plan in plans] == sample.ghz_2_4.tolist()
    assert [plan.sub_ghz for plan in plans] == sample.sub_ghz.tolist()


def test_a_premises_does_not_depend_on_what_was_asked_before(plans):
    made = population()
    for index in (5_000, 3, 4_999, 3):
        assert made.plan(index=index) == plans[index]
    assert population(seed=8).plan(index=3) != plans[3]


def test_ids_are_well_formed_unique_and_hold_no_long_number(plans):
    names = [plan.premises_id for plan in plans]
    devices = [device.device_id for plan in plans for device in plan.devices]
    assert len(set(names)) == len(names)
    assert len(set(devices)) == len(devices)
    assert all(re.fullmatch(r"P[0-9a-f]{16}", name) for name in names)
    assert not any(re.search(r"[0-9]{8}", name) for name in names)
    assert all(EUI.fullmatch(device) for device in devices)
    assert not any(re.search(r"[0-9][0-9 -]{7,}[0-9]", device) for device in devices)
    assert all(int(device[:2], 16) & 0b11 == 0b10 for device in devices)


def test_ids_with_a_long_number_are_drawn_again():
    """So many that some would hold one by chance, were it not for the rule."""
    names = [premises_id(seed=1, index=index) for index in range(40_000)]
    assert not any(re.search(r"[0-9]{8}", name) for name in names)
    made = [device_id(seed=1, owner=name, role="CHF") for name in names[:5_000]]
    assert not any(re.search(r"[0-9][0-9 -]{7,}[0-9]", device) for device in made)


def test_an_area_lies_in_one_communications_region(plans):
    regions = {(plan.gsp_group, plan.csp_region) for plan in plans}
    assert len(regions) == len(GspGroup)
    shares = Counter(plan.csp_region for plan in plans)
    expected = {CspRegion.NORTH: 0.339, CspRegion.CENTRAL: 0.308, CspRegion.SOUTH: 0.353}
    for region, share in expected.items():
        assert shares[region] / len(plans) == pytest.approx(share, abs=0.02)


def test_gas_follows_the_published_share_of_the_region(plans):
    for region in geography().regions.values():
        of_region = [plan.dual_fuel for plan in plans if plan.region == region.name]
        error = (0.25 / len(of_region)) ** 0.5
        share = sum(of_region) / len(of_region)
        assert share == pytest.approx(region.gas_share, abs=3.5 * error)


def test_the_hub_is_dual_band_where_one_band_is_not_enough(plans):
    for plan in plans:
        assert (plan.hub_variant is HubVariant.DUAL_BAND) == (not plan.ghz_2_4)


def test_devices_are_capable_from_the_date_of_obligation_one(plans):
    capable_from = datetime(2017, 7, 1, tzinfo=UTC)
    catalogue = shipped_catalogue()
    for plan in plans:
        for kind in (DeviceType.CHF, DeviceType.ESME):
            fit = plan.device(kind).fit
            assert fit.pairing_capable == (moment(plan.installed_at) >= capable_from)
            version = fit.version
            assert fit.pairing_capable == catalogue.is_capable(model_id=fit.model, version=version)
            assert catalogue.capable_version(fit.model) is not None
    assert {plan.device(DeviceType.CHF).fit.pairing_capable for plan in plans} == {True, False}


def test_devices_are_those_of_a_standard_installation(plans):
    for plan in plans:
        kinds = [device.device_type for device in plan.devices]
        assert kinds[:2] == [DeviceType.CHF, DeviceType.ESME]
        assert (DeviceType.GSME in kinds) == plan.dual_fuel
        assert all((d.fit is None) == (d.device_type is DeviceType.IHD) for d in plan.devices)
        ids = [device.device_id for device in plan.devices]
        assert plan.gpf_id not in ids


def test_some_premises_prepay_or_switch_loads_and_hubs_stand_somewhere(plans):
    kinds = Counter(device.device_type for plan in plans for device in plan.devices)
    assert kinds[DeviceType.PPMID] / len(plans) == pytest.approx(0.03, abs=0.008)
    assert kinds[DeviceType.HCALCS] / len(plans) == pytest.approx(0.005, abs=0.004)
    assert {plan.hub_location for plan in plans} == set(ChfLocation)
    assert {one for plan in plans for one in plan.obstructions} == set(Obstruction)


def test_the_next_hub_of_a_premises_is_another_device_with_the_firmware_of_its_day(plans):
    made = population()
    for index, day in (
        (3, datetime(2017, 5, 1, tzinfo=UTC)),
        (4, datetime(2017, 8, 1, tzinfo=UTC)),
    ):
        at = int(day.timestamp())
        hubs = [
            made.next_hub(plan=plans[index], index=index, number=number, at=at) for number in (2, 3)
        ]
        ids = {hub.device_id for hub in hubs} | {plans[index].device(DeviceType.CHF).device_id}
        assert len(ids) == 3
        assert {hub.fit.pairing_capable for hub in hubs} == {day.month > 6}
        gpfs = {made.next_gpf(plan=plans[index], number=number) for number in (2, 3)}
        assert len(gpfs | {plans[index].gpf_id}) == 3


def test_installations_follow_the_quarters(plans):
    known = {(q.year, q.quarter): q.installed for q in quarters()}
    within = {key: n for key, n in known.items() if key < (2018, 1)}
    total = sum(within.values())
    found = Counter(
        (at.year, (at.month + 2) // 3) for at in (moment(plan.installed_at) for plan in plans)
    )
    assert set(found) == set(within)
    for key, installed in within.items():
        assert found[key] / len(plans) == pytest.approx(installed / total, abs=0.02)
    assert all(8 <= moment(plan.installed_at).hour < 17 for plan in plans)


def test_the_curve_runs_from_none_to_all_and_moment_is_its_inverse():
    growth = Growth(since=date(2016, 7, 1), ends=ENDS)
    assert growth.share(datetime(2016, 7, 1, tzinfo=UTC)) == 0
    assert growth.share(ENDS) == 1
    for uniform in (0.0, 0.1, 0.4356, 0.999):
        assert growth.share(moment(growth.moment(uniform))) == pytest.approx(uniform, abs=1e-6)


def test_the_curve_goes_on_after_the_last_known_quarter():
    growth = Growth(since=date(2016, 7, 1), ends=datetime(2022, 5, 17, tzinfo=UTC))
    shares = [growth.share(datetime(year, 1, 1, tzinfo=UTC)) for year in range(2017, 2023)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1
    with pytest.raises(ValueError, match="ends before"):
        Growth(since=date(2016, 7, 1), ends=datetime(2016, 7, 1, tzinfo=UTC))


def test_a_catalogue_without_an_upgradable_hub_is_refused():
    meters = [entry for entry in shipped_catalogue().entries if entry.kind is DeviceType.ESME]
    with pytest.raises(ValueError, match="no CHF"):
        Population(assumptions=shipped(), catalogue=Catalogue(meters), seed=1, ends=ENDS)
