"""The review as a document: sections in the order in which a meeting would take them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from twin.evidence.document import Document, Part, Section, Table
from twin.evidence.pictures import bars
from twin.evidence.refusals import NothingThere
from twin.evidence.review import tables
from twin.evidence.review.assumed import assumed
from twin.evidence.review.counts import Counts, counts_of
from twin.evidence.review.figures import key_figures
from twin.evidence.review.finding import Finding
from twin.evidence.review.findings import findings_of
from twin.evidence.review.ground import Ground, Span
from twin.evidence.review.limits import shipped_limits
from twin.evidence.review.period import Period
from twin.evidence.review.record import Record, told_figures
from twin.evidence.stands_on import foot_of
from twin.lake.basis import Basis

NAME: Final = "han-review"
_ABOUT: Final = (
    "The committee keeps the HAN arrangements under consideration and recommends changes that "
    "better achieve the SEC objectives (F1.4(g); paragraphs 8 to 10). Every finding below is "
    "computed from the log. The fleet is simulated: it shows what the programme as planned in 2015 "
    "would look like, not what happened."
)
_SUPPRESSION: Final = (
    "Counts under 5 of premises, of their devices and of what happened there are not told (<5), "
    "nor are shares that would give them away; s stands for a larger count that is left out beside "
    "a small one, as the small one were the rest of a total otherwise."
)


class Reviewed(Struct, frozen=True):
    """A review: its counts and findings, the document, and the record for later comparison."""

    counts: Counts
    findings: tuple[Finding, ...]
    document: Document
    record: Record


def review(
    lake_files: Sequence[Path],
    basis: Basis,
    period: Period,
    *,
    code_version: str,
    known: Span | None = None,
    beside: Callable[[Record], Sequence[Table]] = lambda _: (),
) -> Reviewed:
    """The review of a period by what a basis knows; `beside` compares its record with others.

    `known` is the span of the whole basis, where it was asked for already.

    Raises:
        NothingThere: the basis knows no fact about premises from before the end of the period.
    """
    ground = Ground(lake_files, basis, until=period.end_moment, known=known)
    try:
        counts = counts_of(ground, period)
    finally:
        ground.close()
    if counts is None:
        raise NothingThere(
            f"no fact about premises is known from before the end of {period.name}: there is "
            "nothing to review"
        )
    found = findings_of(counts, shipped_limits())
    record = Record(
        period=period.name,
        basis=basis.id,
        basis_name=basis.name,
        code_version=code_version,
        figures=told_figures(key_figures(counts)),
    )
    document = Document(
        name=NAME,
        title=f"HAN effectiveness review, {period.name}",
        subtitle=_subtitle(counts),
        foot=foot_of(basis, code_version),
        dated=counts.known_until.isoformat(),
        sections=_sections(counts, found, beside(record)),
    )
    return Reviewed(counts, found, document, record)


def _subtitle(counts: Counts) -> str:
    period = counts.period
    text = f"Period {period.begins:%-d %B %Y} up to and without {period.ends:%-d %B %Y}."
    if counts.known_until.date() < period.ends and (period.end_moment - counts.known_until).days:
        text += f" The log of this basis ends on {counts.known_until:%-d %B %Y}."
    if counts.known_from > period.first_moment:
        text += f" It begins on {counts.known_from:%-d %B %Y}."
    return text


def _sections(
    counts: Counts, found: tuple[Finding, ...], against: Sequence[Table]
) -> tuple[Section, ...]:
    made = {table.name: table for table in (make(counts) for make in tables.TABLES)}
    asking = sum(one.asks_for_change is True for one in found)
    summary = f"{asking} of {len(found)} findings ask for a change."
    sections = [
        Section("What was found", (_ABOUT, summary, tables.findings(found), _SUPPRESSION)),
        Section("Period and fleet", (made["fleet"],)),
        Section("Who was asked, and answered", _asked(counts, made)),
        Section("HAN deployment", _with(_deployment(counts), made["deployment"])),
        Section("Use of 868 MHz", (made["use_of_868"],)),
        Section("Licence conditions", _with(_licence(counts), made["licence_conditions"])),
        Section("High bandwidth links", (made["links"], made["links_within"])),
        Section("Duty cycle", (made["duty_cycle"],)),
        Section("Pairing", _with(_pairing(counts), made["pairing"], made["joins"])),
        Section("Privacy PIN", (made["privacy_pins"], made["unauthorised_attempts"])),
        Section("Firmware capability", _with(_capable(counts), made["firmware_capability"])),
        Section("What is assumed", (tables.limits(), assumed())),
    ]
    if against:
        sections.insert(1, Section("Beside the review before", tuple(against)))
    return tuple(sections)


def _asked(counts: Counts, made: dict[str, Table]) -> tuple[Part, ...]:
    if not counts.requests:
        return ("No party was asked for information within the period.",)
    parties = {one.party for one in counts.requests}
    answered = {one.party for one in counts.requests if one.answered is not None}
    silent = sorted(parties - answered)
    text = f"{len(parties)} parties were asked, {len(answered)} have answered."
    if silent:
        text += f" No answer at all came from {', '.join(silent)}."
    return text, made["information_requests"]


def _with(picture: Part | None, *others: Part) -> tuple[Part, ...]:
    """A picture before its tables; where every count is too small, a sentence in its place."""
    return (picture or "The counts are too small for a picture.", *others)


def _deployment(counts: Counts) -> Part | None:
    rows = [
        {"of": row["name"], "by": words, "count": row[name]}
        for row in counts.deployment
        if row["part"] in ("all", "premises type", "region")
        for name, words in (
            ("ghz_2_4", "2.4 GHz"),
            ("sub_ghz", "868 MHz only"),
            ("neither", "neither"),
        )
    ]
    return bars(
        rows,
        name="deployment",
        alt_text="Premises by the band that reaches them, by type and region",
        of="of",
        by="by",
        count="count",
        order=("2.4 GHz", "868 MHz only", "neither"),
        share=True,
        unit="share of premises measured",
    )


def _licence(counts: Counts) -> Part | None:
    rows = [
        {"of": row["supplier"], "by": words, "count": row[name]}
        for row in counts.licence
        if row["condition"].startswith("49.4")
        for name, words in (
            ("passed", "met"),
            ("failed", "failed"),
            ("not_judged", "not judgeable"),
        )
    ]
    return bars(
        rows,
        name="licence",
        alt_text="Premises by supplier and licence condition 49.4(d) / 43.4(d)",
        of="of",
        by="by",
        count="count",
        order=("met", "failed", "not judgeable"),
        unit="premises",
    )


def _pairing(counts: Counts) -> Part | None:
    return bars(
        counts.pairing,
        name="pairing",
        alt_text="Pairing attempts of the period by route and how they ended",
        of="route",
        by="outcome",
        count="attempts",
        order=("completed", "failed", "abandoned", "open"),
        unit="attempts",
    )


def _capable(counts: Counts) -> Part | None:
    rows = [
        {"of": row["of_what"], "by": words, "count": count}
        for row in counts.obligations
        if row["obligation"] == "ii"
        for words, count in (
            ("capable", row["capable"]),
            ("not yet", row["installed"] - row["capable"]),
        )
    ]
    return bars(
        rows,
        name="capable",
        alt_text="Installed hubs, meters and premises by capability of local pairing",
        of="of",
        by="by",
        count="count",
        order=("capable", "not yet"),
        unit="installed",
    )
