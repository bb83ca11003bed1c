"""Bands family, the shared 868 MHz air: duty cycle, scans, channels, settings (BR16 to BR19).

The `device_id` of every fact here is the hub's, which keeps the air in order.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.ids import Eui64
from twin.vocabulary import DutyCycleState, ScanAnswer, ScanTrigger

_RANGE = {"extra_json_schema": {"x-rule": "BR17"}}
Percent = Annotated[float, Meta(ge=0, le=100)]
Page = Literal[28, 29, 30, 31]
Channel = Annotated[int, Meta(ge=0, le=62)]
SuspendMinutes = Annotated[int, Meta(ge=1, le=255, extra_json_schema={"x-rule": "BR18"})]


class DutyCycleStateChanged(Struct, frozen=True, forbid_unknown_fields=True):
    """A hub's use of its air time crossed a threshold (alerts 0x8F20 to 0x8F25, BR18).

    `duty_percent` is the share of the last hour spent sending; a device may be suspended for
    `suspend_minutes`.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.bands.duty-cycle-state-changed.v1"
    device_id: Eui64
    from_state: DutyCycleState
    to_state: DutyCycleState
    duty_percent: Percent
    suspended_device_id: Eui64 | None = None
    suspend_minutes: SuspendMinutes | None = None


class DutyCycleAlerted(Struct, frozen=True, forbid_unknown_fields=True):
    """A hub told that it crossed a threshold (alerts 0x8F20 to 0x8F25, BR18), and no more.

    The real alerts name no share of the hour, and no time for which a device is suspended.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.bands.duty-cycle-alerted.v1"
    device_id: Eui64
    from_state: DutyCycleState
    to_state: DutyCycleState
    suspended_device_id: Eui64 | None = None


class ChannelScanAssessed(Struct, frozen=True, forbid_unknown_fields=True):
    """A request for a channel scan was answered (alerts 0x8F27 and 0x8F28, BR19)."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.channel-scan-assessed.v1"
    device_id: Eui64
    trigger: ScanTrigger
    answer: ScanAnswer


class SubGhzChannelChanged(Struct, frozen=True, forbid_unknown_fields=True):
    """The hub moved its network to another channel (alert 0x8F26, BR19)."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.channel-changed.v1"
    device_id: Eui64
    page: Page
    channel: Channel


class MessageDiscarded(Struct, frozen=True, forbid_unknown_fields=True):
    """A message to a suspended device was discarded (alert 0x8F2C, BR18)."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.message-discarded.v1"
    device_id: Eui64
    suspended_device_id: Eui64


class SubGhzConfigurationChanged(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The hub's eleven sub GHz settings (service request 6.28, alert 0x8F2A, BR17).

    Raises:
        ValueError: the Normal-Limited threshold lies above the Limited-Critical one.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.bands.sub-ghz-configuration-changed.v1"
    device_id: Eui64
    normal_limited_percent: Annotated[float, Meta(ge=0.5, le=2.0, **_RANGE)]
    limited_critical_percent: Annotated[float, Meta(gt=1.5, lt=2.5, **_RANGE)]
    channel_changes_per_week_max: Annotated[int, Meta(ge=1, le=7, **_RANGE)]
    gsme_curfew: Annotated[int, Meta(gt=1, **_RANGE)]
    channel_quieter_threshold: Annotated[int, Meta(ge=1, le=255, **_RANGE)]
    channel_noisier_threshold: Annotated[int, Meta(ge=0, le=20, **_RANGE)]
    non_gsme_poor_comms_percent: Annotated[float, Meta(ge=1, le=100, **_RANGE)]
    non_gsme_poor_comms_periods: Annotated[int, Meta(ge=50, le=150, **_RANGE)]
    local_noise_period: Annotated[int, Meta(gt=60, **_RANGE)]
    local_failure_percent: Annotated[float, Meta(ge=1, le=100, **_RANGE)]
    local_retry_percent: Annotated[float, Meta(ge=1, le=100, **_RANGE)]

    def __post_init__(self) -> None:
        """The order of the two thresholds; the ranges are the schema's (BR17)."""
        if self.normal_limited_percent > self.limited_critical_percent:
            raise ValueError("BR17: the Normal-Limited threshold is above the Limited-Critical one")
