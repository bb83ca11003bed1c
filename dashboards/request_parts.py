"""Asking SEC parties for information and noting their answers, from the page (SEC F1.6)."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import streamlit as st

from dashboards import access, words
from dashboards.headlines.requests import inquired, open_in_words, parties
from dashboards.ports import PORTS, Access, NotAudited, NotSent, Role
from dashboards.queries import PublishedSet
from dashboards.reviews import requests_of
from dashboards.settings import Settings, read_settings
from twin.rules.information import Ask, Inquiry, Provide, Requested
from twin.vocabulary import InformationSubject

DUE_AFTER = timedelta(days=28)
"""When an answer is due where nobody says another day."""
_ASKING = "asking_party"
_SAID = "said_of_requests"


def show_acting(published: PublishedSet, settings: Settings) -> None:
    """Forms to ask a party and to note an answer, each for its role, and what came of the last."""
    place = st.container()  # always there, so that the forms below keep theirs
    said = st.session_state.get(_SAID)
    if said:
        place.info(said)
    known = _known(settings.home, published.meta.set_id, published)
    on = (published.meta.as_at or published.meta.published_at).date()
    left, right = st.columns(2)
    with left, st.expander("Ask a party for information"):
        _ask(parties(published.mart("licence_conditions"), known), on)
    with right, st.expander("Note the answer of a party"):
        _note(open_in_words(known, on=on))


@st.cache_data(max_entries=8, show_spinner=False)
def _known(home: Path, set_id: str, _published: PublishedSet) -> dict[str, Requested]:
    """Every request that a set knows of; the lake is read once a set."""
    return requests_of(_published, home)


def _ask(names: list[str], on: date) -> None:
    obstacle = _obstacle(Role.PROGRAMME, "asking a party")
    if obstacle is not None:
        st.markdown(obstacle)
    with st.form("ask_a_party", clear_on_submit=True):
        party = st.selectbox("Party", names, index=None, placeholder="Who is asked")
        subject = st.selectbox(
            "Subject",
            list(InformationSubject),
            index=None,
            format_func=words.sentence,
            placeholder="What for",
        )
        due = st.date_input("Answer due by", value=on + DUE_AFTER, format="DD/MM/YYYY")
        pressed = st.form_submit_button("Ask", disabled=obstacle is not None)
    if not pressed:
        return
    if party is None or subject is None or not isinstance(due, date):
        st.warning("Choose a party, a subject and a due day.")
        return
    name = st.session_state.setdefault(_ASKING, str(uuid4()))
    inquiry = Ask(request_id=name, party=party, subject=subject, due=due)
    _say(put(inquiry, needs=Role.PROGRAMME))
    st.session_state.pop(_ASKING)


def _note(waiting: dict[str, str]) -> None:
    if not waiting:
        st.markdown("No request waits for an answer in the newest set.")
        return
    obstacle = _obstacle(Role.OPERATIONS, "noting an answer")
    if obstacle is not None:
        st.markdown(obstacle)
    with st.form("note_an_answer", clear_on_submit=True):
        name = st.selectbox(
            "Request",
            list(waiting),
            index=None,
            format_func=lambda one: waiting[one],
            placeholder="Which request was answered",
        )
        pressed = st.form_submit_button("Note the answer", disabled=obstacle is not None)
    if not pressed:
        return
    if name is None:
        st.warning("Choose the request that was answered.")
        return
    _say(put(Provide(request_id=name), needs=Role.OPERATIONS))


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


def put(inquiry: Inquiry, *, needs: Role) -> str:
    """Write down who acts, put it on the log, write down what came of it, and say it."""
    viewer = access.require(needs, what="A request for information")
    what = "request for information" if isinstance(inquiry, Ask) else "answer to a request"
    of = inquiry.request_id
    try:
        PORTS.audit.note(Access(read_settings().now, viewer.who, what, of, "asked"))
        found = PORTS.inquiries.put(inquiry)
        end = f"{found.answer} {found.why}"
        PORTS.audit.note(Access(read_settings().now, viewer.who, what, of, end))
    except NotAudited as error:
        return f"{inquired(inquiry)}: not sent, {error}, and each must be."
    except NotSent as error:
        with suppress(NotAudited):  # nothing was done, so an audit that fails now hides nothing
            PORTS.audit.note(Access(read_settings().now, viewer.who, what, of, "not sent"))
        return f"{inquired(inquiry)}: {error}."
    return inquired(inquiry, found)
