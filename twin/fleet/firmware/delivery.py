"""Service request 11.1: lists, delivery to the hub, transfer to the device, verification."""

from typing import Final

from twin.events.firmware import (
    FirmwareDeliveredToHub,
    FirmwareDeliveryFailed,
    FirmwareTransferred,
    FirmwareUpdateRequested,
    FirmwareUpdateWarned,
    FirmwareVerificationFailed,
    FirmwareVerified,
)
from twin.fleet.firmware.answering import Answering, Asked
from twin.fleet.numbers.shapes import spread
from twin.fleet.population.image_hashes import image_hash
from twin.fleet.population.products_list import is_current
from twin.rules.firmware import Recipient, warning_for
from twin.vocabulary import DeviceStatus, DeviceType, TransferOutcome, WarningList

_COMMISSIONING: Final = 5 * 60


class Delivery:
    """Steps by which an image reaches a device and is checked there."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._rows = answering.rows

    def requested(self, second: int, asked: Asked) -> None:
        """The DCC sends the image, or puts the device on one of its five lists (BR28)."""
        answering, request = self._answering, asked.request
        warning = self._warning(second, asked)
        if warning is not None:
            answering.dsp_says(second, asked, asked.fact(FirmwareUpdateWarned, warning))
            return
        asked.live.updating[request.device_id] = second + self._lapse(asked)
        requested = asked.fact(FirmwareUpdateRequested, request.request_id, request.target_version)
        answering.dsp_says(second, asked, requested)
        if answering.is_silent(asked.device):
            return
        after = answering.after(asked, "delivery", answering.rules.delivery_delay)
        lost = answering.luck(asked, "firmware.undelivered") < answering.rules.undelivered_share
        if not lost:
            answering.at(second + after, asked, self._delivered)
        elif answering.luck(asked, "delivery.told") < self._rows.delivery_failure_told_share:
            answering.at(second + after, asked, self._undelivered)

    def _lapse(self, asked: Asked) -> int:
        """Seconds after which an update that nobody hears of is no longer under way."""
        luck = self._answering.luck(asked, "update.lapses")
        rows = self._rows
        days = spread(luck, median=rows.update_lapses_after, sigma=rows.update_lapses_spread)
        return int(days * 86_400)

    def _warning(self, second: int, asked: Asked) -> WarningList | None:
        """The list that a device is put on: by what is so, or by what the inventory says."""
        known = self._true_warning(second, asked)
        if known is not None:
            return known
        if self._answering.luck(asked, "update.warned") >= self._rows.warned_share:
            return None
        luck = self._answering.luck(asked, "update.list")
        return WarningList(self._rows.warning_list_share.pick(luck))

    def _true_warning(self, second: int, asked: Asked) -> WarningList | None:
        live, request, world = asked.live, asked.request, self._answering.world
        commissioned = second >= live.plan.installed_at + _COMMISSIONING
        recipient = Recipient(
            known=asked.is_there,
            status=DeviceStatus.COMMISSIONED if commissioned else DeviceStatus.PENDING,
            applicable=is_current(
                catalogue=world.catalogue,
                removal=world.removal,
                model=asked.fit.model,
                version=request.target_version,
                second=second,
            ),
            request_in_progress=live.updating.get(request.device_id, second) > second,
        )
        return warning_for(recipient=recipient)

    def _undelivered(self, second: int, asked: Asked) -> None:
        if asked.is_there:
            asked.live.updating.pop(asked.request.device_id, None)
            self._answering.dsp_says(second, asked, asked.fact(FirmwareDeliveryFailed))

    def _delivered(self, second: int, asked: Asked) -> None:
        """The image is at the hub (N60); what follows ends in one of three ways, or in silence."""
        if not asked.is_there:
            return
        answering, kind = self._answering, asked.request.device_type
        answering.dsp_says(second, asked, asked.fact(FirmwareDeliveredToHub))
        after = answering.after(asked, "verification", answering.rules.verification_delay)
        at = answering.awake(second + after, asked)
        over_the_air = kind is not DeviceType.CHF
        if answering.luck(asked, "firmware.unverified") >= answering.rules.unverified_share.of(
            kind
        ):
            answering.at(at, asked, self._transferred if over_the_air else self._verified)
        elif over_the_air and self._told(asked, "transfer", self._rows.transfer_failure_told_share):
            answering.at(at, asked, self._not_transferred)
        elif self._told(asked, "verification", self._rows.verification_failure_told_share):
            answering.at(at, asked, self._not_verified)

    def _told(self, asked: Asked, name: str, share: float) -> bool:
        return self._answering.luck(asked, f"{name}.told") < share

    def _transferred(self, second: int, asked: Asked) -> None:
        """The hub has passed the image on (0x8F8A); the device checks the hash."""
        if not asked.is_there:
            return
        answering = self._answering
        fact = asked.fact(FirmwareTransferred, TransferOutcome.SUCCESS)
        answering.hub_says(second, asked, fact)
        luck = answering.luck(asked, "verification.after-transfer")
        after = 1 + int(luck * self._rows.verified_after_transfer)
        answering.at(second + after, asked, self._verified)

    def _not_transferred(self, second: int, asked: Asked) -> None:
        """The transfer ended with code 1, 2 or 3 (0x8F89)."""
        luck = self._answering.luck(asked, "transfer.fault")
        outcome = TransferOutcome(self._rows.transfer_fault_share.pick(luck))
        asked.live.updating.pop(asked.request.device_id, None)
        self._answering.hub_says(second, asked, asked.fact(FirmwareTransferred, outcome))

    def _verified(self, second: int, asked: Asked) -> None:
        """The device holds the image beside the one it runs; a newer one replaces it (BR32)."""
        if not asked.is_there:
            return
        request, catalogue = asked.request, self._answering.world.catalogue
        asked.live.updating.pop(request.device_id, None)
        asked.live.held[request.device_id] = request.target_version
        digest = image_hash(
            catalogue=catalogue, model=asked.fit.model, version=request.target_version
        )
        fact = asked.fact(FirmwareVerified, request.target_version, digest)
        self._answering.device_says(second, asked, fact)

    def _not_verified(self, second: int, asked: Asked) -> None:
        """The hash is wrong: the device discards the image and holds none (0x8F1C, BR31)."""
        if not asked.is_there:
            return
        asked.live.updating.pop(asked.request.device_id, None)
        asked.live.held.pop(asked.request.device_id, None)
        self._answering.device_says(second, asked, asked.fact(FirmwareVerificationFailed))
