"""The kernels of the bulk fold: one pass over the facts of premises and of devices.

A slot holds the row of the fact that counts, so no value is copied before all are known. Rows may
come in any order; those of one group beside each other are grouped without a look-up.
"""

from typing import Any

import numpy as np

from twin.compiled import kernel


@kernel
def _later(one: int, other: int, at: Any, sequence: Any, kind: Any, source: Any) -> bool:
    """Whether the stamp of one row is above that of another (D11).

    Arrays one by one: to unpack a tuple of them for each row costs more than the comparison.
    """
    if at[one] != at[other]:
        return bool(at[one] > at[other])
    if sequence[one] != sequence[other]:
        return bool(sequence[one] > sequence[other])
    if kind[one] != kind[other]:
        return bool(kind[one] > kind[other])
    return bool(source[one] > source[other])


@kernel
def spoil(premises: Any, starts: Any, records: tuple[Any, Any], bad: Any, astray: int) -> None:
    """Mark premises `bad` as the worst of their records is, or `astray` if they lie in several
    partitions. `records`: bad, partition."""
    spoilt, partition = records
    for row in range(len(premises)):
        home = premises[row]
        bad[home] = max(bad[home], spoilt[row])
    for row in range(len(premises)):
        if partition[row] != partition[starts[premises[row]]]:
            bad[premises[row]] = astray


@kernel
def tallied(
    premises: Any, verdict: Any, breach: Any, bad: Any, verdicts: tuple[int, int, int]
) -> tuple[Any, Any]:
    """Which records tell something (applied and legal, of premises that are not bad); and by
    premises how many are breaches, and how many have each of the `verdicts`, applied first."""
    told = np.zeros(len(premises), np.bool_)
    counts = np.zeros((4, len(bad)), np.int64)
    for row in range(len(premises)):
        home = premises[row]
        for nth in range(3):
            counts[1 + nth, home] += verdict[row] == verdicts[nth]
        if verdict[row] == verdicts[0] and bad[home] == 0:
            told[row] = not breach[row]
            counts[0, home] += breach[row]
    return told, counts


@kernel
def _put(
    held: Any, one: int, slot: int, row: int, at: Any, sequence: Any, kind: Any, source: Any
) -> None:
    """The newer of the row that a slot holds and another."""
    now = held[one, slot]
    if now < 0 or _later(row, now, at, sequence, kind, source):
        held[one, slot] = row


@kernel
def _is_named(types: Any, one: int, kind: int) -> bool:
    """Note the type of a device; False if another fact named another."""
    if types[one] < 0:
        types[one] = kind
    return bool(types[one] == kind)


@kernel
def fold_devices(
    rows: tuple[Any, Any, Any, Any],
    stamps: tuple[Any, Any, Any, Any],
    effects: tuple[Any, Any],
    state: tuple[Any, Any],
    bad: Any,
    bad_types: int,
) -> None:
    """Fold facts into the slots of the devices that they are about.

    `rows`: code, premises, device (groups, -1 for none), type. Changed in place are `state`, slots
    and types of devices, and `bad` of premises.
    """
    code, premises, device, named = rows
    at, sequence, kind, source = stamps
    slots, fixed = effects
    held, types = state
    for row in range(len(code)):
        what, one = code[row], device[row]
        if one < 0:
            continue
        if not _is_named(types, one, fixed[what] if fixed[what] >= 0 else named[row]):
            bad[premises[row]] = bad_types
        for nth in range(slots.shape[1]):
            if slots[what, nth] < 0:
                break
            _put(held, one, slots[what, nth], row, at, sequence, kind, source)


