"""Cards of one figure each, in a grid of equal height."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from dashboards import words
from dashboards.suppression import PROGRAMME, is_kept
from dashboards.suppression import count as told


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its label; `beside` says what it is measured against, in words.

    `figures` are its keys in the registry of figures, one or more.
    """

    label: str
    value: str
    beside: str
    tone: Literal["good", "bad", "neutral"] = "neutral"
    about: str | None = None
    figures: tuple[str, ...] = ()


_COLOURS: dict[str, Literal["blue", "orange", "gray"]] = {
    "good": "blue",
    "bad": "orange",
    "neutral": "gray",
}


def progress_cards(
    latest: dict[str, Any], summary: dict[str, Any] | None, *, role: str = PROGRAMME
) -> list[Card]:
    """The four cards of the progress page, from a day and, on the newest one, the totals.

    Without totals devices are held against installed premises: those are held by the day.
    """
    capable, planned = latest["capable_premises"], latest["planned_premises"]
    behind = latest["belief_behind_premises"]
    installed = latest["installed_premises"]
    hubs, esmes, of = installed, installed, "installed premises"
    if summary is not None:
        hubs, esmes, of = summary["installed_hubs"], summary["installed_esmes"], "installed"
    kept = is_kept(capable, role=role)
    return [
        Card(
            "Capable premises (device truth)",
            told(capable, role=role),
            "no plan given"
            if planned is None
            else "too few to hold against the plan"
            if kept
            else words.against_plan(capable, planned),
            "neutral" if planned is None else "good" if capable >= planned - 0.5 else "bad",
            "Premises whose hub and electricity meter both run firmware with local pairing.",
            figures=("progress.capable", "progress.planned"),
        ),
        Card(
            "Capable communications hubs",
            told(latest["capable_hubs"], role=role),
            f"{words.share(latest['capable_hubs'], hubs)} of {words.prose(hubs)} {of}",
            about="Communications hub (CHF): the device that joins a premises to the network.",
            figures=("progress.capable-hubs", "summary.devices"),
        ),
        Card(
            "Capable electricity meters",
            told(latest["capable_esmes"], role=role),
            f"{words.share(latest['capable_esmes'], esmes)} of {words.prose(esmes)} {of}",
            about="Electricity smart metering equipment (ESME); one to a premises here.",
            figures=("progress.capable-meters", "summary.devices"),
        ),
        Card(
            "Belief behind truth (premises)",
            told(behind, role=role),
            "all known to the inventory" if behind == 0 else "unknown to the inventory",
            "bad" if behind else "good",
            "Capable premises that the inventory does not know of: after a lost activation "
            "response it is behind until a version is read.",
            figures=("progress.belief-behind", "progress.believed"),
        ),
    ]


def show(cards: list[Card], *, explain: Callable[..., None] | None = None) -> None:
    """Draw the cards; `explain` draws the evidence of the figures whose keys it is given."""
    with st.grid(len(cards), row_height=135 if explain is None else 170, min_column_width=220):
        for card in cards:
            with st.container(border=True, height="stretch", gap=None):
                st.metric(
                    card.label,
                    card.value,
                    card.beside,
                    delta_color=_COLOURS[card.tone],
                    delta_arrow="off",
                    help=card.about,
                )
                if explain is not None and card.figures:
                    explain(*card.figures)
