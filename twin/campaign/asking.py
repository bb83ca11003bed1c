"""The requests that a campaign sends to a device: made alike every time, so a resend asks once."""

from datetime import datetime

from twin.campaign.dated import execute_at
from twin.campaign.plan import Plan
from twin.campaign.windows import next_opening
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import request_id
from twin.rules.waking import asleep_for
from twin.state.devices import Device


def request(
    *,
    plan: Plan,
    premises_id: str,
    device: Device,
    kind: RequestKind,
    attempt: int,
    now: datetime,
    step: str | None = None,
) -> FieldRequest:
    """A request of a campaign to a member, asked `now` or at the next open window.

    `step` tells two questions of the same kind apart.
    """
    campaign_id = plan.campaign_id
    enrolment, execution = device.enrolments[campaign_id], device.executions.get(campaign_id)
    target = execution.target_version if execution is not None else None
    assert enrolment.wave is not None  # a member has a seat
    assert enrolment.target_version is not None
    activates_at = _activates_at(plan, kind, now)
    disturbs = kind not in (RequestKind.READ, RequestKind.CANCEL) and activates_at is None
    return FieldRequest(
        request_id=request_id(
            campaign_id=campaign_id,
            device_id=device.device_id,
            step=step or kind,
            attempt=attempt,
        ),
        kind=kind,
        premises_id=premises_id,
        device_id=device.device_id,
        device_type=device.device_type,
        campaign_id=campaign_id,
        wave=enrolment.wave,
        attempt=attempt,
        target_version=target or enrolment.target_version,
        asked_at=_next_window(plan, now) if disturbs else now,
        execute_at=activates_at,
    )


def _next_window(plan: Plan, now: datetime) -> datetime:
    """When a request goes out that disturbs the premises: it waits for the next window."""
    asleep = asleep_for(device_type=plan.device_type)
    return next_opening(windows=plan.windows, at=now, lasting=asleep)


def _activates_at(plan: Plan, kind: RequestKind, now: datetime) -> datetime | None:
    if kind is not RequestKind.ACTIVATE:
        return None
    return execute_at(activation=plan.activation, windows=plan.windows, asked_at=now)
