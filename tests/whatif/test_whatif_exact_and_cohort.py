"""The cohort engine is checked against the exact one: the same days, counts within their noise."""

from math import sqrt

import polars as pl
import pytest
from msgspec.structs import replace

from tests.whatif.asked import a_question
from twin.whatif.doubt.cohort import Cohorts
from twin.whatif.engine import run

SIGMAS = 5
QUESTIONS = {
    "usual": "",
    "slow North and a late supplier": (
        '[[slow_regions]]\nregion = "North"\ndelivery_ratio = 2\n'
        '[[late_suppliers]]\nsupplier = "S05"\nfrom = 2017-07-20\n'
        "[[freezes]]\nfrom = 2017-07-25\ndays = 6\n"
    ),
}


@pytest.mark.parametrize("more", QUESTIONS.values(), ids=list(QUESTIONS))
def test_the_cohort_engine_is_the_mean_of_the_exact_one(more: str) -> None:
    # no bad image: when a gate finds one is luck itself
    question = a_question(more, premises=80_000, root="bad_images = []\n")
    exact, cohorts = run(question), Cohorts(question)
    expected = cohorts.expected()
    waves = exact.waves.sort("campaign_id", "wave")
    days = [(cohorts.day(a), cohorts.day(b)) for one in expected.courses for a, b in one.waves]
    for ours, starts, ends in zip(days, waves["starts"], waves["ends"], strict=True):
        assert abs((ours[0] - starts).days) <= 2
        assert abs((ours[1] - ends).days) <= 2
    for one, end in zip(expected.courses, exact.header.campaigns, strict=True):
        assert one.members == pytest.approx(end.members, abs=SIGMAS * sqrt(one.members))
        missing = one.members - one.confirmed[-1]
        assert end.members - end.confirmed == pytest.approx(missing, abs=SIGMAS * sqrt(missing))
    capable = exact.capable.group_by("day").agg(pl.col("capable").sum()).sort("day")["capable"]
    for day in range(95, 330, 20):
        here = expected.capable[day].sum()
        # a wave that ends a day apart moves a day's releases, of some 8,000 at most
        assert capable[day] == pytest.approx(here, abs=SIGMAS * sqrt(here) + 4_000)
    assert capable[-1] == pytest.approx(expected.capable[-1].sum(), abs=SIGMAS * sqrt(2_000))


def test_a_soak_from_the_kth_confirmation_lasts_as_long_in_both() -> None:
    """Confirmations bind it here: a wave is let through by half, and then soaks for eight days."""
    question = a_question(premises=20_000, root="bad_images = []\n")
    hubs = question.plans[0]
    gate = replace(hubs.gate, kind="threshold", settled_at_least=0.5, strata=())
    waves = [replace(wave, soak_days=8, soak_after=300) for wave in hubs.waves]
    plain = replace(question, plans=(replace(hubs, gate=gate),))
    late = replace(question, plans=(replace(hubs, gate=gate, waves=tuple(waves)),))
    exact, cohorts = run(late), Cohorts(late)
    (course,), (sooner,) = cohorts.expected().courses, Cohorts(plain).expected().courses
    ends = exact.waves.sort("wave")["ends"]
    for (_, ended), end in zip(course.waves, ends, strict=True):
        assert abs((cohorts.day(ended) - end).days) <= 1
    assert all(course.waves[:, 1] > sooner.waves[:, 1] + 2)


def test_a_bad_image_is_exposed_to_as_many_on_average() -> None:
    question = a_question(premises=400_000)
    exposed = run(question).header.exposed
    here = Cohorts(question).expected().exposed
    assert exposed == pytest.approx(here, abs=SIGMAS * sqrt(here))
