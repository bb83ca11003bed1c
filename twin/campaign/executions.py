"""The partition's side of a campaign: what an order makes due at one premises. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from msgspec import Struct

from twin.campaign.asking import request
from twin.campaign.attempts import (
    ANSWERED_WITHIN,
    ENDED,
    again_from,
    asks_to_update,
    conflict,
    ended,
    is_open_elsewhere,
    is_quarantined,
    may_retry,
    needs_none,
    unanswered,
)
from twin.campaign.enrolling import excluded, seated_anew, words
from twin.campaign.hubs import hub_ahead
from twin.campaign.membership import CapableVersion, Member, members, stratum_name
from twin.campaign.ordered import CampaignOrder as CampaignOrder
from twin.campaign.ordered import Mode as Mode
from twin.campaign.ordered import Order as Order
from twin.campaign.patience import age, is_silent, time_out
from twin.campaign.plan import Plan
from twin.campaign.targets import is_there
from twin.events.attempts import (
    FirmwareConfirmationTimedOut,
    FirmwareUpdateConflicted,
    FirmwareUpdateUnanswered,
)
from twin.events.firmware import DeviceEnrolled, DeviceExcluded, FirmwareUpdateTimedOut
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Device, Execution, is_pending
from twin.state.premises import Premises, active_device, standing
from twin.vocabulary import Exclusion, ExecutionState

Word: TypeAlias = (
    DeviceEnrolled
    | DeviceExcluded
    | FirmwareUpdateUnanswered
    | FirmwareUpdateTimedOut
    | FirmwareConfirmationTimedOut
    | FirmwareUpdateConflicted
)
"""What the twin itself says of a device in a campaign."""


def all_due(
    *, order: Order, premises: Premises, capable_version: CapableVersion
) -> Iterator[FieldRequest | Word]:
    """What an order makes due at a premises, campaign by campaign as the order has them.

    A device that one campaign asks to update is asked by none behind it on the same tick: the
    DCC would answer the second with a list, and its attempt would be spent.
    """
    updating: set[str] = set()
    under_way = tuple(campaign.plan for campaign in order.campaigns if campaign.under_way)
    for campaign in order.campaigns:
        found = due(
            order=campaign,
            now=order.now,
            premises=premises,
            capable_version=capable_version,
            under_way=under_way,
        )
        free = [one for one in found if one.device_id not in updating or not asks_to_update(one)]
        yield from free
        updating |= {action.device_id for action in found if asks_to_update(action)}


def due(
    *,
    order: CampaignOrder,
    now: datetime,
    premises: Premises,
    capable_version: CapableVersion,
    under_way: tuple[Plan, ...] = (),
) -> tuple[FieldRequest | Word, ...]:
    """The requests and words that are due at a premises, the same for the same arguments.

    Executions in flight are followed whatever the campaign's state; new ones, and new attempts,
    only where it is releasing. `under_way` are the plans for whose hubs meters may have to wait.
    """
    if order.mode == "rest":
        return ()
    found = _Due(
        order,
        now,
        premises,
        capable_version,
        under_way,
        members(plan=order.plan, premises=premises),
    )
    return (*found.words(), *found.newcomers(), *found.follow_ups())


class _Due(Struct, frozen=True):
    order: CampaignOrder
    now: datetime
    premises: Premises
    capable_version: CapableVersion
    under_way: tuple[Plan, ...]
    members: list[Member]

    def words(self) -> Iterator[Word]:
        if self.order.mode == "seat":
            plan, cuts = self.order.plan, self.order.cuts
            yield from seated_anew(plan=plan, premises=self.premises, cuts=cuts)
        if self.order.mode == "enrol" or self.order.excluded_models:
            yield from words(
                plan=self.order.plan,
                premises=self.premises,
                capable_version=self.capable_version,
                excluded_models=self.order.excluded_models,
                enrolling=self.order.mode == "enrol",
            )

    def newcomers(self) -> Iterator[FieldRequest | Word]:
        if self.order.mode != "release":
            return
        for member in self.members:
            if not self._is_released(member):
                continue
            if self._is_quarantined(member.device):
                yield excluded(self.order.plan, member.device, Exclusion.QUARANTINED)
            else:
                late = self.order.had_reached(**_place(member))
                yield from self._update(member.device, attempt=1, late=late)

    def _update(
        self, device: Device, *, attempt: int, late: bool
    ) -> Iterator[FieldRequest | FirmwareUpdateUnanswered]:
        """The request, and where it should have been answered by now, the word that it is not.

        A request that went out late (its premises was parked, say) goes out with that word: all
        that follows is that its time begins with it.
        """
        request = self._request(device, RequestKind.UPDATE, attempt=attempt)
        yield request
        if late:
            yield unanswered(request)

    def _is_released(self, member: Member) -> bool:
        device, plan = member.device, self.order.plan
        return (
            plan.campaign_id not in device.executions
            and self.order.reaches(**_place(member))
            and device.model not in self.order.excluded_models
            and active_device(self.premises, device_type=plan.device_type) is device
            and not is_there(plan=plan, device=device, target=member.enrolment.target_version)
            and not self._is_taken(device)
            and not self._waits_for_its_hub()
        )

    def _waits_for_its_hub(self) -> bool:
        if not self.order.plan.hubs_first:
            return False
        return hub_ahead(premises=self.premises, under_way=self.under_way) is not None

    def _is_quarantined(self, device: Device) -> bool:
        return is_quarantined(self.order.plan, self.premises, device, at=self.now)

    def _is_taken(self, device: Device) -> bool:
        return is_open_elsewhere(plan=self.order.plan, device=device, now=self.now)

    def follow_ups(self) -> Iterator[FieldRequest | Word]:
        for member in self.members:
            execution = member.device.executions.get(self.order.plan.campaign_id)
            if execution is None:
                continue
            match standing(member.device, execution):
                case state if state in ENDED:
                    continue
                case ExecutionState.FAILED | ExecutionState.TIMED_OUT:
                    yield from self._retry(member.device, execution)
                case state:
                    yield from self._under_way(member.device, execution, state)

    def _under_way(
        self, device: Device, execution: Execution, state: ExecutionState
    ) -> Iterator[FieldRequest | Word]:
        capable = self.capable_version
        action: FieldRequest | Word | None = conflict(
            plan=self.order.plan, device=device, execution=execution, capable_version=capable
        )
        if action is None:
            asks = self._unread if state is ExecutionState.ACTIVATED else self._in_flight
            action = asks(device, execution, state)
        if action is not None:
            yield action

    def _in_flight(
        self, device: Device, execution: Execution, state: ExecutionState
    ) -> FieldRequest | Word | None:
        if state is ExecutionState.VERIFIED and self.order.mode == "recall":
            return None  # the image is there, and is never activated: that is the recall
        if self._can_be_recalled(device, state):
            return self._request(device, RequestKind.CANCEL, attempt=execution.attempt)
        plan, now = self.order.plan, self.now
        cause = time_out(plan=plan, execution=execution, state=state, now=now)
        if cause is not None:
            return ended(partial(FirmwareUpdateTimedOut, cause=cause), device, execution)
        if state is ExecutionState.VERIFIED:
            return self._ask(device, execution, RequestKind.ACTIVATE)
        if is_silent(plan=plan, execution=execution, state=state, now=now):
            return self._ask(device, execution, RequestKind.READ)
        return None

    def _unread(
        self, device: Device, execution: Execution, _: ExecutionState
    ) -> FieldRequest | Word | None:
        """Read a device that told of its activation, until its time is over."""
        plan, waited = self.order.plan, self.now - execution.reached_at
        if waited < timedelta(days=plan.policy.confirm_days or plan.policy.follow_up_days):
            return self._ask(device, execution, RequestKind.READ)
        # Nobody waits for one that was exchanged since, so of that nothing is said.
        is_active = active_device(self.premises, device_type=plan.device_type) is device
        return ended(FirmwareConfirmationTimedOut, device, execution) if is_active else None

    def _can_be_recalled(self, device: Device, state: ExecutionState) -> bool:
        """Whether the activation that was asked for is still to come, and is called back (BR33)."""
        recalls = self.order.mode == "recall" and state is ExecutionState.ACTIVATION_REQUESTED
        return recalls and is_pending(device=device, at=self.now)

    def _retry(
        self, device: Device, execution: Execution
    ) -> Iterator[FieldRequest | FirmwareUpdateUnanswered]:
        plan = self.order.plan
        if (
            self.order.mode != "release"
            or device.model in self.order.excluded_models
            or not may_retry(plan=plan, premises=self.premises, device=device)
            or needs_none(plan=plan, device=device)
            or self._is_taken(device)
            or self._is_quarantined(device)
        ):
            return
        again = again_from(plan=plan, device=device, execution=execution)
        if self.now < again:
            return
        asked = max(again, self.order.since or self.now)
        late = self.now - asked >= ANSWERED_WITHIN
        yield from self._update(device, attempt=execution.attempt + 1, late=late)

    def _ask(self, device: Device, execution: Execution, kind: RequestKind) -> FieldRequest:
        # A second read on another day is a new question; everything else is asked once.
        waited = age(plan=self.order.plan, execution=execution, now=self.now)
        step = f"{kind}@{waited.days}" if kind is RequestKind.READ else None
        return self._request(device, kind, attempt=execution.attempt, step=step)

    def _request(
        self, device: Device, kind: RequestKind, *, attempt: int, step: str | None = None
    ) -> FieldRequest:
        return request(
            plan=self.order.plan,
            premises_id=self.premises.premises_id,
            device=device,
            kind=kind,
            attempt=attempt,
            now=self.now,
            step=step,
        )


def _place(member: Member) -> dict[str, Any]:
    """Where a member stands in the order of release."""
    wave, place = member.enrolment.wave, member.enrolment.place
    assert wave is not None  # a member has a seat
    return {"wave": wave, "place": place, "stratum": stratum_name(member)}
