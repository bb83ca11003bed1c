"""`twin whatif` backtest, doubt, compare and optimise: what they say, and what they refuse."""

import json
from datetime import date
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

from infra.commands.whatif_compare import lines as compared_lines
from infra.commands.whatif_doubt import lines, picture
from tests.infra.command_line import twin
from tests.whatif.asked import PROGRAMME, a_question, kept
from twin.whatif.compare import compare, figures_of, with_seed
from twin.whatif.doubt.drawing import doubt
from twin.whatif.doubt.split import split

HOST = PROGRAMME.format(premises=3_000)


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "programme.toml"
    file.write_text(HOST)
    return file


def test_the_backtest_says_who_is_right(tmp_path: Path) -> None:
    said = twin("whatif", "backtest", "--json")
    assert said.status == 0
    found = json.loads(said.out)
    assert len(found["lines"]) == 20
    plain = twin("whatif", "backtest").out
    assert found["finding"] in plain
    assert "2016-Q3 to 2020-Q2" in plain


def test_doubt_says_chance_fan_and_what_matters(scenario: Path) -> None:
    home = ("--home", scenario.parent / "home")
    asked = ("--draws", "20", "--seeds", "0", "--by", "2018-02-01")
    said = twin("whatif", "doubt", scenario, *asked, *home)
    assert said.status == 0
    listed = twin("whatif", "list", *home).out
    assert "doubt+programme: " in listed
    assert "0 runs, 1 answers" in listed
    (own,) = json.loads(twin("whatif", "list", "--json", *home).out)
    assert own["name"] == "doubt+programme"
    told = twin("whatif", "show", own["name"], *home).out
    assert said.out.startswith(told)
    assert json.loads(twin("whatif", "show", own["name"], "--json", *home).out)["draws"] == 20
    assert "no what-if answer" in twin("whatif", "show", "compare+a+b", *home).refusal
    assert "20 draws of 14 numbers of behaviour" in said.out
    assert "chance by 2018-02-01: " in said.out
    assert "delivery_delay.ESME" in said.out
    assert "assumed" in said.out


def test_luck_and_numbers_stand_apart() -> None:
    question = a_question(premises=3_000)
    found = doubt(question, draws=20)
    ends = [figures_of(kept(with_seed(question, seed)))["end"] for seed in (1, 2)]
    apart = split(found, ends=ends, simulated=3_000)
    assert apart.by_luck == pytest.approx((ends[0] - ends[1]) ** 2 / 2)
    assert 0 <= apart.share <= 1
    told = picture(found, [date(2018, 1, 1)], apart)
    assert told["variance_of_the_end"]["seeds"] == 2
    assert any("2 exact runs of 3,000 premises" in line for line in lines(found, [], apart))
    with pytest.raises(ValueError, match="at least two"):
        split(found, ends=[1.0], simulated=1)


def test_a_comparison_is_told_in_words() -> None:
    question = a_question(premises=3_000)
    told = compared_lines(compare(question, question, run=kept, seeds=2))
    assert any("ends on the same day" in line for line in told)
    assert any("models taken out" in line for line in told)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("premises = 9", "differ in fleet, so that they are of different fleets"),
        ("premises = -9", "line 7: "),
    ],
)
def test_a_comparison_of_different_fleets_is_refused(
    scenario: Path, changed: str, said: str
) -> None:
    other = scenario.with_name("other.toml")
    other.write_text(HOST.replace("premises = 3000", changed))
    assert said in twin("whatif", "compare", scenario, other).refusal


def test_what_is_not_there_is_refused(scenario: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.toml"
    assert "nothing.toml" in twin("whatif", "compare", scenario, nothing).refusal
    assert "nothing.toml" in twin("whatif", "optimise", nothing).refusal
    assert "nothing.toml" in twin("whatif", "doubt", scenario, "--priors", nothing).refusal
    assert "no ready question joy; there are" in twin("whatif", "questions", "joy").refusal
    assert twin("whatif", "doubt", scenario, "--draws", "0").status == 2


def test_priors_that_cannot_be_are_refused_by_line(scenario: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "priors.toml"
    wrong.write_text(
        "[pin_take_up]\np10 = 0.3\np90 = 0.4\nleast = 0.1\nmost = 0.9\n"
        'unit = "share"\nsource = "x"\nstatus = "assumed"\n'
    )
    refusal = twin("whatif", "doubt", scenario, "--priors", wrong).refusal
    assert "priors.toml line 2: pin_take_up: least <= p10 < 0.2" in refusal


ONE_PRIOR = """["undelivered_share"]
p10 = 0.003
p90 = 0.03
least = 0.0005
most = 0.2
unit = "share"
source = "Ours"
status = "assumed"
"""
SLOW = '[[slow_regions]]\nregion = "North"\ndelivery_ratio = 4\n'


def test_what_cohorts_do_not_carry_is_drawn_exactly(scenario: Path, tmp_path: Path) -> None:
    plan = (files("twin.campaign") / "plans" / "lcp-hubs.toml").read_text(encoding="utf-8")
    nights = '[[windows]]\ndays = ["mon", "thu"]\nopens = "22:00"\ncloses = "04:00"\n[gate]'
    (tmp_path / "plan.toml").write_text(plan.replace("[gate]", nights, 1))
    scenario.write_text(
        'plans = ["plan.toml"]\nband_policy = "free_868"\n' + PROGRAMME.format(premises=500)
    )
    priors = tmp_path / "one.toml"
    priors.write_text(ONE_PRIOR)
    asked = ("whatif", "doubt", scenario, "--draws", "2", "--seeds", "0", "--priors", priors)
    told = json.loads(twin(*asked, "--home", tmp_path / "home", "--json").out)
    assert told["engine"] == "exact"
    assert told["beyond_cohorts"] == ["the windows of LCP-HUBS"]
    assert (told["premises"], told["simulated_premises"], told["draws"]) == (500, 500, 2)
    assert told["label"] == "model only"
    assert told["code_version"] == version("fleet-twin")


def test_kept_runs_are_compared_by_name(scenario: Path, tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home")
    scenario.write_text(PROGRAMME.format(premises=400))
    other = tmp_path / "other.toml"
    other.write_text(PROGRAMME.format(premises=400).replace('"programme"', '"slow"') + SLOW)
    for file in (scenario, other):
        assert twin("whatif", "run", file, *home).status == 0
    by_file = twin("whatif", "compare", scenario, other, "--seeds", "1", "--json", *home).out
    for file in (scenario, other):
        file.unlink()
    by_name = twin("whatif", "compare", "programme", "slow", "--seeds", "1", "--json", *home).out
    assert by_name == by_file
    assert json.loads(by_name)["code_version"] == version("fleet-twin")
    refusal = twin("whatif", "compare", "programme", "fast", *home).refusal
    assert "no what-if run is kept whole under the name fast" in refusal
