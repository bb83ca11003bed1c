"""Checkpoints of a run: at ends of months of the twin's clock, when nothing else is to be done."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from streams.archive import open_lake


class Checkpointing:
    """Makes the checkpoints that are due, one after the other, in a thread of its own.

    Nothing waits for it and nothing is lost with it: what was not made is due the next time.
    """

    def __init__(self, home: Path) -> None:
        """For a TWIN_HOME; nothing is made before `when_idle`."""
        self._home = home
        self._seen: int | None = None
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def when_idle(self, version: int) -> None:
        """Begin, if the lake has another version than the last time and nothing is being made."""
        is_busy = self._thread is not None and self._thread.is_alive()
        if version == self._seen or is_busy or self._ends.is_set():
            return
        self._seen = version
        self._thread = threading.Thread(target=self._make, name="checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Leave off and wait until all is as if the one that is being made had not been begun."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join()

    def _make(self) -> None:
        from infra.run.looking_back import LookingBack  # the fold over columns comes with it
        from twin.lookback.making import Stopped

        looking, lake = LookingBack(self._home), open_lake(self._home)
        for basis in looking.due(lake):
            if self._ends.is_set():
                return
            try:
                (made,) = looking.make(lake, [basis], now=datetime.now(UTC), stop=self._ends.is_set)
            except Stopped:
                return
            print(f"checkpoint {made.id}: {made.records:,} records, {made.resolved}", flush=True)
