"""Facts that alerts of the DCC mean: what it reports of hubs and devices."""

from collections.abc import Iterator
from typing import Final, TypeVar

from twin.events import bands, firmware, lifecycle, messages, sub_ghz
from twin.events.registry import PremisesFact
from twin.ids import Eui64
from twin.ingest.duis import alerts
from twin.ingest.duis.documents import DccAlert
from twin.ingest.duis.facts_exchanged import answered_by
from twin.ingest.duis.meanings import Register, Rule, Said, Silence, Standing, Told, Why
from twin.ingest.duis.sub_ghz import SubGhzSettings
from twin.vocabulary import ActivationOutcome, DeviceStatus, DeviceType
from twin.vocabulary.radio import THRESHOLDS

C = TypeVar("C", bound=alerts.AlertContent)
STATUSES: Final = {
    alerts.StatusChange.METER_DECOMMISSIONED: DeviceStatus.DECOMMISSIONED,
    alerts.StatusChange.HUB_DECOMMISSIONED: DeviceStatus.DECOMMISSIONED,
    alerts.StatusChange.SUSPENDED: DeviceStatus.SUSPENDED,
    alerts.StatusChange.RECOVERED: DeviceStatus.RECOVERED,
    alerts.StatusChange.RECOVERED_WITH_ACB: DeviceStatus.RECOVERED,
}
"""What a change makes of a status; a device that is restored has the one from before."""


def alerted(document: DccAlert, *, register: Register) -> Iterator[Said]:
    """The facts of an alert of the DCC."""
    if document.content is None:
        yield Silence(why=Why.OUTSIDE)
    elif (rule := ALERTED.get(type(document.content))) is not None:
        yield from rule.say(document, register)
    else:
        device_id = getattr(document.content, "device_id", None)
        yield Silence(why=Why.NO_FACT_TYPE, device_id=device_id)


def _outage(document: DccAlert, _: Register) -> Iterator[Said]:
    """That power went, and when; how long it was away is not said."""
    outage = _content(document, alerts.PowerOutage)
    yield _told(document).say(lifecycle.PowerOutageAlerted, outage.hub_id)


def _status(document: DccAlert, register: Register) -> Iterator[Said]:
    event = _content(document, alerts.DeviceStatusEvent)
    yield _told(document).say(
        lifecycle.DeviceStatusChanged,
        event.device_id,
        device_type=register.device_types.get(event.device_id),
        to_status=STATUSES.get(event.change),
    )


def _not_distributed(document: DccAlert, register: Register) -> Iterator[Said]:
    for device_id in _content(document, alerts.DistributionFailure).device_ids:
        yield _update(document, firmware.FirmwareDeliveryFailed, device_id, register)


def _delivery(document: DccAlert, register: Register) -> Iterator[Said]:
    status = _content(document, alerts.DeliveryStatus)
    delivered = status.transfer is alerts.HubTransfer.SUCCESS
    kind = firmware.FirmwareDeliveredToHub if delivered else firmware.FirmwareDeliveryFailed
    yield _update(document, kind, status.device_id, register)


def _not_carried_out(document: DccAlert, _: Register) -> Iterator[Said]:
    """A command was not delivered or not answered; by which of the two, the alert's code says."""
    failure = _content(document, alerts.CommandFailure)
    yield answered_by(
        _told(document),
        "dcc",
        failure.request,
        device_id=failure.device_id,
        accepted=False,
        code=document.alert_code,
    )


def _log_result(document: DccAlert, _: Register) -> Iterator[Said]:
    """An 8.11 had its result, which is in the alert's code; no schema says what codes mean."""
    request = _content(document, alerts.LogUpdateResult).request
    yield answered_by(
        _told(document),
        "dcc",
        request,
        device_id=request.target,
        accepted=None,
        message_code="8.11",
        code=document.alert_code,
    )


