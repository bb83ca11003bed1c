"""Real messages on a real worker: from files on disk to facts at the premises of their devices.

The tests of this module are one story and run in the order in which they stand.
"""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.run import inbox
from streams import topics
from streams.log import read_topic
from streams.settings import Settings
from tests.ingest.duis import duis_documents as d
from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from tests.ingest.gbcs.gbcs_responses import RESPONSES
from tests.streams.worker_stage import WorkerStage
from twin.events.codec import decode_premises
from twin.events.envelope import Event, new_event
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.ingest.door import messages_in
from twin.vocabulary import DeviceType, HubVariant

pytestmark = pytest.mark.kafka

HOME = "P00000000000000a1"
BEFORE = datetime(2017, 5, 1, tzinfo=UTC)
MODEL = "1062-0A0B0C0D"


@pytest.fixture(scope="module")
def stage(own_broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerStage]:
    stage = WorkerStage(tmp_path_factory.mktemp("twin"), own_broker)
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


def tell(stage: WorkerStage, fact: Any, sequence: int) -> None:
    source = f"urn:gb:supplier:{HOME}"
    stage.send(new_event(fact=fact, source=source, sequence=sequence, key=HOME, occurred_at=BEFORE))


def facts(stage: WorkerStage) -> list[Event]:
    """The facts of messages on the log, in the order of their numbers."""
    found = (
        decode_premises(key=record.key, value=record.value)
        for record in read_topic(stage.bootstrap, topics.PREMISES_EVENTS)
    )
    told = {e.id: e for e in found if isinstance(e, Event) and e.provenance == "message"}
    return sorted(told.values(), key=lambda event: (event.source, event.sequence))


def types(stage: WorkerStage) -> list[str]:
    return [event.fact.TYPE.split(".smart.")[1] for event in facts(stage)]


def ingest(stage: WorkerStage, *paths: Path, status: int = 0, kind: str = "gbcs") -> dict[str, Any]:
    given = ("--broker", stage.bootstrap, "--json", "--received-at", "2020-03-01")
    ended, out, err = stage.twin("ingest", kind, *map(str, paths), *given)
    assert ended == status, err
    return dict(json.loads(out))


def file_of(folder: Path, name: str, *messages: bytes) -> Path:
    file = folder / name
    file.write_text("\n\n".join(message.hex() for message in messages))
    return file


def test_a_message_for_a_device_that_nobody_has_is_held(stage: WorkerStage, tmp_path: Path) -> None:
    asked, answered = COMMANDS["ECS52"][0], RESPONSES["ECS52"][0]
    said = ingest(stage, file_of(tmp_path, "read.hex", asked, answered))
    assert (said["files"], said["messages"], said["refused"]) == (1, 2, [])
    stage.await_that(lambda health: True)
    assert facts(stage) == []


def test_it_is_told_when_the_device_is_installed(stage: WorkerStage) -> None:
    tell(stage, DeviceInstalled(b.METER, DeviceType.ESME, MODEL, "00010001"), 1)
    stage.await_that(lambda _: len(facts(stage)) == 2)
    assert types(stage) == ["messages.service-requested.v1", "firmware.version-read.v1"]
    assert {(e.key, e.verification) for e in facts(stage)} == {(HOME, "none")}


def test_the_same_files_again_change_nothing(stage: WorkerStage, tmp_path: Path) -> None:
    asked, answered = COMMANDS["ECS52"][0], RESPONSES["ECS52"][0]
    ingest(stage, file_of(tmp_path, "again.hex", answered, asked))
    other = file_of(tmp_path, "more.hex", ALERTS["CS06 0x8F66"][0])
    ingest(stage, other)
    stage.await_that(lambda _: len(facts(stage)) == 3)
    assert types(stage)[2] == "firmware.executing-changed.v1"


