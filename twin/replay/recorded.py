"""What the log has of a finished run, taken apart: what was decided, answered, and happened anyway.

The twin's own words at premises are left out, for a replay says them itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.executions import Word
from twin.campaign.product import Product
from twin.events import firmware
from twin.events.codec import Unreadable, decode
from twin.events.envelope import Event
from twin.events.lifecycle import CommsHubReplaced
from twin.events.oversight import CplEntryRemoved
from twin.events.programme import DeadLetterResolved, DecisionFailed
from twin.events.registry import FirmwareFact, LifecycleFact
from twin.events.requests import RequestKind
from twin.ids import request_id
from twin.replay.ticks import Ticks
from twin.state.entry import Entry, Record, entry_name, new_entry
from twin.state.step import step
from twin.state.verdicts import Applied, Verdict

WORDS: Final = Word.__args__
"""What the twin says of a device in a campaign; all else at a premises is said to it."""
_DECISIVE: Final = (*LifecycleFact.__args__, *FirmwareFact.__args__)
"""Facts that a campaign looks at; what else happens at a premises decides nothing."""
STEPS: Final[dict[type[Any], RequestKind]] = {
    firmware.FirmwareUpdateRequested: RequestKind.UPDATE,
    firmware.FirmwareUpdateWarned: RequestKind.UPDATE,
    firmware.FirmwareDeliveredToHub: RequestKind.UPDATE,
    firmware.FirmwareDeliveryFailed: RequestKind.UPDATE,
    firmware.FirmwareTransferred: RequestKind.UPDATE,
    firmware.FirmwareVerified: RequestKind.UPDATE,
    firmware.FirmwareVerificationFailed: RequestKind.UPDATE,
    firmware.FirmwareActivationRequested: RequestKind.ACTIVATE,
    firmware.FirmwareActivationAccepted: RequestKind.ACTIVATE,
    firmware.FirmwareActivationCancelled: RequestKind.ACTIVATE,
    firmware.FirmwareActivated: RequestKind.ACTIVATE,
    firmware.FirmwareActivationFailed: RequestKind.ACTIVATE,
}
"""Facts that answer a request of a campaign, though their record may not name it."""


class UnreadableDecision(ValueError):
    """A record of `campaign.events` cannot be read, so that what was decided is not known."""


class Heard(Struct, frozen=True, gc=False):
    """A fact, and the first tick on whose basis it stands."""

    event: Event
    tick: int


class Recorded(Struct, frozen=True, kw_only=True):
    """A finished run as the log has it.

    `decisions` are the facts of known campaigns in the order of the log, `answers` what devices
    answered by the id of the request, `happenings` what happened whatever a campaign asked.
    `parked` names the ticks (from, before) whose orders found a premises parked, `removals` the
    products that left the list, each with the first tick that knew.
    """

    ticks: Ticks
    decisions: tuple[Event, ...]
    answers: Mapping[str, tuple[Heard, ...]]
    happenings: tuple[Heard, ...]
    parked: Mapping[str, tuple[tuple[int, int], ...]] = {}
    removals: tuple[tuple[int, Product], ...] = ()

    @property
    def failures(self) -> dict[tuple[str, int], str]:
        """The error of each tick that could not be decided, by campaign."""
        facts = (event.fact for event in self.decisions)
        return {
            (fact.campaign_id, fact.tick): fact.error
            for fact in facts
            if isinstance(fact, DecisionFailed)
        }

    @property
    def retired(self) -> dict[str, datetime]:
        """When each hub that was exchanged lost its place."""
        return {
            told.event.fact.replaced_device_id: told.event.occurred_at
            for told in self.happenings
            if isinstance(told.event.fact, CommsHubReplaced)
        }


def unprompted(recorded: Recorded, *, sent: Collection[str]) -> Recorded:
    """The run, with answers to requests that were never `sent` (by id) among what happened anyway.

    A DCC User that is no part of a campaign may read a version, too.
    """
    unsent = sorted(recorded.answers.keys() - set(sent))
    return replace(
        recorded,
        answers={name: found for name, found in recorded.answers.items() if name in sent},
        happenings=(
            *recorded.happenings,
            *(heard for name in unsent for heard in recorded.answers[name]),
        ),
    )


def recorded(
    *,
    premises: Iterable[Record],
    campaigns: Iterable[Record],
    ticks: Ticks,
    programme: Iterable[Record] = (),
) -> Recorded:
    """A run from its records, each topic by partition and offset.

    Raises:
        UnreadableDecision: a record of `campaign.events` cannot be read.
    """
    decisions = tuple(_decided(campaigns))
    log = _Premises(ticks, {event.key for event in decisions})
    for record in premises:
        log.take(record)
    return Recorded(
        ticks=ticks,
        decisions=decisions,
        answers={name: tuple(found) for name, found in log.answers.items()},
        happenings=tuple(log.happenings),
        parked=log.parked(),
        removals=tuple(_removals(programme, ticks)),
    )


def _removals(records: Iterable[Record], ticks: Ticks) -> Iterator[tuple[int, Product]]:
    for record in records:
        event = decode(key=record.key, value=record.value)
        if isinstance(event, Event) and isinstance(event.fact, CplEntryRemoved):
            product = Product(event.fact.model, event.fact.firmware_version)
            yield ticks.of(event.recorded_at), product


def _decided(records: Iterable[Record]) -> Iterable[Event]:
    for record in records:
        event = decode(key=record.key, value=record.value)
        if not isinstance(event, Event):
            raise UnreadableDecision(f"a record of campaign.events cannot be read: {event.why}")
        # Answers to commands that name no known campaign decide nothing.
        if event.source == source_of(event.key):
            yield event


def source_of(campaign_id: str) -> str:
    """The source of a campaign's own facts."""
    return f"urn:gb:twin:{campaign_id}"


