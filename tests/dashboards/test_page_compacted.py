"""The page of one premises while its lake is compacted: before, after, and with the next set."""

from datetime import timedelta

import pytest

from dashboards.settings import HOME
from tests.dashboards.opening import opened
from tests.lake.lake_records import append
from tests.marts import sample
from twin.lake.compact import compact
from twin.lake.table import Lake
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import publish


def publish_of(lake: Lake, home, *, name: str) -> None:
    builder = MartBuilder()
    builder.add_files(lake.files())
    meta = SetMeta(set_id=name, code_version="0", published_at=sample.PUBLISHED_AT, premises=4)
    publish(builder.build(meta=meta, health={}), home=home, set_id=name, now=sample.PUBLISHED_AT)
    builder.close()


@pytest.mark.usefixtures("pages")
def test_a_premises_is_read_until_its_files_go_and_again_with_the_next_set(monkeypatch, tmp_path):
    lake = Lake(tmp_path / "lake" / "events")
    append(lake, sample.sample_records(4))
    publish_of(lake, tmp_path, name="before")
    monkeypatch.setenv(HOME, str(tmp_path))
    assert compact(lake, now=sample.PUBLISHED_AT).gone
    one, other = (sample.History(n).premises_id for n in (1, 2))
    assert opened("premises", id=one).dataframe
    lake.vacuum(older_than=timedelta(0))
    app = opened("premises", id=other)
    assert "the lake may just have been compacted" in app.error[0].value
    assert "Other pages still work; this one does again with the next set." in app.error[0].value
    assert not app.dataframe
    assert opened("progress").metric
    publish_of(lake, tmp_path, name="next")
    assert opened("premises", id=other).dataframe
