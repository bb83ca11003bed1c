"""Where each device stands in a campaign, in all the words of the rollout specification, section 4.

The counts that gates judge by keep fewer states, since no decision hangs on the others (decision
0031). Here they are told apart from what is on the log anyway: the campaign, the premises, and the
steps of the device's last attempt.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from msgspec import Struct

from twin.campaign.attempts import updating_elsewhere
from twin.campaign.executions import CampaignOrder
from twin.campaign.fields import (
    ALREADY_AT_TARGET,
    AWAITING,
    CANCELLED,
    DECOMMISSIONED,
    RETRYING,
    field_of,
)
from twin.campaign.hubs import hub_ahead
from twin.campaign.membership import Member, is_seated, stratum_name
from twin.campaign.orders import order_of
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign
from twin.campaign.transitions import ENDING, TERMINAL, UNDER_WAY
from twin.events.firmware import FirmwareActivationAccepted, FirmwareTransferred
from twin.state.devices import Device, Execution
from twin.state.endings import endings
from twin.state.failures import TIME_OUTS
from twin.state.premises import Premises, standing
from twin.vocabulary import (
    CampaignState,
    Exclusion,
    ExecutionStanding,
    ExecutionState,
    FailureCause,
    TransferOutcome,
    WarningList,
)

AT_TARGET: Final = (Exclusion.ALREADY_CAPABLE, Exclusion.ALREADY_AT_TARGET)
REJECTIONS: Final = frozenset(FailureCause(one) for one in WarningList)
"""Causes by which the DCC, and no device, refused an attempt (BR28)."""


class Step(NamedTuple):
    """A step of one attempt that the states of an execution do not keep."""

    attempt: int
    what: ExecutionStanding


Steps: TypeAlias = Mapping[str, Collection[Step]]
"""Of each device of a premises the steps it is known to have taken in one campaign."""


class DeviceStanding(Struct, frozen=True, kw_only=True):
    """One device in one campaign: its seat or the `reason` that it has none, and how far it is.

    `attempt` is 0 and `since` None where nothing was asked of it. `cause` is why its last attempt
    that ended badly did; `late` says that it was confirmed after its time was over. `waits_for`
    names the campaign that has the device, or with `hubs_first` its hub, where this one would ask
    it otherwise.
    """

    premises_id: str
    device_id: str
    model: str | None
    wave: int
    place: float
    region: str | None
    supplier: str | None
    target_version: str | None
    state: ExecutionStanding
    reason: Exclusion | None = None
    attempt: int = 0
    since: datetime | None = None
    cause: FailureCause | None = None
    late: bool = False
    waits_for: str | None = None


def step_of(fact: object) -> tuple[str, Step] | None:
    """The device and step that a fact tells of; None if the states of an execution keep it."""
    if isinstance(fact, FirmwareTransferred) and fact.transfer is TransferOutcome.SUCCESS:
        return fact.device_id, Step(fact.attempt, ExecutionStanding.TRANSFERRED)
    if isinstance(fact, FirmwareActivationAccepted):
        return fact.device_id, Step(fact.attempt, ExecutionStanding.ACTIVATION_ACCEPTED)
    return None


def standings_of(
    *,
    campaign: Campaign,
    premises: Premises,
    steps: Steps,
    now: datetime,
    under_way: tuple[Plan, ...] = (),
) -> Iterator[DeviceStanding]:
    """How the devices of a premises stand in a campaign, each that has a word once.

    Those of a wave are exactly the members that the campaign counts there. `under_way` are the
    plans of campaigns that were under way then, whose hubs a meter may wait for.
    """
    order = order_of(campaign, tick=campaign.tick)
    for name, device in sorted(premises.devices.items()):
        word = device.enrolments.get(campaign.plan.campaign_id)
        if word is None or device.device_type is not campaign.plan.device_type:
            continue
        if word.reason is not None or is_seated(plan=campaign.plan, enrolment=word):
            asked = _Asked(campaign, order, premises, device, steps.get(name, ()), now, under_way)
            yield asked.standing()


class _Asked(NamedTuple):
    """A device with a word, and all that its standing follows from."""

    campaign: Campaign
    order: CampaignOrder
    premises: Premises
    device: Device
    steps: Collection[Step]
    now: datetime
    under_way: tuple[Plan, ...]

    @property
    def execution(self) -> Execution | None:
        return self.device.executions.get(self.campaign.plan.campaign_id)

    def standing(self) -> DeviceStanding:
        device, word = self.device, self.device.enrolments[self.campaign.plan.campaign_id]
        execution, state = self.execution, self._state()
        cause = self._cause()
        return DeviceStanding(
            premises_id=self.premises.premises_id,
            device_id=device.device_id,
            model=device.model,
            wave=word.wave or 0,
            place=word.place,
            region=word.region,
            supplier=word.supplier,
            target_version=word.target_version,
            state=state,
            reason=word.reason,
            attempt=0 if execution is None else execution.attempt,
            since=None if execution is None else execution.reached_at,
            cause=cause,
            late=state is ExecutionStanding.CONFIRMED and self._timed_out(),
            waits_for=self._waits_for(state),
        )

    def _state(self) -> ExecutionStanding:
        word = self.device.enrolments[self.campaign.plan.campaign_id]
        if word.reason is not None:
            there = word.reason in AT_TARGET
            words = ExecutionStanding
            return words.ALREADY_AT_TARGET if there else words.NOT_APPLICABLE
        field = field_of(plan=self.campaign.plan, premises=self.premises, device=self.device)
        if field == AWAITING:
            return self._waiting()
        if field == RETRYING and self.campaign.state in UNDER_WAY:
            return ExecutionStanding.RETRY_WAIT
        return ExecutionStanding[field.upper()] if field in _PLAINLY else self._reached()

    def _waiting(self) -> ExecutionStanding:
        """Nothing was asked of it: its turn is to come, has come, or never will (rows 13, 19)."""
        state = self.campaign.state
        if state is CampaignState.SUPERSEDED:
            return ExecutionStanding.SUPERSEDED
        if state in (*TERMINAL, *ENDING):
            return ExecutionStanding.CANCELLED
        wave, place = self._seat()
        member = Member(self.device, self.device.enrolments[self.campaign.plan.campaign_id])
        reached = self.order.reaches(wave=wave, place=place, stratum=stratum_name(member))
        return ExecutionStanding.QUEUED if reached else ExecutionStanding.PLANNED

    def _seat(self) -> tuple[int, float]:
        word = self.device.enrolments[self.campaign.plan.campaign_id]
        assert word.wave is not None  # it is seated
        return word.wave, word.place

    def _reached(self) -> ExecutionStanding:
        """How far the last attempt came, with the steps that no state of an execution keeps."""
        execution = self.execution
        assert execution is not None  # without one it waits
        state = standing(self.device, execution)
        if state is ExecutionState.FAILED and self._cause() in REJECTIONS:
            return ExecutionStanding.REJECTED
        finer = _FINER.get(state)
        if finer is not None and Step(execution.attempt, finer) in self.steps:
            return finer
        return _SAME.get(state) or ExecutionStanding[state.name]

    def _cause(self) -> FailureCause | None:
        if self.execution is None:
            return None
        state = standing(self.device, self.execution)
        ended_so = endings(self.device, self.execution, state=state)
        return ended_so[-1].cause if ended_so else None

    def _timed_out(self) -> bool:
        """Whether the time of its last attempt was over before truth came."""
        execution = self.execution
        over = (*TIME_OUTS, FailureCause.CONFIRMATION_TIMED_OUT)
        return execution is not None and any(
            one.attempt == execution.attempt and one.cause in over for one in execution.failures
        )

    def _waits_for(self, state: ExecutionStanding) -> str | None:
        if state not in (ExecutionStanding.QUEUED, ExecutionStanding.RETRY_WAIT):
            return None
        plan = self.campaign.plan
        found = updating_elsewhere(plan=plan, device=self.device, now=self.now)
        if found is None and plan.hubs_first and state is ExecutionStanding.QUEUED:
            found = hub_ahead(premises=self.premises, under_way=self.under_way)
        return found


_FINER: Final = {
    ExecutionState.AT_HUB: ExecutionStanding.TRANSFERRED,
    ExecutionState.ACTIVATION_REQUESTED: ExecutionStanding.ACTIVATION_ACCEPTED,
}
_SAME: Final = {ExecutionState.CONFIRMATION_TIMED_OUT: ExecutionStanding.TIMED_OUT}
_PLAINLY: Final = ("confirmed", CANCELLED, DECOMMISSIONED, ALREADY_AT_TARGET)
"""Fields of the counts that are called as their states are, whatever the last attempt did."""
