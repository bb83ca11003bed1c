"""What a review is counted from: the facts of a basis up to a moment, and how each premises stands.

The tables are those that marts are made from and made by the marts' own steps, so a mart asked
for here counts as the one on a page does; only the facts that reviews need are taken in.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeAlias

import polars as pl

from twin.events.codec import decode
from twin.events.envelope import LATEST, Event
from twin.evidence.review.period import Period
from twin.evidence.room import Room
from twin.lake.basis import Basis
from twin.lake.read import ROWS, logged_records, within
from twin.lake.slices import Slice

Span: TypeAlias = tuple[datetime, datetime]
"""Moments of the first and the last fact about premises (UTC)."""
_OF_FACTS: Final = ("drop_repeats", "take_homes")
MOVING_MAX: Final = 100_000
"""Premises whose days are made at a time: the windows of all would take most of the memory."""
WANTED: Final = (
    "lifecycle.premises-registered",
    "lifecycle.hub-installed",
    "lifecycle.hub-replaced",
    "lifecycle.device-installed",
    "lifecycle.inventory-entry-told",
    "firmware.activated",
    "firmware.executing-changed",
    "firmware.version-read",
    "bands.coverage-measured",
    "bands.band-selected",
    "bands.high-bandwidth-link-opened",
    "bands.high-bandwidth-link-closed",
    "bands.high-bandwidth-link-refused",
    "bands.duty-cycle-state-changed",
    "bands.duty-cycle-alerted",
    "bands.message-discarded",
    "pairing.started",
    "pairing.completed",
    "pairing.failed",
    "pairing.abandoned",
    "pairing.install-code-rejected",
    "pairing.join-succeeded",
    "pairing.join-failed",
    "pins.pin-set",
    "pins.pin-changed",
    "pins.pin-cleared",
    "pins.pin-disabled",
    "pins.unauthorised-pairing-attempted",
)
"""Facts about premises that the tables of a review are counted from."""


class Ground:
    """An in-memory DuckDB with the facts of a basis that happened before a moment."""

    def __init__(
        self,
        lake_files: Sequence[Path],
        basis: Basis,
        *,
        until: datetime,
        known: Span | None = None,
    ) -> None:
        """Take in what reviews need of the files; `until` is aware and is no longer part of it.

        `known` is the span of the whole basis, where it was asked for already.
        """
        self._room = Room()
        self._cursor = self._room.cursor
        self._files = tuple(lake_files)
        self._upto = basis.positions
        self._until = until
        self._known = known
        self._ask(_step("tables"))
        if self._files:
            given = {"files": [str(file) for file in self._files], "until": _naive(until)}
            self._cursor.execute(self._taking(), given)
        for step in _OF_FACTS:
            self._ask(_step(step))
        self._make_days()
        self._ask(sql_of("twin.marts", "steps", "premises_now"))

    def _make_days(self) -> None:
        self._cursor.execute(_step("shares"), {"most": MOVING_MAX})
        for share in self._frame("SELECT DISTINCT share FROM shares ORDER BY share")["share"]:
            self._ask(
                "CREATE OR REPLACE TEMP TABLE moving AS"
                f" SELECT key FROM shares WHERE share = {share:d}"
            )
            self._ask(sql_of("twin.marts", "steps", "premises_days"))

    def close(self) -> None:
        """Let go of the facts."""
        self._room.close()

    @cached_property
    def span(self) -> Span | None:
        """Moments of the first and the last fact about premises (UTC); None without one."""
        if self._known is not None and self._known[1] < self._until:
            return self._known
        return span_of(self._files, self._upto, until=self._until)

    def mart(self, name: str) -> pl.DataFrame:
        """A mart by its name, of these facts."""
        return self._frame(sql_of("twin.marts", "sql", name))

    def within(self, period: Period) -> None:
        """From here on `review` counts within a period, up to the last fact that is known."""
        last = period.end_moment if self.span is None else min(self.span[1], period.end_moment)
        self._cursor.execute(
            "CREATE OR REPLACE TEMP TABLE period AS"
            " SELECT $begins AS begins, $ends AS ends, $upto AS upto",
            {
                "begins": _naive(period.first_moment),
                "ends": _naive(period.end_moment),
                "upto": _naive(last),
            },
        )

    def review(self, name: str) -> pl.DataFrame:
        """A table of the review by its name."""
        return self._frame(sql_of("twin.evidence.review", "sql", name))

    def overseen(self) -> tuple[Event, ...]:
        """The facts about the programme as a whole, each once, in the order of the log."""
        told = programme_facts(self._files, self._upto)
        return tuple(event for event in told if event.occurred_at < self._until)

    def _frame(self, query: str) -> pl.DataFrame:
        found: pl.DataFrame = self._cursor.sql(query).pl()
        return found

    def _ask(self, query: str) -> None:
        self._cursor.execute(query)

    def _taking(self) -> str:
        names = ", ".join(f"'{name}'" for name in WANTED)
        held = within("premises.events", self._upto)
        return (
            _step("take_facts")
            .replace("lake_rows", ROWS)
            .replace("basis_holds", f"({held})")
            .replace("wanted_events", names)
        )


def _step(name: str) -> str:
    return sql_of("twin.evidence.review", "steps", name)


@cache
def sql_of(package: str, folder: str, name: str) -> str:
    """The text of an SQL file of a package."""
    return files(package).joinpath(folder).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def rows_of(frame: pl.DataFrame) -> list[Mapping[str, Any]]:
    """Rows of a frame by the names of its columns."""
    return list(frame.iter_rows(named=True))


def span_of(
    lake_files: Sequence[Path], upto: Mapping[Slice, int], *, until: datetime = LATEST
) -> Span | None:
    """Moments of the first and the last fact about premises that a basis holds (UTC).

    Only facts from before `until` (aware) count; None where there is no such fact.
    """
    if not lake_files:
        return None
    query = f"""
        SELECT min(occurred_at), max(occurred_at) FROM {ROWS}
        WHERE topic = 'premises.events' AND family <> 'programme' AND occurred_at < $until
            AND ({within("premises.events", upto)})
    """
    with Room() as room:
        given = {"files": [str(file) for file in lake_files], "until": until}
        first, last = room.cursor.execute(query, given).fetchone() or (None, None)
    return None if first is None else (first, last)


def programme_facts(lake_files: Sequence[Path], upto: Mapping[Slice, int]) -> tuple[Event, ...]:
    """The facts about the programme as a whole that a basis holds, each once, in log order."""
    found: dict[str, Event] = {}
    for record, _ in logged_records(lake_files, topic="programme.events", upto=upto):
        event = decode(key=record.key, value=record.value)
        if isinstance(event, Event):
            found.setdefault(event.id, event)
    return tuple(found.values())


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
