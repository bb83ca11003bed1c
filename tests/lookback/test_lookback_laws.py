"""Look-backs by a checkpoint give what the fold from the first record on gives, byte for byte."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.run.fleet_as_of import FleetAsOf, fleet_as_of, with_digest
from infra.run.fleet_sums import FleetSums
from tests.bulk.lakes import file_of, logged
from tests.state.histories import LAWS, garbage, histories, numbered
from tests.state.random_facts import SOURCES, START
from twin.events import pins
from twin.lake.basis import Stand
from twin.lake.rows import Logged
from twin.lookback import course, fleets
from twin.lookback.checkpoint import Checkpoint, Checkpoints, Wanted
from twin.lookback.looking import fleet_digest_at, premises_at
from twin.lookback.making import Making
from twin.lookback.stands import between
from twin.lookback.tail import tail
from twin.state.as_of import as_of
from twin.state.entry import Record

HOMES = [f"P{n:016x}" for n in (1, 2, 3)]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FEW = settings(LAWS, max_examples=8)
MINUTES = st.none() | st.integers(-1, 21)


@st.composite
def logs(draw: st.DrawFn) -> list[Logged]:
    """The log of some premises: late, repeated and foolish records among the good ones."""
    told: list[tuple[str, Any]] = []
    for home in HOMES:
        events = draw(histories(max_size=12))
        bad = draw(st.lists(garbage(), max_size=1))
        told += [(home, one) for one in (*events, *events[:2], *bad)]
    told += [("nobody", None)] * draw(st.integers(0, 1))
    return logged(draw(st.permutations(told)))


def stands(offset: int) -> tuple[Stand, ...]:
    return (Stand("premises.events", 0, 3, offset),) if offset else ()


def at(minute: int | None) -> datetime | None:
    return None if minute is None else START + timedelta(minutes=minute)


def known(log: Sequence[Logged], offset: int) -> list[Record]:
    """The records of a basis."""
    return [Record(r.key, r.value, r.epoch, r.partition, r.offset) for r in log[:offset]]


@contextmanager
def written(log: Sequence[Logged]) -> Iterator[tuple[list[Path], Checkpoints]]:
    """A file of a log, and a place for checkpoints."""
    with file_of(log) as file, TemporaryDirectory() as folder:
        yield [file], Checkpoints(Path(folder))


def kept(
    files: list[Path], where: Checkpoints, offset: int, base: Checkpoint | None = None
) -> Checkpoint:
    """A checkpoint at an offset, from another one on."""
    sums = FleetSums(None if base is None else base.figures)
    of = None if base is None else (base, where.rows(base))
    since = () if base is None else base.stands
    groups = tail(files, since=since, upto=stands(offset))
    making = Making(groups, [stands(offset)], base=of, sums=sums)
    (found,) = where.keep(
        [Wanted(stands(offset), f"offset {offset}")],
        fingerprint="of today",
        now=NOW,
        rows=making.rows(),
        made=making.made,
    )
    return found


def looked(
    files: list[Path],
    where: Checkpoints,
    offset: int,
    valid: datetime | None,
    base: Checkpoint | None,
) -> FleetAsOf:
    of = None if base is None else (base, where.rows(base))
    sums = FleetSums(None if base is None else base.figures)
    digest = fleet_digest_at(files, stands(offset), base=of, sums=sums, valid=valid)
    return with_digest(sums.counts, digest=digest, valid=valid)


def encoded(value: Any) -> bytes:
    """Bytes as they are printed, the order of words included."""
    return msgspec.json.encode(value)


@FEW
@given(logs(), st.data())
def test_any_basis_and_date_from_any_checkpoint(log: list[Logged], data: st.DataObject) -> None:
    """The oracle folds all records of the basis in memory, as before there were checkpoints."""
    places = st.integers(0, len(log))
    first, second, end = sorted(data.draw(st.tuples(places, places, places)))
    valid = at(data.draw(MINUTES))
    records = known(log, end)
    oracle = encoded(fleet_as_of(as_of(records, valid=valid).values(), valid=valid))
    with written(log) as (files, where):
        early = kept(files, where, first)
        later = kept(files, where, second, early)
        assert encoded(looked(files, where, end, valid, None)) == oracle
        fit = where.fitting(stands(end), fingerprint="of today", valid=valid)
        dated = [one for one in (later, early) if valid is None or (one.newest or valid) <= valid]
        assert [one.id for one in fit] == list(dict.fromkeys(one.id for one in dated))
        for base in fit:
            assert encoded(looked(files, where, end, valid, base)) == oracle
        for home in HOMES:
            of_home = [record for record in records if record.key == home.encode()]
            plain = premises_at(home, of_home, base=None, valid=valid)
            for base in fit:
                of = base, where.rows(base)
                found = premises_at(home, of_home, base=of, valid=valid)
                assert list(map(encoded, found.values())) == list(map(encoded, plain.values()))


@FEW
@given(logs(), st.data())
def test_made_in_steps_is_made_at_once(log: list[Logged], data: st.DataObject) -> None:
    places = st.integers(0, len(log))
    first, second = sorted(data.draw(st.tuples(places, places)))
    with written(log) as (files, where):
        step = kept(files, where, second, kept(files, where, first))
        rows = list(where.rows(step).all())
    with written(log) as (files, where):
        whole = kept(files, where, second)
        assert (whole.made, whole.rows_sha256) == (step.made, step.rows_sha256)
        assert list(where.rows(whole).all()) == rows
        found = as_of(known(log, second))
        assert [row.state for row in rows] == [
            found[part, name] for name, part in sorted((name, part) for part, name in found)
        ]
        facts = [one.facts for _, one in sorted(found.items(), key=lambda one: one[0][1])]
        assert [row.facts for row in rows] == facts


@FEW
@given(logs(), st.data())
def test_made_in_one_pass_is_made_one_by_one(log: list[Logged], data: st.DataObject) -> None:
    """From a checkpoint over several ends, and over what follows."""
    places = st.integers(0, len(log))
    start, *ends = sorted(data.draw(st.sets(places, min_size=min(4, len(log) + 1), max_size=4)))
    with written(log) as (files, where):
        base = kept(files, where, start)
        one_by_one = [kept(files, where, end, base) for end in ends]
    with written(log) as (files, where):
        base = kept(files, where, start)
        groups = tail(files, since=base.stands, upto=stands(len(log)))
        wanted = [Wanted(stands(end), "") for end in ends]
        of, sums = (base, where.rows(base)), FleetSums(base.figures)
        making = Making(groups, [one.stands for one in wanted], base=of, sums=sums)
        at_once = where.keep(
            wanted, fingerprint="of today", now=NOW, rows=making.rows(), made=making.made
        )
        assert [one.rows_sha256 for one in at_once] == [one.rows_sha256 for one in one_by_one]
        assert encoded([one.made for one in at_once]) == encoded([one.made for one in one_by_one])


@FEW
@given(logs(), st.data())
def test_days_on_the_way_are_what_their_bases_come_to(
    log: list[Logged], data: st.DataObject
) -> None:
    """From the first record or from a checkpoint on, over two ends; the oracle folds each day."""
    places = st.integers(0, len(log))
    start, *ends = sorted(data.draw(st.sets(places, min_size=min(3, len(log) + 1), max_size=3)))
    days = [stands(day) for day in sorted(data.draw(st.sets(places, max_size=6)))]
    wanted = [Wanted(stands(end), "") for end in ends]
    passed = between(days, [one.stands for one in wanted], since=stands(start))
    with written(log) as (files, where), pytest.MonkeyPatch.context() as patched:
        patched.setattr(course, "WAITING", 2)
        patched.setattr(fleets, "CHUNK", 2)
        base = kept(files, where, start)
        groups = tail(files, since=base.stands, upto=stands(len(log)))
        of, sums = (base, where.rows(base)), FleetSums(base.figures)
        making = Making(groups, [one.stands for one in wanted], base=of, sums=sums, days=passed)
        at_once = where.keep(
            wanted, fingerprint="of today", now=NOW, rows=making.rows(), made=making.made
        )
        plain = [kept(files, where, end, base) for end in ends]
        assert [one.rows_sha256 for one in at_once] == [one.rows_sha256 for one in plain]
        marks = [mark for one in at_once for mark in where.marks(one)]
        assert [mark.stands for mark in marks] == passed
        for mark in marks:
            records = known(log, mark.stands[0].offset)
            found = as_of(records)
            oracle = encoded(fleet_as_of(found.values(), valid=None))
            counts = FleetSums(mark.figures).counts
            assert encoded(with_digest(counts, digest=mark.digest, valid=None)) == oracle
            assert mark.premises == len(found)


def test_days_that_are_named_are_on_the_way() -> None:
    """Not those before it, at its ends, beyond them, of another log, or without news."""
    days = [stands(offset) for offset in (0, 1, 2, 3, 3, 5, 7, 8, 9)]
    other = (Stand("premises.events", 0, 4, 4),)
    ends = [stands(5), stands(8)]
    on_the_way = [stands(3), stands(7)]
    assert between([*days[:4], other, *days[4:]], ends, since=stands(2)) == on_the_way


def test_premises_without_news_stay_as_they_were() -> None:
    """Only the one in the middle has news: those before it and behind it are carried over."""
    pin = pins.PrivacyPinCleared()
    events = numbered([(SOURCES[0], minute, pin) for minute in range(2)])
    told: list[tuple[str, Any]] = [(home, events[0]) for home in HOMES]
    log = logged([*told, (HOMES[1], events[1])])
    with written(log) as (files, where):
        later = kept(files, where, 4, kept(files, where, 3))
        rows = list(where.rows(later).all())
        assert [(row.premises_id, row.facts) for row in rows] == list(
            zip(HOMES, (1, 2, 1), strict=True)
        )
        assert later.digest == looked(files, where, 4, None, None).digest
