"""A finished toy run as records of the log: what a replay starts from, without a broker."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from msgspec.structs import replace

from tests.campaign.campaign_field import (
    BEGIN,
    Step,
    ToyField,
    activated,
    capable_version,
    read,
    updated,
)
from tests.campaign.campaign_samples import BAD_MODEL, DAY, MODEL, OTHER, PLAN, RULE, C, S, wave
from tests.campaign.campaign_toy import Run
from twin.campaign.censuses import CensusBoard, censuses_of
from twin.campaign.executions import Word
from twin.campaign.plan import Plan
from twin.events import lifecycle
from twin.events.envelope import Event, encode, new_event
from twin.events.registry import PremisesFact
from twin.events.requests import FieldRequest, RequestKind
from twin.replay.pair import NotReplayed, Pair, replay
from twin.replay.recorded import Recorded, recorded
from twin.replay.ticks import Ticks
from twin.state.entry import Record
from twin.state.evolve import evolve
from twin.vocabulary import DeviceType, HubVariant, ReturnReason

WORDS: Final = Word.__args__
SIZE: Final = 240
Behaviour = Callable[[FieldRequest, dict[str, Any]], list[Step]]

LENIENT: Final = replace(RULE, errors_above=0.5, success_at_least=0.5, settled_at_least=0.8)
HUBS: Final = replace(
    PLAN,
    gate=replace(
        LENIENT,
        kind="sequential",
        errors_above=0.3,
        strata=("model",),
        accept_good=0.05,
        accept_bad=0.5,
    ),
    policy=replace(PLAN.policy, attempts_max=1),
    waves=(wave("canary", 0.3), wave("others", 0.7, release_days=10)),
)
"""Its gate judges each model apart, and finds the bad one in the second wave."""
METERS: Final = replace(PLAN, campaign_id=OTHER, device_type=DeviceType.ESME, after=C, gate=LENIENT)
"""Follows the hubs, and tries each meter twice."""
STRICTER: Final = replace(HUBS, gate=replace(HUBS.gate, errors_above=0.1))
"""The same plan with a gate that finds the bad model in the canary."""


class LoggedField(ToyField):
    """The toy field, which also keeps every fact as the event of a record."""

    def __init__(self, size: int, behaviour: Behaviour, *, model: Callable[[int], str]) -> None:
        self.log: list[Event] = []
        self._sent: Counter[str] = Counter()
        self._gone: set[str] = set()
        super().__init__(size, behaviour, model=model)

    def apply(self, premises_id: str, fact: PremisesFact, at: datetime) -> None:
        if isinstance(fact, lifecycle.CommsHubReplaced):
            self._gone.add(fact.replaced_device_id)
        elif getattr(fact, "device_id", None) in self._gone and not isinstance(fact, WORDS):
            return  # an exchanged hub answers nothing
        source = f"urn:gb:{'twin' if isinstance(fact, WORDS) else 'dsp'}:{premises_id}"
        self._sent[source] += 1
        event = new_event(
            fact=fact,
            source=source,
            sequence=self._sent[source],
            key=premises_id,
            occurred_at=at,
            recorded_at=max(at, BEGIN - DAY),
        )
        self.log.append(event)
        self.premises[premises_id] = evolve(self.premises[premises_id], event, fact)


class WorkerRun(Run):
    """A toy run that takes the census of a paced campaign when a worker does: while it enrols."""

    _counted: tuple[Plan, ...] = ()

    def _report(self) -> None:
        held = self.board.censuses
        self.board.censuses = CensusBoard()
        super()._report()
        self.board.censuses = held

    def _order(self) -> None:
        plans = tuple(found.plan for found in self.campaigns.values())
        places = [p for home in self.field.premises.values() for p in self._places_of(home)]
        for found in self.campaigns.values():
            enrols = found.state is S.VALIDATING or plans != self._counted
            for census in (
                censuses_of(plan=found.plan, places=places, partition=0) if enrols else ()
            ):
                self.board.censuses.take(census)
        self._counted = plans
        super()._order()


def share(request: FieldRequest, purpose: str) -> float:
    """A number in [0, 1) of a device, an attempt and a purpose."""
    text = f"{request.device_id}|{request.attempt}|{purpose}"
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") / 2**32


def mixed(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Late, silent, warned, lost: every device its own way; most of the bad model's fail."""
    nth = int(request.premises_id[1:], 16)
    match request.kind:
        case RequestKind.UPDATE:
            if share(request, "silent") < 0.05:
                return updated(request, named)[:1]
            return updated(request, named, hours=2 + 100 * share(request, "late"))
        case RequestKind.ACTIVATE:
            fails = nth % 6 == 0 and share(request, "fails") < 0.9
            return activated(request, named, fails=fails, lost=share(request, "lost") < 0.1)
        case RequestKind.READ:
            return [] if share(request, f"{request.request_id}") < 0.05 else read(request)


