"""The shared air at 868 MHz: power, settings, duty cycle, scans (fact sheet 1.5, vector 13)."""

import math
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.answers import rule_of
from tests.rules.sources import table
from tests.state.histories import LAWS
from twin.rules.refusal import GRANTED, Refusal
from twin.rules.sub_ghz import (
    SETTINGS,
    STATES,
    DutyThresholds,
    ScanLimits,
    ScanRequest,
    assess_scan,
    changes_in_week,
    check_channel,
    check_channel_change,
    check_duty_step,
    check_settings,
    check_suspension,
    check_transmit_power,
    duty_state,
    may_send_in,
    next_duty_state,
)
from twin.vocabulary import DutyCycleState, ScanAnswer

NORMAL, LIMITED, CRITICAL, REGULATED = DutyCycleState
THRESHOLDS = DutyThresholds()
NAMES = {
    "NormalLimitedDutyCycleThreshold": "normal_limited_percent",
    "LimitedCriticalDutyCycleThreshold": "limited_critical_percent",
    "MaximumSubGHzChannelChangesPerWeek": "channel_changes_per_week_max",
    "GSMECurfew": "gsme_curfew",
    "ChannelQuieterThreshold": "channel_quieter_threshold",
    "ChannelNoisierThreshold": "channel_noisier_threshold",
    "NonGSMEPoorCommsPercentageThreshold": "non_gsme_poor_comms_percent",
    "NonGSMEPoorCommsMeasurementPeriods": "non_gsme_poor_comms_periods",
    "LocalCHNoiseMeasurementPeriod": "local_noise_period",
    "LocalCHFailurePercentage": "local_failure_percent",
    "LocalCHRetryPercentage": "local_retry_percent",
}
PERCENTS = st.floats(0, 5, allow_nan=False)


@pytest.mark.rule("BR16")
@pytest.mark.parametrize(
    ("milliwatt", "allowed"),
    [(25, True), (0.1, True), (25.001, False), (500, False), (0, False), (math.nan, False)],
)
def test_transmit_power(milliwatt: float, allowed: bool) -> None:
    assert rule_of(check_transmit_power(milliwatt=milliwatt)) == (None if allowed else "BR16")


@pytest.mark.rule("BR17")
def test_ranges_are_those_of_the_fact_table() -> None:
    rows = [row for row in table("sub_ghz_limits.csv") if row["kind"] == "setting"]
    assert {NAMES[row["field"]] for row in rows} == set(SETTINGS)
    for row in rows:
        legal = SETTINGS[NAMES[row["field"]]]
        assert legal.low == float(row["min"])
        assert legal.over is (row["min_inclusive"] == "no")
        assert legal.high == (float(row["max"]) if row["max"] else None)
        assert legal.under is (row["max_inclusive"] == "no")
        assert legal.holds(float(row["rtds_sample"]))


@pytest.mark.rule("BR17")
@pytest.mark.parametrize("name", SETTINGS)
def test_settings_outside_their_ranges_are_refused(name: str) -> None:
    legal = SETTINGS[name]
    outside = [legal.low - 0.01, *([legal.low] if legal.over else []), math.nan]
    if legal.high is not None:
        outside += [legal.high + 0.01, *([legal.high] if legal.under else [])]
    for value in outside:
        answer = check_settings(settings={name: value})
        assert isinstance(answer, Refusal)
        assert answer.rule == "BR17"
        assert name in answer.why
    assert check_settings(settings={name: legal.low + 0.5}) == GRANTED


@pytest.mark.rule("BR17")
def test_thresholds_out_of_order_and_unknown_settings_are_refused() -> None:
    ordered = {"normal_limited_percent": 1.3, "limited_critical_percent": 2.2}
    assert check_settings(settings=ordered) == GRANTED
    crossed = {"normal_limited_percent": 2.0, "limited_critical_percent": 1.6}
    assert rule_of(check_settings(settings=crossed)) == "BR17"
    assert rule_of(check_settings(settings={"volume": 1})) == "BR17"


@pytest.mark.rule("BR18")
@pytest.mark.parametrize(
    ("percent", "state"),
    [
        (0, NORMAL),
        (1.2, NORMAL),
        (1.3, LIMITED),
        (2.1, LIMITED),
        (2.2, CRITICAL),
        (2.4, CRITICAL),
        (2.5, REGULATED),
        (100, REGULATED),
    ],
)
def test_duty_states_by_threshold(percent: float, state: DutyCycleState) -> None:
    assert duty_state(percent=percent, thresholds=THRESHOLDS) is state


