"""Tables on coverage, bands, links, air time and licence conditions (paragraphs 3, 5 to 7)."""

from collections.abc import Iterator
from typing import Final

from twin.evidence.document import Table, as_rows, in_words
from twin.evidence.review.counts import Counts
from twin.evidence.telling import BESIDE, SUPPRESSED, share_told, told, told_together
from twin.rules.programme import COVERAGE_2_4, COVERAGE_EITHER


def deployment(counts: Counts) -> Table:
    """Premises by what reaches them, against 70 / 96.5 / 3.5."""
    parts = dict.fromkeys(row["part"] for row in counts.deployment)
    return Table(
        name="deployment",
        title="Premises by the band that reaches them",
        columns=(
            "of",
            "name",
            "measured",
            "2.4 GHz",
            "2.4 GHz, share",
            "868 MHz only",
            "868 MHz only, share",
            "neither",
            "neither, share",
            "not measured",
        ),
        rows=as_rows(row for part in parts for row in _deployed(counts, part)),
        note=f"Expected of all premises: {COVERAGE_2_4:.1%} by 2.4 GHz, {COVERAGE_EITHER:.1%} by "
        f"either band, {1 - COVERAGE_EITHER:.1%} by neither.",
        events=(
            "lifecycle.premises-registered",
            "bands.coverage-measured",
            "lifecycle.hub-installed",
        ),
        sources=("page 6", "§3", "BR39"),
    )


_REACHED: Final = ("ghz_2_4", "sub_ghz", "neither")


def _deployed(counts: Counts, part: str) -> Iterator[tuple[str, ...]]:
    own = [row for row in counts.deployment if row["part"] == part]
    cells = told_together([[row[name] for name in _REACHED] for row in own])
    for row, texts in zip(own, cells, strict=True):
        reached = [
            cell
            for name, text in zip(_REACHED, texts, strict=True)
            for cell in (text, _share(row[name], row["measured"], text))
        ]
        ends = told(row["measured"]), told(row["not_measured"])
        yield part, in_words(row["name"]), ends[0], *reached, ends[1]


def _share(part: int, whole: int, text: str) -> str:
    """The share of a count as far as the count itself is told."""
    return text if text in (SUPPRESSED, BESIDE) else share_told(part, whole)


def use_of_868(counts: Counts) -> Table:
    """Devices by kind, band and reason."""
    return Table(
        name="use_of_868",
        title="Devices by band and reason",
        columns=("device", "band", "reason", "devices"),
        rows=as_rows(
            (
                row["device_type"],
                in_words(row["band"]),
                in_words(row["reason"]),
                told(row["devices"]),
            )
            for row in counts.bands
        ),
        note="The band selected last for each device, also for one that is no longer there.",
        events=("bands.band-selected",),
        sources=("§5", "§6", "§7", "BR11", "BR12", "BR14"),
    )


def licence(counts: Counts) -> Table:
    """Premises of each supplier by licence condition."""
    conditions = dict.fromkeys(row["condition"] for row in counts.licence)
    rows = [row for condition in conditions for row in _judged(counts, condition)]
    return Table(
        name="licence_conditions",
        title="Premises by supplier and licence condition",
        columns=("condition", "supplier", "met", "failed", "not judgeable"),
        rows=as_rows(rows),
        note="Not judgeable: no display, no band, no measurement; and under 49.4(d) / 43.4(d), "
        "where 2.4 GHz does not work, whether all reasonable steps were taken.",
        events=(
            "lifecycle.premises-registered",
            "lifecycle.device-installed",
            "bands.coverage-measured",
            "bands.band-selected",
        ),
        sources=(
            "§6",
            "licence condition 40.1",
            "licence condition 40.4",
            "licence condition 49.4(d)",
            "BR12",
            "BR13",
        ),
    )


def _judged(counts: Counts, condition: str) -> Iterator[tuple[str, ...]]:
    own = [row for row in counts.licence if row["condition"] == condition]
    names = "passed", "failed", "not_judged"
    cells = told_together([[row[name] for name in names] for row in own])
    for row, texts in zip(own, cells, strict=True):
        yield condition, row["supplier"] or "not known", *texts


def links(counts: Counts) -> Table:
    """Dual band hubs by the links in use."""
    return Table(
        name="links",
        title="Dual band hubs by high bandwidth links in use",
        columns=("links in use", "hubs", "refused at them so far"),
        rows=as_rows(
            (row["links_open"], told(row["hubs"]), told(row["refusals"])) for row in counts.links
        ),
        events=(
            "bands.high-bandwidth-link-opened",
            "bands.high-bandwidth-link-closed",
            "bands.high-bandwidth-link-refused",
            "lifecycle.hub-installed",
        ),
        sources=("§3", "BR15"),
    )


def link_words(counts: Counts) -> Table:
    """Links taken, given back and refused within the period."""
    return Table(
        name="links_within",
        title="High bandwidth links within the period",
        columns=("device", "taken", "given back", "refused"),
        rows=as_rows(
            (row["device_type"], told(row["opened"]), told(row["closed"]), told(row["refused"]))
            for row in counts.link_words
        ),
        events=(
            "bands.high-bandwidth-link-opened",
            "bands.high-bandwidth-link-closed",
            "bands.high-bandwidth-link-refused",
        ),
        sources=("§3", "BR15"),
    )


def duty(counts: Counts) -> Table:
    """Hours in each duty cycle state, suspensions and discards."""
    hours = sum(float(row["hours"]) for row in counts.duty)
    rows = [
        (
            row["state"],
            f"{row['hours']:,.1f}",
            f"{100 * row['hours'] / hours:.4f}%" if hours else "",
            told(row["changes"]),
            told(row["suspensions"]),
            f"{row['minutes']:,}",
            told(row["discards"]),
        )
        for row in counts.duty
    ]
    return Table(
        name="duty_cycle",
        title="868 MHz air time within the period",
        columns=(
            "state",
            "hub hours",
            "share",
            "changes to it",
            "suspensions",
            "minutes suspended",
            "messages discarded",
        ),
        rows=as_rows(rows),
        note="A hub is in Normal until it tells of another state. Real alerts tell no length of a "
        "suspension; those that do are counted.",
        events=(
            "lifecycle.hub-installed",
            "bands.duty-cycle-state-changed",
            "bands.duty-cycle-alerted",
            "bands.message-discarded",
        ),
        sources=("§5", "BR18"),
    )
