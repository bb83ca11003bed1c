"""The shared air at 868 MHz: power, settings, duty cycle, scans and channels (BR16 to BR19)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from twin.rules.marks import rule
from twin.rules.refusal import GRANTED, Answer, Refusal, first_refusal, unless
from twin.state.legality import CHANNELS
from twin.vocabulary import DutyCycleState, ScanAnswer

TRANSMIT_MILLIWATT_MAX: Final = 25
"""Low power; a high power solution is not permitted (paragraph 3)."""
REGULATED_PERCENT: Final = 2.5
"""ASSUMED limit of the Regulated state, in percent of an hour; no source gives it."""
SUSPEND_MINUTES_MAX: Final = 255
STATES: Final = tuple(DutyCycleState)
"""From Normal to Regulated, in the order of their thresholds."""
WEEK: Final = timedelta(days=7)


class Range(Struct, frozen=True):
    """A legal range of a setting (DUIS); None is no bound, `over` and `under` exclude theirs."""

    low: float
    high: float | None = None
    over: bool = False
    under: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value lies in the range; what is no number does not."""
        above = value > self.low if self.over else value >= self.low
        if self.high is None:
            return above
        return above and (value < self.high if self.under else value <= self.high)


SETTINGS: Final = {
    "normal_limited_percent": Range(0.5, 2.0),
    "limited_critical_percent": Range(1.5, 2.5, over=True, under=True),
    "channel_changes_per_week_max": Range(1, 7),
    "gsme_curfew": Range(1, over=True),
    "channel_quieter_threshold": Range(1, 255),
    "channel_noisier_threshold": Range(0, 20),
    "non_gsme_poor_comms_percent": Range(1, 100),
    "non_gsme_poor_comms_periods": Range(50, 150),
    "local_noise_period": Range(60, over=True),
    "local_failure_percent": Range(1, 100),
    "local_retry_percent": Range(1, 100),
}
"""Legal ranges of the eleven settings of service request 6.28 (DUIS 2506 to 2604)."""


class DutyThresholds(Struct, frozen=True):
    """Percents of an hour at which the next state begins; the defaults are the test messages'."""

    limited: float = 1.3
    critical: float = 2.2
    regulated: float = REGULATED_PERCENT


class ScanLimits(Struct, frozen=True):
    """How many scans and commands a hub takes; ASSUMED, as DUIS names refusals but no numbers."""

    scans_a_day: int = 2
    commands_a_day: int = 1
    scans_a_week: int = 7


class ScanRequest(Struct, frozen=True, kw_only=True):
    """What a hub knows when it is asked for a channel scan."""

    hand_held_connected: bool = False
    duty_state: DutyCycleState = DutyCycleState.NORMAL
    joining_permitted: bool = False
    gsme_distribution: bool = False
    scans_today: int = 0
    commands_today: int = 0
    scans_this_week: int = 0


@rule("BR16")
def check_transmit_power(*, milliwatt: float) -> Answer:
    """Transmit power up to 25 mW (paragraph 3)."""
    return unless(
        broken=not 0 < milliwatt <= TRANSMIT_MILLIWATT_MAX,
        rule="BR16",
        why=f"the transmit power may be up to {TRANSMIT_MILLIWATT_MAX} mW",
    )


@rule("BR17")
def check_settings(*, settings: Mapping[str, float]) -> Answer:
    """The settings of 6.28 within their ranges, and the two thresholds in order (ASSUMED order)."""
    for name, value in settings.items():
        legal = SETTINGS.get(name)
        if legal is None or not legal.holds(value):
            known = f"{name} is out of its range" if legal else "there is no setting of this name"
            return Refusal("BR17", known)
    normal, limited = (
        settings.get("normal_limited_percent"),
        settings.get("limited_critical_percent"),
    )
    if normal is not None and limited is not None and normal > limited:
        return Refusal("BR17", "the Normal-Limited threshold is above the Limited-Critical one")
    return GRANTED


