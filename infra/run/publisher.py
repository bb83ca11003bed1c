"""The publisher: what is new in the lake, counted into marts, published as a set (D21)."""

import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from infra.run.allowance import SHARE, UNWATCHED, Allowance
from infra.run.checkpointing import Checkpointing
from infra.run.equipment import Equipment
from infra.run.proofs import proof_tables, proofs_mark
from streams import topics
from streams.archive import open_lake
from streams.ledger import CODE_VERSION
from streams.settings import Settings
from streams.watch import Watch
from twin.campaign.curve import planned_share
from twin.campaign.plan import Plan
from twin.fleet.population.growth import Growth
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.marts.build import MartBuilder
from twin.marts.lines import line
from twin.marts.meta import SetMeta
from twin.marts.publish import publish
from twin.marts.tallies import tally_rows
from twin.vocabulary import DeviceType

EVERY_SECONDS: Final = 0.5
LOG_ALONE_SECONDS: Final = 1.0
"""A set is not made for records that are on the log alone until so long after the last one: the
archiver has them in the lake in less, and a set without them would only keep those waiting."""
SHARE_OF_TIME: Final = 0.8
"""Publishing takes no more of one core than this: after a costly set the pause is longer."""
UNWATCHED_SHARE: Final = 0.1
"""The same where nobody looks before the run is over: the cores are for the run."""
LAGS_KEPT: Final = 1_200
"""Rows of the course of the lag: at two stages and two sets a second some five minutes."""
IN_MEMORY_MAX: Final = 200_000
"""Premises whose records are kept in memory: some 7 million records in 2 GB."""
LAST_SECONDS: Final = 10.0
"""For the forecasts of days that are still to be made when the publisher is told to stop."""


def publish_until(*, settings: Settings, equipment: Equipment, stop: threading.Event) -> None:
    """Publish whenever lake or campaigns have moved, until `stop`."""
    watch = Watch(settings.broker, security=settings.client_security)
    publisher = _Publisher(settings, equipment, watch)
    of_news = SHARE_OF_TIME if settings.watched else UNWATCHED_SHARE
    with closing(watch):
        while not stop.is_set():
            began = time.monotonic()
            is_news = publisher.publish_news(patient=True)
            spent = time.monotonic() - began
            share = of_news if is_news else SHARE_OF_TIME
            stop.wait(max(EVERY_SECONDS - spent, spent * (1 / share - 1), 0.0))
        publisher.checkpoints.stop()
        publisher.publish_news()
        publisher.complete(within=LAST_SECONDS)


class _Publisher:
    def __init__(self, settings: Settings, equipment: Equipment, watch: Watch) -> None:
        self._home = settings.home.absolute()
        self._equipment = equipment
        self._watch = watch
        self._lake = open_lake(settings.home)
        self.checkpoints = Checkpointing(self._home)
        self._builder = builder_for(self._home, premises=equipment.history.premises)
        self._published: tuple[Any, ...] = ()
        self._published_at = time.monotonic()
        self._taken: int | None = None
        self._allowance = Allowance(SHARE if settings.watched else UNWATCHED)
        self._days_left = 0
        self._lags: deque[dict[str, Any]] = deque(maxlen=LAGS_KEPT)

    def complete(self, *, within: float) -> None:
        """Publish until every day is forecast, if that comes within so many seconds."""
        began = time.monotonic()
        while self._days_left and time.monotonic() - began < within:
            self.publish_news()

    def publish_news(self, *, patient: bool = False) -> bool:
        """Publish a set, if anything has moved since the last one or days are to be forecast.

        Who is patient leaves it for a while where only the log has moved. Gives whether anything
        has moved.
        """
        health = self._watch.look()
        self._lake.refresh()
        proofs = proofs_mark(self._home)
        mark = (self._lake.version, health.settled, health.outcomes, health.produced, proofs)
        idle = mark == self._published
        if idle and not self._days_left:
            self.checkpoints.when_idle(self._lake.version)
            return False
        if patient and not idle and self._awaits_records(mark):
            return True
        began = time.monotonic()
        self._take_news()
        took = self._forecast(self._allowance.days(idle=idle), idle=idle)
        self._publish(now=datetime.now(UTC))
        self._published, self._published_at = mark, time.monotonic()
        if not idle:
            self._allowance.note(sets=time.monotonic() - began - took)
        return not idle

    def _publish(self, *, now: datetime) -> None:
        history = self._equipment.history
        set_id = f"{now:%Y%m%dT%H%M%S%f}-{self._lake.version}"
        frames = self._builder.build(
            meta=SetMeta(
                set_id=set_id,
                code_version=CODE_VERSION,
                published_at=now,
                premises=history.premises,
                seed=history.seed,
            ),
            health=self._health(now),
            plan_curve=plan_curve(self._equipment, members=_frozen(self._watch)),
            tallies=_tallies(self._watch),
            lake_files=self._lake.files(),
        )
        publish(frames, home=self._home, set_id=set_id, now=now, line=line())

    def _awaits_records(self, mark: tuple[Any, ...]) -> bool:
        """Whether only the log has moved since the last set, which was just made."""
        if mark[:1] != self._published[:1]:
            return False
        return time.monotonic() - self._published_at < LOG_ALONE_SECONDS

    def _health(self, now: datetime) -> dict[str, Sequence[Mapping[str, Any]]]:
        """How far each stage has come, how that went, how long it takes, and what was proved."""
        places = _partitions(self._watch, self._lake, self._equipment.history.epoch)
        lags: Counter[str] = Counter()
        for place in places:
            lags[place["stage"]] += max(place["end_offset"] - place["position"], 0)
        at = now.replace(tzinfo=None)
        self._lags.extend({"seen_at": at, "stage": name, "lag": n} for name, n in lags.items())
        return {
            "partitions": places,
            "lags": list(self._lags),
            "delays": self._builder.delays(now=now),
            **proof_tables(self._home),
        }

    def _take_news(self) -> None:
        """Hand the builder what came since the last time; what is only sorted anew is no news."""
        taken = self._taken
        files = self._lake.files() if taken is None else self._lake.news_since(taken)
        self._builder.add_files(files)
        self._taken = self._lake.version

    def _forecast(self, most: int, *, idle: bool) -> float:
        """Forecast at most so many days; gives the seconds that it took."""
        if most == 0:
            self._days_left = max(1, self._days_left)
            return 0.0
        began = time.monotonic()
        made, self._days_left = self._builder.refresh_forecasts(most=most)
        took = time.monotonic() - began
        if not idle:
            self._allowance.note(forecasts=took, days=made)
        return took


