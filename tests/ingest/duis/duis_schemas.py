"""The published schemas, where the shared folder stands beside the project."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from lxml import etree

SHARED = Path(__file__).parents[4] / "shared" / "data" / "duis"
_SIGNATURE = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
targetNamespace="http://www.w3.org/2000/09/xmldsig#"><xs:element name="Signature"><xs:complexType>
<xs:sequence><xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence>
</xs:complexType></xs:element></xs:schema>"""


def shared(name: str = "") -> Path:
    """A file of the shared samples, or their folder; skips the test where they are not."""
    if not SHARED.is_dir():
        pytest.skip("the shared DUIS samples and schemas are not beside the project")
    return SHARED / name


@cache
def schema(name: str) -> etree.XMLSchema:
    """A published schema, compiled; it imports another by a name with blanks, which is no URI."""
    with TemporaryDirectory(prefix="duis-schemas-") as folder:
        for file in ("DUIS_Schema_V5.4.xsd", "MMC_Schema_V5.4.xsd"):
            text = shared(file).read_text("utf-8").replace("MMC Schema V", "MMC_Schema_V")
            Path(folder, file).write_text(text, encoding="utf-8")
        Path(folder, "xmldsig-core-schema.xsd").write_bytes(_SIGNATURE)
        return etree.XMLSchema(file=str(Path(folder, name)))


def duis() -> etree.XMLSchema:
    """The schema of requests, responses and alerts."""
    return schema("DUIS_Schema_V5.4.xsd")


def mmc() -> etree.XMLSchema:
    """The schema of devices' messages."""
    return schema("MMC_Schema_V5.4.xsd")


def faults(octets: bytes, by: etree.XMLSchema) -> list[str]:
    """What a schema finds wrong with a document."""
    tree = etree.fromstring(octets, etree.XMLParser(huge_tree=True))
    return [] if by.validate(tree) else [entry.message for entry in by.error_log]
