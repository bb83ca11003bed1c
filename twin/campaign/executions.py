"""The partition's side of a campaign: what an order makes due at one premises. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from msgspec import Struct

from twin.campaign.dated import execute_at, silent_since
from twin.campaign.enrolling import seated_anew, words
from twin.campaign.membership import CapableVersion, Member, members, stratum_name
from twin.campaign.ordered import CampaignOrder as CampaignOrder
from twin.campaign.ordered import Mode as Mode
from twin.campaign.ordered import Order as Order
from twin.campaign.plan import Plan
from twin.campaign.targets import is_there
from twin.campaign.windows import next_opening
from twin.events.firmware import DeviceEnrolled, DeviceExcluded, FirmwareUpdateTimedOut
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import request_id
from twin.rules.waking import asleep_for
from twin.state.devices import Device, Execution, is_pending
from twin.state.premises import Premises, active_device, standing
from twin.vocabulary import ExecutionState

ACTIVATING: Final = (ExecutionState.ACTIVATION_REQUESTED, ExecutionState.ACTIVATED_UNCONFIRMED)
"""States of a device that was told to activate and has not been heard of since."""
Word: TypeAlias = DeviceEnrolled | DeviceExcluded | FirmwareUpdateTimedOut
"""What the twin itself says of a device in a campaign."""
OPEN: tuple[ExecutionState, ...] = (
    ExecutionState.REQUESTED,
    ExecutionState.AT_HUB,
    ExecutionState.VERIFIED,
    ExecutionState.ACTIVATION_REQUESTED,
    ExecutionState.ACTIVATED_UNCONFIRMED,
    ExecutionState.ACTIVATED,
)
"""States of an execution that another campaign's request would get in the way of."""


def all_due(
    *, order: Order, premises: Premises, capable_version: CapableVersion
) -> Iterator[FieldRequest | Word]:
    """What an order makes due at a premises, campaign by campaign as the order has them.

    A device that one campaign asks to update is asked by none behind it on the same tick: the
    DCC would answer the second with a list, and its attempt would be spent.
    """
    updating: set[str] = set()
    for campaign in order.campaigns:
        found = due(
            order=campaign, now=order.now, premises=premises, capable_version=capable_version
        )
        for action in found:
            if isinstance(action, FieldRequest) and action.kind is RequestKind.UPDATE:
                if action.device_id in updating:
                    continue
                updating.add(action.device_id)
            yield action


def due(
    *,
    order: CampaignOrder,
    now: datetime,
    premises: Premises,
    capable_version: CapableVersion,
) -> tuple[FieldRequest | Word, ...]:
    """The requests and words that are due at a premises, the same for the same arguments.

    Executions in flight are followed whatever the campaign's state; new ones, and new attempts,
    only where it is releasing.
    """
    if order.mode == "rest":
        return ()
    found = _Due(order, now, premises, capable_version)
    return (*found.words(), *found.newcomers(), *found.follow_ups())


def may_retry(*, plan: Plan, premises: Premises, device: Device) -> bool:
    """Whether a failed or timed-out execution of a device has an attempt left.

    An exchanged device has none.
    """
    execution = device.executions[plan.campaign_id]
    active = active_device(premises, device_type=plan.device_type)
    return active is device and execution.attempt < plan.policy.attempts_max


def needs_none(*, plan: Plan, device: Device) -> bool:
    """Whether a device was read to run what a plan brings, by another campaign perhaps."""
    read = device.belief is not None and device.belief.evidence == "read"
    target = device.enrolments[plan.campaign_id].target_version
    return read and is_there(plan=plan, device=device, target=target)


def is_open_elsewhere(*, plan: Plan, device: Device, now: datetime) -> bool:
    """Whether another campaign is updating a device now, which the DCC would answer with a list.

    One that has not moved for a whole follow-up is in nobody's way: an image that is held so long
    is recalled, and a newer one takes its place (BR32); of a campaign that nobody runs there is
    nobody who would ever time it out.
    """
    still_since = now - timedelta(days=plan.policy.follow_up_days)
    return any(
        name != plan.campaign_id
        and standing(device, execution) in OPEN
        and (execution.reached_at > still_since or is_pending(device=device, at=now))
        for name, execution in device.executions.items()
    )


