"""A Spark session that reads the lake, and one clear sentence where it cannot be had."""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from infra.broker.jars import ensure_jars
from twin.refusal import Refusal

JAVA_FROM: Final = 17
LOCK: Final = Path(__file__).with_name("jgo.lock.toml")
LOCAL: Final = "local[*]"
"""Spark on this machine, with all its cores."""
_OURS: Final = "delta-"
"""Of the locked jars, what Spark does not bring itself."""
_VERSION: Final = re.compile(r'version "(\d+)')
_SETTINGS: Final = {
    "spark.app.name": "fleet-twin-rebuild",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_ON_THIS_MACHINE: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    # fewer pieces than a cluster wants, for each costs a task
    "spark.sql.shuffle.partitions": "8",
}


class SparkUnavailable(Refusal):
    """Spark cannot be used here; the sentence says what is missing and what to do."""


@contextmanager
def session(*, master: str = LOCAL) -> Iterator[Any]:
    """A session for as long as it is needed.

    Raises:
        SparkUnavailable: PySpark or Java is missing, or Spark does not start or was lost.
        BrokerUnavailable: the jars of Delta cannot be had.
    """
    require_pyspark()
    require_java(os.environ)
    jars = [jar for jar in ensure_jars(cache=cache(), lock=LOCK) if jar.name.startswith(_OURS)]
    # the workers must be this Python, unless the cluster has its own
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    py4j: Any = importlib.import_module("py4j.protocol")
    try:
        spark = _started(master, jars)
        try:
            yield spark
        finally:
            spark.stop()
    except py4j.Py4JError as error:
        raise SparkUnavailable(
            f"Spark at {master} failed: {_first_line(error)}; what it wrote above says more"
        ) from error


def require_pyspark() -> None:
    """Check that the extra is installed.

    Raises:
        SparkUnavailable: it is not.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise SparkUnavailable(
            "PySpark is not installed: it comes with the extra `spark` (`make spark`)"
        )


def require_java(environment: Mapping[str, str]) -> None:
    """Check that there is a Java that Spark can use.

    Raises:
        SparkUnavailable: there is none, or it is too old.
    """
    home = environment.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    wanted = f"Spark needs a JDK of version {JAVA_FROM} or 21: install one, or name it by JAVA_HOME"
    if java is None:
        raise SparkUnavailable(f"there is no Java here; {wanted}")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SparkUnavailable(f"{java} does not run; {wanted}") from error
    version = _VERSION.search(told.stderr)
    if version is None or int(version[1]) < JAVA_FROM:
        found = version[1] if version else "unknown"
        raise SparkUnavailable(f"{java} is of version {found}; {wanted}")


def cache() -> Path:
    """The folder of Delta's jars: fleet-twin/delta-4.0.0 under XDG_CACHE_HOME or ~/.cache."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "fleet-twin" / "delta-4.0.0"


def _started(master: str, jars: Sequence[Path]) -> Any:
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.master(master)
    settings = {**_SETTINGS, "spark.jars": ",".join(map(str, jars))}
    if master.startswith("local"):
        settings |= _ON_THIS_MACHINE
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _first_line(error: Exception) -> str:
    told = str(getattr(error, "java_exception", None) or error).strip()
    return told.splitlines()[0] if told else type(error).__name__
