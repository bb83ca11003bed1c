"""The bulk fold gives what the readable replay gives, of any history in any order of rows."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.bulk.lakes import LOGGED_AT, entries, file_of, logged, write
from tests.state.histories import LAWS, TYPES, numbered
from tests.state.random_facts import CAD, ESME, HUB, SOURCES, fact_of
from twin.bulk.columns import SCHEMAS
from twin.bulk.digest import ColumnsDigest, columns_digest
from twin.bulk.effects import UNTOLD
from twin.bulk.project import projected
from twin.bulk.reasons import (
    GAPS,
    OLD_FILE,
    PARTITIONS,
    REASONS,
    REFUSED,
    RESOLUTION,
    ROUTES,
    SOURCE,
    TARGETS,
    TIED,
    UNTOLD_FACT,
)
from twin.bulk.reasons import TYPES as TYPES_CLASH
from twin.bulk.rebuild import Range, fold_span, folded_spans, rebuilt
from twin.bulk.spans import END, Span, spans
from twin.events import firmware, lifecycle, pairing, pins
from twin.events.envelope import Event
from twin.events.registry import family, short_name
from twin.lake.compact import compact
from twin.lake.rows import Logged, reached, to_table
from twin.lake.table import Lake
from twin.state.ordering import HOLD_MAX
from twin.vocabulary import DeviceType, PairingChannel, PairingFault, PairingRoute, PinClass

FEW = settings(LAWS, max_examples=6)
"""Each example folds several houses at once, four ways."""
HOUSES = [f"P{n:x}123456789abcdef" for n in range(8)]
HOUSE, OTHER = "P0123456789abcdef", "Pfedcba9876543210"
CAMPAIGN = "LCP-HUBS"


def folded(log: Sequence[Logged], *, by_device: bool, group_rows: int = 1_000_000) -> Range:
    with file_of(log, by_device=by_device, group_rows=group_rows) as file:
        return fold_span(Span(0, END, (file,)))


def assert_equal_ways(values: Sequence[tuple[str, Any]]) -> Counter[str]:
    """Kernels and replay agree in every column, whichever way the rows lie; gives fallbacks."""
    log = logged(values)
    wanted = projected(entries(log))
    fallbacks = Counter[str]()
    for by_device in (False, True):
        found = folded(log, by_device=by_device, group_rows=7)
        for name, schema in SCHEMAS.items():
            for column in schema:
                ours, theirs = found.tables[name][column], wanted[name][column]
                assert ours.equals(theirs), (name, column, by_device, ours, theirs)
        assert columns_digest(found.tables) == columns_digest(wanted)
        assert found.records.seen == len(log)
        fallbacks = found.fallbacks
    return fallbacks


def history(rng: Random, size: int) -> list[Event]:
    """A history of any facts; drawn from a seed, for hypothesis draws a thousand words slowly."""
    return numbered(
        (rng.choice(SOURCES), rng.randrange(20), fact_of(rng.choice(TYPES), rng.choice))
        for _ in range(size)
    )


def wild(rng: Random) -> list[tuple[str, Any]]:
    """Houses by turns, records lost and sent again; one holds a record that cannot be read."""
    values: list[tuple[str, Any]] = []
    for house in HOUSES:
        events = history(rng, rng.randrange(1, 25))
        kept = [event for event in events if rng.random() > 0.05]
        again = rng.choices(events, k=rng.randrange(4))
        odd: list[Any] = [b"no record"] if house == HOUSES[0] else []
        values += [(house, one) for one in (*kept, *again, *odd)]
    rng.shuffle(values)
    return values


@FEW
@given(st.integers(0, 2**32))
def test_columns_are_those_of_the_readable_replay(seed: int) -> None:
    fallbacks = assert_equal_ways(wild(Random(seed)))
    assert sum(fallbacks.values()) >= 1, "the house with the refused record at least"


def orderly(rng: Random) -> list[tuple[str, Any]]:
    """Histories whose records come late, by less and by more than the holding limit."""
    values: list[tuple[str, Any]] = []
    for house, reach in zip(HOUSES, (3, HOLD_MAX, 2 * HOLD_MAX, 4 * HOLD_MAX), strict=False):
        events = history(rng, rng.randrange(30, 120))
        places = sorted(range(len(events)), key=lambda n: (n + rng.randrange(reach), n))
        lost = set(rng.choices(places, k=4))
        values += [(house, events[n]) for n in places if n not in lost]
    return values


@FEW
@given(st.integers(0, 2**32))
def test_gaps_are_held_declared_and_filled_as_live(seed: int) -> None:
    assert_equal_ways(orderly(Random(seed)))


def said(*facts: Any) -> list[tuple[str, Any]]:
    """Facts of one source, a minute apart."""
    return [
        (HOUSE, event)
        for event in numbered((SOURCES[0], minute, fact) for minute, fact in enumerate(facts))
    ]


def runs(kind: DeviceType) -> firmware.ExecutingFirmwareChanged:
    return firmware.ExecutingFirmwareChanged(HUB, kind, "00010001", True)


def asked(target: str, attempt: int) -> firmware.FirmwareUpdateRequested:
    uuid = "00000000-0000-5000-8000-000000000000"
    return firmware.FirmwareUpdateRequested(HUB, DeviceType.CHF, CAMPAIGN, 1, attempt, uuid, target)


ATTEMPT = "00000000-0000-5000-8000-00000000000a"


def begun(route: PairingRoute) -> pairing.PairingStarted:
    return pairing.PairingStarted(ATTEMPT, route, PairingChannel.AT_METER, True)


def failed(cause: PairingFault) -> pairing.PairingFailed:
    return pairing.PairingFailed(ATTEMPT, PairingRoute.LOCAL, cause)


CAUSES = list(PairingFault)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ((runs(DeviceType.CHF), runs(DeviceType.ESME)), "two types of one device"),
        ((asked("00010001", 1), asked("00010002", 2)), "two targets of one device"),
        (
            (
                begun(PairingRoute.LOCAL),
                pairing.PairingFailed(ATTEMPT, PairingRoute.REMOTE, CAUSES[0]),
            ),
            "two routes of one pairing",
        ),
    ],
)
def test_what_depends_on_the_order_of_the_log_is_left_to_the_replay(
    facts: tuple[Any, ...], reason: str
) -> None:
    (found,) = assert_equal_ways(said(*facts)).items()
    assert reason in found[0]
    assert found[1] == 1


def test_two_ends_in_one_moment_are_left_to_the_replay() -> None:
    events = numbered([(SOURCES[n], 5, failed(CAUSES[n])) for n in (0, 1)])
    assert sum(assert_equal_ways([(HOUSE, event) for event in events]).values()) == 1


def at_once(*told: tuple[str, Any]) -> list[tuple[str, Any]]:
    """Facts of several sources, each its first, all in one moment."""
    return [(HOUSE, event) for event in numbered((source, 5, fact) for source, fact in told)]


ASKING = {f"urn:gb:{system}:{name}" for system in ("chf", "dsp") for name in (HUB, ESME, HOUSE)}


@pytest.mark.parametrize("order", [1, -1])
def test_of_facts_that_are_level_the_source_decides(order: int) -> None:
    """By the text of its name: the system first, then a device before a premises (D11)."""
    classes = list(PinClass)
    told = [(source, pins.PrivacyPinSet(classes[n % 2])) for n, source in enumerate(sorted(ASKING))]
    for n in range(1, len(told)):
        assert not assert_equal_ways(at_once(*told[n - 1 : n + 1][::order]))


@pytest.mark.parametrize("order", [1, -1])
def test_of_steps_that_are_level_the_lower_wave_counts(order: int) -> None:
    steps = [
        firmware.FirmwareDeliveredToHub(HUB, DeviceType.CHF, CAMPAIGN, wave, 1) for wave in (2, 3)
    ]
    told = list(zip(SOURCES, steps, strict=False))[::order]
    assert not assert_equal_ways(at_once(*told))


@pytest.mark.parametrize("order", [1, -1])
def test_the_first_beginning_and_the_last_end_of_an_attempt_count(order: int) -> None:
    facts: list[Any] = [
        pairing.PairingStarted(ATTEMPT, PairingRoute.REMOTE, channel, False)
        for channel in list(PairingChannel)[1:3]
    ]
    facts += [pairing.PairingFailed(ATTEMPT, PairingRoute.REMOTE, cause) for cause in CAUSES[:2]]
    assert not assert_equal_ways(said(*facts)[::order])


def test_a_source_that_a_campaign_names_is_left_to_the_replay() -> None:
    told = at_once(("urn:gb:programme:LCP-HUBS", runs(DeviceType.CHF)))
    assert sum(assert_equal_ways(told).values()) == 1


def test_records_of_one_premises_in_two_partitions_are_left_to_the_replay() -> None:
    first, second = logged(said(runs(DeviceType.CHF), runs(DeviceType.CHF)))
    log = [first, replace(second, partition=4)]
    found = folded(log, by_device=False)
    assert sum(found.fallbacks.values()) == 1
    assert columns_digest(found.tables) == columns_digest(projected(entries(log)))


def test_a_refused_record_leaves_its_premises_to_the_replay_and_no_other() -> None:
    good = said(runs(DeviceType.CHF), runs(DeviceType.CHF))
    fallbacks = assert_equal_ways([(OTHER, b"nonsense"), (OTHER, good[0][1]), *good])
    assert fallbacks == {"a record was refused": 1}


def test_every_reason_has_a_number_of_its_own() -> None:
    numbers = (
        REFUSED,
        RESOLUTION,
        SOURCE,
        OLD_FILE,
        UNTOLD_FACT,
        TYPES_CLASH,
        TARGETS,
        ROUTES,
        TIED,
    )
    assert len({*numbers, GAPS, PARTITIONS}) == len(REASONS) == 11


def test_a_fact_that_the_table_does_not_tell_leaves_its_premises_to_the_replay() -> None:
    told = lifecycle.InventoryEntryTold(
        device_id=ESME, device_type=DeviceType.ESME, by="8.2", firmware_version="00010001"
    )
    fallbacks = assert_equal_ways(said(runs(DeviceType.CHF), told))
    assert fallbacks == {REASONS[UNTOLD_FACT]: 1}


def test_a_cancellation_is_folded_and_a_recall_is_left_to_the_replay() -> None:
    cancelled = firmware.FirmwareActivationCancelled(
        device_id=ESME, device_type=DeviceType.ESME, campaign_id="LCP-METERS", wave=1, attempt=1
    )
    recalled = replace(cancelled, recalled_by="3097df50-6cce-53c3-b888-89cb01d0b985")
    assert not assert_equal_ways(said(runs(DeviceType.ESME), cancelled))
    fallbacks = assert_equal_ways(said(runs(DeviceType.ESME), cancelled, recalled))
    assert fallbacks == {REASONS[UNTOLD_FACT]: 1}


def _is_left(event_type: str) -> bool:
    """Whether a fact of a type may leave its premises to the replay."""
    untold = {name.partition("/")[0] for name in UNTOLD}
    return family(event_type) == "pairing" or short_name(event_type) in untold


@FEW
@given(st.integers(0, 2**32))
def test_most_histories_need_no_replay(seed: int) -> None:
    """Otherwise the laws above would prove the readable replay by itself."""
    rng = Random(seed)
    types = [cls for cls in TYPES if not _is_left(cls.TYPE)]
    facts = [fact_of(rng.choice(types), rng.choice) for _ in range(60)]
    assert not assert_equal_ways(said(*facts))


@pytest.mark.parametrize(
    ("by_device", "rows", "count"),
    [
        (True, {"rows_min": 1}, 9),
        (False, {"rows_max": 5}, 7),
        (False, {}, 1),
        (False, {"parted_from": 30}, 2),
        (False, {"parted_from": 30, "rows_max": 20}, 4),
    ],
)
def test_spans_hold_every_premises_once_and_give_the_same_columns(
    by_device: bool, rows: dict[str, int], count: int
) -> None:
    houses = [f"P{n:x}{0:015x}" for n in range(16)]
    events = said(lifecycle.DeviceCommissioned(ESME, DeviceType.ESME), runs(DeviceType.CHF))
    log = logged([(house, event) for _, event in events for house in houses] + [("?", b"odd")])
    with file_of(log, by_device=by_device, group_rows=4) as file:
        of = spans([file], **rows)
        parts = [fold_span(span) for span in of]
        together = list(folded_spans(of))
        whole = rebuilt([file])
    assert (of[0].first, of[-1].end) == (0, END)
    assert [span.end for span in of[:-1]] == [span.first for span in of[1:]]
    assert len(parts) == count
    for one, other in zip(parts, together, strict=True):
        assert columns_digest(one.tables) == columns_digest(other.tables)
    digest = ColumnsDigest()
    for part in parts:
        digest.add(part.columns)
    assert digest.hexdigest() == whole.digest == columns_digest(projected(entries(log)))
    assert sum(part.records.seen for part in parts) == len(log) - 1
    assert (whole.basis, whole.records.seen, whole.records.dead) == ({"0/3": 33}, 33, 1)


def test_what_is_no_fact_of_a_premises_joins_no_spans(tmp_path: Path) -> None:
    """Once it did, the whole of a sorted lake was one span, with all its rows in memory."""
    [(_, event)] = said(runs(DeviceType.CHF))
    facts = logged([(house, event) for house in HOUSES])
    asked = [replace(row, topic="field.requests") for row in logged([("LCP", b"{}"), ("x", b"{}")])]
    lake = Lake(tmp_path)
    lake.append(to_table(facts + asked), reached(facts + asked))
    compact(lake, now=LOGGED_AT)
    of = spans(lake.files(), rows_min=1)
    assert len(of) == len(HOUSES)
    assert all(len(span.files) == 1 for span in of)
    assert rebuilt(lake.files()).digest == columns_digest(projected(entries(facts)))


def test_an_id_of_zeros_is_an_id() -> None:
    zeros = "00-00-00-00-00-00-00-00"
    facts = [lifecycle.DeviceCommissioned(one, DeviceType.CAD) for one in (zeros, CAD)]
    assert not assert_equal_ways(said(*facts))


def test_a_lake_without_a_file_is_a_fleet_without_premises() -> None:
    found = rebuilt([])
    assert (found.premises, found.records.seen, found.basis) == (0, 0, {})
    assert found.digest == columns_digest(projected([]))


def test_a_file_that_lacks_a_column_is_left_to_the_replay(tmp_path: Path) -> None:
    log = logged(said(lifecycle.DeviceCommissioned(ESME, DeviceType.ESME), runs(DeviceType.CHF)))
    file = write(to_table(log).drop_columns(["gpf_id"]), tmp_path / "old", by_device=False)
    found = fold_span(Span(0, END, (file,)))
    assert found.fallbacks == {"a file of an older lake lacks a column": 1}
    assert columns_digest(found.tables) == columns_digest(projected(entries(log)))
