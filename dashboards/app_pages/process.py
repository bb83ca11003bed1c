"""Processes: do they run as they were designed?"""

import polars as pl
import streamlit as st

from dashboards import architecture, tiles, words
from dashboards.basis_parts import choose, choose_basis
from dashboards.charts.review import waits
from dashboards.counting_parts import made_or_said
from dashboards.document_parts import section_of, show_part, show_table, width_of
from dashboards.downloads import offer_pack
from dashboards.headlines.processes import as_designed, bottleneck
from dashboards.making import wanted_of
from dashboards.orders import Order
from dashboards.page_parts import open_page, show_provenance
from dashboards.suppression import share
from twin.evidence.architecture.process_section import designed, duration
from twin.evidence.document import Picture, Section, Table
from twin.evidence.processes.flow import Flow, flows
from twin.evidence.processes.mining import Ran
from twin.evidence.telling import SUPPRESSED_BELOW, told

STEPS_SHOWN = 10
BESIDE_MOST = 600  # pixels across that a picture may take to stand beside another
WAITS = pl.Schema({"step": pl.String, "days": pl.Float64, "times": pl.Int64, "median": pl.String})


def cards(ran: Ran) -> list[tiles.Card]:
    """Cases, conformance, variants and the bottleneck of a process."""
    narrow = bottleneck(ran)
    found = sum(cases for _, cases in ran.found)
    return [
        tiles.Card("Cases", told(ran.cases), f"{told(ran.open_cases)} of them still open"),
        tiles.Card(
            "Ran as designed",
            share(ran.conforming, ran.cases) or "not told",
            f"{told(found) if found else 'no'} deviation{'s' if found != 1 else ''} found",
            "bad" if found else "good",
            "Share of the cases in which no step, teller or time differs from the design.",
        ),
        tiles.Card(
            "Variants", words.count(len(ran.variants)), "ways through it, from start to end"
        ),
        tiles.Card(
            "Longest waited step",
            "none" if narrow is None else duration(narrow.median_s),
            "no case waited" if narrow is None else f"median, until {narrow.after}",
            about="The step where all its cases together waited longest.",
        ),
    ]


def show_flows(section: Section) -> None:
    """The designed flow beside the flow as it ran, or above it where one of them is too wide."""
    pictures = [part for part in section.parts if isinstance(part, Picture)]
    beside = all(width_of(picture) <= BESIDE_MOST for picture in pictures)
    places = st.columns(2) if beside else [st.container(), st.container()]
    for place, picture, title in zip(places, pictures, ("As designed", "As it ran"), strict=False):
        with place:
            st.subheader(title)
            show_part(picture)
    if len(pictures) < 2:
        st.markdown("The counts are too small for a picture of how it ran.")


def show_waits(ran: Ran) -> None:
    """Where the cases of a process waited."""
    st.subheader("Bottlenecks: where its cases waited")
    longest = sorted(ran.steps, key=lambda step: (-step.waited_s, step.before, step.after))
    rows = [
        (f"{step.before} > {step.after}", step.waited_s / 86_400, step.times, step.median_s)
        for step in longest[:STEPS_SHOWN]
        if step.waited_s > 0 and step.times >= SUPPRESSED_BELOW
    ]
    if not rows:
        st.markdown("No step that can be told had its cases wait.")
        return
    frame = pl.DataFrame(
        [(step, days, times, duration(median)) for step, days, times, median in rows],
        schema=WAITS,
        orient="row",
    )
    st.altair_chart(
        waits(frame),
        alt=f"Steps by the days that all cases waited there; the longest {rows[0][0]}",
    )
    st.markdown(":small[Times of the step by its median wait. Counts under 5 are left out.]")


def say_flow(flow: Flow) -> None:
    """What a process is, as it is designed."""
    st.subheader(flow.name)
    st.markdown(f"{flow.says} A case is {flow.case}. Source: {', '.join(flow.sources)}.")


st.title("Do the processes run as they were designed?")
settings, published = open_page()
show_provenance(published, settings)
files, basis = choose_basis(published, settings)
made = made_or_said(
    wanted_of(Order(architecture.PROCESSES, basis.name), published, settings, basis),
    what="the processes",
)
process = choose("Process", "process", list(flows()))
if made is None:
    st.header(f"{words.things(len(flows()), 'process', 'processes')} are designed")
    say_flow(flows()[process])
    st.subheader("As designed")
    show_part(designed(flows()[process]))
    st.stop()
document = made
ran = next(one for one in document.ran if one.flow.key == process)
st.header(as_designed(document.ran))
st.markdown(f":small[{document.document.subtitle} {document.document.foot}]")
section = section_of(document.document, ran.flow.name)
assert section is not None  # every process of the document has its section
say_flow(ran.flow)
if not ran.cases:
    st.markdown("No case of it is in the log. Choose another process, or let the twin run on.")
else:
    tiles.show(cards(ran))
show_flows(section)
if ran.cases:
    show_waits(ran)
st.subheader("Conformance and variants")
for part in section.parts[2:]:
    if isinstance(part, str) and part.startswith("No case deviates"):
        st.markdown(part)
    if isinstance(part, Table):
        with st.expander(part.title, expanded=part.name.endswith(("_variants", "_deviations"))):
            show_table(part, heading=False)
st.subheader("All processes")
for table in document.document.tables():
    if table.name == "processes":
        show_table(table, heading=False)
offer_pack(
    document.document,
    stem=f"architecture_{basis.id}",
    files=lambda: architecture.pack(document),
    archive=lambda: architecture.archive(document),
)
st.markdown(":small[The same as `twin evidence architecture --out DIR`.]")
