"""`twin checkpoint`: a look-back prints the same bytes with and without, and never by a bad one."""

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from infra.run import looking_back
from infra.run.checkpointing import Checkpointing
from infra.run.looking_back import LookingBack
from infra.run.tables import archived
from streams import clock, topics
from streams.archive import open_lake
from tests.infra.command_line import Said, twin
from tests.lake.lake_records import PREMISES, append, logged, run_of
from twin.lake.compact import compact
from twin.lake.rows import Logged
from twin.lookback.fingerprint import fingerprint
from twin.lookback.making import Stopped

OTHER = "Pfedcba9876543210"
ALL = ("--valid", "2030-01-01")
JULY, AUGUST = datetime(2017, 7, 1, 12, tzinfo=UTC), datetime(2017, 8, 1, tzinfo=UTC)


def tick(nth: int, now: datetime, facts: dict[int, int]) -> Logged:
    """The field closed a tick after so many facts by partition."""
    value = clock.encode(clock.Tick(tick=nth, phase="closed", now=now, basis=facts))
    return logged(value, topic=topics.CLOCK_TICKS, key=b"clock", offset=nth)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A TWIN_HOME with facts at 12:01, 12:02 ... of two premises, over the end of July."""
    early = [*run_of(0, 4), *run_of(0, 2, partition=1, premises=OTHER)]
    append(
        open_lake(tmp_path), [*early, tick(0, JULY, {0: 4, 1: 2}), tick(1, AUGUST, {0: 4, 1: 2})]
    )
    append(open_lake(tmp_path), [*run_of(4, 9), tick(2, AUGUST.replace(day=9), {0: 9, 1: 2})])
    return tmp_path


def out(home: Path, *words: str) -> str:
    said = twin(*words, "--home", home)
    assert (said.status, said.err) == (0, "")
    return said.out


def told(home: Path) -> dict[str, Any]:
    (file,) = (home / "lake" / "checkpoints").glob("*/checkpoint.json")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def tell(home: Path, **changed: Any) -> None:
    (file,) = (home / "lake" / "checkpoints").glob("*/checkpoint.json")
    file.write_text(json.dumps({**told(home), **changed}))


def asked(home: Path) -> list[Said]:
    """Before the first fact, exactly at one, between, at the checkpoint, after it, after all."""
    valids = ("2017-07-01T12:00:59", "2017-07-01T12:01:00", "2017-07-01T12:02:30",
              "2017-07-01T12:04:00", "2017-07-01T12:05:00", "2030-01-01")  # fmt: skip
    known = ("2017-06-30", "2017-08-01", "2017-08-05", None)
    dates = [("--valid", valid) for valid in valids] + [()]
    bases = [("--known", moment) if moment else () for moment in known]
    pairs = [(date, bases[-1]) for date in dates] + [(dates[2], bases[1])]
    pairs += [((), basis) for basis in bases]
    fleet = [twin("fleet", "summary", *date, *basis, "--json", "--home", home)
             for date, basis in pairs]  # fmt: skip
    one = [twin("premises", "show", PREMISES, *date, "--home", home) for date in dates]
    return [*fleet, *one]


def test_month_ends_are_kept_and_change_no_answer(home: Path) -> None:
    before = asked(home)
    assert "1 made" in out(home, "checkpoint", "make")
    assert (told(home)["premises"], told(home)["resolved"][:6]) == (2, "tick 1")
    assert asked(home) == before
    compact(open_lake(home), now=datetime(2026, 1, 2, tzinfo=UTC))
    assert asked(home) == before
    assert out(home, "checkpoint", "make") == "0 made\n"
    assert "1 there, 0 of them stale; 0 discarded so far" in out(home, "checkpoint", "list")
    assert "6 records, 0 days, tick 1, which ended at 2017-08-01T00:00:00Z: equal" in out(
        home, "checkpoint", "verify"
    )


def test_several_ends_of_months_are_made_in_one_pass(home: Path) -> None:
    before = asked(home)
    ends = [tick(n, AUGUST.replace(month=6 + n), {0: 7 + n, 1: 2}) for n in (3, 4)]
    append(open_lake(home), [*run_of(9, 11), *ends])
    assert "3 made" in out(home, "checkpoint", "make")
    verified = out(home, "checkpoint", "verify").splitlines()
    assert [line.rpartition(": ")[2] for line in verified] == ["equal"] * 3 + ["3 folded anew"]
    after = asked(home)
    shutil.rmtree(home / "lake" / "checkpoints")
    assert asked(home) == after != before


DAYS = tuple(f"2017-08-{day:02}" for day in range(1, 10))


def bases(home: Path) -> list[Said]:
    """The fleet at days of August and between them, and on a date of one."""
    known = [("--known", f"{day}{at}") for day in DAYS for at in ("", "T12:00:00")]
    dated = [("--known", day, "--valid", at) for day in DAYS[3:5] for at in ("2017-07-02", day)]
    asked_for = [*known, *dated]
    return [twin("fleet", "summary", *words, "--json", "--home", home) for words in asked_for]


@pytest.fixture
def august(home: Path) -> Path:
    """The same over August: news at the ends of its third and fourth day, none on the fifth."""
    ends = [(3, 3, 10), (4, 4, 11), (5, 5, 11), (6, 32, 12)]
    ticks = [
        tick(nth, AUGUST + timedelta(days=day - 1), {0: facts, 1: 2}) for nth, day, facts in ends
    ]
    before = tick(2, AUGUST + timedelta(days=1, hours=6), {0: 9, 1: 2})
    shutil.rmtree(home / "lake")
    early = [*run_of(0, 4), *run_of(0, 2, partition=1, premises=OTHER)]
    now = [tick(0, JULY, {0: 4, 1: 2}), tick(1, AUGUST, {0: 4, 1: 2}), before, *ticks]
    append(open_lake(home), [*early, *run_of(4, 12), *now])
    return home


def test_whatever_a_killed_maker_left_is_swept_by_the_next(home: Path) -> None:
    folder = home / "lake" / "checkpoints"
    (folder / ".draft-1").mkdir(parents=True)
    (folder / ".gone-2").mkdir()
    (folder / ".discarded.json.3").write_text("4")
    out(home, "checkpoint", "make")
    (made,) = folder.glob("[0-9a-f]*")
    assert {path.name for path in folder.iterdir()} == {made.name, ".maker"}


def test_days_between_ends_of_months_are_read(august: Path) -> None:
    before = bases(august)
    assert len({said.out for said in before}) > 4
    assert "2 made" in out(august, "checkpoint", "make")
    assert bases(august) == before
    assert "12 records" not in out(august, "checkpoint", "list").splitlines()[0]
    assert ", 0 days, tick 1," in out(august, "checkpoint", "list")
    assert ", 2 days, tick 6," in out(august, "checkpoint", "list")
    verified = out(august, "checkpoint", "verify").splitlines()
    assert [line.rpartition(": ")[2] for line in verified] == ["equal"] * 2 + ["2 folded anew"]
    for file in (august / "lake" / "checkpoints").glob("*/rows.parquet"):
        file.unlink()
    at_marks = twin("fleet", "summary", "--known", DAYS[3], "--json", "--home", august)
    assert (at_marks.err, at_marks.out) == ("", before[6].out), "no states are asked for"


def test_bad_mark_is_found_and_passed_over(august: Path) -> None:
    before = bases(august)
    out(august, "checkpoint", "make")
    (file,) = (
        one
        for one in (august / "lake" / "checkpoints").glob("*/marks.json")
        if len(json.loads(one.read_text())) == 2
    )
    bad = file.read_bytes().replace(b'"premises":2', b'"premises":3', 1)
    assert bad != file.read_bytes()
    file.write_bytes(bad)
    after = bases(august)
    assert [said.out for said in after] == [said.out for said in before]
    assert any("was passed over" in said.err for said in after)
    said = twin("checkpoint", "verify", "--home", august)
    assert (said.status, "of its days is not what was written" in said.out) == (3, True)
    told_by = file.with_name("checkpoint.json")
    new = {**json.loads(told_by.read_text()), "marks_sha256": sha256(bad).hexdigest()}
    told_by.write_text(json.dumps(new))
    said = twin("checkpoint", "verify", "--home", august)
    assert (said.status, "a day of it is not what" in said.out) == (3, True)


def test_only_the_tail_is_folded(home: Path) -> None:
    """What a checkpoint says of the time before it is believed, here a count that is not so."""
    out(home, "checkpoint", "make")
    figures = told(home)["figures"]
    tell(home, figures={**figures, "records": {**figures["records"], "dead": 1000}})
    for basis in (ALL, ("--known", "2017-08-01")):
        assert (
            json.loads(out(home, "fleet", "summary", *basis, "--json"))["records"]["dead"] == 1000
        )
    early = json.loads(out(home, "fleet", "summary", "--known", "2017-07-31", "--json"))
    assert early["records"]["dead"] == 1000, "the same positions are the same basis"
    whole = out(home, "fleet", "summary", "--valid", "2017-07-01T12:03:00", "--json")
    assert json.loads(whole)["records"]["dead"] == 0, "facts of the checkpoint happened later"
    said = twin("checkpoint", "verify", "--home", home)
    assert (said.status, "its figures are not those of its states" in said.out) == (3, True)


def test_stale_one_is_not_used_and_discarded(home: Path) -> None:
    before = out(home, "fleet", "summary", *ALL)
    out(home, "checkpoint", "make")
    tell(home, fingerprint="of another fold", digest="wrong", figures={})
    assert out(home, "fleet", "summary", *ALL) == before
    assert "1 there, 1 of them stale; 0 discarded so far" in out(home, "checkpoint", "list")
    assert out(home, "checkpoint", "make").splitlines()[-1] == "1 made, 1 stale discarded"
    assert out(home, "checkpoint", "list").splitlines()[-1] == (
        "1 there, 0 of them stale; 1 discarded so far"
    )
    assert out(home, "fleet", "summary", *ALL) == before


def test_fingerprint_follows_code_and_products_list() -> None:
    one = fingerprint(reference="shipped")
    assert fingerprint(reference="shipped") == one
    assert fingerprint(reference="another list") != one
    assert fingerprint(reference="shipped", also=["infra.run.summary_of_fleet"]) != one


@pytest.mark.parametrize("harm", ["flipped", "gone", "cut"])
def test_damaged_one_is_passed_over_and_found(home: Path, harm: str) -> None:
    before = out(home, "fleet", "summary", *ALL, "--json")
    out(home, "checkpoint", "make")
    (file,) = (home / "lake" / "checkpoints").glob("*/rows.parquet")
    content = bytearray(file.read_bytes())
    if harm == "gone":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 8] ^= 1
        file.write_bytes(content)
    said = twin("fleet", "summary", *ALL, "--json", "--home", home)
    assert (said.status, said.out) == (0, before)
    assert said.err.startswith("twin: checkpoint ")
    assert said.err.endswith("it was passed over\n")
    said = twin("checkpoint", "verify", "--home", home)
    assert (said.status, "not what was written" in said.out) == (3, True)
    shutil.rmtree(file.parent)
    assert "1 made" in out(home, "checkpoint", "make")


def test_checkpoint_of_a_named_basis(home: Path) -> None:
    out(
        home,
        "basis",
        "name",
        "issue 1",
    )
    before = out(home, "fleet", "summary", "--known", "issue 1")
    assert "11 records" in out(home, "checkpoint", "make", "--known", "issue 1")
    append(open_lake(home), run_of(9, 12))
    assert out(home, "fleet", "summary", "--known", "issue 1") == before
    said = twin("checkpoint", "verify", "nobody", "--home", home)
    assert said.refusal == "there is no checkpoint 'nobody' that this code would use"


def test_run_makes_what_is_due_beside_its_other_work(home: Path) -> None:
    folder = home / "lake" / "checkpoints"
    beside = Checkpointing(home)
    beside.stop()
    beside.when_idle(3)
    assert list(folder.glob("*")) == [], "it was stopped before"
    beside = Checkpointing(home)
    beside.when_idle(3)
    thread = next(one for one in threading.enumerate() if one.name == "checkpoints")
    thread.join()
    assert told(home)["resolved"].startswith("tick 1,")
    beside.when_idle(3)
    beside.stop()
    assert "0 made" in out(home, "checkpoint", "make")


def test_proof_of_a_run_leaves_what_is_due(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It folds every record, whatever checkpoints there are, and says so of small runs too."""
    lake, wanted = open_lake(home), archived(home)
    before = asked(home)
    looking = LookingBack(home)
    assert looking.stock(lake, now=AUGUST) == wanted
    assert looking.checkpoints.all() == [], "they would not be worth it"
    monkeypatch.setattr(looking_back, "WORTH_IT", 1)
    assert looking.stock(lake, now=AUGUST) == wanted
    assert told(home)["resolved"].startswith("tick 1,")
    assert out(home, "checkpoint", "verify").splitlines()[-1] == "1 folded anew"
    assert asked(home) == before
    tell(home, premises=7)
    assert looking.stock(lake, now=AUGUST) == wanted
    assert told(home)["premises"] == 7, "what is there already stays"


def test_whoever_is_stopped_leaves_nothing(home: Path) -> None:
    lake, looking = open_lake(home), LookingBack(home)
    (basis,) = looking.due(lake)
    asked_for = iter((False, True))
    with pytest.raises(Stopped):
        looking.make(lake, [basis], now=AUGUST, stop=lambda: next(asked_for))
    assert [one.name for one in (home / "lake" / "checkpoints").iterdir()] == [".maker"]
