"""Values that the built documents have to be read as."""

from datetime import UTC, datetime
from hashlib import sha256

from tests.ingest.duis.duis_documents import (
    ESME,
    USER,
)
from twin.ingest.duis import sub_ghz
from twin.ingest.duis.values import (
    FirmwareImage,
    GbcsPayload,
    RequestId,
)

AT = datetime(2017, 7, 3, 10, 15, tzinfo=UTC)
ASKED = RequestId(USER, ESME, 7)
IMAGE = FirmwareImage(5, sha256(b"image").hexdigest())
PAYLOAD = GbcsPayload(length=3, octets=b"\x01\x02\x03")
CLOSED = GbcsPayload(length=3, withheld=True)
SETTINGS = sub_ghz.SubGhzSettings(
    lower_0_to_26=(0, 3, 26),
    lower_27_to_34=(27,),
    lower_35_to_61=(),
    upper_0_to_26=(4,),
    normal_limited_percent=1.2,
    limited_critical_percent=2.1,
    channel_changes_per_week_max=4,
    gsme_curfew=8,
    channel_quieter_threshold=9,
    channel_noisier_threshold=11,
    non_gsme_poor_comms_percent=55.5,
    non_gsme_poor_comms_periods=120,
    local_noise_period=90,
    local_failure_percent=35.0,
    local_retry_percent=25.0,
)
