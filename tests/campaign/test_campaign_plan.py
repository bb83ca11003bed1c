"""Plans from text: what is read, what is refused, and on which line."""

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from campaign_samples import PLAN, wave
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from twin.campaign.curve import planned_share
from twin.campaign.membership import rank, wave_of
from twin.campaign.plan import Plan, PlanMistake, plan_hash, read_plan, shipped_plans

HERE = Path(__file__).parent
HUBS = (files("twin.campaign") / "plans" / "lcp-hubs.toml").read_text()


def hubs_with(old: str, new: str) -> tuple[PlanMistake, ...]:
    assert old in HUBS
    found = read_plan(HUBS.replace(old, new, 1))
    assert isinstance(found, tuple)
    return found


def line_in_hubs(start: str) -> int:
    return next(n for n, line in enumerate(HUBS.splitlines(), 1) if line.startswith(start))


def test_every_mistake_of_a_bad_plan_is_told_with_its_line():
    found = read_plan((HERE / "bad_plan.toml").read_text())
    assert isinstance(found, tuple)
    told = "".join(f"{mistake.line}: {mistake.sentence}\n" for mistake in found)
    assert told == (HERE / "bad_plan.golden").read_text()


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("share = 0.60", "share = 0.61", "[[waves]]", "add up to 1, not 1.01."),
        ('name = "rest"', 'name = "early"', 'name = "rest"', "two waves are called early."),
        (TO := "planned_to = 2017-09-15", "planned_to = 2017-08-01", TO, "not be before planned"),
        (FROM := "planned_from = 2017-08-21", "planned_from = 2017-07-02", FROM, "it follows"),
        ("share = 0.01", "share = true", "share = 0.01", "a share above 0 and at most 1"),
        ("read_after_days = 6", "read_after_days = 10", "read_after", "below follow_up_days"),
        ('"CHF"', '"CHF"\nafter = "LCP-HUBS"', "submitted_on", "cannot start after itself"),
    ],
)
def test_mistakes_between_values(old: str, new: str, at: str, said: str):
    (mistake,) = hubs_with(old, new)
    assert mistake.line == line_in_hubs(at)
    assert said in mistake.sentence


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("campaign_id = \n", 1),
        ('title = "a"\ntitle = "b"\n', 2),
        ("a = 1\nstarts_on = 2017-02-30\n", 2),
        ("a = 1\n\nb = [1,\n", 3),
        ("x = " + "[" * 3000, 1),
    ],
)
def test_text_that_is_not_toml(text: str, line: int):
    (mistake,) = read_plan(text)
    assert mistake.line == line
    assert mistake.sentence.startswith("the text is not TOML")


def test_a_plan_without_waves_or_tables():
    no_waves = HUBS[: HUBS.index("[[waves]]")]
    assert [m.sentence for m in read_plan(no_waves)] == ["waves is missing."]
    (empty,) = read_plan("waves = []\n" + no_waves)
    assert (empty.line, empty.sentence[:18]) == (1, "waves must be 1 to")
    assert {m.sentence for m in read_plan("gate = 1\nwaves = [3]")} >= {
        "gate must be a table, not 1.",
        "a wave must be a table.",
    }


def test_waves_of_one_line_are_read_as_well():
    root, waves = HUBS.split("[[waves]]", 1)
    one = (
        'waves = [{name = "all", share = 1, release_days = 0, soak_days = 0, '
        "planned_from = 2017-07-01, planned_to = 2017-07-02}]\n"
    )
    plan = read_plan(one + root)
    assert isinstance(plan, Plan)
    assert plan.edges == (1.0,)
    (mistake,) = read_plan(one.replace("share = 1", "share = 0.5") + root)
    assert mistake.line == 1
    assert waves


@given(st.text(max_size=200) | st.text(alphabet="[]=.\"'#{} \n,wavesgate019-T:", max_size=120))
@example("a = " + "9" * 5000)
@example("waves.share = 1\n[waves]\n")
@example('"" = 1\n"a.b" = {"c d" = 1}\n[gate."x y"]\nq = 1')
def test_no_text_raises(text: str):
    found = read_plan(text)
    assert isinstance(found, tuple)
    assert all(1 <= mistake.line <= text.count("\n") + 1 for mistake in found)
    assert found


