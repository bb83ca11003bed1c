"""The partition's side of a campaign: what an order makes due at one premises. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from twin.campaign.membership import CapableVersion, eligible, executed, rank, wave_of
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import request_id
from twin.state.devices import Device, Execution
from twin.state.premises import Premises, active_device, standing
from twin.vocabulary import CampaignState, DeviceType, ExecutionState


class CampaignOrder(Struct, frozen=True, kw_only=True):
    """What partitions may do for one campaign: start executions below `upto`, or only follow."""

    plan: Plan
    releasing: bool
    upto: float


class Order(Struct, frozen=True, kw_only=True):
    """All campaigns' orders of one tick; `now` is the tick's virtual time."""

    tick: int
    now: datetime
    campaigns: tuple[CampaignOrder, ...]


class TimeOut(Struct, frozen=True, kw_only=True):
    """An execution is as old as the plan follows it and nothing decisive was heard."""

    campaign_id: str
    device_id: str
    device_type: DeviceType
    wave: int
    attempt: int


def order_of(campaign: Campaign) -> CampaignOrder:
    """The order that follows from a campaign's state; only a running campaign releases.

    Ready campaigns are ordered too, with nothing released, so that partitions know the plan
    and have counted its members before the first gate is evaluated.
    """
    return CampaignOrder(
        plan=campaign.plan,
        releasing=campaign.state is CampaignState.RUNNING,
        upto=campaign.upto,
    )


def due(
    *,
    order: CampaignOrder,
    now: datetime,
    premises: Premises,
    capable_version: CapableVersion,
) -> tuple[FieldRequest | TimeOut, ...]:
    """The requests and time-outs that are due at a premises, the same for the same arguments.

    Executions in flight are followed whatever the campaign's state; new ones, and new attempts,
    only where it is releasing.
    """
    if order.upto <= 0:
        return ()  # nothing was ever released: the case of most premises on most days
    found = _Due(order, now, premises, capable_version)
    return (*found.newcomer(), *found.follow_ups())


def may_retry(
    *, plan: Plan, premises: Premises, device: Device, capable_version: CapableVersion
) -> bool:
    """Whether a failed or timed-out execution of a device has an attempt left.

    An exchanged device has none, nor one whose target nobody knows any more.
    """
    active = active_device(premises, device_type=plan.device_type)
    execution = device.executions[plan.campaign_id]
    return (
        active is device
        and execution.attempt < plan.policy.attempts_max
        and _target(device, execution, capable_version) is not None
    )


class _Due(Struct, frozen=True):
    order: CampaignOrder
    now: datetime
    premises: Premises
    capable_version: CapableVersion

    def newcomer(self) -> Iterator[FieldRequest]:
        plan, find = self.order.plan, self.capable_version
        if not self.order.releasing:
            return
        device = eligible(plan=plan, premises=self.premises, capable_version=find)
        if device is None or plan.campaign_id in device.executions:
            return
        place = rank(campaign_id=plan.campaign_id, device_id=device.device_id)
        target = _target(device, None, find)
        if place < self.order.upto and target is not None:
            wave = wave_of(plan=plan, rank=place)
            yield self._request(device, RequestKind.UPDATE, target, wave=wave, attempt=1)

    def follow_ups(self) -> Iterator[FieldRequest | TimeOut]:
        for device in executed(plan=self.order.plan, premises=self.premises):
            execution = device.executions[self.order.plan.campaign_id]
            if (action := self._follow_up(device, execution)) is not None:
                yield action

    def _follow_up(self, device: Device, execution: Execution) -> FieldRequest | TimeOut | None:
        match standing(device, execution):
            case ExecutionState.CONFIRMED:
                return None
            case ExecutionState.FAILED | ExecutionState.TIMED_OUT:
                return self._retry(device, execution)
            case ExecutionState.ACTIVATED:
                # Never timed out: the state would stay, as it is further than a time-out (D11).
                return self._ask(device, execution, RequestKind.READ)
            case state:
                return self._in_flight(device, execution, state)

    def _in_flight(
        self, device: Device, execution: Execution, state: ExecutionState
    ) -> FieldRequest | TimeOut | None:
        if self._age(execution) >= timedelta(days=self.order.plan.policy.follow_up_days):
            return self._time_out(device, execution)
        if state is ExecutionState.VERIFIED:
            return self._ask(device, execution, RequestKind.ACTIVATE)
        if self._is_silent(state, execution):
            return self._ask(device, execution, RequestKind.READ)
        return None

    def _is_silent(self, state: ExecutionState, execution: Execution) -> bool:
        """Activation was asked for long ago and nothing was heard.

        Whether the device activated and its response was lost is truth that nobody sees, so both
        states are treated alike, and the age counts from the request, which both share (BR35).
        """
        asked = (ExecutionState.ACTIVATION_REQUESTED, ExecutionState.ACTIVATED_UNCONFIRMED)
        read_after = timedelta(days=self.order.plan.policy.read_after_days)
        return state in asked and self._age(execution) >= read_after

    def _age(self, execution: Execution) -> timedelta:
        return self.now - execution.requested_at

    def _time_out(self, device: Device, execution: Execution) -> TimeOut:
        return TimeOut(
            campaign_id=execution.campaign_id,
            device_id=device.device_id,
            device_type=device.device_type,
            wave=execution.wave,
            attempt=execution.attempt,
        )

    def _retry(self, device: Device, execution: Execution) -> FieldRequest | None:
        plan, find = self.order.plan, self.capable_version
        target = _target(device, execution, find)
        if (
            not self.order.releasing
            or target is None
            or not may_retry(plan=plan, premises=self.premises, device=device, capable_version=find)
        ):
            return None
        attempt = execution.attempt + 1
        return self._request(
            device, RequestKind.UPDATE, target, wave=execution.wave, attempt=attempt
        )

    def _ask(self, device: Device, execution: Execution, kind: RequestKind) -> FieldRequest | None:
        """A request within an attempt; where no fact names the target it can only time out."""
        target = _target(device, execution, self.capable_version)
        if target is None:
            return None
        # A second read on another day is a new question; everything else is asked once.
        step = f"{kind}@{self._age(execution).days}" if kind is RequestKind.READ else None
        return self._request(
            device, kind, target, wave=execution.wave, attempt=execution.attempt, step=step
        )

    def _request(
        self,
        device: Device,
        kind: RequestKind,
        target: str,
        *,
        wave: int,
        attempt: int,
        step: str | None = None,
    ) -> FieldRequest:
        campaign_id = self.order.plan.campaign_id
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
            wave=wave,
            attempt=attempt,
            target_version=target,
            asked_at=self.now,
        )


def _target(
    device: Device, execution: Execution | None, capable_version: CapableVersion
) -> str | None:
    """The version to run: what the execution was asked for, or else the catalogue's."""
    if execution is not None and execution.target_version is not None:
        return execution.target_version
    return capable_version(device.model) if device.model is not None else None
