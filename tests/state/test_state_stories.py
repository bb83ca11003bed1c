"""Short stories of hubs, links, logs, attempts and PINs: each in every order, and its end."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from tests.state.histories import after, evolved, numbered
from tests.state.legal_cases import MODEL, joined, named, partner, started
from tests.state.random_facts import (
    ATTEMPTS,
    CAD,
    CAD_2,
    ESME,
    GPF,
    HUB,
    HUB_2,
    IHD,
    SOURCES,
    START,
)
from twin.events import bands, joining, lifecycle, pairing, pins, sub_ghz
from twin.events.registry import PremisesFact
from twin.state.premises import active_device, open_links
from twin.vocabulary import (
    DeviceType,
    HubVariant,
    IntruderOutcome,
    JoinResponse,
    KeySource,
    LogChange,
    ModeOpenedBy,
    PairingChannel,
    PairingRoute,
    PinClass,
    ReturnReason,
    Role,
    UnjoinResponse,
)

ATTEMPT = ATTEMPTS[PairingRoute.LOCAL][0]
OLD = "00010001"


def hub(device: str, *, proxy: str | None = None) -> PremisesFact:
    """A hub is installed."""
    return lifecycle.CommsHubInstalled(
        device, MODEL, HubVariant.DUAL_BAND, OLD, pairing_capable=False, gpf_id=proxy
    )


@pytest.mark.rule("BR43", "BR08")
def test_an_exchanged_hub_is_retired_and_its_successor_active() -> None:
    exchange = lifecycle.CommsHubReplaced(HUB_2, HUB, ReturnReason.FAULT, True, False)
    premises = after(hub(HUB, proxy=GPF), hub(HUB_2), exchange)
    active = active_device(premises, device_type=DeviceType.CHF)
    assert active is not None
    assert active.device_id == HUB_2
    assert active.exchange is not None
    assert active.exchange.device_log_restored
    assert premises.devices[HUB].retired is not None
    assert premises.devices[GPF].device_type is DeviceType.GPF
    only_old = after(hub(HUB), exchange)
    assert active_device(only_old, device_type=DeviceType.CHF) is None


@pytest.mark.rule("BR43")
def test_a_hub_that_comes_back_is_active_again() -> None:
    exchange = lifecycle.CommsHubReplaced(HUB_2, HUB, ReturnReason.DAMAGED, True, True)
    premises = after(hub(HUB), hub(HUB_2), exchange, hub(HUB))
    active = active_device(premises, device_type=DeviceType.CHF)
    assert active is not None
    assert active.device_id == HUB


@pytest.mark.rule("BR15")
def test_four_links_and_a_fifth_that_is_refused() -> None:
    devices = [f"00-1D-24-00-00-00-01-0{number}" for number in range(5)]
    told: list[PremisesFact] = [
        bands.HighBandwidthLinkOpened(device, DeviceType.IHD, links_in_use=number)
        for number, device in enumerate(devices[:4], start=1)
    ]
    refused = bands.HighBandwidthLinkRefused(devices[4], DeviceType.IHD, links_in_use=4)
    assert open_links(after(*told, refused)) == tuple(devices[:4])
    closed = bands.HighBandwidthLinkClosed(devices[0], DeviceType.IHD, links_in_use=3)
    assert open_links(after(*told, closed)) == tuple(devices[1:4])


def test_partners_are_known_by_the_last_word() -> None:
    joins = joining.JoinSucceeded(**named(ESME), **partner(IHD))
    fails = joining.JoinFailed(
        **named(ESME), **partner(IHD), response=JoinResponse.NO_CBKE_RESPONSE
    )
    assert word_on_ihd(fails, joins) == ("joined", "success", DeviceType.IHD)
    assert word_on_ihd(joins, unjoined(UnjoinResponse.SUCCESS))[::2] == ("unjoined", DeviceType.IHD)
    assert word_on_ihd(joins, unjoined(UnjoinResponse.OTHER_FAILURE))[0] == "joined"


def unjoined(response: UnjoinResponse) -> PremisesFact:
    """The display is taken out of the meter's log, or not."""
    return joining.DeviceUnjoined(**named(ESME), partner_device_id=IHD, response=response)


