"""Every figure of a review equals a plain count over the events of its basis."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.evidence import naive_review as plain
from tests.evidence.sample_lake import PREMISES, all_of, lake_of
from tests.marts import naive, naive_network, sample, sample_programme
from twin.events import lifecycle, oversight
from twin.evidence.review.counts import Counts, counts_of
from twin.evidence.review.figures import key_figures
from twin.evidence.review.ground import WANTED, Ground, sql_of
from twin.evidence.review.period import Period, period_of
from twin.evidence.review.requests import Standing
from twin.evidence.review.tables import TABLES
from twin.lake.slices import Slice
from twin.state.legality import breach_of

QUARTERS = ("2017-Q2", "2017-Q3")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory):
    return lake_of(tmp_path_factory.mktemp("home"), sample.sample_records(PREMISES))


@pytest.fixture(scope="module", params=QUARTERS)
def period(request: pytest.FixtureRequest) -> Period:
    return period_of(request.param)


@pytest.fixture(scope="module")
def counts(lake, period) -> Counts:
    ground = Ground(lake.files(), all_of(lake), until=period.end_moment)
    found = counts_of(ground, period)
    ground.close()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def events(period):
    return [
        e
        for e in sample.sample_events(PREMISES)
        if e.occurred_at < period.end_moment and breach_of(event=e, fact=e.fact) is None
    ]


def test_the_deployment_is_that_of_the_events(counts, events):
    columns = ("ghz_2_4", "sub_ghz", "neither", "not_measured")
    found = {
        (row["part"], row["name"]): +Counter({name: row[name] for name in columns})
        for row in counts.deployment
        if row["part"] != "hub variant"
    }

    assert found == plain.deployment(events)
    assert all(
        row["measured"] == row["ghz_2_4"] + row["sub_ghz"] + row["neither"]
        for row in counts.deployment
    )
    assert any(row["neither"] for row in counts.deployment)


def test_hub_variants_are_parts_of_all_premises(counts):
    whole = next(row for row in counts.deployment if row["part"] == "all")
    parts = [row for row in counts.deployment if row["part"] == "hub variant"]

    assert {row["name"] for row in parts} >= {"single_band", "dual_band"}
    assert sum(row["measured"] for row in parts) == whole["measured"]


def test_the_fleet_is_that_of_the_events(counts, events, period):
    def facts(kind, begins=datetime(2012, 1, 1, tzinfo=UTC)):
        return [e for e in events if isinstance(e.fact, kind) and e.occurred_at >= begins]

    dual, begins = naive_network.dual_band(events), period.first_moment
    fleet = counts.fleet

    assert fleet["registered"] == len(facts(lifecycle.PremisesRegistered))
    assert fleet["registered_in_period"] == len(facts(lifecycle.PremisesRegistered, begins))
    assert fleet["hubs_in_period"] == len(facts(lifecycle.CommsHubInstalled, begins))
    assert fleet["dual_band"] == len(dual)
    assert fleet["hubs"] == fleet["single_band"] + fleet["dual_band"]
    _, capable = list(naive.progress(events, until=period.ends))[-1]
    assert fleet["installed"] == capable["installed"]


def test_what_is_asked_of_marts_is_what_the_marts_oracles_count(counts, events):
    bands = {(r["device_type"], r["band"], r["reason"]): r["devices"] for r in counts.bands}
    pins = {(r["standing"], r["pin_class"], r["cleared_by"]): r["premises"] for r in counts.pins}
    links = {r["links_open"]: (r["hubs"], r["refusals"]) for r in counts.links}
    owed = {
        (r["obligation"], r["of_what"]): (r["capable"], r["installed"]) for r in counts.obligations
    }
    licence = {
        (r["supplier"], r["condition"]): +Counter(
            {name: r[name] for name in ("passed", "failed", "not_judged")}
        )
        for r in counts.licence
    }

    assert bands == naive.band_counts(events)
    assert pins == naive.pin_counts(events)
    assert links == naive_network.link_counts(events)
    assert owed == naive_network.obligation_counts(events)
    assert licence == {key: +found for key, found in naive_network.condition_counts(events).items()}


def test_links_of_the_period_are_those_of_the_events(counts, events, period):
    found = {
        row["device_type"]: +Counter({name: row[name] for name in ("opened", "closed", "refused")})
        for row in counts.link_words
    }

    assert found == plain.link_words(events, period.first_moment)


def test_air_time_of_the_period_is_that_of_the_events(counts, events, period):
    upto = max(event.occurred_at for event in events)
    expected = plain.duty(events, period.first_moment, upto)
    found = {row.pop("state"): row for row in map(dict, counts.duty)}

    assert found.keys() == expected.keys()
    for state, row in expected.items():
        assert found[state] == pytest.approx(row), state
    assert expected["limited"]["hours"] > 0


def test_attempts_joins_and_intruders_of_the_period_are_those_of_the_events(counts, events, period):
    begins = period.first_moment
    found = {(r["route"], r["outcome"], r["cause"]): r["attempts"] for r in counts.pairing}
    joins = {
        (r["device_type"], r["partner_device_type"], r["response"]): r["joins"]
        for r in counts.joins
    }
    others = {(r["pin_set"], r["outcome"]): r["attempts"] for r in counts.intruders}

    assert found == plain.attempts(events, begins)
    assert joins == plain.joins(events, begins)
    assert others == plain.intruders(events, begins)


@pytest.mark.rule("BR40")
def test_requests_are_those_of_the_log_with_what_came_of_them(counts, period):
    facts = list(sample_programme.programme_facts(until=sample.AS_AT))
    asked = [
        e.fact
        for e in facts
        if isinstance(e.fact, oversight.InformationRequested)
        and period.first_moment <= e.occurred_at < period.end_moment
    ]
    told = {
        e.fact.request_id: e.fact.on_time
        for e in facts
        if isinstance(e.fact, oversight.InformationProvided) and e.occurred_at < period.end_moment
    }

    assert [(one.party, one.subject) for one in counts.requests] == sorted(
        (fact.party, fact.subject) for fact in asked
    )
    late = sum(not told[fact.request_id] for fact in asked if fact.request_id in told)
    assert sum(one.standing is Standing.LATE for one in counts.requests) == late
    silent = [fact for fact in asked if fact.request_id not in told]
    overdue = sum(fact.due < counts.known_until.date() for fact in silent)
    assert sum(one.standing is Standing.UNANSWERED for one in counts.requests) == overdue


def test_key_figures_are_parts_of_their_wholes(counts):
    figures = {one.name: one for one in key_figures(counts)}

    assert all(one.whole is None or 0 <= one.part <= one.whole for one in figures.values())
    assert figures["premises registered"].part == counts.fleet["registered"]
    assert figures["links refused"].part == sum(row["refused"] for row in counts.link_words)


def test_an_earlier_basis_knows_what_a_lake_of_that_time_held(lake, tmp_path):
    whole, period = all_of(lake), period_of("2017-Q3")
    stands = tuple(replace(stand, offset=stand.offset // 2) for stand in whole.stands)
    half = replace(whole, stands=stands)
    ends = half.positions
    then = lake_of(
        tmp_path,
        [
            one
            for one in sample.sample_records(PREMISES)
            if one.offset < ends[Slice(one.topic, one.epoch, one.partition)]
        ],
    )

    counted = []
    for files, basis in ((lake.files(), half), (then.files(), all_of(then))):
        ground = Ground(files, basis, until=period.end_moment)
        counted.append(counts_of(ground, period))
        ground.close()

    assert counted[0] == counted[1]
    assert 0 < counted[0].fleet["registered"] < PREMISES


def test_every_event_that_the_tables_name_is_taken_in(counts):
    named = {event for make in TABLES for event in make(counts).events}
    assert {one for one in named if not one.startswith("programme.")} <= set(WANTED)


def test_days_that_are_made_in_shares_are_those_of_all_at_once(lake, period, counts, monkeypatch):
    monkeypatch.setattr("twin.evidence.review.ground.MOVING_MAX", 7)

    ground = Ground(lake.files(), all_of(lake), until=period.end_moment)
    again = counts_of(ground, period)
    ground.close()

    assert again == counts


def test_facts_of_one_fingerprint_are_dropped_only_where_they_are_one_fact(lake, period):
    ground = Ground((), all_of(lake), until=period.end_moment)
    named = 'epoch, partition, "offset", event_id, type_version, fingerprint, source, sequence'
    rows = ", ".join(
        f"(0, 0, {place}, NULL, 1, {fingerprint}, 's', {number}, 'P', 'e', TIMESTAMP '2017-01-01')"
        for place, (fingerprint, number) in enumerate([(5, 1), (5, 2), (6, 3), (5, 1), (5, 2)])
    )
    cursor = ground._cursor
    cursor.execute(f"INSERT INTO told ({named}, key, event, occurred_at) VALUES {rows}")

    cursor.execute(sql_of("twin.evidence.review", "steps", "drop_repeats"))

    left = cursor.execute('SELECT "offset" FROM told ORDER BY ALL').fetchall()
    ground.close()
    assert left == [(0,), (1,), (2,)]
