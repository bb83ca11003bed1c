"""Counts of campaigns for other roles: no small one is told, nor follows from what is told."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.campaign_counts import (
    IN_FLIGHT,
    PARTS,
    STATES,
    told_campaigns,
    told_daily,
    told_gates,
    told_waves,
)
from dashboards.suppression import FEWER, KEPT, KEPT_BESIDE, OPERATIONS, PROGRAMME

STATE_OF = {part: state for state, part in STATES.items()} | {"in_flight": "VERIFIED"}
COUNTS = st.integers(0, 12) | st.just(40)
WAVES = st.lists(st.tuples(*[COUNTS] * len(PARTS)), min_size=1, max_size=4)


def frames(waves: list[tuple[int, ...]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A campaign and its waves as marts, from devices by wave and group."""
    whole = dict(zip(PARTS, map(sum, zip(*waves, strict=True)), strict=True))
    row = {"campaign_id": "C", "members": sum(whole.values())}
    row |= {part: whole[part] for part in ("confirmed", "errors", "awaiting")}
    row |= {**dict.fromkeys(IN_FLIGHT, 0), "verified": whole["in_flight"]}
    states = [
        {"campaign_id": "C", "wave": nth, "execution_state": STATE_OF[part], "devices": devices}
        for nth, counts in enumerate(waves, start=1)
        for part, devices in zip(PARTS, counts, strict=True)
    ]
    return pl.DataFrame([row]), pl.DataFrame(states)


@settings(deadline=None, max_examples=30)
@given(WAVES)
def test_no_small_count_is_told_and_no_row_or_column_lacks_one_alone(counts):
    campaign, waves = frames(counts)
    row = told_campaigns(campaign, waves, role=PROGRAMME)
    told = told_waves(campaign, waves, role=PROGRAMME)
    table = [*told.select(PARTS).rows(), *row.select(PARTS).rows()]
    exact = [*counts, tuple(map(sum, zip(*counts, strict=True)))]
    for line, true in zip(table, exact, strict=True):
        for said, number in zip(line, true, strict=True):
            assert said is None or (said == number and not 1 <= number <= 4)
        assert line.count(None) != 1
    for column in zip(*table, strict=True):
        assert column.count(None) != 1 or told["devices"].has_nulls()
    whole = row.row(0, named=True)
    assert (whole["members"] is None) == (1 <= campaign["members"][0] <= 4)
    assert set(IN_FLIGHT).isdisjoint(row.columns)


@settings(deadline=None, max_examples=30)
@given(WAVES)
def test_operations_see_every_count(counts):
    campaign, waves = frames(counts)
    assert told_waves(campaign, waves, role=OPERATIONS).select(PARTS).rows() == counts
    row = told_campaigns(campaign, waves, role=OPERATIONS)
    assert row.select(PARTS).row(0) == tuple(map(sum, zip(*counts, strict=True)))
    assert row.select(KEPT, KEPT_BESIDE).row(0) == ("", "")
    assert set(IN_FLIGHT) <= set(row.columns)


def test_days_leave_out_few_devices_what_tells_of_them_and_what_the_row_keeps_back():
    daily = pl.DataFrame(
        {
            "day": [date(2017, 7, n) for n in range(1, 6)],
            "asked": [3, 40, 100, 100, 100],
            "confirmed": [0, 20, 60, 88, 90],
            "failed": [0, 6, 8, 8, 8],
            "outages": [2, 0, 9, 1, 30],
        }
    )
    exact = {"members": 100, "confirmed": 90, "errors": 8}
    row = {**exact, "errors": None}
    told = told_daily(daily, row, exact=exact, role=PROGRAMME)
    # on the fourth day four are in flight: failed would tell of them
    assert told["asked"].to_list() == [None, 40, 100, 100, 100]
    assert told["confirmed"].to_list() == [0, 20, 60, 88, 90]
    assert told["failed"].to_list() == [0, None, None, None, None]
    # of two days of few alerts, three in all, each could be either
    assert told["outages"].to_list() == [None, 0, 9, None, 30]
    assert told_daily(daily, exact, exact=exact, role=OPERATIONS).equals(daily)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, False),
        ({"k": 4}, True),
        ({"n": 41, "k": 38}, True),
        ({"gate_confirmed": 38}, True),
        ({"gate_settled": 48, "gate_confirmed": 30}, True),
    ],
)
def test_a_gate_tells_its_counts_where_none_and_no_difference_is_small(changed, kept):
    gate = {"n": 41, "k": 8, "statistic": 6.1, "gate_settled": 41, "gate_confirmed": 33}
    row = {"campaign_id": "C", "wave": 1, "execution_state": "CONFIRMED", "devices": 50}
    frame = pl.DataFrame([{**row, **gate, **changed}])
    (told,) = told_gates(frame, role=PROGRAMME).to_dicts()
    assert [told[name] is None for name in gate] == [kept] * len(gate)
    assert told_gates(frame, role=OPERATIONS).equals(frame)


def test_a_fewer_than_5_is_never_said_of_a_larger_count():
    campaign, waves = frames([(400, 3, 60, 0, 0)])
    (row,) = told_campaigns(campaign, waves, role=PROGRAMME).to_dicts()
    assert (row[KEPT], row[KEPT_BESIDE]) == ("in_flight", "errors")
    assert FEWER not in str(row["errors"])
