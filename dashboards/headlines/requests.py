"""Requests for information in words: which wait, how they stand, what came of an inquiry."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from dashboards import words
from twin.rules.information import Ask, Decided, Inquiry, Requested


def parties(suppliers: pl.DataFrame, known: Mapping[str, Requested]) -> list[str]:
    """Who may be asked: every supplier of registered premises, and whoever was asked before."""
    return sorted({*suppliers["supplier"].to_list(), *(one.fact.party for one in known.values())})


def open_in_words(known: Mapping[str, Requested]) -> dict[str, str]:
    """The requests without an answer, the longest due first; the words are those of every day."""
    waiting = {name: one for name, one in known.items() if one.answered is None}
    ordered = sorted(waiting.items(), key=lambda item: (item[1].fact.due, item[0]))
    return {name: _in_words(one) for name, one in ordered}


def _in_words(one: Requested) -> str:
    return (
        f"{one.fact.party}: {words.sentence(one.fact.subject)}, "
        f"asked {words.short_day(one.asked)}, due {words.short_day(one.fact.due)}"
    )


def overdue_in_words(known: Mapping[str, Requested], *, on: date) -> str:
    """How many requests wait for an answer, how many of them beyond their due day, and by what."""
    waiting = [one.fact.due for one in known.values() if one.answered is None]
    over = [(on - due).days for due in waiting if on > due]
    if not waiting:
        return "No request waits for an answer in the newest set."
    text = (
        f"{words.things(len(waiting), 'request')} {'waits' if len(waiting) == 1 else 'wait'} for "
        f"an answer, {len(over) or 'none'} beyond the due day"
    )
    return f"{text}, the longest by {words.things(max(over), 'day')}." if over else f"{text}."


def inquired(inquiry: Inquiry, found: Decided | None = None) -> str:
    """What was sent and what came of it, in one sentence."""
    if isinstance(inquiry, Ask):
        text = f"Asking {inquiry.party} for {words.sentence(inquiry.subject)}"
    else:
        text = f"Answer to request {inquiry.request_id}"
    if found is None:
        return text
    return {
        "ACCEPTED": f"{text}: done; {found.why}. The next set shows it.",
        "NOOP": f"{text}: {found.why}.",
        "CONFLICT": f"{text}: not done, {found.why}. Somebody was quicker; look again.",
        "REFUSED": f"{text}: refused, {found.why}.",
    }[found.answer]
