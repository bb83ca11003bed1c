"""Processes: the emulated log runs as designed, and every kind of deviation is found in a log."""

from itertools import pairwise

import pytest

from tests.evidence.planted_attempts import (
    LOCAL,
    PLANTED,
    as_designed,
    attempt,
    changed,
    events_of_attempt,
)
from tests.evidence.sample_lake import all_of, lake_of, logged
from twin.campaign.transitions import moves
from twin.events import pairing
from twin.events.registry import ALL_TYPES, short_name
from twin.evidence.architecture.areas import AREAS
from twin.evidence.processes.conformance import Deviation, Kind
from twin.evidence.processes.flow import events_of, flows
from twin.evidence.processes.mining import Log
from twin.lake.table import Lake
from twin.rules.citations import is_citable
from twin.rules.sentences import RULES
from twin.vocabulary import PairingChannel, PairingFault


def ran(home, attempts):
    """The local pairings of a log that goes on for a month after them."""
    later = pairing.PairingFailed(attempt(99), LOCAL, PairingFault.NOT_CAPABLE)
    began = pairing.PairingStarted(attempt(99), LOCAL, PairingChannel.AT_METER, False)
    last = [("started", "esme", began, 40 * 86_400), ("failed", "esme", later, 30)]
    events = [event for n, steps in attempts.items() for event in events_of_attempt(n, steps)]
    lake = lake_of(home, logged([*events, *events_of_attempt(99, last)]))
    log = Log(lake.files(), all_of(lake))
    found = log.ran(flows()["local_pairing"])
    log.close()
    return found


@pytest.mark.parametrize("kind", Kind)
def test_a_planted_deviation_of_each_kind_is_found_and_no_other_case_is_blamed(kind, tmp_path):
    n = 1 + list(Kind).index(kind)
    bad = PLANTED[kind](as_designed(n))

    found = ran(tmp_path, {n: bad, 50: as_designed(50), 51: as_designed(51)})

    assert found.cases == 4
    assert found.conforming == 3
    assert kind in {deviation.kind for deviation, _ in found.found}
    assert all(cases == 1 for _, cases in found.found)


def test_all_ten_kinds_are_found_in_one_log(tmp_path):
    attempts = {n: PLANTED[kind](as_designed(n)) for n, kind in enumerate(Kind, start=1)}

    found = ran(tmp_path, {**attempts, 50: as_designed(50)})

    assert len(Kind) == len(PLANTED) == 10
    assert {deviation.kind for deviation, _ in found.found} == set(Kind)
    assert (found.cases, found.conforming) == (12, 2)
    assert Deviation(Kind.SKIPPED, "cad-address-displayed > install-code-entered") in dict(
        found.found
    )


def test_counts_and_median_times_are_those_of_the_cases(tmp_path):
    slower = changed("mode", after=50)
    found = ran(tmp_path, {50: as_designed(50), 51: slower(as_designed(51)), 52: as_designed(52)})

    steps = {(step.before, step.after): (step.times, step.median_s) for step in found.steps}
    names = [short_name(step[2].TYPE).partition(".")[2] for step in as_designed(50)]
    assert steps["started", "mode-opened"] == (3, 30.0)
    assert all(steps[pair][0] == 3 for pair in pairwise(names))
    assert steps["started", "failed"] == (1, 30.0)
    assert [(v.cases, len(v.walked)) for v in found.variants] == [(3, 11), (1, 2)]
    assert dict(found.activities)["completed"] == 3
    assert ("mode-opened", "esme", 3) in found.told_by


def test_the_emulated_log_runs_as_designed(emulated):
    lake = Lake(emulated / "lake" / "events")
    log = Log(lake.files(), all_of(lake))
    found = [log.ran(flow) for flow in flows().values()]
    log.close()

    assert [(one.flow.key, one.conformance, one.found) for one in found] == [
        (key, 1.0, ()) for key in flows()
    ]
    assert all(one.cases for one in found)


def test_a_log_that_is_walked_some_premises_at_a_time_says_the_same(emulated):
    """A case lies within a premises; what is counted of some adds up, but for medians."""
    lake = Lake(emulated / "lake" / "events")
    told = []
    for rows_max in (10_000_000, 700):
        log = Log(lake.files(), all_of(lake), rows_max=rows_max)
        found = [log.ran(flow) for flow in flows().values()]
        told.append((found, log.campaign_days(), log.outages(), log.known_until()))
        log.close()
    assert told[0] == told[1]
    assert any(step.median_s for one in told[0][0] for step in one.steps)


def test_flows_name_real_events_tellers_areas_and_sources():
    names = {short_name(name).partition(".")[2] for name in ALL_TYPES}
    for flow in flows().values():
        assert {one.split(" ")[0] for one in flow.activities} <= names, flow.key
        assert set(flow.told_by) >= set(flow.activities), flow.key
        assert flow.area in {area.name for area in AREAS}
        assert all(is_citable(one) or one in RULES for one in flow.sources), flow.key
        assert events_of(flow)
        assert set(flow.limits) <= {
            f"{a} > {b}" for a, following in flow.steps.items() for b in following
        }


def test_the_campaign_flow_is_the_table_that_campaigns_decide_by():
    flow = flows()["campaign"]
    designed = {(a, b) for a, following in flow.steps.items() for b in following}
    pairs = {
        (short_name(a.fact.TYPE), short_name(b.fact.TYPE))
        for a in moves()
        for b in moves()
        if a.after is b.before
    }

    assert designed == {(a.partition(".")[2], b.partition(".")[2]) for a, b in pairs}
    assert flow.starts == ("campaign-submitted",)
