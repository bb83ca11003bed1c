"""The audit of the pages: one line of JSON an access, appended to a file and never changed."""

import os
from pathlib import Path

import msgspec

from dashboards.ports import Access, NotAudited


class FileAudit:
    """Writes accesses under a TWIN_HOME, in `audit/accesses.jsonl` (decision 0024)."""

    def __init__(self, home: Path) -> None:
        """An audit of a home; its file is made with the first access."""
        self.file = home / "audit" / "accesses.jsonl"

    def note(self, access: Access) -> None:
        """Append one access and wait until it is on the disk; whole lines never mix.

        Raises:
            NotAudited: the file cannot be written.
        """
        line = msgspec.json.encode(access) + b"\n"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                written = os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise NotAudited(f"the audit cannot be written ({error.strerror})") from error
        if written != len(line):
            raise NotAudited("the audit cannot be written (the disk is full)")
