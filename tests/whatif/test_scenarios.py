"""What a scenario file may not say: refused with file, line, and what would be right."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace
from ruamel.yaml import YAML

from tests.whatif.questions import HUBS, text_of
from twin.campaign.plan import shipped_plans
from twin.ingest.catalogue import Catalogue, shipped_catalogue
from twin.vocabulary import DeviceType
from twin.whatif.labels import label_of
from twin.whatif.plan_checks import model_mistake
from twin.whatif.reading import ScenarioRefused, question_of, read_question

PLANS = files("twin.whatif") / "questions" / "plans"
GOOD = """name = "good"
[horizon]
from = 2017-06-20
to = 2018-01-01
[fleet]
premises = 1000
"""
BAD = [
    (
        "[fleet]",
        '[[bad_images]]\ndevice_type = "ESME"\nmodel = "1062-FFFFFFFF"\nfailed_share = 1\n[fleet]',
        7,
        "no ESME of the model 1062-FFFFFFFF",
    ),
    ("premises = 1000", "premises = -5", 6, "premises must be a whole number from 1 to 40,000,000"),
    ("to = 2018-01-01", "to = 2017-01-01", 4, "the horizon must end after the day"),
    ("from = 2017-06-20\nto = 2018-01-01", "from = 2015-01-01\nto = 2016-01-01", 4, "2016-07-01"),
    ('name = "good"', 'name = "Good Name"', 1, "name must be small letters, digits and hyphens"),
    ("[fleet]", "[flete]", 5, "'flete' is not a key of a scenario"),
    ("premises = 1000", 'curve = "plannd"', 6, "curve must be planned, published or own"),
    ("premises = 1000", 'curve = "own"', 5, "two [[fleet.points]] at least"),
    ('name = "good"', 'name = "good"\nsample = 0', 2, "sample must be a share above 0"),
    ('name = "good"', 'name = "good"\nsample = nan', 2, "sample must be a share above 0"),
    ('name = "good"', 'name = "good"\nbasis = "x"', 1, "one of the two must be said"),
    ('name = "good"', 'name = "good"\nplans = ["none.toml"]', 2, "plan none.toml cannot be read"),
    ('name = "good"', 'name = "good"\npin_intervention = "hope"', 2, "pin_intervention must be"),
    ("[fleet]", "[assumptions]\nundelivered_share = -1\n[fleet]", 6, "-1 is negative"),
    ("[fleet]", "[assumptions]\nundelivered_share = nan\n[fleet]", 6, "nan is not a number"),
    (
        "[fleet]",
        "[assumptions]\nsilent_share = 0.1\n[fleet]",
        6,
        "did you mean silent_",
    ),
    ("[fleet]", "[assumptions]\nihd_take_up = 0.1\n[fleet]", 6, "what-if does not use that row"),
    (
        "[fleet]",
        '[[late_suppliers]]\nsupplier = "S99"\nfrom = 2017-08-01\n[fleet]',
        6,
        "supplier must be S01",
    ),
    (
        "[fleet]",
        '[[bad_images]]\ndevice_type = "CHF"\nfailed_share = 1.5\n[fleet]',
        7,
        "failed_share must be a share",
    ),
    (
        "[fleet]",
        "[obligations]\nall_installed_by = 2016-01-01\n[fleet]",
        6,
        "must not be before the fleet, 2016-07-01",
    ),
    ("[fleet]", "[[freezes]]\nfrom = 2019-01-01\ndays = 3\n[fleet]", 6, "within the horizon"),
    ("premises = 1000", "premises = = 3", 6, "the text is not TOML here"),
]


@pytest.mark.parametrize(("held", "instead", "line", "said"), BAD)
def test_each_mistake_is_told_with_its_line(
    held: str, instead: str, line: int, said: str, tmp_path: Path
) -> None:
    assert held in GOOD

    with pytest.raises(ScenarioRefused) as refused:
        question_of(GOOD.replace(held, instead), name="s.toml", folder=tmp_path)

    assert any(m.line == line and said in m.sentence for m in refused.value.mistakes), refused.value
    assert str(refused.value).startswith("s.toml line ")


def test_a_good_one_is_read(tmp_path: Path) -> None:
    question = question_of(GOOD, name="s.toml", folder=tmp_path)

    assert question.scenario.name == "good"
    assert [plan.campaign_id for plan in question.plans] == ["LCP-HUBS", "LCP-METERS"]


@pytest.mark.parametrize(
    ("held", "instead", "line", "said"),
    [
        ("share = 0.02", "share = 1.5", 28, "share must be a share above 0 and at most 1"),
        ('rest = true\nregions = ["South"]', 'share = 1.0\nregions = ["South"]', 26, "not 1.02"),
        ('rest = true\nregions = ["South"]', 'share = 0.5\nregions = ["South"]', 26, "not 0.52"),
        (
            "[gate]",
            '[[windows]]\ndays = ["sun"]\nopens = "01:00"\ncloses = "01:30"\n[gate]',
            10,
            "no window opens for 13.9 days",
        ),
        ("[gate]", "[pacing]\nper_day = nan\n[gate]", 11, "per_day must be a whole number"),
        ("[gate]", "[pacing]\nper_day = -3\n[gate]", 11, "per_day must be a whole number"),
        (
            "[gate]",
            '[selection]\nsuppliers = ["S99"]\n[gate]',
            11,
            "no supplier is called S99; there are S01 to S12",
        ),
        (
            "[gate]",
            '[selection]\nmodels = ["FA4A-FFFFFFFF"]\n[gate]',
            11,
            "no CHF of the model FA4A-FFFFFFFF",
        ),
        ("[gate]", '[selection]\nhub_variants = ["dual_band"]\n[gate]', 11, "of no variant"),
        ("starts_on = 2017-07-01", "starts_on = 2016-06-01", 7, "before the fleet"),
        (
            "installed_before = 2017-07-01",
            "installed_before = 2016-07-01",
            8,
            "nobody is installed",
        ),
    ],
)
def test_a_mistake_in_a_plan_names_the_plan_and_its_line(
    held: str, instead: str, line: int, said: str, tmp_path: Path
) -> None:
    assert held in HUBS
    (tmp_path / "plan.toml").write_text(HUBS.replace(held, instead), encoding="utf-8")

    text = text_of(top='plans = ["plan.toml"]')

    with pytest.raises(ScenarioRefused) as refused:
        question_of(text, name="s.toml", folder=tmp_path)

    (mistake, *_) = refused.value.mistakes
    assert mistake.file == "plan.toml"
    assert mistake.line == line
    assert said in mistake.sentence


def test_firmware_that_is_not_current_is_refused() -> None:
    model, *_ = shipped_catalogue().upgradable(DeviceType.CHF)
    gone = [
        replace(entry, status="Removed") if entry.model == model else entry
        for entry in shipped_catalogue().entries
    ]
    assert model_mistake(model, DeviceType.CHF, shipped_catalogue()) is None
    said = model_mistake(model, DeviceType.CHF, Catalogue(gone))
    assert said is not None
    assert said.startswith(f"{model} has no firmware with local pairing that is Current: name one")
    assert model not in said.partition("name one")[2]


def test_a_plan_in_yaml_is_read_as_what_it_is(tmp_path: Path) -> None:
    raw = tomllib.loads(HUBS)
    YAML().dump(raw, tmp_path / "plan.yaml")
    question = question_of(text_of(top='plans = ["plan.yaml"]'), name="s.toml", folder=tmp_path)
    assert question.plans == (shipped_plans()[0],)

    raw["selection"] = {"suppliers": ["S99"]}
    YAML().dump(raw, tmp_path / "plan.yaml")
    with pytest.raises(ScenarioRefused, match=r"plan.yaml line \d+: no supplier is called S99"):
        question_of(text_of(top='plans = ["plan.yaml"]'), name="s.toml", folder=tmp_path)


def test_a_way_back_is_not_simulated_in_silence(tmp_path: Path) -> None:
    back = 'rolls_back = "LCP-HUBS"\ncampaign_id = "BACK"'
    model, *_ = shipped_catalogue().upgradable(DeviceType.CHF)
    older = shipped_catalogue().older_version(model)
    plan = HUBS.replace(
        'campaign_id = "LCP-HUBS"', f"{back}\ntargets = {{ '{model}' = '{older}' }}"
    )
    (tmp_path / "plan.toml").write_text(plan)
    with pytest.raises(ScenarioRefused, match=r"plan.toml line \d+: .*way back"):
        question_of(text_of(top='plans = ["plan.toml"]'), name="s.toml", folder=tmp_path)


def test_yaml_says_the_same_with_its_own_lines(tmp_path: Path) -> None:
    good = "name: good\nhorizon:\n  from: 2017-06-20\n  to: 2018-01-01\nfleet:\n  premises: 1000\n"
    file = tmp_path / "s.yaml"
    file.write_text(good, encoding="utf-8")
    toml = question_of(GOOD, name="s.toml", folder=tmp_path)

    assert read_question(file).hash == toml.hash

    for wrong, line, said in (
        (good.replace("1000", "-1"), 6, "premises must be"),
        (good.replace("  to:", " to:"), 4, "not YAML"),
        ("- a list", 1, "a scenario is a table"),
    ):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(ScenarioRefused) as refused:
            read_question(file)
        assert refused.value.mistakes[0].line == line
        assert said in refused.value.mistakes[0].sentence


def test_what_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("none.toml", "b.toml"):
        with pytest.raises(ScenarioRefused, match=f"{name} line 1: the file cannot be read"):
            read_question(tmp_path / name)


def test_another_plan_or_seed_is_another_question(tmp_path: Path) -> None:
    one = question_of(GOOD, name="s.toml", folder=tmp_path)
    seeded = question_of(GOOD.replace('"good"', '"good"\nseed = 2'), name="s.toml", folder=tmp_path)
    (tmp_path / "plan.toml").write_text(HUBS, encoding="utf-8")
    planned = question_of(
        GOOD.replace('"good"', '"good"\nplans = ["plan.toml"]'), name="s.toml", folder=tmp_path
    )

    assert len({one.hash, seeded.hash, planned.hash}) == 3


def test_a_plan_that_leaves_out_the_early_installed_is_refused_with_its_file(
    tmp_path: Path,
) -> None:
    text = (PLANS / "hubs.toml").read_text(encoding="utf-8")
    later = text.replace("[gate]", '[selection]\nobligation = "i"\n\n[gate]', 1)
    (tmp_path / "late.toml").write_text(
        later.replace("installed_before = 2017-07-01\n", ""), encoding="utf-8"
    )
    (tmp_path / "one.toml").write_text(
        GOOD.replace('name = "good"', 'name = "good"\nplans = ["late.toml"]'), encoding="utf-8"
    )
    with pytest.raises(ScenarioRefused) as refused:
        read_question(tmp_path / "one.toml")
    (mistake,) = refused.value.mistakes
    assert mistake.sentence == "a what-if cannot leave out what was installed before a day."


@pytest.mark.parametrize(
    ("ends", "label"), [("2019-01-01", "simulated"), ("2019-01-02", "model only")]
)
def test_the_last_published_day_is_within_evidence(ends: str, label: str) -> None:
    text = GOOD.replace("to = 2018-01-01", f"to = {ends}")
    question = question_of(text, name="good.toml", folder=Path())
    assert label_of(question.scenario)[0] == label
