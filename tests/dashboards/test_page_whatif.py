"""`/what-if` and `/compare`: files, sentences, charts, the job, and both pages."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from dashboards import keeping, words
from dashboards.charts.whatif import by_day, curve, ends_and_exposure, fan_rows, gap_rows, tornado
from dashboards.headlines.whatif import answer, behaviour, difference, how_sure, kind, refused
from dashboards.settings import HOME
from dashboards.whatif_files import (
    BAD_IMAGES,
    Knobs,
    files_of,
    question_of_files,
    ready_files,
    ready_names,
    sampled,
    toml,
)
from dashboards.whatif_job import DRAWS, Job
from infra.pages.keeping import HomeKeeper
from tests.dashboards.addressed import opened_at
from tests.dashboards.opening import opened
from twin.campaign.plan import shipped_plans
from twin.whatif.answer_shelf import Said, keep_answer
from twin.whatif.engine import run
from twin.whatif.outcome import Outcome
from twin.whatif.reading import Question, ScenarioRefused
from twin.whatif.shelf import NotKept, kept

SMALL = Knobs(name="small", premises=600, starts=date(2017, 6, 1), ends=date(2018, 2, 1))
LAST = date(2018, 1, 31)


@pytest.fixture(scope="module")
def asked() -> Question:
    return question_of_files(files_of(SMALL))


@pytest.fixture(scope="module")
def outcome(asked: Question) -> Outcome:
    return run(asked)


@pytest.fixture(scope="module")
def job(asked: Question) -> Job:
    made = Job(asked, files_of(SMALL))
    made.start()
    made.wait(120)
    assert not made.running
    return made


@pytest.fixture
def keeper(monkeypatch, tmp_path: Path) -> Path:
    """A home of its own, with a keeper as the page server installs one."""
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setattr(keeping.KEEPING, "one", HomeKeeper(tmp_path))
    return tmp_path


def test_the_plain_knobs_are_the_programme_that_ships(asked: Question) -> None:
    assert asked.plans == tuple(shipped_plans())
    assert asked.scenario.premises == 600


def test_every_knob_is_in_the_question() -> None:
    turned = Knobs(
        name="turned",
        seed=9,
        canary=0.1,
        soak=7,
        pace=50,
        tolerance=0.03,
        alpha=0.01,
        hubs_first=False,
        bad_image="none",
        option=2,
        pin="deny_list",
        hold_days=4,
    )
    found = question_of_files(files_of(turned))
    scenario = found.scenario
    assert (scenario.name, scenario.seed, scenario.option) == ("turned", 9, 2)
    assert scenario.pin_intervention.value == "deny_list"
    assert scenario.bad_images == ()
    assert scenario.hold.after_days == 4
    for plan in found.plans:
        assert plan.waves[0].share == 0.1
        assert {wave.soak_days for wave in plan.waves} == {7}
        assert plan.pacing is not None
        assert plan.pacing.per_day == 50
        assert (plan.gate.errors_above, plan.gate.alpha) == (0.03, 0.01)
        assert plan.after is None
    assert {question_of_files(files_of(replace(turned, bad_image=one))).hash for one in BAD_IMAGES}


@pytest.mark.parametrize("name", ready_names())
def test_a_ready_scenario_can_be_started_from(name: str) -> None:
    found = question_of_files(ready_files(name, name="mine", premises=500, seed=4))
    assert (found.scenario.name, found.scenario.seed) == ("mine", 4)
    assert found.scenario.fleet is not None
    assert found.scenario.fleet.premises == 500


def test_a_wrong_plan_is_refused_in_its_own_words() -> None:
    with pytest.raises(ScenarioRefused) as wrong:
        question_of_files(files_of(replace(SMALL, soak=-1)))
    said = refused(one.sentence for one in wrong.value.mistakes)
    assert said == (
        "This plan is refused, and nothing was run. soak_days must be a whole number from 0 to "
        "366, not -1."
    )
    with pytest.raises(KeyError):
        ready_files("none-such", name="mine", premises=10, seed=1)


def test_toml_is_what_was_written() -> None:
    import tomllib

    raw = {
        "a": 1,
        "text": 'a "quoted" line',
        "on": date(2017, 7, 1),
        "yes": True,
        "list": ["x", "y"],
        "empty": [],
        "table": {"share": 0.25, "deep": {"n": 2}},
        "rows": [{"n": 1}, {"n": 2, "names": ["z"]}],
    }
    assert tomllib.loads(toml(raw)) == raw
    assert tomllib.loads(toml({"gone": None, "a": 1})) == {"a": 1}


def test_sentences_are_those_of_the_outcome(outcome: Outcome) -> None:
    header = outcome.header
    told = answer(header, last=LAST)
    assert header.end is not None
    assert f"small ends on {header.end.day} " in told
    left = header.installed - header.capable
    assert told.endswith(
        f"leaves {left} of {header.installed} premises without local pairing on 31 January 2018"
    )
    open_end = replace(header, end=None, sample=0.5, exposed=3)
    told = answer(open_end, last=LAST)
    assert "small has no end by 31 January 2018, exposes 6 devices" in told
    assert kind(header, whole=True) == f"{header.label}: all 600 premises"
    assert kind(open_end, whole=False).endswith("a first answer from 600 premises, 50% of them")


def test_a_difference_says_days_devices_and_premises(outcome: Outcome) -> None:
    header = outcome.header
    assert header.end is not None
    other = replace(
        outcome,
        header=replace(
            header,
            name="other",
            end=date.fromordinal(header.end.toordinal() + 3),
            exposed=header.exposed + 2,
            capable=header.capable - 1,
        ),
    )
    assert difference(outcome, other) == (
        "other ends 3 days later, exposes 2 devices more and leaves 1 more premises without "
        "local pairing on 31 January 2018 than small"
    )
    assert difference(other, outcome).startswith(
        "small ends 3 days sooner, exposes 2 devices fewer"
    )
    assert "ends no later, exposes no more devices" in difference(outcome, outcome)
    never = replace(other, header=replace(other.header, end=None))
    assert "(other has no end)" in difference(outcome, never)
    assert gap_rows(outcome, other)["more"].sum() == 0
    larger = replace(other, header=replace(other.header, installed=header.installed * 2))
    assert difference(outcome, larger) == (
        "other ends 3 days later than small; they are of fleets of 600 and 1,200 premises, whose "
        "homes cannot be held against each other"
    )


def test_the_job_answers_on_a_sample_then_whole_then_with_its_doubt(
    job: Job, outcome: Outcome
) -> None:
    assert not job.failed
    assert job.first is not None
    assert job.first.header.sample == 0.01
    assert job.whole is not None
    assert job.whole.header.capable == outcome.header.capable
    assert job.best is job.whole
    assert job.doubted is not None
    assert job.doubted.draws == DRAWS
    assert how_sure(job.doubted).startswith(f"Four of five of {DRAWS} draws end from ")
    rows = fan_rows(job.doubted)
    assert rows.height == 245
    assert np.all(rows["p5"].to_numpy() <= rows["p95"].to_numpy())


def test_a_cancelled_job_ends_soon_and_keeps_what_it_found(asked: Question) -> None:
    job = Job(sampled(asked, share=0.5), {})
    job.cancel()
    job.start()
    job.wait(30)
    assert not job.running
    assert job.cancelled
    assert job.whole is None
    assert not job.failed


def test_charts_draw_what_they_say(outcome: Outcome, job: Job) -> None:
    rows = by_day(outcome)
    assert rows["installed"][-1] == outcome.header.installed
    assert rows["capable"][-1] == outcome.header.capable
    assert len(curve(outcome, doubted=None).to_dict()["layer"]) == 6
    assert len(curve(outcome, doubted=job.doubted).to_dict()["layer"]) == 8
    points = [{"name": "a", "end": LAST, "exposed": 4, "this": True}]
    points.append({"name": "b", "end": None, "exposed": 0, "this": False})
    points.append({"name": "c", "end": LAST, "exposed": 4, "this": False})
    (drawn,) = ends_and_exposure(points).to_dict()["datasets"].values()
    assert [(row["name"], row["this"]) for row in drawn] == [("a, c", True)]
    points.append({"name": "d", "end": LAST, "exposed": 5, "this": False})
    points.append({"name": "e", "end": LAST, "exposed": 100, "this": False})
    (drawn,) = ends_and_exposure(points).to_dict()["datasets"].values()
    assert [(row["name"], row["nth"]) for row in drawn] == [("a, c", 0), ("d", 1), ("e", 0)]
    assert behaviour("delivery_delay.ESME") == "delivery delay (ESME)"
    assert behaviour("silent_device_share") == "silent device share"
    assert job.doubted is not None
    spec = tornado(job.doubted.tornado, starts=job.doubted.starts, horizon=job.doubted.days)
    (bars,) = spec.to_dict()["datasets"].values()
    days = [row["days"] for row in bars]
    assert days
    assert min(days) > 0
    assert days == sorted(days, reverse=True)
    assert len(bars) <= 10


def test_a_kept_run_is_read_again_with_its_question(
    keeper: Path, asked: Question, outcome: Outcome
) -> None:
    keeping.KEEPING.one.keep(outcome, question=asked, given=files_of(SMALL))
    assert [one.name for one in kept(keeper / "whatif")] == ["small"]
    assert keeping.outcome_of(keeper, "small").header == outcome.header
    assert keeping.asked_of(keeper, "small").hash == asked.hash
    with pytest.raises(NotKept):
        keeping.outcome_of(keeper, "none-such")
    with pytest.raises(NotKept):
        keeping.asked_of(keeper, "none-such")


def test_a_home_that_cannot_be_written_keeps_nothing_and_says_so(
    tmp_path: Path, asked: Question, outcome: Outcome
) -> None:
    (tmp_path / "whatif").write_text("in the way")
    with pytest.raises(keeping.NotWritten, match="small was not kept"):
        HomeKeeper(tmp_path).keep(outcome, question=asked, given=files_of(SMALL))


@pytest.mark.usefixtures("pages")
def test_a_planner_runs_keeps_and_compares(keeper: Path, asked: Question) -> None:
    said = Said(
        kind="doubt", questions=(asked,), seeds=(1,), result={}, lines=(), finding="By June."
    )
    keep_answer(said, given={}, folder=keeper / "whatif", seconds=1, now=datetime.now(UTC))
    app = opened_at("whatif", name="first", premises="400", seed="3")
    assert app.header[-1].value == "Answers that are kept"
    (row,) = app.dataframe[-1].value.to_dict("records")
    assert (row["Kind"], row["Scenarios"], row["What was found"]) == ("doubt", "small", "By June.")
    assert "Turn what you want" in " ".join(m.value for m in app.markdown)
    run_it = next(b for b in app.button if b.label == "Run")
    run_it.click().run()
    app.session_state["whatif_job"].wait(120)
    app.run()
    assert not app.exception
    job: Job = app.session_state["whatif_job"]
    assert job.whole is not None
    last = job.whole.capable["day"].max()
    assert app.header[0].value == answer(job.whole.header, last=last)
    assert all(len(c.proto.alt) > 30 for c in app.get("vega_lite_chart"))
    assert all(table.proto.alt for table in app.dataframe)
    labels = [one.proto.label for one in app.get("download_button")]
    assert labels == ["Download the days (CSV)", "Download the days (Parquet)"]
    assert [
        one
        for one in app.markdown
        if f"question {job.whole.header.scenario_hash[:12]}" in one.value
    ]
    next(b for b in app.button if b.label == "Keep this run as first").click().run()
    assert "Kept as first" in app.success[0].value
    app.text_input[0].set_value("second")
    app.number_input(key="soak").set_value(20)
    next(b for b in app.button if b.label == "Run").click().run()
    app.session_state["whatif_job"].wait(120)
    app.run()
    next(b for b in app.button if b.label == "Keep this run as second").click().run()
    assert [one.name for one in kept(keeper / "whatif")] == ["first", "second"]
    two = opened("compare", a="first", b="second")
    runs = [keeping.outcome_of(keeper, name) for name in ("first", "second")]
    assert two.header[0].value == difference(*runs)
    table = two.dataframe[0].value
    assert table["Measure"].tolist()[0] == "Days to the end"
    days = [(run.header.end - run.capable["day"].min()).days for run in runs]
    assert table.iloc[0].tolist()[1:4] == [words.amount(one) for one in (*days, days[1] - days[0])]
    assert table[table["Measure"] == "Devices exposed"].iloc[0]["first"] == words.amount(
        round(runs[0].header.exposed * runs[0].header.weight)
    )
    provenance = [one.value for one in two.markdown if "simulated: " in one.value]
    for name, seed, line in zip(("first", "second"), (3, 3), provenance, strict=True):
        assert line.startswith(f":small[{name}: simulated: all 400 premises · seed {seed} · code ")
    labels = [one.proto.label for one in two.get("download_button")]
    assert labels == [
        f"Download {what} ({kind})"
        for what in ("the difference by day", "the outcomes")
        for kind in ("CSV", "Parquet")
    ]
    assert all(len(c.proto.alt) > 30 for c in two.get("vega_lite_chart"))
    bad = opened("compare", a="none-such")
    assert "'none-such'" in bad.warning[0].value


@pytest.mark.usefixtures("pages")
def test_a_refused_plan_says_why_and_runs_nothing(keeper: Path) -> None:
    app = opened_at("whatif", name="Not Allowed")
    next(b for b in app.button if b.label == "Run").click().run()
    assert "This plan is refused, and nothing was run. name must be" in app.error[0].value
    assert "whatif_job" not in app.session_state
    assert "None yet." in " ".join(m.value for m in app.markdown)
    assert opened("compare").header[0].value == "Two runs are needed, and fewer are kept"