def toy_model(nth: int) -> str:
    """Every sixth premises is of the bad model."""
    return BAD_MODEL if nth % 6 == 0 else MODEL


def mended_run(
    plans: tuple[Plan, ...] = (HUBS, METERS), *, days: int = 80, size: int = SIZE
) -> Run:
    """A whole run: held by a gate, mended by an operator a day each, finished; late truth too."""
    run = WorkerRun(plans, LoggedField(size, mixed, model=toy_model))
    run.go_on(3)
    run.told("stop", C, plan_hash="ab" * 32)
    for _ in range(days):
        run.go_on()
        if run.tick == 9:
            _exchange_hubs(run)
        if run.campaigns[C].state is not S.HELD:
            continue
        if run.campaigns[C].excluded_models:
            run.told("resume", C)
        else:
            run.told("exclude", C, model=BAD_MODEL)
    return run


def _exchange_hubs(run: Run) -> None:
    """Some hubs are exchanged in the middle of it all, whatever was asked of them."""
    assert isinstance(run.field, LoggedField)
    for nth in range(5, SIZE, 24):
        old = f"{nth:014X}01"
        new = f"FF{nth:012X}01"
        ids = ["-".join(text[i : i + 2] for i in range(0, 16, 2)) for text in (new, old)]
        premises = f"P{nth:016x}"
        at = run.now + DAY / 2
        variant = HubVariant.SINGLE_BAND
        hub = lifecycle.CommsHubInstalled(ids[0], MODEL, variant, "0000000B", True)
        replaced = lifecycle.CommsHubReplaced(*ids, ReturnReason.FAULT, True, True)
        run.field.later(premises, hub, at)
        run.field.later(premises, replaced, at)


def premises_records(run: Run, *, partitions: int = 1) -> list[Record]:
    """What the toy field told, as `premises.events` would hold it."""
    assert isinstance(run.field, LoggedField)
    ends: Counter[int] = Counter()
    found = []
    for event in run.field.log:
        partition = int(event.key[1:], 16) % partitions
        found.append(Record(event.key.encode(), encode(event), 0, partition, ends[partition]))
        ends[partition] += 1
    return found


def campaign_events(run: Run) -> list[Event]:
    """What the toy desk decided, as events of `campaign.events`."""
    numbers: Counter[str] = Counter()
    found = []
    for at, fact in run.log:
        name = fact.campaign_id
        numbers[name] += 1
        found.append(
            new_event(
                fact=fact,
                source=f"urn:gb:twin:{name}",
                sequence=numbers[name],
                key=name,
                occurred_at=at,
                provenance="twin",
            )
        )
    return found


def campaign_records(run: Run) -> list[Record]:
    """The same as records."""
    events = campaign_events(run)
    return [Record(e.key.encode(), encode(e), 0, 0, n) for n, e in enumerate(events)]


def ticks_of(run: Run) -> Ticks:
    """The clock of a toy run."""
    return Ticks(tuple(BEGIN + n * DAY for n in range(run.tick + 1)))


def recorded_run(run: Run, premises: Iterable[Record] | None = None) -> Recorded:
    """A toy run as a replay reads it."""
    return recorded(
        premises=premises_records(run) if premises is None else premises,
        campaigns=campaign_records(run),
        ticks=ticks_of(run),
    )


def pair_of(found: Recorded, plan: Plan | None, *, seed: int = 1, campaign_id: str = C) -> Pair:
    """A replay that is not refused."""
    pair = replay(
        found, campaign_id=campaign_id, plan=plan, capable_version=capable_version, seed=seed
    )
    assert not isinstance(pair, NotReplayed), pair.why
    return pair
