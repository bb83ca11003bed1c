"""Cards of one figure each, in a grid of equal height."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.headlines.provenance import LAG_TOLERATED
from dashboards.queries import PublishedSet
from dashboards.suppression import PROGRAMME, is_kept
from dashboards.suppression import count as told

DELAY_TOLERATED_S = 5.0
"""Seconds from event to page that are promised for 95 of 100 events."""


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


def red_cards(published: PublishedSet, *, lag: int) -> list[Card]:
    """Rate, errors and duration of the twin itself, and what waits."""
    rates, delays = published.mart("event_rates"), published.mart("delays")
    newest = rates["minute"].max() if rates.height else None
    last = rates.filter(pl.col("minute") == newest)["events"].sum() if rates.height else 0
    total = int(rates["events"].sum())
    bad = rates.filter(pl.col("family").is_in(["dead letters", "unreadable"]))
    wrong = int(bad["events"].sum())
    return [
        Card(
            "Records a second",
            f"{last / 60:,.1f}",
            "in the newest minute" if last else "no record in the last hour",
            about="Rate: records of all topics that reached the lake, by the broker's clock.",
        ),
        Card(
            "Refused or unreadable",
            words.share(wrong, total),
            f"{words.prose(wrong)} of {words.things(total, 'record')} in the last hour",
            "bad" if wrong else "neutral",
            "Errors: records that are no event or were refused, of all that arrived.",
        ),
        _delay_card(delays.row(0, named=True) if delays.height else None),
        Card(
            "Records that wait",
            words.count(lag),
            "before the stage with most before it",
            "bad" if lag > LAG_TOLERATED else "neutral",
            "Lag: end of the log less the position of the stage, over all partitions.",
        ),
    ]


def _delay_card(delay: dict[str, Any] | None) -> Card:
    label = "From the log to this page, p95"
    about = (
        "Duration: from the broker's time of a record to the set in which it is new, of the newest "
        "records. The page itself looks every second."
    )
    if delay is None:
        return Card(label, "not measured", "no run was at work", "neutral", about)
    beside = f"median {delay['median_s']:.1f} s of {words.things(delay['records'], 'record')}"
    late = delay["p95_s"] > DELAY_TOLERATED_S
    return Card(label, f"{delay['p95_s']:.1f} s", beside, "bad" if late else "neutral", about)


def show(cards: list[Card], *, explain: Callable[..., None] | None = None) -> None:
    """Draw the cards; `explain` draws the evidence of the figures whose keys it is given."""
    with st.grid(len(cards), row_height=135 if explain is None else 170, min_column_width=230):
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
