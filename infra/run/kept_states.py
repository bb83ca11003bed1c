"""The states of a generated history as the tables of a worker, which a rebuild is compared with."""

import shutil
from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import rocksdict

from streams.stored import PREMISES_TABLE
from twin.generate.crew import Crew
from twin.generate.share import Keep
from twin.state.entry import Entry, encode_entry

_WORKER: Final = Path("worker") / "generated" / "v1"
"""A generated history has no worker; what stands in its place bears its name."""
_BATCH: Final = 5_000
"""Entries that are written at once: some 15 MB."""


def are_kept(home: Path) -> bool:
    """Whether the tables stand; they come whole or not at all."""
    return (home / _WORKER / "tables").exists()


def keeper_of(home: Path) -> Keep:
    """What writes the table of a partition, as a draft."""
    return partial(_write, home / _WORKER / "draft")


def keep_all(home: Path, crew: Crew) -> None:
    """Write the tables of all partitions; drafts that were left of an earlier try are dropped."""
    draft = home / _WORKER / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    crew.keep_states()
    draft.rename(draft.with_name("tables"))


def _write(draft: Path, number: int, entries: Iterable[Entry]) -> None:
    path = draft / f"{PREMISES_TABLE}-{number}.db"
    store = rocksdict.Rdict(str(path), options=rocksdict.Options(raw_mode=True))
    try:
        left = iter(entries)
        while some := list(islice(left, _BATCH)):
            batch = rocksdict.WriteBatch(raw_mode=True)
            for entry in some:
                batch.put(entry.premises.premises_id.encode(), encode_entry(entry))
            store.write(batch)
    finally:
        store.close()