@kernel
def fold_others(
    rows: tuple[Any, Any, Any, Any],
    stamps: tuple[Any, Any, Any, Any],
    effects: tuple[Any, Any],
    state: tuple[Any, Any],
    bad: Any,
    bad_types: int,
) -> None:
    """Fold facts into the slot of a second device, as `fold_devices`; `rows`: row, code, premises,
    device."""
    row, code, premises, device = rows
    at, sequence, kind, source = stamps
    slots, fixed = effects
    held, types = state
    for n in range(len(row)):
        what, one = code[n], device[n]
        if not _is_named(types, one, fixed[what]):
            bad[premises[n]] = bad_types
        _put(held, one, slots[what], row[n], at, sequence, kind, source)


@kernel
def fold_homes(
    rows: tuple[Any, Any, Any],
    stamps: tuple[Any, Any, Any, Any],
    effects: tuple[Any, Any],
    state: tuple[Any, Any],
) -> None:
    """Fold facts into the slots of premises, and into their counts, both changed in place.

    `rows`: code, told (applied and legal), premises.
    """
    code, told, premises = rows
    at, sequence, kind, source = stamps
    home, counts = effects
    held, counted = state
    for row in range(len(code)):
        if not told[row]:
            continue
        what, place = code[row], premises[row]
        if home[what] >= 0:
            _put(held, place, home[what], row, at, sequence, kind, source)
        for nth in range(counts.shape[1]):
            if counts[what, nth] >= 0:
                counted[place, counts[what, nth]] += 1


@kernel
def active_devices(
    types: Any,
    held: Any,
    premises: Any,
    stamps: tuple[Any, Any, Any, Any],
    wanted: int,
    slots: tuple[int, int],
    homes: int,
) -> Any:
    """The active device of a type of each premises, -1 for none: the last installed that has not
    been exchanged since (BR43). No record installs two hubs or two meters, so none are level."""
    at, sequence, kind, source = stamps
    installed, retired = slots
    active = np.full(homes, -1, np.int32)
    for one in range(len(types)):
        came, went = held[one, installed], held[one, retired]
        if types[one] != wanted or came < 0:
            continue
        if went >= 0 and _later(went, came, at, sequence, kind, source):
            continue
        now = active[premises[one]]
        if now < 0 or _later(came, held[now, installed], at, sequence, kind, source):
            active[premises[one]] = one
    return active


@kernel
def fold_executions(
    group: Any,
    rows: tuple[Any, Any, Any, Any, Any],
    held: tuple[Any, Any, Any, Any, Any, Any, Any],
    clash: Any,
) -> None:
    """Fold steps into executions: the further of two findings counts (`execution_moved`).

    `rows`: attempt, rank in halves, moment, wave, target (-1: names none), one a step; `held`:
    attempt (0: none), rank, reached, wave, requested, released, target. `clash` marks the
    executions of which two facts name different targets.
    """
    attempt, rank, at, wave, target = rows
    of, how_far, reached, in_wave, requested, released, aim = held
    for row in range(len(group)):
        one = group[row]
        if target[row] >= 0:
            clash[one] |= aim[one] >= 0 and aim[one] != target[row]
            aim[one] = target[row]
        if of[one] == 0 or at[row] < released[one]:
            released[one] = at[row]
        if attempt[row] > of[one]:
            requested[one] = at[row]
        elif attempt[row] == of[one]:
            requested[one] = min(requested[one], at[row])
        # by attempt, then state; of two reports of the same step the earlier counts
        now = (attempt[row], rank[row], -at[row], -wave[row])
        if now > (of[one], how_far[one], -reached[one], -in_wave[one]):
            of[one], how_far[one] = attempt[row], rank[row]
            reached[one], in_wave[one] = at[row], wave[row]


@kernel
def newest(group: Any, row: Any, stamps: tuple[Any, Any, Any, Any], groups: int) -> Any:
    """The row of each group whose stamp is the newest, -1 for a group without any."""
    at, sequence, kind, source = stamps
    held = np.full(groups, -1, np.int64)
    for n in range(len(group)):
        now = held[group[n]]
        if now < 0 or _later(row[n], now, at, sequence, kind, source):
            held[group[n]] = row[n]
    return held
