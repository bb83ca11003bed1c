"""What the tests of facts know beside a message, and how they ask for its one fact."""

from msgspec.structs import replace

from tests.ingest.gbcs import gbcs_builder as b
from twin.ingest.gbcs.facts import facts_of
from twin.ingest.gbcs.meaning.known import Known, KnownExecution
from twin.ingest.gbcs.message import GbcsMessage, read_message
from twin.vocabulary import (
    DeviceType,
    Role,
)

VERSION = "01F0A0B0"
HASH = b.IMAGE_HASH.hex()
STEP = {"campaign_id": "C-2017", "wave": 2, "attempt": 1}
EXECUTION = KnownExecution(**STEP, firmware_version=VERSION)
TYPES = {
    b.METER: DeviceType.ESME,
    b.GAS: DeviceType.GSME,
    b.SMALL: DeviceType.PPMID,
    b.CAD: DeviceType.CAD,
    b.HUB: DeviceType.CHF,
}
KNOWN = Known(
    device_types=TYPES,
    roles={b.PARTY: Role.IMPORT_SUPPLIER},
    executions=dict.fromkeys((b.METER, b.GAS, b.SMALL), EXECUTION),
    capable_versions={b.METER: frozenset({VERSION})},
    device_logs={b.HUB: (b.METER,)},
    historic_logs={b.HUB: (b.SMALL,)},
)
ESME = {"device_id": b.METER, "device_type": DeviceType.ESME}
WITHOUT_CAMPAIGN = replace(KNOWN, executions={})


def read(octets: bytes) -> GbcsMessage:
    found = read_message(octets)
    assert isinstance(found, GbcsMessage), found
    return found


def told(octets: bytes, known: Known = KNOWN, *, after: bytes | None = None) -> object:
    """The one fact that a message means, after a command if one is given."""
    if after is not None:
        command = read(after)
        known = replace(known, commands={command.header.request_id: command})
    (fact,) = facts_of(read(octets), known=known)
    return fact