@pytest.mark.rule("BR18")
@LAWS
@given(st.sampled_from(STATES), st.lists(PERCENTS, max_size=30), PERCENTS)
def test_duty_states_move_one_at_a_time_and_arrive(
    state: DutyCycleState, percents: list[float], last: float
) -> None:
    for percent in [*percents, last, last, last]:
        after = next_duty_state(state=state, percent=percent, thresholds=THRESHOLDS)
        if after is not state:
            assert check_duty_step(from_state=state, to_state=after) == GRANTED
        state = after
    assert state is duty_state(percent=last, thresholds=THRESHOLDS)


@pytest.mark.rule("BR18")
def test_a_jump_or_a_standstill_is_no_step() -> None:
    for start, end in product(STATES, STATES):
        one = abs(STATES.index(start) - STATES.index(end)) == 1
        answer = check_duty_step(from_state=start, to_state=end)
        assert rule_of(answer) == (None if one else "BR18")


@pytest.mark.rule("BR18")
def test_a_suspended_device_gets_firmware_in_limited_and_nothing_in_critical() -> None:
    for suspended, is_ota in product([True, False], [True, False]):
        assert may_send_in(state=NORMAL, suspended=suspended, is_ota=is_ota) == GRANTED
        limited = may_send_in(state=LIMITED, suspended=suspended, is_ota=is_ota)
        assert rule_of(limited) == ("BR18" if suspended and not is_ota else None)
        for state in (CRITICAL, REGULATED):
            assert rule_of(may_send_in(state=state, suspended=suspended, is_ota=is_ota)) == "BR18"


@pytest.mark.rule("BR18")
@pytest.mark.parametrize(("minutes", "legal"), [(0, False), (1, True), (255, True), (256, False)])
def test_suspensions_last_1_to_255_minutes(minutes: int, legal: bool) -> None:
    assert rule_of(check_suspension(minutes=minutes)) == (None if legal else "BR18")


@pytest.mark.rule("BR19")
@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (ScanRequest(), ScanAnswer.ACCEPTED),
        (ScanRequest(duty_state=LIMITED), ScanAnswer.ACCEPTED),
        (ScanRequest(hand_held_connected=True), ScanAnswer.HHT_CONNECTED),
        (ScanRequest(duty_state=CRITICAL), ScanAnswer.DUTY_CYCLE_TOO_HIGH),
        (ScanRequest(joining_permitted=True), ScanAnswer.JOINING_PERMITTED),
        (ScanRequest(gsme_distribution=True), ScanAnswer.GSME_DISTRIBUTION_UNDERWAY),
        (ScanRequest(scans_today=2), ScanAnswer.TOO_MANY_SCANS_TODAY),
        (ScanRequest(commands_today=1), ScanAnswer.TOO_MANY_COMMANDS_TODAY),
        (ScanRequest(scans_this_week=7), ScanAnswer.TOO_MANY_SCANS_THIS_WEEK),
    ],
)
def test_every_answer_to_a_scan_has_its_obstacle(request_: ScanRequest, answer: ScanAnswer) -> None:
    assert assess_scan(request=request_, limits=ScanLimits()) is answer


@pytest.mark.rule("BR19")
@LAWS
@given(st.lists(st.integers(0, 40 * 24), max_size=120), st.integers(1, 7))
def test_changes_that_are_granted_keep_to_the_weeks_limit(hours: list[int], most: int) -> None:
    start = datetime(2018, 1, 1, tzinfo=UTC)
    made: list[datetime] = []
    for hour in sorted(hours):
        at = start + timedelta(hours=hour)
        this_week = changes_in_week(changes=made, at=at)
        if check_channel_change(changes_this_week=this_week, most=most) == GRANTED:
            made.append(at)
    assert all(changes_in_week(changes=made, at=at) <= most for at in made)


@pytest.mark.rule("BR19")
@pytest.mark.parametrize("most", [0, 8])
def test_a_limit_outside_its_range_is_refused(most: int) -> None:
    assert rule_of(check_channel_change(changes_this_week=0, most=most)) == "BR17"


@pytest.mark.rule("BR19")
def test_channels_lie_on_their_pages() -> None:
    legal = {(28, 0), (28, 26), (29, 27), (29, 34), (30, 35), (30, 61), (31, 0), (31, 26)}
    assert all(check_channel(page=page, channel=channel) == GRANTED for page, channel in legal)
    for page, channel in ((28, 27), (29, 26), (30, 62), (31, 27), (27, 0), (28, -1)):
        assert rule_of(check_channel(page=page, channel=channel)) == "BR19"
