"""Reading a Central Products List, all or nothing: every bad row is named, nothing half loaded."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from twin.ingest.cpl_entry import COLUMNS, KINDS, CplEntry, CplFault, CplReading

__all__ = ["CplEntry", "CplFault", "CplReading", "parse_cpl", "read_cpl"]

(
    _VERSION,
    _NUMBER,
    _STATUS,
    _TYPE,
    _MAKER,
    _MODEL,
    _HARDWARE,
    _REVISION,
    _MODEL_HARDWARE,
    _FIRMWARE,
    _SPECIFICATION,
    _GBCS,
    _HASH,
) = COLUMNS

_SHAPES: Final = {
    _VERSION: (re.compile(r"\S.*"), "is empty"),
    _NUMBER: (re.compile(r"[0-9]{1,9}"), "is no entry number"),
    _STATUS: (re.compile(r"Current|Removed"), "is neither Current nor Removed"),
    _TYPE: (re.compile("|".join(map(re.escape, KINDS))), "is no device type of the list"),
    _MAKER: (re.compile(r"[0-9A-F]{4}"), "is not 4 hex digits in capitals"),
    _MODEL: (re.compile(r"[0-9A-F]{4}"), "is not 4 hex digits in capitals"),
    _HARDWARE: (re.compile(r"[0-9A-F]{2}"), "is not 2 hex digits in capitals"),
    _REVISION: (re.compile(r"[0-9A-F]{2}"), "is not 2 hex digits in capitals"),
    _MODEL_HARDWARE: (re.compile(r"[0-9A-F]{8}"), "is not 8 hex digits in capitals"),
    _FIRMWARE: (re.compile(r"[0-9A-F]{8}"), "is not 8 hex digits in capitals"),
    _SPECIFICATION: (re.compile(r"(SMETS|CHTS) V[0-9]+\.[0-9]+"), "is no SMETS or CHTS version"),
    _GBCS: (re.compile(r"GBCS Version [0-9]+\.[0-9]+"), "is no GBCS version"),
    _HASH: (re.compile(r"([0-9A-F]{64})?"), "is neither empty nor 64 hex digits in capitals"),
}


def read_cpl(path: Path) -> CplReading:
    """The list in a file; raises OSError where the file cannot be opened."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return CplReading("", (), (CplFault(1, "", f"the file is not UTF-8: {error.reason}"),))
    return parse_cpl(text)


def parse_cpl(text: str) -> CplReading:
    """The list in a text: its entries, or no entries and every fault."""
    try:
        rows = list(_numbered_rows(text))
    except csv.Error as error:
        return CplReading("", (), (CplFault(1, "", f"the text is no CSV: {error}"),))
    if not rows or tuple(rows[0][1]) != COLUMNS:
        return CplReading("", (), (_heading_fault(rows[0][1] if rows else []),))
    if len(rows) == 1:
        return CplReading("", (), (CplFault(2, "", "the list has no entries"),))
    faults: list[CplFault] = []
    cells: list[tuple[int, dict[str, str]]] = []
    for line, row in rows[1:]:
        found = list(_row_faults(line, row))
        faults.extend(found)
        if not found:
            cells.append((line, dict(zip(COLUMNS, row, strict=True))))
    faults.extend(_faults_between(cells))
    if faults:
        faults.sort(key=lambda fault: (fault.line, fault.column))
        return CplReading("", (), tuple(faults))
    return CplReading(cells[0][1][_VERSION], tuple(_entry(row) for _, row in cells), ())


def _numbered_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they end on; trailing spaces go, blank lines are no rows."""
    reader = csv.reader(text.splitlines(), strict=True)
    for row in reader:
        if row:
            yield reader.line_num, [cell.strip() for cell in row]


def _heading_fault(heading: list[str]) -> CplFault:
    for expected, found in zip(COLUMNS, [*heading, *[""] * len(COLUMNS)], strict=False):
        if expected != found:
            return CplFault(1, expected, "the heading has no such column in its place")
    return CplFault(1, heading[len(COLUMNS)], "the heading has a column too many")


def _row_faults(line: int, row: list[str]) -> Iterator[CplFault]:
    if len(row) != len(COLUMNS):
        yield CplFault(line, "", f"the row has {len(row)} cells, not {len(COLUMNS)}")
        return
    for column, cell in zip(COLUMNS, row, strict=True):
        shape, why = _SHAPES[column]
        if not shape.fullmatch(cell):
            yield CplFault(line, column, f"{cell[:80]!r} {why}")
            return
    joined = "".join(row[COLUMNS.index(name)] for name in (_MODEL, _HARDWARE, _REVISION))
    if joined != row[COLUMNS.index(_MODEL_HARDWARE)]:
        yield CplFault(line, _MODEL_HARDWARE, f"is not {joined}, its three parts joined")


def _faults_between(cells: list[tuple[int, dict[str, str]]]) -> Iterator[CplFault]:
    """Faults that no row shows alone: another issue of the list, or the same entry twice."""
    numbers: dict[str, int] = {}
    products: dict[tuple[str, ...], int] = {}
    for line, row in cells:
        if row[_VERSION] != cells[0][1][_VERSION]:
            yield CplFault(line, _VERSION, f"is another issue than line {cells[0][0]}")
        first = numbers.setdefault(row[_NUMBER], line)
        if first != line:
            yield CplFault(line, _NUMBER, f"{row[_NUMBER]} is also on line {first}")
        product = (row[_MAKER], row[_MODEL_HARDWARE], row[_FIRMWARE])
        first = products.setdefault((*product, row[_SPECIFICATION], row[_GBCS]), line)
        if first != line:
            yield CplFault(line, _FIRMWARE, f"the same product is also on line {first}")


def _entry(row: dict[str, str]) -> CplEntry:
    return CplEntry(
        number=row[_NUMBER],
        status="Current" if row[_STATUS] == "Current" else "Removed",
        type_name=row[_TYPE],
        kind=KINDS[row[_TYPE]],
        model=f"{row[_MAKER]}-{row[_MODEL_HARDWARE]}",
        firmware_version=row[_FIRMWARE],
        specification=row[_SPECIFICATION],
        gbcs=row[_GBCS],
        image_hash=row[_HASH] or None,
    )
