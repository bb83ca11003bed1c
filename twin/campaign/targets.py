"""Which firmware a plan brings to a device, and whether the device is believed to run it.

Hubs and electricity meters get local pairing (paragraph 31), so whatever has it is done. Gas meters
have no part in it (BR04): they get the newest firmware of their model. A way back
(`Plan.rolls_back`) brings what it names to the devices that the campaign it takes back has asked.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from twin.campaign.plan import Plan
from twin.state.devices import Device, believed_capable
from twin.vocabulary import DeviceType, ExecutionState

CapableVersion: TypeAlias = Callable[[str], str | None]
"""The newest firmware of a model, which has local pairing; None where there is no older one."""

WITH_PAIRING: Final = (DeviceType.CHF, DeviceType.ESME)
IN_DOUBT: Final = (
    ExecutionState.ACTIVATION_REQUESTED,
    ExecutionState.ACTIVATED_UNCONFIRMED,
    ExecutionState.TIMED_OUT,
)
"""States of an execution whose image may run without a word to the inventory (BR35)."""


def brings_pairing(plan: Plan) -> bool:
    """Whether a plan is about local pairing, as all are that neither go back nor are for gas."""
    return plan.rolls_back is None and plan.device_type in WITH_PAIRING


def target_of(*, plan: Plan, model: str | None, capable_version: CapableVersion) -> str | None:
    """The version that a plan brings to a model, None where there is none."""
    if model is None:
        return None
    return (plan.targets or {}).get(model) if plan.rolls_back else capable_version(model)


def is_there(*, plan: Plan, device: Device, target: str | None) -> bool:
    """Whether the inventory believes that a device runs what a plan brings."""
    if brings_pairing(plan):
        return believed_capable(device=device)
    belief = device.belief
    return belief is not None and belief.version == target and not _is_in_doubt(plan, device)


def was_asked(*, plan: Plan, device: Device) -> bool:
    """Whether the campaign that a plan takes back has ever asked a device to update."""
    return plan.rolls_back in device.executions


def _is_in_doubt(plan: Plan, device: Device) -> bool:
    """Whether the inventory knows nothing of a device since it was told to activate what went out.

    It may then run the image that is taken back, whatever the inventory says.
    """
    execution = None if plan.rolls_back is None else device.executions.get(plan.rolls_back)
    if execution is None or device.belief is None:
        return False
    return execution.state in IN_DOUBT and device.belief.stamp.at <= execution.reached_at
