"""Grouping: which rows have the same two numbers, and which rows are of some kind."""

from typing import Any, Final

import numpy as np

from twin.compiled import kernel

_LEAST: Final = 1024
"""Places of a table of groups at first; a power of two."""
APART: Final = 32
"""Groups whose first numbers differ below this lie beside each other, which keeps caches warm."""
_BESIDE: Final = 4
"""Bits of a place that the second number chooses."""


@kernel
def _mixed(number: np.uint64) -> Any:
    """A hash of a number (the finaliser of SplitMix64)."""
    z = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel
def _place(first: Any, second: Any, last: Any) -> Any:
    """Where the group of a pair is looked for first, in a table whose last place is `last`."""
    home = _mixed(first // np.uint64(APART)) << np.uint64(_BESIDE)
    beside = _mixed(second + first) >> np.uint64(64 - _BESIDE)
    return (home | beside) & last


@kernel
def grouped(first: Any, second: Any) -> tuple[Any, Any]:
    """The group of each pair, numbered as they first appear, and the first row of each group."""
    count = len(first)
    groups, starts = np.empty(count, np.int32), np.empty(count, np.int32)
    size, row, known = _LEAST, 0, 0
    while True:
        # small while groups are few, so that it stays in the caches
        table = np.full(size, np.int32(-1), np.int32)
        last = np.uint64(size - 1)
        for group in range(known):
            place = _place(first[starts[group]], second[starts[group]], last)
            while table[place] >= 0:
                place = (place + np.uint64(1)) & last
            table[place] = group
        row, known = _grouped(row, known, (first, second), table, (groups, starts))
        if row == count:
            return groups, starts[:known].copy()
        size *= 4


@kernel
def _grouped(
    row: int, known: int, pairs: tuple[Any, Any], table: Any, found: tuple[Any, Any]
) -> tuple[int, int]:
    """Group rows from one on while half of the table is empty; the next row, and the groups."""
    first, second = pairs
    groups, starts = found
    last = np.uint64(len(table) - 1)
    while row < len(first) and 2 * known <= len(table):
        if row > 0 and first[row] == first[row - 1] and second[row] == second[row - 1]:
            groups[row] = groups[row - 1]
            row += 1
            continue
        place = _place(first[row], second[row], last)
        group = table[place]
        while group >= 0:
            start = starts[group]
            if first[start] == first[row] and second[start] == second[row]:
                break
            place = (place + np.uint64(1)) & last
            group = table[place]
        if group < 0:
            group = known
            table[place] = group
            starts[group] = row
            known += 1
        groups[row] = group
        row += 1
    return row, known


def spread(numbers: Any) -> Any:
    """Other numbers for numbers, one for one, that lie far apart wherever those lie."""
    return numbers * np.uint64(0x9E3779B97F4A7C15)


@kernel
def rows_of(code: Any, told: Any, wanted: Any) -> Any:
    """Rows that were told, and whose code is wanted."""
    rows = np.empty(len(code), np.int32)
    count = 0
    for row in range(len(code)):
        rows[count] = row
        count += told[row] and wanted[code[row]]
    return rows[:count].copy()


@kernel
def beside(numbers: Any, more: Any) -> Any:
    """Dense numbers times `APART`, plus less than that, as `grouped` likes its first ones."""
    found = np.empty(len(numbers), np.uint64)
    for n in range(len(numbers)):
        found[n] = np.uint64(numbers[n]) * np.uint64(APART) + np.uint64(more[n] % APART)
    return found


@kernel
def told_of(rows: tuple[Any, Any], premises: Any, device: Any, others: Any) -> tuple[Any, Any, Any]:
    """Of rows that tell of their device, then of such as tell of another: the premises, the same
    as `grouped` likes it, and the device's number."""
    ones, twos = rows
    count = len(ones) + len(twos)
    homes, apart = np.empty(count, np.int32), np.empty(count, np.uint64)
    numbers = np.empty(count, np.uint64)
    for n in range(count):
        is_one = n < len(ones)
        row = ones[n] if is_one else twos[n - len(ones)]
        homes[n] = premises[row]
        apart[n] = np.uint64(premises[row]) * np.uint64(APART)
        numbers[n] = device[row] if is_one else others[n - len(ones)]
    return homes, apart, numbers
