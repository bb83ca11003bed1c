"""Firmware: requests, images, activation and its time (fact sheet 3.1, vector 5)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.answers import rule_of
from tests.rules.sources import table
from tests.state.histories import LAWS
from twin.rules.firmware import (
    DEVICES_MAX,
    IMAGE_BYTES_MAX,
    Images,
    Recipient,
    activate_image,
    check_actioned,
    check_activation,
    check_activation_addressees,
    check_cancellation,
    check_execution_time,
    check_hash,
    check_receipts,
    check_update_request,
    discard_image,
    is_verified,
    outcome_code,
    take_image,
    warning_for,
)
from twin.rules.refusal import GRANTED, Refusal
from twin.vocabulary import ActivationOutcome, DeviceStatus, WarningList

NOON = datetime(2018, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HASHES = [digit * 64 for digit in "abcd"]
ONE, TWO = HASHES[:2]


@pytest.mark.peer_fault("PF-ours-15")
@pytest.mark.rule("BR28")
@pytest.mark.parametrize(
    ("devices", "legal"), [(0, False), (1, True), (DEVICES_MAX, True), (DEVICES_MAX + 1, False)]
)
def test_a_request_names_up_to_50_000_devices(devices: int, legal: bool) -> None:
    assert DEVICES_MAX == 50_000
    answer = check_update_request(
        device_ids=[str(n) for n in range(devices)], image_bytes=500_000, version="0001000A"
    )
    assert rule_of(answer) == (None if legal else "BR28")


@pytest.mark.peer_fault("PF-tuf-07")
@pytest.mark.rule("BR28")
@pytest.mark.parametrize(
    ("image_bytes", "version", "legal"),
    [
        (IMAGE_BYTES_MAX, "00010002", True),
        (IMAGE_BYTES_MAX + 1, "00010002", False),
        (0, "00010002", False),
        (1, "1", True),
        (1, "", False),
        (1, "000100020", False),
    ],
)
def test_limits_of_image_and_version(image_bytes: int, version: str, legal: bool) -> None:
    assert IMAGE_BYTES_MAX == 10_240_000
    answer = check_update_request(device_ids=["A"], image_bytes=image_bytes, version=version)
    assert rule_of(answer) == (None if legal else "BR28")


@pytest.mark.rule("BR28")
def test_a_device_is_named_once() -> None:
    answer = check_update_request(device_ids=["A", "B", "A"], image_bytes=1, version="1")
    assert rule_of(answer) == "BR28"


@pytest.mark.rule("BR28")
@pytest.mark.parametrize(
    ("recipient", "warning"),
    [
        (Recipient(), None),
        (Recipient(known=False), WarningList.INVALID_DEVICE_ID),
        (Recipient(applicable=False), WarningList.NOT_APPLICABLE_FIRMWARE),
        (Recipient(request_in_progress=True), WarningList.OTHER_REQUEST_IN_PROGRESS),
        (Recipient(gbcs_supported=False), WarningList.INVALID_GBCS_VERSION),
        (Recipient(known=False, gbcs_supported=False), WarningList.INVALID_DEVICE_ID),
    ],
)
def test_devices_that_are_not_reached_are_on_one_list(
    recipient: Recipient, warning: WarningList | None
) -> None:
    assert warning_for(recipient=recipient) is warning


@pytest.mark.rule("BR28")
@pytest.mark.parametrize("status", DeviceStatus)
def test_only_commissioned_devices_are_reached(status: DeviceStatus) -> None:
    warning = warning_for(recipient=Recipient(status=status))
    commissioned = status is DeviceStatus.COMMISSIONED
    assert warning is (None if commissioned else WarningList.NOT_COMMISSIONED)


@pytest.mark.peer_fault("PF-tuf-07")
@pytest.mark.rule("BR29")
@pytest.mark.parametrize(("length", "legal"), [(31, False), (32, True), (33, False), (0, False)])
def test_a_hash_has_32_bytes(length: int, legal: bool) -> None:
    assert rule_of(check_hash(image_hash="ab" * length)) == (None if legal else "BR29")
    assert rule_of(check_hash(image_hash="zz" * length)) == "BR29"


@pytest.mark.peer_fault("PF-tuf-07")
@pytest.mark.rule("BR29", "BR31")
def test_activation_outcomes_are_those_of_the_fact_table() -> None:
    found = [
        check_activation(held_hash=ONE, asked_hash=ONE.upper()),
        check_activation(held_hash=None, asked_hash=ONE),
        check_activation(held_hash=TWO, asked_hash=ONE),
        check_activation(held_hash=ONE, asked_hash=ONE, starts=False),
    ]
    assert not any(isinstance(outcome, Refusal) for outcome in found)
    codes = [outcome_code(outcome=o) for o in found if not isinstance(o, Refusal)]
    assert codes == [0, 1, 2, 3]
    rows = table("firmware_activation_outcomes.csv")
    assert [int(row["code"]) for row in rows] == codes
    names = [row["name"].lower() for row in rows[1:]]
    assert names == [outcome.value.replace("_", "") for outcome in ActivationOutcome]


@pytest.mark.rule("BR29")
def test_a_wrong_hash_in_a_request_and_two_devices_are_refused() -> None:
    assert rule_of(check_activation(held_hash=ONE, asked_hash=ONE[2:])) == "BR29"
    assert check_activation_addressees(device_ids=["A"]) == GRANTED
    for device_ids in ([], ["A", "B"]):
        assert rule_of(check_activation_addressees(device_ids=device_ids)) == "BR29"


@pytest.mark.rule("BR29", "BR30", "BR31", "BR32")
@LAWS
@given(st.lists(st.tuples(st.sampled_from(["take", "fail", "activate"]), st.sampled_from(HASHES))))
def test_laws_of_images(steps: list[tuple[str, str]]) -> None:
    """Only an activation of the very image that was verified last changes what runs."""
    images = Images("0" * 64)
    last: str | None = None
    for step, image_hash in steps:
        before = images
        if step == "take":
            images, last = take_image(images=images, arrived=image_hash), image_hash
            assert images.running == before.running
        elif step == "fail":
            images, last = discard_image(images=images), None
            assert images.running == before.running
        else:
            found = activate_image(images=images, asked_hash=image_hash)
            assert isinstance(found, Images) is (last == image_hash)
            if isinstance(found, Images):
                images, last = found, None
                assert images.running == image_hash
        assert images.held == last


@pytest.mark.rule("BR31")
def test_one_receipt_follows_a_transfer() -> None:
    assert is_verified(expected_hash=ONE, found_hash=ONE.upper())
    assert not is_verified(expected_hash=ONE, found_hash=TWO)
    for verified in range(3):
        for failed in range(3):
            answer = check_receipts(verified=verified, failed=failed)
            assert rule_of(answer) == (None if verified + failed == 1 else "BR31")


@pytest.mark.rule("BR33")
def test_future_dating_and_cancelling() -> None:
    assert check_execution_time(accepted_at=NOON, execute_at=NOON + MINUTE) == GRANTED
    assert rule_of(check_execution_time(accepted_at=NOON, execute_at=NOON)) == "BR33"
    assert check_cancellation(cancelled_at=NOON, execute_at=NOON + MINUTE) == GRANTED
    for execute_at in (None, NOON, NOON - MINUTE):
        assert rule_of(check_cancellation(cancelled_at=NOON, execute_at=execute_at)) == "BR33"


@pytest.mark.rule("BR33")
@LAWS
@given(st.integers(-5, 5), st.integers(0, 2))
def test_one_alert_at_or_after_the_time(minutes: int, before: int) -> None:
    answer = check_actioned(
        actioned_at=NOON + minutes * MINUTE, execute_at=NOON, alerts_before=before
    )
    assert rule_of(answer) == (None if minutes >= 0 and not before else "BR33")
