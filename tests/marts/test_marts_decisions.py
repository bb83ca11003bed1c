"""States of campaigns and waves against the campaign's own fold, and the journal of decisions."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import FACTS_TO
from tests.events.samples import samples
from tests.marts import sample
from tests.marts.sample_campaigns import RUN_BEGINS
from tests.marts.sample_decisions import BAD_MODEL, PLANS, campaign_facts
from twin.campaign.state import Campaign, drafted, evolve
from twin.campaign.wave_moves import ENDS, WAVE_MOVES
from twin.events.envelope import Event, encode, new_event
from twin.events.programme import CampaignSubmitted, GateEvaluated
from twin.events.registry import CAMPAIGN_TYPES, CampaignFact
from twin.lake.rows import Logged
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.vocabulary import CampaignState

META = SetMeta(set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=1)
PLAN = PLANS["LCP-METERS"]
CAMPAIGNS = 200


def built(folder: Path, events: Iterable[Event]) -> dict[str, pl.DataFrame]:
    records = [
        Logged("campaign.events", 0, 0, n, e.key.encode(), encode(e), sample.PUBLISHED_AT)
        for n, e in enumerate(events)
    ]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(folder, records, files=3))
    frames = builder.build(meta=META, health={})
    builder.close()
    return frames


def random_facts(rng: Random, campaign_id: str) -> Iterator[CampaignFact]:
    """Facts that may follow on a plan, in an order that no campaign need take; waves 1 and 2.

    What moves a wave comes only where it does: one desk decides, and it decides by that table.
    """
    (submitted, *_) = samples(CampaignSubmitted.TYPE)
    campaign = drafted(PLAN, submitted.fact)
    pool = [
        event.fact
        for name in sorted(CAMPAIGN_TYPES)
        if name != CampaignSubmitted.TYPE
        for event in samples(name)
    ]
    movers = {move.fact for move in WAVE_MOVES} - {*ENDS, GateEvaluated}
    pool += [fact for fact in pool if type(fact) in {*movers, GateEvaluated}]
    for fact in rng.choices(pool, k=rng.randint(0, 150)):
        number = rng.choice([1, 2])
        can = {move.fact for move in WAVE_MOVES if move.before is campaign.waves[number - 1].state}
        if type(fact) in movers and type(fact) not in can:
            continue
        wave = {"wave": number} if hasattr(fact, "wave") else {}
        said = replace(fact, campaign_id=campaign_id, **wave)
        campaign = evolve(campaign, said, at=RUN_BEGINS)
        yield said


def folded(facts: Iterable[CampaignFact]) -> Campaign:
    """The campaign by the code that decides."""
    first, *others = facts
    assert isinstance(first, CampaignSubmitted)
    campaign = drafted(PLAN, first)
    for fact in others:
        campaign = evolve(campaign, fact, at=RUN_BEGINS)
    return campaign


def told(campaign_id: str, facts: Iterable[CampaignFact]) -> Iterator[Event]:
    for number, fact in enumerate(facts, start=1):
        yield new_event(
            fact=fact,
            source=f"urn:gb:twin:{campaign_id}",
            sequence=number,
            key=campaign_id,
            occurred_at=RUN_BEGINS + timedelta(hours=number),
            provenance="twin",
        )


def test_states_are_those_of_the_campaigns_own_fold(tmp_path: Path) -> None:
    """Two hundred campaigns of random facts: what moves nothing there, moves nothing here."""
    rng, events, expected = Random("moves"), [], {}
    (submitted, *_) = samples(CampaignSubmitted.TYPE)
    for number in range(CAMPAIGNS):
        name = f"LCP-{number:03}"
        facts = [replace(submitted.fact, campaign_id=name), *random_facts(rng, name)]
        if number < len(CampaignState):  # one that comes to each state by the short way
            _, *short = FACTS_TO[list(CampaignState)[number]]
            facts[1:] = [replace(fact, campaign_id=name) for fact in short]
        expected[name] = folded(facts)
        events.append(list(told(name, facts)))
    log: list[Event] = []
    while queues := [queue for queue in events if queue]:
        log.append(rng.choice(queues).pop(0))
    rows = built(tmp_path, log)["campaign_waves"].rows(named=True)
    found: dict[tuple[str, int], dict[str, Any]] = {
        (row["campaign_id"], row["wave"]): row for row in rows
    }
    assert len(found) > CAMPAIGNS
    assert len({row["campaign_state"] for row in rows}) > 5
    assert {row["wave_state"] for row in rows} > {"SOAKING", "DECIDING", "PASSED", "SKIPPED"}
    over = {row["campaign_state"] for row in rows if row["wave_state"] == "CANCELLED"}
    assert over == {"STOPPED", "ABORTED", "CANCELLED", "SUPERSEDED"}
    for (name, wave), row in found.items():
        campaign = expected[name]
        assert row["campaign_state"] == campaign.state, name
        progress = campaign.waves[wave - 1]
        assert row["wave_state"] == progress.state, (name, wave)
        assert (row["decision"], row["why"]) == (progress.decision, progress.why), (name, wave)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder = tmp_path_factory.mktemp("lake")
    return built(folder, campaign_facts(until=sample.AS_AT))["campaign_journal"]


@pytest.mark.peer_fault("PF-hawkbit-56")
def test_the_journal_tells_who_did_what_on_which_basis(journal: pl.DataFrame) -> None:
    (row,) = journal.filter(command="exclude").to_dicts()
    assert (row["actor"], row["role"], row["cause"], row["answer"], row["answer_why"]) == (
        "dcc-operations",
        "operator",
        "bad_firmware",
        "ACCEPTED",
        "done",
    )
    assert row["tick"] == 154, "an answer carries the tick of the facts recorded with it"
    basis = {name: row[f"gate_{name}"] for name in ("wave", "decision", "stratum", "n", "k")}
    stratum = f"model:{BAD_MODEL}"
    assert basis == {"wave": 2, "decision": "REJECT", "stratum": stratum, "n": 9, "k": 6}
    assert (row["gate"], row["gate_statistic"], row["gate_bound"]) == ("errors", 7.4, 5.3)
    (taken,) = journal.filter(event="programme.model-excluded").to_dicts()
    assert (taken["actor"], taken["what"]) == ("dcc-operations", BAD_MODEL)
    (held, *_) = journal.filter(event="programme.campaign-held").to_dicts()
    assert (held["actor"], held["what"], held["gate_stratum"]) == (
        None,
        "error_gate",
        "region:North",
    )


def test_what_was_decided_before_any_gate_spoke_rests_on_none(journal: pl.DataFrame) -> None:
    (*_, first) = journal.filter(campaign_id="LCP-METERS").to_dicts()
    assert first["event"] == "programme.campaign-submitted"
    assert first["actor"] == PLAN.author
    assert (first["tick"], first["gate_decision"]) == (0, None)


def test_of_a_release_the_journal_keeps_its_first_and_its_last_step(tmp_path: Path) -> None:
    (released, *_) = samples("uk.gb.smart.programme.wave-released.v1")
    steps = [
        replace(released.fact, campaign_id="LCP-A", wave=wave, upto=upto, complete=upto == 1.0)
        for wave in (1, 2)
        for upto in (0.25, 0.5, 0.75, 1.0)
    ]
    frames = built(tmp_path, told("LCP-A", steps))
    places = frames["campaign_journal"].sort("offset").select("wave", "offset").rows()
    assert places == [(1, 0), (1, 3), (2, 4), (2, 7)]
    assert frames["campaign_log"].height == len(steps), "the log keeps them all"
