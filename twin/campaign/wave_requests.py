"""The requests of a whole wave, for a DCC User who sends them by another way than the twin."""

from collections.abc import Iterator
from datetime import datetime

from twin.campaign.dated import execute_at
from twin.campaign.membership import members
from twin.campaign.plan import Plan
from twin.campaign.windows import next_opening
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import request_id
from twin.rules.waking import asleep_for
from twin.state.premises import Premises, active_device, standing
from twin.vocabulary import ExecutionState


def wave_requests(
    *, plan: Plan, wave: int, premises: Premises, now: datetime
) -> Iterator[FieldRequest]:
    """What a wave still asks of a premises: image, activation, version read, each by its id.

    Nothing of a device that was exchanged, or that is confirmed. An attempt that is under way is
    asked for again by the same ids; what disturbs the premises waits for the plan's next window.
    """
    asleep = asleep_for(device_type=plan.device_type)
    opening = next_opening(windows=plan.windows, at=now, lasting=asleep)
    date = execute_at(activation=plan.activation, windows=plan.windows, asked_at=now)
    for device, enrolment in members(plan=plan, premises=premises):
        execution = device.executions.get(plan.campaign_id)
        is_active = active_device(premises, device_type=plan.device_type) is device
        state = None if execution is None else standing(device, execution)
        if enrolment.wave != wave or not is_active or state is ExecutionState.CONFIRMED:
            continue
        attempt = 1 if execution is None else execution.attempt
        assert enrolment.target_version is not None  # a member has a seat
        for kind in (RequestKind.UPDATE, RequestKind.READ, RequestKind.ACTIVATE):
            dated = date if kind is RequestKind.ACTIVATE else None
            yield FieldRequest(
                request_id=request_id(
                    campaign_id=plan.campaign_id,
                    device_id=device.device_id,
                    step=kind,
                    attempt=attempt,
                ),
                kind=kind,
                premises_id=premises.premises_id,
                device_id=device.device_id,
                device_type=device.device_type,
                campaign_id=plan.campaign_id,
                wave=wave,
                attempt=attempt,
                target_version=enrolment.target_version,
                asked_at=now if kind is RequestKind.READ or dated is not None else opening,
                execute_at=dated,
            )