class _Due(Struct, frozen=True):
    order: CampaignOrder
    now: datetime
    premises: Premises
    capable_version: CapableVersion

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

    def newcomers(self) -> Iterator[FieldRequest]:
        if self.order.mode != "release":
            return
        for member in members(plan=self.order.plan, premises=self.premises):
            if self._is_released(member):
                yield self._request(member.device, RequestKind.UPDATE, attempt=1)

    def _is_released(self, member: Member) -> bool:
        device, enrolment = member
        plan = self.order.plan
        assert enrolment.wave is not None  # a member has a seat
        return (
            plan.campaign_id not in device.executions
            and self.order.reaches(
                wave=enrolment.wave, place=enrolment.place, stratum=stratum_name(member)
            )
            and device.model not in self.order.excluded_models
            and active_device(self.premises, device_type=plan.device_type) is device
            and not is_there(plan=plan, device=device, target=enrolment.target_version)
            and not self._is_taken(device)
        )

    def _is_taken(self, device: Device) -> bool:
        return is_open_elsewhere(plan=self.order.plan, device=device, now=self.now)

    def follow_ups(self) -> Iterator[FieldRequest | Word]:
        for member in members(plan=self.order.plan, premises=self.premises):
            execution = member.device.executions.get(self.order.plan.campaign_id)
            if execution is None:
                continue
            if (action := self._follow_up(member.device, execution)) is not None:
                yield action

    def _follow_up(self, device: Device, execution: Execution) -> FieldRequest | Word | None:
        match standing(device, execution):
            case ExecutionState.CONFIRMED | ExecutionState.CANCELLED:
                return None
            case ExecutionState.FAILED | ExecutionState.TIMED_OUT:
                return self._retry(device)
            case ExecutionState.ACTIVATED:
                # Never timed out: the state would stay, as it is further than a time-out (D11).
                return self._ask(device, execution, RequestKind.READ)
            case state:
                return self._in_flight(device, execution, state)

    def _in_flight(
        self, device: Device, execution: Execution, state: ExecutionState
    ) -> FieldRequest | Word | None:
        if state is ExecutionState.VERIFIED and self.order.mode == "recall":
            return None  # the image is there, and is never activated: that is the recall
        if self._can_be_recalled(device, state):
            return self._request(device, RequestKind.CANCEL, attempt=execution.attempt)
        if self._age(execution) >= timedelta(days=self.order.plan.policy.follow_up_days):
            return self._time_out(device, execution)
        if state is ExecutionState.VERIFIED:
            return self._ask(device, execution, RequestKind.ACTIVATE)
        if self._is_silent(state, execution):
            return self._ask(device, execution, RequestKind.READ)
        return None

    def _can_be_recalled(self, device: Device, state: ExecutionState) -> bool:
        """Whether the activation that was asked for is still to come, and is called back (BR33)."""
        recalls = self.order.mode == "recall" and state is ExecutionState.ACTIVATION_REQUESTED
        return recalls and is_pending(device=device, at=self.now)

    def _is_silent(self, state: ExecutionState, execution: Execution) -> bool:
        """Activation was asked for long ago and nothing was heard.

        Whether the device activated and its response was lost is truth that nobody sees, so both
        states are treated alike, and the age counts from the request, which both share (BR35).
        """
        read_after = timedelta(days=self.order.plan.policy.read_after_days)
        return state in ACTIVATING and self._age(execution) >= read_after

    def _age(self, execution: Execution) -> timedelta:
        """Since the request; where activation is dated, an attempt that waits for it is younger."""
        plan = self.order.plan
        if execution.state not in ACTIVATING:
            return self.now - execution.requested_at
        return self.now - silent_since(
            activation=plan.activation,
            windows=plan.windows,
            requested_at=execution.requested_at,
        )

    def _time_out(self, device: Device, execution: Execution) -> FirmwareUpdateTimedOut:
        return FirmwareUpdateTimedOut(
            device_id=device.device_id,
            device_type=device.device_type,
            campaign_id=execution.campaign_id,
            wave=execution.wave,
            attempt=execution.attempt,
        )

    def _retry(self, device: Device) -> FieldRequest | None:
        plan = self.order.plan
        if (
            self.order.mode != "release"
            or device.model in self.order.excluded_models
            or not may_retry(plan=plan, premises=self.premises, device=device)
            or needs_none(plan=plan, device=device)
            or self._is_taken(device)
        ):
            return None
        attempt = device.executions[plan.campaign_id].attempt + 1
        return self._request(device, RequestKind.UPDATE, attempt=attempt)

    def _ask(self, device: Device, execution: Execution, kind: RequestKind) -> FieldRequest:
        # A second read on another day is a new question; everything else is asked once.
        step = f"{kind}@{self._age(execution).days}" if kind is RequestKind.READ else None
        return self._request(device, kind, attempt=execution.attempt, step=step)

    def _asked_at(self, kind: RequestKind) -> datetime:
        """When a request goes out: what disturbs the premises waits for the next window."""
        plan = self.order.plan
        if kind in (RequestKind.READ, RequestKind.CANCEL) or self._execute_at(kind) is not None:
            return self.now
        asleep = asleep_for(device_type=plan.device_type)
        return next_opening(windows=plan.windows, at=self.now, lasting=asleep)

    def _execute_at(self, kind: RequestKind) -> datetime | None:
        if kind is not RequestKind.ACTIVATE:
            return None
        plan = self.order.plan
        return execute_at(activation=plan.activation, windows=plan.windows, asked_at=self.now)

    def _request(
        self, device: Device, kind: RequestKind, *, attempt: int, step: str | None = None
    ) -> FieldRequest:
        campaign_id = self.order.plan.campaign_id
        enrolment = device.enrolments[campaign_id]
        execution = device.executions.get(campaign_id)
        target = execution.target_version if execution is not None else None
        assert enrolment.wave is not None  # a member has a seat
        assert enrolment.target_version is not None
        return FieldRequest(
            request_id=request_id(
                campaign_id=campaign_id,
                device_id=device.device_id,
                step=step or kind,
                attempt=attempt,
            ),
            kind=kind,
            premises_id=self.premises.premises_id,
            device_id=device.device_id,
            device_type=device.device_type,
            campaign_id=campaign_id,
            wave=enrolment.wave,
            attempt=attempt,
            target_version=target or enrolment.target_version,
            asked_at=self._asked_at(kind),
            execute_at=self._execute_at(kind),
        )
