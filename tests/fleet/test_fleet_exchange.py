"""Hub exchanges and outages: pairings survive, the old hub is out of reach (BR08, BR43)."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.fleet.desk import CATALOGUE, STARTS, obedient
from tests.fleet.quiet import quiet_firmware, quiet_han
from tests.fleet.toy_campaign import request
from twin.events.bands import BandSelected, CoverageMeasured, HighBandwidthLinkOpened
from twin.events.envelope import Event, encode
from twin.events.firmware import (
    FirmwareActivated,
    FirmwareUpdateWarned,
    FirmwareVerificationFailedAtPowerOn,
    FirmwareVerified,
)
from twin.events.joining import ChfDeviceLogChanged, GpfDeviceLogChanged
from twin.events.lifecycle import (
    CommsHubInstalled,
    CommsHubReplaced,
    DeviceCommissioned,
    DeviceStatusChanged,
    PowerOutageAlerted,
)
from twin.events.pairing import InstallCodeEntered, PairingCompleted, PairingStarted
from twin.events.requests import RequestKind
from twin.events.sub_ghz import SubGhzConfigurationChanged
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.state.entry import Record
from twin.state.premises import active_device
from twin.state.replay import replay
from twin.vocabulary import (
    Band,
    DeviceStatus,
    DeviceType,
    HubInstallType,
    HubVariant,
    LogChange,
    ReturnReason,
    StatusReason,
    WarningList,
)

ENDS = datetime(2017, 4, 2, tzinfo=UTC)
UNTIL = datetime(2018, 4, 1, tzinfo=UTC)


def field_of(premises: int, *, assumptions=None, **rows) -> Field:
    return Field(
        assumptions=assumptions or obedient(),
        catalogue=CATALOGUE,
        premises=premises,
        seed=11,
        starts=STARTS,
        ends=ENDS,
        han=quiet_han(**rows),
        firmware=quiet_firmware(),
    )


def by_premises(events: list[Event]) -> dict[str, list[Event]]:
    found = defaultdict(list)
    for event in sorted(events, key=lambda event: (event.occurred_at, event.sequence)):
        found[event.key].append(event)
    return found


def of(events, kind):
    return [event.fact for event in events if isinstance(event.fact, kind)]


@pytest.fixture(scope="module")
def exchanged():
    """Premises whose hub had a fault or was damaged within a year, all facts of each."""
    field = field_of(150, hub_fault_rate=0.4, hub_damage_rate=0.4)
    found = by_premises(field.advance(until=UNTIL, requests=()))
    return {key: events for key, events in found.items() if of(events, CommsHubReplaced)}


@pytest.mark.rule("BR43")
def test_an_exchange_names_both_hubs_and_leaves_one_of_them(exchanged):
    reasons = Counter()
    for events in exchanged.values():
        hubs = of(events, CommsHubInstalled)
        replaced = of(events, CommsHubReplaced)
        assert [hub.install_type for hub in hubs] == [
            HubInstallType.NEW,
            *[HubInstallType.REPLACEMENT] * len(replaced),
        ]
        commissioned = {fact.device_id for fact in of(events, DeviceCommissioned)}
        for before, after, fact in zip(hubs[:-1], hubs[1:], replaced, strict=True):
            assert (fact.device_id, fact.replaced_device_id) == (after.device_id, before.device_id)
            assert after.gpf_id != before.gpf_id
            assert after.device_id in commissioned
            reasons[fact.reason] += 1
        gone = [fact for fact in of(events, DeviceStatusChanged) if fact.device_type == "CHF"]
        assert [fact.device_id for fact in gone] == [hub.device_id for hub in hubs[:-1]]
        assert {fact.to_status for fact in gone} == {DeviceStatus.DECOMMISSIONED}
        assert {fact.reason for fact in gone} == {StatusReason.HUB_EXCHANGED}
    assert set(reasons) == {ReturnReason.FAULT, ReturnReason.DAMAGED}


@pytest.mark.rule("BR08")
def test_the_new_hub_gets_the_log_of_the_old_one(exchanged):
    for events in exchanged.values():
        hubs = {hub.device_id: hub for hub in of(events, CommsHubInstalled)}
        last = None
        for fact in of(events, ChfDeviceLogChanged):
            gpf = hubs[fact.device_id].gpf_id
            if fact.change is LogChange.RESTORED:
                assert fact.entries == (gpf, *last.entries[1:])
                assert fact.historic == last.historic
            assert fact.entries[0] == gpf
            last = fact
        restored = [fact for fact in of(events, ChfDeviceLogChanged) if fact.change == "restored"]
        assert {fact.device_id for fact in restored} == set(list(hubs)[1:])
        gas_logs = of(events, GpfDeviceLogChanged)
        assert {fact.gpf_log_restored for fact in of(events, CommsHubReplaced)} == {bool(gas_logs)}


@pytest.mark.rule("BR04")
def test_a_new_hub_has_the_firmware_of_its_day(exchanged):
    for events in exchanged.values():
        for event in events:
            if isinstance(event.fact, CommsHubInstalled):
                later = event.occurred_at >= datetime(2017, 7, 1, tzinfo=UTC)
                assert event.fact.pairing_capable == later


@pytest.mark.rule("BR43")
def test_the_state_has_the_newest_hub_as_the_active_one(exchanged):
    for key, events in exchanged.items():
        told = sorted(events, key=lambda event: (event.recorded_at, event.source, event.sequence))
        records = [
            Record(key.encode(), encode(event), 0, 0, offset) for offset, event in enumerate(told)
        ]
        (premises,) = (entry.premises for entry in replay(records).values())
        active = active_device(premises, device_type=DeviceType.CHF)
        assert active.device_id == of(events, CommsHubInstalled)[-1].device_id
        assert premises.breaches == {}


@pytest.mark.rule("BR08")
def test_no_code_is_typed_for_the_sake_of_an_exchange_or_an_outage():
    """Consumers who pair once, at premises where hub and power come and go: one code at most."""
    consumers = replace(
        shipped(), cad_demand_rate=6.0, cad_local_preference_share=1.0, cad_retry_share=0.0
    )
    field = field_of(
        200,
        assumptions=replace(consumers, pairing_capable_from=date(2016, 1, 1)),
        hub_fault_rate=1.0,
        supply_outage_rate=3.0,
    )
    survived = 0
    for events in by_premises(field.advance(until=UNTIL, requests=())).values():
        local = [event for event in events if isinstance(event.fact, PairingCompleted)]
        later = [event for event in events if local and event.occurred_at > local[0].occurred_at]
        if of(later, CommsHubReplaced) and of(later, PowerOutageAlerted):
            started = len(of(later, PairingStarted))
            assert len(of(later, InstallCodeEntered)) <= started
            cad = local[0].fact.device_id
            restored = [
                fact for fact in of(later, ChfDeviceLogChanged) if fact.change == "restored"
            ]
            listed = [cad in fact.entries or cad in fact.historic for fact in restored]
            assert all(listed)
            survived += bool(listed)
    assert survived > 20


@pytest.mark.rule("BR12", "BR14")
def test_a_second_supplier_brings_a_dual_band_hub_and_the_display_moves_to_868_mhz():
    field = field_of(200, hub_variant_rate=2.0)
    moved = 0
    for events in by_premises(field.advance(until=UNTIL, requests=())).values():
        replaced = of(events, CommsHubReplaced)
        if not replaced:
            continue
        assert [fact.reason for fact in replaced] == [ReturnReason.DUAL_SUPPLIER_VARIANT]
        variants = [hub.hub_variant for hub in of(events, CommsHubInstalled)]
        assert variants == [HubVariant.SINGLE_BAND, HubVariant.DUAL_BAND]
        assert of(events, CoverageMeasured) == [
            CoverageMeasured(True, True),
            CoverageMeasured(False, True),
        ]
        bands = defaultdict(list)
        for fact in of(events, BandSelected):
            bands[fact.device_type].append(fact.band)
        assert bands[DeviceType.ESME] == [Band.GHZ_2_4]
        for kind in (DeviceType.IHD, DeviceType.GSME):
            assert bands[kind] in ([], [Band.GHZ_2_4, Band.SUB_GHZ])
        displays = {
            fact.device_id for fact in of(events, BandSelected) if fact.device_type == "IHD"
        }
        assert {fact.device_id for fact in of(events, HighBandwidthLinkOpened)} == displays
        moved += bool(displays)
    assert moved > 50


def test_the_new_hub_of_a_premises_at_868_mhz_is_configured_too():
    field = field_of(200, hub_fault_rate=1.0)
    found = by_premises(field.advance(until=UNTIL, requests=()))
    configured = 0
    for events in found.values():
        told = [fact.device_id for fact in of(events, SubGhzConfigurationChanged)]
        if told and of(events, CommsHubReplaced):
            later = {hub.device_id for hub in of(events, CommsHubInstalled)[1:]}
            assert later <= set(told)
            configured += 1
    assert configured > 10


@pytest.mark.rule("BR28")
def test_an_exchanged_hub_is_not_known_any_more_and_answers_nothing():
    field = field_of(60, hub_fault_rate=6.0)
    events = by_premises(field.advance(until=STARTS + timedelta(days=120), requests=()))
    key, told = next((key, one) for key, one in events.items() if of(one, CommsHubReplaced))
    first = next(event for event in told if isinstance(event.fact, CommsHubInstalled))
    target = CATALOGUE.capable_version(first.fact.model)
    asked = [
        request(first, kind, device_type=DeviceType.CHF, target=target) for kind in RequestKind
    ]
    answers = field.advance(until=STARTS + timedelta(days=180), requests=asked)
    about_old = [event for event in answers if event.fact.TYPE.split(".")[3] == "firmware"]
    warned = of(about_old, FirmwareUpdateWarned)
    assert [fact.warning for fact in warned] == [WarningList.INVALID_DEVICE_ID]
    names = [event.fact.TYPE.split(".")[4] for event in about_old]
    assert sorted(names) == ["activation-requested", "update-warned"]
    assert {event.key for event in about_old} == {key}


def test_an_update_under_way_ends_with_the_hub():
    """Every hub is asked; those exchanged before they verified tell no more."""
    field = field_of(60, hub_fault_rate=40.0)
    told = field.advance(until=STARTS + timedelta(days=7), requests=())
    newest = {event.key: event for event in told if isinstance(event.fact, CommsHubInstalled)}
    asked = [
        request(
            event,
            RequestKind.UPDATE,
            device_type=DeviceType.CHF,
            target=CATALOGUE.capable_version(event.fact.model),
        )
        for event in newest.values()
    ]
    later = field.advance(until=STARTS + timedelta(days=60), requests=asked)
    exchanged = {
        fact.replaced_device_id: event.occurred_at
        for event in later
        if isinstance(fact := event.fact, CommsHubReplaced)
    }
    verified = {
        event.fact.device_id: event.occurred_at
        for event in later
        if isinstance(event.fact, FirmwareVerified | FirmwareActivated)
    }
    assert len(verified) < len(asked)
    assert all(at <= exchanged.get(name, UNTIL) for name, at in verified.items())


@pytest.mark.rule("BR36")
def test_outages_of_the_supply_are_longer_than_three_minutes_when_told():
    field = field_of(60, supply_outage_rate=4.0, power_on_failed_share=0.5)
    events = field.advance(until=UNTIL, requests=())
    alerts = of(events, PowerOutageAlerted)
    assert len(alerts) > 100
    assert all(alert.minutes > 3 for alert in alerts)
    failed = of(events, FirmwareVerificationFailedAtPowerOn)
    assert 0.35 * len(alerts) < len(failed) < 0.65 * len(alerts)
    assert {fact.device_type for fact in failed} == {DeviceType.ESME}
