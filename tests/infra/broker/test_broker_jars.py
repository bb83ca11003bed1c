"""Jars come from a repository or from the cache, and only with the SHA-256 of the lock."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from infra.broker.jars import JarMismatch, JarUnavailable, default_cache, ensure_jars

JARS = {"first": b"first jar" * 1000, "second": b"second jar" * 1000, "third": b"third jar"}


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def in_repository(folder: Path, name: str) -> Path:
    return folder / "org" / "example" / name / "1.0" / f"{name}-1.0.jar"


def fill_repository(folder: Path) -> None:
    for name, content in JARS.items():
        path = in_repository(folder, name)
        path.parent.mkdir(parents=True)
        path.write_bytes(content)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "jgo.lock.toml"
    path.write_text(
        "".join(
            f'[[dependencies]]\ngroupId = "org.example"\nartifactId = "{name}"\n'
            f'version = "1.0"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
            for name, content in JARS.items()
        )
    )
    return path


@pytest.fixture
def machine_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Maven repository of the machine, empty, so that no test reads the real one."""
    folder = tmp_path / "machine"
    monkeypatch.setenv("M2_REPO", str(folder))
    return folder


@pytest.fixture
def mirror(
    tmp_path: Path, machine_repository: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A Maven repository behind a real web server, named in a settings file of jgo."""
    folder = tmp_path / "mirror"
    fill_repository(folder)
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))
    ) as server:
        settings = tmp_path / "jgo.conf"
        settings.write_text(f"[repositories]\ncentral = http://127.0.0.1:{server.server_port}\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder
        server.shutdown()
        thread.join()


@pytest.fixture
def cut_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let jgo find nobody where its settings send it (the discard port of this machine)."""

    def cut() -> None:
        settings = tmp_path / "nowhere.conf"
        settings.write_text("[repositories]\ncentral = http://127.0.0.1:9\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    return cut


@pytest.mark.usefixtures("mirror")
def test_jars_are_fetched_once_and_then_need_no_network(tmp_path, lock, cut_network):
    cache = tmp_path / "cache"

    fetched = ensure_jars(cache=cache, lock=lock)
    cut_network()
    again = ensure_jars(cache=cache, lock=lock)

    assert again == fetched
    assert [jar.read_bytes() for jar in fetched] == list(JARS.values())
    assert sorted(cache.iterdir()) == sorted(fetched)


@pytest.mark.usefixtures("mirror")
def test_flipped_byte_in_the_cache_is_noticed_and_the_jar_fetched_again(tmp_path, lock):
    cache = tmp_path / "cache"
    spoilt, *_ = ensure_jars(cache=cache, lock=lock)
    flip_a_byte(spoilt)

    ensure_jars(cache=cache, lock=lock)

    assert spoilt.read_bytes() == JARS["first"]


@pytest.mark.usefixtures("mirror")
def test_flipped_byte_without_network_is_refused(tmp_path, lock, cut_network):
    cache = tmp_path / "cache"
    spoilt, *_ = ensure_jars(cache=cache, lock=lock)
    flip_a_byte(spoilt)
    cut_network()

    with pytest.raises(JarUnavailable) as refusal:
        ensure_jars(cache=cache, lock=lock)

    assert str(refusal.value) == (
        "The jar org.example:first:1.0 could not be fetched (no answer from the repository: "
        "ConnectionError); connect to the network for this first start, or name a mirror under "
        "[repositories] in the settings file of jgo."
    )


def test_jar_that_no_repository_has_is_named(tmp_path, lock, mirror):
    in_repository(mirror, "second").unlink()

    with pytest.raises(JarUnavailable, match=r"org\.example:second:1\.0 .*no repository has it"):
        ensure_jars(cache=tmp_path / "cache", lock=lock)


def test_jar_with_another_hash_is_refused_and_not_kept(tmp_path, lock, mirror):
    flip_a_byte(in_repository(mirror, "second"))

    with pytest.raises(JarMismatch, match=r"org\.example:second:1\.0 came with another SHA-256"):
        ensure_jars(cache=tmp_path / "cache", lock=lock)

    assert not (tmp_path / "cache" / "second-1.0.jar").exists()
    assert not list((tmp_path / "cache").glob(".fetching-*"))


def test_repository_of_the_machine_is_used_and_left_as_it_was(
    tmp_path, lock, machine_repository, cut_network
):
    fill_repository(machine_repository)
    cut_network()

    jars = ensure_jars(cache=tmp_path / "cache", lock=lock)

    assert [jar.read_bytes() for jar in jars] == list(JARS.values())
    assert in_repository(machine_repository, "first").read_bytes() == JARS["first"]
    assert not jars[0].samefile(in_repository(machine_repository, "first"))


@pytest.mark.usefixtures("mirror")
def test_spoilt_jar_of_the_machine_gives_way_to_a_fresh_one(tmp_path, lock, machine_repository):
    fill_repository(machine_repository)
    flip_a_byte(in_repository(machine_repository, "third"))

    jars = ensure_jars(cache=tmp_path / "cache", lock=lock)

    assert jars[2].read_bytes() == JARS["third"]


@pytest.mark.usefixtures("mirror")
def test_two_processes_fill_one_cache_at_once(tmp_path, lock):
    cache = tmp_path / "cache"
    script = (
        "import sys; from pathlib import Path; from infra.broker.jars import ensure_jars; "
        "print(len(ensure_jars(cache=Path(sys.argv[1]), lock=Path(sys.argv[2]))))"
    )

    fillers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(cache), str(lock)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]

    assert [filler.communicate(timeout=60)[0] for filler in fillers] == ["3\n", "3\n"]
    assert sorted(path.read_bytes() for path in cache.iterdir()) == sorted(JARS.values())


def test_cache_that_cannot_be_written_is_named(tmp_path, lock):
    (tmp_path / "file").touch()

    with pytest.raises(JarUnavailable, match=r"/file/cache, cannot be written \(Not a directory\)"):
        ensure_jars(cache=tmp_path / "file" / "cache", lock=lock)


def test_cache_follows_the_user_setting():
    assert default_cache(environment={"XDG_CACHE_HOME": "caches"}) == Path(
        "caches/fleet-twin/kafka-4.1.0"
    )
    assert default_cache(environment={}) == Path.home() / ".cache/fleet-twin/kafka-4.1.0"


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
