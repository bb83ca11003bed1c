"""A sample lake: a few hundred premises with simple, deterministic histories, and its set."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from uuid import uuid5

import pyarrow.parquet as pq

from tests.marts.sample_campaigns import firmware_facts
from tests.marts.sample_decisions import campaign_facts
from tests.marts.sample_network import attempt_facts, network_facts
from tests.marts.sample_programme import programme_facts
from tests.marts.sample_tables import a_letter, health, plan_curve, tallies
from twin.events.bands import BandSelected, CoverageMeasured
from twin.events.envelope import Event, encode, new_event
from twin.events.lifecycle import (
    CommsHubInstalled,
    DeviceCommissioned,
    DeviceInstalled,
    PremisesRegistered,
)
from twin.events.pairing import PairingAbandoned, PairingCompleted, PairingFailed, PairingStarted
from twin.events.pins import PrivacyPinCleared, PrivacyPinEntered, PrivacyPinSet
from twin.ids import NAMESPACE
from twin.lake.rows import Logged, to_table
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import publish
from twin.vocabulary import (
    Band,
    BandReason,
    CspRegion,
    DeviceType,
    GspGroup,
    HubVariant,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinClass,
    PinPurpose,
    PremisesType,
)

PARTITIONS = 4
RUN_STARTS = datetime(2017, 4, 1, tzinfo=UTC)
AS_AT = datetime(2017, 9, 30, 6, tzinfo=UTC)
CAPABLE_FROM = datetime(2017, 7, 1, tzinfo=UTC)
DAYS_FORECAST = 60
"""Of the sample's six months the last two: a page shows as much, and a test waits less."""
PUBLISHED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OLD, NEW = "0A000001", "0A000002"
MODEL = "1A2B-0C0D0E0F"


def digest(text: str, size: int = 8) -> str:
    """Hex digits in which letters are frequent enough to hold no long digit run."""
    digits = blake2b(text.encode(), digest_size=size).hexdigest()
    return "".join(
        "abcdef"[int(c) % 6] if i % 4 == 3 and c.isdigit() else c for i, c in enumerate(digits)
    )


def eui64(text: str) -> str:
    digits = digest(text).upper()
    return "-".join(digits[i : i + 2] for i in range(0, 16, 2))


@dataclass
class History:
    """The events of one premises; `say` numbers them per source when all are known."""

    number: int
    facts: list[tuple[datetime, str, object]] = field(default_factory=list)

    @property
    def premises_id(self) -> str:
        return f"P{digest(f'premises {self.number}')}"

    def device(self, kind: str) -> str:
        return eui64(f"{kind} {self.number}")

    def say(self, at: datetime, source: str, fact: object) -> None:
        self.facts.append((at, source, fact))

    def events(self) -> Iterator[Event]:
        """In order of time, numbered per source; what is older than the run is recorded late."""
        numbers: dict[str, int] = defaultdict(int)
        for at, source, fact in sorted(self.facts, key=lambda one: (one[0], one[1])):
            if at > AS_AT:
                continue
            numbers[source] += 1
            yield new_event(
                fact=fact,
                source=source,
                sequence=numbers[source],
                key=self.premises_id,
                occurred_at=at,
                recorded_at=max(at, RUN_STARTS + timedelta(hours=1)),
            )


def a_history(number: int, *, premises: int) -> History:
    """What happens at premises `number` of `premises`."""
    history = History(number)
    span = datetime(2017, 9, 20, tzinfo=UTC) - datetime(2017, 1, 15, tzinfo=UTC)
    installed = datetime(2017, 1, 15, 9, tzinfo=UTC) + span * (number / premises)
    _install(history, installed)
    _bands(history, installed + timedelta(hours=2))
    firmware_facts(history, installed, capable_from=CAPABLE_FROM)
    _consumers(history, installed)
    network_facts(history, installed)
    return history


