"""`twin rebuild --engine spark` on a real Spark: equal digests, and a difference that is found."""

import importlib.util
import json
import os
from collections import defaultdict
from pathlib import Path

import pytest
from msgspec.structs import replace

from infra.run.engines import Engine
from infra.run.nightly import nightly
from infra.spark.session import SparkUnavailable, require_java
from streams.archive import open_lake
from tests.bulk.homes import keep, told
from tests.bulk.lakes import logged
from tests.bulk.test_bulk_spark import IDS, wild_log
from tests.infra.command_line import twin
from tests.lake.lake_records import append
from twin.events.pins import PrivacyPinCleared
from twin.state.entry import Entry, Record
from twin.state.replay import replay

PARTITION = 3
"""The one that the log of these tests is in."""


def _spark_is_here() -> bool:
    try:
        require_java(os.environ)
    except SparkUnavailable:
        return False
    return importlib.util.find_spec("pyspark") is not None


pytestmark = [
    pytest.mark.faults,
    pytest.mark.filterwarnings("ignore"),  # sockets that PySpark leaves to the collector
    pytest.mark.skipif(
        not _spark_is_here(),
        reason="NO SPARK HERE: `make spark` and a JDK 17, or the Spark engine is not tested",
    ),
]


def home_of(tmp_path: Path, spoil: dict[str, int]) -> Path:
    """A lake of two commits, and the tables; of some premises another count than the log says."""
    log = wild_log()
    lake = open_lake(tmp_path)
    append(lake, log[:17])
    append(lake, log[17:])
    records = (Record(r.key, r.value, r.epoch, r.partition, r.offset) for r in log)
    entries: dict[tuple[int, str], Entry] = defaultdict()
    for (part, name), entry in replay(records).items():
        premises = entry.premises
        counted = premises.pin_accepted + spoil.get(name, 0)
        entries[part, name] = replace(entry, premises=replace(premises, pin_accepted=counted))
    keep(tmp_path, entries)
    return tmp_path


def test_spark_gives_what_this_machine_gives(tmp_path: Path) -> None:
    home = home_of(tmp_path, spoil={})
    said = twin("rebuild", "--engine", "spark", "--verify", "--home", home, "--json")
    assert said.status == 0, said
    on_spark = json.loads(said.out)
    here = json.loads(twin("rebuild", "--verify", "--home", home, "--json").out)
    own = ("engine", "made_at", "seconds")
    assert {n: v for n, v in on_spark.items() if n not in own} == {
        n: v for n, v in here.items() if n not in own
    }
    assert (on_spark["engine"], on_spark["equal"]) == ("spark", True)
    assert on_spark["digest"] == on_spark["live_digest"] == here["digest"]
    assert sum(on_spark["fallbacks"].values()) == 2


def test_spark_finds_a_planted_difference(tmp_path: Path) -> None:
    home = home_of(tmp_path, spoil={IDS[4]: 1})
    said = twin("rebuild", "--engine", "spark", "--verify", "--home", home, "--json")
    assert said.status == 3, said
    (found,) = json.loads(said.out)["differences"]
    assert (found["premises_id"], found["partition"]) == (IDS[4], PARTITION)
    assert found["fields"] == ["premises.pin_accepted"]


def test_the_nightly_proof_on_spark_goes_as_far_as_the_tables(tmp_path: Path) -> None:
    """The lake has gone on since: what lies beyond the tables is cut off by Spark as well."""
    home = home_of(tmp_path, spoil={})
    more = told(IDS[-1], 4, PrivacyPinCleared(), minute=4)
    append(open_lake(home), [replace(logged([(IDS[-1], more)])[0], offset=len(wild_log()))])
    found = nightly(home, Engine.SPARK, is_live=True)
    assert (found.differing, found.basis) == (0, {f"0/{PARTITION}": len(wild_log())})
    assert nightly(home, Engine.BULK, is_live=False).differing == 1


def test_a_master_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    home = home_of(tmp_path, spoil={})
    said = twin("rebuild", "--engine", "spark", "--master", "no-such-master", "--home", home)
    assert said.refusal.startswith("Spark at no-such-master failed: ")
