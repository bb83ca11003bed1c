"""Requests for information in words: which wait, how they stand, what came of an inquiry."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from dashboards import words
from twin.rules.information import Ask, Decided, Inquiry, Requested


def parties(suppliers: pl.DataFrame, known: Mapping[str, Requested]) -> list[str]:
    """Who may be asked: every supplier of registered premises, and whoever was asked before."""
    return sorted({*suppliers["supplier"].to_list(), *(one.fact.party for one in known.values())})


def open_in_words(known: Mapping[str, Requested], *, on: date) -> dict[str, str]:
    """The requests without an answer, the longest due first."""
    waiting = {name: one for name, one in known.items() if one.answered is None}
    ordered = sorted(waiting.items(), key=lambda item: (item[1].fact.due, item[0]))
    return {name: _in_words(one, on) for name, one in ordered}


def _in_words(one: Requested, on: date) -> str:
    due = one.fact.due
    over = f", {words.things((on - due).days, 'day')} overdue" if on > due else ""
    return (
        f"{one.fact.party}: {words.sentence(one.fact.subject)}, "
        f"asked {words.short_day(one.asked)}, due {words.short_day(due)}{over}"
    )


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
