"""A TWIN_HOME with the lake of a finished run over the emulated field, made without a broker."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from infra.run.command import write_summary
from infra.run.history import History, Home
from infra.run.summary import Digests, Records, Summary
from streams.archive import open_lake
from tests.campaign.campaign_field import BEGIN, ToyField
from tests.campaign.campaign_samples import DAY
from tests.campaign.campaign_toy import Run
from tests.lake.lake_records import append
from tests.replay.replay_toy import campaign_events
from twin.campaign.executions import Order, all_due
from twin.campaign.orders import order_of
from twin.campaign.plan import Plan, plan_hash, shipped_plans
from twin.campaign.policy import OnFailure
from twin.events.envelope import Event, encode, new_event
from twin.events.registry import PremisesFact
from twin.events.requests import FieldRequest
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import Assumptions, shipped
from twin.ingest.catalogue import shipped_catalogue
from twin.lake.rows import Logged
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.vocabulary import CampaignState, FailureCause, GateDecision, WarningList

CATALOGUE: Final = shipped_catalogue()
PARTITIONS: Final = 3
SEED: Final = 3
LOGGED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
SETTLED: Final = 14
"""Ticks after which what was installed before the run has been told."""


class EmulatedField(ToyField):
    """The emulated field in the place of the toy one; every record is kept."""

    def __init__(
        self, premises: int, *, ends: datetime, assumptions: Assumptions | None = None
    ) -> None:
        super().__init__(0, lambda *_: [])
        self.log: list[Event] = []
        self._numbers_of: Counter[str] = Counter()
        self._waiting: list[FieldRequest] = []
        self._field = Field(
            assumptions=assumptions or shipped(),
            catalogue=CATALOGUE,
            premises=premises,
            seed=SEED,
            starts=BEGIN - DAY,
            ends=ends,
        )

    def advance(self, until: datetime) -> None:
        told = self._field.advance(until=until, requests=self._waiting)
        self._waiting = []
        for event in told:
            self._fold(event)

    def take(self, request: FieldRequest) -> None:
        if request.request_id not in self._seen:
            self._seen.add(request.request_id)
            self.requests.append(request)
        self._waiting.append(request)

    def apply(self, premises_id: str, fact: PremisesFact, at: datetime) -> None:
        source = f"urn:gb:twin:{premises_id}"
        self._numbers_of[source] += 1
        sequence = self._numbers_of[source]
        self._fold(
            new_event(
                fact=fact, source=source, sequence=sequence, key=premises_id, occurred_at=at,
                provenance="twin",
            )
        )  # fmt: skip

    def _fold(self, event: Event) -> None:
        self.log.append(event)
        held = self.premises.get(event.key) or Premises(event.key)
        self.premises[event.key] = evolve(held, event, event.fact)  # type: ignore[arg-type]


REFUSALS: Final = {
    FailureCause(refusal): OnFailure()
    for refusal in (
        *WarningList,
        FailureCause.HARDWARE_VERSION_MISMATCH,
        FailureCause.HASH_MISMATCH,
    )
}
"""The field refuses by chance, so that a further attempt helps: a model of few is not rejected."""


def programme() -> tuple[Plan, Plan]:
    """The default programme, with waves that suit a small fleet."""
    hubs, meters = (
        replace(plan, policy=replace(plan.policy, on_failure=REFUSALS)) for plan in shipped_plans()
    )
    canary, wave, *_ = hubs.waves
    canary = replace(canary, share=0.3, soak_days=1)
    rest = replace(wave, name="rest", rest=True, regions=())
    hubs = replace(hubs, waves=(replace(canary, share=1.0),))
    meters = replace(meters, waves=(canary, replace(rest, release_days=12)))
    return hubs, meters


def emulated_run(
    plans: tuple[Plan, ...] | None = None,
    *,
    premises: int = 160,
    days: int = 85,
    assumptions: Assumptions | None = None,
) -> Run:
    """A whole run of a programme, with an operator who mends what a gate has found."""
    ends = BEGIN + (SETTLED + days) * DAY
    run = _EmulatedRun((), EmulatedField(premises, ends=ends, assumptions=assumptions))
    run.go_on(SETTLED)
    run.plans = list(programme() if plans is None else plans)
    for _ in range(days):
        run.go_on()
        for campaign_id in run.campaigns:
            run.mend(campaign_id)
    return run


class _EmulatedRun(Run):
    """A toy run whose orders know the models of the emulated field."""

    def _order(self) -> None:
        given = tuple(
            order_of(self.campaigns[name], tick=self.tick) for name in sorted(self.campaigns)
        )
        order = Order(tick=self.tick, now=self.now, campaigns=given)
        for name, premises in sorted(self.field.premises.items()):
            for action in all_due(
                order=order, premises=premises, capable_version=CATALOGUE.capable_version
            ):
                if isinstance(action, FieldRequest):
                    self.field.take(action)
                else:
                    self.field.apply(name, action, self.now)

    def mend(self, campaign_id: str) -> None:
        """Take out the model that a gate rejects, or resume."""
        found = self.campaigns[campaign_id]
        if found.state is not CampaignState.HELD or found.current is None:
            return
        wave = found.waves[found.current]
        model = (wave.stratum or "").removeprefix("model:")
        if wave.decision is GateDecision.REJECT and model not in found.excluded_models:
            self.told("exclude", campaign_id, model=model)
        else:
            self.told("resume", campaign_id)


def home_of(run: Run, path: Path) -> Home:
    """The home of a run that has finished: history, lake, summary."""
    home = Home(path)
    home.prepare()
    home.write(
        History(
            premises=len(run.field.premises),
            seed=SEED,
            starts=(BEGIN - DAY).date(),
            ends=run.now.date(),
            tick_hours=24,
            broker="local",
            plans={plan.campaign_id: plan_hash(plan) for plan in run.plans},
            catalogue="shipped",
        )
    )
    append(open_lake(path), _logged(run))
    write_summary(home, _summary(run.now.date()))
    return home


def _logged(run: Run) -> list[Logged]:
    assert isinstance(run.field, EmulatedField)
    ends: Counter[tuple[str, int]] = Counter()
    found = []
    for topic, events in (
        ("premises.events", run.field.log),
        ("campaign.events", campaign_events(run)),
    ):
        for event in events:
            partition = int(event.key[1:3], 16) % PARTITIONS if topic == "premises.events" else 0
            offset = ends[topic, partition]
            ends[topic, partition] += 1
            key = event.key.encode()
            found.append(Logged(topic, 0, partition, offset, key, encode(event), LOGGED_AT))
    return found


def _summary(day: date) -> Summary:
    return Summary(
        simulated=True,
        as_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
        premises={},
        capable={},
        bands={},
        pairing={},
        pins={},
        campaigns={},
        records=Records(produced=1, applied=1, duplicate=0, held=0, dead=0, archived=1),
        digests=Digests(live="a", replay="a", lake="a", live_seen=1, replay_seen=1, lake_seen=1),
        network={},
        intruders={},
        rules={},
        by_event={},
    )
