"""One story by the command line alone, on a real worker: what it tells is exactly what the log has.

A plan goes from file to finished; it is held in the middle of a wave while the worker is killed
(`kill -9`), resumed, and stopped short once more by a region that is down. Afterwards journal and
devices, as `twin campaign` tells them, are compared with the log, record by record.
"""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams import topics
from streams.archive import open_lake
from streams.log import read_topic
from tests.lake.lake_records import append
from tests.streams.small_field import SmallField
from tests.streams.test_streams_campaign import OWN, PLAN, told
from tests.streams.worker_stage import WorkerStage
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.firmware import DeviceEnrolled, FirmwareUpdateRequested
from twin.events.registry import short_name
from twin.lake.rows import Logged
from twin.vocabulary import CampaignState

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

HOMES = 40
LOGS = (topics.PREMISES_EVENTS, topics.CAMPAIGN_EVENTS)


@pytest.fixture
def stage(own_broker: str, tmp_path: Path) -> Iterator[WorkerStage]:
    stage = WorkerStage(tmp_path, own_broker)
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


def until(field: SmallField, holds: Any) -> None:
    """Days pass until something holds of the campaign, or the test fails."""
    while not holds(field.look().campaigns[OWN]):
        field.pass_days(1)
        assert field.tick < 60, field.look().campaigns[OWN].state


def on_the_log(stage: WorkerStage, topic: str) -> list[Any]:
    """The records of a topic, as the log has them."""
    return list(read_topic(stage.bootstrap, topic))


def events_of(records: list[Any]) -> list[Event]:
    decoded = (decode(key=record.key, value=record.value) for record in records)
    return [event for event in decoded if isinstance(event, Event)]


def archived(stage: WorkerStage, logs: dict[str, list[Any]]) -> None:
    """What an archiver would have written, for `devices` reads the lake."""
    append(
        open_lake(stage.home.path),
        [
            Logged(
                topic, 0, r.partition, r.offset, r.key, r.value,
                datetime.fromtimestamp(r.timestamp / 1000, UTC),
            )
            for topic, records in logs.items()
            for r in records
        ],
    )  # fmt: skip


def test_from_file_to_finished_and_what_is_read_afterwards_is_the_log(
    stage: WorkerStage, tmp_path: Path
) -> None:
    plan = tmp_path / "own.toml"
    plan.write_text(PLAN)
    field = SmallField(stage)
    field.install(HOMES)
    field.pass_days(1)

    assert told(stage, "submit", str(plan))["answer"] == "ACCEPTED"
    field.pass_days(3)
    approval = ("--plan-hash", told(stage, "show", OWN)["plan_hash"])
    assert told(stage, "approve", OWN, *approval)["answer"] == "ACCEPTED"

    until(field, lambda campaign: campaign.waves[1].released_tick is not None)
    field.pass_days(1)  # what was asked is heard of, so that something is in flight
    held = told(stage, "hold", OWN, "--cause", "incident")
    stage.kill()
    stage.start()
    field.pass_days(1)
    waiting = told(stage, "show", OWN)["waves"][1]["awaiting"]
    assert (held["answer"], waiting > 0) == ("ACCEPTED", True)
    assert told(stage, "resume", OWN)["answer"] == "ACCEPTED"

    down = told(stage, "upstream", OWN, "--region", "North", "--state", "down")
    assert [one["answer"] for one in down] == ["ACCEPTED"]
    field.pass_days(1)
    stopped = told(stage, "show", OWN)
    assert (stopped["state"], stopped["holds"], stopped["down"]) == (
        "HELD",
        ["upstream"],
        ["North"],
    )
    field.pass_days(1)
    left = [told(stage, "show", OWN)["waves"][1]["awaiting"], stopped["waves"][1]["awaiting"]]
    assert left[0] == left[1] > 0, "nothing is asked in a region that is down"
    stage.kill()
    stage.start()
    (up,) = told(stage, "upstream", "--region", "North", "--state", "up")
    assert (up["campaign_id"], up["answer"]) == (OWN, "ACCEPTED")

    until(field, lambda campaign: campaign.state is CampaignState.FINISHED)
    logs = {topic: on_the_log(stage, topic) for topic in LOGS}
    facts, homes = (events_of(logs[topic]) for topic in reversed(LOGS))
    _journal_is(told(stage, "journal", OWN), facts)
    (said,) = [one.fact for one in facts if getattr(one.fact, "reason", None) == "operator"]
    assert said.in_flight == held["in_flight"] > 0  # type: ignore[union-attr]

    archived(stage, logs)
    table = tmp_path / "devices.csv"
    counted = told_of_lake(stage, "devices", OWN, "--out", str(table))
    members = told(stage, "show", OWN)["members"]
    assert [wave["states"] for wave in counted["waves"]] == [{"CONFIRMED": n} for n in members]
    assert sum(members) == HOMES
    _devices_are(table, homes)
    for device in sorted({one.fact.device_id for one in homes if is_seat(one)})[::20]:
        _history_is(told_of_lake(stage, "devices", OWN, "--device", device), homes, device)


def told_of_lake(stage: WorkerStage, *arguments: str) -> Any:
    status, out, err = stage.twin("campaign", *arguments, "--json")
    assert status == 0, err
    return json.loads(out)


def is_seat(event: Event) -> bool:
    return isinstance(event.fact, DeviceEnrolled)


def _journal_is(journal: list[dict[str, Any]], facts: list[Event]) -> None:
    """Every fact of the campaign, each once, in order, with every figure that it has."""
    wanted = []
    for event in facts:
        fact = msgspec.json.decode(msgspec.json.encode(event.fact))
        fact.pop("plan", None)
        name = short_name(event.fact.TYPE).partition(".")[2]
        wanted.append({"number": event.sequence, "fact": name, **fact})
    for entry in journal:
        del entry["at"], entry["forecast"]
    assert journal == wanted
    kinds = [entry["fact"] for entry in journal]
    assert kinds.count("campaign-held") == kinds.count("campaign-resumed") == 2
    assert "campaign-finished" in kinds


def _devices_are(table: Path, homes: list[Event]) -> None:
    """Each device with its seat and its last attempt as its own facts on the log say them."""
    seats = {one.fact.device_id: one.fact for one in homes if is_seat(one)}  # type: ignore[union-attr]
    attempts: dict[str, int] = {}
    for one in homes:
        if isinstance(one.fact, FirmwareUpdateRequested):
            attempts[one.fact.device_id] = one.fact.attempt
    with table.open(newline="") as rows:
        found = {
            row["device_id"]: (int(row["wave"]), float(row["place"]), int(row["attempt"]))
            for row in csv.DictReader(rows)
        }
    assert len(found) == HOMES
    assert found == {name: (s.wave, s.place, attempts[name]) for name, s in seats.items()}


def _history_is(shown: dict[str, Any], homes: list[Event], device: str) -> None:
    """What happened to one device: all its facts in the campaign, in the order of their times."""
    wanted = sorted(
        (one.occurred_at, short_name(one.fact.TYPE))
        for one in homes
        if getattr(one.fact, "device_id", None) == device
        and (getattr(one.fact, "campaign_id", None) == OWN or _proves(one))
    )
    told_so = [(datetime.fromisoformat(one["at"]), one["fact"]) for one in shown["history"]]
    assert sorted(told_so) == wanted
    assert [at for at, _ in told_so] == sorted(at for at, _ in told_so)
    assert shown["state"] == "CONFIRMED"


def _proves(event: Event) -> bool:
    return type(event.fact).__name__ in ("FirmwareVersionRead", "ExecutingFirmwareChanged")
