"""`twin campaign forecast` and what the journal foresees: from a lake on disk, no log running."""

import json
from datetime import date
from pathlib import Path

import msgspec
import polars as pl
import pytest

from infra.commands.campaign_forecast import Foreseen, foreseen
from infra.commands.campaign_pictures import entry, told
from infra.run.allowance import BATCH, FIRST_GUESS, IDLE_DAYS, SHARE, Allowance
from streams.archive import open_lake
from tests.infra.command_line import twin
from tests.lake.lake_records import append
from tests.marts import sample
from tests.marts.sample_decisions import campaign_facts
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import publish

PREMISES = 40
DAY = "2017-09-12"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose lake was archived in commits, and a set published from it."""
    folder = tmp_path_factory.mktemp("home")
    lake = open_lake(folder)
    append(lake, sample.sample_records(PREMISES))
    builder = MartBuilder()
    builder.add_files(lake.files())
    builder.refresh_forecasts()
    meta = SetMeta(
        set_id="s1", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=PREMISES
    )
    frames = builder.build(meta=meta, health={})
    builder.close()
    publish(frames, home=folder, set_id="s1", now=sample.PUBLISHED_AT)
    return folder


def mart(home: Path) -> pl.DataFrame:
    return pl.read_parquet(home / "marts" / "sets" / "s1" / "campaign_forecasts.parquet")


def test_the_command_says_what_the_mart_has_for_that_day(home: Path) -> None:
    said = twin("campaign", "forecast", "LCP-METERS", "--on", DAY, "--json", "--home", home)
    assert said.status == 0, said
    found = json.loads(said.out)
    rows = mart(home).filter(campaign_id="LCP-METERS", day=date.fromisoformat(DAY))

    columns = ["scope", "name", "p10", "p50", "p90", "chance", "members", "settled", "censored"]
    expected = {(r["scope"], r["name"]): r for r in rows.select(columns).to_dicts()}
    told_of = {(g["scope"], g["name"]): g for g in found["groups"]}
    as_json = {key: json.loads(msgspec.json.encode(row)) for key, row in expected.items()}
    assert told_of == as_json
    assert len(told_of) > 5
    assert (found["as_known_on"], found["basis"], found["simulated"]) == (
        DAY,
        "observed+prior",
        True,
    )
    assert found["by"] == "2017-12-10"


def test_in_words_it_names_days_chance_basis_score_and_every_assumption(home: Path) -> None:
    said = twin("campaign", "forecast", "LCP-METERS", "--on", DAY, "--home", home)
    assert said.status == 0, said
    lines = said.out.splitlines()

    assert lines[0] == (
        "LCP-METERS is running; its end as known at the start of 12 September 2017 "
        "(forecast, simulated data)"
    )
    assert lines[1].endswith("by 10 December 2017")
    assert any(line.split()[:1] == ["campaign"] for line in lines)
    assert {"region", "supplier"} <= {line.split()[0] for line in lines}
    assert any(line.startswith("basis observed+prior: ") for line in lines)
    (score,) = [line for line in lines if line.startswith("how good: ")]
    assert "of 1 campaign: finished campaigns of this lake" in score
    assumed = lines[lines.index("assumed, until the campaign has shown otherwise:") + 1 :]
    assert len(assumed) == 16


def test_another_day_to_meet_changes_the_chance_alone(home: Path) -> None:
    arguments = ("campaign", "forecast", "LCP-METERS", "--on", DAY, "--json", "--home", home)
    plan, late = (json.loads(twin(*arguments, *more).out) for more in ((), ("--by", "2019-01-01")))

    assert late["by"] == "2019-01-01"
    assert late["groups"][0]["chance"] == 1.0
    assert late["groups"][0]["chance"] > plan["groups"][0]["chance"]
    assert late["groups"][0]["p90"] == plan["groups"][0]["p90"]


def test_before_any_campaign_had_ended_the_benchmark_is_the_score(home: Path) -> None:
    said = twin("campaign", "forecast", "LCP-HUBS", "--on", "2017-07-20", "--json", "--home", home)

    assert json.loads(said.out)["score"]["source"] == (
        "emulated campaigns, tests/benchmarks forecast"
    )


def test_a_campaign_that_is_over_is_answered_in_one_sentence(home: Path) -> None:
    said = twin("campaign", "forecast", "LCP-HUBS", "--home", home)

    assert said.status == 0
    assert said.out == ("LCP-HUBS is over: finished on 14 August 2017; nothing to forecast\n")
    as_json = twin("campaign", "forecast", "LCP-HUBS", "--json", "--home", home)
    assert json.loads(as_json.out) == {
        "campaign_id": "LCP-HUBS",
        "state": "FINISHED",
        "ended_on": "2017-08-14",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("LCP-NONE",),
            "no campaign LCP-NONE is in the lake; those known: LCP-HUBS, LCP-METERS",
        ),
        (
            ("LCP-HUBS", "--on", "2017-03-01"),
            "LCP-HUBS forecast: nothing was known of LCP-HUBS before 2017-03-01.",
        ),
        (
            ("LCP-HUBS", "--on", "2017-04-02"),
            "LCP-HUBS forecast: the membership of LCP-HUBS was not frozen before 2017-04-02.",
        ),
        (
            ("LCP-HUBS", "--on", "2017-05-02"),
            "LCP-HUBS forecast: the campaign has no members, so it has no end to forecast.",
        ),
    ],
)
def test_what_cannot_be_forecast_is_refused_in_one_sentence(
    home: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    assert twin("campaign", "forecast", *arguments, "--home", home).refusal == sentence


def test_a_home_without_a_lake_stays_without_one(tmp_path: Path) -> None:
    said = twin("campaign", "forecast", "LCP-HUBS", "--home", tmp_path / "nobody")

    assert said.refusal == "no campaign LCP-HUBS is in the lake; those known: none"
    assert not (tmp_path / "nobody").exists()


def test_a_day_that_is_none_is_wrong_usage(home: Path) -> None:
    assert twin("campaign", "forecast", "LCP-HUBS", "--on", "soon", "--home", home).status == 2


def test_the_journal_gets_the_end_that_was_foreseen_on_the_day(home: Path) -> None:
    days = foreseen("LCP-METERS", home=home)
    events = [event for event in campaign_facts(until=sample.AS_AT) if event.key == "LCP-METERS"]
    (row,) = (
        mart(home)
        .filter(campaign_id="LCP-METERS", scope="campaign", day=date(2017, 9, 14))
        .to_dicts()
    )
    held = next(event for event in events if event.occurred_at.date() == date(2017, 9, 14))

    assert days[date(2017, 9, 14)] == Foreseen(row["p50"], row["p90"])
    line = told(held, days.get(held.occurred_at.date()))
    assert line.endswith(f"[end foreseen: P50 {row['p50']}, P90 {row['p90']}]")
    picture = entry(held, days[date(2017, 9, 14)])
    assert picture["forecast"] == {"p50": row["p50"], "p90": row["p90"]}
    assert "foreseen" not in told(events[0], days.get(events[0].occurred_at.date()))
    assert entry(events[0], None)["forecast"] is None


def test_nothing_is_foreseen_where_nothing_is_published(tmp_path: Path) -> None:
    assert foreseen("LCP-METERS", home=tmp_path) == {}
    assert "not in sight" in str(Foreseen(date(2017, 9, 1), None))


def test_forecasts_take_no_more_than_their_share_of_the_time_of_the_sets() -> None:
    allowance, spent = Allowance(), 0.0
    for _ in range(500):
        days = allowance.days(idle=False)
        assert days == 0 or days >= BATCH
        cost = 0.1 + 0.04 * days if days else 0.0
        spent += cost
        allowance.note(forecasts=cost, days=days)
        allowance.note(sets=1.0)

    assert 0.5 * SHARE * 500 < spent < 1.1 * SHARE * 500


def test_nothing_is_forecast_before_a_set_was_paid_for_and_much_when_idle() -> None:
    allowance = Allowance()

    assert allowance.days(idle=False) == 0
    assert allowance.days(idle=True) == IDLE_DAYS
    allowance.note(sets=BATCH * FIRST_GUESS / SHARE + 0.01)
    assert allowance.days(idle=False) == BATCH
