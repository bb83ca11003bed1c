"""Answers: every question has its figures, every duty its product or reason, dates as they went."""

import csv
import json
import re
from pathlib import Path

import pytest
import typer.main

from infra.cli import app
from tests.evidence.naive_answers import part_of, upgraded
from tests.evidence.sample_lake import PREMISES, all_of, lake_of, logged
from tests.infra.command_line import twin
from tests.marts import naive, naive_network, naive_programme, sample, sample_programme
from twin.events.oversight import (
    HanReviewReported,
    InformationProvided,
    InformationRequested,
    RecommendationMade,
)
from twin.events.registry import ALL_TYPES, short_name
from twin.evidence.answers import duties
from twin.evidence.answers.figures import OF_QUESTIONS
from twin.evidence.answers.milestones import milestones
from twin.evidence.answers.questions import NOT_RUN, answer, ground_of, questions
from twin.evidence.answers.what_if import WhatIf, kept_runs, ready_answers
from twin.evidence.architecture.document import describe
from twin.evidence.printing.html import as_html
from twin.evidence.processes.flow import flows
from twin.lake.table import Lake
from twin.marts.build import MARTS
from twin.rules.citations import is_citable
from twin.rules.sentences import RULES
from twin.state.legality import breach_of
from twin.vocabulary import Milestone
from twin.whatif.report.files import Ready, ready_questions

PAGES = Path(__file__).parents[2] / "dashboards" / "app_pages"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    lake_of(path, sample.sample_records(PREMISES))
    return path


@pytest.fixture(scope="module")
def lake(home) -> Lake:
    return Lake(home / "lake" / "events")


@pytest.fixture(scope="module")
def events():
    told = sample.sample_events(PREMISES)
    return [e for e in told if breach_of(event=e, fact=e.fact) is None]


@pytest.fixture(scope="module")
def ground(lake):
    return ground_of(lake.files(), all_of(lake))


def test_every_question_has_figures_how_sure_they_are_and_what_they_cannot_say(ground):
    assert [one.number for one in questions()] == list(range(1, 11)) == list(OF_QUESTIONS)
    for question in questions():
        assert OF_QUESTIONS[question.number](ground), question.number
        assert question.sure
        assert question.cannot
        assert all(map(is_citable, question.paragraphs)) or question.number in (2, 10)


