"""The local Apache Kafka of the twin: jars, properties, storage, start and stop."""

from __future__ import annotations

from infra.broker.failures import BrokerUnavailable
from infra.broker.jars import JarMismatch, JarUnavailable, ensure_jars
from infra.broker.local import BrokerRunning, LocalBroker
from infra.broker.ports import PortTaken
from infra.broker.running import running_broker
from infra.broker.storage import StorageUnreadable

__all__ = [
    "BrokerRunning",
    "BrokerUnavailable",
    "JarMismatch",
    "JarUnavailable",
    "LocalBroker",
    "PortTaken",
    "StorageUnreadable",
    "ensure_jars",
    "running_broker",
]
