"""Judging folded premises: each check is met, broken and, where it can be, not judgeable."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.rules.made_premises import (
    COVERAGE,
    HOUR,
    IMPRACTICABLE,
    NAME,
    NOON,
    at,
    device,
    display,
    hub,
    meter,
    of,
    ran,
)
from tests.state.histories import LAWS
from twin.rules.capability import Capability, capability_of
from twin.rules.findings import Finding
from twin.rules.judged_licence import CONNECTION, PROVISION, PROVISION_REPEATED
from twin.rules.judgements import judge
from twin.state.devices import (
    Device,
    DeviceLog,
    Execution,
    HighBandwidthLink,
    Link,
    Partner,
)
from twin.state.premises import (
    Gap,
    Outage,
    PairingAttempt,
    Premises,
    Radio,
    SubGhzSettings,
)
from twin.vocabulary import (
    Band,
    BandReason,
    DeviceType,
    ExecutionState,
    HubVariant,
    PairingRoute,
)

SUB, ALT = Band.SUB_GHZ, Band.ALTERNATIVE_HAN


def found(premises: Premises, check: str) -> list[Finding]:
    """The findings of one check."""
    return [finding for finding in judge(premises=premises) if finding.check == check]


def verdicts(premises: Premises, check: str) -> list[str]:
    """The verdicts of one check."""
    return [finding.verdict for finding in found(premises, check)]


@pytest.mark.rule("BR12")
@pytest.mark.parametrize("check", [PROVISION, PROVISION_REPEATED])
@pytest.mark.parametrize(
    ("premises", "verdict"),
    [
        (of(hub(), display(Band.GHZ_2_4, COVERAGE)), "met"),
        (of(hub(), display(SUB, IMPRACTICABLE), ghz_2_4=False), "met"),
        (of(hub(), display(ALT, BandReason.NO_BAND), ghz_2_4=False), "met"),
        (of(hub(), display(SUB, IMPRACTICABLE), ghz_2_4=True), "broken"),
        (of(hub(), display(SUB, COVERAGE), ghz_2_4=False), "broken"),
        (of(hub(), display(SUB, IMPRACTICABLE), ghz_2_4=None), "not_judgeable"),
        (of(hub()), "not_judgeable"),
        (of(hub(), device("IHD", DeviceType.IHD)), "not_judgeable"),
    ],
)
def test_provision_of_a_display(premises: Premises, verdict: str, check: str) -> None:
    assert verdicts(premises, check) == [verdict]


@pytest.mark.rule("BR13")
@pytest.mark.parametrize(
    ("premises", "verdict"),
    [
        (of(hub(), display(Band.GHZ_2_4, COVERAGE)), "met"),
        (of(hub(), display(SUB, IMPRACTICABLE), ghz_2_4=True), "broken"),
        (of(hub(), display(ALT, BandReason.NO_BAND), ghz_2_4=True), "broken"),
        (of(hub(), display(SUB, IMPRACTICABLE), ghz_2_4=False), "not_judgeable"),
        (of(hub(), display(SUB, IMPRACTICABLE), ghz_2_4=None), "not_judgeable"),
        (of(), "not_judgeable"),
    ],
)
def test_connection_of_a_display(premises: Premises, verdict: str) -> None:
    assert verdicts(premises, CONNECTION) == [verdict]


@pytest.mark.rule("BR43")
def test_two_active_hubs_are_found_and_an_exchanged_one_is_not() -> None:
    assert verdicts(of(hub()), "one active hub") == ["met"]
    assert verdicts(of(hub(), hub("NEW")), "one active hub") == ["broken"]
    assert verdicts(of(hub(retired=at(1)), hub("NEW")), "one active hub") == ["met"]


@pytest.mark.rule("BR43")
def test_a_device_that_was_never_installed_is_found() -> None:
    stray = Device("STRAY", DeviceType.GSME, link=Link(at(0), Band.GHZ_2_4, COVERAGE))
    (finding,) = found(of(hub(), stray), "known devices")
    assert (finding.verdict, finding.subject) == ("broken", "STRAY")
    cad = Device("CAD", DeviceType.CAD, joined=at(1))
    assert verdicts(of(hub(), cad), "known devices") == ["met"]


@pytest.mark.rule("BR15")
@pytest.mark.parametrize(("number", "verdict"), [(0, "met"), (4, "met"), (5, "broken")])
def test_open_links(number: int, verdict: str) -> None:
    cads = [
        device(f"CAD{n}", DeviceType.CAD, high_bandwidth=HighBandwidthLink(at(n), "open"))
        for n in range(number)
    ]
    closed = device("OLD", DeviceType.CAD, high_bandwidth=HighBandwidthLink(at(1), "closed"))
    assert verdicts(of(hub(), closed, *cads), "high bandwidth links") == [verdict]


@pytest.mark.rule("BR11")
def test_an_electricity_meter_at_868() -> None:
    check = "electricity meter at 2.4 GHz"
    assert verdicts(of(hub(), meter()), check) == ["met"]
    assert verdicts(of(hub(), meter(link=Link(at(0), SUB, IMPRACTICABLE))), check) == ["broken"]


@pytest.mark.rule("BR14")
def test_a_single_band_hub_with_868() -> None:
    check = "868 MHz needs a dual band hub"
    single = hub(hub_variant=HubVariant.SINGLE_BAND)
    gas = device("GSME", DeviceType.GSME, link=Link(at(0), SUB, IMPRACTICABLE))
    cad = device("CAD", DeviceType.CAD, high_bandwidth=HighBandwidthLink(at(0), "open"))
    assert verdicts(of(hub(), gas, cad), check) == ["met"]
    assert verdicts(of(single, gas, cad), check) == ["broken", "broken"]
    assert verdicts(of(single, meter()), check) == ["met"]
    assert verdicts(of(gas), check) == ["not_judgeable"]


@pytest.mark.rule("BR22", "BR25")
def test_logs_over_their_capacity() -> None:
    names = tuple(f"D{n}" for n in range(16))
    for size, verdict in ((15, "met"), (16, "broken")):
        full = hub(log=DeviceLog(at(1), (), names[:size]))
        assert verdicts(of(full), "historic log") == [verdict]
    for size, verdict in ((4, "met"), (5, "broken")):
        partners = {n: Partner(at(1), DeviceType.CAD, "joined", "success") for n in names[:size]}
        assert verdicts(of(meter(partners=partners)), "meter log") == [verdict]
    left = {n: Partner(at(1), DeviceType.CAD, "unjoined", "success") for n in names}
    assert verdicts(of(meter(partners=left)), "meter log") == ["met"]


@pytest.mark.rule("BR23")
def test_joined_devices_stand_in_the_hubs_log() -> None:
    cad = Device("CAD", DeviceType.CAD, joined=at(1))
    told = {"listed": ("CAD",), "absent": ()}
    for word, verdict in (("listed", "met"), ("absent", "broken")):
        log = DeviceLog(at(2), told[word])
        assert verdicts(of(hub(log=log), cad), "hub log") == [verdict]
    removed = DeviceLog(at(2), (), ("CAD",))
    assert verdicts(of(hub(log=removed), cad), "hub log") == ["met"]
    before = DeviceLog(at(0.5), ())
    assert verdicts(of(hub(log=before), cad), "hub log") == ["met"]
    assert verdicts(of(hub(), cad), "hub log") == ["not_judgeable"]


@pytest.mark.rule("BR04")
def test_local_pairings_of_capable_and_incapable_devices() -> None:
    attempt = PairingAttempt("1", PairingRoute.LOCAL, outcome="completed", ended_at=NOON + HOUR)
    check, pairings = "local pairing on capable devices", {"1": attempt}
    old = ran(0, capable=False, by="installed")
    later = ran(2, by="activated")
    assert verdicts(of(hub(), meter(), pairings=pairings), check) == ["met"]
    assert verdicts(of(hub(truth=old), meter(), pairings=pairings), check) == ["broken"]
    assert verdicts(of(hub(), meter(truth=old), pairings=pairings), check) == ["broken"]
    assert verdicts(of(hub(), meter(truth=later), pairings=pairings), check) == ["not_judgeable"]
    assert verdicts(of(hub(), pairings=pairings), check) == ["not_judgeable"]
    remote = {"1": replace(attempt, route=PairingRoute.REMOTE)}
    assert verdicts(of(hub(truth=old), meter(), pairings=remote), check) == []


@pytest.mark.rule("BR35")
def test_belief_may_lag_until_a_read() -> None:
    check, new = "inventory follows a read", ran(1, version="00010003", by="activated")
    behind = meter(truth=new)
    assert verdicts(of(hub(), behind), check) == ["met"]
    assert "1 devices run another version" in found(of(hub(), behind), check)[0].why
    read = ran(2, version="00010002", by="read")
    assert verdicts(of(hub(), meter(truth=new, belief=read)), check) == ["broken"]
    earlier = ran(0.5, version="00010002", by="read")
    assert verdicts(of(hub(), meter(truth=new, belief=earlier)), check) == ["met"]


@pytest.mark.rule("BR36")
def test_outages_are_traced_to_their_campaign() -> None:
    activated = NOON + HOUR
    done, target = ExecutionState.ACTIVATED, "00010003"
    execution = Execution("CAMPAIGN-1", 1, 1, done, NOON, activated, target, NOON)
    updated = meter(executions={"CAMPAIGN-1": execution})
    near, far = (Outage(activated + d, "HUB", 5) for d in (HOUR / 10, 30 * HOUR))
    reasons = [f.why for f in found(of(hub(), updated, outages=(near, far)), "cause of an outage")]
    assert "CAMPAIGN-1" in reasons[0]
    assert "no activation lies near" in reasons[1]
    waiting = replace(execution, state=ExecutionState.VERIFIED)
    held = of(hub(), meter(executions={"CAMPAIGN-1": waiting}), outages=(near,))
    assert "no activation lies near" in found(held, "cause of an outage")[0].why


@pytest.mark.rule("BR19")
def test_channel_changes_of_a_week() -> None:
    check, settings = "channel changes a week", SubGhzSettings(at(0), 1.3, 2.2, 2)
    for days, verdict in (((0, 1), "met"), ((0, 1, 2), "broken"), ((0, 1, 7.5), "met")):
        changes = tuple(NOON + timedelta(days=day) for day in days)
        radio = Radio(settings=settings, channel_changes=changes)
        assert verdicts(of(hub(), radio=radio), check) == [verdict]
    assert verdicts(of(hub()), check) == ["not_judgeable"]


@pytest.mark.rule("BR41")
def test_gaps_that_stay_open_are_reported() -> None:
    (finding,) = found(of(gaps=(Gap("urn:gb:test", 3, 5),)), "numbers of sources")
    assert finding.verdict == "broken"
    assert "3 to 5" in finding.why
    assert verdicts(of(), "numbers of sources") == ["met"]


def test_breaches_that_the_fold_counted_are_findings() -> None:
    findings = found(of(breaches={"BR20": 2, "BR06": 1}), "facts against the rule")
    assert [(f.rule, f.verdict) for f in findings] == [("BR06", "broken"), ("BR20", "broken")]
    assert found(of(), "facts against the rule") == []


@pytest.mark.rule("BR05")
def test_capability_counts_hubs_meters_and_premises_apart() -> None:
    old = ran(0, capable=False, by="installed")
    fleet = [
        of(hub(), meter()),
        of(hub(), meter(truth=old)),
        of(hub(truth=old, belief=old), meter()),
        of(hub()),
        of(),
    ]
    assert capability_of(fleet=fleet) == Capability(4, 3, 3, 2, 3, 1)
    assert capability_of(fleet=fleet, believed=True) == Capability(4, 3, 3, 3, 3, 2)
    assert capability_of(fleet=[]) == Capability()


@pytest.mark.rule("BR05")
@LAWS
@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_a_premises_is_the_conjunction_of_hub_and_meter(parts: list[tuple[bool, bool]]) -> None:
    fleet = [
        of(
            hub(truth=ran(0, capable=hub_capable, by="installed")),
            meter(truth=ran(0, capable=meter_capable, by="installed")),
        )
        for hub_capable, meter_capable in parts
    ]
    found_ = capability_of(fleet=fleet)
    assert found_.premises_capable == sum(a and b for a, b in parts)
    assert found_.premises_capable <= min(found_.hubs_capable, found_.meters_capable)


def test_an_empty_premises_and_a_standard_one_break_nothing() -> None:
    for premises in (Premises(NAME), of(hub(), meter(), display(Band.GHZ_2_4, COVERAGE))):
        findings = judge(premises=premises)
        assert findings == judge(premises=premises)
        assert not [finding for finding in findings if finding.verdict == "broken"]
        assert len(findings) >= 12
