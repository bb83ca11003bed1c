"""Judging firmware, capability and outages of a premises (BR04, BR31, BR35, BR36)."""

from collections.abc import Iterator

from twin.rules.findings import Finding, broken_or_met
from twin.rules.inventory import is_mismatch
from twin.rules.marks import rule
from twin.rules.outages import Activation, PowerLoss, attribute_outage
from twin.state.devices import Device
from twin.state.premises import PairingAttempt, Premises, active_device
from twin.vocabulary import DeviceType, ExecutionState, PairingRoute

_ACTIVATED = frozenset(
    {
        ExecutionState.ACTIVATED,
        ExecutionState.ACTIVATED_UNCONFIRMED,
        ExecutionState.CONFIRMATION_TIMED_OUT,
    }
)
_PARTS = (DeviceType.CHF, DeviceType.ESME)


@rule("BR04")
def judge_local_pairings(*, premises: Premises) -> tuple[Finding, ...]:
    """Each local pairing that completed did so between a capable meter and a capable hub."""
    return tuple(
        _local_pairing(premises, attempt)
        for attempt in premises.pairings.values()
        if attempt.route is PairingRoute.LOCAL and attempt.outcome == "completed"
    )


@rule("BR35")
def judge_belief(*, premises: Premises) -> tuple[Finding, ...]:
    """Belief may lag behind truth until the next read; a read that left it behind is a breach."""
    check = "inventory follows a read"
    broken = tuple(
        (device.device_id, "a read after the change left the inventory at another version")
        for device in premises.devices.values()
        if _stale_after_read(device)
    )
    behind = sum(_is_behind(device) for device in premises.devices.values())
    met = f"{behind} devices run another version than their inventory entry names, none read since"
    return broken_or_met(
        rule="BR35", check=check, subject=premises.premises_id, broken=broken, met=met
    )


@rule("BR36")
def judge_outages(*, premises: Premises) -> tuple[Finding, ...]:
    """Each outage alert is traced to the campaign whose activation caused it, or to none."""
    activations = tuple(_activations(premises))
    return tuple(
        Finding("BR36", "cause of an outage", outage.device_id, "met", _cause(campaign))
        for outage in premises.outages
        for campaign in (
            attribute_outage(loss=PowerLoss(outage.at, outage.minutes), activations=activations),
        )
    )


def _cause(campaign: str | None) -> str:
    if campaign is None:
        return "no activation lies near: an outage of the supply"
    return f"an activation by campaign {campaign} caused it"


def _activations(premises: Premises) -> Iterator[Activation]:
    """Activations of the premises' electricity meters."""
    for device in premises.devices.values():
        if device.device_type is DeviceType.ESME:
            for execution in device.executions.values():
                if execution.state in _ACTIVATED:
                    yield Activation(execution.reached_at, execution.campaign_id)


def _is_behind(device: Device) -> bool:
    believed = device.belief.version if device.belief else None
    return device.truth is not None and is_mismatch(believed=believed, running=device.truth.version)


def _stale_after_read(device: Device) -> bool:
    belief, truth = device.belief, device.truth
    if not _is_behind(device) or belief is None or truth is None:
        return False
    return belief.evidence == "read" and belief.stamp > truth.stamp


def _local_pairing(premises: Premises, attempt: PairingAttempt) -> Finding:
    rule_id, check, subject = "BR04", "local pairing on capable devices", premises.premises_id
    for kind in _PARTS:
        device = active_device(premises, device_type=kind)
        firmware = device.truth if device else None
        if firmware is None or attempt.ended_at is None:
            why = f"the firmware of the {kind.value} at that time is not known"
            return Finding(rule_id, check, subject, "not_judgeable", why)
        before = firmware.stamp.at <= attempt.ended_at
        if before and not firmware.pairing_capable:
            why = f"the {kind.value} had no firmware with local pairing"
            return Finding(rule_id, check, subject, "broken", why)
        if not before:
            why = f"the {kind.value} has changed since, and what it ran then is not kept"
            return Finding(rule_id, check, subject, "not_judgeable", why)
    return Finding(rule_id, check, subject, "met", "hub and meter could pair locally")
