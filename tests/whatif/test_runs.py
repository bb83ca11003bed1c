"""A run as a whole: the same on any number of threads, kept whole or not at all, and apart."""

import os
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from msgspec.structs import replace

from tests.whatif.questions import HUBS, asked, our_events, simulated
from twin.whatif import members, threads, whole
from twin.whatif.engine import run
from twin.whatif.outcome import Outcome
from twin.whatif.population import Held
from twin.whatif.progress import Cancelled, Progress
from twin.whatif.shelf import NotKept, asked_for, fetched, keep, kept

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def bytes_of(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder by its path."""
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(asked(tmp_path_factory.mktemp("asked"), premises=3000), threads=1)


def test_neither_threads_nor_slices_change_a_byte(
    tmp_path: Path, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(tmp_path, premises=3000)
    for module in (threads, members):
        monkeypatch.setattr(module, "SLICE", 200)
    pair = run(question, threads=2)

    for name, found in (("one", outcome), ("two", pair)):
        keep(found, question=question, given={"s.toml": b"x"}, folder=tmp_path / name, now=NOW)

    one, two = (bytes_of(tmp_path / name) for name in ("one", "two"))
    run_records = {name: (one.pop(name), two.pop(name)) for name in ("asked/run.json",)}
    assert one == two
    assert len(one) == 10
    assert run_records["asked/run.json"][0] != run_records["asked/run.json"][1]


def test_tables_count_what_happens_device_by_device(tmp_path: Path, outcome: Outcome) -> None:
    events = our_events(asked(tmp_path, premises=3000))

    for what in ("released", "activated", "confirmed", "failed", "timed_out"):
        counted = sum(1 for event in events if event[3] == what)
        assert int(outcome.daily[what].sum()) == counted, what
    by_day = outcome.daily.group_by("day").agg(pl.col("confirmed").sum())
    first = date(2017, 6, 20).toordinal()
    for day, confirmed in by_day.iter_rows():
        nth = day.toordinal() - first
        assert sum(1 for e in events if e[0] == nth and e[3] == "confirmed") == confirmed


def test_capable_premises_have_hub_and_meter_running(tmp_path: Path, outcome: Outcome) -> None:
    found = simulated(asked(tmp_path, premises=3000))
    events = our_events(found.question)
    hubs, meters = (
        {event[1] for event in events if event[2:] == (kind, "activated")}
        for kind in ("CHF", "ESME")
    )
    new = np.flatnonzero(found.population.installed >= found.population.capable_from)

    last = outcome.capable.filter(pl.col("day") == date(2017, 12, 31))

    assert int(last["installed"].sum()) == 3000
    assert int(last["capable"].sum()) == len((hubs & meters) | set(new.tolist()))
    assert (last["reached"] <= last["capable"]).all()


def test_the_incident_is_found_and_its_exposure_counted(outcome: Outcome) -> None:
    held = outcome.decisions.filter(pl.col("fact") == "model-excluded")

    assert held.height == 1
    assert 0 < outcome.header.struck <= outcome.header.exposed
    assert outcome.header.exposed == int(outcome.exposure["exposed"].sum())


def test_without_local_pairing_nothing_is_brought(tmp_path: Path) -> None:
    found = run(asked(tmp_path, premises=500, top="option = 1"), threads=1)

    assert found.daily.is_empty()
    assert int(found.pairing["served"].sum()) == 0
    assert int(found.pairing["unauthorised"].sum()) == 0


def test_an_option_beyond_evidence_is_labelled(tmp_path: Path) -> None:
    found = run(asked(tmp_path, premises=200, top="option = 2"), threads=1)

    assert found.header.label == "model only"
    assert "never made" in found.header.why_label


def test_a_pin_by_default_keeps_more_intruders_out(tmp_path: Path) -> None:
    more = "[assumptions]\nintruder_rate = 3\nshared_meter_space_share = { terraced = 0.9 }"
    found = {
        by: run(asked(tmp_path, premises=2000, more=more, top=f'pin_intervention = "{by}"'))
        for by in ("none", "pin_by_default")
    }
    pairing = {by: one.pairing for by, one in found.items()}

    assert pairing["none"]["intrusions"].sum() == pairing["pin_by_default"]["intrusions"].sum()
    assert pairing["pin_by_default"]["unauthorised"].sum() < pairing["none"]["unauthorised"].sum()


def test_a_run_is_kept_and_found_again(tmp_path: Path, outcome: Outcome) -> None:
    question = asked(tmp_path, premises=3000)
    keep(outcome, question=question, given={"s.toml": b"x"}, folder=tmp_path / "w", now=NOW)

    again = fetched(tmp_path / "w", "asked")

    assert again.header == outcome.header
    assert all(table.equals(outcome.tables()[name]) for name, table in again.tables().items())
    assert [one.name for one in kept(tmp_path / "w")] == ["asked"]
    with pytest.raises(NotKept):
        fetched(tmp_path / "w", "another")


def test_a_kept_run_is_asked_again_as_it_was_asked(tmp_path: Path, outcome: Outcome) -> None:
    plan = HUBS.replace("soak_days = 3", "soak_days = 4")
    question = asked(
        tmp_path, plan=plan, premises=3000, more="[[freezes]]\nfrom = 2017-08-01\ndays = 2"
    )
    header = msgspec.structs.replace(outcome.header, scenario_hash=question.hash)
    one = msgspec.structs.replace(outcome, header=header)
    keep(one, question=question, given={}, folder=tmp_path / "w", now=NOW)
    (tmp_path / "plan.toml").write_text(HUBS)

    again = asked_for(tmp_path / "w", "asked")

    assert again == question
    file = tmp_path / "w" / "asked" / "plans.json"
    file.write_text(file.read_text().replace('"soak_days": 4', '"soak_days": 5'))
    with pytest.raises(NotKept, match="not those that it was asked with"):
        asked_for(tmp_path / "w", "asked")
    file.unlink()
    with pytest.raises(NotKept, match="no what-if run is kept whole"):
        asked_for(tmp_path / "w", "asked")


class Killed(BaseException):
    """Nothing that is written down as an exception runs after a kill."""


@pytest.mark.parametrize("last", ["write", "put away"])
def test_a_kill_while_a_run_is_written_leaves_the_earlier_one_whole(
    last: str, tmp_path: Path, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, folder = asked(tmp_path, premises=3000), tmp_path / "w"
    keep(outcome, question=question, given={}, folder=folder, now=NOW)
    before = bytes_of(folder / "asked")

    def killed(aside: Path, own: Path) -> None:
        if last == "put away":
            own.rename(whole._before(own))
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(whole, "_take_place", killed)
        patched.setattr(whole.shutil, "rmtree", lambda *_, **__: None)
        patched.setattr(os, "getpid", lambda: 2**22 + 1)  # above every process of this system
        with pytest.raises(Killed):
            keep(outcome, question=question, given={}, folder=folder, now=NOW)

    assert len(list(folder.glob(".asked.*"))) == (1 if last == "write" else 2)
    assert [one.name for one in kept(folder)] == ["asked"]
    assert fetched(folder, "asked").header == outcome.header
    keep(outcome, question=question, given={}, folder=folder, now=NOW)
    assert [path.name for path in folder.iterdir()] == ["asked"]
    assert bytes_of(folder / "asked") == before


def test_a_run_that_cannot_be_written_whole_leaves_nothing(
    tmp_path: Path, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, folder = asked(tmp_path, premises=3000), tmp_path / "w"

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match="No space"):
        keep(outcome, question=question, given={"s.toml": b"x"}, folder=folder, now=NOW)

    assert list(folder.iterdir()) == []


def test_a_run_that_is_cancelled_gives_nothing(tmp_path: Path) -> None:
    seen: list[Progress] = []

    with pytest.raises(Cancelled):
        run(asked(tmp_path, premises=500), progress=seen.append, cancelled=lambda: len(seen) > 20)

    assert len(seen) <= 23
    assert all(0 <= one.done <= 1 for one in seen)


def test_a_sample_shrinks_limits_by_number(tmp_path: Path) -> None:
    plan = HUBS.replace("[gate]", "[pacing]\nper_day = 1000\n[gate]", 1)
    plan = plan.replace("share = 0.02", "count = 300")
    question = asked(tmp_path, plan=plan, premises=20_000)
    sampled = replace(question, scenario=replace(question.scenario, sample=0.1))

    found = run(sampled, threads=1)

    assert found.header.premises == 2000
    assert found.header.weight == 10
    assert found.waves["members"][0] == 30
    assert found.daily.group_by("day").agg(pl.col("released").sum())["released"].max() <= 100


def test_another_knob_draws_no_premises_anew_and_changes_nothing_else(
    tmp_path: Path, outcome: Outcome
) -> None:
    held = Held()
    more = "[assumptions]\nundelivered_share = 0.2"
    run(asked(tmp_path, premises=3000, more=more), threads=1, held=held)

    again = run(asked(tmp_path, premises=3000), threads=1, held=held)
    other = run(asked(tmp_path, premises=3000, seed=2), threads=1, held=held)

    assert all(table.equals(outcome.tables()[name]) for name, table in again.tables().items())
    assert not other.capable.equals(outcome.capable)
