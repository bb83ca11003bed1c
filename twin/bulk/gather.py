"""From the rows that count to the columns of state."""

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from twin.bulk.columns import SCHEMAS
from twin.bulk.effect_tables import DEVICE_TYPES
from twin.bulk.effects import CODES, EFFECTS, Count, Part, Slot, halved
from twin.bulk.found import Folded
from twin.bulk.ranked import ordered, ranks
from twin.bulk.series import (
    chosen,
    counted,
    device_list,
    device_texts,
    moments,
    premises_list,
    uuid_texts,
)
from twin.state.executions import RANKS
from twin.state.lifecycle_changes import OUTAGES_KEPT
from twin.state.sub_ghz_changes import CHANNEL_CHANGES_KEPT
from twin.vocabulary import DeviceStatus, DeviceType, StatusReason

_EVIDENCE: Final = {
    "lifecycle.hub-installed": "installed",
    "lifecycle.device-installed": "installed",
    "firmware.activated": "activated",
    "firmware.activated/response lost": "activated",
    "firmware.executing-changed": "activated",
    "firmware.version-read": "read",
}
_LINK_WORDS: Final = {
    "bands.high-bandwidth-link-opened": "open",
    "bands.high-bandwidth-link-closed": "closed",
    "bands.high-bandwidth-link-refused": "refused",
}
_ENDS: Final = {Part.COMPLETED: "completed", Part.FAILED: "failed", Part.ABANDONED: "abandoned"}
_STATES: Final = {halved(state): state.value for state in RANKS}
_REGISTERED: Final = (
    "premises_type",
    "csp_region",
    "gsp_group",
    "supplier",
    "dual_fuel",
    "shared_meter_space",
)