def builder_for(home: Path, *, premises: int) -> MartBuilder:
    """The builder of a fleet's marts; that of a large fleet has its tables in a file of the home.

    Raises:
        OSError: the file cannot be written.
    """
    return MartBuilder(room=home / "marts" / "room" if premises > IN_MEMORY_MAX else None)


def plan_curve(
    equipment: Equipment, *, members: Mapping[str, Sequence[int]] | None = None
) -> pl.DataFrame:
    """The plan by day: premises expected to be capable by the plan of the programme.

    New installations count from the day on which the plans stop looking after them (obligation
    i), the others as the meter campaigns are planned (obligation ii); hubs are planned first.
    `members` counts those of each wave by campaign, as far as they are frozen.
    """
    frozen = members or {}
    history, plans = equipment.history, equipment.plans
    growth = Growth(since=equipment.assumptions.growth_from, ends=history.ends_at)
    meters = [plan for plan in plans if plan.device_type == DeviceType.ESME]
    rows = []
    day = history.starts
    while day <= history.ends:
        rows.append({"day": day, **_planned(history.premises, growth, meters, day, frozen)})
        day += timedelta(days=1)
    return pl.DataFrame(rows)


def _frozen(watch: Watch) -> dict[str, tuple[int, ...]]:
    """Members of each wave by campaign, of those whose membership is frozen."""
    campaigns = watch.memory.campaigns.items()
    return {name: held.frozen for name, held in campaigns if held.frozen is not None}


def _planned(
    premises: int,
    growth: Growth,
    meters: list[Plan],
    day: date,
    frozen: Mapping[str, Sequence[int]],
) -> dict[str, float]:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    total = growth.share(at)
    capable = 0.0
    for plan in meters[:1]:
        first, cut = (_midnight(day) for day in plan.installed_within)
        before = growth.share(min(at, cut or plan.submitted_at))
        earlier = 0.0 if first is None else min(before, growth.share(first))
        members = frozen.get(plan.campaign_id)
        members = members if members and len(members) == len(plan.waves) else None
        upgraded = planned_share(plan=plan, on=day, members=members)
        capable = (total - before) + (before - earlier) * upgraded
    return {"planned_share": capable, "planned_premises": capable * premises}


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def _partitions(watch: Watch, lake: Lake, epoch: int) -> list[dict[str, Any]]:
    standings = watch.memory.standings
    rows = []
    for topic in topics.ARCHIVED:
        for partition, end in sorted(watch.ends(topic).items()):
            place = {"topic": topic, "partition": partition, "end_offset": end}
            archived = lake.position(Slice(topic, epoch, partition))
            rows.append({**place, "stage": "archived", "position": archived})
            if topic == topics.PREMISES_EVENTS:
                stands = standings.get(partition)
                folded = stands.offset if stands else 0
                rows.append({**place, "stage": "folded", "position": folded})
    return rows


def _tallies(watch: Watch) -> pl.DataFrame:
    """Devices of each wave and stratum by state of execution, from the absolute tallies."""
    memory = watch.memory
    return tally_rows(
        {name: memory.board.of(name) for name in memory.campaigns},
        waves={name: len(campaign.plan.waves) for name, campaign in memory.campaigns.items()},
    )
