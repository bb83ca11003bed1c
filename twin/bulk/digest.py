"""The one digest of the columns of state, whichever engine gave them."""

from hashlib import sha256
from typing import Final

import polars as pl

from twin.bulk.columns import SCHEMAS, Tables, in_order
from twin.bulk.contents import Contents
from twin.bulk.narrow import Columns, narrowed

DEFINITION: Final = "v2"
"""What stands before the digest, so that none is compared with one of another definition.

The first, which had no mark, was over texts and 0 for each null (decisions 0016, 0059).
"""


class ColumnsDigest:
    """SHA-256 over columns that come by range after range, in order of premises id.

    Each column has a digest of its own (`Contents`); where the ranges end makes no difference, and
    neither does a null's unseen value.
    """

    def __init__(self) -> None:
        """Nothing has come by."""
        self._columns = {
            (table, column): Contents(is_count=kind == pl.Int64())
            for table, schema in SCHEMAS.items()
            for column, kind in schema.items()
        }

    def add(self, columns: Columns) -> None:
        """Take in the next range, whose rows are in order."""
        for (table, column), contents in self._columns.items():
            contents.add(columns[table][column])

    def hexdigest(self) -> str:
        """The digest of all that has come by, behind the mark of its definition."""
        total = sha256()
        for (table, column), contents in self._columns.items():
            total.update(f"{table}.{column}\n".encode())
            total.update(contents.digest())
        return f"{DEFINITION}:{total.hexdigest()}"


def columns_digest(tables: Tables) -> str:
    """The digest of whole tables."""
    digest = ColumnsDigest()
    digest.add(narrowed(in_order(tables)))
    return digest.hexdigest()