class Gathering:
    """Values of the rows that count, column by column, in the order of the tables."""

    def __init__(self, folded: Folded) -> None:
        """Of a range that was folded; premises that the kernels do not cover are left out."""
        self._folded = folded
        self._events = folded.events
        homes = folded.homes
        covered = np.flatnonzero(homes.bad == 0)
        self._homes = covered[np.argsort(homes.numbers[covered], kind="stable")]
        self._home_rank = ranks(self._homes, len(homes.numbers))
        self._home_ids = premises_list(homes.numbers[self._homes])
        devices = folded.devices
        of = self._home_rank[devices.premises]
        self._devices_at = ordered(of, devices.numbers, devices.numbers)
        self._device_rank = ranks(self._devices_at, len(devices.numbers))
        self._device_ids = device_list(devices.numbers[self._devices_at])

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables of the premises that the kernels cover, in order."""
        found = {
            "premises": self._premises(),
            "devices": self._devices(),
            "executions": self._executions(),
            "pairings": self._pairings(),
        }
        return {
            name: pl.DataFrame(found[name]).select(schema.names()).cast(schema)
            for name, schema in SCHEMAS.items()
        }

    def _value(self, name: str, rows: NDArray[Any]) -> pl.Series:
        """A facet at these rows; null where there is no row (-1)."""
        if name in self._events.words:
            return self._events.words[name].series(rows)
        return self._events.facets[name].series(rows)

    def _at(self, rows: NDArray[Any]) -> pl.Series:
        """Moments of these rows."""
        return moments(self._events.at, rows)

    def _word(self, words: dict[str, str], rows: NDArray[Any]) -> pl.Series:
        """What the names of the rows' effects are called."""
        by_code = [words.get(name) for name in EFFECTS]
        return chosen(by_code, np.where(rows >= 0, self._events.code[rows], -1))

    def _is(self, name: str, rows: NDArray[Any]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (rows >= 0) & (self._events.code[rows] == CODES[name])
        return found

    def _ids(self, premises: NDArray[Any]) -> pl.Series:
        return self._home_ids.at(self._home_rank[premises])

    def _premises(self) -> dict[str, Any]:
        homes, at = self._folded.homes, self._homes
        registered, coverage, pin, duty = np.ascontiguousarray(homes.held[at].T)
        counted = {one: homes.counted[at, one] for one in Count}
        return {
            "premises_id": self._home_ids.all(),
            **{name: self._value(name, registered) for name in _REGISTERED},
            "ghz_2_4": self._value("ghz_2_4", coverage),
            "sub_ghz": self._value("sub_ghz", coverage),
            "pin_at": self._at(pin),
            "pin_class": self._value("pin_class", pin),
            "pin_accepted": counted[Count.PIN_ACCEPTED],
            "pin_refused": counted[Count.PIN_REFUSED],
            "intruders": counted[Count.INTRUDERS],
            "intruders_paired": counted[Count.INTRUDERS_PAIRED],
            "duty_cycle": self._value("to_state", duty),
            "scans": counted[Count.SCANS],
            "channel_changes": np.minimum(counted[Count.CHANNEL_CHANGES], CHANNEL_CHANGES_KEPT),
            "discarded": counted[Count.DISCARDED],
            "outages": np.minimum(counted[Count.OUTAGES], OUTAGES_KEPT),
            "breaches": homes.breaches[at],
            "hub_id": self._active_id(DeviceType.CHF),
            "esme_id": self._active_id(DeviceType.ESME),
            "capable": self._capable(Slot.TRUTH),
            "believed": self._capable(Slot.BELIEF),
            "applied": homes.applied[at],
            "duplicates": homes.duplicates[at],
            "held": homes.waiting[at],
            "dead": np.zeros(len(at), np.int64),
            "gaps": homes.gaps[at],
            "missing": homes.missing[at],
        }

    def _active_id(self, kind: DeviceType) -> pl.Series:
        active = self._folded.homes.active[kind][self._homes]
        return self._device_ids.at(self._device_rank[active])

    def _capable(self, slot: Slot) -> NDArray[np.bool_]:
        """Hub and electricity meter run firmware with local pairing (BR04, BR05)."""
        told = self._events.facets["pairing_capable"]
        held = np.append(self._folded.devices.held[:, slot], -1)
        active = self._folded.homes.active
        hub, esme = (active[one][self._homes] for one in (DeviceType.CHF, DeviceType.ESME))
        found: NDArray[np.bool_] = (told.at(held[hub]) & told.at(held[esme])) != 0
        return found

    def _devices(self) -> dict[str, Any]:
        devices, at = self._folded.devices, self._devices_at
        types = devices.types[at]
        held = dict(zip(Slot, np.ascontiguousarray(devices.held[at].T), strict=True))
        installed, truth, belief = held[Slot.INSTALLED], held[Slot.TRUTH], held[Slot.BELIEF]
        link, status, exchange = held[Slot.LINK], held[Slot.STATUS], held[Slot.EXCHANGE]
        image, dated, word = held[Slot.IMAGE], held[Slot.ACTIVATION], held[Slot.HIGH_BANDWIDTH]
        # the gas proxy came with a fact of the hub, whose variant is not its own
        is_proxy = types == DEVICE_TYPES.index(DeviceType.GPF)
        return {
            "premises_id": self._ids(devices.premises[at]),
            "device_id": self._device_ids.all(),
            "device_type": chosen(DEVICE_TYPES, types),
            "model": self._value("model", installed),
            "hub_variant": self._value("hub_variant", np.where(is_proxy, -1, installed)),
            "installed_at": self._at(installed),
            "commissioned_at": self._at(held[Slot.COMMISSIONED]),
            "joined_at": self._at(held[Slot.JOINED]),
            **self._firmware("truth", truth),
            **self._firmware("belief", belief),
            "link_at": self._at(link),
            "band": self._value("band", link),
            "band_reason": self._value("reason", link),
            **self._status(status),
            "replaced_device_id": self._replaced(exchange),
            "exchange_reason": self._value("reason", exchange),
            "retired_at": self._at(held[Slot.RETIRED]),
            "image_at": self._at(image),
            "image_version": self._value("firmware_version", image),
            "activation_at": self._at(dated),
            "execute_at": self._value("execute_at", dated),
            "link_word_at": self._at(word),
            "link_word": self._word(_LINK_WORDS, word),
            "log_at": self._at(held[Slot.LOG]),
            "mismatch_at": self._at(held[Slot.MISMATCH]),
            "power_on_fault_at": self._at(held[Slot.POWER_ON_FAULT]),
        }

    def _firmware(self, word: str, rows: NDArray[Any]) -> dict[str, pl.Series]:
        return {
            f"{word}_at": self._at(rows),
            f"{word}_version": self._value("firmware_version", rows),
            f"{word}_capable": self._value("pairing_capable", rows),
            f"{word}_evidence": self._word(_EVIDENCE, rows),
        }

    def _status(self, rows: NDArray[Any]) -> dict[str, pl.Series]:
        """A device that was announced is pending; every other status is told."""
        announced = self._is("lifecycle.device-pre-notified", rows)
        status, reason = (self._events.words[name] for name in ("to_status", "reason"))
        return {
            "status_at": self._at(rows),
            "status": status.series_but(rows, announced, DeviceStatus.PENDING),
            "status_reason": reason.series_but(rows, announced, StatusReason.PRE_NOTIFIED),
        }

    def _replaced(self, rows: NDArray[Any]) -> pl.Series:
        replaced = self._events.replaced
        named = np.where(replaced.holds(rows), np.arange(len(rows)), -1)
        return device_texts(replaced.at(rows), named)

    def _executions(self) -> dict[str, Any]:
        found, at = self._folded.executions, self._executions_at()
        enrolled, device = found.enrolled[at], found.device[at]
        placed = np.where(self._is("firmware.device-enrolled", enrolled), enrolled, -1)
        excluded = np.where(placed >= 0, -1, enrolled)
        begun = found.attempt[at] > 0
        when = np.where(begun, at, -1)
        campaigns = self._events.words["campaign_id"].texts
        versions = self._events.words["firmware_version"].texts
        states = [_STATES.get(rank) for rank in range(max(_STATES) + 1)]
        return {
            "premises_id": self._ids(self._folded.devices.premises[device]),
            "device_id": self._device_ids.at(self._device_rank[device]),
            "campaign_id": chosen(campaigns, found.campaign[at]),
            "enrolled_at": self._at(enrolled),
            "enrolled_wave": self._value("wave", placed),
            "place": self._value("place", placed),
            "region": self._value("region", placed),
            "supplier": self._value("supplier", placed),
            "enrolled_version": self._value("firmware_version", placed),
            "exclusion": self._value("reason", excluded),
            "wave": counted(found.wave[at], begun),
            "attempt": counted(found.attempt[at], begun),
            "state": chosen(states, np.where(begun, found.rank[at], -1)),
            "requested_at": moments(found.requested, when),
            "reached_at": moments(found.reached, when),
            "released_at": moments(found.released, when),
            "target_version": chosen(versions, found.target[at]),
        }

    def _executions_at(self) -> NDArray[np.int64]:
        """Executions by premises, device, and the name of their campaign."""
        found, campaigns = self._folded.executions, self._events.words["campaign_id"].texts
        by_name = ranks(
            np.array(sorted(range(len(campaigns)), key=campaigns.__getitem__), np.int64),
            len(campaigns),
        )
        campaign = by_name[found.campaign]
        return ordered(self._device_rank[found.device], campaign, campaign)

    def _pairings(self) -> dict[str, Any]:
        found = self._folded.pairings
        halves = [half.at(found.first) for half in self._events.attempt]
        at = ordered(self._home_rank[found.premises], *halves)
        started, ended = found.started[at], found.ended[at]
        outcomes = {
            name: _ENDS[effect.attempt]
            for name, effect in EFFECTS.items()
            if effect.attempt in _ENDS
        }
        return {
            "premises_id": self._ids(found.premises[at]),
            "attempt_id": uuid_texts(*(half[at] for half in halves)),
            "route": self._value("route", found.routed[at]),
            "channel": self._value("channel", started),
            "role": self._value("role", started),
            "pin_prompted": self._value("pin_prompted", started).fill_null(False),
            "started_at": self._at(started),
            "codes_rejected": found.rejected[at],
            "cad_id": device_texts(self._events.device, found.named[at]),
            "ended_at": self._at(ended),
            "outcome": self._word(outcomes, ended),
            "cause": self._value("cause", ended),
            "stage": self._value("stage", ended),
        }
