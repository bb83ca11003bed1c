"""A desk from which a test asks one device of a quiet field (for tests)."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.fleet.quiet import quiet_firmware, quiet_han
from tests.fleet.toy_campaign import request
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.events.requests import FieldRequest, RequestKind
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import Assumptions, shipped
from twin.fleet.numbers.firmware_rows import FirmwareRows
from twin.fleet.numbers.shapes import ByKey
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import DeviceType

STARTS = datetime(2017, 4, 1, tzinfo=UTC)
NEVER = ByKey(("CHF", "ESME", "GSME"), (0.0, 0.0, 0.0))
ALWAYS = ByKey(("CHF", "ESME", "GSME"), (1.0, 1.0, 1.0))
CATALOGUE = shipped_catalogue()


def obedient(**changes) -> Assumptions:
    """Assumptions under which every request succeeds, with changes."""
    rules = replace(
        shipped(),
        silent_device_share=0.0,
        undelivered_share=0.0,
        unverified_share=NEVER,
        activation_unanswered_share=0.0,
        activation_failed_share=NEVER,
        response_lost_share=0.0,
        read_unanswered_share=0.0,
        pin_take_up=0.0,
        cad_demand_rate=0.0,
    )
    return replace(rules, **changes)


class Desk:
    """A field of some premises whose past has been told, and one hub or meter to ask."""

    def __init__(
        self, device_type: DeviceType, *, rows: FirmwareRows | None = None, **changes
    ) -> None:
        self.field = Field(
            assumptions=obedient(**changes),
            catalogue=CATALOGUE,
            premises=20,
            seed=3,
            starts=STARTS,
            ends=datetime(2017, 4, 2, tzinfo=UTC),
            han=quiet_han(),
            firmware=rows or quiet_firmware(),
        )
        told = self.field.advance(until=STARTS + timedelta(days=9), requests=())
        self.device = next(event for event in told if self._is(event.fact, device_type))
        self.device_type = device_type
        self.target = CATALOGUE.capable_version(self.device.fact.model)

    @staticmethod
    def _is(fact, device_type) -> bool:
        if device_type is DeviceType.CHF:
            return isinstance(fact, CommsHubInstalled)
        return isinstance(fact, DeviceInstalled) and fact.device_type is device_type

    def request(self, kind: RequestKind, *, attempt: int = 1, **changes) -> FieldRequest:
        asked = request(
            self.device, kind, device_type=self.device_type, target=self.target, attempt=attempt
        )
        return replace(asked, **changes)

    def ask(self, kind: RequestKind, *, days: int = 60, attempt: int = 1, **changes):
        """What is told of the device after one request."""
        asked = self.request(kind, attempt=attempt, **changes)
        until = self.field.now + timedelta(days=days)
        events = self.field.advance(until=until, requests=(asked,))
        told = [event for event in events if event.correlation_id is not None]
        told = [event for event in told if event.correlation_id.startswith("campaign:")]
        assert all(event.causation_id == asked.request_id for event in told)
        return told


def names(told) -> list[str]:
    return [event.fact.TYPE.split(".")[4] for event in told]
