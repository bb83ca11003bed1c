"""Random histories of one premises: several sources, each numbered without gaps, times at random.

Words that the field keeps constant are constant here: a device has one type, a campaign one
target and one wave for a device, a pairing attempt one route. All else is at random, in an
order that no field would give, because the laws must hold for late and foolish facts too.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from twin.events import bands, firmware, lifecycle, pairing, pins
from twin.events.envelope import Event, encode, new_event
from twin.events.registry import PremisesFact
from twin.ids import event_id, request_id
from twin.state.entry import Entry, Record, new_entry
from twin.state.step import step
from twin.state.verdicts import Verdict
from twin.vocabulary import (
    ActivationOutcome,
    Band,
    BandReason,
    CodeFault,
    CspRegion,
    DeviceType,
    GspGroup,
    HubVariant,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinClass,
    PinClearedBy,
    PinPurpose,
    PremisesType,
)

LAWS = settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LONG_LAWS = settings(LAWS, max_examples=25)
"""For histories that are longer than the holding limit."""
PREMISES = "P0123456789abcdef"
KEY = PREMISES.encode()
START = datetime(2017, 7, 1, tzinfo=UTC)
HUB, ESME, GSME, IHD, CAD = (f"00-1D-24-00-00-00-00-0{n}" for n in range(1, 6))
TYPE_OF = {
    HUB: DeviceType.CHF,
    ESME: DeviceType.ESME,
    GSME: DeviceType.GSME,
    IHD: DeviceType.IHD,
    CAD: DeviceType.CAD,
}
CAMPAIGN_OF = {HUB: "LCP-HUBS", ESME: "LCP-ESME"}
TARGET_OF = {HUB: "0002000A", ESME: "0003000B"}
VERSIONS = st.sampled_from(["00010001", "0002000A", "0003000B"])
MODELS = st.sampled_from(["1062-0A0B0C0D", "1063-01020304"])
ATTEMPTS = {
    route: [event_id(source=route, sequence=n, event_type="attempt") for n in (1, 2)]
    for route in PairingRoute
}
UPGRADABLE = st.sampled_from([HUB, ESME])


def words(enumeration: type[StrEnum]) -> st.SearchStrategy[Any]:
    """Any word of an enumeration."""
    return st.sampled_from(list(enumeration))


@st.composite
def installations(draw: st.DrawFn) -> tuple[str, PremisesFact]:
    """What the supplier registers, installs, commissions, measures and selects."""
    device = draw(st.sampled_from([ESME, GSME, IHD, CAD]))
    any_device = draw(st.sampled_from(sorted(TYPE_OF)))
    facts: st.SearchStrategy[Any] = st.one_of(
        st.builds(
            lifecycle.PremisesRegistered,
            premises_type=words(PremisesType),
            csp_region=words(CspRegion),
            gsp_group=words(GspGroup),
            supplier=st.sampled_from(["S01", "S02"]),
            dual_fuel=st.booleans(),
            shared_meter_space=st.booleans(),
        ),
        st.builds(
            lifecycle.CommsHubInstalled,
            device_id=st.just(HUB),
            model=MODELS,
            hub_variant=words(HubVariant),
            firmware_version=VERSIONS,
            pairing_capable=st.booleans(),
        ),
        st.builds(
            lifecycle.DeviceInstalled,
            device_id=st.just(device),
            device_type=st.just(TYPE_OF[device]),
            model=st.none() | MODELS,
            firmware_version=st.none() | VERSIONS,
            pairing_capable=st.booleans(),
        ),
        st.builds(
            lifecycle.DeviceCommissioned,
            device_id=st.just(any_device),
            device_type=st.just(TYPE_OF[any_device]),
        ),
        st.builds(bands.CoverageMeasured, ghz_2_4=st.booleans(), sub_ghz=st.booleans()),
        st.builds(
            bands.BandSelected,
            device_id=st.just(any_device),
            device_type=st.just(TYPE_OF[any_device]),
            band=words(Band),
            reason=words(BandReason),
        ),
    )
    return f"urn:gb:supplier:{PREMISES}", draw(facts)


@st.composite
def campaign_steps(draw: st.DrawFn) -> tuple[str, PremisesFact]:
    """What the DSP, the device itself and the twin say of a firmware upgrade."""
    device = draw(UPGRADABLE)
    attempt = draw(st.integers(1, 3))
    target = TARGET_OF[device]
    place: dict[str, Any] = {
        "device_id": device,
        "device_type": TYPE_OF[device],
        "campaign_id": CAMPAIGN_OF[device],
        "wave": 1,
        "attempt": attempt,
    }
    asked = request_id(
        campaign_id=CAMPAIGN_OF[device], device_id=device, step="11", attempt=attempt
    )
    own = f"urn:gb:{TYPE_OF[device].lower()}:{device}"
    dsp, twin = f"urn:gb:dsp:{PREMISES}", f"urn:gb:twin:{PREMISES}"
    ran = draw(VERSIONS)
    capable, lost = draw(st.booleans()), draw(st.booleans())
    outcome = draw(words(ActivationOutcome))
    said: st.SearchStrategy[Any] = st.sampled_from(
        [
            (
                dsp,
                firmware.FirmwareUpdateRequested(
                    **place, request_id=asked, firmware_version=target
                ),
            ),
            (dsp, firmware.FirmwareDeliveredToHub(**place)),
            (own, firmware.FirmwareVerified(**place, firmware_version=target)),
            (dsp, firmware.FirmwareActivationRequested(**place, request_id=asked)),
            (
                own,
                firmware.FirmwareActivated(
                    **place, firmware_version=ran, pairing_capable=capable, response_lost=lost
                ),
            ),
            (
                own,
                firmware.FirmwareActivationFailed(**place, outcome=outcome, firmware_version=ran),
            ),
            (twin, firmware.FirmwareUpdateTimedOut(**place)),
            (
                dsp,
                firmware.FirmwareVersionRead(
                    device_id=device,
                    device_type=TYPE_OF[device],
                    firmware_version=ran,
                    pairing_capable=capable,
                    request_id=asked,
                ),
            ),
        ]
    )
    return draw(said)  # type: ignore[no-any-return]


@st.composite
def consumers(draw: st.DrawFn) -> tuple[str, PremisesFact]:
    """What a consumer does at the meter, or a DCC User for one: pairing and Privacy PIN."""
    route = draw(words(PairingRoute))
    at_meter = f"urn:gb:esme:{ESME}"
    source = at_meter if route is PairingRoute.LOCAL else f"urn:gb:dsp:{PREMISES}"
    whose = {"attempt_id": st.sampled_from(ATTEMPTS[route]), "route": st.just(route)}
    entry = st.integers(1, 5)
    paired = st.one_of(
        st.builds(
            pairing.PairingStarted,
            **whose,
            channel=words(PairingChannel),
            pin_prompted=st.booleans(),
        ),
        st.builds(pairing.InstallCodeRejected, **whose, reason=words(CodeFault), entry=entry),
        st.builds(
            pairing.PairingCompleted,
            **whose,
            device_id=st.just(CAD),
            code_length=st.sampled_from([6, 8, 12, 16]),
            duration_s=st.integers(0, 600),
        ),
        st.builds(pairing.PairingFailed, **whose, cause=words(PairingFault)),
        st.builds(pairing.PairingAbandoned, **whose, stage=words(PairingStage)),
    )
    pin = st.one_of(
        st.builds(pins.PrivacyPinSet, pin_class=words(PinClass)),
        st.builds(pins.PrivacyPinCleared, by=words(PinClearedBy)),
        st.builds(
            pins.PrivacyPinEntered,
            accepted=st.booleans(),
            entry=entry,
            purpose=words(PinPurpose),
        ),
    )
    if draw(st.booleans()):
        return at_meter, draw(pin)
    return source, draw(paired)


@st.composite
def histories(draw: st.DrawFn, *, min_size: int = 0, max_size: int = 30) -> list[Event]:
    """Events of one premises in an order that each source could have numbered them."""
    said = draw(
        st.lists(
            st.tuples(installations() | campaign_steps() | consumers(), st.integers(0, 20)),
            min_size=min_size,
            max_size=max_size,
        )
    )
    counts: dict[str, int] = {}
    events = []
    for (source, fact), minute in said:
        counts[source] = counts.get(source, 0) + 1
        event = new_event(
            fact=fact,
            source=source,
            sequence=counts[source],
            key=PREMISES,
            occurred_at=START + timedelta(minutes=minute),
            recorded_at=START + timedelta(minutes=minute, days=1),
        )
        events.append(event)
    return events


def garbage() -> st.SearchStrategy[bytes | None]:
    """Values that are no record: nothing, noise, half a record, another contract's record."""
    half = encode(
        new_event(
            fact=pins.PrivacyPinCleared(by=PinClearedBy.CONSUMER),
            source=f"urn:gb:esme:{ESME}",
            sequence=1,
            key=PREMISES,
            occurred_at=START,
        )
    )
    return st.one_of(
        st.none(),
        st.binary(max_size=40),
        st.integers(0, len(half) - 1).map(lambda cut: half[:cut]),
        st.just(half.replace(b".v1", b".v99")),
        st.just(b"null"),
    )


def records(values: Iterable[Event | bytes | None]) -> list[Record]:
    """A partition's log of these values, in this order."""
    return [
        Record(KEY, encode(value) if isinstance(value, Event) else value, 0, 3, offset)
        for offset, value in enumerate(values)
    ]


def run(log: Sequence[Record], entry: Entry | None = None) -> Entry:
    """The entry after a log."""
    return judged(log, entry)[0]


def judged(log: Sequence[Record], entry: Entry | None = None) -> tuple[Entry, list[Verdict]]:
    """The entry after a log, with each record's verdict."""
    entry = entry or new_entry(PREMISES)
    verdicts = []
    for record in log:
        entry, verdict = step(entry, record)
        verdicts.append(verdict)
    return entry, verdicts
