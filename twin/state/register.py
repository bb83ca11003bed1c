"""What the register says of each device: the one row that a reader of real messages needs."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from twin.state.devices import Device, known_model, known_variant
from twin.state.premises import Premises, standing
from twin.vocabulary import DeviceType, ExecutionState, HubVariant

OVER = (
    ExecutionState.CONFIRMED,
    ExecutionState.FAILED,
    ExecutionState.TIMED_OUT,
    ExecutionState.CONFIRMATION_TIMED_OUT,
)


class RunningUpdate(Struct, frozen=True, array_like=True):
    """The campaign's attempt that is under way at a device, and the version it is to run."""

    campaign_id: str
    wave: int
    attempt: int
    target_version: str


class DeviceRow(Struct, frozen=True, array_like=True):
    """Where a device is and what is known of it; a device in no premises has no row.

    `version` is what the inventory believes that it runs; `log` and `historic` are those of a
    hub, None before it told any; `others` are the types of the other devices there.
    """

    premises_id: str
    device_type: DeviceType
    model: str | None = None
    hub_variant: HubVariant | None = None
    version: str | None = None
    update: RunningUpdate | None = None
    log: tuple[str, ...] | None = None
    historic: tuple[str, ...] | None = None
    others: dict[str, DeviceType] = {}


encode_row = msgspec.json.Encoder().encode
decode_row = msgspec.json.Decoder(DeviceRow).decode


def changed_rows(*, before: Premises, after: Premises) -> Iterator[tuple[str, DeviceRow]]:
    """Device id and row of every device whose row is new or says something else."""
    if before.devices is after.devices:
        return
    more = len(before.devices) != len(after.devices)
    for device_id, device in after.devices.items():
        held = before.devices.get(device_id)
        if (held is device and not more) or device.installed is None:
            continue
        row = _row(after, device)
        if held is None or held.installed is None or _row(before, held) != row:
            yield device_id, row


def _row(premises: Premises, device: Device) -> DeviceRow:
    log = device.log
    return DeviceRow(
        premises_id=premises.premises_id,
        device_type=device.device_type,
        model=known_model(device=device),
        hub_variant=known_variant(device=device),
        version=None if device.belief is None else device.belief.version,
        update=_running(device),
        log=None if log is None else log.entries,
        historic=None if log is None else log.historic,
        others={
            other.device_id: other.device_type
            for other in premises.devices.values()
            if other is not device
        },
    )


def _running(device: Device) -> RunningUpdate | None:
    """The newest attempt that is not over; the DCC takes one at a time."""
    open_ones = [
        execution
        for execution in device.executions.values()
        if execution.target_version is not None and standing(device, execution) not in OVER
    ]
    if not open_ones:
        return None
    newest = max(open_ones, key=lambda execution: execution.requested_at)
    assert newest.target_version is not None  # filtered above
    return RunningUpdate(newest.campaign_id, newest.wave, newest.attempt, newest.target_version)
