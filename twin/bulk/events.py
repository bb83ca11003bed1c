"""The records of a range of premises as the kernels take them."""

from typing import Final

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.ids import Flags, Numbers
from twin.bulk.sparse import Facet, Sparse, Words
from twin.lake.schema import EVENTS

TOPIC: Final = "premises.events"
PLACE: Final = ("topic", "key", "epoch", "partition", "offset")
"""What tells whether a record is wanted."""
_IDS: Final = ("source", "device_id", "gpf_id", "replaced_device_id", "attempt_id")
VALUES: Final = (
    "event",
    "breach",
    "device_type",
    "campaign_id",
    "firmware_version",
    "pairing_capable",
    "response_lost",
    "model",
    "hub_variant",
    "band",
    "reason",
    "to_status",
    "to_state",
    "execute_at",
    "wave",
    "attempt",
    "place",
    "region",
    "supplier",
    "transfer",
    "response",
    "premises_type",
    "csp_region",
    "gsp_group",
    "dual_fuel",
    "shared_meter_space",
    "ghz_2_4",
    "sub_ghz",
    "pin_class",
    "accepted",
    "outcome",
    "route",
    "channel",
    "role",
    "pin_prompted",
    "entry",
    "cause",
    "stage",
)
"""Facets whose values go into the columns of state, or tell variants apart."""
COLUMNS: Final = (*PLACE, "refusal", "sequence", "occurred_at", *_IDS, *VALUES)
WORDS: Final = tuple(name for name in VALUES if pa.types.is_string(EVENTS.field(name).type))
FACETS: Final = {name: EVENTS.field(name).type for name in VALUES if name not in WORDS}
BEYOND: Final = ("value", "data", "rest")
"""Columns that hold what other columns do not give back of a fact (decision 0037)."""


class Events(Struct):
    """Records of some premises: ids and words as numbers, an effect's code, other facets by row.

    `bad` is 0 for a record that the kernels understand. Moments are microseconds since 1970, UTC.
    """

    premises: Numbers
    device: Numbers
    gpf: Sparse
    replaced: Sparse
    source: Numbers
    source_kind: NDArray[np.uint8]
    attempt: tuple[Sparse, Sparse]
    sequence: NDArray[np.int64]
    at: NDArray[np.int64]
    epoch: NDArray[np.int32]
    partition: NDArray[np.int32]
    offset: NDArray[np.int64]
    code: NDArray[np.int16]
    breach: Flags
    bad: NDArray[np.uint8]
    words: dict[str, Words]
    facets: dict[str, Facet]

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.premises)