def test_figures_of_questions_are_plain_counts(ground, events):
    said = {n: {one.name: one.value for one in give(ground)} for n, give in OF_QUESTIONS.items()}
    attempts = naive.pairing_counts(events)
    local = sum(n for (route, *_), n in attempts.items() if route == "local")
    paired = sum(
        n for (route, how, _), n in attempts.items() if (route, how) == ("local", "completed")
    )
    owed = naive_network.obligation_counts(events)["ii", "premises"]
    held = sum(n for (how, *_), n in naive.pin_counts(events).items() if how == "set")

    assert said[3]["local attempts completed"].startswith(part_of(paired, local))
    assert said[7]["(ii) premises capable"].startswith(part_of(*owed))
    assert said[9]["premises with a Privacy PIN"].startswith(f"{held} of ")
    assert said[8]["costs"] == "not known"
    assert said[5]["(ii) premises capable"] == said[7]["(ii) premises capable"]
    judged = naive_network.condition_counts(events)
    for condition in {condition for _, condition in judged}:
        own = [found for (_, name), found in judged.items() if name == condition]
        for word, name in (
            ("met", "passed"),
            ("failed", "failed"),
            ("not judgeable", "not_judged"),
        ):
            whole = sum(sum(found.values()) for found in own)
            text = part_of(sum(found[name] for found in own), whole)
            assert said[1][f"{condition}, {word}"].startswith(text), (condition, word)
    bands = naive.band_counts(events)
    displays = {band: 0 for _, band, _ in bands}
    for (device, band, _), n in bands.items():
        displays[band] += n * (device == "IHD")
    text = part_of(displays.get("sub_ghz", 0), sum(displays.values()))
    assert said[1]["IHDs at 868 MHz"].startswith(text)
    told = list(sample_programme.programme_facts(until=sample.AS_AT))
    asked = [e.fact for e in told if isinstance(e.fact, InformationRequested)]
    answered = [e.fact for e in told if isinstance(e.fact, InformationProvided)]
    assert said[2]["requests for information"] == f"{len(asked)}"
    assert said[2]["of these answered"] == f"{len(answered)}"
    became = upgraded(events)
    for name, word in (
        ("upgraded", "made capable by firmware"),
        ("exchanged", "exchanged instead"),
    ):
        text = part_of(became["hubs"][name], became["hubs"]["bare"])
        assert said[6][f"hubs installed without it, {word}"].startswith(text)
    assert became["hubs"]["exchanged"] > 0
    made = [e.fact for e in told if isinstance(e.fact, RecommendationMade)]
    changing = sum(fact.framework_change for fact in made)
    assert said[2]["recommendations made"] == f"{len(made)}" != "0"
    assert said[2]["of these asking for a SEC modification"] == f"{changing}"
    reported = sum(isinstance(e.fact, HanReviewReported) for e in told)
    assert said[2]["HAN reviews reported"] == f"{reported}" != "0"
    rows = naive_programme.milestone_rows(told, on=sample.AS_AT.date())
    planned, _, actual, state = rows[Milestone.LOCAL_PAIRING_AVAILABLE]
    came = "not reached" if actual is None else f"reached {actual}"
    planned_text, _, reached, _ = rows[Milestone.LEGAL_TEXT]
    days = (reached - planned_text).days
    beside = f"{abs(days)} days {'late' if days > 0 else 'early'}" if days else "on the day"
    assert said[8]["legal text, beside the plan"] == beside
    assert said[5]["local pairing available"] == f"planned {planned}, {came}: {state}"


def test_every_duty_stands_in_the_table_and_has_a_product_or_a_reason():
    held = duties.duties()

    assert {one.place for one in held} == set(duties.PLACES)
    assert len(held) == len(duties.PLACES)
    for one in held:
        assert bool(one.by) != bool(one.reason), one.place
        assert one.asks
    assert len(duties.table().rows) == len(duties.PLACES)


