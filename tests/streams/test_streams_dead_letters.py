"""Dead letters end to end: a real worker, every kind of bad record, and the operator's commands.

The tests of this module are one story and run in the order in which they stand.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest

from infra.run import tables
from streams import dead_letters, topics
from streams.epochs import NEVER_LOST
from streams.partitioner import partition_of
from tests.campaign.campaign_samples import command
from tests.lake.lake_records import NOON
from tests.streams.worker_stage import WorkerStage
from twin.events.envelope import Event, encode, new_event
from twin.events.firmware import FirmwareActivationFailed
from twin.events.pins import PrivacyPinCleared
from twin.state.digest import fleet_digest
from twin.state.entry import Entry
from twin.state.quarantine import Quarantine, quarantine_of
from twin.vocabulary import ActivationOutcome, DeviceType

pytestmark = pytest.mark.kafka

CANARY: Final = "4821"


def fact(premises: str, sequence: int) -> Event:
    """A fact of a premises with a number of its meter."""
    return new_event(
        fact=PrivacyPinCleared(),
        source=f"urn:gb:twin:{premises}",
        sequence=sequence,
        key=premises,
        occurred_at=NOON,
    )


def changed(premises: str, **attributes: Any) -> bytes:
    """The first fact of a premises with some attributes of its envelope changed."""
    return json.dumps({**json.loads(encode(fact(premises, 2))), **attributes}).encode()


def at(premises: str, time: str) -> bytes:
    return changed(premises, time=time, recordedtime=time)


def named(number: int) -> str:
    return f"P00000000000{number:05x}"


BAD_NAMES: Final = (
    "malformed",
    "no UTF-8",
    "wrong envelope",
    "wrong schema",
    "wrong key",
    "null value",
    "unknown type",
    "newer version",
    "year 1970",
    "year 2099",
    "NaN",
    "empty value",
)
PREMISES_OF: Final = {name: named(n) for n, name in enumerate(BAD_NAMES, 1)}
TYPE: Final = PrivacyPinCleared.TYPE
BAD: Final[dict[str, tuple[bytes | None, str]]] = {
    "malformed": (b'{"specversion":"1.0", ' + CANARY.encode(), "malformed"),
    "no UTF-8": (
        encode(fact(named(2), 2)).replace(b"simulated", b"sim\xff" + b"lated"),
        "malformed",
    ),
    "wrong envelope": (changed(named(3), pin=CANARY), "envelope"),
    "wrong schema": (changed(named(4), data={"by": CANARY}), "schema"),
    "wrong key": (encode(fact(named(99), 2)), "wrong_key"),
    "null value": (None, "null_value"),
    "unknown type": (changed(named(7), type="uk.gb.smart.pins.pin-lost.v1"), "unknown_type"),
    "newer version": (changed(named(8), type=TYPE.replace(".v1", ".v99")), "newer_version"),
    "year 1970": (at(named(9), "1970-01-01T00:00:00Z"), "time_out_of_range"),
    "year 2099": (at(named(10), "2099-01-01T00:00:00Z"), "time_out_of_range"),
    "NaN": (encode(fact(named(11), 2)).replace(b'"simulated"', b"NaN"), "malformed"),
    "empty value": (b"", "null_value"),
}
UNADDRESSED: Final = {"no key": None, "other key": b"LCP-HUBS", "short key": b"P123"}
GOOD: Final = tuple(named(0x1000 + n) for n in range(48))
GAP: Final = named(0x2000)
TWICE_BAD: Final = named(0x2001)
LET_OUT: Final = named(0x2002)
METER: Final = "00-1D-24-00-00-00-20-02"


@pytest.fixture(scope="module")
def stage(own_broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerStage]:
    stage = WorkerStage(tmp_path_factory.mktemp("twin"), own_broker)
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture(scope="module")
def places(stage: WorkerStage) -> dict[str, tuple[int, int]]:
    """The mix is sent, and folded by a worker; where each bad record stands."""
    found = {}
    for premises in GOOD:
        stage.send(fact(premises, 1))
    for name, premises in PREMISES_OF.items():
        stage.send(fact(premises, 1))
        found[name] = stage.send(BAD[name][0], key=premises.encode())
        stage.send(fact(premises, 2))
        stage.send(fact(premises, 3))
    for name, key in UNADDRESSED.items():
        found[name] = stage.send(b"pin " + CANARY.encode(), key=key, partition=7)
    for premises in GOOD:
        stage.send(fact(premises, 2))
        stage.send(fact(premises, 2))
    stage.send(fact(GAP, 1))
    stage.send(fact(GAP, 3))
    stage.send(fact(TWICE_BAD, 1))
    found["first of two"] = stage.send(b"{one", key=TWICE_BAD.encode())
    found["second of two"] = stage.send(b"{two", key=TWICE_BAD.encode())
    stage.send(fact(TWICE_BAD, 2))
    stage.start()
    stage.await_folded()
    return found


def show(place: tuple[int, int]) -> str:
    return f"{place[0]}/{place[1]}"


def letters_of(stage: WorkerStage) -> dict[tuple[int, int], dead_letters.Letter]:
    found = dead_letters.read(stage.bootstrap, security={})
    return {(each.letter.partition, each.letter.offset): each for each in found}


def in_log(stage: WorkerStage) -> dict[tuple[int, str], Entry]:
    return tables.replayed(stage.bootstrap, epochs=NEVER_LOST)


def entry_of(stage: WorkerStage, premises: str) -> Entry:
    return in_log(stage)[partition_of(premises.encode()), premises]


def test_every_record_ended_in_exactly_one_way(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    outcomes = stage.await_folded().outcomes
    assert outcomes.applied == 2 * len(GOOD) + len(PREMISES_OF) + 2
    assert outcomes.duplicate == len(GOOD)
    assert outcomes.held == 2 * len(PREMISES_OF) + 1 + 2
    assert outcomes.dead == len(PREMISES_OF) + len(UNADDRESSED) + 1
    assert outcomes.seen == stage.produced
    assert {standing.partition for standing in stage.watch.memory.standings.values()} == set(
        range(topics.PARTITIONS)
    )


def test_every_bad_record_is_a_letter_with_cause_and_place(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    letters = letters_of(stage)
    assert set(letters) == set(places.values()) - {places["second of two"]}
    for name, (value, cause) in BAD.items():
        letter = letters[places[name]].letter
        assert (letter.cause, letter.premises_id) == (cause, PREMISES_OF[name]), name
        assert (letter.topic, letter.epoch) == ("premises.events", 0)
        assert letter.size == len(value or b"")
    for name in UNADDRESSED:
        assert letters[places[name]].letter.premises_id == "?"
        assert not letters[places[name]].parks


def test_no_letter_holds_anything_of_its_record(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    assert CANARY not in json.dumps(stage.dead_letters("list"))


@pytest.mark.peer_fault("PF-nerveshub-05")
def test_premises_is_parked_and_all_others_flow(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    entries = {name: entry for (_, name), entry in in_log(stage).items()}
    for name, premises in PREMISES_OF.items():
        parked = entries[premises].parked
        assert parked is not None, name
        assert parked.offset == places[name][1]
        assert len(parked.queue) == 2
    for premises in GOOD:
        assert (entries[premises].applied, entries[premises].duplicates) == (2, 1)
        assert entries[premises].parked is None


def test_list_names_all_for_people_and_for_programs(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    listed = stage.dead_letters("list")
    assert {(row["letter"]["partition"], row["letter"]["offset"]) for row in listed} == set(
        letters_of(stage)
    )
    assert not any(row["resolved"] for row in listed)
    status, out, err = stage.twin("dead-letters", "list", "--broker", stage.bootstrap)
    assert (status, err) == (0, "")
    count = len(listed)
    assert out.splitlines()[-1] == f"{count} dead letters, {count} open"
    place = places["newer version"]
    assert f"{show(place)}  {PREMISES_OF['newer version']}  newer_version  parks" in out
    assert f"{show(places['no key'])}  ?  malformed  counted" in out


def test_show_tells_cause_and_coordinates(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    place = places["newer version"]
    found = stage.dead_letters("show", show(place))
    newer = TYPE.replace(".v1", ".v99")
    assert found["letter"]["why"] == f"{newer} is newer than v1, the newest this code knows"
    assert (found["letter"]["partition"], found["letter"]["offset"]) == place
    assert found["resolved"] is False


def test_what_cannot_be_drained_is_refused(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    for place, sentence in [
        ("11/999999", "no dead letter stands at 11/999999"),
        ("nonsense", "no dead letter stands at nonsense"),
        (show(places["no key"]), "parks no premises"),
    ]:
        status, out, err = stage.twin("dead-letters", "drain", place, "--broker", stage.bootstrap)
        assert (status, out) == (1, "")
        assert sentence in err
        assert "Traceback" not in err


def drain(stage: WorkerStage, place: tuple[int, int], *options: str) -> None:
    """The operator's command, and what it adds to the log is folded."""
    status, _, err = stage.twin(
        "dead-letters", "drain", show(place), *options, "--broker", stage.bootstrap
    )
    assert status == 0, err
    stage.produced += 1
    stage.await_folded()


