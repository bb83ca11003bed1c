"""From the rows that count to the columns of state."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.bulk.effect_tables import DEVICE_TYPES
from twin.bulk.effects import CODES, EFFECTS, Count, Part, Slot, halved
from twin.bulk.found import Folded
from twin.bulk.narrow import IdColumn, Narrow, NumberColumn, WordColumn
from twin.bulk.ranked import ordered, ranks
from twin.bulk.taken import taken
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
_NAMES: Final = list(_STATES.values())
_OF_RANK: Final = np.array(
    [*(list(_STATES).index(n) if n in _STATES else -1 for n in range(max(_STATES) + 1)), -1],
    np.int32,
)
"""Where the name of a rank stands; the last is that of no attempt."""
_TYPES: Final = [kind.value for kind in DEVICE_TYPES]
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
        devices = folded.devices
        of = self._home_rank[devices.premises]
        self._devices_at = ordered(of, devices.numbers, devices.numbers)
        self._device_rank = ranks(self._devices_at, len(devices.numbers))

    def columns(self) -> dict[str, dict[str, Narrow]]:
        """The columns of the premises that the kernels cover, in order."""
        return {
            "premises": self._premises(),
            "devices": self._devices(),
            "executions": self._executions(),
            "pairings": self._pairings(),
        }

    def _value(self, name: str, rows: NDArray[Any]) -> Narrow:
        """A facet at these rows; null where there is no row (-1)."""
        if name in self._events.words:
            return self._events.words[name].column(rows)
        return self._events.facets[name].column(rows)

    def _at(self, rows: NDArray[Any]) -> NumberColumn:
        """Moments of these rows."""
        return NumberColumn(*taken(self._events.at, rows))

    def _word(self, words: dict[str, str], rows: NDArray[Any]) -> WordColumn:
        """What the names of the rows' effects are called."""
        texts = list(dict.fromkeys(words.values()))
        by_code = [texts.index(words[name]) if name in words else -1 for name in EFFECTS]
        # -1, of no fact, is the last
        code, held = taken(self._events.code, rows)
        places = np.array([*by_code, -1], np.int32)[code]
        return WordColumn(np.where(held, places, np.int32(-1)), texts)

    def _is(self, name: str, rows: NDArray[Any]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (rows >= 0) & (self._events.code[rows] == CODES[name])
        return found

    def _ids(self, premises: NDArray[Any]) -> IdColumn:
        return IdColumn(self._folded.homes.numbers[premises])

    def _device_ids(self, device: NDArray[Any]) -> IdColumn:
        """Device ids by the devices' places; null for -1."""
        return IdColumn(*taken(self._folded.devices.numbers, device))

    def _premises(self) -> dict[str, Narrow]:
        homes, at = self._folded.homes, self._homes
        registered, coverage, pin, duty = np.ascontiguousarray(homes.held[at].T)
        counted = {one: NumberColumn(homes.counted[at, one]) for one in Count}
        return {
            "premises_id": self._ids(at),
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
            "channel_changes": self._kept(Count.CHANNEL_CHANGES, CHANNEL_CHANGES_KEPT),
            "discarded": counted[Count.DISCARDED],
            "outages": self._kept(Count.OUTAGES, OUTAGES_KEPT),
            "breaches": NumberColumn(homes.breaches[at]),
            "hub_id": self._active_id(DeviceType.CHF),
            "esme_id": self._active_id(DeviceType.ESME),
            "capable": self._capable(Slot.TRUTH),
            "believed": self._capable(Slot.BELIEF),
            "applied": NumberColumn(homes.applied[at]),
            "duplicates": NumberColumn(homes.duplicates[at]),
            "held": NumberColumn(homes.waiting[at]),
            "dead": NumberColumn(np.zeros(len(at), np.int64)),
            "gaps": NumberColumn(homes.gaps[at]),
            "missing": NumberColumn(homes.missing[at]),
        }

    def _kept(self, count: Count, most: int) -> NumberColumn:
        """As many as the state remembers."""
        return NumberColumn(np.minimum(self._folded.homes.counted[self._homes, count], most))

    def _active_id(self, kind: DeviceType) -> IdColumn:
        return self._device_ids(self._folded.homes.active[kind][self._homes])

    def _capable(self, slot: Slot) -> NumberColumn:
        """Hub and electricity meter run firmware with local pairing (BR04, BR05)."""
        told = self._events.facets["pairing_capable"]
        held = np.append(self._folded.devices.held[:, slot], -1)
        active = self._folded.homes.active
        hub, esme = (active[one][self._homes] for one in (DeviceType.CHF, DeviceType.ESME))
        return NumberColumn((told.at(held[hub]) & told.at(held[esme])) != 0)

    def _devices(self) -> dict[str, Narrow]:
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
            "device_id": self._device_ids(at),
            "device_type": WordColumn(types.astype(np.int32), _TYPES),
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

    def _firmware(self, word: str, rows: NDArray[Any]) -> dict[str, Narrow]:
        return {
            f"{word}_at": self._at(rows),
            f"{word}_version": self._value("firmware_version", rows),
            f"{word}_capable": self._value("pairing_capable", rows),
            f"{word}_evidence": self._word(_EVIDENCE, rows),
        }

    def _status(self, rows: NDArray[Any]) -> dict[str, Narrow]:
        """A device that was announced is pending; every other status is told."""
        announced = self._is("lifecycle.device-pre-notified", rows)
        status, reason = (self._events.words[name] for name in ("to_status", "reason"))
        return {
            "status_at": self._at(rows),
            "status": status.column_but(rows, announced, DeviceStatus.PENDING),
            "status_reason": reason.column_but(rows, announced, StatusReason.PRE_NOTIFIED),
        }

    def _replaced(self, rows: NDArray[Any]) -> IdColumn:
        replaced = self._events.replaced
        return IdColumn(replaced.at(rows), replaced.holds(rows))

    def _executions(self) -> dict[str, Narrow]:
        found, at = self._folded.executions, self._executions_at()
        enrolled, device = found.enrolled[at], found.device[at]
        placed = np.where(self._is("firmware.device-enrolled", enrolled), enrolled, -1)
        excluded = np.where(placed >= 0, -1, enrolled)
        begun = found.attempt[at] > 0
        campaigns = self._events.words["campaign_id"].texts
        versions = self._events.words["firmware_version"].texts
        return {
            "premises_id": self._ids(self._folded.devices.premises[device]),
            "device_id": self._device_ids(device),
            "campaign_id": WordColumn(found.campaign[at], campaigns),
            "enrolled_at": self._at(enrolled),
            "enrolled_wave": self._value("wave", placed),
            "place": self._value("place", placed),
            "region": self._value("region", placed),
            "supplier": self._value("supplier", placed),
            "enrolled_version": self._value("firmware_version", placed),
            "exclusion": self._value("reason", excluded),
            "wave": NumberColumn(found.wave[at], begun),
            "attempt": NumberColumn(found.attempt[at], begun),
            "state": WordColumn(_OF_RANK[np.where(begun, found.rank[at], -1)], _NAMES),
            "requested_at": NumberColumn(found.requested[at], begun),
            "reached_at": NumberColumn(found.reached[at], begun),
            "released_at": NumberColumn(found.released[at], begun),
            "target_version": WordColumn(found.target[at].astype(np.int32), versions),
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

    def _pairings(self) -> dict[str, Narrow]:
        found = self._folded.pairings
        halves = [half.at(found.first) for half in self._events.attempt]
        at = ordered(self._home_rank[found.premises], *halves)
        started, ended = found.started[at], found.ended[at]
        prompted = self._events.facets["pin_prompted"]
        outcomes = {
            name: _ENDS[effect.attempt]
            for name, effect in EFFECTS.items()
            if effect.attempt in _ENDS
        }
        return {
            "premises_id": self._ids(found.premises[at]),
            "attempt_id": IdColumn(np.column_stack([half[at] for half in halves])),
            "route": self._value("route", found.routed[at]),
            "channel": self._value("channel", started),
            "role": self._value("role", started),
            "pin_prompted": NumberColumn(prompted.at(started) != 0),
            "started_at": self._at(started),
            "codes_rejected": NumberColumn(found.rejected[at]),
            "cad_id": IdColumn(*taken(self._events.device, found.named[at])),
            "ended_at": self._at(ended),
            "outcome": self._word(outcomes, ended),
            "cause": self._value("cause", ended),
            "stage": self._value("stage", ended),
        }
