"""`/evidence`: a row for each question and duty, the same as the command's document."""

from pathlib import Path

import polars as pl
import pytest

from dashboards.answers import NONE_HELD, PAGES, ROWS, answered, figures, rows
from dashboards.headlines.evidence import what_is_known
from dashboards.queries import PublishedSet, read_set
from dashboards.settings import HOME
from tests.dashboards.opening import opened
from tests.marts import sample
from twin.evidence.answers.duties import duties
from twin.evidence.answers.questions import questions
from twin.evidence.document import Document
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import current_set, publish


@pytest.fixture(scope="module")
def document(sample_home) -> Document:
    return answered(read_set(current_set(sample_home)), sample_home)


def test_every_question_and_every_duty_has_a_row(document: Document) -> None:
    found = rows(document)
    asked = found.filter(kind="question")
    assert asked["of"].to_list() == [f"Q{one.number}" for one in questions()]
    assert asked["asks"].to_list() == [one.asks for one in questions()]
    assert asked["sure"].to_list() == [one.sure for one in questions()]
    assert asked["cannot"].to_list() == [one.cannot for one in questions()]
    places = found.filter(kind="duty")["of"].to_list()
    assert set(places) == {one.place for one in duties()}
    assert all(page in PAGES.values() for page in asked["page"])


def test_figures_are_those_of_the_document(document: Document) -> None:
    found = rows(document)
    table = figures(document, "Q9")
    assert table is not None
    text = found.filter(of="Q9", kind="question")["figures"].item()
    assert [f"{row[0]}: {row[1]}" for row in table.rows] == text.split("; ")[: len(table.rows)]
    assert figures(document, "Q11") is None


def test_the_headline_counts_what_is_held() -> None:
    told = [
        ("question", "Q1", "?", "devices: 4", "", "", "/"),
        ("question", "Q2", "?", NONE_HELD, "", "", "/"),
        ("duty", "§8", "?", "nothing is produced", "", "law", ""),
    ]
    frame = pl.DataFrame(told, schema=ROWS, orient="row")
    assert what_is_known(frame, none=NONE_HELD) == (
        "The twin holds something for 1 of 2 questions and 0 of 1 duties; the others say why not"
    )


@pytest.mark.usefixtures("pages")
def test_the_page_shows_the_rows_and_one_question(document: Document) -> None:
    app = opened("evidence", q="Q5", kind="duty")
    assert app.header[0].value == what_is_known(rows(document), none=NONE_HELD)
    assert (
        app.dataframe[0].value["of"].tolist() == rows(document).filter(kind="duty")["of"].to_list()
    )
    (asked,) = [one for one in questions() if one.number == 5]
    assert app.subheader[0].value == f"Q5: {asked.asks}"
    assert all(table.proto.alt for table in app.dataframe)


@pytest.mark.usefixtures("pages")
def test_a_set_without_events_answers_nothing_and_says_so(monkeypatch, tmp_path) -> None:
    _publish_nothing(tmp_path, "none")
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened("evidence")
    assert any("Nothing is answered yet" in m.value for m in app.markdown)


@pytest.mark.usefixtures("pages")
def test_a_newer_set_does_not_make_a_reader_wait_unless_asked(
    document: Document, monkeypatch, tmp_path
) -> None:
    counts: list[str] = []

    def count(published: PublishedSet, home: Path) -> Document:
        counts.append(published.meta.set_id)
        return document

    monkeypatch.setattr("dashboards.answers.answered", count)
    _publish_nothing(tmp_path, "first")
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened("evidence")
    assert not app.info
    _publish_nothing(tmp_path, "second")
    app.run()
    assert counts == ["first"]
    assert "made of first (0 records)" in app.info[0].value
    next(one for one in app.button if one.label == "Make it anew").click().run()
    assert not app.exception
    app.run()
    assert not app.info
    assert counts == ["first", "second"]


def _publish_nothing(home: Path, set_id: str) -> None:
    """A set without any record."""
    meta = SetMeta(
        set_id=set_id, code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=0
    )
    frames = MartBuilder().build(meta=meta, health={})
    publish(frames, home=home, set_id=set_id, now=sample.PUBLISHED_AT)
