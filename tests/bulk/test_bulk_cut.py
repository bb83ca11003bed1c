"""A log that is cut off: each way to fold keeps the same records."""

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk.homes import HOUSES, entries_of, installed, log_of, told
from twin.bulk import readable, rebuild
from twin.bulk.cut import Cut
from twin.events.pins import PrivacyPinCleared
from twin.lake.rows import to_table

SMALL = st.integers(0, 3)
ROWS = st.lists(st.tuples(SMALL, SMALL, SMALL), max_size=20)


@given(ROWS, st.dictionaries(SMALL, st.tuples(SMALL, SMALL), max_size=3))
def test_a_cut_keeps_earlier_epochs_and_partitions_without_one(rows, ends) -> None:
    cut = Cut(ends)
    wanted = [p not in ends or (e, o) < ends[p] for e, p, o in rows]
    epoch, partition, offset = (np.array([r[n] for r in rows], np.int64) for n in range(3))
    assert cut.keeps(epoch, partition, offset).tolist() == wanted
    if rows:
        values = ", ".join(f"({n}, {e}, {p}, {o})" for n, (e, p, o) in enumerate(rows))
        found = duckdb.sql(
            f'SELECT n FROM (VALUES {values}) t(n, epoch, partition, "offset") '
            f"WHERE {cut.condition(quote=chr(34))} ORDER BY n"
        ).fetchall()
        assert [n for (n,) in found] == [n for n, keeps in enumerate(wanted) if keeps]


LOG = log_of(
    told(house, number, fact, minute=number)
    for number, fact in enumerate((installed("00010001"), *[PrivacyPinCleared()] * 3), start=1)
    for house in HOUSES
)


@pytest.mark.parametrize("way", [rebuild, readable])
def test_tables_that_stand_at_the_cut_are_equal(way, tmp_path) -> None:
    """The lake has gone on; the tables have not, and only the cut says that nothing is wrong."""
    import pyarrow.parquet as pq

    file = tmp_path / "log.parquet"
    pq.write_table(to_table(LOG), file)
    cut = Cut({0: (0, 7), 1: (0, 4)})
    kept = [r for r in LOG if r.offset < cut.ends[r.partition][1]]
    live = sorted((name, part) for part, name in entries_of(kept))
    entries = entries_of(kept)

    def tables():
        return iter([((name, part), entries[part, name]) for name, part in live])

    found = way.verified([file], tables(), cut=cut)
    assert (found.differing, found.records.seen) == (0, 11)
    assert found.digest == found.live_digest
    assert found.basis == {"0/0": 7, "0/1": 4}
    assert way.verified([file], tables()).differing == len(HOUSES)