@rule("BR18")
def duty_state(*, percent: float, thresholds: DutyThresholds) -> DutyCycleState:
    """The state that an air time belongs to; a threshold belongs to the state above it."""
    over = (thresholds.limited, thresholds.critical, thresholds.regulated)
    return STATES[sum(percent >= threshold for threshold in over)]


@rule("BR18")
def next_duty_state(
    *, state: DutyCycleState, percent: float, thresholds: DutyThresholds
) -> DutyCycleState:
    """The state after a measurement: one step towards where the air time belongs."""
    here = STATES.index(state)
    there = STATES.index(duty_state(percent=percent, thresholds=thresholds))
    return STATES[here + (there > here) - (there < here)]


@rule("BR18")
def check_duty_step(*, from_state: DutyCycleState, to_state: DutyCycleState) -> Answer:
    """States change one at a time, up or down."""
    return unless(
        broken=abs(STATES.index(from_state) - STATES.index(to_state)) != 1,
        rule="BR18",
        why=f"from {from_state.value} to {to_state.value} is not one step",
    )


@rule("BR18")
def check_suspension(*, minutes: int) -> Answer:
    """A device is suspended for 1 to 255 minutes."""
    return unless(
        broken=not 1 <= minutes <= SUSPEND_MINUTES_MAX,
        rule="BR18",
        why=f"a device is suspended for 1 to {SUSPEND_MINUTES_MAX} minutes",
    )


@rule("BR18")
def may_send_in(*, state: DutyCycleState, suspended: bool, is_ota: bool) -> Answer:
    """Whether a device may send or be sent to; in Limited a suspended one gets firmware only.

    In Critical every device is suspended and blocks of firmware wait too (SiLabs); Regulated
    is ASSUMED to be no freer.
    """
    if state in (DutyCycleState.CRITICAL, DutyCycleState.REGULATED):
        return Refusal("BR18", f"in {state.value} every device is suspended")
    return unless(
        broken=state is DutyCycleState.LIMITED and suspended and not is_ota,
        rule="BR18",
        why="the device is suspended, and only firmware may pass (alert 0x8F2C)",
    )


@rule("BR19")
def assess_scan(*, request: ScanRequest, limits: ScanLimits) -> ScanAnswer:
    """The answer to a request for a channel scan (alert 0x8F28); its first obstacle, if any.

    That a duty cycle from Critical on is too high for a scan is ASSUMED.
    """
    obstacles = (
        (request.hand_held_connected, ScanAnswer.HHT_CONNECTED),
        (STATES.index(request.duty_state) >= 2, ScanAnswer.DUTY_CYCLE_TOO_HIGH),
        (request.joining_permitted, ScanAnswer.JOINING_PERMITTED),
        (request.gsme_distribution, ScanAnswer.GSME_DISTRIBUTION_UNDERWAY),
        (request.scans_today >= limits.scans_a_day, ScanAnswer.TOO_MANY_SCANS_TODAY),
        (request.commands_today >= limits.commands_a_day, ScanAnswer.TOO_MANY_COMMANDS_TODAY),
        (request.scans_this_week >= limits.scans_a_week, ScanAnswer.TOO_MANY_SCANS_THIS_WEEK),
    )
    return next((answer for stands, answer in obstacles if stands), ScanAnswer.ACCEPTED)


@rule("BR19")
def changes_in_week(*, changes: Sequence[datetime], at: datetime) -> int:
    """Channel changes in the seven days up to `at`."""
    return sum(at - WEEK < change <= at for change in changes)


@rule("BR19")
def check_channel_change(*, changes_this_week: int, most: int) -> Answer:
    """One more channel change within the week's limit, which is itself 1 to 7."""
    return first_refusal(
        check_settings(settings={"channel_changes_per_week_max": most}),
        unless(
            broken=changes_this_week >= most,
            rule="BR19",
            why=f"the channel was changed {changes_this_week} times this week already",
        ),
    )


@rule("BR19")
def check_channel(*, page: int, channel: int) -> Answer:
    """A page of the British bands and one of its channels."""
    return unless(
        broken=channel not in CHANNELS.get(page, ()),
        rule="BR19",
        why=f"page {page} has no channel {channel}",
    )
