"""Hubs before meters: a meter waits while a campaign under way is not done with its home's hub.

Local pairing needs both (BR04). Done is a hub that is confirmed, exchanged or given up: failed or
silent with no attempt left, or excluded.
Only a campaign that has started keeps meters waiting, so that none waits for one that waits for it.
"""

from collections.abc import Iterable

from twin.campaign.fields import AWAITING, ERRORS, UNRELEASED, field_of
from twin.campaign.membership import is_seated
from twin.campaign.plan import Plan
from twin.state.premises import Premises, active_device
from twin.vocabulary import DeviceType

_DONE = ("confirmed", *ERRORS, *(name for name in UNRELEASED if name != AWAITING))


def hub_ahead(*, premises: Premises, under_way: Iterable[Plan]) -> str | None:
    """The campaign, of those under way, that is not done with the hub of a premises, or None."""
    hub = active_device(premises, device_type=DeviceType.CHF)
    if hub is None:
        return None
    for plan in under_way:
        word = hub.enrolments.get(plan.campaign_id)
        if plan.device_type is not DeviceType.CHF or word is None or word.reason is not None:
            continue
        if not is_seated(plan=plan, enrolment=word):
            continue
        if field_of(plan=plan, premises=premises, device=hub) not in _DONE:
            return plan.campaign_id
    return None
