"""The peer: a plain, idiomatic Faust app that does the same work, one table write an event.

The same records, the same decoding and fold, the same store, a table with its changelog, Faust's
own settings for producer and consumer. It is run as fairly as ours: uvloop, log level info.
"""

import json
import sys
import time
from collections.abc import AsyncIterator

import faust
import uvloop
from faust.types import StreamT

from streams import topics, worker
from twin.state.entry import Record, decode_entry, encode_entry, entry_name, new_entry
from twin.state.step import step
from twin.state.verdicts import Verdict


def build(*, app_id: str, bootstrap: str, folder: str, count: int) -> faust.App:
    """The app; after `count` events it writes its moments to standard output."""
    uvloop.install()
    app = faust.App(
        app_id,
        broker=f"kafka://{bootstrap}",
        store="rocksdb://?driver=rocksdict",
        datadir=folder,
        key_serializer="raw",
        value_serializer="raw",
        topic_partitions=topics.PARTITIONS,
        topic_replication_factor=1,
        web_enabled=False,
        autodiscover=False,
    )
    source = app.topic(topics.PREMISES_EVENTS, key_serializer="raw", value_serializer="raw")
    table = app.Table("premises", partitions=topics.PARTITIONS, key_type=bytes, value_type=bytes)
    moments: dict[str, float] = {"done": 0}

    @app.agent(source)
    async def premises(stream: StreamT[bytes]) -> AsyncIterator[Verdict]:
        async for event in stream.events():
            message = event.message
            name = entry_name(message.key)
            key = name.encode()
            held = table.get(key)
            entry = new_entry(name) if held is None else decode_entry(held)
            record = Record(message.key, message.value, 0, message.partition, message.offset)
            entry, verdict = step(entry, record)
            table[key] = encode_entry(entry)
            _note(moments, count)
            yield verdict

    return app


def _note(moments: dict[str, float], count: int) -> None:
    moments["done"] += 1
    if moments["done"] == count // 10:
        moments |= {"began": time.monotonic(), "worked": time.process_time()}
    if moments["done"] == count:
        report = {
            "events": count - count // 10,
            "seconds": time.monotonic() - moments["began"],
            "cpu_seconds": time.process_time() - moments["worked"],
        }
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    app_id, bootstrap, folder, count = sys.argv[1:]
    worker.run(build(app_id=app_id, bootstrap=bootstrap, folder=folder, count=int(count)))
