"""The home area network of the sample lake: links, duty cycle, logs, joins, intruders, outages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from twin.events import bands, firmware, joining, lifecycle, pairing, pins, sub_ghz
from twin.vocabulary import (
    DeviceType,
    DutyCycleState,
    HubVariant,
    IntruderOutcome,
    JoinMethod,
    JoinResponse,
    KeySource,
    LogAction,
    LogChange,
    ModeOpenedBy,
    PinClass,
    ReturnReason,
    Role,
    ScanAnswer,
    ScanTrigger,
    TransferOutcome,
    UnjoinResponse,
    WarningList,
)

NEW = "0A000002"
MODEL = "1A2B-0C0D0E0F"
EXCHANGED_AT = datetime(2017, 9, 4, 10, tzinfo=UTC)
CAD, IHD, ESME, GPF = DeviceType.CAD, DeviceType.IHD, DeviceType.ESME, DeviceType.GPF


def network_facts(history: Any, installed: datetime) -> None:
    """What happens on the network of a premises after its visit."""
    at = max(installed, datetime(2017, 4, 1, tzinfo=UTC)) + timedelta(days=2, hours=15)
    _logs_and_joins(history, at)
    # the tests of the pages look at premises 1, which has to be among the eventful ones
    if history.number % 10 > 6 or history.number == 1:
        _links(history, at + timedelta(hours=1))
        _air(history, at + timedelta(days=1))
    if history.number % 50 in (17, 27):
        _exchange(history)
    _intruders(history, at + timedelta(days=4))
    _firmware(history, at + timedelta(days=6))


def _hub(history: Any) -> str:
    return f"urn:gb:chf:{history.device('hub')}"


def _logs_and_joins(history: Any, at: datetime) -> None:
    i, hub, esme = history.number, history.device("hub"), history.device("esme")
    dsp, ihd = f"urn:gb:dsp:{history.premises_id}", history.device("ihd")
    own = f"urn:gb:esme:{esme}"
    role = (Role.IMPORT_SUPPLIER, Role.GAS_SUPPLIER, Role.OTHER_USER)[i % 3]
    asked = joining.DeviceLogUpdateRequested(hub, ihd, IHD, LogAction.ADD, role, 600, 16)
    history.say(at, dsp, asked)
    change = list(LogChange)[i % 3]
    entries = () if change is LogChange.REMOVED else (ihd,)
    changed = joining.ChfDeviceLogChanged(hub, ihd, change, entries, ())
    history.say(at + timedelta(minutes=1), _hub(history), changed)
    key = KeySource.HISTORIC if i % 7 == 0 else KeySource.INSTALL_CODE
    history.say(
        at + timedelta(minutes=2), _hub(history), joining.DeviceJoined(ihd, IHD, key, 5, 600)
    )
    request = joining.JoinRequested(esme, ESME, ihd, IHD, JoinMethod.B, role)
    history.say(at + timedelta(minutes=3), dsp, request)
    ended: object = joining.JoinSucceeded(esme, ESME, ihd, IHD)
    if i % 6 == 5:
        ended = joining.JoinFailed(esme, ESME, ihd, IHD, list(JoinResponse)[1 + i % 13])
    history.say(at + timedelta(minutes=4), own, ended)
    if i % 9 == 2:
        out = joining.DeviceUnjoined(esme, ESME, ihd, list(UnjoinResponse)[i % 3])
        history.say(at + timedelta(days=1), own, out)
    if i % 4:
        gpf = history.device("gpf")
        history.say(at, f"urn:gb:gpf:{gpf}", joining.GpfDeviceLogChanged(gpf, (ihd,)))


def _links(history: Any, at: datetime) -> None:
    """Up to six devices ask for one of the four links; some give theirs back."""
    i, source, in_use = history.number, _hub(history), 0
    for n in range(1 + i % 6):
        device, minute = history.device(f"cad {n}"), timedelta(minutes=n)
        if in_use == bands.HIGH_BANDWIDTH_LINKS_MAX:
            refused = bands.HighBandwidthLinkRefused(device, CAD, in_use)
            history.say(at + minute, source, refused)
            continue
        in_use += 1
        history.say(at + minute, source, bands.HighBandwidthLinkOpened(device, CAD, in_use))
    for n in range(i % 4):
        closed = bands.HighBandwidthLinkClosed(history.device(f"cad {n}"), CAD, 0)
        history.say(at + timedelta(days=1, minutes=n), source, closed)


def _air(history: Any, at: datetime) -> None:
    i, source, hub = history.number, _hub(history), history.device("hub")
    states = list(DutyCycleState)
    for n in range(i % 4):
        cad = history.device("cad 0") if n == 2 else None
        fact = sub_ghz.DutyCycleStateChanged(
            hub, states[n], states[n + 1], 1.3 + n / 2, cad, 5 if cad else None
        )
        history.say(at + timedelta(hours=n), source, fact)
    for n in range(i % 3):
        discarded = sub_ghz.MessageDiscarded(hub, history.device("cad 0"))
        history.say(at + timedelta(minutes=90 * n), source, discarded)
    trigger, answer = list(ScanTrigger)[i % 8], list(ScanAnswer)[i // 10 % 8]
    history.say(at, source, sub_ghz.ChannelScanAssessed(hub, trigger, answer))
    history.say(at, source, sub_ghz.SubGhzChannelChanged(hub, 28, i % 27))


def _exchange(history: Any) -> None:
    """The hub is exchanged for a dual band one; half the time its log is restored."""
    supplier = f"urn:gb:supplier:{history.premises_id}"
    old, new = history.device("hub"), history.device("newer hub")
    installed = lifecycle.CommsHubInstalled(new, MODEL, HubVariant.DUAL_BAND, NEW, True)
    restored = history.number % 50 == 17
    replaced = lifecycle.CommsHubReplaced(new, old, ReturnReason.FAULT, restored, restored)
    history.say(EXCHANGED_AT, supplier, installed)
    history.say(EXCHANGED_AT + timedelta(minutes=1), supplier, replaced)


def _intruders(history: Any, at: datetime) -> None:
    i, own = history.number, f"urn:gb:esme:{history.device('esme')}"
    if i % 5 == 0:
        outcome, guesses = list(IntruderOutcome)[i // 5 % 4], i % 3 * 2
        # no PIN, and yet held by one: some facts of a log are against the rules (BR09)
        tried = pins.UnauthorisedPairingAttempted(guesses > 0, guesses, outcome)
        history.say(at, own, tried)
    if i % 15 == 3:
        history.say(at, own, pins.PrivacyPinChanged(list(PinClass)[i % 3]))
    if i % 21 == 9:
        esme = history.device("esme")
        disabled = pins.PrivacyPinDisabled(esme, ESME, Role.IMPORT_SUPPLIER)
        history.say(at + timedelta(days=8), f"urn:gb:dsp:{history.premises_id}", disabled)


def attempt_facts(history: Any, at: datetime, attempt: str, esme: str) -> None:
    """Steps of an attempt, none of which names its route."""
    cad, hub = history.device("cad"), _hub(history)
    history.say(at, hub, pairing.PairingModeOpened(attempt, 300, ModeOpenedBy.CONSUMER))
    reported = pairing.CadAddressReported(attempt, cad)
    history.say(at + timedelta(minutes=1), f"urn:gb:cad:{cad}", reported)
    displayed = pairing.CadAddressDisplayed(attempt, cad)
    history.say(at + timedelta(minutes=2), hub, displayed)
    entered = pairing.InstallCodeEntered(attempt, 44, 1, 198 + history.number)
    history.say(at + timedelta(minutes=3), esme, entered)


def _firmware(history: Any, at: datetime) -> None:
    i, esme, hub = history.number, history.device("esme"), history.device("hub")
    dsp = f"urn:gb:dsp:{history.premises_id}"
    step = ("LCP-METERS", 1, 2)
    if i % 11 == 4:
        warned = firmware.FirmwareUpdateWarned(esme, ESME, *step, list(WarningList)[i % 5])
        history.say(at, dsp, warned)
    if i % 11 == 6:
        ended = firmware.FirmwareTransferred(esme, ESME, *step, list(TransferOutcome)[i % 4])
        history.say(at, dsp, ended)
    if i % 13 == 1:
        changed = firmware.ExecutingFirmwareChanged(esme, ESME, NEW, i % 2 == 0)
        history.say(at, f"urn:gb:esme:{esme}", changed)
    if i % 12 == 8:
        minutes = (2, 3, 16, 100, 600)[i // 12 % 5]
        history.say(at, _hub(history), lifecycle.PowerOutageAlerted(hub, minutes))


def outage_after(history: Any, activated_at: datetime) -> None:
    """An outage some minutes after an activation: within the hour it is the campaign's (BR36)."""
    i = history.number
    late = timedelta(minutes=(10, 40, 64, 90)[i % 4])
    outage = lifecycle.PowerOutageAlerted(history.device("hub"), (3, 5, 20)[i // 3 % 3])
    history.say(activated_at + late, _hub(history), outage)
