"""`twin ingest gbcs PATH`: real messages are read here and go onto the log of a running twin."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from infra.commands.speak import say, say_json
from infra.commands.towards import settings_of
from infra.run.message_files import MessageFile, files_in
from infra.run.taking_in import Read, Taken, read_all, send_all
from streams import topics

SHOWN_EVERY = 100
"""Files after which progress is shown, where somebody watches."""
LINES_MAX = 1_000
"""Refusals that are told one by one."""


def ingest(
    paths: list[Path],
    read: Read,
    *,
    home: str | None,
    broker: str,
    received_at: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read all files, send what could be read, and say what could not; exit 1 if anything."""
    came = received_at or datetime.now(UTC)
    files = _shown(files_in(paths))
    if dry_run:
        taken = read_all(files, read, came, send=lambda _: None)
    else:
        taken = send_all(files, read, came, settings=settings_of(home, broker))
    _tell(taken, dry_run=dry_run, as_json=as_json)
    sys.exit(1 if taken.refused else 0)


def _shown(files: Iterable[MessageFile]) -> Iterator[MessageFile]:
    for nth, file in enumerate(files, start=1):
        if nth % SHOWN_EVERY == 0 and sys.stderr.isatty():
            print(f"\r{nth:,} files", end="", file=sys.stderr, flush=True)
        yield file
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _tell(taken: Taken, *, dry_run: bool, as_json: bool) -> None:
    for refused in taken.refused[:LINES_MAX]:
        print(f"twin: {refused.where}: {refused.why} ({refused.cause})", file=sys.stderr)
    if (more := len(taken.refused) - LINES_MAX) > 0:
        print(f"twin: {more:,} more were refused; --json has them all", file=sys.stderr)
    if as_json:
        say_json(taken)
        return
    for name, count in sorted(taken.by_name.items()):
        say(f"  {count:>7,}  {name}")
    where = "nothing was sent" if dry_run else f"sent to {topics.DCC_MESSAGES}"
    say(
        f"{taken.files:,} files, {taken.messages:,} messages read, {len(taken.refused):,} refused; "
        f"{where}"
    )
