"""Asking SEC parties for information and noting their answers, from the page (SEC F1.6)."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import streamlit as st
from msgspec import Struct

from dashboards import access, words
from dashboards.auditing import Deed
from dashboards.headlines.requests import inquired, open_in_words, overdue_in_words, parties
from dashboards.ports import PORTS, NotAudited, NotSent, Role
from dashboards.queries import PublishedSet
from dashboards.reviews import requests_of
from dashboards.settings import Settings
from twin.rules.information import Ask, Inquiry, Provide, Requested
from twin.vocabulary import InformationSubject

DUE_AFTER = timedelta(days=28)
"""When an answer is due where nobody says another day."""
# The boxes below have keys, and no word of a choice changes with the day: a newer set, which may
# bring parties, requests and another day, would else put new, empty boxes for what is filled in.
_ASKING = "asking_party"
_SAID = "said_of_requests"


def show_acting(published: PublishedSet, settings: Settings) -> None:
    """Forms to ask a party and to note an answer, each for its role, and what came of the last."""
    place = st.container()  # always there, so that the forms below keep theirs
    said = st.session_state.get(_SAID)
    if said:
        place.info(said)
    known = _known(settings.home, published.meta.set_id, published)
    on = published.meta.day
    left, right = st.columns(2)
    with left, st.expander("Ask a party for information"):
        _ask(parties(published.mart("licence_conditions"), known), on)
    with right, st.expander("Note the answer of a party"):
        st.markdown(overdue_in_words(known, on=on))
        _note(open_in_words(known))


@st.cache_data(max_entries=8, show_spinner=False)
def _known(home: Path, set_id: str, _published: PublishedSet) -> dict[str, Requested]:
    """Every request that a set knows of; the lake is read once a set."""
    return requests_of(_published, home)


def _ask(names: list[str], on: date) -> None:
    hindered = _show_obstacle(Role.PROGRAMME, "asking a party")
    name = st.session_state.setdefault(_ASKING, str(uuid4()))
    with st.form("ask_a_party"):
        party = st.selectbox(
            "Party", names, index=None, placeholder="Who is asked", key=f"party of {name}"
        )
        subject = st.selectbox(
            "Subject",
            list(InformationSubject),
            index=None,
            format_func=words.sentence,
            placeholder="What for",
            key=f"subject of {name}",
        )
        due = st.date_input(
            "Answer due by", value=on + DUE_AFTER, format="DD/MM/YYYY", key=f"due day of {name}"
        )
        pressed = st.form_submit_button("Ask", disabled=hindered)
    if not pressed:
        return
    if party is None or subject is None or not isinstance(due, date):
        st.warning("Choose a party, a subject and a due day.")
        return
    inquiry = Ask(request_id=name, party=party, subject=subject, due=due)
    put_so = put(inquiry, needs=Role.PROGRAMME)
    if put_so.decided:  # else the form stays as it is, and asks again by the same id
        st.session_state.pop(_ASKING)
    _say(put_so.said)


def _note(waiting: dict[str, str]) -> None:
    if not waiting:
        return
    hindered = _show_obstacle(Role.OPERATIONS, "noting an answer")
    with st.form("note_an_answer", clear_on_submit=True):
        name = st.selectbox(
            "Request",
            list(waiting),
            index=None,
            format_func=lambda one: waiting[one],
            placeholder="Which request was answered",
            key="answered_request",
        )
        pressed = st.form_submit_button("Note the answer", disabled=hindered)
    if not pressed:
        return
    if name is None:
        st.warning("Choose the request that was answered.")
        return
    _say(put(Provide(request_id=name), needs=Role.OPERATIONS).said)


def _show_obstacle(needs: Role, what: str) -> bool:
    """Whether something is in the way; its place is there also where nothing is."""
    place, why = st.container(), _obstacle(needs, what)
    if why is not None:
        place.markdown(why)
    return why is not None


def _obstacle(needs: Role, what: str) -> str | None:
    """Why the form cannot be sent, in a sentence; None where it can."""
    if not access.role(needs):
        return f"Nothing can be sent here: {what} needs the role {needs}."
    why = PORTS.inquiries.obstacle()
    return None if why is None else f"Nothing can be sent now: {why}. All figures still show."


def _say(said: str) -> None:
    """What came of it, on top of the forms as they are then."""
    st.session_state[_SAID] = said
    st.rerun()


class Put(Struct, frozen=True):
    """What is said of an inquiry that was sent, and whether the log has decided it."""

    said: str
    decided: bool


def put(inquiry: Inquiry, *, needs: Role) -> Put:
    """Write down who acts, put it on the log, write down what came of it, and say it."""
    viewer = access.require(needs, what="A request for information")
    what = "request for information" if isinstance(inquiry, Ask) else "answer to a request"
    deed = Deed(viewer.who, what, inquiry.request_id)
    try:
        deed.begun()
        found = PORTS.inquiries.put(inquiry)
    except NotAudited as error:
        return Put(f"{inquired(inquiry)}: not sent, {error}, and each must be.", decided=False)
    except NotSent as error:
        deed.unsent()
        return Put(f"{inquired(inquiry)}: {error}.", decided=False)
    said = inquired(inquiry, found) + deed.ended(f"{found.answer} {found.why}")
    return Put(said, decided=True)
