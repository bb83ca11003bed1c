"""The button of `/compare` that works out intervals: both plans again under the same luck."""

from datetime import date
from pathlib import Path

import pytest

from dashboards.settings import HOME
from dashboards.whatif_files import Knobs, files_of, question_of_files
from infra.pages.keeping import HomeKeeper
from tests.dashboards.addressed import opened_at
from twin.whatif.engine import run

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
def test_intervals_are_worked_out_on_demand_and_stand_in_the_table(two_kept, monkeypatch) -> None:
    monkeypatch.setattr("dashboards.whatif_pair.PREMISES", 300)
    monkeypatch.setattr("dashboards.whatif_pair.DRAWS", 10)
    monkeypatch.setenv(HOME, str(two_kept))
    app = opened_at("compare", a="first", b="second")
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
    assert table.loc["Days to the end", "Over seeds"].startswith(f"{end.mean:+,.1f} (95%: ")
    assert f"over {end.n} seeds" in table.loc["Days to the end", "Over seeds"]
    assert end.low <= end.mean <= end.high
    assert job.comparison.finding in [one.value for one in app.markdown]
    assert not [one for one in app.button if one.label.startswith(BUTTON)]
    other = opened_at("compare", a="second", b="first")
    assert [one for one in other.button if one.label.startswith(BUTTON)], "another pair is asked"
