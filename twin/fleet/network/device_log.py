"""What changes a hub's device log, and the one alert by which the hub tells it (BR24)."""

from twin.events.joining import ChfDeviceLogChanged, GpfDeviceLogChanged
from twin.fleet.living.world import Cause, LivePremises, World
from twin.rules.device_logs import HubLog, Logged, add_device, in_history, remove_device
from twin.vocabulary import DeviceType, LogChange

__all__ = [
    "HubLog",
    "add_to_gpf_log",
    "add_to_log",
    "remove_from_gpf_log",
    "remove_from_log",
    "restored_log",
]


def add_to_log(
    world: World,
    second: int,
    live: LivePremises,
    *,
    device_id: str,
    cause: Cause,
) -> bool:
    """List a device in the hub's log (8.11, CCS01); False, and nothing told, where it is full.

    A device that is listed already is no change and no alert; one that comes back from the
    historic log is told as `rekeyed`, since its earlier key is taken up again (BR21).
    """
    log = live.hub_log
    logged = add_device(log=log, device_id=device_id, capacity=world.han.hub_log_entries_most)
    if isinstance(logged, Logged) and logged.change is not None:
        change = LogChange.REKEYED if in_history(log=log, device_id=device_id) else logged.change
        _changed(world, second, live, logged.log, device_id, change, cause)
    return isinstance(logged, Logged)


def remove_from_log(
    world: World,
    second: int,
    live: LivePremises,
    *,
    device_id: str,
    device_type: DeviceType,
    cause: Cause,
) -> bool:
    """Take a device out of the hub's log (8.11, CCS02); False where it is not in it."""
    logged = remove_device(log=live.hub_log, device_id=device_id, device_type=device_type)
    if isinstance(logged, Logged):
        _changed(world, second, live, logged.log, device_id, LogChange.REMOVED, cause)
    return isinstance(logged, Logged)


def restored_log(
    world: World, second: int, live: LivePremises, *, log: HubLog, cause: Cause
) -> None:
    """The log of an exchanged hub is put on the new one (8.12.1): no code is typed again (BR08)."""
    _changed(world, second, live, log, None, LogChange.RESTORED, cause)


def add_to_gpf_log(
    world: World, second: int, live: LivePremises, *, device_id: str, cause: Cause
) -> None:
    """List a device in the log of the gas proxy function (alert 0x8071)."""
    if device_id not in live.gpf_log:
        live.gpf_log = (*live.gpf_log, device_id)
        fact = GpfDeviceLogChanged(live.plan.gpf_id, live.gpf_log)
        world.gpf_says(second, live, fact, cause)


def remove_from_gpf_log(
    world: World, second: int, live: LivePremises, *, device_id: str, cause: Cause
) -> None:
    """Take a device out of the log of the gas proxy function (alert 0x8071)."""
    if device_id in live.gpf_log:
        live.gpf_log = tuple(one for one in live.gpf_log if one != device_id)
        fact = GpfDeviceLogChanged(live.plan.gpf_id, live.gpf_log)
        world.gpf_says(second, live, fact, cause)


def _changed(
    world: World,
    second: int,
    live: LivePremises,
    log: HubLog,
    device_id: str | None,
    change: LogChange,
    cause: Cause,
) -> None:
    """One alert 0x8F12 a change, with the whole log (CS14)."""
    live.hub_log = log
    hub = live.plan.device(DeviceType.CHF)
    fact = ChfDeviceLogChanged(hub.device_id, device_id, change, log.entries, log.historic)
    world.device_says(second, live, hub, fact, cause)
