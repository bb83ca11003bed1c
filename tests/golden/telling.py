"""Tells a folded entry in the words of `expect.json`."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.golden.reading import ATTEMPTS, DEVICES, SOURCES, attempt_id
from twin.rules.findings import Finding
from twin.rules.judged_firmware import judge_outages
from twin.rules.judgements import judge
from twin.state.devices import Device, Partner, held_image, inventory_status, mismatch_open
from twin.state.entry import Entry
from twin.state.premises import PairingAttempt, Premises, is_capable, open_links, standing

NAME_OF = {device_id: name for name, (_, device_id) in DEVICES.items()}


def story_of(entry: Entry) -> dict[str, Any]:
    """An entry in the words of `expect.json`; `findings` are all, whatever they found."""
    return {
        **log_words(entry),
        **firmware_words(entry.premises),
        **pairing_story(entry.premises),
        **home_network(entry.premises),
        "breaches": entry.premises.breaches,
        "findings": [finding_words(f) for f in judge(premises=entry.premises)],
        "outages": [
            f"{outage.minutes} minutes: {finding.why}"
            for outage, finding in zip(
                entry.premises.outages, judge_outages(premises=entry.premises), strict=True
            )
        ],
    }


def log_words(entry: Entry) -> dict[str, Any]:
    """How the records ended, and what the premises waits for."""
    gaps = entry.premises.gaps
    return {
        "records": {
            "applied": entry.applied,
            "duplicate": entry.duplicates,
            "held": entry.held,
            "dead": entry.dead,
        },
        "gaps": [f"{source_name(g.source)} {g.first} to {g.last}" for g in gaps],
        "parked": parked_words(entry),
    }


def firmware_words(premises: Premises) -> dict[str, Any]:
    """Firmware and inventory by device."""
    return {
        "capable": {
            "truth": is_capable(premises),
            "belief": is_capable(premises, believed=True),
        },
        "truth": of_each(premises, lambda d: d.truth and d.truth.version),
        "belief": of_each(premises, lambda d: d.belief and d.belief.version),
        "standing": standings(premises),
        "enrolment": of_each(premises, enrolment_words),
        "status": of_each(premises, lambda d: inventory_status(device=d)),
        "image held": of_each(premises, image_words),
        "activation pending": of_each(premises, pending_words),
        "mismatch": [
            NAME_OF[d.device_id] for d in premises.devices.values() if mismatch_open(device=d)
        ],
    }


def home_network(premises: Premises) -> dict[str, Any]:
    """Bands, links, logs and the 868 MHz air."""
    return {
        "bands": of_each(premises, lambda d: d.link and f"{d.link.band}, {d.link.reason}"),
        "links": [NAME_OF[device_id] for device_id in open_links(premises)],
        "link refused": [
            NAME_OF[d.device_id]
            for d in premises.devices.values()
            if d.high_bandwidth is not None and d.high_bandwidth.word == "refused"
        ],
        "logs": of_each(premises, lambda d: d.log and [NAME_OF[e] for e in d.log.entries]),
        "historic": of_each(premises, lambda d: d.log and [NAME_OF[e] for e in d.log.historic]),
        "partners": of_each(premises, partners_words),
        "joined": [NAME_OF[d.device_id] for d in premises.devices.values() if d.joined],
        "exchange": of_each(premises, exchange_words),
        "duty cycle": duty_words(premises),
        "channel": channel_words(premises),
        "scans": premises.radio.scans,
        "discarded": premises.radio.discarded,
    }


def pairing_story(premises: Premises) -> dict[str, Any]:
    """Attempts to pair, and the Privacy PIN that guards them."""
    named = [(name, premises.pairings.get(attempt_id(name))) for name in ATTEMPTS]
    attempts = {name: attempt for name, attempt in named if attempt is not None}
    return {
        "pairings": {name: pairing_words(a) for name, a in attempts.items()},
        "cads": {
            n: f"{NAME_OF[a.cad.device_id]}, {a.cad.step}" for n, a in attempts.items() if a.cad
        },
        "codes": {n: code_words(a) for n, a in attempts.items() if a.code_digits},
        "windows": {n: window_words(a) for n, a in attempts.items() if a.window_s},
        "pin": pin_words(premises),
        "pin entries": f"{premises.pin_accepted} accepted, {premises.pin_refused} refused",
        "intruders": f"{premises.intruders} tried, {premises.intruders_paired} paired",
    }


def of_each(premises: Premises, word: Callable[[Device], Any]) -> dict[str, Any]:
    """What there is to say of each device, by its name; nothing said is left out."""
    found = {NAME_OF[d.device_id]: word(d) for d in premises.devices.values()}
    return {name: told for name, told in found.items() if told}


def standings(premises: Premises) -> dict[str, str]:
    """Attempt and state of each device's execution in the campaign."""
    return {NAME_OF[d.device_id]: words for d in premises.devices.values() for words in steps(d)}


