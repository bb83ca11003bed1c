"""Real messages find their premises; a death before any step changes nothing that is told."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

import pytest
from msgspec.structs import replace

from streams import ledger, topics
from streams.device_files import (
    DIGESTS_MAX,
    DeviceFile,
    decode_file,
    encode_file,
    with_arrival,
    with_row,
)
from streams.intake import Intake
from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from tests.ingest.gbcs.gbcs_responses import RESPONSES
from tests.streams.paper_log import Crash, PaperLog, PaperStore
from twin.events.codec import Cause, decode_premises
from twin.events.envelope import Event
from twin.events.firmware import FirmwareTransferred, FirmwareVersionRead
from twin.events.joining import DeviceUnjoined, JoinRequested
from twin.events.messages import ServiceRequested
from twin.events.sub_ghz import SubGhzChannelChanged
from twin.ingest.arrivals import Arrival, encode_arrival, key_of, moment_of
from twin.ingest.door import messages_in
from twin.state.entry import Entry, Record, new_entry
from twin.state.register import DeviceRow, RunningUpdate, encode_row
from twin.state.step import step
from twin.vocabulary import DeviceType, HubVariant, JoinMethod, Role

HERE = 3
CAME = datetime(2020, 3, 1, 9, tzinfo=UTC)
HOME, OTHER = "P0123456789abcdef", "P00000000000000ff"
VERSION = b.VERSION.hex().upper()


def arrived(octets: bytes, *, minutes: int = 0) -> Arrival:
    (found,) = messages_in(octets, name="x", received_at=CAME + timedelta(minutes=minutes))
    assert isinstance(found, Arrival)
    return found


METER_ROW = DeviceRow(HOME, DeviceType.ESME, "1062-0A0B0C0D")
HUB_ROW = DeviceRow(HOME, DeviceType.CHF, "1062-0A0B0C0E", HubVariant.DUAL_BAND)
ASKED, ANSWERED = arrived(COMMANDS["ECS52"][0]), arrived(RESPONSES["ECS52"][0], minutes=1)
UNJOINED = arrived(RESPONSES["CS04AC"][0], minutes=2)
UNJOIN_ASKED = arrived(COMMANDS["CS04AC"][0], minutes=1)
HUB_ALERT = arrived(ALERTS["DBCH07"][0], minutes=3)
JOINED = arrived(RESPONSES["CS03A1"][0], minutes=4)


def row_of(device: str, row: DeviceRow) -> tuple[str, str, bytes]:
    return topics.DEVICE_REGISTER, device, encode_row(row)


def message_of(arrival: Arrival) -> tuple[str, str, bytes]:
    return topics.DCC_MESSAGES, key_of(arrival), encode_arrival(arrival)


SCRIPT = [
    message_of(ASKED),
    message_of(ANSWERED),
    row_of(b.METER, METER_ROW),
    message_of(ANSWERED),
    message_of(UNJOIN_ASKED),
    message_of(UNJOINED),
    (topics.DCC_MESSAGES, b.METER, b"{no message"),
    message_of(HUB_ALERT),
    row_of(b.METER, replace(METER_ROW, version=VERSION)),
    row_of(b.HUB, HUB_ROW),
]
"""What one partition gets: a meter that is not known yet, then is; a record that is no message."""


def intake_of(log: PaperLog, store: PaperStore) -> Intake:
    return Intake(log, store, capable_version=lambda _: VERSION)  # type: ignore[arg-type]


async def play(
    script: Sequence[tuple[str, str, bytes]], *, dies_at: int | None = None, batch: int = 1
) -> tuple[PaperLog, PaperStore]:
    log = PaperLog(dies_at=dies_at)
    store = PaperStore(log)
    intake, nth = intake_of(log, store), 0
    offsets = [sum(t == topic for t, _, _ in script[:n]) for n, (topic, _, _) in enumerate(script)]
    while nth < len(script):
        topic = script[nth][0]
        together = takewhile(lambda n: script[n][0] == topic, range(nth, len(script)))  # noqa: B023
        some = list(together)[:batch]
        records = [Record(script[n][1].encode(), script[n][2], 0, HERE, offsets[n]) for n in some]
        take = intake.take_messages if topic == topics.DCC_MESSAGES else intake.take_rows
        try:
            await take({HERE: records})
            nth += len(records)
        except Crash:
            intake, nth = intake_of(log, store), max(0, nth - 2)
    await intake_of(log, store).take_rows({HERE: []})  # a new worker sends what is unsent
    return log, store


def told(log: PaperLog) -> list[Event]:
    """What the premises fold: every fact once, however often it was sent."""
    entries: dict[str, Entry] = {}
    applied: list[Event] = []
    for offset, sent in enumerate(log.topics[topics.PREMISES_EVENTS]):
        name = sent.key.decode()
        held = entries.get(name, new_entry(name))
        entries[name], verdict = step(held, Record(sent.key, sent.value, 0, HERE, offset))
        event = decode_premises(key=sent.key, value=sent.value)
        assert isinstance(event, Event)
        if type(verdict).__name__ == "Applied":
            applied.append(event)
    return applied


def letters(log: PaperLog) -> set[tuple[str, int, Cause]]:
    found = (ledger.decode_letter(s.value) for s in log.topics[topics.DEAD_LETTERS])
    return {(letter.topic, letter.offset, letter.cause) for letter in found}


def played(script: Any = SCRIPT, **how: Any) -> tuple[PaperLog, PaperStore]:
    return asyncio.run(play(script, **how))


UNDISTURBED = played()


def test_a_message_is_told_at_its_premises_when_its_device_is_known() -> None:
    facts = [(event.key, type(event.fact)) for event in told(UNDISTURBED[0])]
    assert facts == [
        (HOME, ServiceRequested),  # the command to read
        (HOME, FirmwareVersionRead),  # once, though it came twice
        (HOME, ServiceRequested),  # the command to unjoin
        (HOME, DeviceUnjoined),
        (HOME, SubGhzChannelChanged),
    ]
    for event in told(UNDISTURBED[0]):
        assert (event.provenance, event.verification) == ("message", "none")
        assert event.source.startswith("urn:gb:dcc:FE-E1-")
    assert letters(UNDISTURBED[0]) == {(topics.DCC_MESSAGES, 5, Cause.MALFORMED)}


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("dies_at", range(UNDISTURBED[0].steps))
def test_a_death_before_any_step_tells_the_same(dies_at: int, batch: int) -> None:
    log, store = played(dies_at=dies_at, batch=batch)
    assert told(log) == told(UNDISTURBED[0])
    assert letters(log) == letters(UNDISTURBED[0])
    files = {key: decode_file(value) for key, value in store.rows[HERE].items()}
    expected = {key: decode_file(value) for key, value in UNDISTURBED[1].rows[HERE].items()}
    assert files == expected
    assert all(file.unsent == () for file in files.values())


def test_register_may_have_learned_more_when_a_fact_is_sent_again() -> None:
    """The file names the facts; a new row between death and repeat must not change them."""
    log = PaperLog(dies_at=2)  # the file of the message is written, its fact not sent
    store = PaperStore(log)
    record = Record(b.METER.encode(), encode_arrival(ANSWERED), 0, HERE, 0)

    def row(offset: int, **changes: Any) -> dict[int, list[Record]]:
        value = encode_row(replace(METER_ROW, **changes))
        return {HERE: [Record(b.METER.encode(), value, 0, HERE, offset)]}

    async def die() -> None:
        intake = intake_of(log, store)
        await intake.take_rows(row(0))
        with pytest.raises(Crash):
            await intake.take_messages({HERE: [record]})
        again = intake_of(log, store)
        await again.take_rows(row(1, device_type=DeviceType.GSME))
        await again.take_messages({HERE: [record]})

    asyncio.run(die())
    (event,) = told(log)
    assert isinstance(event.fact, FirmwareVersionRead)
    assert event.fact.device_type is DeviceType.ESME


def test_what_was_held_is_told_in_the_order_in_which_it_happened() -> None:
    late, early = arrived(RESPONSES["ECS52"][0], minutes=9), arrived(RESPONSES["CS03A1"][0])
    log, _ = played([message_of(late), message_of(early), row_of(b.METER, METER_ROW)])
    assert [event.occurred_at for event in told(log)] == [moment_of(early), moment_of(late)]
    assert moment_of(early) < moment_of(late)


def test_a_device_that_moves_is_told_at_its_new_premises_from_one_on() -> None:
    moved = replace(METER_ROW, premises_id=OTHER)
    script = [row_of(b.METER, METER_ROW), message_of(ANSWERED), row_of(b.METER, moved),
              message_of(UNJOINED), row_of(b.METER, METER_ROW), message_of(JOINED)]  # fmt: skip
    log, _ = played(script)
    assert [(event.key, event.sequence) for event in told(log)] == [
        (HOME, 1),
        (OTHER, 1),
        (HOME, 2),
    ]


def test_the_key_must_be_the_device_of_the_message() -> None:
    log, _ = played([(topics.DCC_MESSAGES, b.HUB, encode_arrival(ANSWERED))])
    assert letters(log) == {(topics.DCC_MESSAGES, 0, Cause.WRONG_KEY)}
    assert told(log) == []


@pytest.mark.parametrize("received", [datetime(2017, 9, 1, tzinfo=UTC), CAME])
def test_a_clock_that_is_ahead_gives_way_to_the_arrival(received: datetime) -> None:
    """The alert says 4 September 2017; one that came three days before must be wrong."""
    arrival = replace(HUB_ALERT, received_at=received)
    log, _ = played([row_of(b.HUB, HUB_ROW), message_of(arrival)])
    (event,) = told(log)
    assert event.occurred_at == min(moment_of(arrival), received)
    assert event.recorded_at == received


def test_a_file_keeps_so_many_digests_and_no_more() -> None:
    file = DeviceFile()
    for nth in range(DIGESTS_MAX + 5):
        arrival = replace(JOINED, digest=f"{nth:064x}"[::-1])
        file = with_arrival(file, arrival, offset=nth, capable_version=lambda _: None)
    assert len(file.digests) == DIGESTS_MAX
    assert len(file.held) == DIGESTS_MAX + 5
    assert decode_file(encode_file(file)) == file


def test_a_version_is_capable_if_the_catalogue_says_so() -> None:
    log, _ = played([row_of(b.METER, METER_ROW), message_of(ASKED), message_of(ANSWERED)])
    *_, event = told(log)
    assert isinstance(event.fact, FirmwareVersionRead)
    assert event.fact.pairing_capable


def test_a_transfer_that_a_hub_tells_is_told_by_the_update_of_the_device() -> None:
    """CCS08 comes from the hub; the campaign is under way at the PPMID that it names."""
    update = RunningUpdate("C-2017", 2, 1, VERSION)
    row = DeviceRow(HOME, DeviceType.PPMID, "1062-0A0B0C0D", update=update)
    transfer = arrived(ALERTS["CCS08"][0])
    log, _ = played([row_of(b.HUB, HUB_ROW), row_of(b.SMALL, row), message_of(transfer)])
    (event,) = told(log)
    assert isinstance(event.fact, FirmwareTransferred)
    assert (event.fact.device_id, event.fact.campaign_id) == (b.SMALL, "C-2017")


def test_roles_and_types_of_partners_come_from_settings_and_premises() -> None:
    """A join that is not critical names nobody's role, and a Type 2 partner by no type."""
    join = arrived(COMMANDS["CS03B"][0])
    row = replace(METER_ROW, others={b.CAD: DeviceType.CAD})
    file = with_row(DeviceFile(), row, capable_version=lambda _: None)
    roles = {b.PARTY: Role.OTHER_USER}
    done = with_arrival(file, join, offset=0, capable_version=lambda _: None, roles=roles)
    ((key, value),) = done.unsent
    event = decode_premises(key=key.encode(), value=value)
    assert isinstance(event, Event)
    assert event.fact == JoinRequested(
        b.METER, DeviceType.ESME, b.CAD, DeviceType.CAD, JoinMethod.B, Role.OTHER_USER
    )
