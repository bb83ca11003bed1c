"""The server.properties of a Kafka of one node, small enough for a laptop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.broker.failures import BrokerUnavailable

NODE_ID = 1
TEN_YEARS_IN_MINUTES = 5_256_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProperties:
    """What may differ from one local Kafka to another; ports are on 127.0.0.1, sizes in bytes."""

    port: int
    controller_port: int
    log_folder: Path
    message_bytes_max: int = 8 * 1024 * 1024
    segment_bytes: int = 128 * 1024 * 1024
    flush_milliseconds: int = 1000


def render(properties: ServerProperties) -> str:
    """Write the properties in Java's format, grouped, each group under the reason for it."""
    groups = (
        _who_and_where(properties),
        _one_node(),
        _kept(properties),
        _small_machine(properties),
    )
    return "\n".join(
        f"# {reason}\n" + "".join(f"{name}={_escaped(value)}\n" for name, value in lines.items())
        for reason, lines in groups
    )


_Group = tuple[str, dict[str, str | int]]


def _who_and_where(properties: ServerProperties) -> _Group:
    broker, controller = properties.port, properties.controller_port
    return "Broker and controller in one process, reached from this machine only.", {
        "process.roles": "broker,controller",
        "node.id": NODE_ID,
        "controller.quorum.voters": f"{NODE_ID}@127.0.0.1:{controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{broker}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": _one_folder(properties.log_folder),
    }


def _one_node() -> _Group:
    return "One node: one replica of everything, few partitions of Kafka's own topics.", {
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "group.initial.rebalance.delay.ms": 0,
        "auto.create.topics.enable": "false",
        # A killed broker may come back only when its old registration has run out.
        "broker.heartbeat.interval.ms": 500,
        "broker.session.timeout.ms": 4000,
    }


def _kept(properties: ServerProperties) -> _Group:
    # The log is the only truth, so nothing in it ends by age, nor do the places of groups that
    # pause for weeks. With no second replica, only the disk saves a record from a power cut.
    return "Kept for ever unless a topic says otherwise, and on the disk within a second.", {
        "log.retention.ms": -1,
        "log.retention.bytes": -1,
        "offsets.retention.minutes": TEN_YEARS_IN_MINUTES,
        "log.flush.interval.ms": properties.flush_milliseconds,
        "log.flush.scheduler.interval.ms": properties.flush_milliseconds,
        "message.max.bytes": properties.message_bytes_max,
        "log.segment.bytes": properties.segment_bytes,
        "log.index.size.max.bytes": 1024 * 1024,
    }


def _small_machine(properties: ServerProperties) -> _Group:
    return "Threads and buffers for two cores and a heap of 384 MB.", {
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 4,
        "num.recovery.threads.per.data.dir": 2,
        "log.cleaner.threads": 1,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        "replica.fetch.max.bytes": properties.message_bytes_max,
    }


def _one_folder(folder: Path) -> str:
    if "," in str(folder):
        raise BrokerUnavailable(
            f"Kafka reads a comma in {folder} as the end of the name; choose a folder without one."
        )
    return str(folder)


def _escaped(value: str | int) -> str:
    # Java reads properties as Latin-1 and a backslash as the start of an escape.
    units = str(value).replace("\\", "\\\\").encode("utf-16-be")
    codes = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(chr(code) if 0x20 <= code < 0x7F else f"\\u{code:04x}" for code in codes)
