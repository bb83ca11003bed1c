"""Bodies about the 868 MHz air: settings, scans and channels (6.28 to 6.32)."""

from typing import Annotated

from msgspec import Meta, field

from twin.ingest.duis.values import Form, Moment, Nothing

Channels = tuple[Annotated[int, Meta(ge=0, le=61)], ...]
"""Channels of a band that a hub may use, in order."""
Percent = Annotated[float, Meta(ge=1, le=100)]


class SubGhzSettings(Form, frozen=True, kw_only=True):
    """6.28, and the alert that they changed: channels and the eleven settings (BR17)."""

    lower_0_to_26: Channels = field(name="LowerBandSubGHzChannels0To26")
    lower_27_to_34: Channels = field(name="LowerBandSubGHzChannels27To34")
    lower_35_to_61: Channels = field(name="LowerBandSubGHzChannels35To61")
    upper_0_to_26: Channels = field(name="UpperBandSubGHzChannels0To26")
    normal_limited_percent: Annotated[float, Meta(ge=0.5, le=2.0)] = field(
        name="NormalLimitedDutyCycleThreshold"
    )
    limited_critical_percent: Annotated[float, Meta(gt=1.5, lt=2.5)] = field(
        name="LimitedCriticalDutyCycleThreshold"
    )
    channel_changes_per_week_max: Annotated[int, Meta(ge=1, le=7)] = field(
        name="MaximumSubGHzChannelChangesPerWeek"
    )
    gsme_curfew: Annotated[int, Meta(ge=2, le=65_535)] = field(name="GSMECurfew")
    channel_quieter_threshold: Annotated[int, Meta(ge=1, le=255)] = field(
        name="ChannelQuieterThreshold"
    )
    channel_noisier_threshold: Annotated[int, Meta(ge=0, le=20)] = field(
        name="ChannelNoisierThreshold"
    )
    non_gsme_poor_comms_percent: Percent = field(name="NonGSMEPoorCommsPercentageThreshold")
    non_gsme_poor_comms_periods: Annotated[int, Meta(ge=50, le=150)] = field(
        name="NonGSMEPoorCommsMeasurementPeriods"
    )
    local_noise_period: Annotated[int, Meta(ge=61, le=65_535)] = field(
        name="LocalCHNoiseMeasurementPeriod"
    )
    local_failure_percent: Percent = field(name="LocalCHFailurePercentage")
    local_retry_percent: Percent = field(name="LocalCHRetryPercentage")


class RequestChannelScan(Nothing, frozen=True):
    """6.29: let the hub scan its channels."""


class ReadSubGhzConfiguration(Nothing, frozen=True):
    """6.30: tell the settings."""


class ReadSubGhzChannel(Nothing, frozen=True):
    """6.31: tell the channel in use."""


class Period(Form, frozen=True):
    """From one moment to another."""

    start: Moment = field(name="StartDateTime")
    end: Moment = field(name="EndDateTime")


class ReadSubGhzChannelLog(Form, frozen=True):
    """6.32: tell the changes of channel in a period."""

    period: Period = field(name="ReadLogPeriod")