def commands() -> set[str]:
    """Every command of the command line, as `evidence han-review`."""
    found, waiting = set(), [("", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        if not hasattr(command, "list_commands"):
            found.add(name.strip())
            continue
        # groups that are loaded late list their commands to whoever asks
        around = typer.Context(typer.main.get_command(app))
        inner = [(one, command.get_command(around, one)) for one in command.list_commands(around)]
        waiting += [(f"{name} {one}", held) for one, held in inner]
    return found


def test_everything_that_a_duty_names_is_there():
    there = {
        "command": commands(),
        "page": {file.stem for file in PAGES.glob("*.py")},
        "mart": set(MARTS),
        "event": {short_name(name) for name in ALL_TYPES},
        "rule": set(RULES),
        "process": {flow.name for flow in flows().values()},
    }

    for kind, name in duties.named():
        assert name in there[kind], f"{kind} {name}"


def test_questions_name_what_if_by_whole_names_that_there_are():
    ready = {one.name: one for one in ready_questions()}
    scenarios = {
        name: {asked.scenario.name for asked in one.scenarios().values()}
        for name, one in ready.items()
    }
    for question in questions():
        said = {name for name, one in ready.items() if f"Q{question.number}" in asks_of(one)}
        assert set(question.ready) == said, question.number
        kept = set().union(*(scenarios[name] for name in question.ready))
        assert set(question.runs) == kept, question.number
    assert {one.number for one in questions() if one.ready} >= set(range(3, 10))


def asks_of(ready: Ready) -> list[str]:
    """The questions that a ready question says it bears on, whole words."""
    return re.findall(r"Q[0-9]+", ready.paragraph)


def test_what_if_runs_and_answers_are_read_and_what_is_none_is_left_out(tmp_path):
    for name in ("usual", "usually", "broken"):
        (tmp_path / name).mkdir()
        content = json.dumps({"name": name, "label": "simulated", "premises": 9})
        (tmp_path / name / "header.json").write_text(content if name != "broken" else "{")
    told = dict.fromkeys(("title", "label", "sure_luck", "sure_doubt", "code_version"), "x")
    answer = {"name": "privacy-pin", "finding": "a deny list does most", **told, "fans": []}
    (tmp_path / "privacy-pin.json").write_text(json.dumps(answer))
    (tmp_path / "other.json").write_text("{}")

    assert [run.name for run in kept_runs((tmp_path, tmp_path / "nothing"))] == ["usual", "usually"]
    (found,) = ready_answers((tmp_path,))
    assert (found.name, found.finding) == ("privacy-pin", "a deny list does most")

    home = tmp_path / "home"
    lake_of(home, sample.sample_records(8))
    given = ("--home", home, "--out", tmp_path / "q", "--whatif", tmp_path)
    assert twin("evidence", "questions", *given).status == 0
    rows = list(csv.reader((tmp_path / "q" / "q9_ready.csv").read_text().splitlines()))
    assert rows[1][:2] == ["privacy-pin", "a deny list does most"]
    kept = list(csv.reader((tmp_path / "q" / "q7_what_if.csv").read_text().splitlines()))
    assert [row[0] for row in kept[1:]] == ["usual"], "usually is another run"
    assert (
        f"big-bang-or-waves, does-not-fit: {NOT_RUN}"
        in (tmp_path / "q" / "questions.html").read_text()
    )


def test_packs_of_questions_and_milestones_are_whole(tmp_path):
    home = tmp_path / "home"
    lake_of(home, sample.sample_records(8))
    asked = twin(
        "evidence", "questions", "--home", home, "--out", tmp_path / "q", "--whatif", tmp_path
    )
    dated = twin("evidence", "milestones", "--home", home, "--out", tmp_path / "m")

    page = (tmp_path / "q" / "questions.html").read_text()
    assert asked.status == dated.status == 0, (asked, dated)
    assert page.count(NOT_RUN) == sum(bool(one.ready) for one in questions())
    assert all((tmp_path / "q" / f"q{n}.csv").exists() for n in range(1, 11))
    rows = list(csv.reader((tmp_path / "q" / "duties.csv").read_text().splitlines()))
    assert len(rows) == 1 + len(duties.PLACES)
    assert "No set with forecasts" in (tmp_path / "m" / "milestones.html").read_text()
    assert (tmp_path / "m" / "milestones.pdf").read_bytes().startswith(b"%PDF")


def test_an_empty_lake_is_refused(tmp_path):
    lake_of(tmp_path, [])

    for name in ("questions", "milestones"):
        said = twin("evidence", name, "--home", tmp_path, "--out", tmp_path / name)
        assert "holds no fact about premises" in said.refusal


def test_one_premises_is_told_in_no_answer_and_breaks_none(tmp_path):
    (key,) = {event.key for event in sample.sample_events(1)}
    lake = lake_of(tmp_path, logged(sample.sample_events(1)))
    basis = all_of(lake)

    answers = answer(lake.files(), basis, foot="foot", what_if=WhatIf())
    dated = milestones(lake.files(), basis, foot="foot", forecasts=None)
    processes = describe(lake.files(), basis, foot="foot").document

    for document in (answers, dated, processes):
        assert key not in as_html(document)
    figures = [
        row for table in answers.tables() if table.name.startswith("q") for row in table.rows
    ]
    assert any(row[1].startswith("<5 of <5") for row in figures)
    assert not [row for row in figures if re.fullmatch(r"[1-4]( of .*)?", row[1])]
    cases = {row[2] for row in next(t for t in processes.tables() if t.name == "processes").rows}
    assert cases <= {"<5", "0", *(str(n) for n in range(5, 20))}
