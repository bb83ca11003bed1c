"""The field's side of the lockstep: requests up to a basis, answers, and settled ticks."""

from collections.abc import Iterable, Mapping

from streams import clock, topics
from streams.log import consumer_at_beginning, ends_of
from streams.memory import Memory
from twin.campaign.commands import Command
from twin.campaign.state import Campaign
from twin.events.requests import FieldRequest, decode_request


class RequestReader:
    """Reads `field.requests` once, from its beginning, in portions that end at given bases."""

    def __init__(self, bootstrap: str, security: Mapping[str, object]) -> None:
        """A reader that stands at the beginning of every partition."""
        self._consumer = consumer_at_beginning(bootstrap, security, topics.FIELD_REQUESTS)
        self._places = tuple(self._consumer.assignment())
        self._early: list[tuple[int, int, FieldRequest]] = []

    def ends(self, topic: str = topics.FIELD_REQUESTS) -> dict[int, int]:
        """Where every partition of a topic ends now, of the requests' own unless named."""
        return ends_of(self._consumer, topic)

    def upto(self, basis: Mapping[int, int]) -> tuple[FieldRequest, ...]:
        """The requests before a basis that no earlier portion has had."""
        while any(self._consumer.position(p) < basis.get(p.partition, 0) for p in self._places):
            for place, records in self._consumer.poll(timeout_ms=200).items():
                self._early.extend(
                    (place.partition, record.offset, decode_request(record.value))
                    for record in records
                )
        due = tuple(r for p, offset, r in self._early if offset < basis.get(p, 0))
        self._early = [held for held in self._early if held[1] >= basis.get(held[0], 0)]
        return due

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()


class CampaignReader:
    """Follows `campaign.events`: how every campaign stands, and which command was answered."""

    def __init__(self, bootstrap: str, security: Mapping[str, object]) -> None:
        """A reader that stands at the beginning."""
        self._consumer = consumer_at_beginning(bootstrap, security, topics.CAMPAIGN_EVENTS)
        self._memory = Memory()

    def campaigns(self) -> dict[str, Campaign]:
        """Every campaign by all that is on the log now."""
        (end,) = ends_of(self._consumer, topics.CAMPAIGN_EVENTS).values()
        (place,) = self._consumer.assignment()
        while self._consumer.position(place) < end:
            self._take(timeout_ms=200)
        return dict(self._memory.campaigns)

    def wait_for(self, commands: Iterable[Command]) -> None:
        """Return once every command has its answer, however long ago it got it."""
        for command in commands:
            while not self._is_answered(command):
                self._take(timeout_ms=200)

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    def _is_answered(self, command: Command) -> bool:
        campaign = self._memory.campaigns.get(command.campaign_id)
        return campaign is not None and command.command_id in campaign.answers

    def _take(self, *, timeout_ms: int) -> None:
        for records in self._consumer.poll(timeout_ms=timeout_ms).values():
            for record in records:
                self._memory.note(topics.CAMPAIGN_EVENTS, record.key, record.value)


class SettledReader:
    """Follows `clock.settled`."""

    def __init__(self, bootstrap: str, security: Mapping[str, object]) -> None:
        """A reader that stands at the beginning."""
        self._consumer = consumer_at_beginning(bootstrap, security, topics.CLOCK_SETTLED)
        self._settled = -1

    def wait_for(self, tick: int) -> None:
        """Return once the twin has settled a tick."""
        while self._settled < tick:
            for records in self._consumer.poll(timeout_ms=200).values():
                for record in records:
                    self._settled = max(self._settled, clock.decode_settled(record.value).tick)

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()
