"""What a run works with: plans, catalogue, settings; what cannot be used is named with its line."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from infra.run.equipment import (
    Equipment,
    PlanRefused,
    catalogue_file,
    catalogue_mark,
    catalogue_of,
    plan_from,
    plans_of,
)
from infra.run.history import History, Home, HomeRefused
from twin.campaign.plan import shipped_plans
from twin.ingest.catalogue import shipped_catalogue, write_catalogue

SHIPPED = files("twin.campaign").joinpath("plans/lcp-hubs.toml").read_text("utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "twin")
    home.prepare()
    return home


def plan_file(home: Home, text: str, name: str = "mine.toml") -> Path:
    path = home.path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_files_the_shipped_plans_are_used(home: Home) -> None:
    assert plans_of(home) == shipped_plans()


def test_files_given_come_before_those_kept_and_those_shipped(home: Home) -> None:
    mine = plan_file(home, SHIPPED.replace("LCP-HUBS", "LCP-MINE"))
    kept = plan_file(home, SHIPPED.replace("LCP-HUBS", "LCP-KEPT"), name="plans/kept.toml")
    assert [plan.campaign_id for plan in plans_of(home, (mine,))] == ["LCP-MINE"]
    assert [plan.campaign_id for plan in plans_of(home)] == ["LCP-KEPT"]
    assert kept.exists()


@pytest.mark.peer_fault("PF-mender-05")
def test_two_files_with_one_plan_under_two_names_are_refused(home: Home) -> None:
    one = plan_file(home, SHIPPED, name="one.toml")
    two = plan_file(home, SHIPPED.replace("LCP-HUBS", "LCP-MORE"), name="two.toml")
    with pytest.raises(PlanRefused, match=r"two.toml is that of .*one.toml under another name"):
        plans_of(home, (one, two))


@pytest.mark.peer_fault("PF-ours-16")
def test_threshold_of_120_percent_is_one_sentence_with_its_line(home: Home) -> None:
    text = SHIPPED.replace("success_at_least = 0.92", "success_at_least = 1.2")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "success_at_least" in row)
    with pytest.raises(PlanRefused) as refused:
        plan_from(plan_file(home, text))
    said = str(refused.value)
    assert f"mine.toml: line {line}: success_at_least must be a share above 0 and at most 1" in said
    assert said.count("line ") == 1
    assert "\n" not in said


def test_every_mistake_is_named(home: Home) -> None:
    text = SHIPPED.replace("errors_above = 0.08", "errors_above = nan").replace(
        "attempts_max = 2", "attempts_max = 0"
    )
    with pytest.raises(PlanRefused, match=r"line \d+: errors_above .*; line \d+: attempts_max"):
        plan_from(plan_file(home, text))


def test_plan_that_is_no_text_or_no_file_is_refused(home: Home) -> None:
    (home.path / "bad.toml").write_bytes(b"\xff\xfe")
    for path in (home.path / "bad.toml", home.path / "none.toml", home.path):
        with pytest.raises(PlanRefused, match="cannot be read"):
            plan_from(path)


def test_catalogue_is_the_shipped_one_until_another_is_ingested(home: Home) -> None:
    assert catalogue_mark(home) == "shipped"
    assert catalogue_of(home).entries == shipped_catalogue().entries
    write_catalogue(catalogue_file(home), shipped_catalogue().entries[:10])
    assert len(catalogue_of(home).entries) == 10
    first = catalogue_mark(home)
    write_catalogue(catalogue_file(home), shipped_catalogue().entries[:11])
    assert len(first) == 16
    assert catalogue_mark(home) != first


def test_processes_need_a_history(home: Home) -> None:
    with pytest.raises(HomeRefused, match=r"no history was begun in .*: `twin run` begins one"):
        Equipment.of(home.path)


def test_equipment_of_a_history(home: Home) -> None:
    history = History(
        premises=5,
        seed=1,
        starts=date(2017, 4, 1),
        ends=date(2017, 5, 1),
        tick_hours=24,
        broker="local",
        plans={},
        catalogue="shipped",
    )
    home.write(history)
    found = Equipment.of(home.path)
    assert found.history == history
    assert found.plans == shipped_plans()
    assert found.assumptions.growth_from