def test_archives_and_binary_files_go_in_and_hostile_ones_cost_a_line(
    stage: WorkerStage, tmp_path: Path
) -> None:
    tell(stage, CommsHubInstalled(b.HUB, MODEL, HubVariant.DUAL_BAND, "00010001", False), 2)
    archive = tmp_path / "hub.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("a/channel.bin", ALERTS["DBCH07"][0])
        out.writestr("a/broken.hex", "DD00 nothing")
        out.writestr("a/half.bin", ALERTS["DBCH09"][0][:40])
    said = ingest(stage, archive, status=1)
    assert said["messages"] == 1
    assert [one["where"] for one in said["refused"]] == [
        "hub.zip/a/broken.hex",
        "hub.zip/a/half.bin",
    ]
    stage.await_that(lambda _: "bands.channel-changed.v1" in types(stage))


def test_a_worker_that_is_killed_tells_what_came_meanwhile_once(
    stage: WorkerStage, tmp_path: Path
) -> None:
    stage.kill()
    asked, answered = COMMANDS["CS04AC"][0], RESPONSES["CS04AC"][0]
    ingest(stage, file_of(tmp_path, "meanwhile.hex", asked, answered))
    stage.start()
    stage.await_that(lambda _: "pairing.device-unjoined.v1" in types(stage))
    numbers = [(event.source, event.sequence) for event in facts(stage)]
    assert len(numbers) == len(set(numbers)) == 6
    folded = stage.await_that(lambda health: health.lag == 0)
    assert folded.outcomes.dead == folded.outcomes.held == 0
    assert folded.outcomes.applied == 2 + 6


def test_a_watched_folder_is_emptied_into_the_log(stage: WorkerStage, tmp_path: Path) -> None:
    """A file that still grows is left alone until it has not changed between two looks."""
    growing, looks = tmp_path / "growing.hex", 0
    file_of(tmp_path, "whole.hex", ALERTS["CS06 0x8F67"][0])
    (tmp_path / "bad.hex").write_text("no message")

    def is_over() -> bool:
        nonlocal looks
        looks += 1
        growing.write_text("DF09" * looks)
        return looks > 4

    settings = Settings(home=stage.home.path, broker=stage.bootstrap)
    inbox.watch(tmp_path, messages_in, settings=settings, is_over=is_over)
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["whole.hex"]
    assert [path.name for path in (tmp_path / "refused").iterdir()] == ["bad.hex"]
    assert growing.exists()
    stage.await_that(lambda _: len(facts(stage)) == 7)


def test_documents_go_in_and_one_that_hurts_costs_a_line(
    stage: WorkerStage, tmp_path: Path
) -> None:
    tell(stage, DeviceInstalled(d.ESME, DeviceType.ESME, MODEL, d.OLDER), 3)
    (tmp_path / "mismatch.xml").write_bytes(DOCUMENTS["alert mismatch"])
    (tmp_path / "update.xml").write_bytes(DOCUMENTS["request 11.1"])
    (tmp_path / "bad.xml").write_bytes(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    said = ingest(stage, tmp_path, status=1, kind="duis")
    assert (said["messages"], [one["where"] for one in said["refused"]]) == (3, ["bad.xml"])
    stage.await_that(lambda _: "firmware.version-mismatch-found.v1" in types(stage))
    stage.await_that(lambda _: len(facts(stage)) == 9)


def test_no_octets_of_a_message_are_on_any_topic(stage: WorkerStage, tmp_path: Path) -> None:
    """The command to add a device holds an install code in clear."""
    ingest(stage, file_of(tmp_path, "add.hex", COMMANDS["CCS01"][0]))
    stage.await_that(lambda _: len(facts(stage)) == 10)
    kept = b"".join(
        record.value or b""
        for topic in topics.TOPICS
        for record in read_topic(stage.bootstrap, topic.name)
    )
    raw = COMMANDS["CCS01"][0]
    pieces = {raw[at : at + 8] for at in range(60, len(raw) - 8)} - {bytes(8)}
    assert pieces
    assert not any(piece in kept for piece in pieces)
    assert not any(piece.hex().encode() in kept.lower() for piece in pieces)
