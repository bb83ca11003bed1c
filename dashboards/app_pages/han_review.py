"""HAN review: what do we hand to the SEC Panel and Ofgem?"""

from datetime import datetime
from typing import NoReturn

import streamlit as st

from dashboards import tiles, words
from dashboards.basis_parts import NO_OTHER, choose, choose_basis
from dashboards.charts.review import judgements, shares_beside
from dashboards.counting_parts import made_or_said
from dashboards.document_parts import section_of, show_part, show_table
from dashboards.downloads import offer_pack
from dashboards.figure_parts import Evidence
from dashboards.headlines.review import recommended, what_was_found, who_answered
from dashboards.making import wanted_of
from dashboards.orders import Order
from dashboards.page_parts import open_page, show_provenance
from dashboards.request_parts import show_acting
from dashboards.reviews import (
    JUDGEMENTS,
    REVIEW,
    SPAN,
    Span,
    archive,
    change_of,
    changes,
    figure_of,
    is_whole,
    judged,
    pack,
    periods,
    shares,
)
from twin.evidence.document import Table
from twin.evidence.review.compare import Change, in_words
from twin.evidence.review.record import Record
from twin.evidence.review.requests import IN_BREACH
from twin.evidence.review.review import Reviewed

# by card: the key figure of the review, and its keys in the registry of figures
CARDS = {
    "Premises capable of local pairing": (
        "premises capable of local pairing",
        ("obligations.capable", "obligations.installed"),
    ),
    "Licence judgements failed": (
        "licence judgements failed",
        ("conditions.failed", "conditions.passed", "conditions.not-judged"),
    ),
    "High bandwidth links refused": ("links refused", ("links.refusals", "links.hubs")),
    "Privacy PIN set": ("Privacy PIN set", ("pins.set-now", "pins.premises")),
}
TONES = {Change.BETTER: "good", Change.WORSE: "bad"}
# sections that the page draws itself; the others stand below as they are in the pack
SHOWN = ("What was found", "Who was asked, and answered", "Licence conditions")


def card(label: str, found: Reviewed, before: Record | None) -> tiles.Card:
    """A key figure as it may be told, with how it went since the other review."""
    name, figures = CARDS[label]
    figure, went = figure_of(found.record, name), change_of(name, before, found.record)
    value = "suppressed" if figure.part is None else "not available"
    value = value if figure.share is None else words.share_of(figure.share)
    beside = in_words(figure)
    if went is not None and before is not None:
        beside = f"{went.change.value} than in {before.period}: {in_words(went.before)}"
        if went.change not in TONES:
            beside = f"{went.change.value} beside {before.period}"
    tone = "neutral" if went is None else TONES.get(went.change, "neutral")
    return tiles.Card(label, value, beside, tone, figures=figures)  # type: ignore[arg-type]


def show_findings(found: Reviewed) -> None:
    """What asks for a change, in whole sentences; every finding in a table below."""
    st.subheader("What asks for a change")
    for sentence in recommended(found.findings):
        st.markdown(f"- {sentence}")
    if not any(one.asks_for_change for one in found.findings):
        st.markdown("No finding of this quarter does.")
    section = section_of(found.document, "What was found")
    with st.expander("All findings"):
        for part in () if section is None else section.parts:
            if isinstance(part, Table):
                show_table(part, heading=False)


def show_licence(found: Reviewed) -> None:
    """Licence conditions met, failed, not judgeable, by supplier."""
    st.subheader("Licence conditions by supplier")
    rows = judged(found.counts)
    if rows.is_empty():
        st.markdown("The counts are too small for a picture.")
    else:
        st.altair_chart(
            judgements(rows, order=tuple(JUDGEMENTS.values())),
            alt="Premises by supplier and judgement of licence condition 49.4(d) / 43.4(d): met, "
            "failed, not judgeable; counts under 5 are left out",
        )
        st.markdown(
            ":small[Condition 49.4(d) / 43.4(d): the display is connected at 2.4 GHz. Counts under "
            "5 are left out.]"
        )
    for table in found.document.tables():
        if table.name == "licence_conditions":
            with st.expander(table.title):
                show_table(table, heading=False)


