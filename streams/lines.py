"""Lines of the workers' table: the states of one fold, kept beside those of another (D26, 0051).

One small file says which line workers write and readers open, which it took the place of, and which
takes over at the next start. Without the file it is the table of the first line, as ever.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from streams.stored import APP_ID, PREMISES_TABLE
from twin.lake.durable import write_whole
from twin.lookback.fingerprint import fingerprint
from twin.refusal import Refusal

_FILE: Final = Path("worker") / "lines.json"
Stores: TypeAlias = list[tuple[int, Path]]
"""The RocksDB folders of a table with their partitions; several workers may have had one."""
Ends: TypeAlias = dict[int, tuple[int, int]]
"""By partition of `premises.events` an epoch and the offset in it that is not folded yet."""


class Line(Struct, frozen=True, kw_only=True):
    """A table by its name; `fold` identifies the code that made it, empty if nobody wrote it down.

    `basis` identifies what it had folded when it took over, and `ends` says it partition by
    partition; both are empty for the first line.
    """

    table: str = PREMISES_TABLE
    fold: str = ""
    basis: str = ""
    ends: Ends = {}

    @property
    def changelog(self) -> str:
        """The topic from which workers recover it; named as Faust names it."""
        return f"{APP_ID}-{self.table}-changelog"


class Lines(Struct, frozen=True, kw_only=True):
    """The line in use, the one before it, and the one that takes over at the next start."""

    current: Line = Line()
    before: Line | None = None
    next: Line | None = None


class LinesUnreadable(Refusal):
    """The file that names the table in use is no such file; the sentence says what to do."""


@cache
def fold() -> str:
    """What identifies the fold of this code: 16 hex digits over the sources of states.

    A changed comment changes it too.
    """
    return fingerprint(reference="")[:16]


def line_of(name: str) -> Line:
    """The line of a fold that is not the first one of its home."""
    return Line(table=f"{PREMISES_TABLE}-{name}", fold=name)


def lines(home: Path) -> Lines:
    """What a home's file says.

    Raises:
        LinesUnreadable: it is damaged.
    """
    try:
        return msgspec.json.decode((home / _FILE).read_bytes(), type=Lines)
    except FileNotFoundError:
        return Lines()
    except (OSError, msgspec.DecodeError) as error:
        raise LinesUnreadable(
            f"{home / _FILE} does not say which table is in use ({error}): go on in a new epoch "
            "with `twin run --restore`"
        ) from error


def write(home: Path, said: Lines) -> None:
    """Write the file in one piece, durably: whoever reads it sees the old one or the new one."""
    (home / _FILE).parent.mkdir(parents=True, exist_ok=True)
    write_whole(home / _FILE, msgspec.json.format(msgspec.json.encode(said), indent=2))


def stores(home: Path, of: Line) -> Stores:
    """Where the workers of a home have a line, in a stable order."""
    named = re.compile(rf"{re.escape(of.table)}-(\d+)\.db")
    found = (
        (named.fullmatch(path.name), path)
        for path in sorted(home.glob(f"worker/*/v1/tables/**/{of.table}-*.db"))
    )
    return [(int(match[1]), path) for match, path in found if match is not None]


def begin(home: Path) -> None:
    """Write down which fold makes the first table of a home, unless one is there already."""
    said = lines(home)
    if said == Lines() and not stores(home, said.current):
        write(home, Lines(current=Line(fold=fold())))
