"""Facts that break a rule by themselves, each beside a near one that breaks none: rule, both."""

from datetime import timedelta
from typing import Any

from tests.state.random_facts import (
    ATTEMPTS,
    CAD,
    CAMPAIGN_OF,
    ESME,
    GPF,
    GSME,
    HUB,
    HUB_2,
    IHD,
    PPMID,
    START,
    TYPE_OF,
)
from twin.events import bands, firmware, joining, lifecycle, pairing, pins, sub_ghz
from twin.events.registry import PremisesFact
from twin.ids import event_id
from twin.vocabulary import (
    Band,
    BandReason,
    DeviceStatus,
    DeviceType,
    DutyCycleState,
    HubVariant,
    IntruderOutcome,
    JoinMethod,
    JoinResponse,
    KeySource,
    LogAction,
    LogChange,
    PairingChannel,
    PairingRoute,
    ReturnReason,
    Role,
    StatusReason,
)

MODEL = "1062-0A0B0C0D"
REQUEST = event_id(source="x", sequence=1, event_type="request")
LOCAL, REMOTE = PairingRoute.LOCAL, PairingRoute.REMOTE
IS, GS, OU, ED = (
    Role.IMPORT_SUPPLIER,
    Role.GAS_SUPPLIER,
    Role.OTHER_USER,
    Role.ELECTRICITY_DISTRIBUTOR,
)


def named(device: str) -> dict[str, Any]:
    """A device with its type."""
    return {"device_id": device, "device_type": TYPE_OF[device]}


def entry(device: str, version: str | None) -> PremisesFact:
    """An inventory entry; of a Type 2 device it names a model, but no firmware."""
    return lifecycle.InventoryEntryTold(
        **named(device), by="8.2", model=MODEL, firmware_version=version
    )


def partner(device: str) -> dict[str, Any]:
    """A partner with its type."""
    return {"partner_device_id": device, "partner_device_type": TYPE_OF[device]}


def step(device: str) -> dict[str, Any]:
    """A step of a campaign at a device."""
    return {**named(device), "campaign_id": CAMPAIGN_OF[device], "wave": 1, "attempt": 1}


def band(device: str, found: Band, reason: BandReason) -> PremisesFact:
    """A band selected."""
    return bands.BandSelected(**named(device), band=found, reason=reason)


def accepted(minutes: int) -> PremisesFact:
    """A future-dated activation, so many minutes from when it was accepted."""
    at = START + timedelta(minutes=minutes)
    return firmware.FirmwareActivationAccepted(**step(ESME), execute_at=at)


def asked(minutes: int | None) -> PremisesFact:
    """A request to activate, dated or at once."""
    at = None if minutes is None else START + timedelta(minutes=minutes)
    return firmware.FirmwareActivationRequested(**step(ESME), request_id=REQUEST, execute_at=at)


def duty(
    one: DutyCycleState,
    other: DutyCycleState,
    device: str | None = None,
    minutes: int | None = None,
) -> PremisesFact:
    """A change of the duty cycle's state."""
    return sub_ghz.DutyCycleStateChanged(HUB, one, other, 1.4, device, minutes)


def started(route: PairingRoute, channel: PairingChannel, role: Role | None) -> PremisesFact:
    """A pairing begins."""
    return pairing.PairingStarted(ATTEMPTS[route][0], route, channel, False, role)


def log_asked(action: LogAction, role: Role, window: int | None) -> PremisesFact:
    """Update HAN Device Log."""
    return joining.DeviceLogUpdateRequested(HUB, CAD, DeviceType.CAD, action, role, window)


def log_told(change: LogChange, subject: str | None, entries: tuple[str, ...]) -> PremisesFact:
    """The alert 0x8F12."""
    return joining.ChfDeviceLogChanged(HUB, subject, change, entries, ())


def joined(key: KeySource, seconds: int, window: int = 90) -> PremisesFact:
    """A device joins within or after the window."""
    return joining.DeviceJoined(
        **named(CAD), key_source=key, seconds_into_window=seconds, window_s=window
    )


def join(device: str, other: str, method: JoinMethod, role: Role) -> PremisesFact:
    """Join Service."""
    return joining.JoinRequested(**named(device), **partner(other), method=method, role=role)


def installed(device: str, model: str | None = None, version: str | None = None) -> PremisesFact:
    """A device is installed."""
    return lifecycle.DeviceInstalled(**named(device), model=model, firmware_version=version)


