"""What stands beside a log and follows from it: made again for a log that was put back (D23).

That is the workers' table by its changelog, the register of devices, the letters about what was
refused, and the one thing that campaigns count once and for all: where the places of a wave lie.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from streams import clock, ledger, topics
from streams.cut import Cut, upto
from streams.desk import decode_order
from streams.folding import folded, letter_out, register_rows
from streams.outbox import Outgoing
from streams.stored import APP_ID, ORDERS_KEY, PREMISES_TABLE
from streams.view import Change
from twin.campaign.censuses import census_key, censuses_of, encode_census
from twin.campaign.plan import Plan
from twin.campaign.tally_cells import places_of
from twin.lake import read
from twin.lake.table import Lake
from twin.state.entry import Entry, Record, encode_entry, new_entry

CHANGELOG: Final = f"{APP_ID}-{PREMISES_TABLE}-changelog"
"""The topic from which workers recover their table; named as Faust names it."""
_PORTION: Final = 10_000
Entries: TypeAlias = dict[str, Entry]


class Seeds(Struct, frozen=True):
    """What stands beside a restored log: its entries by partition, and the letters about it."""

    entries: dict[int, Entries]
    letters: list[ledger.DeadLetter]


def seeds(lake: Lake, cut: Cut) -> Iterator[Outgoing]:
    """Every record beside a log that ends at a cut with a settled tick."""
    made = seeds_of(lake, cut)
    yield from _letters(lake, cut, made)
    yield from _rows(made, tick=cut.tick)
    yield from _censuses(lake, cut)


def seeds_of(lake: Lake, cut: Cut) -> Seeds:
    """The entries after all records of facts before a cut, by the fold of the workers."""
    ends = cut.ends[topics.PREMISES_EVENTS]
    entries: dict[int, Entries] = {partition: {} for partition in ends}
    letters: list[ledger.DeadLetter] = []
    found = read.records(lake.files(), upto=upto(lake, topics.PREMISES_EVENTS, ends))
    for partition, records in _by_partition(found):
        held = entries[partition]
        latest, told = folded(_entry_in(held), records)
        held |= latest
        letters += told
    return Seeds(entries, letters)


def _entry_in(held: Entries) -> Callable[[str], Entry]:
    return lambda name: held.get(name) or new_entry(name)


def _by_partition(found: Iterable[Record]) -> Iterator[tuple[int, list[Record]]]:
    """Records in portions, each of one partition."""
    portion: list[Record] = []
    for record in found:
        if portion and (record.partition != portion[0].partition or len(portion) >= _PORTION):
            yield portion[0].partition, portion
            portion = []
        portion.append(record)
    if portion:
        yield portion[0].partition, portion


def _letters(lake: Lake, cut: Cut, made: Seeds) -> Iterator[Outgoing]:
    """Letters that a fold of the log tells and that were not archived before it was lost."""
    ends = cut.ends[topics.DEAD_LETTERS]
    kept = upto(lake, topics.DEAD_LETTERS, ends)
    held = {
        (letter.topic, letter.partition, letter.offset)
        for record in read.records(lake.files(), topic=topics.DEAD_LETTERS, upto=kept)
        for letter in (ledger.decode_letter(record.value or b""),)
    }
    for letter in made.letters:
        if (letter.topic, letter.partition, letter.offset) not in held:
            yield letter_out(letter)


def _rows(made: Seeds, *, tick: int) -> Iterator[Outgoing]:
    """The table's changelog, with the last order that was carried out, and the register."""
    for partition, entries in made.entries.items():
        for name, entry in entries.items():
            yield Outgoing(CHANGELOG, partition, name.encode(), encode_entry(entry))
        yield Outgoing(CHANGELOG, partition, ORDERS_KEY, str(tick).encode())
        yield from register_rows(
            {name: Change(new_entry(name), entry) for name, entry in entries.items()}
        )


def _censuses(lake: Lake, cut: Cut) -> Iterator[Outgoing]:
    """Where the places of paced campaigns lay when they were counted; they are counted once."""
    counted = _enrolled(lake, cut)
    for tick in sorted({tick for tick, _ in counted.values()}):
        basis = _closed_basis(lake, tick)
        then = seeds_of(lake, Cut(tick, {topics.PREMISES_EVENTS: basis}))
        for plan in (plan for of, plan in counted.values() if of == tick):
            for partition, entries in then.entries.items():
                places = (
                    place
                    for entry in entries.values()
                    for place in places_of(plan=plan, premises=entry.premises)
                )
                for one in censuses_of(plan=plan, places=places, partition=partition):
                    key, value = census_key(one), encode_census(one)
                    yield Outgoing(topics.CAMPAIGN_TALLIES, 0, key, value)


def _enrolled(lake: Lake, cut: Cut) -> dict[str, tuple[int, Plan]]:
    """By paced campaign the last tick whose order counted its places, and the plan."""
    ends = {0: cut.ends[topics.PREMISES_ORDERS][0]}
    kept = upto(lake, topics.PREMISES_ORDERS, ends)
    found: dict[str, tuple[int, Plan]] = {}
    for record in read.records(lake.files(), topic=topics.PREMISES_ORDERS, upto=kept):
        order = decode_order(record.value or b"")
        for of in order.campaigns:
            if of.mode == "enrol" and of.plan.is_paced:
                found[of.plan.campaign_id] = order.tick, of.plan
    return found


def _closed_basis(lake: Lake, tick: int) -> dict[int, int]:
    """Where `premises.events` ended when a tick was closed; 0 where it had no record yet."""
    for record in read.records(lake.files(), topic=topics.CLOCK_TICKS):
        mark = clock.decode_tick(record.value or b"")
        if (mark.tick, mark.phase) == (tick, "closed"):
            return dict.fromkeys(range(topics.PARTITIONS), 0) | mark.basis
    raise AssertionError(f"tick {tick} was ordered and not closed")
