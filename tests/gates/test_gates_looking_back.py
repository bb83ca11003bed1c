"""The past looked at day by day: counts against a plain count, published rules by their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.gates.waves import THRESHOLD
from twin.campaign.gates.looking_back import (
    Alike,
    Past,
    cohorts_on,
    first_stop,
    looks,
    released_before,
)
from twin.campaign.gates.published import aws, azure, hawkbit
from twin.campaign.gates.terms import Stratum

HERE, THERE = Stratum("North", "", ""), Stratum("South", "", "")
day = st.integers(1, 12)
alike = st.builds(
    Alike,
    stratum=st.sampled_from([HERE, THERE]),
    devices=st.integers(1, 5),
    released=day,
    failed=st.none() | day,
    confirmed=st.none() | day,
    left=st.none() | day,
)


def plain(told: list[Alike], on: int) -> dict[tuple[Stratum, int], tuple[int, int, int]]:
    """Released, confirmed and failed by stratum and day of release, device by device."""
    found: dict[tuple[Stratum, int], tuple[int, int, int]] = {}
    for one in told:
        for _ in range(one.devices):
            if one.released >= on:
                continue
            good = one.confirmed is not None and one.confirmed < on
            bad = not good and one.failed is not None and one.failed < on
            if not good and one.left is not None and one.left < on:
                continue
            counts = found.get((one.stratum, one.released), (0, 0, 0))
            found[one.stratum, one.released] = (
                counts[0] + 1,
                counts[1] + good,
                counts[2] + bad,
            )
    return found


@given(st.lists(alike, max_size=30), st.integers(0, 14))
def test_counts_of_a_day_are_those_of_a_plain_count(told: list[Alike], on: int) -> None:
    found = {
        (stratum, cohort.day): (cohort.released, cohort.confirmed, cohort.errors)
        for stratum, cohorts in cohorts_on(told, day=on).items()
        for cohort in cohorts
    }
    assert found == plain(told, on)
    assert released_before(told, day=on) == sum(o.devices for o in told if o.released < on)


def past(*told: Alike, members: int = 100, last: int = 12) -> Past:
    return Past(members=members, alike=told, complete=1, first=2, last=last)


def test_a_share_of_errors_stops_on_the_day_after_it_is_recorded() -> None:
    good = Alike(stratum=HERE, devices=80, released=1, confirmed=3)
    bad = Alike(stratum=HERE, devices=20, released=1, failed=5)
    stop = first_stop(looks(past(good, bad), rule=THRESHOLD))
    assert stop is not None
    assert (stop.day, stop.by.n, stop.by.k) == (6, 100, 20)
    assert stop.reached >= 1
    before = list(looks(past(good, bad), rule=THRESHOLD))[:4]
    assert [look.fires for look in before] == [False] * 4
    assert all(look.reached < 1 for look in before)


def test_too_little_evidence_never_stops() -> None:
    told = past(Alike(stratum=HERE, devices=9, released=1, failed=2))
    assert first_stop(looks(told, rule=THRESHOLD)) is None
    enough = replace(THRESHOLD, evidence_at_least=9)
    assert first_stop(looks(told, rule=enough)) is not None


@pytest.mark.parametrize(
    ("rule", "counts", "fires"),
    [
        (hawkbit(0.02), {"n": 100, "k": 20, "group": 1000}, False),
        (hawkbit(0.02), {"n": 100, "k": 21, "group": 1000}, True),
        (aws(0.02), {"n": 99, "k": 50, "group": 1000}, False),
        (aws(0.02), {"n": 100, "k": 2, "group": 1000}, True),
        (aws(0.02), {"n": 101, "k": 2, "group": 1000}, False),
        (azure(0.02), {"n": 9, "k": 9, "group": 100}, False),
        (azure(0.02), {"n": 10, "k": 10, "group": 500}, True),
        (azure(0.02), {"n": 10, "k": 10, "group": 501}, False),
    ],
)
def test_a_published_rule_fires_as_it_is_published(rule, counts, fires) -> None:
    assert rule.fires(**counts) is fires
    if fires:
        assert rule.reached(**counts) >= 1
    elif rule.name != "hawkBit (model)":  # that one must be exceeded, not reached
        assert rule.reached(**counts) < 1


@given(st.lists(alike, max_size=20), st.sampled_from([hawkbit(0.1), aws(0.1), azure(0.1)]))
def test_what_is_exposed_never_falls(told: list[Alike], rule) -> None:
    seen = list(looks(past(*told, members=200), rule=rule))
    exposed = [released_before(told, day=look.day) for look in seen]
    assert exposed == sorted(exposed)
    stop = first_stop(seen)
    assert stop is None or stop.by.k / stop.by.n >= 0.1 or rule.of == "group"
