"""How far the log was read: told by the fold of what is sorted, by a look at the rest."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.bulk.homes import HOUSES, log_of, told
from twin.bulk.cut import WHOLE, Cut
from twin.bulk.log_ends import log_of as read_whole
from twin.bulk.log_ends import log_of_nameless
from twin.bulk.rebuild import rebuilt, verified
from twin.events.pins import PrivacyPinCleared
from twin.lake import data_files
from twin.lake.rows import to_table

LOG = log_of(
    told(house, number, PrivacyPinCleared(), minute=number)
    for number in range(1, 4)
    for house in HOUSES
)


@pytest.mark.parametrize("cut", [WHOLE, Cut({0: (0, 5), 1: (0, 0)})])
def test_a_sorted_lake_is_read_once(tmp_path: Path, cut: Cut) -> None:
    """The last records of the log are of premises in one partition and of nobody in the other."""
    table = to_table(LOG)
    keys, parts, offsets = (table[name].to_pylist() for name in ("key", "partition", "offset"))
    last = {
        part: max(o for o, p in zip(offsets, parts, strict=True) if p == part) for part in parts
    }
    nobody = [p == 1 and o == last[p] for p, o in zip(parts, offsets, strict=True)]
    names = ["nobody" if one else key for key, one in zip(keys, nobody, strict=True)]
    table = table.set_column(table.schema.get_field_index("key"), "key", pa.array(names))
    buckets = {data_files.OTHER if one else key[1] for key, one in zip(keys, nobody, strict=True)}
    files = []
    for bucket in sorted(buckets):
        ours = [
            (data_files.OTHER if one else key[1]) == bucket
            for key, one in zip(keys, nobody, strict=True)
        ]
        file, _, _ = data_files.write(tmp_path, [table.filter(pa.array(ours))], bucket=bucket)
        files.append(tmp_path / file.name)
    whole = read_whole(files, cut=cut)
    found = rebuilt(files) if cut is WHOLE else verified(files, iter(()), cut=cut)
    assert found.basis == {f"{e}/{p}": end for (e, p), end in sorted(whole.ends.items())}
    assert found.records.dead == whole.unaddressed == (1 if cut is WHOLE else 0)
    assert log_of_nameless(files, cut=cut).unaddressed == whole.unaddressed
    assert log_of_nameless(files, cut=cut).ends != whole.ends
