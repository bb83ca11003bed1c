"""Rows that wait outside of memory until their range is sorted."""

import os
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Final, Protocol

import pyarrow as pa

_PRESSED: Final = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


class Waiting(Protocol):
    """Where rows wait by the numbers of their ranges."""

    def put(self, number: int, rows: pa.Table) -> None:
        """Rows of a range, behind those that it has."""

    def take(self, number: int) -> list[pa.Table]:
        """All rows of a range, in the order in which they were put; once for each."""

    def numbers(self) -> list[int]:
        """The ranges that have rows, in their order."""

    def close(self) -> None:
        """Nothing is needed any more."""


class InMemory:
    """For few rows: they wait as they are."""

    def __init__(self) -> None:
        """No row waits."""
        self._tables: dict[int, list[pa.Table]] = defaultdict(list)

    def put(self, number: int, rows: pa.Table) -> None:
        """See `Waiting`."""
        self._tables[number].append(rows)

    def take(self, number: int) -> list[pa.Table]:
        """See `Waiting`."""
        return self._tables[number]

    def numbers(self) -> list[int]:
        """See `Waiting`."""
        return sorted(self._tables)

    def close(self) -> None:
        """See `Waiting`."""
        self._tables.clear()


class Spill:
    """For many rows: they wait in a file without a name, which ends with its process.

    So a crash leaves nothing behind, and two that sort the same lake never meet. Several threads
    may take at once, once all is put.
    """

    def __init__(self, folder: Path) -> None:
        """An empty file on the disk of a folder.

        Raises:
            OSError: no file can be made there.
        """
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  closed below
        self._blocks: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._end = 0

    def put(self, number: int, rows: pa.Table) -> None:
        """See `Waiting`; each block carries the columns that its rows have.

        Raises:
            OSError: the disk is full.
        """
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema, options=_PRESSED) as stream:
            stream.write_table(rows)
        block = memoryview(sink.getvalue())
        self._blocks[number].append((self._end, len(block)))
        self._end += len(block)
        while block:
            block = block[self._file.write(block) :]

    def take(self, number: int) -> list[pa.Table]:
        """See `Waiting`."""
        handle = self._file.fileno()
        return [
            pa.ipc.open_stream(os.pread(handle, size, at)).read_all()
            for at, size in self._blocks[number]
        ]

    def numbers(self) -> list[int]:
        """See `Waiting`."""
        return sorted(self._blocks)

    def close(self) -> None:
        """See `Waiting`."""
        self._file.close()
