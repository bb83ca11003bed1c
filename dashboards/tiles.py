"""Cards of one figure each, in a grid of equal height."""

from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from dashboards import words


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its label; `beside` says what it is measured against, in words."""

    label: str
    value: str
    beside: str
    tone: Literal["good", "bad", "neutral"] = "neutral"
    about: str | None = None


_COLOURS: dict[str, Literal["blue", "orange", "gray"]] = {
    "good": "blue",
    "bad": "orange",
    "neutral": "gray",
}


def progress_cards(latest: dict[str, Any], summary: dict[str, Any]) -> list[Card]:
    """The four cards of the progress page, from the newest day and the totals."""
    capable, planned = latest["capable_premises"], latest["planned_premises"]
    behind = latest["belief_behind_premises"]
    hubs, esmes = summary["installed_hubs"], summary["installed_esmes"]
    return [
        Card(
            "Capable premises (device truth)",
            words.count(capable),
            "no plan given" if planned is None else words.against_plan(capable, planned),
            "neutral" if planned is None else "good" if capable >= planned - 0.5 else "bad",
            "Premises whose hub and electricity meter both run firmware with local pairing.",
        ),
        Card(
            "Capable communications hubs",
            words.count(latest["capable_hubs"]),
            f"{words.share(latest['capable_hubs'], hubs)} of {words.prose(hubs)} installed",
            about="Communications hub (CHF): the device that joins a premises to the network.",
        ),
        Card(
            "Capable electricity meters",
            words.count(latest["capable_esmes"]),
            f"{words.share(latest['capable_esmes'], esmes)} of {words.prose(esmes)} installed",
            about="Electricity smart metering equipment (ESME); one to a premises here.",
        ),
        Card(
            "Belief behind truth (premises)",
            words.count(behind),
            "all known to the inventory" if behind == 0 else "unknown to the inventory",
            "bad" if behind else "good",
            "Capable premises that the inventory does not know of: after a lost activation "
            "response it is behind until a version is read.",
        ),
    ]


def show(cards: list[Card]) -> None:
    """Draw the cards."""
    with st.grid(len(cards), row_height=135, min_column_width=220):
        for card in cards:
            st.metric(
                card.label,
                card.value,
                card.beside,
                delta_color=_COLOURS[card.tone],
                delta_arrow="off",
                help=card.about,
                border=True,
                height="stretch",
            )