def show_requests(found: Reviewed) -> None:
    """Who was asked within the quarter, when it was due, and who answered late."""
    st.subheader("Who was asked, and answered")
    asked = found.counts.requests
    answered = sum(one.answered is not None for one in asked)
    breached = sum(one.standing in IN_BREACH for one in asked)
    st.markdown(who_answered(len(asked), answered, breached, found.record.period))
    for table in found.document.tables():
        if table.name == "information_requests" and asked:
            with st.expander("Every request: asked, due, answered"):
                show_table(table, heading=False)


def up_to(span: Span, as_at: datetime | None) -> Span:
    """The span of the log: a newer set may know of later facts than the span that is kept."""
    return Span(span.first, max(span.last, as_at or span.last))


def of(quarter: str) -> Reviewed | None:
    """The review of a quarter, where it is made."""
    order = Order(REVIEW, basis.name, quarter)
    return made_or_said(
        wanted_of(order, published, settings, basis), what=f"the review of {quarter}"
    )


def show_what_comes() -> NoReturn:
    """The page while its review is being made: what it will hold, and what can be done already."""
    show_provenance(published, settings)
    st.header("A review says what was found in a quarter, and what to change")
    st.markdown(
        "It holds findings with recommendations, licence conditions by supplier, who was asked and "
        "answered, and a pack to hand on. Parties can be asked meanwhile."
    )
    show_acting(published, settings)
    st.stop()


st.title("What do we hand to the SEC Panel and Ofgem?")
settings, published = open_page()
files, basis = choose_basis(published, settings)
span = made_or_said(
    wanted_of(Order(SPAN, basis.name), published, settings, basis),
    what="the quarters that the log has",
    of_any_age=True,
)
if span is None:
    show_what_comes()
quarters = periods(up_to(span, published.meta.as_at if basis.name is None else None))
period = choose("Quarter", "period", quarters)
others = [one for one in quarters if one != period]
against = choose("Beside the review of", "against", others, also=NO_OTHER)
made = of(period)
if made is None:
    show_what_comes()
found = made
other = None if against == NO_OTHER else of(against)
before = None if other is None else other.record
st.header(what_was_found(found.findings, period))
show_provenance(published, settings)
st.markdown(f":small[{found.document.subtitle} {found.document.foot}]")
if not is_whole(found.counts.period, found.counts.known_until):
    st.info(
        f"Partial: the log of this basis ends on {words.day(found.counts.known_until.date())}, so "
        f"{period} is not whole."
    )
evidence = Evidence(published, settings, f"as it stood at the end of {period}, basis {basis.id}")
tiles.show([card(label, found, before) for label in CARDS], explain=evidence.explain)
offer_pack(
    found.document,
    stem=f"han-review_{period}_{basis.id}",
    files=lambda: pack(found),
    archive=lambda: archive(found),
)
st.subheader("The figures that reviews are compared by")
records = [found.record] if before is None else [found.record, before]
rows = shares(records)
if rows.is_empty():
    st.markdown("The counts are too small for a picture.")
else:
    st.altair_chart(
        shares_beside(rows, periods=[one.period for one in records]),
        alt=f"Shares of the review of {' beside '.join(one.period for one in records)}; figures "
        "with counts under 5 are left out",
    )
    st.markdown(
        ":small[Small counts are kept back from every role here: the pack leaves the twin. A "
        "figure that a count under 5 would give away is left out.]"
    )
if before is not None:
    st.dataframe(
        changes(before, found.record),
        hide_index=True,
        column_config={
            "figure": st.column_config.TextColumn("Figure", width="medium"),
            "before": before.period,
            "now": period,
            "change": "How it went",
        },
        alt=f"Key figures of {before.period} beside {period}, and whether they got better",
    )
show_findings(found)
show_licence(found)
show_requests(found)
show_acting(published, settings)
st.subheader("The rest of the pack")
for section in found.document.sections:
    if section.title not in SHOWN:
        with st.expander(section.title):
            for part in section.parts:
                show_part(part)
st.markdown(f":small[The same as `twin evidence han-review --period {period} --out DIR`.]")
