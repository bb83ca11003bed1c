"""The one Faust app: its settings, topics and table; agents are attached by `streams.worker`."""

import faust
from faust.types.web import ResourceOptions  # noqa: F401  (Faust resolves its settings by it)

from streams import topics
from streams.consumer import Consumer
from streams.settings import Settings
from streams.stored import APP_ID

SESSION_SECONDS = 10.0
"""How long a silent worker keeps its partitions; its peers take over after that."""


def make_app(settings: Settings, *, broker: str) -> faust.App:
    """The app of one worker, with a data folder of its own under TWIN_HOME.

    At-least-once with state that knows its position (D8); our own bytes in and out. Records go
    out in large batches: see docs/decisions for what each number was measured to bring.
    """
    folder = settings.home.absolute() / "worker" / settings.worker
    folder.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        APP_ID,
        broker=f"kafka://{broker}",
        store="rocksdb://?driver=rocksdict",
        datadir=str(folder),
        value_serializer="raw",
        key_serializer="raw",
        topic_partitions=topics.PARTITIONS,
        topic_replication_factor=1,
        topic_disable_leader=True,
        processing_guarantee="at_least_once",
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=4 * 1024 * 1024,
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=2.0,
        broker_commit_interval=1.0,
        producer_linger=0.0,
        producer_max_batch_size=1024 * 1024,
        producer_max_request_size=topics.MAX_RECORD,
        stream_buffer_maxsize=16_384,
        stream_wait_empty=False,
        web_enabled=False,
        autodiscover=False,
    )
    app.transport.Consumer = Consumer  # type: ignore[misc]
    return app
