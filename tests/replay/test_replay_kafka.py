"""A story on a real worker, then replayed from its log: what desk and keeper did, byte for byte."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from kafka import KafkaProducer

from infra.broker import running_broker
from streams import dead_letters, topics
from streams.commanding import ask
from streams.log import read_topic
from streams.partitioner import partition_of
from tests.campaign.campaign_field import Step, activated
from tests.campaign.campaign_samples import command
from tests.streams.small_field import DAY, STARTS, SmallField, obedient
from tests.streams.worker_stage import WorkerStage
from twin.campaign.plan import Plan, read_plan
from twin.events.codec import decode
from twin.events.envelope import Event, new_event
from twin.events.lifecycle import PowerOutageAlerted
from twin.events.requests import FieldRequest, RequestKind
from twin.ingest.catalogue import shipped_catalogue
from twin.replay.pair import NotReplayed, Pair, replay
from twin.replay.recorded import Recorded, recorded
from twin.replay.ticks import Ticks
from twin.state.entry import Record
from twin.vocabulary import CampaignState

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

HOMES = 60
OWN = "OWN-HUBS"
PARKED = f"P{7:016x}"
NEIGHBOUR = next(
    name
    for name in (f"P{nth:016x}" for nth in range(10_000, 20_000))
    if partition_of(name.encode()) == partition_of(PARKED.encode())
)
"""Another premises of the same partition, of which nothing but its power is told."""
HUB = "00-1D-24-00-00-00-FF-01"
PLAN = """
campaign_id = "OWN-HUBS"
title = "A paced campaign that is held, resumed and finished"
device_type = "CHF"
starts_on = 2017-05-01
installed_before = 2017-05-01
approval_required = false

[gate]
success_at_least = 0.7
errors_above = 0.3
evidence_at_least = 1
settled_at_least = 0.8

[policy]
follow_up_days = 4
attempts_max = 2
read_after_days = 2

[pacing]
per_day = 12

[[waves]]
name = "canary"
share = 0.2
release_days = 0
soak_days = 1
planned_from = 2017-05-03
planned_to = 2017-05-08

[[waves]]
name = "others"
rest = true
release_days = 0
soak_days = 1
planned_from = 2017-05-08
planned_to = 2017-05-16
"""


def uneven(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Some hubs never answer, some fail at first, the others obey."""
    nth = int(request.premises_id[1:], 16)
    if nth % 11 == 3:
        return []
    if nth % 7 == 2 and request.kind is RequestKind.ACTIVATE and request.attempt == 1:
        return activated(request, named, fails=True)
    return obedient(request, named)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerStage]:
    with running_broker(tmp_path_factory.mktemp("own-kafka")) as running:
        stage = WorkerStage(tmp_path_factory.mktemp("twin"), running.bootstrap)
        try:
            stage.start()
            yield stage
        finally:
            stage.close()


def told(stage: WorkerStage, name: str, nth: int, **changes: Any) -> None:
    """A command on the campaign, which must be accepted or already so."""
    given = command(name, nth, campaign_id=OWN, **changes)
    answer = ask(given, bootstrap=stage.bootstrap, security={})
    assert answer is not None
    assert answer.answer in ("ACCEPTED", "NOOP"), answer


def chatty_days(stage: WorkerStage, field: SmallField, days: int) -> None:
    """Days on each of which the partition of the parked premises has a fact, so knows its tick."""
    for _ in range(days):
        alert = PowerOutageAlerted(device_id=HUB, minutes=5)
        at = field.now + DAY / 2
        number = field.tick + 1
        source = f"urn:gb:chf:{HUB}"
        stage.send(
            new_event(fact=alert, source=source, sequence=number, key=NEIGHBOUR, occurred_at=at)
        )
        field.pass_days(1)


@pytest.fixture(scope="module")
def log(stage: WorkerStage) -> Recorded:
    """The story: paced, parked and drained, held, resumed after the worker has died, finished."""
    field = SmallField(stage, behaviour=uneven)
    field.install(HOMES)
    field.pass_days(1)
    plan = read_plan(PLAN)
    assert isinstance(plan, Plan), plan
    told(stage, "submit", 1, plan=plan)
    chatty_days(stage, field, 4)
    stage.send(b"{broken", key=PARKED.encode())
    stage.await_that(lambda health: health.outcomes.dead == 1)
    chatty_days(stage, field, 2)
    told(stage, "hold", 2)
    told(stage, "start", 3)
    chatty_days(stage, field, 2)
    (letter,) = dead_letters.read(stage.bootstrap, security={})
    with closing(KafkaProducer(bootstrap_servers=stage.bootstrap, acks="all")) as producer:
        dead_letters.resolve(
            producer, letter.letter, resolution="skipped", actor="operations", now=field.now
        )
    stage.await_that(lambda health: health.outcomes.held == 0)
    stage.kill()
    stage.start()
    told(stage, "resume", 4)
    while field.look().campaigns[OWN].state is not CampaignState.FINISHED:
        field.pass_days(1)
        assert field.tick < 60
    return recorded(
        premises=records(stage, topics.PREMISES_EVENTS),
        campaigns=records(stage, topics.CAMPAIGN_EVENTS),
        ticks=Ticks(tuple(STARTS + n * DAY for n in range(field.tick + 1))),
    )


def records(stage: WorkerStage, topic: str) -> list[Record]:
    found = read_topic(stage.bootstrap, topic)
    return [Record(r.key, r.value, 0, r.partition, r.offset) for r in found]


def pair_of(log: Recorded, plan: Any = None) -> Pair:
    capable = shipped_catalogue().capable_version
    found = replay(log, campaign_id=OWN, plan=plan, capable_version=capable, seed=1)
    assert not isinstance(found, NotReplayed), found
    return found


def test_the_story_is_eventful(log: Recorded) -> None:
    kinds = {type(event.fact).__name__ for event in log.decisions}
    assert kinds >= {"WaveReleased", "CampaignHeld", "CampaignResumed", "CampaignFinished"}
    assert list(log.parked) == [PARKED]
    ((parked, drained),) = log.parked[PARKED]
    assert parked < drained < len(log.ticks.moments)


def test_what_the_worker_decided_is_decided_again_byte_for_byte(log: Recorded) -> None:
    pair = pair_of(log)
    at = pair.fidelity.differs_at
    assert at is None, (log.decisions[at], pair.then.events[at])
    assert pair.other.events == pair.then.events
    assert pair.other.modelled == frozenset()


def test_the_worker_said_of_each_hub_what_the_replay_says(
    log: Recorded, stage: WorkerStage
) -> None:
    """Enrolments and time-outs are words of the twin, which a replay says by itself.

    Some hubs never answer from the first request on. A tick is settled when its words are folded,
    so that those of the last tick are among them.
    """
    said = {
        (event.key, event.source, event.sequence)
        for event in _events(records(stage, topics.PREMISES_EVENTS))
        if event.source.startswith("urn:gb:twin:")
    }
    premises = pair_of(log).then.premises
    numbers = {
        (name, source, n)
        for name, found in premises.items()
        for source, last in found.sequences.items()
        for n in range(1, last + 1)
    }
    assert numbers == said


def _events(found: list[Record]) -> Iterator[Event]:
    for record in found:
        event = decode(key=record.key, value=record.value)
        if isinstance(event, Event):
            yield event
