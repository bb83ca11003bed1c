"""The small tables that a publisher passes along, and a dead letter, for the sample lake."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
import polars as pl

from tests.marts.sample_campaigns import STATE_AFTER
from twin.events.envelope import Event
from twin.lake.rows import Logged

MODEL = "1A2B-0C0D0E0F"


def plan_curve(premises: int) -> pl.DataFrame:
    """A made-up plan: from new installations in July to every premises in November."""
    first, last = date(2017, 6, 30), date(2017, 11, 30)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    planned = [premises * (n / (len(days) - 1)) ** 1.5 for n in range(len(days))]
    return pl.DataFrame({"day": days, "planned_premises": planned})


def tallies(events: Iterable[Event]) -> pl.DataFrame:
    """Devices of each wave by the state that their last firmware fact gives them."""
    last: dict[tuple[str, str], tuple[int, str]] = {}
    for event in events:
        state = STATE_AFTER.get(type(event.fact).__name__)
        campaign = getattr(event.fact, "campaign_id", None)
        if state is not None and campaign is not None:
            last[campaign, event.fact.device_id] = (event.fact.wave, state)
        if type(event.fact).__name__ == "FirmwareVersionRead":
            for name in ("LCP-HUBS", "LCP-METERS"):
                held = last.get((name, event.fact.device_id))
                if held is not None:
                    last[name, event.fact.device_id] = (held[0], "CONFIRMED")
    counts: dict[tuple[str, int, str], int] = defaultdict(int)
    for (campaign, _), (wave, state) in last.items():
        counts[campaign, wave, state] += 1
    rows = [(*place, None, None, None, None, count) for place, count in sorted(counts.items())]
    awaited = ("LCP-METERS", 4, "AWAITING")
    rows += [(*awaited, region, "S01", MODEL, None, 35) for region in ("North", "South")]
    rows += [("LCP-METERS", 0, "EXCLUDED", None, None, None, "installed_later", 31)]
    names = ["campaign_id", "wave", "state", "region", "supplier", "model", "reason", "devices"]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def health(records: Iterable[Logged]) -> dict[str, list[dict[str, object]]]:
    """Positions of the archiver and of the premises agent, the latter a little behind."""
    ends: dict[tuple[str, int], int] = {}
    for record in records:
        place = (record.topic, record.partition)
        ends[place] = max(ends.get(place, 0), record.offset + 1)
    rows: list[dict[str, object]] = []
    for (topic, partition), end in sorted(ends.items()):
        row = {"topic": topic, "partition": partition, "end_offset": end}
        rows.append({**row, "stage": "archived", "position": end})
        if topic == "premises.events":
            rows.append({**row, "stage": "folded", "position": max(end - 3 * partition, 0)})
    return {"partitions": rows}


def a_letter(key: str, partition: int, offset: int) -> bytes:
    return msgspec.json.encode(
        {
            "topic": "premises.events",
            "epoch": 0,
            "partition": partition,
            "offset": offset,
            "premises_id": key,
            "cause": "malformed",
            "why": "the record is no JSON: object keys must be strings",
            "code_version": "0.1.0",
            "size": 7,
            "refused_at": None,
        }
    )
