"""`run_again`: a finished run once more, tick by tick, as the desk and the keepers would do it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from twin.campaign.membership import CapableVersion
from twin.campaign.plan import Plan
from twin.campaign.product import Product
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.events.envelope import Event
from twin.events.firmware import DeviceEnrolled
from twin.events.requests import FieldRequest
from twin.replay.answering import Answering
from twin.replay.answers import Answer, as_run
from twin.replay.asked import Asked, Ledger, Question
from twin.replay.commanded import Programme
from twin.replay.desk import Desk, Unapplied
from twin.replay.fleet import Fleet
from twin.replay.recorded import Recorded
from twin.state.devices import Device
from twin.state.premises import Premises


class Course(Struct, frozen=True, kw_only=True):
    """What a replay came to: facts in the order of the log, what was asked, how all stands.

    By campaign and device, `enrolled` is whoever was ever a member and `modelled` whoever gave an
    answer that was never observed. `unapplied` are the commands of operators that did nothing,
    `unasked` counts the recorded requests that nobody sent.
    """

    events: tuple[Event, ...]
    campaigns: Mapping[str, Campaign]
    counts: Mapping[str, CampaignCounts]
    asked: Mapping[Question, Asked]
    premises: Mapping[str, Premises]
    enrolled: frozenset[tuple[str, str]]
    modelled: frozenset[tuple[str, str]]
    unapplied: tuple[Unapplied, ...]
    unasked: int


def run_again(
    recorded: Recorded,
    *,
    programme: Programme,
    plans: Mapping[str, Plan],
    answering: Answering,
    capable_version: CapableVersion,
) -> Course:
    """All campaigns of a run again, with other plans for some of them, to the run's own end."""
    return _Run(recorded, programme, plans, answering, capable_version).whole()


class _Run:
    """One replay under way."""

    def __init__(
        self,
        recorded: Recorded,
        programme: Programme,
        plans: Mapping[str, Plan],
        answering: Answering,
        capable_version: CapableVersion,
    ) -> None:
        self._recorded = recorded
        self._answering = answering
        self._fleet = Fleet(capable_version=capable_version, parked=recorded.parked)
        self._desk = Desk(
            programme,
            plans=plans,
            counts=self._fleet.counts,
            capable_version=capable_version,
            failures=recorded.failures,
        )
        self._ledger = Ledger()
        self._enrolled: set[tuple[str, str]] = set()
        self._coming: defaultdict[int, list[Answer]] = defaultdict(list)
        for told in recorded.happenings:
            self._coming[told.tick].append(Answer(told.event))

    def whole(self) -> Course:
        for tick, now in enumerate(self._recorded.ticks.moments):
            self._fleet.tell(self._told(tick), tick=tick)
            self._desk.decide(tick=tick, now=now, removed=self._removed(tick))
            order = self._desk.order(tick=tick, now=now)
            requests, words = self._fleet.carry_out(order)
            for request in requests:
                self._ask(request, tick)
            # an order is carried out when the twin's own words are counted; then commands come
            self._say(words, tick)
            self._desk.command(tick=tick)
        return self._course()

    def _removed(self, tick: int) -> tuple[Product, ...]:
        return tuple(product for first, product in self._recorded.removals if first <= tick)

    def _say(self, words: Sequence[Event], tick: int) -> None:
        self._fleet.say(words, tick=tick)
        for event in words:
            fact = event.fact
            if isinstance(fact, DeviceEnrolled):
                self._enrolled.add((fact.campaign_id, fact.device_id))

    def _told(self, tick: int) -> Iterator[Event]:
        """The facts of a tick in the order in which they were recorded; each sees those before."""
        for answer in sorted(self._coming.pop(tick, ()), key=_by_moment):
            event = as_run(answer, device=self._device(answer.event))
            if event is not None:
                yield event

    def _device(self, event: Event) -> Device | None:
        premises = self._fleet.premises.get(event.key)
        name = getattr(event.fact, "device_id", None)
        return None if premises is None or name is None else premises.devices.get(name)

    def _ask(self, request: FieldRequest, tick: int) -> None:
        now = self._recorded.ticks.moments[tick]
        asked = self._ledger.take(request, now=now)
        if asked is None:
            return
        device = self._fleet.premises[request.premises_id].devices[request.device_id]
        for comes, answer in self._answering.answer(asked, device=device):
            self._coming[max(comes, tick + 1)].append(answer)

    def _course(self) -> Course:
        sent = {asked.request.request_id for asked in self._ledger.asked.values()}
        return Course(
            events=tuple(self._desk.events),
            campaigns=dict(self._desk.campaigns),
            counts={name: self._fleet.counts(name) for name in self._desk.campaigns},
            asked=self._ledger.asked,
            premises=self._fleet.premises,
            enrolled=frozenset(self._enrolled),
            modelled=frozenset(self._answering.modelled),
            unapplied=tuple(self._desk.unapplied),
            unasked=len(self._recorded.answers.keys() - sent),
        )


def _by_moment(answer: Answer) -> tuple[object, ...]:
    event = answer.event
    return event.recorded_at, event.key, event.source, event.sequence
