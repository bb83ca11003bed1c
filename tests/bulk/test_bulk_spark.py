"""The fold on Spark, as far as it goes without Spark: a bucket of rows, and what is missing."""

import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.spark.session import LOCK, SparkUnavailable, require_java, require_pyspark
from tests.bulk.homes import HOUSES, archive, installed, log_of, told
from tests.bulk.lakes import file_of, logged
from tests.infra.command_line import twin
from twin.bulk.columns import SCHEMAS
from twin.bulk.digest import columns_digest
from twin.bulk.on_spark import BUCKETS_MAX, _range_of, end_of, fold_bucket
from twin.bulk.rebuild import rebuilt
from twin.events.pins import PrivacyPinCleared
from twin.lake.rows import to_table

IDS = [f"P{n * 0x1111:04x}{n:012x}" for n in range(12)]
EVENT = told(HOUSES[0], 1, installed("00010001"), 1)


def wild_log() -> list:
    """Premises in all buckets; of some a record is refused, repeated, late or never comes."""
    values: list = []
    for place, house in enumerate(IDS):
        numbers = {0: [1, 2, 2, 3], 1: [1, 3, 2], 2: [1, 4]}.get(place % 5, [1, 2, 3])
        for number in numbers:
            fact = installed("00010001") if number == 1 else PrivacyPinCleared()
            values.append((house, told(house, number, fact, minute=number)))
        if place % 5 == 3:
            values.append((house, b"{ no event"))
    return logged(values)


@pytest.mark.parametrize("buckets", [1, 3, 16])
def test_buckets_of_rows_fold_to_what_the_files_fold_to(buckets: int) -> None:
    """The rows are those that Spark hands over: any order, plain texts, moments in UTC."""
    log = wild_log()
    with file_of(log) as file:
        wanted = rebuilt([file])
    rows = to_table(log)
    numbers = [int(key[1:], 16) for key in rows["key"].to_pylist()]
    found, fallbacks, start = [], 0, 0
    for bucket in range(buckets):
        end = end_of(bucket, buckets)
        inside = pa.array([start <= number < end for number in numbers])
        table = rows.filter(inside).select(rows.schema.names)
        start = end
        if len(table):
            shuffled = table.take(pa.array(range(len(table) - 1, -1, -1)))
            (row,) = fold_bucket((pa.scalar(bucket),), shuffled).to_pylist()
            part = _range_of(row)
            fallbacks += part.fallbacks.total()
            found.append(part.tables)
    assert start == 2**64
    tables = {name: pl.concat([one[name] for one in found]) for name in SCHEMAS}
    assert columns_digest(tables) == wanted.digest
    assert fallbacks == sum(wanted.fallbacks.values()) == 2


@given(st.integers(1, BUCKETS_MAX), st.integers(0, BUCKETS_MAX - 1))
def test_a_bucket_ends_where_the_next_begins(buckets: int, digits: int) -> None:
    bucket = digits * buckets // BUCKETS_MAX
    assert bucket < buckets
    assert digits << 48 < end_of(bucket, buckets)
    assert bucket == 0 or digits << 48 >= end_of(bucket - 1, buckets)


def test_what_is_missing_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(tmp_path, log_of([EVENT]))
    monkeypatch.setitem(sys.modules, "pyspark", None)
    said = twin("rebuild", "--engine", "spark", "--home", tmp_path)
    assert (
        said.refusal == "PySpark is not installed: it comes with the extra `spark` (`make spark`)"
    )
    with pytest.raises(SparkUnavailable, match="`make spark`"):
        require_pyspark()
    assert twin("rebuild", "--master", "local", "--home", tmp_path).status == 2


def test_java_that_is_not_there_or_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SparkUnavailable, match="there is no Java here; Spark needs a JDK"):
        require_java({})
    with pytest.raises(SparkUnavailable, match="does not run; Spark needs a JDK"):
        require_java({"JAVA_HOME": str(tmp_path)})
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    for version, sentence in (("11.0.2", "is of version 11"), ("1.8.0", "is of version 1;")):
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        java.chmod(0o755)
        with pytest.raises(SparkUnavailable, match=sentence):
            require_java({"JAVA_HOME": str(tmp_path)})
    java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.15\"' >&2\n")
    require_java({"JAVA_HOME": str(tmp_path)})


def test_lock_names_deltas_jars_and_no_host() -> None:
    text = LOCK.read_text() + LOCK.with_name("jgo.toml").read_text()
    assert "://" not in text
    assert "delta-spark_2.13" in text
