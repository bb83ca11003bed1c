"""Catalogue, inventory, outages and waking (fact sheet 3.2, vectors 15 and 16)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.answers import rule_of
from tests.rules.sources import table
from tests.state.histories import LAWS
from twin.rules.catalogue import check_listed_type, check_target, status_after_removal
from twin.rules.inventory import Evidence, belief_after, is_mismatch, status_after_read
from twin.rules.outages import Activation, PowerLoss, alerts_outage, attribute_outage
from twin.rules.refusal import GRANTED, Granted
from twin.rules.waking import WAKE_SECONDS, check_push, next_wake
from twin.vocabulary import DeviceStatus, DeviceType

NOON = datetime(2018, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.rule("BR34", "BR38")
@pytest.mark.parametrize("device_type", DeviceType)
def test_a_target_is_current_for_its_model(device_type: DeviceType) -> None:
    current = {"0001-00020003": {"00010002"}}
    found = [
        rule_of(
            check_target(device_type=device_type, model=model, version=version, current=current)
        )
        for model, version in (
            ("0001-00020003", "00010002"),
            ("0001-00020003", "00010003"),
            ("0001-00020004", "00010002"),
        )
    ]
    listed = device_type not in {DeviceType.IHD, DeviceType.CAD}
    assert found == ([None, "BR34", "BR34"] if listed else ["BR38"] * 3)
    assert (check_listed_type(device_type=device_type) == GRANTED) is listed


@pytest.mark.rule("BR34")
@pytest.mark.parametrize("status", DeviceStatus)
def test_a_device_that_runs_a_removed_version_is_suspended(status: DeviceStatus) -> None:
    assert status_after_removal(status=status, runs_removed=False) is status
    after = status_after_removal(status=status, runs_removed=True)
    commissioned = status is DeviceStatus.COMMISSIONED
    assert after is (DeviceStatus.SUSPENDED if commissioned else status)


@pytest.mark.rule("BR38")
def test_no_display_and_no_cad_is_on_the_published_list() -> None:
    rows = table("device_types.csv")
    for row in rows:
        answer = check_listed_type(device_type=DeviceType(row["abbreviation"]))
        assert (answer == GRANTED) is (row["on_cpl"] != "no"), row["abbreviation"]


@pytest.mark.rule("BR35")
@LAWS
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(Evidence)), min_size=1))
def test_belief_is_the_last_version_that_was_told(
    changes: list[tuple[str, Evidence]],
) -> None:
    believed: str | None = None
    for running, evidence in changes:
        before = believed
        believed = belief_after(believed=believed, running=running, evidence=evidence)
        assert believed == (before if evidence is Evidence.LOST else running)
    told = [running for running, evidence in changes if evidence is not Evidence.LOST]
    assert believed == (told[-1] if told else None)
    running = changes[-1][0]
    assert is_mismatch(believed=believed, running=running) is (bool(told) and told[-1] != running)


@pytest.mark.rule("BR35")
def test_a_lost_response_leaves_the_device_suspended_until_a_read() -> None:
    """Vector 15 (MP105): new firmware, old inventory, suspended, cleared by 11.2."""
    believed = belief_after(believed="OLD", running="NEW", evidence=Evidence.LOST)
    assert is_mismatch(believed=believed, running="NEW")
    status = status_after_removal(status=DeviceStatus.COMMISSIONED, runs_removed=True)
    assert status is DeviceStatus.SUSPENDED
    believed = belief_after(believed=believed, running="NEW", evidence=Evidence.READ)
    assert not is_mismatch(believed=believed, running="NEW")
    assert status_after_read(status=status) is DeviceStatus.COMMISSIONED
    assert status_after_read(status=DeviceStatus.PENDING) is DeviceStatus.PENDING


@pytest.mark.rule("BR36")
def test_an_outage_belongs_to_the_nearest_activation_within_the_hour() -> None:
    loss = PowerLoss(NOON, 10)
    began = NOON - 10 * MINUTE

    def cause(*activations: Activation) -> str | None:
        return attribute_outage(loss=loss, activations=activations)

    assert cause() is None
    assert cause(Activation(began - 60 * MINUTE, "NEAR")) == "NEAR"
    assert cause(Activation(began - 61 * MINUTE, "FAR")) is None
    assert cause(Activation(NOON + 61 * MINUTE, "FAR")) is None
    assert cause(Activation(began + MINUTE, "WITHIN"), Activation(NOON + MINUTE, "A")) == "WITHIN"
    assert cause(Activation(began, "B"), Activation(NOON, "A")) == "A"


@pytest.mark.rule("BR36")
def test_three_minutes_and_less_are_no_alert() -> None:
    assert [alerts_outage(minutes=m) for m in (0, 3, 3.01, 60)] == [False, False, True, True]
    near = [Activation(NOON, "CAMPAIGN")]
    assert attribute_outage(loss=PowerLoss(NOON, 2), activations=near) is None
    assert attribute_outage(loss=PowerLoss(NOON, 4), activations=near) == "CAMPAIGN"


@pytest.mark.rule("BR37")
@LAWS
@given(st.integers(0, 2_000_000_000), st.integers(0, WAKE_SECONDS - 1))
def test_a_gas_meter_wakes_within_the_half_hour_and_never_at_once(at: int, phase: int) -> None:
    wake = next_wake(at=at, phase=phase)
    assert 0 < wake - at <= WAKE_SECONDS
    assert wake % WAKE_SECONDS == phase
    assert next_wake(at=wake, phase=phase) == wake + WAKE_SECONDS


@pytest.mark.rule("BR37")
def test_the_mean_wait_is_fifteen_minutes() -> None:
    """Vector 16: uniform over the half hour."""
    waits = [next_wake(at=at) - at for at in range(WAKE_SECONDS)]
    assert sorted(waits) == list(range(1, WAKE_SECONDS + 1))
    assert sum(waits) / len(waits) == pytest.approx(900, abs=1)


@pytest.mark.rule("BR37")
@pytest.mark.parametrize("device_type", DeviceType)
def test_nothing_is_pushed_to_a_gas_meter(device_type: DeviceType) -> None:
    answer = check_push(device_type=device_type)
    assert isinstance(answer, Granted) is (device_type is not DeviceType.GSME)
