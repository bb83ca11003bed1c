"""The home area network: visits, device logs, joins, the four links, displays that come and go."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tests.fleet.desk import CATALOGUE, STARTS, obedient
from tests.fleet.quiet import quiet_han
from twin.events.bands import (
    BandSelected,
    HighBandwidthLinkClosed,
    HighBandwidthLinkOpened,
    HighBandwidthLinkRefused,
)
from twin.events.envelope import Event
from twin.events.joining import (
    ChfDeviceLogChanged,
    GpfDeviceLogChanged,
    JoinRequested,
    JoinSucceeded,
)
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled, DevicePreNotified
from twin.fleet.field import Field
from twin.fleet.living.agenda import Agenda
from twin.fleet.living.world import UNPROMPTED, LivePremises, World
from twin.fleet.network.device_log import (
    add_to_gpf_log,
    add_to_log,
    remove_from_gpf_log,
    remove_from_log,
)
from twin.fleet.network.links import give_link_back, take_link
from twin.fleet.numbers.assumptions import shipped
from twin.fleet.numbers.shapes import distribution
from twin.fleet.population.plans import Population
from twin.vocabulary import Band, DeviceType, HubInstallType, JoinMethod, LogChange, Role
from twin.vocabulary.join_methods import TYPE_2, method_of

ENDS = datetime(2017, 7, 1, tzinfo=UTC)
NAMES = [f"02-00-00-00-00-00-00-{number:02X}" for number in range(40)]


def run(premises: int = 300, **rows) -> list[Event]:
    field = Field(
        assumptions=obedient(),
        catalogue=CATALOGUE,
        premises=premises,
        seed=5,
        starts=STARTS,
        ends=ENDS,
        han=quiet_han(**rows),
    )
    return field.advance(until=ENDS + timedelta(days=60), requests=())


@pytest.fixture(scope="module")
def visits():
    """Facts of each premises that was installed within the run, by premises."""
    found = defaultdict(list)
    for event in run(ppmid_share=0.3, hcalcs_share=0.3):
        found[event.key].append(event)
    within = {
        key: sorted(events, key=lambda event: event.occurred_at)
        for key, events in found.items()
        if min(event.occurred_at for event in events) > STARTS
    }
    assert len(within) > 60
    return within


def of(events, kind):
    return [event.fact for event in events if isinstance(event.fact, kind)]


@pytest.mark.rule("BR24")
def test_each_device_of_a_visit_is_listed_by_one_alert_with_the_whole_log(visits):
    for events in visits.values():
        hub = of(events, CommsHubInstalled)[0]
        devices = [fact.device_id for fact in of(events, DeviceInstalled)]
        alerts = of(events, ChfDeviceLogChanged)
        assert [alert.subject_device_id for alert in alerts] == devices
        for number, alert in enumerate(alerts, start=1):
            assert alert.entries == (hub.gpf_id, *devices[:number])
            assert (alert.device_id, alert.change) == (hub.device_id, LogChange.ADDED)
            assert alert.historic == ()


@pytest.mark.rule("BR26", "BR27")
def test_devices_join_by_the_method_of_their_types_and_the_role_of_their_fuel(visits):
    methods = Counter()
    for events in visits.values():
        kinds = {fact.device_id: fact.device_type for fact in of(events, DeviceInstalled)}
        joined = {(fact.device_id, fact.partner_device_id) for fact in of(events, JoinSucceeded)}
        for fact in of(events, JoinRequested):
            assert fact.method is method_of(
                device=fact.device_type, partner=fact.partner_device_type
            )
            assert (fact.role is Role.GAS_SUPPLIER) == (fact.device_type is DeviceType.GSME)
            assert (fact.device_id, fact.partner_device_id) in joined
            methods[fact.method] += 1
        partners = {partner for _, partner in joined}
        assert {name for name, kind in kinds.items() if kind in TYPE_2} <= partners
    assert set(methods) == {JoinMethod.A, JoinMethod.C}


def test_a_gas_meter_joins_the_gas_proxy_function_of_its_hub(visits):
    with_gas = 0
    for events in visits.values():
        gas = [fact for fact in of(events, DeviceInstalled) if fact.device_type == "GSME"]
        logs = of(events, GpfDeviceLogChanged)
        assert len(logs) == len(gas)
        for meter in gas:
            gpf = of(events, CommsHubInstalled)[0].gpf_id
            assert logs[0] == GpfDeviceLogChanged(gpf, (meter.device_id,))
            joins = [fact for fact in of(events, JoinSucceeded) if fact.device_type == "GSME"]
            assert (joins[0].device_id, joins[0].partner_device_id) == (meter.device_id, gpf)
            with_gas += 1
    assert with_gas > 40


@pytest.mark.rule("BR38")
def test_meters_are_announced_before_they_come_and_displays_are_not(visits):
    for events in visits.values():
        installed = {fact.device_id: fact for fact in of(events, DeviceInstalled)}
        announced = {fact.device_id: fact for fact in of(events, DevicePreNotified)}
        kinds = {name: fact.device_type for name, fact in installed.items()}
        assert set(announced) == {name for name, kind in kinds.items() if kind not in TYPE_2}
        for name, fact in announced.items():
            assert (fact.model, fact.firmware_version) == (
                installed[name].model,
                installed[name].firmware_version,
            )
            assert fact.gbcs_version is not None


def test_the_past_is_handed_over_with_the_log_as_it_stands():
    events = run(100)
    past = [event for event in events if event.occurred_at < STARTS]
    alerts = [event.fact for event in past if isinstance(event.fact, ChfDeviceLogChanged)]
    hubs = [event.fact for event in past if isinstance(event.fact, CommsHubInstalled)]
    assert len(alerts) == len(hubs) > 20
    assert all(hub.install_type is HubInstallType.NEW for hub in hubs)
    assert all(len(alert.entries) >= 3 for alert in alerts)
    assert not [event for event in past if isinstance(event.fact, JoinRequested)]


@pytest.mark.rule("BR15")
def test_displays_at_868_mhz_hold_a_link_and_no_others_do():
    events = run()
    at_868 = {
        event.fact.device_id
        for event in events
        if isinstance(event.fact, BandSelected)
        and event.fact.band is Band.SUB_GHZ
        and event.fact.device_type is DeviceType.IHD
    }
    opened = {
        event.fact.device_id for event in events if isinstance(event.fact, HighBandwidthLinkOpened)
    }
    assert opened == at_868
    assert len(opened) > 30


@pytest.mark.rule("BR15")
def test_a_fifth_display_finds_no_link_and_is_taken_out_again():
    five = distribution({"1": 0.0, "2": 0.0, "3": 0.0, "4": 0.0, "5": 1.0})
    events = run(200, extra_display_share=1.0, extra_display_count_share=five)
    refused, opened, closed = (
        [event for event in events if isinstance(event.fact, kind)]
        for kind in (HighBandwidthLinkRefused, HighBandwidthLinkOpened, HighBandwidthLinkClosed)
    )
    assert refused
    assert closed
    in_use: Counter[str] = Counter()
    for event in sorted(events, key=lambda event: (event.occurred_at, event.sequence)):
        if isinstance(event.fact, HighBandwidthLinkOpened):
            in_use[event.key] += 1
            assert event.fact.links_in_use == in_use[event.key] <= 4
        elif isinstance(event.fact, HighBandwidthLinkClosed):
            in_use[event.key] -= 1
            assert event.fact.links_in_use == in_use[event.key]
        elif isinstance(event.fact, HighBandwidthLinkRefused):
            assert event.fact.links_in_use == in_use[event.key] == 4
    removed = {
        event.fact.subject_device_id
        for event in events
        if isinstance(event.fact, ChfDeviceLogChanged) and event.fact.change == "removed"
    }
    gone = {event.fact.device_id for event in refused + closed}
    assert gone == removed
    assert {event.fact.device_id for event in opened}.isdisjoint(
        event.fact.device_id for event in refused
    )


class Home:
    """One premises, to which a test does things."""

    def __init__(self, *, on_sub_ghz: bool = True) -> None:
        self.agenda = Agenda()
        self.world = World(assumptions=shipped(), catalogue=CATALOGUE, seed=1, agenda=self.agenda)
        population = Population(assumptions=shipped(), catalogue=CATALOGUE, seed=1, ends=ENDS)
        plans = (population.plan(index=index) for index in range(200))
        plan = next(plan for plan in plans if plan.on_sub_ghz is on_sub_ghz)
        self.live: LivePremises = self.world.born(index=0, plan=plan)
        self.at = plan.installed_at

    def does(self, action, name, kind=DeviceType.CAD):
        """What an action answers, and the facts that it makes."""
        self.at += 60
        how = (
            {}
            if action in (add_to_log, add_to_gpf_log, remove_from_gpf_log)
            else {"device_type": kind}
        )
        answer = action(self.world, self.at, self.live, device_id=name, cause=UNPROMPTED, **how)
        return answer, [event.fact for event in self.agenda.run(until=self.at + 3_600)]


@pytest.mark.rule("BR22", "BR24")
def test_the_log_tells_each_change_once_and_remembers_fifteen():
    home = Home()
    for name in NAMES[:20]:
        listed, (added,) = home.does(add_to_log, name)
        assert listed
        assert (added.change, added.subject_device_id) == (LogChange.ADDED, name)
        assert home.does(add_to_log, name) == (True, [])
        gone, (removed,) = home.does(remove_from_log, name)
        assert gone
        assert removed.change is LogChange.REMOVED
        assert home.does(remove_from_log, name) == (False, [])
    assert home.live.hub_log.historic == tuple(NAMES[5:20])
    _, (back,) = home.does(add_to_log, NAMES[19])
    assert back.change is LogChange.REKEYED
    assert NAMES[19] not in back.historic
    home.does(add_to_log, NAMES[30], DeviceType.GPF)
    _, (gone,) = home.does(remove_from_log, NAMES[30], DeviceType.GPF)
    assert NAMES[30] not in gone.historic


@pytest.mark.rule("BR25")
def test_a_full_log_lists_nobody_and_tells_nothing():
    home = Home()
    most = home.world.han.hub_log_entries_most
    for name in NAMES[:most]:
        assert home.does(add_to_log, name)[0]
    assert home.does(add_to_log, NAMES[most]) == (False, [])


@pytest.mark.rule("BR15")
def test_the_fifth_link_is_refused_until_one_is_given_back():
    home = Home()
    for number, name in enumerate(NAMES[:4], start=1):
        taken, (opened,) = home.does(take_link, name)
        assert taken
        assert opened == HighBandwidthLinkOpened(name, DeviceType.CAD, number)
        assert home.does(take_link, name) == (True, [])
    taken, (refused,) = home.does(take_link, NAMES[4])
    assert not taken
    assert refused == HighBandwidthLinkRefused(NAMES[4], DeviceType.CAD, 4)
    given, (closed,) = home.does(give_link_back, NAMES[0])
    assert given
    assert closed == HighBandwidthLinkClosed(NAMES[0], DeviceType.CAD, 3)
    assert home.does(give_link_back, NAMES[0]) == (False, [])
    assert home.does(take_link, NAMES[4])[0]


def test_where_2_4_ghz_works_no_link_is_needed():
    home = Home(on_sub_ghz=False)
    for name in NAMES[:6]:
        assert home.does(take_link, name) == (True, [])


def test_the_gas_proxy_function_tells_its_own_log():
    home = Home()
    gpf = home.live.plan.gpf_id
    _, (added,) = home.does(add_to_gpf_log, NAMES[0])
    assert added == GpfDeviceLogChanged(gpf, (NAMES[0],))
    assert home.does(add_to_gpf_log, NAMES[0]) == (None, [])
    _, (removed,) = home.does(remove_from_gpf_log, NAMES[0])
    assert removed == GpfDeviceLogChanged(gpf, ())
    assert home.does(remove_from_gpf_log, NAMES[0]) == (None, [])
