"""The two ports of a local Kafka, remembered beside its data so that clients find it again."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from infra.broker.failures import BrokerUnavailable

HOST = "127.0.0.1"


class PortTaken(BrokerUnavailable):
    """The port that was asked for is in use."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The port for clients and the port of the controller, both on 127.0.0.1."""

    broker: int
    controller: int


def choose(*, asked: int | None, remembered: Ports | None) -> Ports:
    """Choose ports: the one asked for or refused, else the remembered, else free ones.

    Raises `PortTaken`.
    """
    if asked is not None and not is_free(asked):
        raise PortTaken(
            f"Port {asked} on {HOST} is taken by another program; give another port, or none to "
            "have a free one chosen."
        )
    broker = asked if asked is not None else _kept(remembered.broker if remembered else None)
    controller = _kept(remembered.controller if remembered else None)
    while controller == broker:
        controller = _free_port()
    return Ports(broker=broker, controller=controller)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now, as Java would (SO_REUSEADDR)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def read(path: Path) -> Ports | None:
    """Read the remembered ports; a missing or spoilt file counts as none, since ports are free."""
    try:
        remembered = json.loads(path.read_text(encoding="utf-8"))
        return Ports(broker=int(remembered["broker"]), controller=int(remembered["controller"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(path: Path, *, ports: Ports) -> None:
    """Remember the ports, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(
        json.dumps({"broker": ports.broker, "controller": ports.controller}) + "\n",
        encoding="utf-8",
    )
    os.replace(draft, path)  # noqa: PTH105


def _kept(port: int | None) -> int:
    return port if port is not None and is_free(port) else _free_port()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
