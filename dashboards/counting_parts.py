"""Answers that take seconds to count: counted once for all viewers, and anew when asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, NoReturn, TypeVar

import duckdb
import streamlit as st

from twin.evidence.refusals import NothingThere

T = TypeVar("T")


class Counted(Generic[T]):
    """What was counted last, and on which set."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.set_id = ""
        self.value: T | None = None


@st.cache_resource(max_entries=8, show_spinner=False)
def counted(home: Path, of: str) -> Counted[T]:
    """What is kept for a home: counting takes seconds, and a run publishes sets all the time."""
    return Counted()


def count_once(home: Path, of: str, set_id: str, count: Callable[[], T], *, what: str) -> T:
    """What was counted last, or by this set if there is nothing or it is asked for.

    `what` names it in sentences; where it cannot be counted the page says why, and ends.
    """
    held: Counted[T] = counted(home, of)
    place = st.container()  # always there: what stands below keeps its place, and forms stay open
    if held.value is not None and held.set_id != set_id:
        place.info(f"{what} counted on the set {held.set_id}; a newer one is published.")
        if place.button("Count them anew"):
            held.value = None
    if held.value is None:
        with place, st.spinner("Counting from the lake, some seconds"):
            held.value, held.set_id = _counted(count, set_id), set_id
    return held.value


def _counted(count: Callable[[], T], set_id: str) -> T:
    try:
        return count()
    except NothingThere as why:
        st.markdown(f"Nothing is answered yet: {why}. Let the twin run on.")
    except (duckdb.Error, OSError):
        say_unreadable(set_id)
    return st.stop()


def say_unreadable(set_id: str) -> NoReturn:
    """The files of a set have gone or are broken; the page ends."""
    st.error(
        f"The lake files of set {set_id} cannot be read. Other pages still work; this one does "
        "again with the next set."
    )
    st.stop()