def _install(history: History, at: datetime) -> None:
    i, supplier = history.number, f"urn:gb:supplier:{history.premises_id}"
    capable = at >= CAPABLE_FROM
    version = NEW if capable else OLD
    history.say(
        at - timedelta(days=3),
        supplier,
        PremisesRegistered(
            list(PremisesType)[i % 4],
            list(CspRegion)[i % 3],
            list(GspGroup)[i % 14],
            f"S0{1 + i % 6}",
            i % 4 != 0,
            i % 5 == 0,
        ),
    )
    variant = HubVariant.DUAL_BAND if i % 10 > 6 else HubVariant.SINGLE_BAND
    hub, esme = history.device("hub"), history.device("esme")
    history.say(at, supplier, CommsHubInstalled(hub, MODEL, variant, version, capable))
    kinds = [(esme, DeviceType.ESME, version), (history.device("ihd"), DeviceType.IHD, None)]
    for n, (device_id, kind, runs) in enumerate(kinds, start=1):
        model = MODEL if runs else None
        fact = DeviceInstalled(device_id, kind, model, runs, capable and runs is not None)
        history.say(at + timedelta(minutes=n), supplier, fact)
    for n, (device_id, kind) in enumerate(((hub, DeviceType.CHF), (esme, DeviceType.ESME))):
        fact = DeviceCommissioned(device_id, kind)
        history.say(at + timedelta(minutes=10 + n), supplier, fact)
    if i % 50 == 7:
        second = CommsHubInstalled(history.device("second hub"), MODEL, variant, NEW, True)
        history.say(datetime(2017, 8, 15, 10, tzinfo=UTC), supplier, second)


def _bands(history: History, at: datetime) -> None:
    i, supplier = history.number, f"urn:gb:supplier:{history.premises_id}"
    near, far = i % 10 < 7, i % 28 != 0
    history.say(at, supplier, CoverageMeasured(near, far))
    for n, (kind, name) in enumerate(((DeviceType.ESME, "esme"), (DeviceType.IHD, "ihd"))):
        band, reason = Band.GHZ_2_4, BandReason.COVERAGE
        if not near and kind is not DeviceType.ESME:
            band, reason = Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE
        if not near and not far:
            band, reason = Band.ALTERNATIVE_HAN, BandReason.NO_BAND
        fact = BandSelected(history.device(name), kind, band, reason)
        history.say(at + timedelta(minutes=1 + n), supplier, fact)


