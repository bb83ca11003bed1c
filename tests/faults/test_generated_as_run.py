"""A generated lake and the run of the same history on Kafka: record for record the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from streams import topics
from streams.archive import open_lake
from streams.clock import decode_tick
from streams.topics import KNOWN
from tests.faults.proof import Outcome
from tests.faults.stage import HISTORY
from tests.infra.command_line import twin
from twin.lake import read
from twin.lake.verify import verify
from twin.state.entry import Record

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The lake of the history that the fault tests run, and what the command said of it."""
    home = tmp_path_factory.mktemp("generated") / "home"
    said = twin("fleet", "generate", *HISTORY, "--json", "--to-lake", home)
    assert said.status == 0, said
    return home, json.loads(said.out)


def records(home: Path, topic: str) -> list[Record]:
    """Records of a topic in order of their places."""
    return list(read.records(open_lake(home).files(), topic=topic))


def test_every_record_stands_where_the_run_put_it(
    generated: tuple[Path, dict[str, Any]],
    reference: Outcome,
    undisturbed_home: Path,
) -> None:
    """Key, bytes, partition and offset of every fact, of fleet, campaigns and programme."""
    home, said = generated
    count = 0
    for topic in KNOWN:
        ours, theirs = records(home, topic), records(undisturbed_home, topic)
        count += len(ours)
        if topic == topics.CLOCK_TICKS:
            # the run writes a basis in whatever order the broker named the partitions
            assert [decode_tick(r.value) for r in ours] == [decode_tick(r.value) for r in theirs]
        else:
            assert ours == theirs
    assert count == said["records"] > 1_500


def test_fleet_is_the_same(generated: tuple[Path, dict[str, Any]], reference: Outcome) -> None:
    home, said = generated
    assert said["digest"] == reference.digest
    assert verify(home / "lake" / "events").faults == ()


def test_what_was_known_at_a_moment_is_the_same(
    generated: tuple[Path, dict[str, Any]],
    reference: Outcome,
    undisturbed_home: Path,
) -> None:
    """Basis and counts, at a moment in the middle of a campaign."""
    asked = ("fleet", "summary", "--known", "2017-07-20", "--json", "--home")
    ours, theirs = (twin(*asked, home) for home in (generated[0], undisturbed_home))
    assert ours.status == 0, ours
    assert json.loads(ours.out) == json.loads(theirs.out)
    assert json.loads(ours.out)["basis"]["records"] > 0
