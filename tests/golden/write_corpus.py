"""Adds the corpus file of each event type that has none; what is there is never written again.

The corpus is every kind of record ever emitted: a change that can no longer read it is a break
of the contract, not a reason to write it anew. Run: python -m tests.golden.write_corpus
"""

from pathlib import Path

from tests.events.samples import samples
from twin.events.envelope import encode
from twin.events.registry import ALL_TYPES

CORPUS = Path(__file__).parent / "corpus"


def corpus_file(event_type: str) -> Path:
    """Where the records of a type stand, one a line."""
    return CORPUS / f"{event_type.removeprefix('uk.gb.smart.')}.jsonl"


def write_missing() -> list[Path]:
    """Write the files that are missing; gives them."""
    CORPUS.mkdir(exist_ok=True)
    missing = [name for name in sorted(ALL_TYPES) if not corpus_file(name).exists()]
    for name in missing:
        corpus_file(name).write_bytes(b"".join(encode(e) + b"\n" for e in samples(name)))
    return [corpus_file(name) for name in missing]


if __name__ == "__main__":
    for path in write_missing():
        print(path.name)