def _consumers(history: History, installed: datetime) -> None:
    i, esme = history.number, f"urn:gb:esme:{history.device('esme')}"
    at = max(installed, RUN_STARTS) + timedelta(days=5 + i % 40, hours=12)
    if i % 3 == 0:
        pin_class = (PinClass.OTHER, PinClass.TOP_20, PinClass.TOP_1)[i % 9 // 3]
        history.say(at, esme, PrivacyPinSet(pin_class))
        entered = PrivacyPinEntered(i % 4 != 0, 1, PinPurpose.PROTECTED_DISPLAY)
        history.say(at + timedelta(days=1), esme, entered)
    if i % 24 == 0:
        cleared = PrivacyPinCleared()
        history.say(at + timedelta(days=2), esme, cleared)
    if i % 4 == 1:
        _pairing(history, at + timedelta(days=3), esme)


def _pairing(history: History, at: datetime, esme: str) -> None:
    i = history.number
    local = i % 8 == 1
    route = PairingRoute.LOCAL if local else PairingRoute.REMOTE
    channel = PairingChannel.AT_METER if local else PairingChannel.WEB_OR_APP
    source = esme if local else f"urn:gb:dsp:{history.premises_id}"
    attempt = _uuid(f"attempt {i}")
    history.say(at, source, PairingStarted(attempt, route, channel, i % 3 == 0))
    if local:
        attempt_facts(history, at + timedelta(minutes=1), attempt, esme)
    cad = history.device("cad")
    endings = (
        PairingCompleted(attempt, route, cad, 12, 180),
        PairingCompleted(attempt, route, cad, 16, 260),
        PairingFailed(attempt, route, list(PairingFault)[i % 7]),
        PairingAbandoned(attempt, route, list(PairingStage)[i % 4]),
        None,
    )
    ending = endings[i // 4 % 5]
    if ending is not None:
        history.say(at + timedelta(minutes=10), source, ending)


def _uuid(text: str) -> str:
    return str(uuid5(NAMESPACE, text))


def sample_events(premises: int = 300) -> list[Event]:
    """Events of the sample fleet in the order in which their sources recorded them."""
    found = [
        event
        for number in range(premises)
        for event in a_history(number, premises=premises).events()
    ]
    return sorted(found, key=lambda e: (e.recorded_at, e.key, e.occurred_at, e.sequence))


def sample_records(premises: int = 300, *, published_at: datetime = PUBLISHED_AT) -> list[Logged]:
    """The log of the sample: facts, some sent twice, two refused records, campaign facts."""
    events = sample_events(premises)
    spread = timedelta(minutes=54) / max(len(events), 1)
    began = published_at - timedelta(minutes=55)
    ends: dict[int, int] = defaultdict(int)
    out: list[Logged] = []

    def log(topic: str, partition: int, key: bytes, value: bytes, at: datetime) -> int:
        place = partition if topic == "premises.events" else -1 - partition
        offset, ends[place] = ends[place], ends[place] + 1
        out.append(Logged(topic, 0, partition, offset, key, value, at))
        return offset

    for n, event in enumerate(events):
        at = began + spread * n
        partition = partition_of(event.key)
        log("premises.events", partition, event.key.encode(), encode(event), at)
        if n % 97 == 0:
            log("premises.events", partition, event.key.encode(), encode(event), at)
        if n in (len(events) // 3, len(events) // 2):
            offset = log("premises.events", partition, event.key.encode(), b"{broken", at)
            letter = a_letter(event.key, partition, offset)
            log("premises.dead-letters", partition, event.key.encode(), letter, at)
    for n, event in enumerate(campaign_facts(until=AS_AT)):
        at = began + timedelta(minutes=20 + n)
        key = event.key.encode()
        out.append(Logged("campaign.events", 0, 0, n, key, encode(event), at))
    for n, event in enumerate(programme_facts(until=AS_AT)):
        at = began + timedelta(seconds=30 * n)
        out.append(Logged("programme.events", 0, 0, n, event.key.encode(), encode(event), at))
    return out


def partition_of(key: str) -> int:
    return int(key[1:3], 16) % PARTITIONS


def write_lake(folder: Path, records: Sequence[Logged], *, files: int = 5) -> list[Path]:
    """The records in `files` Parquet files of the lake's schema, cut in log order."""
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(records) // files) or 1
    paths = []
    for n in range(files):
        path = folder / f"part-{n:03d}.parquet"
        pq.write_table(to_table(records[n * size : (n + 1) * size]), path)
        paths.append(path)
    return paths


def sample_home(
    home: Path,
    *,
    premises: int = 300,
    published_at: datetime = PUBLISHED_AT,
    set_id: str = "20261124-120000",
    more: Iterable[Logged] = (),
) -> Path:
    """A home with a lake and one published set; gives the folder of the set.

    `more` are records that stand in the lake behind those of the sample.
    """
    events = sample_events(premises)
    records = [*sample_records(premises, published_at=published_at), *more]
    builder = MartBuilder()
    builder.add_files(write_lake(home / "lake" / "events", records))
    builder.refresh_forecasts(most=DAYS_FORECAST)
    meta = SetMeta(
        set_id=set_id,
        code_version="0.1.0",
        published_at=published_at,
        premises=premises,
        seed=42,
    )
    frames = builder.build(
        meta=meta,
        health=health(records),
        plan_curve=plan_curve(premises),
        tallies=tallies(events),
    )
    builder.close()
    return publish(frames, home=home, set_id=set_id, now=published_at)
