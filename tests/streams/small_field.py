"""A field of hubs for one worker: it tells what is installed, answers requests, closes ticks."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from streams import clock, topics
from streams.log import read_topic
from streams.programme_log import Look, look
from tests.campaign.campaign_field import Step, activated, updated
from tests.streams.worker_stage import WorkerStage
from twin.events.envelope import new_event
from twin.events.firmware import FirmwareVersionRead
from twin.events.lifecycle import CommsHubInstalled, DeviceCommissioned, PremisesRegistered
from twin.events.requests import FieldRequest, RequestKind, decode_request
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import CspRegion, DeviceType, GspGroup, HubVariant, PremisesType

STARTS = datetime(2017, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def obedient(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Every hub takes the image, activates it, and says the version when it is asked."""
    match request.kind:
        case RequestKind.UPDATE:
            return updated(request, named)
        case RequestKind.ACTIVATE:
            return activated(request, named)
        case RequestKind.READ:
            version = request.target_version
            fact = FirmwareVersionRead(
                request.device_id, request.device_type, version, True, request.request_id
            )
            return [(0.1, fact)]


class SmallField:
    """Ticks of a day each; every request is answered before the next tick is closed."""

    def __init__(
        self,
        stage: WorkerStage,
        *,
        behaviour: Callable[[FieldRequest, dict[str, Any]], list[Step]] = obedient,
    ) -> None:
        """A field in which nothing is installed yet."""
        self._stage = stage
        self._behaviour = behaviour
        self._numbers: Counter[str] = Counter()
        self._answered: set[str] = set()
        self.tick = -1

    @property
    def now(self) -> datetime:
        """The virtual time of the last closed tick."""
        return STARTS + self.tick * DAY

    def install(self, count: int) -> None:
        """So many premises with a commissioned hub on firmware without local pairing."""
        catalogue = shipped_catalogue()
        model = catalogue.upgradable(DeviceType.CHF)[0]
        version = catalogue.older_version(model)
        assert version is not None
        for nth in range(count):
            premises, hub = f"P{nth:016x}", f"00-1D-24-00-00-00-{nth // 256:02X}-{nth % 256:02X}"
            facts = (
                PremisesRegistered(
                    PremisesType.TERRACED, CspRegion.NORTH, GspGroup.A, "S01", False, False
                ),
                CommsHubInstalled(hub, model, HubVariant.SINGLE_BAND, version, False),
                DeviceCommissioned(hub, DeviceType.CHF),
            )
            for fact in facts:
                self._tell(premises, fact, STARTS - 30 * DAY)

    def pass_days(self, count: int) -> None:
        """Close so many ticks, each when the one before is settled and answered."""
        for _ in range(count):
            self._answer()
            self.tick += 1
            basis = self._stage.watch.ends(topics.PREMISES_EVENTS)
            closed = clock.Tick(tick=self.tick, phase="closed", now=self.now, basis=basis)
            value = clock.encode(closed)
            self._stage.send(value, key=b"clock", partition=0, topic=topics.CLOCK_TICKS)
            self._stage.await_that(lambda health: health.settled >= self.tick)

    def look(self) -> Look:
        """All campaigns as the log has them."""
        return look(self._stage.bootstrap, {})

    def _answer(self) -> None:
        for record in read_topic(self._stage.bootstrap, topics.FIELD_REQUESTS):
            request = decode_request(record.value)
            if request.request_id in self._answered:
                continue
            self._answered.add(request.request_id)
            named = {
                "device_id": request.device_id,
                "device_type": request.device_type,
                "campaign_id": request.campaign_id,
                "wave": request.wave,
                "attempt": request.attempt,
            }
            for hours, fact in self._behaviour(request, named):
                at = request.asked_at + timedelta(hours=hours)
                self._tell(request.premises_id, fact, at)

    def _tell(self, premises: str, fact: Any, at: datetime) -> None:
        self._numbers[premises] += 1
        self._stage.send(
            new_event(
                fact=fact,
                source=f"urn:gb:dsp:{premises}",
                sequence=self._numbers[premises],
                key=premises,
                occurred_at=at,
            )
        )
