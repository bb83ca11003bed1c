"""The eight functional areas of the Business Architecture Document, and what the twin has of each.

The names of the areas are those of SECAS' glossary.
"""

from typing import Final

from msgspec import Struct


class Area(Struct, frozen=True):
    """A functional area: its name, what the twin has of it, and the families of its events."""

    name: str
    says: str
    families: tuple[str, ...]


AREAS: Final = (
    Area(
        "Manage Inventory",
        "Devices are announced (12.2), read (8.2) and corrected (8.4); the Central Products List "
        "names the firmware that is allowed.",
        ("lifecycle", "programme"),
    ),
    Area(
        "Install and Commission",
        "Hubs, meters and displays are installed and commissioned (8.14.1, 8.1.1), coverage is "
        "measured and a band selected.",
        ("lifecycle", "bands"),
    ),
    Area(
        "Configure Device and Payment Mode",
        "CADs are paired at the meter or through a DCC User; tariffs and payment mode are outside "
        "the twin.",
        ("pairing",),
    ),
    Area(
        "Manage Device",
        "Firmware campaigns (11.1 to 11.3), the 868 MHz air and its settings (6.28, 6.29), "
        "outages.",
        ("firmware", "bands", "lifecycle", "programme"),
    ),
    Area(
        "Decommission and Replace",
        "Hubs are exchanged (8.14.3, 8.14.4) with their logs restored (8.12); devices are taken "
        "off the network (8.8.2, 8.11).",
        ("lifecycle", "pairing"),
    ),
    Area(
        "Manage Security Credentials",
        "The Privacy PIN is set, changed, cleared and disabled (3.5). Keys and certificates are "
        "outside the twin, which can hold no secret.",
        ("pins",),
    ),
    Area(
        "DCC Processing",
        "Requests, responses and alerts as they come from the real feed, and what became of them.",
        ("messages",),
    ),
    Area(
        "Manage Service",
        "Milestones, requests for information, reviews and recommendations; refused records and "
        "what operators did about them.",
        ("programme",),
    ),
)
"""In the order of the document."""
