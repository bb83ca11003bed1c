"""Dead letters: reading them off their topic, and resolving the record that parks a premises."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from kafka import KafkaProducer
from msgspec import Struct

from streams import ledger, log, topics
from twin.events.envelope import encode, headers, new_event
from twin.events.programme import DeadLetterResolved
from twin.state.entry import UNADDRESSED, Record
from twin.state.replay import replay


class Letter(Struct, frozen=True):
    """A dead letter, and whether it parks its premises no longer."""

    letter: ledger.DeadLetter
    resolved: bool

    @property
    def place(self) -> str:
        """Its coordinates, as the commands take them."""
        place = f"{self.letter.partition}/{self.letter.offset}"
        elsewhere = self.letter.topic != topics.PREMISES_EVENTS
        return f"{self.letter.topic}/{place}" if elsewhere else place

    @property
    def parks(self) -> bool:
        """Whether the record names a premises, whose later records queue behind it."""
        return self.letter.premises_id != UNADDRESSED


def read(bootstrap: str, *, security: Mapping[str, object]) -> list[Letter]:
    """All dead letters in order of partition and offset, each once, however often it was sent."""
    letters = {}
    for record in log.read_topic(bootstrap, topics.DEAD_LETTERS, security=security):
        letter = ledger.decode_letter(record.value)
        letters[letter.topic, letter.partition, letter.offset] = letter
    parked = _parked(bootstrap, security, letters.values()) if letters else set()
    return [
        Letter(letter, letter.premises_id != UNADDRESSED and place[1:] not in parked)
        for place, letter in sorted(letters.items())
    ]


def _parked(
    bootstrap: str, security: Mapping[str, object], letters: Iterable[ledger.DeadLetter]
) -> set[tuple[int, int]]:
    """Places of the records that park a premises now: one that was tried again may do so still."""
    names = {letter.premises_id.encode() for letter in letters}
    entries = replay(
        Record(r.key, r.value, 0, r.partition, r.offset)
        for r in log.read_topic(bootstrap, topics.PREMISES_EVENTS, security=security)
        if r.key in names
    )
    return {
        (partition, entry.parked.offset)
        for (partition, _), entry in entries.items()
        if entry.parked is not None
    }


def resolve(
    producer: KafkaProducer,
    letter: ledger.DeadLetter,
    *,
    resolution: Literal["retried", "skipped"],
    actor: str,
    now: datetime,
) -> None:
    """Write the resolution behind the premises' own records, so that every replay sees it there."""
    event = new_event(
        fact=DeadLetterResolved(
            partition=letter.partition, offset=letter.offset, resolution=resolution, actor=actor
        ),
        source=f"urn:gb:operator:{letter.premises_id}",
        sequence=letter.offset + 1,
        key=letter.premises_id,
        occurred_at=now,
        provenance="twin",
    )
    producer.send(
        topics.PREMISES_EVENTS,
        key=event.key.encode(),
        value=encode(event),
        partition=letter.partition,
        headers=headers(event),
    ).get(timeout=60)
