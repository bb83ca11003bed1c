"""Checkpoints beside a lake: whole or not there, discarded when stale, never brought up to date."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import pyarrow as pa
from msgspec import Struct

from twin.lake.basis import Stand
from twin.lake.durable import alone, sweep, sync, write_whole
from twin.lake.slices import Slice
from twin.lookback import marks
from twin.lookback.marks import Mark
from twin.lookback.rows import Row, Rows, Writer
from twin.lookback.stands import leads_to, of_facts

_TOLD: Final = "checkpoint.json"
_ROWS: Final = "rows.parquet"
_MARKS: Final = "marks.json"
_COUNT: Final = "discarded.json"


class CheckpointDamaged(RuntimeError):
    """A checkpoint cannot be read; an answer is had without it."""


class Checkpoint(Struct, frozen=True, kw_only=True):
    """The states of all premises after the records before some positions of `premises.events`.

    `newest` is the moment of the newest fact that was let through by then (UTC; None without any),
    `digest` that of the fleet, `figures` are sums over the fleet, for whoever made them. `days`
    counts the marks of days that it passed.
    """

    stands: tuple[Stand, ...]
    fingerprint: str
    resolved: str
    made_at: datetime
    newest: datetime | None
    premises: int
    digest: str
    rows_sha256: str
    days: int
    marks_sha256: str
    figures: dict[str, Any]

    @property
    def id(self) -> str:
        """What identifies it: 16 hex digits over positions and fingerprint."""
        return id_of(self.stands, self.fingerprint)

    @property
    def positions(self) -> dict[Slice, int]:
        """How far it reaches, by slice."""
        return {Slice(s.topic, s.epoch, s.partition): s.offset for s in self.stands}

    @property
    def records(self) -> int:
        """How many records were folded."""
        return sum(stand.offset - stand.start for stand in self.stands)

    @property
    def made(self) -> "Made":
        """What its rows came to; the marks are kept apart."""
        return Made(newest=self.newest, digest=self.digest, figures=self.figures)

    def fits(self, stands: Iterable[Stand], *, valid: datetime | None) -> bool:
        """Whether a basis is reached from here by the records that follow in each partition.

        And all facts must have happened by `valid`: none can be taken out of a state again.
        """
        too_new = valid is not None and self.newest is not None and self.newest > valid
        return not too_new and leads_to(self.stands, of_facts(stands))


class Made(Struct, frozen=True, kw_only=True):
    """What the rows of a checkpoint came to, and what the fleet did at days on the way to it."""

    newest: datetime | None
    digest: str
    figures: dict[str, Any]
    marks: tuple[Mark, ...] = ()


class Wanted(Struct, frozen=True):
    """A checkpoint that is to be made, and in words how a moment led to it."""

    stands: tuple[Stand, ...]
    resolved: str


def id_of(stands: tuple[Stand, ...], fingerprint: str) -> str:
    """What a checkpoint at these positions is called."""
    return sha256(msgspec.json.encode((stands, fingerprint))).hexdigest()[:16]


class Checkpoints:
    """The checkpoints in a folder, which the first one makes."""

    def __init__(self, folder: Path) -> None:
        """Those beside a lake."""
        self._folder = folder

    def all(self) -> list[Checkpoint]:
        """All that can be read, in order of the records that they hold."""
        found = [_told(file) for file in sorted(self._folder.glob(f"[0-9a-f]*/{_TOLD}"))]
        known = [one for one in found if one is not None]
        return sorted(known, key=lambda one: (one.records, one.id))

    def fitting(
        self, stands: Iterable[Stand], *, fingerprint: str, valid: datetime | None = None
    ) -> list[Checkpoint]:
        """Those from which a basis can be reached, the nearest first."""
        wanted = tuple(stands)
        ours = [one for one in self.all() if one.fingerprint == fingerprint]
        return [one for one in reversed(ours) if one.fits(wanted, valid=valid)]

    def rows(self, of: Checkpoint) -> Rows:
        """The rows of a checkpoint.

        Raises:
            CheckpointDamaged: they are gone, or no rows.
        """
        with reading(of):
            return Rows(self._folder / of.id / _ROWS)

    def marks(self, of: Checkpoint) -> tuple[Mark, ...]:
        """The marks of days that a checkpoint passed, in their order.

        Raises:
            CheckpointDamaged: they are gone, or not what was written.
        """
        with reading(of):
            return marks.read(self._folder / of.id / _MARKS, digest=of.marks_sha256)

    def passing(self, stands: Iterable[Stand], *, fingerprint: str) -> list[Checkpoint]:
        """Those that may have a mark of a basis: they go on from it."""
        wanted = of_facts(stands)
        ours = (one for one in self.all() if one.fingerprint == fingerprint and one.days)
        return [one for one in ours if leads_to(wanted, one.stands)]

    def is_intact(self, of: Checkpoint) -> bool:
        """Whether the file of its rows has the bytes that were written."""
        try:
            return _sha256(self._folder / of.id / _ROWS) == of.rows_sha256
        except OSError:
            return False

    def keep(
        self,
        wanted: Sequence[Wanted],
        *,
        fingerprint: str,
        now: datetime,
        rows: Iterable[Sequence[Row | None]],
        made: Callable[[], Sequence[Made]],
    ) -> list[Checkpoint]:
        """Write checkpoints durably, each in one piece; those that are there already stay.

        `rows` gives of each premises, in order, its row in each checkpoint, None where it has none
        yet; it is not taken if all are there. `made` is asked once, after all were taken, what they
        came to.
        One maker works at a time; another waits.
        """
        with self._alone(), ExitStack() as left:
            drafts: dict[int, _Draft] = {}
            found: dict[int, Checkpoint] = {}
            for nth, one in enumerate(wanted):
                name = id_of(one.stands, fingerprint)
                held = _told(self._folder / name / _TOLD)
                if held is None:
                    drafts[nth] = left.enter_context(_draft(self._folder, name))
                else:
                    found[nth] = held
            for each in rows if drafts else ():
                for nth, draft in drafts.items():
                    if (row := each[nth]) is not None:
                        draft.rows.put(row)
            came_to = made() if drafts else ()
            for nth, draft in drafts.items():
                found[nth] = self._keep(
                    draft, wanted[nth], came_to[nth], fingerprint=fingerprint, now=now
                )
        return [found[nth] for nth in range(len(wanted))]

    def _keep(
        self, draft: "_Draft", wanted: Wanted, made: Made, *, fingerprint: str, now: datetime
    ) -> Checkpoint:
        draft.rows.close()
        sync(draft.folder / _ROWS)
        found = Checkpoint(
            stands=wanted.stands,
            fingerprint=fingerprint,
            resolved=wanted.resolved,
            made_at=now,
            premises=draft.rows.count,
            rows_sha256=_sha256(draft.folder / _ROWS),
            days=len(made.marks),
            marks_sha256=marks.write(draft.folder / _MARKS, made.marks),
            newest=made.newest,
            digest=made.digest,
            figures=made.figures,
        )
        told = msgspec.json.format(msgspec.json.encode(found), indent=2)
        write_whole(draft.folder / _TOLD, told)
        self._discard(self._folder / found.id)
        draft.folder.rename(self._folder / found.id)
        sync(self._folder)
        return found

    def discard(self, *, but: str) -> int:
        """Discard every checkpoint with another fingerprint than this, and those that cannot be
        read; gives how many."""
        if not self._folder.exists():
            return 0
        with self._alone():
            kept = {one.id for one in self.all() if one.fingerprint == but}
            gone = [folder for folder in self._folder.glob("[0-9a-f]*/") if folder.name not in kept]
            if gone:
                write_whole(self._folder / _COUNT, msgspec.json.encode(self.discarded + len(gone)))
            for folder in gone:
                self._discard(folder)
        return len(gone)

    @property
    def discarded(self) -> int:
        """How many were ever discarded here."""
        try:
            return msgspec.json.decode((self._folder / _COUNT).read_bytes(), type=int)
        except (FileNotFoundError, msgspec.DecodeError):
            return 0

    def _discard(self, folder: Path) -> None:
        """Take a folder out of sight in one step, then delete it."""
        if folder.exists():
            out_of_sight = self._folder / f".gone-{folder.name}"
            folder.rename(out_of_sight)
            shutil.rmtree(out_of_sight)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Work as the only maker; what a killed one has left is swept. A kill ends the lock."""
        with alone(self._folder / ".maker"):
            for left in (*self._folder.glob(".draft-*"), *self._folder.glob(".gone-*")):
                shutil.rmtree(left)
            sweep(self._folder / _COUNT)
            yield


class _Draft(NamedTuple):
    """A checkpoint that is not seen yet."""

    folder: Path
    rows: Writer


@contextmanager
def _draft(folder: Path, name: str) -> Iterator[_Draft]:
    """A draft; what was not renamed within this is gone after it."""
    draft = folder / f".draft-{name}"
    draft.mkdir()
    try:
        with closing(Writer(draft / _ROWS)) as rows:
            yield _Draft(draft, rows)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def reading(of: Checkpoint) -> Iterator[None]:
    """Within this, rows that cannot be read are damage of a checkpoint.

    Raises:
        CheckpointDamaged: the rows are gone or not what was written.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise CheckpointDamaged(f"checkpoint {of.id} cannot be read: {error}") from error


def _told(file: Path) -> Checkpoint | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Checkpoint)
    except (OSError, msgspec.DecodeError):
        return None


def _sha256(path: Path) -> str:
    total = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            total.update(piece)
    return total.hexdigest()
