"""Plans from text: what is read, what is refused, and on which line."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_samples import PLAN, RULE, wave
from twin.campaign.curve import planned_share
from twin.campaign.dated import ACTIVATION_FORM
from twin.campaign.pacing import PACE_FORM
from twin.campaign.plan import (
    PLAN_TEXT_MAX,
    Plan,
    PlanMistake,
    plan_hash,
    plan_of_text,
    plan_text,
    read_plan,
    shipped_plans,
    sound,
)
from twin.campaign.plan_checks import (
    OPTIONAL,
    ROOT,
    SELECTION,
    STRATA,
    WAVE,
    WAVE_OPTIONAL,
)
from twin.campaign.policy import ON_FAILURE, POLICY, POLICY_OPTIONAL
from twin.campaign.ramps import RAMP_FORM, Ramp
from twin.campaign.windows import WINDOW_FORM

HERE = Path(__file__).parent
GOOD = (HERE / "good_plan.toml").read_text()
"""A plan with every key that a plan may have."""


REST = "rest = true\nrelease_days = 6"
"""The wave that leaves nobody over."""


def good_with(old: str, new: str) -> tuple[PlanMistake, ...]:
    assert old in GOOD
    found = read_plan(GOOD.replace(old, new, 1))
    assert isinstance(found, tuple)
    return found


def line_in_good(start: str) -> int:
    return next(n for n, line in enumerate(GOOD.splitlines(), 1) if line.startswith(start))


@pytest.mark.peer_fault("PF-hawkbit-22")
def test_every_mistake_of_a_bad_plan_is_told_with_its_line():
    found = read_plan((HERE / "bad_plan.toml").read_text())
    assert isinstance(found, tuple)
    told = "".join(f"{mistake.line}: {mistake.sentence}\n" for mistake in found)
    assert told == (HERE / "bad_plan.golden").read_text()


def test_the_bad_plan_leaves_no_key_out():
    told = (HERE / "bad_plan.golden").read_text()
    forms = (ROOT, OPTIONAL, SELECTION, STRATA, POLICY, WAVE, WAVE_OPTIONAL)
    forms = (
        *forms,
        POLICY_OPTIONAL,
        ON_FAILURE,
        PACE_FORM,
        RAMP_FORM,
        WINDOW_FORM,
        ACTIVATION_FORM,
    )
    tables = {
        "gate",
        "policy",
        "waves",
        "selection",
        "pacing",
        "windows",
        "activation",
        "on_failure",
    }
    keys = {key for form in forms for key in form} - tables
    assert {key for key in keys if f" {key} " not in told} == set()
    gate_keys = set(RULE.__struct_fields__)
    assert {key for key in gate_keys if f" {key} " not in told} == set()


def test_a_plan_with_every_key_is_read():
    plan = read_plan(GOOD)
    assert isinstance(plan, Plan)
    assert (plan.author, plan.priority, plan.on_reject) == ("a-planner", 5, "abort")
    assert plan.selection.suppliers == ("S01", "S02")
    assert [one.rest for one in plan.waves] == [False, False, True, True]
    assert plan.pacing is not None
    assert plan.pacing.rates("region") == {"North": 5000, "*": 20000}
    assert [one.opens for one in plan.windows] == ["22:00", "01:00"]
    assert plan.waves[3].ramp == Ramp(per_day=100, factor=2, after=500)
    assert plan.is_paced
    assert plan.gate.strata == ("model", "region")
    assert plan_of_text(plan_text(plan)) == plan
    assert sound(msgspec.to_builtins(plan, builtin_types=(date,)))


def test_windows_that_stay_closed_as_long_as_a_follow_up_are_a_mistake():
    seldom = GOOD.replace('"mon", "tue", "wed", "thu"', '"sun"')
    assert isinstance(read_plan(seldom), Plan)
    found = read_plan(
        seldom.replace("follow_up_days = 10", "follow_up_days = 5")
        .replace("days = 6", "days = 3")
        .replace("activation_days = 8", "activation_days = 5")
    )
    assert isinstance(found, tuple)
    assert [(one.line, one.sentence) for one in found] == [
        (
            line_in_good("[[windows]]"),
            "no window opens for 6.7 days, and an attempt is given up after 5.",
        )
    ]


@pytest.mark.peer_fault(
    "PF-hawkbit-04",
    "PF-hawkbit-33",
    "PF-mender-02",
    "PF-mender-03",
    "PF-mender-17",
    "PF-ours-16",
)
@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("share = 0.02", "share = 1.02", "share = 0.02", "a share above 0 and at most 1"),
        ("share = 0.02", "share = 0.99", "[[waves]]", "model 1234-00000001, not 1.04."),
        (REST, "share = 0.9\nrelease_days = 6", "[[waves]]", "add up to 1 for region"),
        ("share = 0.02", "share = 0.02\nrest = true", "[[waves]]", "a share, or the rest"),
        ("share = 0.02\n", "", "[[waves]]", "a share, or the rest"),
        ('name = "others"', 'name = "early"', 'name = "others"', "two waves are called early."),
        (TO := "planned_to = 2017-09-15", "planned_to = 2017-08-01", TO, "not be before planned"),
        (FROM := "planned_from = 2017-08-21", "planned_from = 2017-07-02", FROM, "it follows"),
        ("share = 0.02", "share = true", "share = 0.02", "a share above 0 and at most 1"),
        ("read_after_days = 6", "read_after_days = 10", "read_after", "below follow_up_days"),
        ('"LCP-BEFORE"', '"LCP-ALL"', "after", "cannot start after itself"),
        ("ends_on = 2017-12-31", "ends_on = 2017-06-30", "ends_on", "not be before starts_on"),
        ('kind = "sequential"', 'kind = "threshold"', "strata", 'need kind = "sequential"'),
        ("errors_above = 0.08", "errors_above = 0.0", "errors_above", "the first error ends"),
        ("errors_above = 0.08", "errors_above = -0.01", "errors_above", "from 0 to below 1"),
        ("errors_above = 0.08", "errors_above = 1.2", "errors_above", "from 0 to below 1"),
        ("accept_bad = 0.20", "accept_bad = 0.04", "accept_good", "below accept_bad"),
        ("success_at_least = 0.92", "success_at_least = 0.99", "success_at", "1 - accept_good"),
        ("success_at_least = 0.92", "success_at_least = nan", "success_at", "above 0 and at most"),
        ("alpha = 0.05", "alpha = 0.51", "alpha", "at most 0.5"),
        ("North = 5000", "Nroth = 5000", "per_region", "must name North, Central or South or"),
        ("{ S01 = 9000 }", "{ X1 = 9000 }", "per_supplier", "not 'X1'"),
        ('"1234-00000001" = 3000', '"1234" = 3000', "per_model", "a model such as"),
        ('days = ["sun"]', 'days = ["sun", "sun"]', 'days = ["sun"]', "each at most once"),
        ("after = 500", "after = 5, at = 1", "ramp", "'at' is not a key of [waves.ramp]."),
        ("follow_up_days = 10", "follow_up_days = 10.5", "follow_up_days", "from 1 to 366"),
        ('obligation = "ii"', 'obligation = "i"', "[selection]", "nothing is installed from 2017"),
        (
            "installed_from = 2016-11-01",
            "installed_from = 2017-07-01",
            "[selection]",
            "before 2017",
        ),
        ('device_type = "CHF"', 'device_type = "GSME"', "obligation", "hubs and electricity"),
    ],
)
def test_a_mistake_is_told_on_its_line(old: str, new: str, at: str, said: str):
    found = good_with(old, new)
    first = found[0]
    assert first.line == line_in_good(at)
    assert said in first.sentence


def test_waves_of_strata_that_leave_a_gap_name_the_stratum():
    (mistake,) = good_with(
        REST, 'regions = ["Central"]\nsuppliers = ["S01"]\nshare = 0.98\nrelease_days = 6'
    )
    assert mistake.sentence == (
        "the shares of the waves must add up to 1 for region of any other name, "
        "supplier of any other name, model of any other name, not 0.02."
    )


@pytest.mark.peer_fault("PF-mender-01")
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


@pytest.mark.peer_fault("PF-mender-02")
def test_a_plan_without_waves_or_tables():
    no_waves = GOOD[: GOOD.index("[[waves]]")]
    assert [m.sentence for m in read_plan(no_waves)] == ["waves is missing."]
    (empty,) = read_plan("waves = []\n" + no_waves)
    assert (empty.line, empty.sentence[:18]) == (1, "waves must be 1 to")
    assert {m.sentence for m in read_plan("gate = 1\nselection = 2\nwaves = [3]")} >= {
        "gate must be a table, not 1.",
        "selection must be a table, not 2.",
        "a wave must be a table.",
    }


def test_waves_of_one_line_are_read_as_well():
    root, _ = GOOD.split("[[waves]]", 1)
    one = (
        'waves = [{name = "all", share = 1, release_days = 0, soak_days = 0, '
        "planned_from = 2017-07-01, planned_to = 2017-07-02}]\n"
    )
    plan = read_plan(one + root)
    assert isinstance(plan, Plan)
    assert [w.share for w in plan.waves] == [1.0]
    (mistake,) = read_plan(one.replace("share = 1", "share = 0.5") + root)
    assert mistake.line == 1


@pytest.mark.peer_fault("PF-tuf-08")
def test_a_plan_longer_than_the_log_takes_is_refused():
    many = ", ".join(f'"1234-{n:08X}"' for n in range(PLAN_TEXT_MAX // 16))
    found = good_with('models = ["1234-00000001"]', f"models = [{many}]")
    assert [m.sentence for m in found] == ["a plan must not be longer than 48,000 characters."]


@pytest.mark.peer_fault("PF-mender-01")
@settings(deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="[]=.\"'#{} \n,wavesgate019-T:", max_size=120))
@example("a = " + "9" * 5000)
@example("waves.share = 1\n[waves]\n")
@example('"" = 1\n"a.b" = {"c d" = 1}\n[gate."x y"]\nq = 1')
def test_no_text_raises(text: str):
    found = read_plan(text)
    assert isinstance(found, tuple)
    assert all(1 <= mistake.line <= text.count("\n") + 1 for mistake in found)
    assert found


ODD_VALUES = """
nan inf -inf true "" [] [[]] {} {a=1} ["S",1] [{}] 1e400 -0.0 0x10 07:00:00
2017-07-01 2017-07-01T00:00:00Z 999999999999999999999999999999999999999
"""
VALUES = st.sampled_from(ODD_VALUES.split())


@settings(deadline=None)
@given(st.sampled_from(GOOD.splitlines()), st.text(max_size=20) | VALUES)
def test_no_changed_line_raises(line: str, instead: str):
    read_plan(GOOD.replace(line, instead))
    if " = " in line:
        read_plan(GOOD.replace(line, f"{line.split(' = ')[0]} = {instead}"))


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
        assert plan.submitted_at <= datetime(2017, 7, 1, tzinfo=UTC)
        assert plan.approval_required
        assert plan.waves[0].name == "canary"
        assert plan_of_text(plan_text(plan)) == plan
        text = (files("twin.campaign") / "plans" / f"{plan.campaign_id.lower()}.toml").read_text()
        assert read_plan(text) == plan


def test_the_hash_names_the_plan_and_nothing_else():
    plan = read_plan(GOOD)
    assert isinstance(plan, Plan)
    commented = read_plan("# a comment\n" + GOOD)
    assert isinstance(commented, Plan)
    assert plan_hash(plan) == plan_hash(commented)
    assert plan_hash(plan_of_text(plan_text(plan))) == plan_hash(plan)
    assert len(plan_hash(plan)) == 64


@pytest.mark.peer_fault("PF-mender-19")
def test_every_line_of_a_plan_is_in_its_hash():
    """What is not hashed could be changed after the approval."""
    plan = read_plan(GOOD)
    assert isinstance(plan, Plan)
    text = plan_text(plan)
    names = {line.split(" = ")[0] for line in GOOD.splitlines() if " = " in line}
    assert {name for name in names if f'"{name}":' not in text} == set()
    canonical = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert text == canonical
    assert plan_hash(plan) == sha256(text.encode()).hexdigest()
    assert plan_hash(plan) != plan_hash(replace(plan, title="another"))


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


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("delivery_days = 3", "delivery_days = 11", "delivery_days must not be above follow_up"),
        ("transfer_days = 5", "transfer_days = 11", "transfer_days must not be above follow_up"),
        ('{ then = "never" }', '{ then = "never", retries = 2 }', "what is never tried again"),
        (
            "activation_failure = {",
            "confirmation_timed_out = { after_days = 1 }\nactivation_failure = {",
            "a device that told of its activation",
        ),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused_on_its_line(old: str, new: str, says: str):
    (mistake,) = good_with(old, new)
    assert mistake.sentence.startswith(says)
    assert mistake.line == GOOD[: GOOD.index(old)].count("\n") + 1


def test_a_plan_that_leaves_causes_and_steps_to_their_defaults_has_the_hash_it_always_had():
    """By the words of the shipped plans; a plan on the log of an older run is still itself."""
    text = plan_text(shipped_plans()[0])
    assert sha256(text.encode()).hexdigest() == (
        "b9395879e62987b6e497dcd186beca615ae79df331540271119b1e2ea84b9c3a"
    )
    assert not {"on_failure", "delivery_days", "activation_days"} & set(json.loads(text)["policy"])
