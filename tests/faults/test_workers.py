"""Workers that take over from each other, and one that lost its data folder."""

import os
import shutil
import signal
import time

import pytest
from kafka import KafkaProducer

from infra.broker import LocalBroker
from streams.log import read_topic
from streams.stored import APP_ID, PREMISES_TABLE
from tests.faults.proof import Outcome, outcome_of, require_same
from tests.faults.schedule import Schedule
from tests.faults.stage import TICKS, Stage

pytestmark = pytest.mark.faults

TAKEN_OVER_SECONDS = 15.0
CHANGELOG = f"{APP_ID}-{PREMISES_TABLE}-changelog"


def _two_workers(stage: Stage) -> int:
    """A run with a second worker that has its share of the partitions; the second's process.

    The run is paced, or on a busy machine it would be over before the second has come.
    """
    stage.start(pace=1.0)
    stage.await_tick(stage.schedule.random.randrange(1, 6))
    second = stage.start_worker("w2")
    stage.await_partitions_of("w2")
    stage.delay(stage.schedule.random.uniform(0, 0.3))
    return second.pid


def _seconds_until_moves(stage: Stage) -> float:
    """Seconds until ticks are settled again, for which every partition must have moved."""
    began = time.monotonic()
    stage.await_tick(stage.settled + 2)
    return time.monotonic() - began


@pytest.mark.alone
@pytest.mark.peer_fault("PF-ours-21")
def test_other_worker_takes_over(stage: Stage, reference: Outcome, schedule: Schedule) -> None:
    second = _two_workers(stage)
    assert stage.kill_now("second worker", second)
    taken = _seconds_until_moves(stage)
    require_same(outcome_of(stage.finish(), stage.home), reference, schedule)
    assert taken <= TAKEN_OVER_SECONDS, f"taken over after {taken:.1f} s; {schedule}"


def test_one_slept_past_its_session(stage: Stage, reference: Outcome) -> None:
    """Whatever the sleeper did to the changelog shows when all is recovered from there."""
    second = _two_workers(stage)
    os.kill(second, signal.SIGSTOP)
    stage.schedule.note(f"tick {stage.settled + 1}: SIGSTOP of the second worker")
    stage.await_tick(stage.settled + 3)
    os.kill(second, signal.SIGCONT)
    stage.schedule.note(f"tick {stage.settled + 1}: SIGCONT of the second worker")
    stage.await_tick(stage.settled + 5)
    assert stage.kill_now("second worker", second)
    _lose_data_folders(stage)
    require_same(outcome_of(stage.finish(), stage.home), reference, stage.schedule)


def test_it_recovers_from_its_changelog(stage: Stage, reference: Outcome) -> None:
    """At any moment of the run."""
    stage.start()
    stage.await_tick(stage.schedule.random.randrange(5, TICKS - 10))
    stage.delay(stage.schedule.random.uniform(0, 0.5))
    _lose_data_folders(stage)
    require_same(outcome_of(stage.finish(), stage.home), reference, stage.schedule)


def test_late_writes_of_a_sleeper(stage: Stage, reference: Outcome) -> None:
    """A worker that slept between fold and write sends its states when it wakes up."""
    stage.start()
    stage.await_tick(stage.schedule.random.randrange(3, 12))
    bootstrap = LocalBroker(stage.home).bootstrap
    old = {(r.partition, r.key): r.value for r in read_topic(bootstrap, CHANGELOG)}
    stage.await_tick(stage.settled + 15)
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for (partition, key), value in old.items():
        producer.send(CHANGELOG, key=key, value=value, partition=partition)
    producer.flush()
    producer.close()
    stage.schedule.note(f"tick {stage.settled + 1}: {len(old)} old states went to the changelog")
    _lose_data_folders(stage)
    require_same(outcome_of(stage.finish(), stage.home), reference, stage.schedule)


def _lose_data_folders(stage: Stage) -> None:
    """Kill the first worker, and delete all workers' data before it is back."""
    first = stage.await_state("worker", "RUNNING")
    assert stage.kill_now("worker", first)
    shutil.rmtree(stage.home / "worker")
    schedule = stage.schedule
    schedule.note(f"tick {stage.settled + 1}: the workers' data folders were deleted")
    assert stage.await_state("worker", "RUNNING", "STARTING") != first
