"""Pre-flight and freeze of a campaign of 2,000,000 members, on states as the table holds them.

Two processes share the homes, as two workers do. The freeze is what a worker does for each device:
state decoded, seat decided, event made, encoded, read back, folded, state encoded, member counted.
What Kafka and RocksDB cost on top is not in it: each device's fact goes over the log once, so many
bytes (`log_gigabytes`), and a live worker folds so many facts a second (see its row).
"""

import resource
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tests.benchmarks.measure import Measure
from tests.campaign.campaign_field import ToyField, all_confirm, capable_version
from tests.campaign.campaign_samples import MIDNIGHT, PLAN, wave
from twin.campaign.enrolling import words
from twin.campaign.plan import Plan
from twin.campaign.preflight import Count
from twin.campaign.tally_cells import places_of
from twin.events.envelope import encode, new_event
from twin.forecast.answer import Forecast
from twin.forecast.of_plan import end_of_plan
from twin.state.entry import Record, decode_entry, encode_entry, new_entry
from twin.state.step import step

MEMBERS: Final = 2_000_000
FROZEN: Final = 100_000
"""Devices of which the freeze is timed; its cost for each does not hang on how many there are."""
PROCESSES: Final = 2
LIMIT_S: Final = 60.0
LIMIT_GB: Final = 2.0
WAVED: Final[Plan] = replace(PLAN, waves=(wave("canary", 0.01), wave("rest", 0.99)))


class Cost(Struct, frozen=True):
    """What one process took, and the most memory that it held."""

    seconds: float
    gigabytes: float
    members: int
    written: int = 0
    """Bytes of the facts that would go on the log."""


def measure(members: int = MEMBERS, frozen: int = FROZEN) -> list[Measure]:
    """Both halves, each over all processes at once."""
    flown, flown_s = _together(_preflight, members)
    froze, froze_s = _together(_freeze, frozen)
    whole = froze_s * members / frozen
    total = flown_s + whole
    memory = max(one.gigabytes for one in (*flown, *froze))
    assert sum(one.members for one in flown) == members
    return [
        Measure(
            name=f"pre-flight and freeze of {members:,} members, states to counts",
            ours=f"{flown_s:.0f} s and {whole:.0f} s, {memory:.2f} GB a process",
            against=f"at most {LIMIT_S:.0f} s, {LIMIT_GB:.0f} GB",
            ratio=total / LIMIT_S,
            holds=total <= LIMIT_S and memory * PROCESSES <= LIMIT_GB,
            figures={
                "preflight_s": round(flown_s, 1),
                "freeze_s": round(whole, 1),
                "freeze_timed_on": frozen,
                "preflight_cpu_s": round(sum(one.seconds for one in flown), 1),
                "freeze_cpu_s": round(sum(one.seconds for one in froze) * members / frozen, 1),
                "gigabytes": round(memory, 3),
                "log_gigabytes": round(sum(o.written for o in froze) * members / frozen / 1e9, 2),
            },
        )
    ]


def _together(work: object, members: int) -> tuple[list[Cost], float]:
    """All processes at once, and the wall seconds of the slowest, without their start."""
    share = members // PROCESSES
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_nothing, range(PROCESSES)))
        began = time.perf_counter()
        costs = list(pool.map(work, [share] * PROCESSES))  # type: ignore[arg-type]
        return costs, time.perf_counter() - began


def _nothing(_: int) -> None:
    """Have a process ready."""


def _preflight(members: int) -> Cost:
    began = time.process_time()
    count = Count(WAVED, capable_version)
    for _ in count.words(decode_entry(value).premises for value in _states(members)):
        pass
    foreseen = end_of_plan(plan=WAVED, places=count.places())
    assert isinstance(foreseen, Forecast)
    assert foreseen.campaign.members == count.result().total
    return _cost(began, count.result().total)


def _freeze(members: int) -> Cost:
    began = time.process_time()
    counts: Counter[object] = Counter()
    written = 0
    for value in _states(members):
        entry = decode_entry(value)
        premises = entry.premises
        said = words(
            plan=WAVED,
            premises=premises,
            capable_version=capable_version,
            excluded_models=(),
            enrolling=True,
        )
        for fact in said:
            source = f"urn:gb:twin:{premises.premises_id}"
            event = new_event(
                fact=fact,
                source=source,
                sequence=1,
                key=premises.premises_id,
                occurred_at=MIDNIGHT,
                provenance="twin",
            )
            record = Record(event.key.encode(), encode(event), 0, 0, entry.offset + 1)
            written += len(record.value or b"")
            entry, _ = step(entry, record)
        encode_entry(entry)
        counts.update(place.cell for place in places_of(plan=WAVED, premises=entry.premises))
    return _cost(began, counts.total(), written)


def _cost(began: float, members: int, written: int = 0) -> Cost:
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    return Cost(time.process_time() - began, held, members, written)


def _states(members: int) -> Iterator[bytes]:
    """States of so many homes: nine that differ in region and supplier, each under many names."""
    field = ToyField(9, all_confirm)
    templates = [
        (
            encode_entry(replace(new_entry(name), premises=premises)),
            (name.encode(), _device(nth, 1), _device(nth, 2)),
        )
        for nth, (name, premises) in enumerate(field.premises.items())
    ]
    for nth in range(9, members + 9):
        value, (name, hub, meter) = templates[nth % 9]
        yield (
            value.replace(name, b"P%016x" % nth)
            .replace(hub, _device(nth, 1))
            .replace(meter, _device(nth, 2))
        )


def _device(nth: int, kind: int) -> bytes:
    """The id that the toy field gives a device, hub or meter."""
    return ((nth << 8) | kind).to_bytes(8, "big").hex("-").upper().encode()
