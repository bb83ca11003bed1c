"""The processes of a basis, described as `twin evidence architecture` describes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dashboards.bases import code_version, records_of
from dashboards.orders import Kind, Order
from dashboards.queries import PublishedSet
from twin.evidence.architecture.document import Described, describe
from twin.evidence.architecture.record import as_bytes
from twin.evidence.printing.pack import pack_of, tables_of, zipped
from twin.evidence.stands_on import foot_of
from twin.lake.basis import Basis


def described(lake_files: Sequence[Path], basis: Basis) -> Described:
    """The processes of a basis, as `twin evidence architecture` describes them.

    Raises:
        NothingThere: the basis holds no step of any process.
        duckdb.Error: a lake file is missing or broken.
    """
    return describe(lake_files, basis, foot=foot_of(basis, code_version()))


def _made(published: PublishedSet, home: Path, order: Order[Described]) -> Described:
    return described(*records_of(published, home, order.known))


PROCESSES: Final = Kind("processes", Described, _made)
"""The processes, as they are ordered."""


def pack(found: Described) -> dict[str, bytes]:
    """The files of an architecture document, byte for byte those that the command writes."""
    return pack_of(found.document, data=as_bytes(found.record))


def archive(found: Described) -> bytes:
    """Every table of an architecture document and its machine's copy in one archive."""
    copy = {"architecture.json": as_bytes(found.record)}
    return zipped({**tables_of(found.document), **copy})
