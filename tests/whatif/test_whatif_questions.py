"""Ready questions: their files are sound, findings follow from figures, pages need no network."""

import re
from collections.abc import Iterable
from datetime import date

import pytest
from msgspec.structs import replace

from tests.whatif.asked import kept
from tests.whatif.ready import READY, small
from twin.evidence.answers.what_if import ready_answers
from twin.vocabulary import PinIntervention
from twin.whatif.emulated.asking import FieldQuestion, VariantAsked, ask, compared
from twin.whatif.emulated.running import Figures, Job, one_by_one
from twin.whatif.intervals import Interval, interval
from twin.whatif.report.answer import Bar, Picture
from twin.whatif.report.asking import answered
from twin.whatif.report.files import BadQuestion, read_ready
from twin.whatif.report.of_campaigns import of_campaigns
from twin.whatif.report.of_field import of_field
from twin.whatif.report.pages import index, page, write_index, write_page
from twin.whatif.report.pictures import svg
from twin.whatif.report.sentences import told_best


def a_field_question(**changed) -> FieldQuestion:
    asked = FieldQuestion(
        premises=60,
        starts=date(2017, 7, 1),
        ends=date(2017, 10, 1),
        seeds=2,
        draws=2,
        measure="cads_paired",
        better="more",
        doubts=("cad_demand_rate",),
        variants=(VariantAsked(name="A"), VariantAsked(name="B", option=1)),
    )
    return replace(asked, **changed)


def test_all_nine_questions_and_one_refusal_are_there() -> None:
    assert len(READY) == 10
    assert [name for name, one in READY.items() if one.refused] == ["costs"]
    for one in READY.values():
        assert re.search(r"paragraph", one.paragraph)
        for question in one.scenarios().values():
            assert len(question.plans) == 2


def test_figures_follow_from_what_the_field_tells() -> None:
    asked = a_field_question()
    heard: list[Job] = []

    def runner(jobs: Iterable[Job]) -> list[Figures]:
        heard.extend(jobs)
        return [
            {"cads_paired": 10.0 + job.seed + (5 if job.variant.name == "A" else 0)}
            for job in heard
        ]

    found = ask(asked, runner=runner)
    assert len(heard) == 2 * (2 + 2)
    assert found.best == "A"
    assert found.lead.mean == 5
    assert found.best_in_draws == {"A": 2, "B": 0}
    # draws share the first seed, and differ in the drawn number alone
    drawn = [job for job in heard if job.drawn]
    assert {job.seed for job in drawn} == {1}
    assert len({job.drawn["cad_demand_rate"] for job in drawn}) == 2


def test_luck_larger_than_the_lead_is_no_finding() -> None:
    asked = a_field_question()
    by_seed = {
        "A": [{"cads_paired": one} for one in (10.0, 30.0)],
        "B": [{"cads_paired": one} for one in (20.0, 10.0)],
    }
    found = compared(asked, by_seed, {})
    assert found.best == "A"
    assert not found.surely


def test_draws_are_shown_by_their_own_middle_not_by_that_of_the_seeds() -> None:
    ready = replace(READY["options"], field=a_field_question(draws=3))

    def runner(jobs: Iterable[Job]) -> list[Figures]:
        return [{"cads_paired": sum(job.drawn.values()) * 100 + 7 * job.seed} for job in jobs]

    answer = of_field(ready, runner=runner)
    (picture,) = answer.pictures
    assert answer.remarks == ()
    assert picture.title == "CADs paired for 1,000 premises"
    for bar in picture.bars:
        assert bar.low <= bar.value <= bar.high
    assert {bar.over for bar in picture.bars} == {"seeds", "draws"}


def test_the_emulated_field_answers_under_common_luck() -> None:
    asked = a_field_question(
        measure="unauthorised_pairings",
        better="less",
        seeds=2,
        draws=0,
        premises=100,
        ends=date(2018, 7, 1),
        variants=(
            VariantAsked(name="none"),
            VariantAsked(name="default", pin_intervention=PinIntervention.PIN_BY_DEFAULT),
        ),
    )
    found = ask(asked)
    assert found.best == "default"
    none, by_default = (found.of(name, asked.measure).over_seeds for name in ("none", "default"))
    assert none.mean > by_default.mean
    assert ask(asked) == found


LEAD = Interval(mean=-5, low=-6, high=-4, n=4)


@pytest.mark.parametrize(
    ("lead", "surely", "said"),
    [
        (LEAD, True, "A has the fewest things: 10.0 against 15.0 with B"),
        (replace(LEAD, high=1), False, "4 seeds cannot tell the best apart"),
        (Interval(mean=0, low=0, high=0, n=4), False, "A and B come to the same things"),
    ],
)
def test_a_finding_is_no_stronger_than_its_interval(lead, surely: bool, said: str) -> None:
    sentence = told_best(
        best="A",
        runner_up="B",
        values=(10.0, 15.0),
        lead=lead,
        surely=surely,
        better="less",
        what="things",
    )
    assert sentence.startswith(said)