def announced(device: str, model: str | None) -> PremisesFact:
    """A device is pre-notified."""
    return lifecycle.DevicePreNotified(**named(device), role=ED, model=model)


def status(reason: StatusReason, found: DeviceStatus) -> PremisesFact:
    """An inventory status."""
    return lifecycle.DeviceStatusChanged(
        **named(ESME), from_status=None, to_status=found, reason=reason
    )


def hub(proxy: str | None) -> PremisesFact:
    """A hub is installed."""
    return lifecycle.CommsHubInstalled(
        HUB, MODEL, HubVariant.DUAL_BAND, "00010001", pairing_capable=False, gpf_id=proxy
    )


def exchanged(old: str) -> PremisesFact:
    """A hub takes another's place."""
    return lifecycle.CommsHubReplaced(HUB_2, old, ReturnReason.FAULT, True, True)


def mismatch(inventory: str) -> PremisesFact:
    """A version mismatch."""
    return firmware.FirmwareVersionMismatchFound(
        **named(ESME), running_version="00010002", inventory_version=inventory
    )


def intruder(pin_set: bool, guesses: int, outcome: IntruderOutcome) -> PremisesFact:
    """Somebody else at the meter."""
    return pins.UnauthorisedPairingAttempted(pin_set, guesses, outcome)


