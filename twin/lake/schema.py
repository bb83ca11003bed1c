"""Columns of the events table: coordinates, times, the bytes, and one typed column a facet."""

from typing import Final

import pyarrow as pa

COORDINATES: Final = (
    pa.field("topic", pa.string(), nullable=False),
    pa.field("epoch", pa.int32(), nullable=False),
    pa.field("partition", pa.int32(), nullable=False),
    pa.field("offset", pa.int64(), nullable=False),
    pa.field("key", pa.string()),
    pa.field("logged_at", pa.timestamp("us", tz="UTC"), nullable=False),
    pa.field("value", pa.binary()),
    pa.field("refusal", pa.string()),
)
ENVELOPE: Final = (
    pa.field("event_id", pa.string()),
    pa.field("source", pa.string()),
    pa.field("sequence", pa.int64()),
    pa.field("event", pa.string()),
    pa.field("family", pa.string()),
    pa.field("occurred_at", pa.timestamp("us", tz="UTC")),
    pa.field("recorded_at", pa.timestamp("us", tz="UTC")),
    pa.field("provenance", pa.string()),
)
_TEXT: Final = (
    "device_id",
    "device_type",
    "campaign_id",
    "firmware_version",
    "outcome",
    "premises_type",
    "csp_region",
    "gsp_group",
    "supplier",
    "hub_variant",
    "band",
    "reason",
    "attempt_id",
    "route",
    "channel",
    "cause",
    "stage",
    "pin_class",
    "by",
    "purpose",
    "decision",
    "why",
    "plan_hash",
    "command",
    "answer",
    "model",
)
_COUNT: Final = (
    "wave",
    "attempt",
    "code_length",
    "duration_s",
    "entry",
    "members",
    "settled",
    "confirmed",
    "errors",
    "shortfall",
    "tick",
)
_FLAG: Final = (
    "pairing_capable",
    "response_lost",
    "dual_fuel",
    "shared_meter_space",
    "ghz_2_4",
    "sub_ghz",
    "accepted",
    "pin_prompted",
    "complete",
)
FACETS: Final = (
    *(pa.field(name, pa.string()) for name in _TEXT),
    *(pa.field(name, pa.int64()) for name in _COUNT),
    *(pa.field(name, pa.bool_()) for name in _FLAG),
    pa.field("upto", pa.float64()),
)
EVENTS: Final = pa.schema([*COORDINATES, *ENVELOPE, *FACETS])
"""Schema of the events table; adding a facet is a new nullable column."""
