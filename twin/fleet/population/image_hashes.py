"""What the products list says of a firmware image: its hash and its GBCS version."""

from functools import lru_cache
from hashlib import sha256

from twin.ingest.catalogue import Catalogue


def image_hash(*, catalogue: Catalogue, model: str, version: str) -> str:
    """SHA-256 of an image, 64 hex digits (BR29); made up where the list gives none.

    A list may leave the hash out; then one is derived from model and version, so that the same
    image always has the same hash. It is the hash of that text, of no image.
    """
    listed = _listed(catalogue).get((model, version), ("", None))[1]
    return (listed or sha256(f"made up|{model}|{version}".encode()).hexdigest()).lower()


def gbcs_version(*, catalogue: Catalogue, model: str, version: str) -> str | None:
    """The GBCS version of a listed firmware version, `2.1` for example, or None."""
    listed = _listed(catalogue).get((model, version))
    return gbcs_number(listed[0]) if listed else None


def gbcs_number(text: str) -> str:
    """`2.1` of the list's `GBCS Version 2.1`."""
    return text.rpartition(" ")[2]


@lru_cache(maxsize=4)
def _listed(catalogue: Catalogue) -> dict[tuple[str, str], tuple[str, str | None]]:
    return {
        (entry.model, entry.firmware_version): (entry.gbcs, entry.image_hash)
        for entry in catalogue.entries
    }
