"""A request to the field for one device of a campaign: for which version, and when it goes out."""

from datetime import datetime

from twin.campaign.dated import execute_at
from twin.campaign.plan import Plan
from twin.campaign.windows import next_opening
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import request_id
from twin.rules.waking import asleep_for
from twin.state.devices import Device


def request_of(
    *,
    plan: Plan,
    premises_id: str,
    device: Device,
    kind: RequestKind,
    attempt: int,
    step: str,
    now: datetime,
) -> FieldRequest:
    """The request for a member; `step` names it among those of the attempt, `now` is UTC."""
    enrolment = device.enrolments[plan.campaign_id]
    execution = device.executions.get(plan.campaign_id)
    target = execution.target_version if execution is not None else None
    assert enrolment.wave is not None  # a member has a seat
    assert enrolment.target_version is not None
    date = _execute_at(plan, kind, now)
    return FieldRequest(
        request_id=request_id(
            campaign_id=plan.campaign_id, device_id=device.device_id, step=step, attempt=attempt
        ),
        kind=kind,
        premises_id=premises_id,
        device_id=device.device_id,
        device_type=device.device_type,
        campaign_id=plan.campaign_id,
        wave=enrolment.wave,
        attempt=attempt,
        target_version=target or enrolment.target_version,
        asked_at=now if date is not None else _asked_at(plan, kind, now),
        execute_at=date,
    )


def _asked_at(plan: Plan, kind: RequestKind, now: datetime) -> datetime:
    """When a request goes out: what disturbs the premises waits for the next window."""
    if kind in (RequestKind.READ, RequestKind.CANCEL):
        return now
    asleep = asleep_for(device_type=plan.device_type)
    return next_opening(windows=plan.windows, at=now, lasting=asleep)


def _execute_at(plan: Plan, kind: RequestKind, now: datetime) -> datetime | None:
    if kind is not RequestKind.ACTIVATE:
        return None
    return execute_at(activation=plan.activation, windows=plan.windows, asked_at=now)
