"""The proof of a rebuild: its basis, counts, digests and differences, as it is published."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from twin.bulk.differences import Difference
from twin.lake.durable import write_whole
from twin.state.counts import Outcomes, outcomes_of
from twin.state.digest import premises_digest
from twin.state.entry import UNADDRESSED, Entry, Record

KEPT: Final = 30
"""Proofs that are kept, the newest, and as many spot checks."""
SPOT_CHECK: Final = "twin reconcile"
"""Who makes a proof of some premises only; those are kept apart."""
LISTED_MAX: Final = 100
"""Differences that a proof lists with their events; it counts all."""


class Proof(Struct, frozen=True, kw_only=True):
    """What a rebuild came to; `equal` is None where nothing was compared.

    `basis` holds the next offset of each partition that was folded, by "epoch/partition"; times
    are UTC, `seconds` wall clock. `digest` is that of whole states (`engine` readable: the fleet
    digest of every summary) or of the state's columns (`engine` bulk or spark), which begins with
    the mark of its definition. `fallbacks` counts the premises that the kernels left to the
    readable replay, by reason. `made_by` is the command.
    """

    engine: str
    made_at: datetime
    code_version: str
    basis: dict[str, int]
    premises: int
    records: Outcomes
    digest: str
    live_digest: str | None = None
    equal: bool | None = None
    differing: int | None = None
    differences: tuple[Difference, ...] = ()
    fallbacks: dict[str, int] = {}
    seconds: dict[str, float] = {}
    made_by: str = "twin rebuild"


class Rebuilt(Struct, frozen=True, kw_only=True):
    """What a rebuild gave; `live_digest` and `differing` are None where nothing was compared.

    Fields are those of the proof that is made of it.
    """

    basis: dict[str, int]
    premises: int
    records: Outcomes
    digest: str
    live_digest: str | None = None
    differing: int | None = None
    differences: tuple[Difference, ...] = ()
    fallbacks: dict[str, int] = {}


class Tally:
    """Counts and the fleet digest of entries that come by in order of their premises ids."""

    def __init__(self) -> None:
        """Nothing has come by."""
        self.premises = 0
        self.outcomes = Outcomes()
        self._total = sha256()

    def add(self, entry: Entry) -> None:
        """Take in the next entry; records without a premises are counted and no more."""
        self.outcomes += outcomes_of(entry)
        premises = entry.premises
        if premises.premises_id != UNADDRESSED:
            self.premises += 1
            self._total.update(premises.premises_id.encode())
            self._total.update(premises_digest(premises))

    @property
    def digest(self) -> str:
        """The fleet digest of what has come by (`twin.state.digest.fleet_digest`)."""
        return self._total.hexdigest()


class Basis:
    """How far each partition of the log was folded."""

    def __init__(self) -> None:
        """Nothing was folded."""
        self._ends: dict[tuple[int, int], int] = {}

    def reach(self, ends: Mapping[tuple[int, int], int]) -> None:
        """Note next offsets by epoch and partition."""
        for place, end in ends.items():
            self._ends[place] = max(self._ends.get(place, 0), end)

    def see(self, records: Iterable[Record]) -> None:
        """Note the places of records."""
        for record in records:
            place = record.epoch, record.partition
            self._ends[place] = max(self._ends.get(place, 0), record.offset + 1)

    @property
    def ends(self) -> dict[str, int]:
        """Next offset by "epoch/partition"."""
        return {f"{epoch}/{part}": end for (epoch, part), end in sorted(self._ends.items())}


def proof_file(home: Path) -> Path:
    """Where the last proof of a history lies."""
    return home / "proofs" / "rebuild.json"


def proof_text(proof: Proof) -> bytes:
    """A proof as its files hold it: JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(proof), indent=2)


def publish_proof(home: Path, proof: Proof) -> None:
    """Write the proof in one piece, durably: a reader sees the old one or the new one.

    It stands among those that are kept and, unless it is a spot check, as the last one.
    """
    file, kept = proof_file(home), _kept_folder(home)
    kept.mkdir(parents=True, exist_ok=True)
    text = proof_text(proof)
    is_spot = proof.made_by == SPOT_CHECK
    if not is_spot:
        write_whole(file, text)
    ending = "-spot.json" if is_spot else ".json"
    write_whole(kept / f"{proof.made_at.astimezone(UTC):%Y%m%dT%H%M%S%f}{ending}", text)
    alike = [one for one in kept.glob("*.json") if one.stem.endswith("-spot") == is_spot]
    for old in sorted(alike)[:-KEPT]:
        old.unlink(missing_ok=True)


def kept_proofs(home: Path) -> list[Proof]:
    """The proofs that are kept and that this version reads, newest first."""
    files = sorted(_kept_folder(home).glob("*.json"), reverse=True)
    return [proof for file in files if (proof := _read(file)) is not None]


def _read(file: Path) -> Proof | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Proof)
    except (msgspec.DecodeError, FileNotFoundError):
        return None


def _kept_folder(home: Path) -> Path:
    return home / "proofs" / "kept"


def last_proof(home: Path) -> Proof | None:
    """The last proof, or None where no rebuild has ended here."""
    try:
        return msgspec.json.decode(proof_file(home).read_bytes(), type=Proof)
    except FileNotFoundError:
        return None
