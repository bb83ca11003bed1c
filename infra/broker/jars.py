"""The jars of Kafka: fetched by jgo, held to the SHA-256 of the lock, kept in a cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.broker.failures import BrokerUnavailable

LOCK = Path(__file__).with_name("jgo.lock.toml")
AT_ONCE = 4  # enough to hide the round trips of 46 small files, few enough to be a polite client


class JarUnavailable(BrokerUnavailable):
    """A jar could not be fetched or stored."""


class JarMismatch(BrokerUnavailable):
    """A fetched jar has another SHA-256 than the lock, so it was refused."""


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One jar of the lock: its Maven coordinate and the SHA-256 that it must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def coordinate(self) -> str:
        """The coordinate as `jgo.toml` writes it, group:artifact:version."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def filename(self) -> str:
        """The name of the file in the cache."""
        return f"{self.artifact}-{self.version}.jar"


def default_cache(*, environment: Mapping[str, str] = os.environ) -> Path:
    """Give the folder for the jars: fleet-twin/kafka-4.1.0 under XDG_CACHE_HOME or ~/.cache."""
    caches = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "fleet-twin" / "kafka-4.1.0"


def locked_jars(*, lock: Path = LOCK) -> tuple[LockedJar, ...]:
    """Read the lock that `jgo lock` wrote, in its order, which is the order of the class path."""
    entries = tomllib.loads(lock.read_text(encoding="utf-8"))["dependencies"]
    return tuple(
        LockedJar(entry["groupId"], entry["artifactId"], entry["version"], entry["sha256"])
        for entry in entries
    )


def ensure_jars(*, cache: Path, lock: Path = LOCK) -> tuple[Path, ...]:
    """Give the verified jars of the class path; fetches what the cache lacks or holds spoilt.

    Raises `JarUnavailable` or `JarMismatch`. Without network it works once the cache is full.
    """
    jars = locked_jars(lock=lock)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sound = list(pool.map(lambda jar: is_sound(cache / jar.filename, jar=jar), jars))
        missing = [jar for jar, present in zip(jars, sound, strict=True) if not present]
        if missing:
            _fill(cache, missing, pool=pool)
    return tuple(cache / jar.filename for jar in jars)


def is_sound(path: Path, *, jar: LockedJar) -> bool:
    """Tell whether the file is there and has the SHA-256 of the lock."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


def _fill(cache: Path, missing: Sequence[LockedJar], *, pool: ThreadPoolExecutor) -> None:
    # A staging folder of our own beside the target: whoever else fills the same cache meanwhile
    # writes elsewhere, and os.replace shows either no jar or a whole, verified one.
    try:
        cache.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(dir=cache, prefix=".fetching-")
    except OSError as error:
        raise JarUnavailable(
            f"The folder for the jars, {cache}, cannot be written ({error.strerror}); "
            "make it writable or give another one."
        ) from error
    with staging as folder:

        def fetch_and_show(jar: LockedJar) -> None:
            fetched = _fetch(jar, staging=Path(folder) / jar.filename)
            os.replace(fetched, cache / jar.filename)  # noqa: PTH105

        list(pool.map(fetch_and_show, missing))


def _fetch(jar: LockedJar, *, staging: Path) -> Path:
    # First with the machine's own Maven repository, read only; then, if that failed or held a
    # spoilt jar, from the network alone, twice, since one lost connection is no news.
    failure: BrokerUnavailable = _unavailable(jar, reason="nothing was tried")
    for attempt, local in enumerate((True, False, False)):
        landing = staging / str(attempt)
        try:
            path = _resolve(jar, landing=landing, local=local)
        except (OSError, RuntimeError) as error:
            failure = _unavailable(jar, reason=_reason(error))
            continue
        if is_sound(path, jar=jar):
            return path
        failure = JarMismatch(
            f"The jar {jar.coordinate} came with another SHA-256 than jgo.lock.toml holds and was "
            "refused; check the repository that jgo uses, then start again."
        )
    raise failure


def _resolve(jar: LockedJar, *, landing: Path, local: bool) -> Path:
    # jgo knows where Maven Central is, and its settings file ([repositories]) and environment
    # (M2_REPO, JGO_CONFIG_FILE, the proxy and certificate variables) say what this machine uses.
    # Imported here: a start with a full cache needs neither jgo nor its half second.
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext

    settings = GlobalSettings.load()
    context = MavenContext(
        repo_cache=landing,
        local_repos=[Path(settings.repo_cache)] if local else [],
        remote_repos={"central": MAVEN_CENTRAL_URL, **settings.repositories},
    )
    found = context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    if found.is_relative_to(landing):
        return found
    landing.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(found, landing / jar.filename))


def _unavailable(jar: LockedJar, *, reason: str) -> JarUnavailable:
    return JarUnavailable(
        f"The jar {jar.coordinate} could not be fetched ({reason}); connect to the network for "
        "this first start, or name a mirror under [repositories] in the settings file of jgo."
    )


def _reason(error: Exception) -> str:
    from requests import RequestException

    if isinstance(error, RequestException):
        return f"no answer from the repository: {type(error).__name__}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "no repository has it"
