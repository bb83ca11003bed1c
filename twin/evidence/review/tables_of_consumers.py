"""Tables on pairing, the Privacy PIN and capability (Annexes C and D, paragraphs 31 to 33)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from twin.evidence.document import Table, as_rows, in_words
from twin.evidence.review.counts import Counts, Rows
from twin.evidence.telling import BESIDE, SUPPRESSED, share_told, told, told_together

OBLIGED: Final = (
    "(i) newly installed from 1 July 2017 (ASSUMED for mid-2017) and capable when installed; "
    "(ii) installed and capable by what the device runs."
)
"""What the two obligations of paragraph 31 count."""
CAPABLE_BY: Final = (
    "lifecycle.hub-installed",
    "lifecycle.hub-replaced",
    "lifecycle.device-installed",
    "firmware.activated",
    "firmware.executing-changed",
    "firmware.version-read",
)
"""Events that they are counted from."""


def pairing(counts: Counts) -> Table:
    """Attempts by route, end and cause."""
    return Table(
        name="pairing",
        title="Pairing attempts that began within the period",
        columns=("route", "ended", "cause or stage", "attempts"),
        rows=as_rows(
            (row["route"], row["outcome"], in_words(row["cause"]), text)
            for row, text in _told(counts.pairing, "attempts")
        ),
        events=("pairing.started", "pairing.completed", "pairing.failed", "pairing.abandoned"),
        sources=("§13", "§14", "§24", "Annex C", "Annex D"),
    )


def joins(counts: Counts) -> Table:
    """Joins by the two kinds of device and the response."""
    return Table(
        name="joins",
        title="Joins told within the period",
        columns=("device", "partner", "response", "joins"),
        rows=as_rows(
            (
                row["device_type"],
                row["partner_device_type"],
                in_words(row["response"]),
                told(row["joins"]),
            )
            for row in counts.joins
        ),
        events=("pairing.join-succeeded", "pairing.join-failed"),
        sources=("Annex C", "Annex D", "BR25", "BR26"),
    )


def pins(counts: Counts) -> Table:
    """Premises by their Privacy PIN."""
    homes = counts.fleet["installed"]
    rows = [
        (
            row["standing"],
            in_words(row["pin_class"]),
            in_words(row["cleared_by"]),
            text,
            text if text in (SUPPRESSED, BESIDE) else share_told(row["premises"], homes),
        )
        for row, text in _told(counts.pins, "premises")
    ]
    return Table(
        name="privacy_pins",
        title="Premises with a Privacy PIN, now or before",
        columns=("standing", "class", "cleared by", "premises", "of those with a meter"),
        rows=as_rows(rows),
        note="Only how guessable a PIN is is known, never its value (BR10).",
        events=("pins.pin-set", "pins.pin-changed", "pins.pin-cleared", "pins.pin-disabled"),
        sources=("§32", "§33", "BR09", "BR10"),
    )


def intruders(counts: Counts) -> Table:
    """Attempts of others to pair a device."""
    return Table(
        name="unauthorised_attempts",
        title="Unauthorised attempts to pair within the period",
        columns=("Privacy PIN", "came to", "attempts"),
        rows=as_rows(
            ("set" if row["pin_set"] else "not set", in_words(row["outcome"]), text)
            for row, text in _told(counts.intruders, "attempts")
        ),
        events=("pins.unauthorised-pairing-attempted",),
        sources=("§33", "Q9"),
    )


def firmware(counts: Counts) -> Table:
    """Obligations (i) and (ii) of paragraph 31."""
    return Table(
        name="firmware_capability",
        title="Capable of local pairing (paragraph 31)",
        columns=("obligation", "of what", "capable", "installed", "share"),
        rows=as_rows(
            (
                f"({row['obligation']})",
                row["of_what"],
                told(row["capable"]),
                told(row["installed"]),
                share_told(row["capable"], row["installed"]),
            )
            for row in counts.obligations
        ),
        note=OBLIGED,
        events=CAPABLE_BY,
        sources=("§29", "§31", "BR04", "BR05"),
    )


def _told(rows: Rows, column: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Rows with a count whose total is told elsewhere, as far as it may be told."""
    cells = told_together([[row[column]] for row in rows])
    return zip(rows, (text for (text,) in cells), strict=True)