def _hub_alert(document: DccAlert, register: Register) -> Iterator[Said]:
    alert = _content(document, alerts.HubAlert)
    if alert.transfer is None:
        yield Silence(why=Why.NO_FACT_TYPE, device_id=alert.hub_id)
        return
    yield _update(
        document,
        firmware.FirmwareTransferred,
        alert.transfer.device_id,
        register,
        transfer=alert.transfer.outcome,
    )


def _mismatch(document: DccAlert, _: Register) -> Iterator[Said]:
    found = _content(document, alerts.VersionMismatch)
    yield _told(document).say(
        firmware.FirmwareVersionMismatchFound,
        found.device_id,
        device_type=found.device_type,
        running_version=found.running_version,
        inventory_version=found.inventory_version,
    )


def _hub_activation(document: DccAlert, register: Register) -> Iterator[Said]:
    found = _content(document, alerts.HubActivation)
    yield _told(document).say(
        firmware.ExecutingFirmwareChanged,
        found.device_id,
        device_type=DeviceType.CHF,
        firmware_version=found.firmware_version,
        pairing_capable=register.capable(found.device_id, found.firmware_version),
    )


def _ppmid(document: DccAlert, register: Register) -> Iterator[Said]:
    """Whether a PPMID switched; after a failure it runs the version that is named."""
    alert = _content(document, alerts.PpmidAlert)
    device_id, upgrade = alert.device_id, alert.upgrade
    if upgrade is None:
        yield Silence(why=Why.NO_FACT_TYPE, device_id=device_id)
    elif upgrade.result is alerts.UpgradeResult.FAILURE:
        yield _update(
            document,
            firmware.FirmwareActivationFailed,
            device_id,
            register,
            outcome=ActivationOutcome.ACTIVATION_FAILURE,
            firmware_version=upgrade.firmware_version,
            device_type=DeviceType.PPMID,
        )
    else:
        yield _update(
            document,
            firmware.FirmwareActivated,
            device_id,
            register,
            firmware_version=upgrade.firmware_version,
            pairing_capable=register.capable(device_id, upgrade.firmware_version),
            response_lost=False,
            device_type=DeviceType.PPMID,
        )


def _exchange(document: DccAlert, _: Register) -> Iterator[Said]:
    """That a log was restored on a new hub; why the hub was exchanged is not said."""
    restored = _content(document, alerts.LogRestored)
    exchange = restored.hub_log or restored.gpf_log
    assert exchange is not None  # one of the two stands, as its struct demands
    yield _told(document).say(
        lifecycle.CommsHubReplaced,
        exchange.new_hub_id,
        replaced_device_id=exchange.old_hub_id,
        device_log_restored=True if restored.hub_log else None,
        gpf_log_restored=True if restored.gpf_log else None,
    )


def _dual_band(document: DccAlert, register: Register) -> Iterator[Said]:
    alert = _content(document, alerts.DualBandAlert)
    told = _told(document)
    if alert.channel is not None:
        page, channel = alert.channel.channel
        yield told.say(sub_ghz.SubGhzChannelChanged, alert.hub_id, page=page, channel=channel)
    elif alert.scan is not None:
        answer, trigger = alert.scan.answer, alert.scan.trigger
        yield told.say(sub_ghz.ChannelScanAssessed, alert.hub_id, trigger=trigger, answer=answer)
    elif alert.settings is not None:
        yield _settings(told, alert.hub_id, alert.settings)
    else:
        yield _of_device_at_868(told, alert, register)


def _settings(told: Told, hub_id: Eui64, settings: SubGhzSettings) -> Said:
    """The eleven settings; which channels a hub may use is no part of the fact."""
    known = {
        name: getattr(settings, name)
        for name in sub_ghz.SubGhzConfigurationChanged.__struct_fields__
        if name != "device_id"
    }
    return told.say(sub_ghz.SubGhzConfigurationChanged, hub_id, **known)


