"""The folds that prove a run: the same side by side as one after the other."""

from functools import partial
from pathlib import Path

import pytest

from infra.run.summary import Way, way_of
from infra.run.tables import archived
from infra.run.take_stock import SIDE_BY_SIDE, folded
from streams.archive import open_lake
from tests.lake.lake_records import append, run_of

pytestmark = pytest.mark.usefixtures("two_processors")


def by_lake(home: Path) -> Way:
    return way_of(archived(home))


def refused(why: str) -> Way:
    raise ValueError(why)


@pytest.mark.parametrize("records", [0, SIDE_BY_SIDE])
def test_each_fold_comes_to_the_same_however_many_there_are(tmp_path: Path, records: int) -> None:
    for name, upto in (("one", 4), ("other", 7)):
        append(open_lake(tmp_path / name), run_of(0, upto))
    folds = [partial(by_lake, tmp_path / name) for name in ("one", "other")]
    found = folded(folds, records=records)
    assert [way.seen for way in found] == [4, 7]
    assert found == tuple(fold() for fold in folds)


@pytest.mark.parametrize("records", [0, SIDE_BY_SIDE])
def test_what_a_fold_raises_is_raised(records: int) -> None:
    with pytest.raises(ValueError, match="the log is gone"):
        folded([partial(refused, "the log is gone"), partial(refused, "so too")], records=records)