class _Premises:
    """`premises.events`, folded once to see when each fact came into the state."""

    def __init__(self, ticks: Ticks, campaigns: set[str]) -> None:
        self.answers: dict[str, list[Heard]] = {}
        self.happenings: list[Heard] = []
        self._ticks = ticks
        self._campaigns = campaigns
        self._entries: dict[str, Entry] = {}
        self._reached: dict[int, int] = {}
        self._parked: dict[str, list[list[int]]] = {}

    def take(self, record: Record) -> None:
        name = entry_name(record.key)
        before = self._entries.get(name) or new_entry(name)
        self._entries[name], verdict = step(before, record)
        tick = self._tick(record, verdict)
        if isinstance(verdict, Applied):
            for event in verdict.events:
                self._keep(Heard(event, tick))
        self._note_parking(name, before, tick)

    def parked(self) -> dict[str, tuple[tuple[int, int], ...]]:
        return {
            name: tuple((first, last) for first, last in spans)
            for name, spans in self._parked.items()
        }

    def _tick(self, record: Record, verdict: Verdict) -> int:
        """Ticks only rise within a partition.

        What has no virtual time, a record that cannot be read or an operator's resolution, is
        taken to have come between the tick that its partition had reached and the next one.
        """
        reached = self._reached.get(record.partition, 0)
        event = _event_of(record, verdict)
        if not isinstance(event, Event) or isinstance(event.fact, DeadLetterResolved):
            return reached + 1
        found = max(reached, self._ticks.of(event.recorded_at))
        self._reached[record.partition] = found
        return found

    def _keep(self, told: Heard) -> None:
        fact = told.event.fact
        if not isinstance(fact, _DECISIVE) or isinstance(fact, WORDS):
            return
        request = self._request(told.event)
        if request is None:
            self.happenings.append(told)
        else:
            self.answers.setdefault(request, []).append(told)

    def _request(self, event: Event) -> str | None:
        """The id of the request that a fact answers, None for what happened anyway."""
        fact, caused = event.fact, event.correlation_id or ""
        if event.causation_id is not None and caused.removeprefix("campaign:") in self._campaigns:
            return event.causation_id
        if isinstance(fact, firmware.FirmwareVersionRead):
            return fact.request_id
        # Only facts of the table have all these fields, which their union cannot say.
        step: Any = fact
        kind = STEPS.get(type(step))
        if kind is None or step.campaign_id not in self._campaigns:
            return None
        return request_id(
            campaign_id=step.campaign_id,
            device_id=step.device_id,
            step=kind,
            attempt=step.attempt,
        )

    def _note_parking(self, name: str, before: Entry, tick: int) -> None:
        """From the tick of the record that parked a premises until that which freed it."""
        is_parked = self._entries[name].parked is not None
        if is_parked and before.parked is None:
            self._parked.setdefault(name, []).append([tick, len(self._ticks.moments)])
        elif before.parked is not None and not is_parked:
            self._parked[name][-1][1] = tick


def _event_of(record: Record, verdict: Verdict) -> Event | Unreadable:
    """The event of a record, which the verdict has read already if it let nothing else through."""
    if isinstance(verdict, Applied) and len(verdict.events) == 1:
        return verdict.events[0]
    return decode(key=record.key, value=record.value)
