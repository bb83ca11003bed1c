"""Firmware: outcomes of its steps, and how far a device has come."""

from enum import StrEnum


class ActivationOutcome(StrEnum):
    """Failures of Activate Firmware (GBCS CS06 outcome codes 1 to 3)."""

    NO_IMAGE_HELD = "no_image_held"
    HASH_MISMATCH = "hash_mismatch"
    ACTIVATION_FAILURE = "activation_failure"


class ExecutionState(StrEnum):
    """States of one device in one campaign, in the words of the rollout specification."""

    REQUESTED = "REQUESTED"
    AT_HUB = "AT_HUB"
    VERIFIED = "VERIFIED"
    ACTIVATION_REQUESTED = "ACTIVATION_REQUESTED"
    ACTIVATED_UNCONFIRMED = "ACTIVATED_UNCONFIRMED"
    ACTIVATED = "ACTIVATED"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CONFIRMATION_TIMED_OUT = "CONFIRMATION_TIMED_OUT"
    CANCELLED = "CANCELLED"


class TransferOutcome(StrEnum):
    """How the transfer from hub to device ended: codes 0 to 3 of CCS08 (0x8F8A, 0x8F89)."""

    SUCCESS = "success"
    IMAGE_DISCARDED = "image_discarded"
    HARDWARE_VERSION_MISMATCH = "hardware_version_mismatch"
    FILE_TRANSFER_FAILURE = "file_transfer_failure"


class WarningList(StrEnum):
    """The five lists of devices that an Update Firmware request does not reach (DUIS)."""

    INVALID_DEVICE_ID = "invalid_device_id"
    NOT_COMMISSIONED = "not_commissioned"
    NOT_APPLICABLE_FIRMWARE = "not_applicable_firmware"
    OTHER_REQUEST_IN_PROGRESS = "other_request_in_progress"
    INVALID_GBCS_VERSION = "invalid_gbcs_version"


class FailureCause(StrEnum):
    """Why an attempt came to nothing: the five lists, N61, the codes of CCS08, 0x8F1C, the outcomes
    of CS06, what a device tells midway, and the step whose time was over."""

    INVALID_DEVICE_ID = "invalid_device_id"
    NOT_COMMISSIONED = "not_commissioned"
    NOT_APPLICABLE_FIRMWARE = "not_applicable_firmware"
    OTHER_REQUEST_IN_PROGRESS = "other_request_in_progress"
    INVALID_GBCS_VERSION = "invalid_gbcs_version"
    NOT_DELIVERED = "not_delivered"
    IMAGE_DISCARDED = "image_discarded"
    HARDWARE_VERSION_MISMATCH = "hardware_version_mismatch"
    FILE_TRANSFER_FAILURE = "file_transfer_failure"
    VERIFICATION_FAILED = "verification_failed"
    NO_IMAGE_HELD = "no_image_held"
    HASH_MISMATCH = "hash_mismatch"
    ACTIVATION_FAILURE = "activation_failure"
    ACTIVATION_CANCELLED = "activation_cancelled"
    THIRD_VERSION = "third_version"
    OTHER_MODEL = "other_model"
    FELL_BACK = "fell_back"
    DELIVERY_TIMED_OUT = "delivery_timed_out"
    TRANSFER_TIMED_OUT = "transfer_timed_out"
    ACTIVATION_TIMED_OUT = "activation_timed_out"
    CONFIRMATION_TIMED_OUT = "confirmation_timed_out"
