"""`twin reconcile`: what is planted in a table, a mart or the lake is found when it is drawn."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from infra.run.as_published import mart_differences
from infra.run.proofs import proof_tables
from infra.run.reconciling import Draw
from tests.bulk.homes import HOUSES, archive, entries_of, house_of, installed, keep, log_of, told
from tests.infra.command_line import twin
from twin.bulk.proof import KEPT, SPOT_CHECK, Proof, kept_proofs, last_proof, publish_proof
from twin.events.pins import PrivacyPinCleared
from twin.lake.rows import Logged
from twin.marts.publish import publish
from twin.state.counts import Outcomes
from twin.state.entry import Entry

FACTS = (installed("00010001"), *[PrivacyPinCleared()] * 3)


def log_without(left_out: str | None) -> list[Logged]:
    return log_of(
        told(house, number, fact, minute=number)
        for number, fact in enumerate(FACTS, start=1)
        for house in HOUSES
        if house != left_out
    )


LOG = log_without(None)
PLACE = (house_of(HOUSES[2]), HOUSES[2])
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAYS = [date(2026, 1, n) for n in range(1, 29)]


def spoilt() -> dict[tuple[int, str], Entry]:
    entries = entries_of(LOG)
    premises = replace(entries[PLACE].premises, pin_accepted=7)
    return {**entries, PLACE: replace(entries[PLACE], premises=premises)}


def published(home: Path, **figures: int) -> None:
    """A set that stands before the last record of each partition."""
    frames = {
        "meta": pl.DataFrame({"set_id": ["first"]}),
        "files": pl.DataFrame(schema={"path": pl.String}),
        "summary": pl.DataFrame([figures]),
        "basis": pl.DataFrame(
            {
                "topic": ["premises.events"] * 2,
                "epoch": [0, 0],
                "partition": [0, 1],
                "position": [11, 11],
            }
        ),
    }
    publish(
        frames,
        home=home,
        set_id="-".join(f"{name}-{n}" for name, n in figures.items()).replace("_", "-"),
        now=NOON,
    )


def test_a_spoilt_premises_is_found_on_the_day_on_which_it_is_drawn(tmp_path: Path) -> None:
    archive(tmp_path, LOG)
    keep(tmp_path, spoilt())
    drawn = [day for day in DAYS if PLACE[1] in Draw(1, 7, day).of(HOUSES)]
    assert 0 < len(drawn) < len(DAYS)
    other = next(day for day in DAYS if day not in drawn)
    asked = ("reconcile", "--sample", "1", "--seed", "7", "--home", tmp_path, "--day")
    assert twin(*asked, str(other)).status == 0
    said = twin(*asked, str(drawn[0]), "--json")
    assert said.status == 3, said
    proof = json.loads(said.out)
    assert (proof["premises"], proof["records"]["applied"]) == (1, 4)
    assert proof["digest"] != proof["live_digest"]
    (found,) = proof["differences"]
    assert (found["premises_id"], found["fields"]) == (PLACE[1], ["premises.pin_accepted"])
    # a check that finds nothing clears nothing: the difference stays on the page
    assert twin(*asked, str(other)).status == 0
    tables = proof_tables(tmp_path)
    assert [row["equal"] for row in tables["proofs"]] == [True, False, True]
    assert [row["premises_id"] for row in tables["differences"]] == [PLACE[1]]
    assert last_proof(tmp_path) is None


def test_a_spoilt_mart_is_found(tmp_path: Path) -> None:
    """The set stands one record before the end of each partition, and is judged there."""
    archive(tmp_path, LOG)
    keep(tmp_path, entries_of(LOG))
    published(tmp_path, facts=22, installed_hubs=6)
    assert twin("reconcile", "--home", tmp_path).status == 0
    published(tmp_path, facts=22, installed_hubs=5)
    said = twin("reconcile", "--home", tmp_path)
    assert said.status == 3
    assert (
        "all premises: a published total is not what the lake folds to; "
        "summary.installed_hubs: 5 published, 6 folded" in said.out
    )
    assert "twin: a live table or a published mart is not what the lake folds to" in said.err


@pytest.mark.parametrize("missing", ["table", "lake"])
def test_premises_on_one_side_only_are_drawn_too(tmp_path: Path, missing: str) -> None:
    lone = (house_of(HOUSES[5]), HOUSES[5])
    log = LOG if missing == "table" else log_without(HOUSES[5])
    entries = {place: entry for place, entry in entries_of(log).items() if place != lone}
    archive(tmp_path, log)
    keep(tmp_path, entries if missing == "table" else {**entries, lone: entries_of(LOG)[lone]})
    said = twin("reconcile", "--home", tmp_path, "--json")
    assert said.status == 3
    (found,) = json.loads(said.out)["differences"]
    why = "not_live" if missing == "table" else "not_in_lake"
    assert (found["premises_id"], found["why"]) == (HOUSES[5], why)


@given(st.integers(1, 5), st.integers(0, 3), st.sampled_from(DAYS), st.permutations(HOUSES))
def test_a_draw_is_of_seed_and_day_only(
    sample: int, seed: int, day: date, names: list[str]
) -> None:
    drawn = Draw(sample, seed, day).of(names)
    assert drawn == Draw(sample, seed, day).of(HOUSES)
    assert len(set(drawn)) == sample
    assert set(Draw(sample - 1, seed, day).of(names)) < set(drawn)


def test_marts_say_which_figure_of_which_group_and_both_numbers() -> None:
    days = [date(2017, 7, 1), date(2017, 7, 2)]
    totals = pl.DataFrame({"facts": [1], "records": [9]})
    areas = pl.DataFrame(
        {"day": [*days, days[1]], "gsp_group": ["A", "A", "B"], "capable_premises": [9, 2, 0]}
    )
    found = mart_differences(
        {"summary": totals, "areas_daily": areas},
        {
            "summary": pl.DataFrame({"facts": [2], "held": [0]}),
            "areas_daily": pl.DataFrame({"gsp_group": ["A", "C"], "capable_premises": [3, 4]}),
            "links": pl.DataFrame({"links_open": [1], "hubs": [1]}),
        },
    )
    assert [one.fields for one in found] == [
        ("summary.facts: 1 published, 2 folded",),
        ("areas_daily.capable_premises A: 2 published, 3 folded",),
        ("areas_daily.capable_premises C: 0 published, 4 folded",),
    ]


def test_spot_checks_push_no_proof_out(tmp_path: Path) -> None:
    proof = Proof(
        engine="bulk",
        made_at=NOON,
        code_version="1",
        basis={},
        premises=1,
        records=Outcomes(),
        digest="d",
        equal=True,
    )
    publish_proof(tmp_path, proof)
    for n in range(KEPT + 5):
        at = NOON.replace(microsecond=n + 1)
        publish_proof(tmp_path, replace(proof, made_at=at, made_by=SPOT_CHECK))
    kept = kept_proofs(tmp_path)
    assert len(kept) == KEPT + 1
    assert kept[-1] == last_proof(tmp_path) == proof
