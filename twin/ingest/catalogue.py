"""Which models there are, and which firmware version of each has local pairing (an assumption)."""

import os
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec

from twin.ingest.cpl import parse_cpl
from twin.ingest.cpl_entry import SMETS1, CplEntry
from twin.vocabulary import DeviceType


class Catalogue:
    """The entries of a list, asked by model.

    No list says which version has local pairing, because none ever had. The rule is the row
    `pairing_capable_rule` of the fleet's assumptions: the newest Current version of a SMETS2
    model with at least two Current versions has it, the older ones have not; newest is the
    highest number. A model with one version can neither have nor get it.
    """

    def __init__(self, entries: Iterable[CplEntry]) -> None:
        self.entries: tuple[CplEntry, ...] = tuple(entries)
        found: dict[str, set[str]] = {}
        self._kinds: dict[str, DeviceType] = {}
        for entry in self.entries:
            if entry.status == "Current" and entry.specification != SMETS1:
                found.setdefault(entry.model, set()).add(entry.firmware_version)
                self._kinds[entry.model] = entry.kind
        self._versions = {model: tuple(sorted(versions)) for model, versions in found.items()}

    def models(self, device_kind: DeviceType) -> tuple[str, ...]:
        """Models of a device type with a Current version, SMETS1 apart, in order of their ids."""
        return tuple(sorted(m for m, kind in self._kinds.items() if kind == device_kind))

    def versions(self, model_id: str) -> tuple[str, ...]:
        """Current versions of a model from oldest to newest; none for an unknown model."""
        return self._versions.get(model_id, ())

    def capable_version(self, model_id: str) -> str | None:
        """The version of a model that has local pairing, or None where there is none."""
        versions = self.versions(model_id)
        return versions[-1] if len(versions) > 1 else None

    def older_version(self, model_id: str) -> str | None:
        """The newest version of a model without local pairing, or None for an unknown model."""
        versions = self.versions(model_id)
        if not versions:
            return None
        return versions[-2] if len(versions) > 1 else versions[-1]

    def is_capable(self, *, model_id: str, version: str) -> bool:
        """Whether a version of a model has local pairing."""
        return self.capable_version(model_id) == version

    def upgradable(self, device_kind: DeviceType) -> tuple[str, ...]:
        """Models that have a version with local pairing and one without."""
        return tuple(m for m in self.models(device_kind) if self.capable_version(m) is not None)


def write_catalogue(path: Path, entries: Iterable[CplEntry]) -> None:
    """Write entries to a file as a whole or not at all: aside, flushed, then put in its place."""
    aside = path.with_name(f"{path.name}.writing")
    with aside.open("wb") as stream:
        stream.write(msgspec.json.encode(tuple(entries)))
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue that `write_catalogue` wrote; raises OSError or ValueError where it is not."""
    try:
        return Catalogue(msgspec.json.decode(path.read_bytes(), type=tuple[CplEntry, ...]))
    except msgspec.DecodeError as error:
        raise ValueError(f"{path.name} is no catalogue: {error}") from error


@lru_cache(maxsize=1)
def shipped_catalogue() -> Catalogue:
    """The made-up list that comes with the twin; every id in it is invented."""
    text = files("twin.ingest").joinpath("reference/cpl_made_up.csv").read_text("utf-8")
    reading = parse_cpl(text)
    if reading.faults:
        raise AssertionError(f"the shipped list is wrong: {reading.faults[0]}")
    return Catalogue(reading.entries)
