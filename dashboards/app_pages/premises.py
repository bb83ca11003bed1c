"""Premises: what happened here, and how did it stand on a day?"""

import re
from datetime import date, datetime

import streamlit as st

from dashboards import access, downloads, filters, standing, words
from dashboards.charts.timeline import lanes, marks
from dashboards.history import History, LakeUnreadable
from dashboards.page_parts import Columns, kept_history, moment_column, open_page, show_provenance
from dashboards.ports import Role
from dashboards.queries import PublishedSet
from dashboards.settings import Settings

PREMISES_ID = re.compile(r"P[0-9a-f]{16}")
COLUMNS: Columns = {
    "occurred_at": moment_column("Happened (UTC)"),
    "what": "What",
    "device": "Device",
    "detail": st.column_config.TextColumn("Detail", width="large"),
    "became": "What became of it",
    "origin": st.column_config.TextColumn(
        "Origin", help="Nobody verified the signature or MAC of a real message."
    ),
    "partition": "Partition",
    "offset": "Offset",
    "logged_at": moment_column("Arrived (UTC)"),
    "recorded_at": moment_column("Recorded (UTC)"),
    "epoch": "Epoch",
    "source": "Source",
    "sequence": "Number",
    "event": "Type",
}


def chosen_id(published: PublishedSet) -> str:
    """The id of the address line, pasted or chosen; without one the page explains and ends."""
    samples = published.mart("sample_premises")["premises_id"].to_list()
    typed = st.selectbox(
        "Premises id",
        samples,
        index=None,
        key="id",
        accept_new_options=True,
        bind="query-params",
        placeholder="Paste an id, or choose one of the samples",
        help="P and 16 hexadecimal digits; a random id of the twin, never an MPAN.",
    )
    if not typed:
        st.markdown(
            "Choose a premises to see its history. The samples are those to which most kinds of "
            "things happened."
        )
        st.stop()
    if not PREMISES_ID.fullmatch(typed.strip()):
        st.error("This is no premises id: it must be P and 16 hexadecimal digits.")
        st.stop()
    return str(typed.strip())


def found_history(published: PublishedSet, settings: Settings, premises_id: str) -> History:
    """The history, or a sentence why there is none."""
    try:
        history = kept_history(published.lake_files(settings.home), premises_id)
    except LakeUnreadable:
        st.error(
            f"The lake files of set {published.meta.set_id} cannot be read: the lake may just have "
            "been compacted. Other pages still work; this one does again with the next set."
        )
        if st.button("Try again"):
            st.rerun()
        st.stop()
    if history is None:
        st.warning(f"No record of {premises_id} in this set. Is a digit missing?")
        st.stop()
    return history


def chosen_day(history: History, as_at: datetime | None) -> date | None:
    """The day that the state card shows, up to the newest of the set; that one unless chosen."""
    if history.days is None or as_at is None:
        return None
    first, last = history.days[0], max(history.days[1], as_at.date())
    if first == last:
        return last
    filters.say_days("on", first, last)
    return st.slider(
        "As it was on",
        min_value=first,
        max_value=last,
        value=last,
        format="D MMM YYYY",
        key="on",
        bind="query-params",
        help="The state is folded again from the events that had happened by the end of this day.",
    )


def show_state(history: History, on: date) -> None:
    """The state card: capability, particulars, devices."""
    premises = history.as_it_was(on)
    st.header(f"{words.day(on)}: {standing.capability(premises)}")
    rows = standing.particulars(premises)
    with st.grid(4, border=True, min_column_width=180):
        for name, value in rows:
            st.markdown(f"**{name}**  \n{value}")
    devices = standing.devices(premises)
    if devices.is_empty():
        st.markdown("No device was known on this day.")
    else:
        st.dataframe(devices, hide_index=True, alt="Devices with firmware, belief and band")


def show_waiting(history: History) -> None:
    """A parked premises says so: its newer facts wait for an operator."""
    parked, entry = history.entry.parked, history.entry
    if parked is not None:
        st.warning(
            f"Parked by a refused record at offset {parked.offset} "
            f"({words.sentence(parked.cause)}): {words.things(len(parked.queue), 'record')} "
            "behind it wait. Resolve it with `twin dead-letters drain`."
        )
    if entry.waiting:
        waiting = words.things(len(entry.waiting), "record")
        st.warning(f"{waiting} wait for an earlier number of their source.")


def show_history(history: History, on: date) -> None:
    """Timeline and table of all records."""
    st.subheader("What happened, and when")
    facts = marks(history.table).height
    last = words.day(on)
    st.altair_chart(
        lanes(history.table, on=on),
        alt=f"Timeline of {words.things(facts, 'fact')}; the state is shown for {last}",
    )
    with st.expander("All records", expanded=True):
        st.dataframe(
            history.table.sort("epoch", "offset", descending=True).select(*COLUMNS),
            hide_index=True,
            column_config=COLUMNS,
            alt="All records of the premises, newest first, with coordinates",
        )


st.title("What happened at this premises?")
access.require(Role.OPERATIONS, what="The history of one premises")
settings, published = open_page()
show_provenance(published, settings)
premises_id = chosen_id(published)
access.audited("premises page", premises_id)
history = found_history(published, settings, premises_id)
show_waiting(history)
day = chosen_day(history, published.meta.as_at)
if day is None:
    st.markdown("No fact of this premises counts yet: every record was refused or waits.")
else:
    show_state(history, day)
    show_history(history, day)
    records = history.table.select(*COLUMNS)
    downloads.offer(records, page="premises", on=published.meta.day, slugs=(premises_id,))
