"""What the inventory believes a device runs: behind the truth until a read (BR35)."""

from twin.events.firmware import FirmwareVersionMismatchFound, FirmwareVersionRead
from twin.events.lifecycle import DeviceStatusChanged
from twin.fleet.firmware.answering import Answering, Asked
from twin.fleet.numbers.shapes import waiting
from twin.vocabulary import DeviceStatus, StatusReason


class Belief:
    """Steps by which a lost response is found out, and by which a read sets all right."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def activated(self, second: int, asked: Asked, *, before: str, lost: bool) -> None:
        """A device runs another image; where its response is lost the inventory names `before`."""
        live, name = asked.live, asked.request.device_id
        live.unread[name] = before if lost else live.running[name]
        if lost:
            answering = self._answering
            mean = answering.rows.lost_response_found_after * 3600
            luck = answering.luck(asked, "belief.found-after")
            answering.at(second + 1 + int(waiting(luck, mean=mean)), asked, self._doubted)

    def _doubted(self, second: int, asked: Asked) -> None:
        """No answer came: the device is suspended, and the mismatch may be found (MP105)."""
        live, name, answering = asked.live, asked.request.device_id, self._answering
        believed, running = live.unread.get(name), live.running.get(name)
        if believed is None or running is None or believed == running or not asked.is_there:
            return
        if name not in live.suspended:
            live.suspended[name] = StatusReason.FIRMWARE_NOT_CONFIRMED
            self._status(
                second,
                asked,
                DeviceStatus.COMMISSIONED,
                DeviceStatus.SUSPENDED,
                StatusReason.FIRMWARE_NOT_CONFIRMED,
            )
        if answering.luck(asked, "belief.mismatch") < answering.rows.mismatch_found_share:
            fact = FirmwareVersionMismatchFound(name, asked.request.device_type, running, believed)
            answering.dsp_says(second, asked, fact)

    def read_requested(self, second: int, asked: Asked) -> None:
        """A read (11.2) reaches the device, which may not answer."""
        answering = self._answering
        luck = answering.world.chance(asked.request.request_id, "read.unanswered")
        if luck < answering.rules.read_unanswered_share or answering.is_silent(asked.device):
            return
        mean = answering.rules.read_delay * 3600
        after = answering.world.wait(asked.request.request_id, "read.delay", mean=mean)
        answering.at(answering.awake(second + after, asked), asked, self._read)

    def _read(self, second: int, asked: Asked) -> None:
        """The device says what it runs; a suspended one is commissioned again."""
        if not asked.is_there:
            return
        live, request, answering = asked.live, asked.request, self._answering
        name = request.device_id
        fact = FirmwareVersionRead(
            name,
            request.device_type,
            live.running[name],
            answering.world.runs_capable(live, asked.device),
            request.request_id,
        )
        answering.dsp_says(second, asked, fact)
        live.unread.pop(name, None)
        if name in live.suspended and answering.world.is_listed(asked.device, live, second):
            del live.suspended[name]
            self._status(
                second,
                asked,
                DeviceStatus.SUSPENDED,
                DeviceStatus.COMMISSIONED,
                StatusReason.FIRMWARE_READ,
            )

    def _status(
        self,
        second: int,
        asked: Asked,
        before: DeviceStatus,
        after: DeviceStatus,
        reason: StatusReason,
    ) -> None:
        request = asked.request
        fact = DeviceStatusChanged(request.device_id, request.device_type, before, after, reason)
        self._answering.dsp_says(second, asked, fact)
