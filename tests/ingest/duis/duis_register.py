"""What the log knows of the devices in the built documents, and what those mean by it."""

from tests.ingest.duis.duis_documents import (
    CAD,
    ESME,
    GPF,
    GSME,
    HUB,
    OLDER,
    PPMID,
    USER,
    VERSION,
)
from twin.ingest.duis.facts import facts_of
from twin.ingest.duis.meanings import (
    Execution,
    Register,
)
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Refusal
from twin.vocabulary import (
    DeviceType,
    HubVariant,
    Role,
)

MODEL = "FA01-010A030B"
TYPES = {
    HUB: DeviceType.CHF,
    GPF: DeviceType.GPF,
    ESME: DeviceType.ESME,
    GSME: DeviceType.GSME,
    PPMID: DeviceType.PPMID,
    CAD: DeviceType.CAD,
}
KNOWN = Register(
    device_types=TYPES,
    models=dict.fromkeys(TYPES, MODEL),
    versions=dict.fromkeys(TYPES, OLDER),
    hub_variants={HUB: HubVariant.DUAL_BAND},
    roles={USER: Role.IMPORT_SUPPLIER},
    executions={
        device_id: Execution(campaign_id="C1", wave=2, attempt=1, firmware_version=VERSION)
        for device_id in TYPES
    },
    capable_versions=dict.fromkeys(TYPES, frozenset({VERSION})),
)


def said(octets: bytes, register: Register = KNOWN):
    """What a document that has to be readable means."""
    document = read_document(octets)
    assert not isinstance(document, Refusal), document
    return facts_of(document, register=register)
