"""The storage of a local Kafka: formatted once, whole or not at all, and never by guesswork."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from infra.broker.failures import BrokerUnavailable
from infra.broker.properties import NODE_ID, ServerProperties, render

FORMAT_SECONDS_MAX = 120
KNOWN_VERSION = "1"


class StorageUnreadable(BrokerUnavailable):
    """The data folder holds something that this Kafka must not start on."""


def cluster_id_of(log_folder: Path) -> str:
    """Read the cluster id from meta.properties; raises `StorageUnreadable`."""
    meta = log_folder / "meta.properties"
    try:
        lines = meta.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(log_folder, why="its meta.properties cannot be read") from error
    entries = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    if entries.get("version") != KNOWN_VERSION or entries.get("node.id") != str(NODE_ID):
        raise _unreadable(log_folder, why="another version or node formatted it")
    if not entries.get("cluster.id"):
        raise _unreadable(log_folder, why="its meta.properties names no cluster")
    return entries["cluster.id"]


def ensure_formatted(*, java: Sequence[str], properties: ServerProperties) -> str:
    """Format the storage unless it is; gives the cluster id.

    `java` is the command up to the main class. Raises `BrokerUnavailable`.
    """
    log_folder = properties.log_folder
    if log_folder.exists():
        return cluster_id_of(log_folder)
    # Formatted under another name and then renamed: a start that is killed half-way leaves
    # nothing that looks like storage.
    draft = replace(properties, log_folder=log_folder.with_name(f"{log_folder.name}.draft"))
    shutil.rmtree(draft.log_folder, ignore_errors=True)
    _format(java=java, properties=draft)
    os.replace(draft.log_folder, log_folder)  # noqa: PTH105
    return cluster_id_of(log_folder)


def _format(*, java: Sequence[str], properties: ServerProperties) -> None:
    settings = properties.log_folder.with_name("format.properties")
    settings.write_text(render(properties), encoding="ascii")
    step = ["kafka.tools.StorageTool", "format", "-t", _new_cluster_id(), "-c", str(settings)]
    try:
        result = subprocess.run(
            [*java, *step],
            check=False,
            capture_output=True,
            text=True,
            timeout=FORMAT_SECONDS_MAX,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrokerUnavailable(
            f"Kafka's storage could not be formatted ({type(error).__name__}); try again."
        ) from error
    if result.returncode != 0:
        said = (result.stderr or result.stdout).strip().splitlines() or ["no reason given"]
        raise BrokerUnavailable(
            f"Kafka's storage under {properties.log_folder.parent} could not be formatted: "
            f"{said[-1].strip()}"
        )
    settings.unlink()


def _new_cluster_id() -> str:
    # Kafka's own form: 16 random bytes in URL-safe base 64 without padding, no leading dash
    # (the command line would take it for an option).
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")


def _unreadable(log_folder: Path, *, why: str) -> StorageUnreadable:
    return StorageUnreadable(
        f"The Kafka data under {log_folder} cannot be started on ({why}); start with the version "
        "that wrote it, or move that folder away and go on with `twin run --restore`."
    )
