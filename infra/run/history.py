"""Which history a TWIN_HOME holds, and whether a run may go on with it; two are never mixed."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from streams.epochs import Birth, Epochs
from twin.fleet.living.policy import PROPOSED, Policy
from twin.refusal import Refusal

FORMAT: Final = 2
"""Format of TWIN_HOME; another number is another version's folder."""
OWN: Final = ("cluster_id", "epoch", "births", "topic_ids", "archived_whole")
"""Fields of a history that are the folder's own; nobody asks for them."""


WAYS_OUT: Final = (
    "go on in a new epoch, from what the lake has, with the same command and --restore "
    "(`twin run --restore`), or start afresh with `make clean` or another TWIN_HOME"
)


class HomeRefused(Refusal):
    """The folder cannot serve this run; the sentence says what differs and what to do."""


class History(Struct, frozen=True, kw_only=True):
    """What a run was begun with; written once, compared at every later start.

    `ends` is the first day that no longer belongs to the period. `cluster_id` is empty until
    the log has been seen for the first time. `births` are the epochs that were opened since, and
    `topic_ids` what the broker calls each topic, by which one that was made anew is known.
    `archived_whole`: the period was over and the lake had all of it.
    """

    format: int = FORMAT
    premises: int
    seed: int
    starts: date
    ends: date
    tick_hours: int
    broker: str
    plans: dict[str, str]
    catalogue: str
    policy: Policy = PROPOSED
    epoch: int = 0
    cluster_id: str = ""
    births: tuple[Birth, ...] = ()
    topic_ids: dict[str, str] = {}
    archived_whole: bool = False

    @property
    def epochs(self) -> Epochs:
        """The chain of epochs of its log."""
        return Epochs(self.births)

    @property
    def starts_at(self) -> datetime:
        """The first moment of the period, UTC."""
        return datetime(self.starts.year, self.starts.month, self.starts.day, tzinfo=UTC)

    @property
    def ends_at(self) -> datetime:
        """The moment after the period, UTC."""
        return datetime(self.ends.year, self.ends.month, self.ends.day, tzinfo=UTC)

    @property
    def ticks(self) -> int:
        """How many ticks the period has."""
        length = timedelta(hours=self.tick_hours)
        return -((self.starts_at - self.ends_at) // length)


class LogLost(HomeRefused):
    """The log of a history is lost, whole or in part; the sentence says what, and the ways out."""

    def __init__(self, what: str) -> None:
        """`what` is lost, in words that begin the sentence."""
        super().__init__(f"{what}: {WAYS_OUT}")


class Home:
    """The folder of one twin."""

    def __init__(self, path: Path) -> None:
        """The folder at `path`; nothing is made before `prepare`."""
        self.path = path.absolute()

    @property
    def history_file(self) -> Path:
        """Where the history's own description lies."""
        return self.path / "history.json"

    def prepare(self) -> None:
        """Make the folder.

        Raises:
            HomeRefused: it cannot be made or written.
        """
        try:
            for folder in ("run", "logs", "plans"):
                (self.path / folder).mkdir(parents=True, exist_ok=True)
            probe = self.path / "run" / f"probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise HomeRefused(
                f"TWIN_HOME {self.path} is not writable ({error.strerror}): "
                "choose another folder with TWIN_HOME=DIR"
            ) from error

    def history(self) -> History | None:
        """The history begun here, or None.

        Raises:
            HomeRefused: the folder cannot be read, or another version of the twin wrote it.
        """
        try:
            content = self.history_file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise HomeRefused(
                f"{self.history_file} cannot be read ({error.strerror}): "
                "choose another folder with TWIN_HOME=DIR"
            ) from error
        try:
            found = msgspec.json.decode(content, type=History)
        except msgspec.DecodeError as error:
            raise HomeRefused(
                f"{self.history_file} cannot be read as a history of this version: "
                f"start afresh with `make clean` or another TWIN_HOME"
            ) from error
        if found.format != FORMAT:
            raise HomeRefused(
                f"TWIN_HOME {self.path} has format {found.format}, this twin writes format "
                f"{FORMAT}: start afresh with `make clean` or another TWIN_HOME"
            )
        return found

    def write(self, history: History) -> None:
        """Write the history's description, in one piece."""
        draft = self.history_file.with_suffix(".draft")
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(history), indent=2))
        draft.replace(self.history_file)


def adopt(home: Home, wanted: History, *, restore: bool = False) -> History:
    """The history to go on with: the one that stands, if it is the one wanted, or a new one.

    One that is to be restored may go on with another broker, and none is begun for it.

    Raises:
        HomeRefused: another history stands here; the sentence names each difference.
    """
    held = home.history()
    if restore and (held is None or not held.cluster_id):
        raise HomeRefused(f"no log was begun in {home.path}, so there is nothing to restore")
    if held is None:
        home.write(wanted)
        return wanted
    own = (*OWN, "broker") if restore else OWN
    comparable = replace(wanted, **{name: getattr(held, name) for name in own})
    if comparable == held:
        return held
    names = [f for f in held.__struct_fields__ if getattr(held, f) != getattr(comparable, f)]
    differences = ", ".join(_difference(name, held, comparable) for name in names)
    raise HomeRefused(
        f"TWIN_HOME {home.path} holds another history ({differences}): go on with its own "
        "settings, or start afresh with `make clean` or another TWIN_HOME"
    )


def _difference(name: str, held: History, wanted: History) -> str:
    if name == "policy":
        return "another option or PIN intervention"
    if name in ("plans", "catalogue"):
        return f"other {name}"
    return f"{name} {getattr(held, name)} there, {getattr(wanted, name)} asked"


def bound(history: History, *, cluster_id: str, topic_ids: Mapping[str, str]) -> History:
    """The history tied to its cluster, and to topics that it did not know yet.

    Raises:
        LogLost: the log is another cluster's, or a topic was made anew (D23).
    """
    if history.cluster_id not in ("", cluster_id):
        raise LogLost(
            f"the log of this history is on cluster {history.cluster_id}, but cluster "
            f"{cluster_id} answers: give the right --broker; if that log is lost"
        )
    for name, held in history.topic_ids.items():
        if topic_ids.get(name, held) != held:
            raise LogLost(f"topic {name} was deleted and made anew, so what it held is lost")
    return replace(history, cluster_id=cluster_id, topic_ids={**history.topic_ids, **topic_ids})


def bind_cluster(
    home: Home, history: History, *, cluster_id: str, topic_ids: Mapping[str, str]
) -> History:
    """As `bound`, and written down."""
    found = bound(history, cluster_id=cluster_id, topic_ids=topic_ids)
    if found != history:
        home.write(found)
    return found
