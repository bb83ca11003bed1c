"""What a page shows of a thing that is made from the whole lake: it, or how far it is.

A page is never blank and never held up: it shows what was made last, with what that stands on, and
says what is being made meanwhile; what is ready appears by itself.
"""

from datetime import datetime
from typing import Final

import streamlit as st

from dashboards import words
from dashboards.made_shelf import MadeOf
from dashboards.making import MAKING, Wanted, Work
from dashboards.orders import T
from dashboards.settings import read_settings

ALLOWANCE_S: Final = 0.7
"""How long a page waits for a thing to be made before it says that it is being made.

What a very small fleet needs is there by then; page and wait together stay within two seconds.
"""
LOOKS_EVERY: Final = "0.5s"
BEING_MADE: Final = "being_made"
"""Key of the part of a page that says what is being made."""
ANEW: Final = "Make it anew"
AGAIN: Final = "Try again"


def made_or_said(wanted: Wanted[T], *, what: str, of_any_age: bool = False) -> T | None:
    """What was made last of what is wanted; None where there is none yet, and the page says why.

    `what` names it in sentences, such as "the answers". `of_any_age`: what an older set gave does
    as well, so nothing is said of its age.
    """
    maker = MAKING.one
    place = st.container()  # always there: what stands below keeps its place, and forms stay open
    if _must_be_asked(wanted):
        maker.ask(wanted).ended.wait(ALLOWANCE_S)
    held = maker.newest(wanted.home, wanted.order)
    work = maker.work(wanted.home, wanted.order)
    with place:
        if held is not None and held.of.stands_on != wanted.stands_on and not of_any_age:
            st.info(older(held.of, what, now=wanted.now))
            if work is None:
                _offer(ANEW, wanted)
        if work is not None and work.failed is not None:
            _show_failed(work, what, wanted)
        elif work is not None:
            _watch(wanted, what)
    return None if held is None else held.value


def _must_be_asked(wanted: Wanted[T]) -> bool:
    """Whether nothing is held, and nobody has tried it yet with these records."""
    if MAKING.one.newest(wanted.home, wanted.order) is not None:
        return False
    work = MAKING.one.work(wanted.home, wanted.order)
    return work is None or (work.failed is not None and work.wanted.stands_on != wanted.stands_on)


def older(of: MadeOf, what: str, *, now: datetime) -> str:
    """Which records a thing was made of, when, and that there are newer ones."""
    records = words.exactly(of.records, "record")
    return (
        f"Of an older basis: {what}, made of {of.stands_on} ({records}) "
        f"{words.age(now - of.made_at)} ago, in {of.seconds:.0f} s. A newer set is published."
    )


def being_made(work: Work, what: str, *, now: datetime) -> str:
    """Since when a thing is being made, of how long a log, and what to do meanwhile."""
    doing = "Being made" if work.begun else "Waiting until another thing is made"
    return (
        f"{doing} since {words.moment(work.wanted.now)} ({words.age(now - work.wanted.now)}): "
        f"{what}, of a log of {words.things(work.wanted.records, 'record')}. It appears "
        "here by itself; every other page works meanwhile."
    )


def _watch(wanted: Wanted[T], what: str) -> None:
    """A line while it is being made; the whole page comes anew when it is."""

    @st.fragment(run_every=LOOKS_EVERY)
    def progress() -> None:
        work = MAKING.one.work(wanted.home, wanted.order)
        if work is None or work.failed is not None:
            st.rerun()
        with st.container(key=f"{BEING_MADE}_{wanted.order.name}"):
            st.info(being_made(work, what, now=read_settings().now), icon=":material/schedule:")

    progress()


def _show_failed(work: Work, what: str, wanted: Wanted[T]) -> None:
    assert work.failed is not None
    match work.failed.reason:
        case "nothing":
            st.markdown(f"Nothing is answered yet: {work.failed.says}. Let the twin run on.")
            return
        case "unreadable":
            st.error(
                f"The lake files of set {work.wanted.stands_on} cannot be read. Other pages still "
                "work; this one does again with the next set."
            )
        case "broken":
            st.error(
                f"Could not be made: {what}; {work.failed.says}. The log of the page server says "
                "more, and every other page works."
            )
    _offer(AGAIN, wanted)


def _offer(label: str, wanted: Wanted[T]) -> None:
    if st.button(label, key=f"{label} {wanted.order.name}"):
        MAKING.one.ask(wanted).ended.wait(ALLOWANCE_S)
        st.rerun()
