"""All tables of a review; what may be told of a count is told, with events and paragraphs."""

from collections.abc import Callable
from typing import Final

from twin.evidence.document import Table, as_rows, in_words
from twin.evidence.review import tables_of_consumers as consumers
from twin.evidence.review import tables_of_the_radio as radio
from twin.evidence.review.counts import Counts
from twin.evidence.review.finding import Finding
from twin.evidence.review.limits import limit_rows
from twin.evidence.telling import told

_AT_END: Final = "as it stands at the end of the period"
_WITHIN: Final = "within the period"


def fleet(counts: Counts) -> Table:
    """Period and fleet covered."""
    held = counts.fleet
    rows = [
        ("premises registered", told(held["registered"]), _AT_END),
        ("premises registered", told(held["registered_in_period"]), _WITHIN),
        ("premises with hub and electricity meter", told(held["installed"]), _AT_END),
        ("hubs", told(held["hubs"]), _AT_END),
        ("hubs, single band", told(held["single_band"]), _AT_END),
        ("hubs, dual band", told(held["dual_band"]), _AT_END),
        ("hubs installed", told(held["hubs_in_period"]), _WITHIN),
    ]
    return Table(
        name="fleet",
        title="Fleet covered",
        columns=("what", "count", "when"),
        rows=as_rows(rows),
        events=(
            "lifecycle.premises-registered",
            "lifecycle.hub-installed",
            "lifecycle.hub-replaced",
            "lifecycle.device-installed",
        ),
        sources=("§3", "§10"),
    )


def requests(counts: Counts) -> Table:
    """Who was asked, when it was due, and what came of it."""
    return Table(
        name="information_requests",
        title="Requests for information of the period (F1.6)",
        note="Of what people enter, asking is for the role programme, noting an answer for "
        "operations; late is after the day on which it was due.",
        columns=("party", "subject", "asked on", "due on", "answered on", "standing"),
        rows=as_rows(
            (one.party, in_words(one.subject), one.asked, one.due, one.answered, one.standing.value)
            for one in counts.requests
        ),
        events=("programme.information-requested", "programme.information-provided"),
        sources=("§10", "SEC F1.6", "BR40"),
    )


def findings(found: tuple[Finding, ...]) -> Table:
    """What was found, whom it goes to, and what would have to change."""
    words = {True: "yes", False: "no", None: "cannot be said"}
    rows = [
        (
            one.name,
            one.says,
            words[one.asks_for_change],
            one.proposal,
            one.objective.value,
            ", ".join(map(in_words, one.addressees)),
            "yes, by SEC modification" if one.framework_change else "no",
            ", ".join(one.sources),
        )
        for one in found
    ]
    return Table(
        name="findings",
        title="Findings",
        columns=(
            "finding",
            "what was found",
            "asks for a change",
            "recommendation",
            "SEC objective",
            "addressees",
            "framework must change",
            "source",
        ),
        rows=as_rows(rows),
        sources=("§10", "SEC F1.4(g)", "BR40"),
    )


def limits() -> Table:
    """The limits that findings are held against."""
    return Table(
        name="limits",
        title="Limits of the findings",
        columns=("limit", "value", "status", "source"),
        rows=as_rows(
            (name.replace("_", " "), f"{row.value:.1%}", row.status, row.source)
            for name, row in limit_rows().items()
        ),
    )


TABLES: Final[tuple[Callable[[Counts], Table], ...]] = (
    fleet,
    requests,
    radio.deployment,
    radio.use_of_868,
    radio.licence,
    radio.links,
    radio.link_words,
    radio.duty,
    consumers.pairing,
    consumers.joins,
    consumers.pins,
    consumers.intruders,
    consumers.firmware,
)
"""Every table that is counted, in the order of the pack."""
