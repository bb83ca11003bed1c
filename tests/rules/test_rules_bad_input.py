"""Bad input as it comes by the log: each is refused with the id of its rule, quoting nothing."""

import msgspec
import pytest
from msgspec import Struct

from twin.events import bands, firmware, pairing, sub_ghz
from twin.events.rule_marks import rule_broken

DEVICE = "00-1D-24-00-00-00-00-01"
ATTEMPT = "00000000-0000-5000-8000-000000000001"
SETTINGS = {
    "device_id": DEVICE,
    "normal_limited_percent": 1.3,
    "limited_critical_percent": 2.2,
    "channel_changes_per_week_max": 5,
    "gsme_curfew": 7,
    "channel_quieter_threshold": 7,
    "channel_noisier_threshold": 12,
    "non_gsme_poor_comms_percent": 60,
    "non_gsme_poor_comms_periods": 130,
    "local_noise_period": 100,
    "local_failure_percent": 40,
    "local_retry_percent": 30,
}
ENTERED = {"attempt_id": ATTEMPT, "digits": 44, "entry": 1, "keystrokes": 241}
OPENED = {"attempt_id": ATTEMPT, "window_s": 90, "opened_by": "consumer"}
LINK = {"device_id": DEVICE, "device_type": "IHD", "links_in_use": 4}
ACTIVATION = {
    "device_id": DEVICE,
    "device_type": "ESME",
    "campaign_id": "CAMPAIGN-1",
    "wave": 1,
    "attempt": 1,
    "request_id": ATTEMPT,
    "image_hash": "ab" * 32,
}
DUTY = {
    "device_id": DEVICE,
    "from_state": "normal",
    "to_state": "limited",
    "duty_percent": 1.4,
    "suspended_device_id": DEVICE,
    "suspend_minutes": 5,
}


def refusal(fact: type[Struct], words: dict[str, object]) -> str:
    """The message by which the schema refuses a fact."""
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(msgspec.json.encode(words), type=fact)
    return str(caught.value)


@pytest.mark.rule("BR01")
@pytest.mark.parametrize("digits", [*range(20), *range(21, 25), *range(45, 61)])
def test_a_code_of_another_length_is_no_entered_code(digits: int) -> None:
    message = refusal(pairing.InstallCodeEntered, {**ENTERED, "digits": digits})
    assert rule_broken(pairing.InstallCodeEntered, message) == "BR01"


@pytest.mark.rule("BR03")
@pytest.mark.parametrize("field", ["code", "install_code", "link_key"])
def test_an_event_with_a_field_for_a_code_is_refused(field: str) -> None:
    secret = "0623330704552160575854588"
    message = refusal(pairing.InstallCodeEntered, {**ENTERED, field: secret})
    assert secret not in message


@pytest.mark.rule("BR15")
def test_a_fifth_high_bandwidth_link_is_refused() -> None:
    fact = bands.HighBandwidthLinkOpened
    message = refusal(fact, {**LINK, "links_in_use": 5})
    assert rule_broken(fact, message) == "BR15"
    assert msgspec.convert(LINK, fact).links_in_use == 4


@pytest.mark.rule("BR17")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("normal_limited_percent", 0.4),
        ("normal_limited_percent", 2.1),
        ("limited_critical_percent", 1.5),
        ("limited_critical_percent", 2.5),
        ("channel_changes_per_week_max", 0),
        ("channel_changes_per_week_max", 8),
        ("gsme_curfew", 1),
        ("channel_quieter_threshold", 0),
        ("channel_quieter_threshold", 256),
        ("channel_noisier_threshold", 21),
        ("non_gsme_poor_comms_percent", 0.99),
        ("non_gsme_poor_comms_periods", 49),
        ("non_gsme_poor_comms_periods", 151),
        ("local_noise_period", 60),
        ("local_failure_percent", 100.5),
        ("local_retry_percent", 0),
    ],
)
def test_settings_outside_their_ranges_are_refused_by_the_log_too(field: str, value: float) -> None:
    fact = sub_ghz.SubGhzConfigurationChanged
    assert msgspec.convert(SETTINGS, fact).gsme_curfew == 7
    assert rule_broken(fact, refusal(fact, {**SETTINGS, field: value})) == "BR17"


@pytest.mark.rule("BR17")
def test_crossed_thresholds_are_refused_by_the_log_too() -> None:
    crossed = {"normal_limited_percent": 2.0, "limited_critical_percent": 1.6}
    assert "BR17" in refusal(sub_ghz.SubGhzConfigurationChanged, {**SETTINGS, **crossed})


@pytest.mark.rule("BR18")
@pytest.mark.parametrize("minutes", [0, 256])
def test_a_suspension_of_another_length_is_refused(minutes: int) -> None:
    fact = sub_ghz.DutyCycleStateChanged
    assert rule_broken(fact, refusal(fact, {**DUTY, "suspend_minutes": minutes})) == "BR18"


@pytest.mark.rule("BR20")
@pytest.mark.parametrize("window", [0, 3601, -1])
def test_a_join_window_of_another_length_is_refused(window: int) -> None:
    fact = pairing.PairingModeOpened
    assert rule_broken(fact, refusal(fact, {**OPENED, "window_s": window})) == "BR20"


@pytest.mark.rule("BR29")
@pytest.mark.parametrize("length", [31, 33])
def test_a_hash_of_another_length_is_refused(length: int) -> None:
    fact = firmware.FirmwareActivationRequested
    assert rule_broken(fact, refusal(fact, {**ACTIVATION, "image_hash": "ab" * length})) == "BR29"