def _of_device_at_868(told: Told, alert: alerts.DualBandAlert, register: Register) -> Said:
    """What the air at 868 MHz did to a device: a message, its place, or its share of the hour."""
    if alert.discarded is not None:
        suspended = alert.discarded.request.target
        return told.say(sub_ghz.MessageDiscarded, alert.hub_id, suspended_device_id=suspended)
    if alert.refused is not None:
        device_id = alert.refused.device_id
        device_type = alert.refused.device_type or register.device_types.get(device_id)
        return told.say(bands.HighBandwidthLinkRefused, device_id, device_type=device_type)
    before, after = THRESHOLDS.get(int(alert.alert_code, 16), (None, None))
    if before is None:
        return Silence(why=Why.NO_FACT_TYPE, device_id=alert.hub_id)
    suspended_id = alert.suspension.device_id if alert.suspension else None
    return told.say(
        sub_ghz.DutyCycleAlerted,
        alert.hub_id,
        from_state=before,
        to_state=after,
        suspended_device_id=suspended_id,
    )


def _update(
    document: DccAlert,
    kind: type[PremisesFact],
    device_id: Eui64,
    register: Register,
    **known: object,
) -> Said:
    """A fact about a device's update in a campaign."""
    device_type = register.device_types.get(device_id)
    fields = {"device_type": device_type, **register.execution(device_id), **known}
    return _told(document).say(kind, device_id, **fields)


def _told(document: DccAlert) -> Told:
    """The DCC's word; the moment is the device's or hub's own where the alert has it."""
    at = getattr(document.content, "at", None) or getattr(document.content, "began_at", None)
    return Told(
        standing=Standing.REPORTED,
        system="dsp",
        at=at or document.at,
        request=getattr(document.content, "request", None) or document.request,
    )


def _content(document: DccAlert, kind: type[C]) -> C:
    """The content, of the type that the table below has chosen by."""
    assert isinstance(document.content, kind)
    return document.content


ALERTED: Final[dict[type[alerts.AlertContent], Rule[DccAlert]]] = {
    alerts.PowerOutage: Rule(
        (lifecycle.PowerOutageAlerted,), _outage, {lifecycle.PowerOutageAlerted: ("minutes",)}
    ),
    alerts.DeviceStatusEvent: Rule(
        (lifecycle.DeviceStatusChanged,), _status, {lifecycle.DeviceStatusChanged: ("reason",)}
    ),
    alerts.DistributionFailure: Rule((firmware.FirmwareDeliveryFailed,), _not_distributed),
    alerts.DeliveryStatus: Rule(
        (firmware.FirmwareDeliveredToHub, firmware.FirmwareDeliveryFailed), _delivery
    ),
    alerts.CommandFailure: Rule((messages.ServiceAnswered,), _not_carried_out),
    alerts.LogUpdateResult: Rule((messages.ServiceAnswered,), _log_result),
    alerts.HubAlert: Rule((firmware.FirmwareTransferred,), _hub_alert),
    alerts.VersionMismatch: Rule((firmware.FirmwareVersionMismatchFound,), _mismatch),
    alerts.HubActivation: Rule((firmware.ExecutingFirmwareChanged,), _hub_activation),
    alerts.PpmidAlert: Rule(
        (firmware.FirmwareActivated, firmware.FirmwareActivationFailed), _ppmid
    ),
    alerts.LogRestored: Rule(
        (lifecycle.CommsHubReplaced,),
        _exchange,
        {lifecycle.CommsHubReplaced: ("reason", "the other log's restoration")},
    ),
    alerts.DualBandAlert: Rule(
        (
            sub_ghz.SubGhzChannelChanged,
            sub_ghz.ChannelScanAssessed,
            sub_ghz.SubGhzConfigurationChanged,
            sub_ghz.MessageDiscarded,
            bands.HighBandwidthLinkRefused,
            sub_ghz.DutyCycleAlerted,
        ),
        _dual_band,
        {
            bands.HighBandwidthLinkRefused: ("links_in_use",),
        },
    ),
}