def test_every_question_is_answered_on_a_page_that_needs_no_network(tmp_path) -> None:
    answers = [
        answered(small(one) if not one.refused else one, run=kept, runner=one_by_one)
        for one in READY.values()
        if one.name in ("privacy-pin", "does-not-fit", "costs")
    ]
    for answer in answers:
        write_page(answer, folder=tmp_path)
    place = write_index(tuple(READY.values()), folder=tmp_path)
    assert {one.name: one.finding for one in ready_answers((tmp_path,))} == {
        one.name: one.finding for one in answers
    }
    assert place.read_text() == index(answers)
    for answer in answers:
        text = (tmp_path / f"{answer.name}.html").read_text()
        assert answer.finding.split(":")[0] in text
        assert answer.question_hash in text
        assert f">{answer.label}<" in text
        assert not re.search(r"<script|src=|@import|url\(", text)
        assert re.findall(r'href="([^"#]*)"', text) == ["index.html"]
        hosts = set(re.findall(r"https?://([^/\"]+)", text))
        assert hosts <= {"www.w3.org"}, "names of vocabularies of SVG, never fetched"
        drawn = len(answer.pictures) + len(answer.fans)
        assert text.count("<figure") == text.count('role="img" aria-label=') == drawn
        assert text.count("<svg") == drawn
    by = {answer.name: answer for answer in answers}
    assert by["costs"].finding.startswith("Nothing can be said")
    assert by["privacy-pin"].label == "model only"
    assert " with no intervention" in by["privacy-pin"].remarks[0]
    assert len(by["does-not-fit"].fans) == 3
    assert by["does-not-fit"].tables


def test_a_picture_shows_days_as_dates_whole_names_and_only_what_there_is() -> None:
    name = "S04 is ready in October and has a last wave of its own"
    bars = tuple(Bar(name=name, over="seeds", value=day, low=day, high=day) for day in (10.0, 40.0))
    days = Picture(title="T", axis="A", bars=bars, alt="", starts=date(2017, 6, 1))
    text = svg(days)
    assert re.search(r">\d+ Ju[nl] 2017<", text)
    assert (
        "".join(re.findall(r"<tspan[^>]*>([^<]*)</tspan>", text))
        .replace(" ", "")
        .count(name.replace(" ", ""))
    )
    assert "over draws" not in text
    counts = svg(replace(days, starts=None))
    assert "2017" not in counts
    assert ">0<" in counts, "counts begin at nought"


def test_a_page_says_what_is_in_its_pictures_and_escapes_it() -> None:
    answer = answered(READY["costs"], run=kept, runner=one_by_one)
    text = page(replace(answer, title="<b>&", finding="a < b"))
    assert "<b>&" not in text
    assert "&lt;b&gt;&amp;" in text


def test_the_same_question_gives_the_same_picture() -> None:
    ready = small(READY["does-not-fit"])
    one, other = (of_campaigns(ready, run=kept) for _ in range(2))
    assert replace(one, seconds=0) == replace(other, seconds=0)
    assert svg(one.pictures[0]) == svg(other.pictures[0])
    assert interval([1.0]).n == 1


BAD = """title = "T"
question = "Q"
paragraph = "paragraph 1"
[field]
premises = 10
starts = 2017-07-01
ends = 2018-07-01
seeds = 2
draws = 0
measure = "cads_paired"
better = "more"
[[field.variants]]
name = "A"
[[field.variants]]
name = "B"
"""


def test_an_answer_to_a_question_that_was_changed_since_leaves_the_index(tmp_path) -> None:
    costs = READY["costs"]
    write_page(answered(costs, run=kept, runner=one_by_one), folder=tmp_path)
    (tmp_path / "options.json").write_text("half an ans")
    assert "costs.html" in write_index((READY["options"], costs), folder=tmp_path).read_text()
    changed = replace(costs, hash="another")
    assert "costs.html" not in write_index((changed,), folder=tmp_path).read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"cads_paired"', '"joy"', "line 10: no measure joy"),
        ("seeds = 2", "seeds = 1", "line 8: seeds must be 2 at least"),
        ("premises = 10", "premises = 0", "line 5: premises must be 1 at least"),
        ("ends = 2018", "ends = 2016", "line 7: the period must end after it starts"),
        ('name = "B"', 'name = "B"\nnumbers = { nothing = 1 }', "nothing is no number"),
        ("[field]", "refused = 'no'\n[field]", "one of the three"),
        ("draws = 0", 'draws = 0\ndoubts = ["nothing"]', "no prior nothing"),
        ("premises = 10", "premises = 'ten'", "Expected `int`"),
        ("title", "titel", "bad.toml: "),
    ],
)
def test_a_bad_question_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(BadQuestion, match=re.escape(said)):
        read_ready(BAD.replace(old, new, 1), file="bad.toml")
