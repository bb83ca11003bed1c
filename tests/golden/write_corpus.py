"""Adds to the corpus what it lacks; what is there is never written again.

The corpus is every kind of record ever emitted: a change that can no longer read it is a break
of the contract, not a reason to write it anew. A type without a file gets one; a type with a
new field gets records that name it, behind those that do not. Run:
python -m tests.golden.write_corpus
"""

from pathlib import Path

import msgspec

from tests.events.samples import samples
from twin.events.envelope import encode
from twin.events.registry import ALL_TYPES

CORPUS = Path(__file__).parent / "corpus"


def corpus_file(event_type: str) -> Path:
    """Where the records of a type stand, one a line."""
    return CORPUS / f"{event_type.removeprefix('uk.gb.smart.')}.jsonl"


def write_missing() -> list[Path]:
    """Add the records that are missing; gives the files that were written."""
    CORPUS.mkdir(exist_ok=True)
    written = []
    for name in sorted(ALL_TYPES):
        path = corpus_file(name)
        held = path.read_bytes().splitlines() if path.exists() else []
        if not any(is_whole(name, line) for line in held):
            missing = [encode(event) for event in samples(name, first=len(held) + 1)]
            path.write_bytes(b"".join(line + b"\n" for line in [*held, *missing]))
            written.append(path)
    return written


def is_whole(event_type: str, line: bytes) -> bool:
    """Whether a record names every field that its type has today."""
    fields = {field.encode_name for field in msgspec.structs.fields(ALL_TYPES[event_type])}
    return fields <= msgspec.json.decode(line)["data"].keys()


if __name__ == "__main__":
    for path in write_missing():
        print(path.name)
