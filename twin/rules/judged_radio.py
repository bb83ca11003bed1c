"""Judging bands, links and channels of a premises (BR11, BR14, BR15, BR19)."""

from twin.events.bands import HIGH_BANDWIDTH_LINKS_MAX
from twin.rules.findings import Finding, broken_or_met
from twin.rules.marks import rule
from twin.rules.sub_ghz import changes_in_week
from twin.state.premises import Premises, active_device
from twin.vocabulary import Band, DeviceType, HubVariant


@rule("BR11")
def judge_meter_band(*, premises: Premises) -> tuple[Finding, ...]:
    """No electricity meter is connected at 868 MHz (paragraphs 3 and 5)."""
    return broken_or_met(
        rule="BR11",
        check="electricity meter at 2.4 GHz",
        subject=premises.premises_id,
        broken=tuple(
            (device.device_id, "the electricity meter uses 868 MHz")
            for device in premises.devices.values()
            if device.device_type is DeviceType.ESME
            and device.link is not None
            and device.link.band is Band.SUB_GHZ
        ),
        met="no electricity meter uses 868 MHz",
    )


@rule("BR14")
def judge_single_band_hub(*, premises: Premises) -> tuple[Finding, ...]:
    """No device is at 868 MHz where the hub has one band only (paragraph 3)."""
    hub, check = (
        active_device(premises, device_type=DeviceType.CHF),
        "868 MHz needs a dual band hub",
    )
    if hub is None or hub.hub_variant is None:
        why = "no hub of a known variant was installed"
        return (Finding("BR14", check, premises.premises_id, "not_judgeable", why),)
    single = hub.hub_variant is HubVariant.SINGLE_BAND
    broken = tuple(
        (device.device_id, "the device uses 868 MHz and the hub has 2.4 GHz only")
        for device in premises.devices.values()
        if single
        and (
            (device.link is not None and device.link.band is Band.SUB_GHZ)
            or (device.high_bandwidth is not None and device.high_bandwidth.word == "open")
        )
    )
    return broken_or_met(
        rule="BR14",
        check=check,
        subject=premises.premises_id,
        broken=broken,
        met="no device uses a band that the hub has not",
    )


@rule("BR15")
def judge_links(*, premises: Premises) -> tuple[Finding, ...]:
    """At most four high bandwidth links are open (paragraph 3)."""
    open_now = sum(
        device.high_bandwidth is not None and device.high_bandwidth.word == "open"
        for device in premises.devices.values()
    )
    too_many = open_now > HIGH_BANDWIDTH_LINKS_MAX
    return broken_or_met(
        rule="BR15",
        check="high bandwidth links",
        subject=premises.premises_id,
        broken=((premises.premises_id, f"{open_now} links are open"),) if too_many else (),
        met=f"{open_now} high bandwidth links are open",
    )


@rule("BR19")
def judge_channels(*, premises: Premises) -> tuple[Finding, ...]:
    """No seven days hold more channel changes than the hub's setting allows."""
    settings, check = premises.radio.settings, "channel changes a week"
    if settings is None:
        why = "the hub's settings are not known"
        return (Finding("BR19", check, premises.premises_id, "not_judgeable", why),)
    changes = premises.radio.channel_changes
    most = max((changes_in_week(changes=changes, at=at) for at in changes), default=0)
    allowed = settings.channel_changes_per_week_max
    why = f"{most} channel changes within a week, {allowed} are allowed"
    return broken_or_met(
        rule="BR19",
        check=check,
        subject=premises.premises_id,
        broken=((premises.premises_id, why),) if most > allowed else (),
        met=why,
    )
