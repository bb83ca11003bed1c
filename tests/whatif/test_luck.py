"""The kernels' draws and waits are the fleet's, bit by bit; the short way is the long way."""

from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from tests.whatif.questions import HUBS, asked, simulated
from twin import compiled
from twin.fleet.numbers import shapes
from twin.fleet.numbers.assumptions import SUPPLIERS, shipped
from twin.fleet.numbers.draws import draw
from twin.fleet.population.plans import Population
from twin.ingest.catalogue import shipped_catalogue
from twin.whatif import attempts, batches, events, luck
from twin.whatif.batches import Asked
from twin.whatif.law import law_of
from twin.whatif.population import NEVER, REGIONS, populated
from twin.whatif.progress import never, silent
from twin.whatif.spans import Bounds, bounds_of
from twin.whatif.threads import Crew

UNIFORM = st.floats(min_value=2**-53, max_value=1 - 2**-53)


@njit
def _drawn(entity, key):  # type: ignore[no-untyped-def]
    return luck.drawn(luck.stirred(entity), key)


@settings(deadline=None)
@given(st.integers(0, 2**62), st.integers(0, 20), st.integers(0, 2**40))
def test_a_draw_is_the_fleets(entity: int, attempt: int, seed: int) -> None:
    key = luck.purpose_key(seed=seed, purpose="delivery.delay", attempt=attempt)

    expected = draw(seed=seed, entity=entity, purpose="delivery.delay", attempt=attempt)

    assert _drawn(entity, key) == expected


@given(UNIFORM, st.floats(0.01, 1000), st.floats(0.01, 3))
@settings(max_examples=300, deadline=None)
def test_spans_are_the_fleets(uniform: float, median: float, sigma: float) -> None:
    assert luck.normal(uniform) == NormalDist().inv_cdf(uniform)
    assert luck.spread(uniform, median, sigma) == shapes.spread(uniform, median=median, sigma=sigma)
    assert luck.waiting(uniform, median) == shapes.waiting(uniform, mean=median)


@settings(deadline=None)
@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=30), st.floats(0, 1 - 2**-53))
def test_a_choice_is_the_fleets(shares: list[float], uniform: float) -> None:
    found = shapes.distribution({str(nth): share for nth, share in enumerate(shares)})

    assert str(luck.picked(luck.guided(found.upto), uniform)) == found.pick(uniform)


def test_premises_are_those_of_the_emulated_fleet(tmp_path: Path) -> None:
    question, catalogue = asked(tmp_path, premises=400), shipped_catalogue()
    crew = Crew(threads=1, progress=silent, cancelled=never)

    ours = populated(question, catalogue=catalogue, crew=crew)

    theirs = Population(
        assumptions=shipped(), catalogue=catalogue, seed=1, ends=datetime(2018, 1, 1, tzinfo=UTC)
    )
    first = datetime(2017, 6, 20, tzinfo=UTC).timestamp()
    for index in range(400):
        plan = theirs.plan(index=index)
        hub, meter = plan.devices[0].fit, plan.devices[1].fit
        assert hub is not None
        assert meter is not None
        assert REGIONS[ours.region[index]] == plan.csp_region
        assert SUPPLIERS[ours.supplier[index]] == plan.supplier
        assert ours.installed[index] == (plan.installed_at - first) // 86_400
        assert ours.names[0][ours.models[0][index]] == hub.model
        assert ours.names[1][ours.models[1][index]] == meter.model


@pytest.mark.parametrize("more", ["", "[assumptions]\nresponse_lost_share = 0.3"])
def test_the_short_way_through_an_attempt_is_the_long_way(more: str, tmp_path: Path) -> None:
    top = 'bad_images = [{ device_type = "CHF", share = 0.3, failed_share = 0.9 }]'
    question = asked(tmp_path, plan=HUBS, more=more, top=top, premises=20_000)
    (running,) = simulated(question).course.running.values()
    bounds, size = bounds_of(running.law), len(running.members.premises)
    closed = Bounds(sure=np.array([0.0, *bounds.sure[1:]]), spans=bounds.spans)

    found = []
    for way in (bounds, closed):
        running.devices.running[:] = NEVER
        running.devices.touched[:] = 0
        for attempt in (1, 2):
            batch = Asked(
                places=np.arange(size, dtype=np.uint32),
                slots=np.zeros(1, np.int32),
                attempt=attempt,
                day=30,
                barred=np.zeros(running.members.strata.groups, np.bool_),
                slot_count=1,
            )
            groups = running.members.strata.groups
            found.append(
                batches.asked(
                    0,
                    size,
                    batch=batch,
                    devices=running.devices,
                    law=running.law,
                    bounds=way,
                    groups=groups,
                )
            )

    assert bounds.sure[0] == 1.0
    for short, long in zip(found[:2], found[2:], strict=True):
        for part in ("counts", "places", "slots", "days"):
            assert np.array_equal(getattr(short, part), getattr(long, part)), part


def test_the_short_way_is_closed_where_seconds_decide(tmp_path: Path) -> None:
    windows = '[[windows]]\ndays = ["mon"]\nopens = "22:00"\ncloses = "23:00"\n[gate]'
    for plan in (HUBS.replace("[gate]", windows, 1), HUBS.replace('"CHF"', '"GSME"')):
        question = asked(tmp_path, plan=plan)
        assert bounds_of(law_of(question.plans[0], question)).sure[0] == 0.0


def test_bounds_hold(tmp_path: Path) -> None:
    question = asked(tmp_path, plan=HUBS)
    law = law_of(question.plans[0], question)
    spans = bounds_of(law).spans
    rng = np.random.default_rng(1)
    for uniform in rng.random(2_000):
        seconds = shapes.spread(float(uniform), median=36, sigma=0.7) * 3600
        place = int(uniform * (spans.shape[1] - 1))
        assert spans[0, place] <= seconds <= spans[0, place + 1] + 4


def test_what_is_kept_of_a_kernel_hangs_on_every_file_of_the_room() -> None:
    for kept in (attempts.attempted, batches._asked, events._gone):
        assert kept._cache._cache_file._source_stamp == compiled.mark_of("whatif")