def enrolment_words(device: Device) -> str | None:
    """The wave and stratum of a device in the campaign, or why it has none; one campaign only."""
    for word in device.enrolments.values():
        if word.reason is not None:
            return f"none: {word.reason}"
        return f"wave {word.wave}, {word.region}, {word.supplier}, to {word.target_version}"
    return None


def steps(device: Device) -> Iterator[str]:
    """A device's executions in words."""
    return (f"attempt {e.attempt}: {standing(device, e)}" for e in device.executions.values())


def image_words(device: Device) -> str | None:
    """The version of the image that a device could activate."""
    image = held_image(device=device)
    return None if image is None else image.version


def pending_words(device: Device) -> str | None:
    """When a future-dated activation is due."""
    due = device.activation.execute_at if device.activation else None
    return None if due is None else f"{due:%Y-%m-%dT%H:%M}"


def partners_words(device: Device) -> dict[str, str]:
    """What a device's own log says of each partner."""
    return {NAME_OF[partner_id]: partner_word(p) for partner_id, p in device.partners.items()}


def partner_word(partner: Partner) -> str:
    """The last word on a partner, with the response code where it failed."""
    return f"failed: {partner.response}" if partner.word == "failed" else partner.word


def exchange_words(device: Device) -> str | None:
    """Which hub a hub took the place of, and whether the log came over."""
    if device.exchange is None:
        return None
    log = "restored" if device.exchange.device_log_restored else "lost"
    return f"for {NAME_OF[device.exchange.replaced_device_id]}, {device.exchange.reason}, log {log}"


def duty_words(premises: Premises) -> str | None:
    """The state of the hub's air time, and which device is suspended for how long."""
    duty = premises.radio.duty_cycle
    if duty is None:
        return None
    name = duty.suspended_device_id and NAME_OF[duty.suspended_device_id]
    suspended = f", {name} suspended for {duty.suspend_minutes} minutes" if name else ""
    return f"{duty.state} at {duty.percent} %{suspended}"


def channel_words(premises: Premises) -> str | None:
    """The channel of the 868 MHz network."""
    channel = premises.radio.channel
    return None if channel is None else f"page {channel.page}, channel {channel.channel}"


def pairing_words(attempt: PairingAttempt) -> str:
    """How a pairing attempt ended."""
    why = attempt.cause or attempt.stage
    rejected = f", {attempt.codes_rejected} codes rejected" if attempt.codes_rejected else ""
    return f"{attempt.route} {attempt.outcome or 'open'}{f': {why}' if why else ''}{rejected}"


def code_words(attempt: PairingAttempt) -> str:
    """How many digits were typed, and whether the hub got the code."""
    return f"{attempt.code_digits} digits{', transferred' if attempt.code_transferred else ''}"


def window_words(attempt: PairingAttempt) -> str:
    """How long the join window was, and whether it ran out."""
    return f"{attempt.window_s} s{', expired' if attempt.window_expired else ''}"


def pin_words(premises: Premises) -> str:
    """Whether a PIN is set, as far as is known."""
    if premises.pin is None:
        return "unknown"
    return f"set, {premises.pin.pin_class}" if premises.pin.pin_class else "cleared"


def parked_words(entry: Entry) -> str | None:
    """Why the premises is parked, and how many records queue."""
    parked = entry.parked
    return f"{parked.cause} at {parked.offset}, {len(parked.queue)} queue" if parked else None


def finding_words(finding: Finding) -> str:
    """A finding by rule, check and device; the premises itself needs no name."""
    name = NAME_OF.get(finding.subject)
    who = f", {name}" if name else ""
    return f"{finding.rule} {finding.check}{who}: {finding.verdict.replace('_', ' ')}"


def source_name(source: str) -> str:
    """The short name of a source."""
    return next(name for name, urn in SOURCES.items() if urn == source)
