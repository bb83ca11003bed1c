"""The table of this code's fold, built from the lake beside the one in use (D26, 0051).

What stands beside never goes beyond the live table: a worker that takes it over then folds what is
left, and tells what there is to tell of these records. Killed at any point, the next call goes on:
a table comes whole by a rename, and each of its states knows its own position.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import rocksdict
from msgspec import Struct
from msgspec.structs import replace

from infra.run.snapshot import Snapshot
from streams import topics
from streams.archive import open_lake
from streams.ledger import CODE_VERSION
from streams.lines import Ends, Stores, lines
from twin.bulk.cut import Cut
from twin.bulk.differences import Difference
from twin.bulk.records import by_premises
from twin.lake import durable
from twin.lake.basis import basis_of
from twin.lake.durable import sync, write_whole
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.refusal import Refusal
from twin.state.entry import Place, Record, decode_entry, encode_entry, new_entry
from twin.state.step import step

_FOLDER: Final = Path("worker") / "beside"
_TOLD: Final = "beside.json"
_BATCH: Final = 5_000
"""States that are written at once."""


class NoTableBeside(Refusal):
    """There is no table to compare with or to switch to; the sentence says what to do."""


class Compared(Struct, frozen=True, kw_only=True):
    """A comparison with the live table: both had folded the records of the basis.

    `differing` premises have another state; the first of them are listed.
    """

    basis: str
    premises: int
    differing: int
    differences: tuple[Difference, ...]
    compared_at: datetime


class Beside(Struct, frozen=True, kw_only=True):
    """A table that stands beside: what it has folded, and its last comparison if there was one."""

    fold: str
    ends: Ends
    built_at: datetime
    compared: Compared | None = None


def folder_of(home: Path, fold: str) -> Path:
    """Where the table of a fold stands beside."""
    return home / _FOLDER / fold


def stores_in(folder: Path) -> Stores:
    """The partitions of a table that stands beside."""
    return [(int(path.stem), path) for path in sorted(folder.glob("[0-9]*.db"))]


def told(home: Path, fold: str) -> Beside:
    """What stands beside.

    Raises:
        NoTableBeside: no table of this fold does.
    """
    try:
        content = (folder_of(home, fold) / _TOLD).read_bytes()
    except FileNotFoundError:
        raise NoTableBeside(
            f"no table of fold {fold} stands beside: `twin table build-beside` builds it"
        ) from None
    return msgspec.json.decode(content, type=Beside)


def build(home: Path, *, fold: str, now: datetime) -> Beside:
    """Build the table of this code, as far as live table and lake go, or go on with the one there.

    Raises:
        NoTableBeside: the live table is of the same fold, or another process is at work here.
    """
    if lines(home).current.fold == fold:
        raise NoTableBeside(f"the live table is of fold {fold} already: there is none to build")
    with alone(home):
        lake = open_lake(home)
        ends = within(live_ends(home), lake)
        if folder_of(home, fold).exists():
            return catch_up(home, told(home, fold), ends, lake)
        return _built(home, Beside(fold=fold, ends=ends, built_at=now), lake)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Work as the only one on what stands beside; a kill ends it.

    Raises:
        NoTableBeside: another process is at work on it.
    """
    with ExitStack() as held:
        try:
            held.enter_context(durable.alone(home / _FOLDER / ".builder", waits=False))
        except BlockingIOError:
            raise NoTableBeside(
                "another process is at work on the table beside: wait for it"
            ) from None
        yield


def _built(home: Path, found: Beside, lake: Lake) -> Beside:
    folder = folder_of(home, found.fold)
    draft = folder.with_name(f".draft-{found.fold}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _fold_on(draft, lake, since={}, upto=found.ends)
    tell(draft, found)
    draft.rename(folder)
    sync(folder.parent)
    return found


def catch_up(home: Path, beside: Beside, ends: Ends, lake: Lake) -> Beside:
    """Fold what the lake has beyond, up to these ends; what was folded is known by its place.

    Raises:
        NoTableBeside: it stands beyond them in some partition, so the live table was set back.
    """
    beyond = [part for part, end in beside.ends.items() if end > ends[part]]
    folder = folder_of(home, beside.fold)
    if beyond:
        raise NoTableBeside(
            f"the table beside stands beyond the live one in partition {beyond[0]}, which was set "
            f"back since: remove {folder} and build it anew (`twin table back` calls off a switch)"
        )
    if ends != beside.ends:
        _fold_on(folder, lake, since=beside.ends, upto=ends)
        beside = replace(beside, ends=ends)
        tell(folder, beside)
    return beside


def basis_id(lake: Lake, ends: Ends) -> str:
    """What identifies the records before some ends, read by this code."""
    positions = {
        Slice(topics.PREMISES_EVENTS, epoch, part): end for part, (epoch, end) in ends.items()
    }
    return basis_of(
        positions, starts=lake.starts(), code_version=CODE_VERSION, reference="", resolved=""
    ).id


def live_ends(home: Path) -> Ends:
    """Up to where the live table stands.

    Raises:
        NoTableBeside: there is no live table.
    """
    with Snapshot(home) as tables:
        try:
            cut = tables.cut()
        except msgspec.ValidationError as error:
            raise NoTableBeside(
                f"the states of the live table cannot be read by this code ({error}): go on in a "
                "new epoch with `twin run --restore`"
            ) from error
    if not cut.ends:
        raise NoTableBeside(f"there is no live table in {home} to build another one beside")
    return all_parts(cut)


def all_parts(cut: Cut) -> Ends:
    """The ends of all partitions: of one without a state nothing counts."""
    return dict.fromkeys(range(topics.PARTITIONS), (0, 0)) | dict(cut.ends)


def within(ends: Ends, lake: Lake) -> Ends:
    """Ends that the lake has reached as well."""
    return {
        part: (epoch, min(end, lake.position(Slice(topics.PREMISES_EVENTS, epoch, part))))
        for part, (epoch, end) in ends.items()
    }


def _fold_on(folder: Path, lake: Lake, *, since: Ends, upto: Ends) -> None:
    """Fold the records between two ends into the stores of a folder, on the disk in the end."""
    where = f"({Cut(upto).condition()})"
    if since:
        where += f" AND NOT ({Cut(since).condition()})"
    with ExitStack() as opened:
        stores = _Opened(folder, opened)
        found = iter(by_premises(lake.files(), where=where))
        while some := list(islice(found, _BATCH)):
            _fold_batch(stores, some)
        for store in stores.values():
            store.flush()


class _Opened(dict[int, Any]):
    """The stores of partitions, each opened when it is first wanted, and closed together."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        super().__init__()
        self._folder, self._opened = folder, opened

    def __missing__(self, part: int) -> Any:
        path = str(self._folder / f"{part}.db")
        store = self[part] = rocksdict.Rdict(path, options=rocksdict.Options(raw_mode=True))
        self._opened.callback(store.close)
        return store


def _fold_batch(stores: _Opened, some: Iterable[tuple[Place, list[Record]]]) -> None:
    batches: dict[int, Any] = {}
    for (name, part), records in some:
        key = name.encode()
        held = stores[part].get(key)
        entry = new_entry(name) if held is None else decode_entry(bytes(held))
        for record in records:
            entry, _ = step(entry, record)
        batch = batches.setdefault(part, rocksdict.WriteBatch(raw_mode=True))
        batch.put(key, encode_entry(entry))
    for part, batch in batches.items():
        stores[part].write(batch)


def tell(folder: Path, beside: Beside) -> None:
    write_whole(folder / _TOLD, msgspec.json.format(msgspec.json.encode(beside), indent=2))
