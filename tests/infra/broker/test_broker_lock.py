"""The list of jars and its lock agree, and neither names a host or a folder."""

import re
import tomllib
from pathlib import Path

import pytest
from jgo.env import EnvironmentSpec
from jgo.env._lockfile import LockFile, compute_spec_hash

from infra import broker
from infra.broker.jars import LOCK, locked_jars

SPEC = LOCK.with_name("jgo.toml")


def test_lock_covers_every_coordinate_of_the_list():
    coordinates = tomllib.loads(SPEC.read_text())["dependencies"]["coordinates"]

    locked = [jar.coordinate for jar in locked_jars()]

    assert len(coordinates) == len(set(coordinates)) == 46
    assert sorted(locked) == sorted(coordinates)


def test_every_jar_has_a_hash_and_a_file_of_its_own():
    jars = locked_jars()

    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in jars)
    assert len({jar.filename for jar in jars}) == len(jars)


def test_lock_was_made_from_this_list():
    locked = LockFile.load(LOCK)

    assert locked.spec_hash == compute_spec_hash(SPEC)
    assert EnvironmentSpec.load(SPEC).get_main_class() == "kafka.Kafka"


@pytest.mark.parametrize("path", [SPEC, LOCK], ids=["list", "lock"])
def test_file_names_no_host_and_no_folder(path: Path):
    text = path.read_text()

    assert "://" not in text
    assert not re.search(r'"/|"~', text)


def test_all_that_is_exported_exists_and_refusals_have_one_root():
    refusals = [
        thing
        for name in broker.__all__
        if isinstance(thing := getattr(broker, name), type) and issubclass(thing, Exception)
    ]

    assert len(refusals) == 6
    assert all(issubclass(refusal, broker.BrokerUnavailable) for refusal in refusals)