def test_skipping_restores_order(stage: WorkerStage, places: dict[str, tuple[int, int]]) -> None:
    before = stage.await_folded().outcomes
    drain(stage, places["malformed"], "--skip")
    after = stage.await_folded().outcomes
    # The two that queued and the resolution itself are applied; the record stays dead.
    assert (after.applied - before.applied, before.held - after.held) == (3, 2)
    assert after.dead == before.dead
    entry = entry_of(stage, PREMISES_OF["malformed"])
    assert (entry.applied, entry.dead, entry.held, entry.parked) == (4, 1, 0, None)
    assert entry.premises.sequences[f"urn:gb:twin:{PREMISES_OF['malformed']}"] == 3
    assert letters_of(stage)[places["malformed"]].resolved


def test_premises_flows_again_after_it_was_drained(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    stage.send(fact(PREMISES_OF["malformed"], 4))
    stage.await_folded()
    assert entry_of(stage, PREMISES_OF["malformed"]).applied == 5


def test_trying_again_what_is_still_bad_leaves_it_parked_and_open(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    before = stage.await_folded().outcomes
    drain(stage, places["newer version"])
    after = stage.await_folded().outcomes
    assert (after.applied - before.applied, after.held, after.dead) == (1, before.held, before.dead)
    parked = entry_of(stage, PREMISES_OF["newer version"]).parked
    assert parked is not None
    assert len(parked.queue) == 2
    assert not letters_of(stage)[places["newer version"]].resolved, "it parks the premises still"
    drain(stage, places["newer version"], "--skip")
    entry = entry_of(stage, PREMISES_OF["newer version"])
    assert (entry.parked, entry.held) == (None, 0)
    assert letters_of(stage)[places["newer version"]].resolved


def test_second_bad_record_of_a_premises_comes_to_light_and_can_be_drained(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    drain(stage, places["first of two"], "--skip")
    letters = letters_of(stage)
    assert letters[places["first of two"]].resolved
    assert places["second of two"] in letters, "else nobody could name it"
    drain(stage, places["second of two"], "--skip")
    entry = entry_of(stage, TWICE_BAD)
    assert (entry.parked, entry.held, entry.dead, entry.applied) == (None, 0, 2, 4)


def test_draining_twice_changes_nothing(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    before = stage.await_folded().outcomes
    drain(stage, places["malformed"], "--skip")
    after = stage.await_folded().outcomes
    assert (after.applied, after.held, after.dead) == (before.applied, before.held, before.dead)
    assert after.duplicate == before.duplicate + 1


def test_gap_that_is_filled_lets_its_followers_through(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    stage.send(fact(GAP, 2))
    stage.await_folded()
    assert (entry_of(stage, GAP).applied, entry_of(stage, GAP).held) == (3, 0)


@pytest.mark.peer_fault("PF-mender-01")
def test_command_that_cannot_be_read_does_not_stop_the_worker(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    """Commands come from outside; one that is none must not be the last."""
    secret = b'{"command": "' + CANARY.encode() + b'"}'
    for value in (b"{", secret, b"\xff", None, b'{"command": "\xff"}'):
        stage.send(value, key=b"LCP-HUBS", partition=0, topic=topics.CAMPAIGN_COMMANDS)
    asked = command("hold")
    value = msgspec.json.encode(asked)
    stage.send(value, key=b"LCP-HUBS", partition=0, topic=topics.CAMPAIGN_COMMANDS)
    memory = stage.watch.memory
    stage.await_that(lambda _: asked.command_id in memory.strays)
    said = stage.log.read_text(errors="replace")
    assert said.count("is no command and gets no answer") == 5
    assert "Crashed" not in said
    assert CANARY not in said, "whatever was written into a command stays there"


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_a_quarantined_device_is_let_out_on_a_real_log(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    """`twin premises release` writes a word behind the premises' own, and the worker folds it."""
    for attempt in (1, 2, 3):
        failed = FirmwareActivationFailed(
            device_id=METER,
            device_type=DeviceType.ESME,
            campaign_id="LCP-METERS",
            wave=1,
            attempt=attempt,
            outcome=ActivationOutcome.ACTIVATION_FAILURE,
            firmware_version="0A000001",
        )
        source = f"urn:gb:esme:{LET_OUT}"
        event = new_event(
            fact=failed, source=source, sequence=attempt, key=LET_OUT, occurred_at=NOON
        )
        stage.send(event)
    stage.await_folded()
    assert quarantine_in(entry_of(stage, LET_OUT)) is not None
    words = ("premises", "release", LET_OUT, METER, "--broker", stage.bootstrap)
    status, out, err = stage.twin(*words)
    assert (status, err) == (0, "")
    assert out.startswith(f"{METER}: let out of quarantine, its failures count anew from ")
    stage.produced += 1
    stage.await_folded()
    held = entry_of(stage, LET_OUT)
    assert held.premises.lifted.keys() == {METER}
    assert quarantine_in(held) is None
    status, out, err = stage.twin("premises", "release", LET_OUT, "NO-METER", *words[4:])
    assert (status, out) == (1, "")
    assert err == f"twin: no device NO-METER is known at premises {LET_OUT}\n"


def quarantine_in(entry: Entry) -> Quarantine | None:
    """Whether plans leave the meter alone by their defaults, whatever the date."""
    premises = entry.premises
    return quarantine_of(premises, premises.devices[METER], after=3, days=30)


def compared(stage: WorkerStage) -> None:
    """The table on disk is what a replay of the log comes to, entry by entry."""
    live, replayed = tables.live(stage.home.path), in_log(stage)
    assert fleet_digest(live.values()) == fleet_digest(replayed.values())
    assert live == replayed


def test_table_on_disk_is_a_replay_of_the_log(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    stage.stop()
    compared(stage)
    assert Counter(partition for partition, _ in tables.live(stage.home.path)).keys() == set(
        range(topics.PARTITIONS)
    )


def test_lost_table_is_made_again_from_its_changelog(
    stage: WorkerStage, places: dict[str, tuple[int, int]]
) -> None:
    """What was acknowledged is not delivered again, so the old states can only come from there."""
    shutil.rmtree(stage.home.path / "worker")
    stage.start()
    for premises in GOOD:
        stage.send(fact(premises, 3))
    stage.await_folded()
    stage.stop()
    compared(stage)
