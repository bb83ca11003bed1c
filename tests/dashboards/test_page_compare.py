"""The button of `/compare` that works out intervals: both plans again under the same luck."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboards import words
from dashboards.keeping import asked_of
from dashboards.settings import HOME
from dashboards.whatif_files import Knobs, files_of, question_of_files
from infra.pages.keeping import HomeKeeper
from tests.dashboards.addressed import opened_at
from twin.whatif.answer_shelf import Said, keep_answer
from twin.whatif.engine import run
from twin.whatif.shelf import FOLDER

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STARTS, ENDS = date(2017, 6, 1), date(2018, 2, 1)
BUTTON = "Work out intervals"


@pytest.fixture
def two_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(HOME, str(tmp_path))
    for name, soak in (("first", 7), ("second", 20)):
        given = files_of(Knobs(name=name, premises=300, starts=STARTS, ends=ENDS, soak=soak))
        question = question_of_files(given)
        HomeKeeper(tmp_path).keep(run(question), question=question, given=given)
    return tmp_path


@pytest.mark.usefixtures("pages")
def test_days_of_both_runs_are_counted_from_one_day(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    ends = []
    for name, starts in (("first", STARTS), ("second", date(2016, 7, 1))):
        given = files_of(Knobs(name=name, premises=300, starts=starts, ends=ENDS))
        question = question_of_files(given)
        outcome = run(question)
        ends.append(outcome.header.end)
        HomeKeeper(tmp_path).keep(outcome, question=question, given=given)
    table = opened_at("compare", a="first", b="second").dataframe[0].value.set_index("Measure")
    days = (ends[1] - ends[0]).days
    assert table.loc["Days to the end", "Second less first"] == words.amount(days)


@pytest.mark.usefixtures("pages")
def test_intervals_are_worked_out_on_demand_and_stand_in_the_table(two_kept, monkeypatch) -> None:
    monkeypatch.setattr("dashboards.whatif_pair.PREMISES", 300)
    monkeypatch.setattr("dashboards.whatif_pair.DRAWS", 10)
    monkeypatch.setenv(HOME, str(two_kept))
    one, other = (asked_of(two_kept, name) for name in ("first", "second"))
    said = Said(
        kind="compare", questions=(one, other), seeds=(1, 2), result={}, lines=(), finding="Both."
    )
    own = keep_answer(said, given={}, folder=two_kept / FOLDER, seconds=1, now=NOW)
    app = opened_at("compare", a="first", b="second")
    kept = "`twin whatif compare` found on 01 January 2026, over 2 seeds: Both. (results "
    assert [text.value for text in app.markdown if text.value.startswith(kept)]
    assert set(app.dataframe[0].value["Over seeds"]) == {""}
    (button,) = (one for one in app.button if one.label.startswith(BUTTON))
    button.click().run()
    job = app.session_state["pair_job"]
    job.wait(120)
    app.run()
    assert not app.exception, [one.value for one in app.exception]
    assert (job.failed, job.refused) == ("", "")
    table = app.dataframe[0].value.set_index("Measure")
    end = job.comparison.of("end").difference
    assert (table["Over seeds"] != "").all()
    assert table.loc["Days to the end", "Over seeds"].startswith(f"{words.signed(end.mean)} (95%: ")
    assert f"over {end.n} seeds" in table.loc["Days to the end", "Over seeds"]
    assert end.low <= end.mean <= end.high
    assert job.comparison.finding in [one.value for one in app.markdown]
    assert not [one for one in app.button if one.label.startswith(BUTTON)]
    shutil.rmtree(own)
    other = opened_at("compare", a="second", b="first")
    assert not [text.value for text in other.markdown if text.value.startswith("`twin whatif")]
    assert [one for one in other.button if one.label.startswith(BUTTON)], "another pair is asked"
