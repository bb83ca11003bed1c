"""A keeper on a log and a store of paper: what it gets, and all that it leaves behind."""

import asyncio
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from streams import ledger, topics
from streams.keeper import Keeper
from tests.campaign.campaign_samples import PLAN, C
from tests.streams.paper_log import Crash, PaperLog, PaperStore
from twin.campaign.executions import CampaignOrder, Mode, Order
from twin.campaign.tallies import decode_tally
from twin.events.envelope import Event, encode, new_event
from twin.events.firmware import DeviceEnrolled, FirmwareUpdateRequested
from twin.events.lifecycle import CommsHubInstalled, DeviceCommissioned
from twin.ids import request_id
from twin.state.entry import Record
from twin.vocabulary import DeviceType, HubVariant

HERE, THERE = 3, 4
BEFORE = datetime(2017, 5, 1, tzinfo=UTC)
START = datetime(2017, 7, 1, tzinfo=UTC)
FIRST, SECOND, THIRD, FOURTH = (f"P00000000000000a{n}" for n in range(4))
TARGET = "0002000A"


def hub_of(premises: str) -> str:
    return f"00-1D-24-00-00-00-00-{premises[-2:].upper()}"


def said(premises: str, fact: Any, *, source: str, sequence: int, at: datetime = BEFORE) -> Event:
    return new_event(
        fact=fact,
        source=f"urn:gb:{source}:{premises}",
        sequence=sequence,
        key=premises,
        occurred_at=at,
    )


def installed(premises: str) -> list[Event]:
    """A hub without local pairing, installed and commissioned."""
    hub = hub_of(premises)
    facts = [
        CommsHubInstalled(hub, "1062-0A0B0C0D", HubVariant.SINGLE_BAND, "00010001", False),
        DeviceCommissioned(hub, DeviceType.CHF),
    ]
    return [said(premises, f, source="supplier", sequence=n) for n, f in enumerate(facts, 1)]


def enrolled(premises: str, *, place: float = 0.5) -> Event:
    """The hub has its seat in the campaign, as an order to enrol would have given it."""
    hub = hub_of(premises)
    fact = DeviceEnrolled(hub, DeviceType.CHF, C, 1, place, None, None, TARGET)
    return said(premises, fact, source="twin", sequence=1, at=START)


def requested(premises: str) -> Event:
    """The DCC has taken the update request of the campaign's first order."""
    hub = hub_of(premises)
    asked = request_id(campaign_id=C, device_id=hub, step="11.1", attempt=1)
    fact = FirmwareUpdateRequested(hub, DeviceType.CHF, C, 1, 1, asked, TARGET)
    return said(premises, fact, source="dsp", sequence=1, at=START)


def log_of(values: Sequence[tuple[str, Event | bytes | None]]) -> list[Record]:
    """Records of two partitions, each with offsets of its own."""
    ends = {HERE: 0, THERE: 0}
    records = []
    for key, value in values:
        partition = HERE if key in (FIRST, SECOND) else THERE
        content = encode(value) if isinstance(value, Event) else value
        records.append(Record(key.encode(), content, 0, partition, ends[partition]))
        ends[partition] += 1
    return records


def by_partition(records: Sequence[Record]) -> dict[int, list[Record]]:
    """A batch as the worker hands it over."""
    batch: dict[int, list[Record]] = {}
    for record in records:
        batch.setdefault(record.partition, []).append(record)
    return batch


def order(tick: int, *, days: int, mode: Mode = "release") -> Order:
    whole = CampaignOrder(plan=PLAN, mode=mode, upto=(1.0, 1.0))
    return Order(tick=tick, now=START + timedelta(days=days), campaigns=(whole,))


RECORDS = log_of(
    [
        *((FIRST, event) for event in (*installed(FIRST), enrolled(FIRST))),
        *((SECOND, event) for event in (*installed(SECOND), enrolled(SECOND))),
        (THIRD, installed(THIRD)[0]),
        (THIRD, b"{broken"),
        (THIRD, installed(THIRD)[1]),
        ("?", b"garbage"),
        (FIRST, installed(FIRST)[1]),
        (FOURTH, installed(FOURTH)[1]),
        (FIRST, requested(FIRST)),
        (SECOND, requested(SECOND)),
        (SECOND, None),
    ]
)
SCRIPT: list[Order | list[Record]] = [
    RECORDS[:8],
    order(0, days=0),
    RECORDS[8:12],
    RECORDS[12:14],
    order(1, days=1),
    RECORDS[14:],
    order(2, days=20),
]
"""What two partitions get: batches of records and orders. The last order times executions out."""


def keeper_of(log: PaperLog, store: PaperStore) -> Keeper:
    return Keeper(log, store, epoch=0, capable_version=lambda _: TARGET)  # type: ignore[arg-type]


async def play(
    *, dies_at: int | None = None, redelivered: int = 0, batch_size: float = math.inf
) -> tuple[PaperLog, PaperStore]:
    """The script with one death; what was not acknowledged, and some before it, comes again."""
    log = PaperLog(dies_at=dies_at, batch_size=batch_size)
    store = PaperStore(log)
    keeper, nth = keeper_of(log, store), 0
    while nth < len(SCRIPT):
        try:
            match SCRIPT[nth]:
                case Order() as given:
                    await keeper.carry_out({HERE: given, THERE: given})
                case records:
                    await keeper.fold(by_partition(records))
            nth += 1
        except Crash:
            keeper, nth = keeper_of(log, store), max(0, nth - redelivered)
    return log, store


def outcome(log: PaperLog, store: PaperStore) -> dict[str, Any]:
    """All that the partitions leave behind, repeats taken out as their readers take them out."""
    standings = {
        p: [
            ledger.decode_standing(s.value)
            for s in log.topics[topics.CAMPAIGN_TALLIES]
            if s.key == ledger.standing_key(p)
        ][-1]
        for p in (HERE, THERE)
    }
    return {
        "rows": store.rows,
        "letters": {s.value for s in log.topics[topics.DEAD_LETTERS]},
        "register": {s.key: s.value for s in log.topics[topics.DEVICE_REGISTER]},
        "requests": {s.value for s in log.topics[topics.FIELD_REQUESTS]},
        "facts": {s.value for s in log.topics[topics.PREMISES_EVENTS]},
        "standings": standings,
        "counts": counted(log),
    }


def counted(log: PaperLog) -> dict[bytes, Any]:
    """What a reader of the tallies comes to: no count of before a recount, and none of nobody."""
    found: dict[bytes, Any] = {}
    for sent in log.topics[topics.CAMPAIGN_TALLIES]:
        if sent.key.startswith(b"recount|"):
            partition = ledger.decode_recount(sent.value).partition
            found = {k: t for k, t in found.items() if t.partition != partition}
        elif not sent.key.startswith(b"standing|"):
            found[sent.key] = decode_tally(sent.value)
    return {key: tally.counts for key, tally in found.items() if tally.counts.members}


UNDISTURBED = asyncio.run(play())
"""What the script leaves behind where nobody dies."""
STEPS = UNDISTURBED[0].steps
