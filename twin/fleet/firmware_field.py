"""How devices answer service requests 11.1, 11.2 and 11.3: late, wrongly, or not at all.

The device's truth is `running` and `held`; what the requester learns of it is only what is said.
"""

from twin.events.firmware import (
    FirmwareActivated,
    FirmwareActivationFailed,
    FirmwareActivationRequested,
    FirmwareDeliveredToHub,
    FirmwareUpdateRequested,
    FirmwareVerified,
    FirmwareVersionRead,
)
from twin.events.requests import FieldRequest, RequestKind
from twin.fleet.population import FirmwareFit, PlannedDevice
from twin.fleet.shapes import ByKey, spread, waiting
from twin.fleet.world import Cause, LivePremises, World
from twin.vocabulary import ActivationOutcome


class FirmwareField:
    """Steps of the agenda by which requests reach devices and devices answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules = world.rules

    def take(self, *, now: int, request: FieldRequest) -> None:
        """A request reaches the field; one for an unknown device raises ValueError."""
        live = self._world.live.get(request.premises_id)
        if live is None:
            raise ValueError(f"a request for {request.premises_id}, which the field does not know")
        device = _device_of(live, request)
        steps = {
            RequestKind.UPDATE: self._requested,
            RequestKind.ACTIVATE: self._activation_requested,
            RequestKind.READ: self._read_requested,
        }
        longest = self._rules.request_acceptance_longest
        accepted = now + 1 + int(self._world.chance(request.request_id, "accepted") * longest)
        step = steps[request.kind]
        self._world.agenda.at(accepted, live.premises_id, step, live, device, request)

    def is_silent(self, device: PlannedDevice) -> bool:
        """Whether nothing is ever heard of a device after a request."""
        luck = self._world.chance(device.device_id, "firmware.silent")
        return luck < self._rules.silent_device_share

    def _requested(
        self, second: int, live: LivePremises, device: PlannedDevice, request: FieldRequest
    ) -> None:
        fact = FirmwareUpdateRequested(
            request.device_id,
            request.device_type,
            request.campaign_id,
            request.wave,
            request.attempt,
            request.request_id,
            request.target_version,
        )
        self._world.dsp_says(second, live, fact, _cause(request))
        lost = self._luck(request, "firmware.undelivered") < self._rules.undelivered_share
        if not lost and not self.is_silent(device):
            after = self._after(request, "delivery", self._rules.delivery_delay)
            self._world.agenda.at(
                second + after, live.premises_id, self._delivered, live, device, request
            )

    def _delivered(
        self, second: int, live: LivePremises, device: PlannedDevice, request: FieldRequest
    ) -> None:
        fact = FirmwareDeliveredToHub(
            request.device_id,
            request.device_type,
            request.campaign_id,
            request.wave,
            request.attempt,
        )
        self._world.dsp_says(second, live, fact, _cause(request))
        share = self._rules.unverified_share.of(request.device_type)
        lost = self._luck(request, "firmware.unverified") < share
        # An image that is not of this model fails its check on the way and nothing is told.
        versions = self._world.catalogue.versions(_fit(device).model)
        if not lost and request.target_version in versions:
            after = self._after(request, "verification", self._rules.verification_delay)
            self._world.agenda.at(
                second + after, live.premises_id, self._verified, live, device, request
            )

    def _verified(
        self, second: int, live: LivePremises, device: PlannedDevice, request: FieldRequest
    ) -> None:
        live.held[device.device_id] = request.target_version
        fact = FirmwareVerified(
            request.device_id,
            request.device_type,
            request.campaign_id,
            request.wave,
            request.attempt,
            request.target_version,
        )
        self._world.device_says(second, live, device, fact, _cause(request))

    def _activation_requested(
        self, second: int, live: LivePremises, device: PlannedDevice, request: FieldRequest
    ) -> None:
        fact = FirmwareActivationRequested(
            request.device_id,
            request.device_type,
            request.campaign_id,
            request.wave,
            request.attempt,
            request.request_id,
        )
        self._world.dsp_says(second, live, fact, _cause(request))
        share = self._rules.activation_unanswered_share
        lost = self._luck(request, "activation.unanswered") < share
        if not lost and not self.is_silent(device):
            after = self._after(request, "activation", self._rules.activation_delay)
            self._world.agenda.at(
                second + after, live.premises_id, self._activated, live, device, request
            )

    def _activated(
        self, second: int, live: LivePremises, device: PlannedDevice, request: FieldRequest
    ) -> None:
        outcome = self._failure(live, request)
        if outcome is not None:
            self._failed(second, live, device, request, outcome)
            return
        live.running[device.device_id] = live.held.pop(device.device_id)
        lost = self._luck(request, "activation.response-lost") < self._rules.response_lost_share
        fact = FirmwareActivated(
            request.device_id,
            request.device_type,
            request.campaign_id,
            request.wave,
            request.attempt,
            live.running[device.device_id],
            self._world.runs_capable(live, device),
            lost,
        )
        self._world.device_says(second, live, device, fact, _cause(request))

    def _failure(self, live: LivePremises, request: FieldRequest) -> ActivationOutcome | None:
        """Why the image held cannot be activated, or None (outcome codes 1 to 3 of CS06)."""
        held = live.held.get(request.device_id)
        if held is None:
            return ActivationOutcome.NO_IMAGE_HELD
        if held != request.target_version:
            return ActivationOutcome.HASH_MISMATCH
        share = self._rules.activation_failed_share.of(request.device_type)
        if self._luck(request, "activation.failed") >= share:
            return None
        luck = self._luck(request, "activation.outcome")
        return ActivationOutcome(self._rules.activation_outcome_share.pick(luck))

    def _failed(
        self,
        second: int,
        live: LivePremises,
        device: PlannedDevice,
        request: FieldRequest,
        outcome: ActivationOutcome,
    ) -> None:
        """The device stays on what it runs; an image it does not hold or trust is gone."""
        if outcome is not ActivationOutcome.ACTIVATION_FAILURE:
            live.held.pop(device.device_id, None)
        fact = FirmwareActivationFailed(
            request.device_id,
            request.device_type,
            request.campaign_id,
            request.wave,
            request.attempt,
            outcome,
            live.running[device.device_id],
        )
        self._world.device_says(second, live, device, fact, _cause(request))

    def _read_requested(
        self, second: int, live: LivePremises, device: PlannedDevice, request: FieldRequest
    ) -> None:
        luck = self._world.chance(request.request_id, "read.unanswered")
        if luck < self._rules.read_unanswered_share or self.is_silent(device):
            return
        wait = self._world.chance(request.request_id, "read.delay")
        after = 1 + int(waiting(wait, mean=self._rules.read_delay) * 3600)
        self._world.agenda.at(second + after, live.premises_id, self._read, live, device, request)

    def _read(
        self, second: int, live: LivePremises, device: PlannedDevice, request: FieldRequest
    ) -> None:
        fact = FirmwareVersionRead(
            request.device_id,
            request.device_type,
            live.running[device.device_id],
            self._world.runs_capable(live, device),
            request.request_id,
        )
        self._world.dsp_says(second, live, fact, _cause(request))

    def _luck(self, request: FieldRequest, purpose: str) -> float:
        """By device and attempt, so that a second attempt may succeed where the first failed."""
        return self._world.chance(request.device_id, purpose, request.attempt)

    def _after(self, request: FieldRequest, name: str, medians: ByKey) -> int:
        """Seconds until the next step, by the row `<name>_delay` and its spread."""
        hours = spread(
            self._luck(request, f"{name}.delay"),
            median=medians.of(request.device_type),
            sigma=getattr(self._rules, f"{name}_spread"),
        )
        return 1 + int(hours * 3600)


def _cause(request: FieldRequest) -> Cause:
    return Cause(f"campaign:{request.campaign_id}", request.request_id)


def _device_of(live: LivePremises, request: FieldRequest) -> PlannedDevice:
    for device in live.plan.devices:
        if device.device_id == request.device_id and device.fit is not None:
            if device.device_type != request.device_type:
                raise ValueError(f"{request.device_id} is no {request.device_type}")
            return device
    raise ValueError(f"a request for {request.device_id}, which holds no firmware to update")


def _fit(device: PlannedDevice) -> FirmwareFit:
    if device.fit is None:
        raise AssertionError(f"{device.device_id} holds no firmware")
    return device.fit
