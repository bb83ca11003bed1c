"""An outsider who takes everything that is told together, and thinks of all that it could mean."""

from collections.abc import Iterator, Mapping, Sequence

from dashboards.suppression import KEPT, KEPT_BESIDE, LEAST

Sum = tuple[frozenset[int], range | int]
"""Atoms that make a figure; its value, or between what it lies."""
MOST = 30
"""Of an atom with no told bound, the outsider thinks of no more."""
UNTOLD = range(10**6)
"""Between what lies a count of which nothing is told."""


def told_sum(atoms: frozenset[int], row: Mapping[str, object], name: str) -> Sum:
    """What the outsider knows of a count in a told row."""
    if row[name] is not None:
        return atoms, int(str(row[name]))
    if name in str(row[KEPT]).split():
        return atoms, range(1, LEAST)
    assert name in str(row[KEPT_BESIDE]).split(), "a count is missing without a word"
    return atoms, UNTOLD


def possible(sums: Sequence[Sum], atoms: int, wanted: frozenset[int]) -> set[int]:
    """What the sum of the atoms `wanted` may be, by all that is told; two values are enough."""
    found: set[int] = set()
    for values in _thoughts(sums, atoms, []):
        found.add(sum(values[n] for n in wanted))
        if len(found) > 1:
            break
    return found


def _thoughts(sums: Sequence[Sum], atoms: int, given: list[int]) -> Iterator[list[int]]:
    """Every way in which the atoms agree with what is told."""
    if any(not _may_hold(one, given) for one in sums):
        return
    if len(given) == atoms:
        yield given
        return
    for value in range(MOST):
        if any(_is_beyond(one, given, value) for one in sums):
            return
        yield from _thoughts(sums, atoms, [*given, value])


def _is_beyond(one: Sum, given: list[int], value: int) -> bool:
    atoms, known = one
    if len(given) not in atoms:
        return False
    top = known if isinstance(known, int) else known[-1]
    return sum(given[n] for n in atoms if n < len(given)) + value > top


def _may_hold(one: Sum, given: list[int]) -> bool:
    """Whether a told figure agrees with the atoms given so far."""
    atoms, known = one
    if max(atoms) >= len(given):
        return True
    value = sum(given[n] for n in atoms)
    if isinstance(known, int):
        return value == known
    return value in known