NORMAL, LIMITED, CRITICAL = list(DutyCycleState)[:3]
REMOVED, SUSPENDED = StatusReason.FIRMWARE_REMOVED_FROM_CPL, DeviceStatus.SUSPENDED
AT_METER, PHONE = PairingChannel.AT_METER, PairingChannel.PHONE
CASES: list[tuple[str, PremisesFact, PremisesFact]] = [
    ("BR06", started(REMOTE, PHONE, ED), started(REMOTE, PHONE, OU)),
    ("BR06", started(LOCAL, AT_METER, IS), started(LOCAL, AT_METER, None)),
    ("BR06", started(LOCAL, PHONE, None), started(REMOTE, PHONE, None)),
    ("BR06", started(REMOTE, AT_METER, GS), started(REMOTE, PHONE, GS)),
    ("BR06", log_asked(LogAction.ADD, ED, 60), log_asked(LogAction.ADD, OU, 60)),
    ("BR06", join(ESME, CAD, JoinMethod.B, ED), join(ESME, CAD, JoinMethod.B, OU)),
    (
        "BR09",
        intruder(False, 3, IntruderOutcome.PAIRED),
        intruder(False, 0, IntruderOutcome.PAIRED),
    ),
    (
        "BR09",
        intruder(False, 0, IntruderOutcome.PIN_HELD),
        intruder(True, 3, IntruderOutcome.PIN_HELD),
    ),
    ("BR09", intruder(True, 0, IntruderOutcome.PAIRED), intruder(True, 1, IntruderOutcome.PAIRED)),
    (
        "BR10",
        pins.PrivacyPinDisabled(**named(ESME), role=OU),
        pins.PrivacyPinDisabled(**named(ESME), role=IS),
    ),
    (
        "BR10",
        pins.PrivacyPinDisabled(**named(IHD), role=GS),
        pins.PrivacyPinDisabled(**named(GSME), role=GS),
    ),
    (
        "BR11",
        band(ESME, Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE),
        band(GSME, Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE),
    ),
    (
        "BR11",
        bands.HighBandwidthLinkOpened(**named(ESME), links_in_use=1),
        bands.HighBandwidthLinkOpened(**named(IHD), links_in_use=1),
    ),
    (
        "BR12",
        band(IHD, Band.SUB_GHZ, BandReason.COVERAGE),
        band(IHD, Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE),
    ),
    (
        "BR14",
        band(IHD, Band.ALTERNATIVE_HAN, BandReason.COVERAGE),
        band(IHD, Band.ALTERNATIVE_HAN, BandReason.NO_BAND),
    ),
    (
        "BR14",
        band(IHD, Band.GHZ_2_4, BandReason.NO_BAND),
        band(IHD, Band.GHZ_2_4, BandReason.COVERAGE),
    ),
    (
        "BR15",
        bands.HighBandwidthLinkOpened(**named(IHD), links_in_use=0),
        bands.HighBandwidthLinkOpened(**named(IHD), links_in_use=4),
    ),
    (
        "BR15",
        bands.HighBandwidthLinkClosed(**named(IHD), links_in_use=4),
        bands.HighBandwidthLinkClosed(**named(IHD), links_in_use=3),
    ),
    (
        "BR15",
        bands.HighBandwidthLinkRefused(**named(IHD), links_in_use=3),
        bands.HighBandwidthLinkRefused(**named(IHD), links_in_use=4),
    ),
    (
        "BR18",
        sub_ghz.DutyCycleAlerted(HUB, NORMAL, CRITICAL, GSME),
        sub_ghz.DutyCycleAlerted(HUB, NORMAL, LIMITED, GSME),
    ),
    ("BR18", duty(NORMAL, CRITICAL), duty(NORMAL, LIMITED)),
    ("BR18", duty(LIMITED, LIMITED), duty(LIMITED, NORMAL)),
    ("BR18", duty(LIMITED, CRITICAL, GSME), duty(LIMITED, CRITICAL, GSME, 5)),
    ("BR18", duty(LIMITED, CRITICAL, None, 5), duty(LIMITED, CRITICAL, IHD, 255)),
    ("BR18", sub_ghz.MessageDiscarded(HUB, HUB), sub_ghz.MessageDiscarded(HUB, GSME)),
    ("BR19", sub_ghz.SubGhzChannelChanged(HUB, 28, 27), sub_ghz.SubGhzChannelChanged(HUB, 28, 26)),
    ("BR19", sub_ghz.SubGhzChannelChanged(HUB, 30, 62), sub_ghz.SubGhzChannelChanged(HUB, 29, 62)),
    ("BR20", joined(KeySource.INSTALL_CODE, 91), joined(KeySource.INSTALL_CODE, 90)),
    ("BR20", log_asked(LogAction.ADD, IS, None), log_asked(LogAction.REMOVE, IS, None)),
    ("BR21", joined(KeySource.HISTORIC, 46), joined(KeySource.HISTORIC, 44)),
    ("BR24", log_told(LogChange.ADDED, CAD, (ESME,)), log_told(LogChange.ADDED, CAD, (ESME, CAD))),
    ("BR24", log_told(LogChange.REMOVED, CAD, (CAD,)), log_told(LogChange.REMOVED, CAD, (ESME,))),
    ("BR24", log_told(LogChange.REKEYED, None, (CAD,)), log_told(LogChange.RESTORED, None, (CAD,))),
    ("BR26", join(ESME, CAD, JoinMethod.A, IS), join(ESME, PPMID, JoinMethod.A, IS)),
    ("BR26", join(GSME, PPMID, JoinMethod.B, IS), join(GSME, PPMID, JoinMethod.C, IS)),
    (
        "BR26",
        joining.JoinSucceeded(**named(IHD), **partner(CAD)),
        joining.JoinSucceeded(**named(GPF), **partner(CAD)),
    ),
    (
        "BR26",
        joining.JoinFailed(**named(ESME), **partner(CAD), response=JoinResponse.SUCCESS),
        joining.JoinFailed(**named(ESME), **partner(CAD), response=JoinResponse.DEVICE_LOG_FULL),
    ),
    ("BR27", join(ESME, PPMID, JoinMethod.A, OU), join(ESME, PPMID, JoinMethod.A, GS)),
    ("BR33", accepted(-1), accepted(0)),
    ("BR33", asked(-1), asked(None)),
    ("BR38", entry(IHD, "0001000A"), entry(IHD, None)),
    ("BR34", status(REMOVED, DeviceStatus.COMMISSIONED), status(REMOVED, SUSPENDED)),
    ("BR35", mismatch("00010002"), mismatch("00010001")),
    (
        "BR36",
        lifecycle.PowerOutageAlerted(HUB, 2),
        lifecycle.PowerOutageAlerted(HUB, 3),
    ),
    ("BR38", announced(CAD, MODEL), announced(ESME, MODEL)),
    ("BR38", announced(CAD, MODEL), announced(CAD, None)),
    ("BR38", installed(IHD, MODEL), installed(PPMID, MODEL)),
    ("BR38", installed(IHD, None, "00010001"), installed(IHD)),
    (
        "BR38",
        firmware.FirmwareDeliveredToHub(**step(CAD)),
        firmware.FirmwareDeliveredToHub(**step(GSME)),
    ),
    ("BR43", hub(HUB), hub(GPF)),
    ("BR43", exchanged(HUB_2), exchanged(HUB)),
    ("BR43", installed(HUB, MODEL), installed(ESME, MODEL)),
]
