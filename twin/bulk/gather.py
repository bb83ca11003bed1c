"""From the rows that count to the columns of state."""

from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from twin.bulk.columns import SCHEMAS
from twin.bulk.effect_tables import DEVICE_TYPES
from twin.bulk.effects import CODES, EFFECTS, Count, HomeSlot, Part, Slot, halved
from twin.bulk.found import Folded
from twin.bulk.series import (
    chosen,
    counted,
    device_texts,
    either,
    moments,
    premises_texts,
    uuid,
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
    """Values of the rows that count, column by column."""

    def __init__(self, folded: Folded) -> None:
        """Of a range that was folded."""
        self._folded = folded
        self._events = folded.events

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables of the premises that the kernels cover, in no order."""
        found = {
            "premises": self._premises(),
            "devices": self._devices(),
            "executions": self._executions(),
            "pairings": self._pairings(),
        }
        return {name: found[name].select(schema.names()) for name, schema in SCHEMAS.items()}

    def _value(self, name: str, rows: NDArray[Any]) -> pl.Series:
        """A facet at these rows; null where there is no row (-1)."""
        column = self._events.facets[name]
        found = column.take(pa.array(rows, pa.int64(), mask=rows < 0))
        if pa.types.is_dictionary(found.type):
            found = found.cast(pa.string())
        return pl.Series(name, found)

    def _at(self, rows: NDArray[Any]) -> pl.Series:
        """Moments of these rows."""
        return moments(self._events.at[rows], rows >= 0)

    def _word(self, words: dict[str, str], rows: NDArray[Any]) -> pl.Series:
        """What the names of the rows' effects are called."""
        by_code = [words.get(name) for name in EFFECTS]
        return chosen([*by_code, None], np.where(rows >= 0, self._events.code[rows], -1))

    def _is(self, name: str, rows: NDArray[Any]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (rows >= 0) & (self._events.code[rows] == CODES[name])
        return found

    def _ids(self, premises: NDArray[Any]) -> pl.Series:
        return premises_texts(self._folded.homes.numbers[premises])

    def _premises(self) -> pl.DataFrame:
        homes = self._folded.homes
        registered, coverage, pin, duty = (homes.held[:, slot] for slot in HomeSlot)
        counted = {one: homes.counted[:, one] for one in Count}
        return self._covered(
            np.arange(len(homes.numbers)),
            {
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
                "breaches": homes.breaches,
                "hub_id": self._active_id(DeviceType.CHF),
                "esme_id": self._active_id(DeviceType.ESME),
                "capable": self._capable(Slot.TRUTH),
                "believed": self._capable(Slot.BELIEF),
                "applied": homes.applied,
                "duplicates": homes.duplicates,
                "held": homes.waiting,
                "dead": np.zeros(len(homes.numbers), np.int64),
                "gaps": homes.gaps,
                "missing": homes.missing,
            },
        )

    def _active_id(self, kind: DeviceType) -> pl.Series:
        active = self._folded.homes.active[kind]
        return device_texts(self._folded.devices.numbers, active)

    def _capable(self, slot: Slot) -> NDArray[np.bool_]:
        """Hub and electricity meter run firmware with local pairing (BR04, BR05)."""
        flags = self._events.facets["pairing_capable"].fill_null(False)
        told = np.append(flags.to_numpy(zero_copy_only=False), False)
        held = np.append(self._folded.devices.held[:, slot], -1)
        hub, esme = (self._folded.homes.active[one] for one in (DeviceType.CHF, DeviceType.ESME))
        found: NDArray[np.bool_] = told[held[hub]] & told[held[esme]]
        return found

    def _devices(self) -> pl.DataFrame:
        devices = self._folded.devices
        held = {slot: devices.held[:, slot] for slot in Slot}
        installed, truth, belief = held[Slot.INSTALLED], held[Slot.TRUTH], held[Slot.BELIEF]
        link, status, exchange = held[Slot.LINK], held[Slot.STATUS], held[Slot.EXCHANGE]
        image, dated, word = held[Slot.IMAGE], held[Slot.ACTIVATION], held[Slot.HIGH_BANDWIDTH]
        # the gas proxy came with a fact of the hub, whose variant is not its own
        is_proxy = devices.types == DEVICE_TYPES.index(DeviceType.GPF)
        known = devices.types >= 0
        return self._covered(
            devices.premises,
            {
                "device_id": device_texts(devices.numbers, np.arange(len(known))),
                "device_type": chosen([*DEVICE_TYPES, None], devices.types),
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
            },
        )

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
        told = np.where(announced, -1, rows)
        is_announced = pl.Series(announced)
        return {
            "status_at": self._at(rows),
            "status": either(is_announced, DeviceStatus.PENDING, self._value("to_status", told)),
            "status_reason": either(
                is_announced, StatusReason.PRE_NOTIFIED, self._value("reason", told)
            ),
        }

    def _replaced(self, rows: NDArray[Any]) -> pl.Series:
        return device_texts(self._events.replaced, rows)

    def _executions(self) -> pl.DataFrame:
        found, devices = self._folded.executions, self._folded.devices
        enrolled = found.enrolled
        placed = np.where(self._is("firmware.device-enrolled", enrolled), enrolled, -1)
        excluded = np.where(placed >= 0, -1, enrolled)
        begun = found.attempt > 0
        campaigns = self._events.facets["campaign_id"].dictionary.to_pylist()
        versions = self._events.facets["firmware_version"].dictionary.to_pylist()
        states = [_STATES.get(rank) for rank in range(max(_STATES) + 1)]
        return self._covered(
            devices.premises[found.device],
            {
                "device_id": device_texts(devices.numbers, found.device),
                "campaign_id": chosen([*campaigns, None], found.campaign),
                "enrolled_at": self._at(enrolled),
                "enrolled_wave": self._value("wave", placed),
                "place": self._value("place", placed),
                "region": self._value("region", placed),
                "supplier": self._value("supplier", placed),
                "enrolled_version": self._value("firmware_version", placed),
                "exclusion": self._value("reason", excluded),
                "wave": counted(found.wave, begun),
                "attempt": counted(found.attempt, begun),
                "state": chosen([*states, None], np.where(begun, found.rank, -1)),
                "requested_at": moments(found.requested, begun),
                "reached_at": moments(found.reached, begun),
                "released_at": moments(found.released, begun),
                "target_version": chosen([*versions, None], found.target),
            },
        )

    def _pairings(self) -> pl.DataFrame:
        found = self._folded.pairings
        started, ended = found.started, found.ended
        outcomes = {
            name: _ENDS[effect.attempt]
            for name, effect in EFFECTS.items()
            if effect.attempt in _ENDS
        }
        high, low = (half[found.first].tolist() for half in self._events.attempt)
        prompted = self._value("pin_prompted", started).fill_null(False)
        return self._covered(
            found.premises,
            {
                "attempt_id": pl.Series(map(uuid, high, low), dtype=pl.String),
                "route": self._value("route", found.routed),
                "channel": self._value("channel", started),
                "role": self._value("role", started),
                "pin_prompted": prompted,
                "started_at": self._at(started),
                "codes_rejected": found.rejected,
                "cad_id": device_texts(self._events.device, found.named),
                "ended_at": self._at(ended),
                "outcome": self._word(outcomes, ended),
                "cause": self._value("cause", ended),
                "stage": self._value("stage", ended),
            },
        )

    def _covered(self, premises: NDArray[Any], columns: dict[str, Any]) -> pl.DataFrame:
        """The rows whose premises the kernels cover."""
        ids = self._ids(premises)
        frame = pl.DataFrame({"premises_id": ids, **columns})
        return frame.filter(pl.Series(self._folded.homes.bad[premises] == 0))
