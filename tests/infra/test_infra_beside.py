"""What pages need from the whole lake, made in a process beside them: real ones, ended by ours."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from dashboards.answers import ANSWERS, answered
from dashboards.architecture import PROCESSES
from dashboards.made_shelf import FOLDER, KEPT, Made, MadeOf, keep, newest
from dashboards.making import Wanted
from dashboards.orders import Failed, Order, attempted
from dashboards.queries import PublishedSet, read_set
from dashboards.reviews import REVIEW, SPAN, Span
from infra.pages.beside import COMMAND, BesideMaker
from infra.pages.making import Ask
from tests.marts import sample
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import current_set, publish

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WITHIN_S = 60
"""Far more than a process takes to start and count 12 premises on a machine that is busy."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("home")
    sample.sample_home(found, premises=12)
    return found


@pytest.fixture(scope="module")
def published(home: Path) -> PublishedSet:
    return read_set(current_set(home))


@pytest.fixture(scope="module")
def maker() -> Iterator[BesideMaker]:
    beside = BesideMaker()
    beside.start()
    yield beside
    beside.stop()


def a_wanted(order: Order, published: PublishedSet, home: Path) -> Wanted:
    return Wanted(order, published, home, published.meta.set_id, published.meta.records, NOW)


def of(stands_on: str = "s") -> MadeOf:
    return MadeOf(stands_on, 3, NOW, 0.5)


def test_what_is_made_beside_is_what_a_page_would_make(maker, published, home):
    order = Order(ANSWERS)
    work = maker.ask(a_wanted(order, published, home))
    assert maker.ask(a_wanted(order, published, home)) is work, "it is made once for all viewers"
    assert maker.work(home, order) is work
    assert work.ended.wait(WITHIN_S)
    assert work.failed is None
    assert maker.work(home, order) is None
    made = maker.newest(home, order)
    assert made.value == answered(published, home)
    assert made.of.stands_on == published.meta.set_id
    assert made.of.records == published.meta.records
    assert made.of.seconds > 0
    assert maker.newest(home, order) is made, "it is read once for all viewers"


def test_what_cannot_be_made_is_told_with_its_reason(maker, published, home, tmp_path):
    unknown = maker.ask(a_wanted(Order(SPAN, "gone"), published, home))
    meta = SetMeta(set_id="none", code_version="0", published_at=NOW, premises=0)
    publish(MartBuilder().build(meta=meta, health={}), home=tmp_path, set_id="none", now=NOW)
    empty = maker.ask(a_wanted(Order(SPAN), read_set(current_set(tmp_path)), tmp_path))
    set_gone = PublishedSet(tmp_path / "no-set", published.frames)
    lost = maker.ask(a_wanted(Order(SPAN), set_gone, home))
    assert unknown.ended.wait(WITHIN_S)
    assert unknown.failed == Failed("broken", "no basis is named 'gone' any more")
    assert empty.ended.wait(WITHIN_S)
    assert empty.failed.reason == "nothing"
    assert "there is nothing to review" in empty.failed.says
    assert lost.ended.wait(WITHIN_S)
    assert lost.failed.reason == "unreadable"
    assert maker.work(home, Order(SPAN)).failed == lost.failed, "a page that comes later sees it"


def test_a_process_that_ends_is_told_and_the_next_order_has_another(published, home):
    code = "import sys; sys.stdin.readline(); sys.exit(7)"
    maker = BesideMaker([sys.executable, "-c", code])
    maker.start()
    for _ in range(2):
        work = maker.ask(a_wanted(Order(SPAN), published, home))
        assert work.ended.wait(WITHIN_S)
        assert work.failed == Failed("broken", "the process that makes it ended with 7")
    maker.stop()


def test_a_process_that_took_much_memory_ends_well_after_its_work(published, home):
    takes_much = "import infra.pages.making as making; making.LARGE_KB = 0; making.main()"
    maker = BesideMaker((sys.executable, "-c", takes_much))
    maker.start()
    try:
        made = maker.ask(a_wanted(Order(SPAN), published, home))
        assert made.ended.wait(WITHIN_S)
        worked = maker.process  # the one that did it, or the one that took its place
        refused = maker.ask(a_wanted(Order(SPAN, "gone"), published, home))
        assert refused.ended.wait(WITHIN_S)
    finally:
        maker.stop()
    assert made.failed is None
    assert refused.failed is not None
    assert worked.returncode == 0


def test_nothing_is_left_when_the_server_ends_also_in_the_midst_of_work(published, home):
    """The process is at work for ever: it is ended with the server, and waited for."""
    maker = BesideMaker([sys.executable, "-c", "import signal; signal.pause()"])
    maker.start()
    work = maker.ask(a_wanted(Order(SPAN), published, home))
    maker.stop()
    assert maker.process is not None
    assert maker.process.returncode == -signal.SIGTERM
    assert work.failed is None or work.failed.reason == "broken"


def test_a_maker_whose_server_was_killed_ends_by_itself(published, home):
    """Its standard input is closed, as a killed server closes it, when it has work."""
    ask = Ask(
        home=str(home),
        folder=str(published.folder),
        kind="processes",
        known=None,
        period="",
        stands_on="s",
        records=1,
        now=NOW,
    )
    line = msgspec.json.encode(ask) + b"\n"
    done = subprocess.run(
        COMMAND, input=line, stdout=subprocess.PIPE, timeout=WITHIN_S, check=False
    )
    assert done.returncode == 0
    assert done.stdout == b"", "nobody is left to be told"


def test_the_newest_of_each_order_is_kept_and_not_for_ever(tmp_path):
    spans = [Span(NOW, NOW.replace(hour=hour)) for hour in (13, 14)]
    for span in spans:
        keep(tmp_path, Order(SPAN), Made(span, of()))
    assert newest(tmp_path, Order(SPAN)).value == spans[1]
    assert newest(tmp_path, Order(SPAN, "a basis")) is None
    for n in range(KEPT + 3):
        keep(tmp_path, Order(SPAN, f"basis {n}"), Made(spans[0], of()))
    left = list((tmp_path / FOLDER).iterdir())
    assert len(left) == KEPT
    assert newest(tmp_path, Order(SPAN)) is None, "the oldest went first"
    assert newest(tmp_path, Order(SPAN, f"basis {KEPT + 2}")) is not None


@pytest.mark.parametrize("spoiled", [b"", b"\xff" * 40, b"\x82"])
def test_what_another_version_or_a_broken_disk_left_is_as_good_as_none(tmp_path, spoiled):
    keep(tmp_path, Order(SPAN), Made(Span(NOW, NOW), of()))
    (file,) = (tmp_path / FOLDER).iterdir()
    file.write_bytes(spoiled)
    assert newest(tmp_path, Order(SPAN)) is None


@pytest.mark.parametrize(
    "order", [Order(ANSWERS), Order(PROCESSES), Order(REVIEW, period="2017-Q3"), Order(SPAN)]
)
def test_everything_comes_back_from_the_shelf_as_it_was(order, published, home, tmp_path):
    found = attempted(order, published, home)
    assert not isinstance(found, Failed)
    keep(tmp_path, order, Made(found, of()))
    assert newest(tmp_path, order) == Made(found, of())