@given(st.sampled_from(HUBS.splitlines()), st.text(max_size=20))
def test_no_changed_line_raises(line: str, instead: str):
    read_plan(HUBS.replace(line, instead))
    if " = " in line:
        read_plan(HUBS.replace(line, f"{line.split(' = ')[0]} = {instead}"))


def test_the_shipped_plans():
    hubs, meters = shipped_plans()
    assert (hubs.campaign_id, hubs.device_type, hubs.after) == ("LCP-HUBS", "CHF", None)
    assert (meters.campaign_id, meters.device_type, meters.after) == (
        "LCP-METERS",
        "ESME",
        "LCP-HUBS",
    )
    assert hubs.starts_on == date(2017, 7, 1)
    for plan in (hubs, meters):
        assert [wave.share for wave in plan.waves] == [0.01, 0.09, 0.3, 0.6]
        assert plan.edges[-1] == 1.0
        assert plan.submitted_at <= datetime(2017, 7, 1, tzinfo=UTC)
        assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_the_hash_names_the_plan_and_nothing_else():
    plan = read_plan(HUBS)
    assert isinstance(plan, Plan)
    assert plan_hash(plan) == plan_hash(read_plan("# a comment\n" + HUBS))
    assert plan_hash(plan) != plan_hash(replace(plan, title="another"))
    assert plan_hash(msgspec.json.decode(msgspec.json.encode(plan), type=Plan)) == plan_hash(plan)
    assert len(plan_hash(plan)) == 64


SHARES = st.lists(st.floats(0.001, 1), min_size=1, max_size=40).map(
    lambda parts: [part / sum(parts) for part in parts]
)


@given(SHARES, st.floats(0, 1, exclude_max=True))
def test_every_rank_is_in_exactly_one_wave(shares: list[float], place: float):
    plan = replace(PLAN, waves=tuple(wave(f"w{n}", s) for n, s in enumerate(shares)))
    edges = (0.0, *plan.edges)
    inside = [n for n in range(1, len(edges)) if edges[n - 1] <= place < edges[n]]
    assert inside == [wave_of(plan=plan, rank=place)]


def test_ranks_spread_evenly_and_differ_by_campaign():
    ranks = [rank(campaign_id="LCP-HUBS", device_id=f"D{n}") for n in range(20_000)]
    assert all(0 <= place < 1 for place in ranks)
    for decile in range(10):
        inside = sum(decile / 10 <= place < (decile + 1) / 10 for place in ranks)
        assert abs(inside - 2000) < 200
    assert rank(campaign_id="LCP-HUBS", device_id="D1") == ranks[1]
    assert rank(campaign_id="LCP-METERS", device_id="D1") != ranks[1]


@pytest.mark.parametrize(
    ("on", "share"),
    [
        (date(2017, 6, 30), 0.0),
        (date(2017, 7, 1), 0.0),
        (date(2017, 7, 6), 0.1),
        (date(2017, 7, 11), 0.2),
        (date(2017, 7, 13), 0.6),
        (date(2017, 7, 15), 1.0),
        (date(2018, 1, 1), 1.0),
    ],
)
def test_the_plan_curve_is_linear_within_waves(on: date, share: float):
    first = wave("a", 0.2, planned_to=date(2017, 7, 11))
    rest = wave("b", 0.8, planned_from=date(2017, 7, 11), planned_to=date(2017, 7, 15))
    assert planned_share(plan=replace(PLAN, waves=(first, rest)), on=on) == pytest.approx(share)


def test_a_wave_of_one_day_is_done_on_its_day():
    plan = replace(PLAN, waves=(wave("a", 1.0),))
    assert planned_share(plan=plan, on=date(2017, 6, 30)) == 0
    assert planned_share(plan=plan, on=date(2017, 7, 1)) == 1
