"""Marts of the home area network, firmware and the obligations equal naive counts and the fold."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.marts import naive_network as naive
from tests.marts import sample
from tests.marts.folding import META, built, folded
from twin.events import firmware, lifecycle
from twin.events.envelope import Event
from twin.events.registry import short_name
from twin.marts.build import MartBuilder
from twin.state.legality import breach_of
from twin.state.premises import Premises, active_device, is_capable, open_links
from twin.vocabulary import DeviceType, DutyCycleState, HubVariant

PREMISES = 240
JULY = datetime(2017, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def told() -> list[Event]:
    return sample.sample_events(PREMISES)


@pytest.fixture(scope="module")
def events(told: list[Event]) -> list[Event]:
    """Those that keep the rules, as far as a fact shows it by itself."""
    return [event for event in told if breach_of(event=event, fact=event.fact) is None]


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("lake")
    builder = MartBuilder()
    builder.add_files(sample.write_lake(folder, sample.sample_records(PREMISES), files=3))
    return builder.build(meta=META, health={})


@pytest.fixture(scope="module")
def fleet(told: list[Event]) -> dict[str, Premises]:
    return folded(told)


def counted(frame: pl.DataFrame, measures: int = 1) -> dict:
    """Rows by their leading columns; the last `measures` columns are counts."""
    found = {}
    for row in frame.iter_rows():
        place, held = row[:-measures], row[-measures:]
        found[place[0] if len(place) == 1 else place] = held[0] if measures == 1 else held
    return found


@pytest.mark.rule("BR15")
def test_links_open_at_dual_band_hubs(frames, events, fleet) -> None:
    found = counted(frames["links"], 2)
    assert found == naive.link_counts(events)
    assert min(hubs for hubs, _ in found.values()) > 0, "every number of links occurs"
    assert found[4][1] > 0, "the fifth link was refused"
    by_fold = Counter(
        len(open_links(one))
        for one in fleet.values()
        if (hub := active_device(one, device_type=DeviceType.CHF)) is not None
        and hub.hub_variant is HubVariant.DUAL_BAND
    )
    assert {links: hubs for links, (hubs, _) in found.items()} == by_fold


@pytest.mark.rule("BR18")
def test_duty_cycle_states_changes_and_discards(frames, events, fleet) -> None:
    found = counted(frames["duty_cycle"], 4)
    assert found == naive.duty_cycle_counts(events)
    assert list(found) == [state.value for state in DutyCycleState]
    assert all(sum(column) for column in zip(*found.values(), strict=True))
    told = Counter(one.radio.duty_cycle.state for one in fleet.values() if one.radio.duty_cycle)
    for state in (DutyCycleState.LIMITED, DutyCycleState.CRITICAL, DutyCycleState.REGULATED):
        assert found[state.value][0] == told[state]


@pytest.mark.rule("BR19")
def test_scans_joins_logs_intruders_and_firmware(frames, events) -> None:
    assert counted(frames["scans"]) == naive.scan_counts(events)
    assert counted(frames["joins"]) == naive.join_counts(events)
    assert counted(frames["device_logs"]) == naive.device_log_counts(events)
    assert counted(frames["intruders"], 2) == naive.intruder_counts(events)
    assert counted(frames["firmware_outcomes"]) == naive.firmware_counts(events)
    for name in ("scans", "joins", "device_logs", "intruders", "firmware_outcomes"):
        assert frames[name].height > 3, name


def test_intruders_equal_the_fold(frames, fleet) -> None:
    found = counted(frames["intruders"], 2)
    assert sum(n for n, _ in found.values()) == sum(one.intruders for one in fleet.values())
    paired = sum(n for (_, outcome), (n, _) in found.items() if outcome == "paired")
    assert paired == sum(one.intruders_paired for one in fleet.values())


@pytest.mark.rule("BR36")
def test_outages_are_traced_to_the_campaign_that_caused_them(frames, events) -> None:
    found = {(r[0], r[2]): r[3:] for r in frames["outages"].iter_rows()}
    assert found == naive.outage_counts(events)
    assert {campaign for _, campaign in found} == {None, "LCP-METERS"}


@pytest.mark.rule("BR36")
@pytest.mark.parametrize(
    ("minutes", "after", "campaign"),
    [
        (3, 10, "LCP-METERS"),
        (20, 80, "LCP-METERS"),
        (20, 81, None),
        (200, 30, "LCP-METERS"),
        (5, -60, "LCP-METERS"),
        (5, -61, None),
    ],
)
def test_edges_of_the_hour(tmp_path: Path, minutes: int, after: int, campaign: str | None) -> None:
    """`after` minutes after the activation power was back."""
    history = sample.History(1)
    esme, hub = history.device("esme"), history.device("hub")
    ran = firmware.FirmwareActivated(
        esme, DeviceType.ESME, "LCP-METERS", 1, 1, sample.NEW, True, response_lost=False
    )
    history.say(JULY, f"urn:gb:esme:{esme}", ran)
    alert = lifecycle.PowerOutageAlerted(hub, minutes)
    history.say(JULY + timedelta(minutes=after), f"urn:gb:chf:{hub}", alert)
    events = list(history.events())
    outages = built(tmp_path, events)["outages"]
    assert outages["campaign_id"].to_list() == [campaign]
    assert {(r[0], r[2]): r[3:] for r in outages.iter_rows()} == naive.outage_counts(events)


@pytest.mark.rule("BR04", "BR05")
def test_obligations_for_hubs_meters_and_premises(frames, events, fleet) -> None:
    found = counted(frames["obligations"], 2)
    assert found == naive.obligation_counts(events)
    capable = sum(is_capable(one) for one in fleet.values())
    assert found["ii", "premises"][0] == capable == frames["summary"]["capable_premises"].item()
    assert all(0 < installed < PREMISES + 20 for _, installed in found.values())


def test_a_new_installation_that_is_not_capable_misses_the_obligation(tmp_path: Path) -> None:
    history = sample.History(1)
    supplier = f"urn:gb:supplier:{history.premises_id}"
    variant, model = HubVariant.SINGLE_BAND, sample.MODEL
    hub = lifecycle.CommsHubInstalled(history.device("hub"), model, variant, sample.NEW, True)
    meter = lifecycle.DeviceInstalled(
        history.device("esme"), DeviceType.ESME, model, sample.OLD, False
    )
    history.say(JULY, supplier, hub)
    history.say(JULY + timedelta(hours=1), supplier, meter)
    found = counted(built(tmp_path, list(history.events()))["obligations"], 2)
    assert found["i", "hubs"] == (1, 1)
    assert found["i", "meters"] == found["i", "premises"] == (0, 1)


def test_facts_against_the_rules_are_counted_and_change_nothing(frames, told, fleet) -> None:
    expected = Counter(
        (rule, short_name(event.fact.TYPE))
        for event in told
        if (rule := breach_of(event=event, fact=event.fact)) is not None
    )
    found = {row[:2]: row[2] for row in frames["breaches"].iter_rows()}
    assert found == expected
    assert len({rule for rule, _ in found}) > 1
    by_rule: Counter[str] = Counter()
    for premises in fleet.values():
        by_rule.update(premises.breaches)
    assert sum(by_rule.values()) == frames["summary"]["breaches"].item() == sum(found.values())
    for rule, count in by_rule.items():
        assert count == sum(n for (broken, _), n in found.items() if broken == rule)
