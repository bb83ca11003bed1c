"""From the readable state to the columns of state: what the kernels must give as well."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import polars as pl

from twin.bulk.columns import SCHEMAS, in_order
from twin.state.devices import Device, Firmware, Stamp
from twin.state.entry import UNADDRESSED, Entry
from twin.state.premises import PairingAttempt, Premises, active_device, is_capable
from twin.vocabulary import DeviceType

_REGISTERED: Final = (
    "premises_type",
    "csp_region",
    "gsp_group",
    "supplier",
    "dual_fuel",
    "shared_meter_space",
)
_ATTEMPT: Final = (
    "attempt_id",
    "route",
    "channel",
    "role",
    "pin_prompted",
    "started_at",
    "codes_rejected",
    "cad_id",
    "ended_at",
    "outcome",
    "cause",
    "stage",
)


def projected(entries: Iterable[Entry]) -> dict[str, pl.DataFrame]:
    """The tables of entries, in order; records without a premises have no row."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for entry in entries:
        premises = entry.premises
        if premises.premises_id == UNADDRESSED:
            continue
        rows["premises"].append(premises_row(entry))
        rows["devices"] += [device_row(premises, one) for one in premises.devices.values()]
        for one in premises.devices.values():
            rows["executions"] += execution_rows(premises, one)
        rows["pairings"] += [_pairing_row(premises, one) for one in premises.pairings.values()]
    return in_order(
        {
            name: pl.DataFrame(rows[name], schema=schema, orient="row")
            for name, schema in SCHEMAS.items()
        }
    )


def premises_row(entry: Entry) -> dict[str, Any]:
    """The row of a premises."""
    premises = entry.premises
    told, coverage, pin, radio = (
        premises.registration,
        premises.coverage,
        premises.pin,
        premises.radio,
    )
    hub = active_device(premises, device_type=DeviceType.CHF)
    esme = active_device(premises, device_type=DeviceType.ESME)
    return {
        "premises_id": premises.premises_id,
        **{name: _of(told, name) for name in _REGISTERED},
        "ghz_2_4": _of(coverage, "ghz_2_4"),
        "sub_ghz": _of(coverage, "sub_ghz"),
        "pin_at": _at(_of(pin, "stamp")),
        "pin_class": _of(pin, "pin_class"),
        "pin_accepted": premises.pin_accepted,
        "pin_refused": premises.pin_refused,
        "intruders": premises.intruders,
        "intruders_paired": premises.intruders_paired,
        "duty_cycle": _of(radio.duty_cycle, "state"),
        "scans": sum(radio.scans.values()),
        "channel_changes": len(radio.channel_changes),
        "discarded": radio.discarded,
        "outages": len(premises.outages),
        "breaches": sum(premises.breaches.values()),
        "hub_id": _of(hub, "device_id"),
        "esme_id": _of(esme, "device_id"),
        "capable": is_capable(premises),
        "believed": is_capable(premises, believed=True),
        "applied": entry.applied,
        "duplicates": entry.duplicates,
        "held": entry.held,
        "dead": entry.dead,
        "gaps": len(premises.gaps),
        "missing": sum(gap.last - gap.first + 1 for gap in premises.gaps),
    }


def device_row(premises: Premises, device: Device) -> dict[str, Any]:
    """The row of a device."""
    return {
        "premises_id": premises.premises_id,
        "device_id": device.device_id,
        "device_type": device.device_type,
        "model": device.model,
        "hub_variant": device.hub_variant,
        "installed_at": _at(device.installed),
        "commissioned_at": _at(device.commissioned),
        "joined_at": _at(device.joined),
        **_firmware("truth", device.truth),
        **_firmware("belief", device.belief),
        "link_at": _at(_of(device.link, "stamp")),
        "band": _of(device.link, "band"),
        "band_reason": _of(device.link, "reason"),
        "status_at": _at(_of(device.status, "stamp")),
        "status": _of(device.status, "status"),
        "status_reason": _of(device.status, "reason"),
        "replaced_device_id": _of(device.exchange, "replaced_device_id"),
        "exchange_reason": _of(device.exchange, "reason"),
        "retired_at": _at(device.retired),
        "image_at": _at(_of(device.image, "stamp")),
        "image_version": _of(device.image, "version"),
        "activation_at": _at(_of(device.activation, "stamp")),
        "execute_at": _of(device.activation, "execute_at"),
        "link_word_at": _at(_of(device.high_bandwidth, "stamp")),
        "link_word": _of(device.high_bandwidth, "word"),
        "log_at": _at(_of(device.log, "stamp")),
        "mismatch_at": _at(device.mismatch),
        "power_on_fault_at": _at(device.power_on_fault),
    }


def execution_rows(premises: Premises, device: Device) -> Iterator[dict[str, Any]]:
    """A row for each campaign that the device has a part or an attempt in."""
    for campaign_id in device.executions.keys() | device.enrolments.keys():
        enrolled = device.enrolments.get(campaign_id)
        step = device.executions.get(campaign_id)
        wave = _of(enrolled, "wave")
        yield {
            "premises_id": premises.premises_id,
            "device_id": device.device_id,
            "campaign_id": campaign_id,
            "enrolled_at": _at(_of(enrolled, "stamp")),
            "enrolled_wave": wave,
            "place": None if wave is None else _of(enrolled, "place"),
            "region": _of(enrolled, "region"),
            "supplier": _of(enrolled, "supplier"),
            "enrolled_version": _of(enrolled, "target_version"),
            "exclusion": _of(enrolled, "reason"),
            **{
                name: _of(step, name)
                for name in (
                    "wave",
                    "attempt",
                    "state",
                    "requested_at",
                    "reached_at",
                    "released_at",
                    "target_version",
                )
            },
        }


def _pairing_row(premises: Premises, attempt: PairingAttempt) -> dict[str, Any]:
    row = {name: getattr(attempt, name) for name in _ATTEMPT}
    return {"premises_id": premises.premises_id, **row}


def _firmware(word: str, found: Firmware | None) -> dict[str, Any]:
    return {
        f"{word}_at": _at(_of(found, "stamp")),
        f"{word}_version": _of(found, "version"),
        f"{word}_capable": _of(found, "pairing_capable"),
        f"{word}_evidence": _of(found, "evidence"),
    }


def _at(stamp: Stamp | None) -> object:
    return None if stamp is None else stamp.at


def _of(found: object, name: str) -> Any:
    return None if found is None else getattr(found, name)
