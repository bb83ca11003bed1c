"""Does a Kafka answer at this address, and is it the one we mean?"""

from __future__ import annotations

import socket

FIRST_ANSWER_SECONDS_MAX = 10.0


def answers(bootstrap: str, *, cluster_id: str, timeout: float) -> bool:
    """Ask once for the cluster's metadata; true when our cluster has a broker in service.

    `timeout` in seconds. Another cluster at the address counts as no answer.
    """
    if not _listens(bootstrap, timeout=timeout):
        return False
    from kafka import KafkaAdminClient  # here, since most callers of this package never ask
    from kafka.errors import KafkaError

    patience = max(0.1, min(timeout, FIRST_ANSWER_SECONDS_MAX))
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            bootstrap_timeout_ms=int(patience * 1000),
            request_timeout_ms=int(patience * 1000),
        )
    except KafkaError:
        return False
    try:
        cluster = admin.describe_cluster()
        return cluster["cluster_id"] == cluster_id and bool(cluster["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()


def _listens(bootstrap: str, *, timeout: float) -> bool:
    # A bare connection first: until the port is open there is nothing to build a client for.
    host, port = bootstrap.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=max(0.1, min(timeout, 1.0))).close()
    except OSError:
        return False
    return True
