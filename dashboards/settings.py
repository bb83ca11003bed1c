"""What the pages take from their environment; the one place that reads it."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

HOME: Final = "TWIN_HOME"
LIVE: Final = "TWIN_LIVE"
CLOCK: Final = "TWIN_CLOCK"
LIVE_EVERY: Final = "1s"
"""Sets come about as often; an event is to be on the page within 5 s."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the twin keeps its files, how often the live page renews, and what time it is."""

    home: Path
    live_every: str | None
    now: datetime


def read_settings() -> Settings:
    """Settings of this page run.

    `TWIN_LIVE` gives the seconds after which live pages renew themselves (0: they do not), and
    `TWIN_CLOCK` stops the time.

    Raises:
        ValueError: `TWIN_CLOCK` is no ISO 8601 moment with its offset from UTC, or `TWIN_LIVE` is
            no number of seconds.
    """
    clock = os.environ.get(CLOCK)
    now = datetime.fromisoformat(clock) if clock else datetime.now(UTC)
    if now.tzinfo is None:
        raise ValueError(f"{CLOCK} has no offset from UTC: {clock}")
    return Settings(
        home=Path(os.environ.get(HOME, ".twin")),
        live_every=_live_every(os.environ.get(LIVE)),
        now=now.astimezone(UTC),
    )


def _live_every(seconds: str | None) -> str | None:
    if not seconds:
        return LIVE_EVERY
    if not (seconds.isascii() and seconds.isdigit()):
        raise ValueError(f"{LIVE} is no whole number of seconds: {seconds}")
    return f"{int(seconds)}s" if int(seconds) else None
