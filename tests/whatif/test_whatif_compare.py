"""Comparisons share luck, say no more than the seeds show, and refuse different fleets."""

import pytest

from tests.whatif.asked import a_question, kept
from twin.whatif.compare import (
    Difference,
    NotComparable,
    compare,
    finding,
    require_comparable,
    sampled,
)
from twin.whatif.intervals import T_95, interval, paired


def test_an_interval_is_students() -> None:
    found = interval([1.0, 2.0, 3.0, 4.0])
    # standard error 0.6455, t with three degrees of freedom 3.182
    assert found.mean == 2.5
    assert found.high - found.mean == pytest.approx(3.182 * 0.645497, rel=1e-4)
    assert T_95[0] > T_95[10] > T_95[29] > 1.96


def test_a_pairing_takes_the_common_luck_out() -> None:
    luck = [10.0, 200.0, 3_000.0]
    found = paired(luck, [one + 1 for one in luck])
    assert (found.mean, found.low, found.high) == (1, 1, 1)
    assert interval(luck).high - interval(luck).low > 1_000


def test_one_seed_shows_nothing() -> None:
    assert not interval([5.0]).excludes_nought
    with pytest.raises(ValueError, match="at least one"):
        interval([])


def an_end(first: list[float], second: list[float]) -> Difference:
    return Difference(
        measure="end",
        first=interval(first),
        second=interval(second),
        difference=paired(first, second),
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ([10, 11, 12], [20, 21, 22], "B ends 10.0 days later than A"),
        ([20, 21, 23], [10, 11, 12], "B ends 10.3 days sooner than A"),
        ([10, 20, 30], [30, 20, 11], "B cannot be told from A by its end"),
        ([10, 20, 30], [10, 20, 30], "B ends on the same day as A with each of 3 seeds"),
        ([10], [20], "B cannot be told from A"),
    ],
)
def test_the_finding_claims_what_the_seeds_show(first, second, said: str) -> None:
    assert said in finding("A", "B", an_end(first, second))


SLOW = '[[slow_regions]]\nregion = "North"\ndelivery_ratio = 4\n'


def test_two_programmes_are_told_apart_where_and_for_whom() -> None:
    usual, slow = a_question(premises=3_000), a_question(SLOW, premises=3_000)
    found = compare(usual, slow, run=kept, seeds=2)
    assert found.seeds == (1, 2)
    assert found.of("end").difference.mean > 3
    assert found.of("waiting").difference.mean > 0
    waiting = found.of("waiting")
    assert waiting.first.low < waiting.first.high, "seeds differ"
    where = {one.measure: one.difference.mean for one in found.where}
    assert where["North"] > where["Central"]
    by = {one.name: one.difference for one in found.for_whom}
    assert by["North"] > by["Central"]
    assert {"S01", "S12"} < set(by)


def test_a_programme_does_not_differ_from_itself() -> None:
    usual = a_question(premises=3_000)
    found = compare(usual, usual, run=kept, seeds=2)
    assert {one.difference.mean for one in found.measures} == {0.0}
    assert {one.difference for one in found.for_whom} == {0.0}
    assert "same day" in found.finding


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (a_question(premises=5_000), "differ in fleet"),
        (a_question(premises=4_000, root="seed = 9\n"), "differ in seed"),
        (a_question(premises=4_000, root="sample = 0.5\n"), "differ in sample"),
    ],
)
def test_different_fleets_are_refused(other, said: str) -> None:
    with pytest.raises(NotComparable, match=said):
        require_comparable(a_question(premises=4_000), other)


def test_a_large_fleet_is_sampled_and_a_small_one_is_not() -> None:
    assert sampled(a_question(premises=1_000_000), premises=10_000).scenario.premises == 10_000
    small = a_question(premises=5_000)
    assert sampled(small, premises=10_000) is small
