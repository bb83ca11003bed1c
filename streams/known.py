"""What the log held at a moment of the twin's clock: positions, from what the lake has of both."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import duckdb
from msgspec import Struct

from streams import clock, topics
from twin.lake.buckets import holding
from twin.lake.read import ROWS, logged_records, reader
from twin.lake.slices import Slice
from twin.lake.table import Lake


class Known(Struct, frozen=True):
    """Positions, and in words how the moment led to them."""

    positions: dict[Slice, int]
    resolved: str


class _Placed(Struct, frozen=True):
    """A tick with its epoch and the log's own time."""

    tick: clock.Tick
    epoch: int
    logged_at: datetime


def known_now(lake: Lake) -> Known:
    """All that the lake holds."""
    return Known(_known(lake.positions()), "all that the lake holds")


def known_at(lake: Lake, moment: datetime) -> Known:
    """What the log held at a moment (aware).

    The twin's clock counts where there is one: what was there when the last tick up to the moment
    was settled. A log without ticks, of real messages only, goes by its own time (D4).
    """
    return _known_at(lake, _ticks(lake), moment)


def known_at_ends_of_months(lake: Lake) -> list[Known]:
    """What the log held at the moments of `month_ends`; the clock is read once."""
    ticks = _ticks(lake)
    return [_known_at(lake, ticks, moment) for moment in _months(ticks)]


def _known_at(lake: Lake, ticks: list[_Placed], moment: datetime) -> Known:
    if not ticks:
        return Known(
            _known(_logged_until(lake, moment, inclusive=True)), f"logged by {moment:%FT%TZ}"
        )
    closed = [n for n, one in enumerate(ticks) if _is_closed_by(one, moment)]
    if not closed:
        return Known({}, f"before the first tick ended, at {ticks[0].tick.now:%FT%TZ}")
    last = ticks[closed[-1]]
    opened = (one for one in ticks[closed[-1] + 1 :] if one.tick.phase == "opened")
    following = next(opened, None)
    held = positions = _known(lake.positions())
    if following is not None:
        positions = _known(_logged_until(lake, following.logged_at, inclusive=False, facts=False))
    return Known(
        {**positions, **_facts_at(last, held)},
        f"tick {last.tick.tick}, which ended at {last.tick.now:%FT%TZ}",
    )


def month_ends(lake: Lake) -> list[datetime]:
    """The moments of the twin's clock at which a month was over, as far as ticks are closed."""
    return _months(_ticks(lake))


def _months(ticks: list[_Placed]) -> list[datetime]:
    closed = [one.tick.now for one in ticks if one.tick.phase == "closed"]
    if not closed:
        return []
    found = []
    month = _next_month(min(closed))
    while month <= max(closed):
        found.append(month)
        month = _next_month(month)
    return found


def day_ends(lake: Lake) -> list[dict[Slice, int]]:
    """Positions of `premises.events` at each midnight of the twin's clock by which ticks were
    closed since the one before; a moment that is asked for leads to the same ones."""
    held = _known(lake.positions())
    closed = (one for one in _ticks(lake) if one.tick.phase == "closed")
    last = {_midnight(one.tick.now): one for one in closed}
    return [_facts_at(one, held) for _, one in sorted(last.items())]


def _midnight(moment: datetime) -> datetime:
    """The first midnight that a moment is not after."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day if day == moment else day + timedelta(days=1)


def _next_month(moment: datetime) -> datetime:
    return datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)


def _known(positions: Mapping[Slice, int]) -> dict[Slice, int]:
    """Without the topics that are kept for a restored log only: they say nothing of the fleet."""
    return {of: end for of, end in positions.items() if of.topic in topics.KNOWN}


def _is_closed_by(one: _Placed, moment: datetime) -> bool:
    return one.tick.phase == "closed" and one.tick.now <= moment


def _facts_at(last: _Placed, held: Mapping[Slice, int]) -> dict[Slice, int]:
    """Positions of `premises.events`, which the closed tick names; older epochs are whole."""
    found = {}
    for of, end in held.items():
        if of.topic == topics.PREMISES_EVENTS:
            named = last.tick.basis.get(of.partition, 0) if of.epoch == last.epoch else 0
            found[of] = end if of.epoch < last.epoch else min(named, end)
    return found


def _ticks(lake: Lake) -> list[_Placed]:
    found = logged_records(lake.files(), topic=topics.CLOCK_TICKS)
    return [
        _Placed(clock.decode_tick(record.value), record.epoch, at)
        for record, at in found
        if record.value is not None
    ]


def _logged_until(
    lake: Lake, moment: datetime, *, inclusive: bool, facts: bool = True
) -> dict[Slice, int]:
    """For each slice the offset of the first record that was logged later, or its end.

    Without `facts` for those of other topics than `premises.events`, which few files hold.
    """
    wanted = lake.files() if facts else holding(lake.files(), topic=topics.CLOCK_TICKS)
    if not wanted:
        return {}
    later = ">" if inclusive else ">="
    query = f"""
        SELECT topic, epoch, "partition",
            coalesce(min("offset") FILTER (logged_at {later} $moment), max("offset") + 1)
        FROM {ROWS} WHERE $facts OR topic <> '{topics.PREMISES_EVENTS}'
        GROUP BY topic, epoch, "partition"
    """
    files = [str(path) for path in wanted]
    with duckdb.connect() as connection:
        given = {"files": files, "moment": moment, "facts": facts}
        rows = reader(connection).execute(query, given).fetchall()
    return {Slice(topic, epoch, partition): end for topic, epoch, partition, end in rows}