def word_on_ihd(*told: PremisesFact) -> tuple[Any, ...]:
    """What the meter's log says of the display."""
    found = after(*told).devices[ESME].partners[IHD]
    return found.word, found.response, found.device_type


@pytest.mark.rule("BR22", "BR24")
def test_the_newest_log_is_the_log() -> None:
    told = [
        joining.ChfDeviceLogChanged(HUB, CAD, LogChange.ADDED, (ESME, CAD), ()),
        joining.ChfDeviceLogChanged(HUB, CAD, LogChange.REMOVED, (ESME,), (CAD,)),
        joining.GpfDeviceLogChanged(GPF, (CAD,)),
    ]
    premises = after(*told)
    log, proxy = premises.devices[HUB].log, premises.devices[GPF].log
    assert log is not None
    assert proxy is not None
    assert (log.entries, log.historic) == ((ESME,), (CAD,))
    assert proxy.entries == (CAD,)


def test_outages_and_channel_changes_keep_the_newest_sixteen() -> None:
    alerts: Iterable[PremisesFact] = [lifecycle.PowerOutageAlerted(HUB, 3 + n) for n in range(20)]
    moves = [sub_ghz.SubGhzChannelChanged(HUB, 28, number) for number in range(20)]
    events = numbered((SOURCES[0], n, fact) for n, fact in enumerate([*alerts, *moves]))
    premises = evolved(events)
    assert evolved(reversed(events)) == premises
    assert [outage.minutes for outage in premises.outages] == list(range(7, 23))
    assert [at - START for at in premises.radio.channel_changes] == [
        timedelta(minutes=minute) for minute in range(24, 40)
    ]
    assert premises.radio.channel is not None
    assert premises.radio.channel.channel == 19


def test_the_steps_of_annex_d_in_one_attempt() -> None:
    whose = {"attempt_id": ATTEMPT}
    local = PairingRoute.LOCAL
    told = [
        started(local, PairingChannel.AT_METER, None),
        pairing.PairingModeOpened(**whose, window_s=600, opened_by=ModeOpenedBy.CONSUMER),
        pairing.CadAddressReported(**whose, device_id=CAD_2),
        pairing.CadSelected(**whose, device_id=CAD),
        pairing.InstallCodeTransferred(**whose, code_length=8, aps_secured=True),
    ]
    attempt = after(*told).pairings[ATTEMPT]
    assert (attempt.route, attempt.cad_id, attempt.window_s) == (local, CAD, 600)
    assert (attempt.code_transferred, attempt.outcome) == (True, None)
    late = after(pairing.CadSelected(**whose, device_id=CAD), told[2]).pairings[ATTEMPT]
    assert (late.route, late.cad_id) == (None, CAD), "the choice counts for more than a report"
    expired = pairing.PairingWindowExpired(**whose, window_s=600)
    typed = pairing.InstallCodeEntered(**whose, digits=25, entry=1, keystrokes=140)
    other = after(expired, typed).pairings[ATTEMPT]
    assert (other.window_expired, other.code_digits) == (True, 25)


@pytest.mark.rule("BR20")
def test_a_device_joined_when_it_said_so() -> None:
    premises = after(joined(KeySource.INSTALL_CODE, 30), joined(KeySource.HISTORIC, 30))
    assert premises.devices[CAD].joined is not None
    assert premises.devices[CAD].joined.at == START + timedelta(minutes=1)


@pytest.mark.rule("BR09", "BR10")
def test_a_pin_is_set_changed_and_disabled() -> None:
    told: list[PremisesFact] = [
        pins.PrivacyPinSet(PinClass.TOP_1),
        pins.PrivacyPinChanged(PinClass.OTHER),
        pins.PrivacyPinDisabled(**named(ESME), role=Role.IMPORT_SUPPLIER),
    ]
    words = [after(*told[:count]).pin for count in (1, 2, 3)]
    assert [pin and pin.pin_class for pin in words] == [PinClass.TOP_1, PinClass.OTHER, None]
    tried = [
        pins.UnauthorisedPairingAttempted(True, 3, IntruderOutcome.PIN_HELD),
        pins.UnauthorisedPairingAttempted(False, 0, IntruderOutcome.PAIRED),
    ]
    premises = after(*tried)
    assert (premises.intruders, premises.intruders_paired) == (2, 1)
