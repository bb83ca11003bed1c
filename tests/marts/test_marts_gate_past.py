"""What gates looked at, from the records of a run: the rule that stopped it stops it again."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboards.past_waves import past_waves
from tests.campaign.campaign_samples import BAD_MODEL, C
from tests.marts import sample
from tests.replay.replay_toy import (
    HUBS,
    METERS,
    STRICTER,
    campaign_events,
    mended_run,
    pair_of,
    recorded_run,
)
from twin.campaign.gates.looking_back import Look, first_stop, looks
from twin.campaign.gates.terms import GateRule
from twin.events.envelope import encode
from twin.events.programme import CampaignHeld, GateEvaluated
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.replay.comparison import compare
from twin.vocabulary import GateDecision

META = SetMeta(set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=240)
Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def run():
    return mended_run((HUBS, METERS), days=70)


@pytest.fixture(scope="module")
def frames(run, tmp_path_factory: pytest.TempPathFactory) -> Frames:
    told = [("premises.events", run.field.log), ("campaign.events", campaign_events(run))]
    records = [
        sample.Logged(topic, 0, 0, n, e.key.encode(), encode(e), sample.PUBLISHED_AT)
        for topic, events in told
        for n, e in enumerate(events)
    ]
    builder = MartBuilder()
    lake: Path = tmp_path_factory.mktemp("lake")
    builder.add_files(sample.write_lake(lake, records, files=2))
    builder.refresh_forecasts(most=1)
    return builder.build(meta=META, health={})


def stops(frames: Frames, rule: GateRule) -> list[tuple[int, Look]]:
    """The first stop of each wave of the hubs' campaign under a rule."""
    waves = past_waves(frames["gate_rules"], frames["gate_outcomes"], frames["waves"], campaign=C)
    found = ((wave.number, first_stop(looks(wave.past, rule=rule))) for wave in waves)
    return [(number, look) for number, look in found if look is not None]


def test_the_plans_own_rule_stops_on_the_recorded_day_by_the_recorded_figures(frames, run) -> None:
    facts = [event for event in campaign_events(run) if event.key == C]
    held = next(event for event in facts if isinstance(event.fact, CampaignHeld))
    said = next(
        event.fact
        for event in facts
        if isinstance(event.fact, GateEvaluated) and event.fact.decision is GateDecision.REJECT
    )
    ((number, look), *_) = stops(frames, HUBS.gate)
    assert number == said.wave == 2
    assert date.fromordinal(look.day) == held.occurred_at.date()
    assert look.by.stratum == said.stratum == f"model:{BAD_MODEL}"
    assert (look.by.n, look.by.k) == (said.n, said.k)
    assert look.by.statistic == pytest.approx(said.statistic)
    assert look.by.bound == pytest.approx(said.bound)


def test_a_stricter_rule_stops_when_a_replay_of_all_decisions_holds(frames, run) -> None:
    told = compare(pair_of(recorded_run(run), STRICTER), seed=1).other
    ((number, look), *_) = stops(frames, STRICTER.gate)
    assert number == 1
    assert date.fromordinal(look.day) == told.holds[0].on
    assert look.by.stratum == told.holds[0].stratum


def test_the_rule_of_a_wave_and_its_size_are_those_of_the_plan(frames, run) -> None:
    rules = frames["gate_rules"].filter(campaign_id=C)
    members = run.campaigns[C].frozen
    assert rules["members"].to_list() == list(members)
    assert rules["strata"].to_list() == [["model"], ["model"]]
    assert set(rules["errors_above"]) == {0.3}


def test_every_released_member_is_counted_once(frames, run) -> None:
    outcomes = frames["gate_outcomes"].filter(campaign_id=C)
    asked = {q.device_id for q in run.field.requests if q.campaign_id == C}
    assert outcomes["devices"].sum() == len(asked)
    assert set(outcomes["region"]) == {""}
    finished = outcomes.drop_nulls("confirmed_on")["devices"].sum()
    assert 150 < finished < len(asked)


def test_before_a_forecast_nothing_is_said_of_outcomes() -> None:
    frames = MartBuilder().build(meta=META, health={})
    assert frames["gate_outcomes"].is_empty()
    assert frames["gate_rules"].is_empty()
