"""Cards of one figure each, in a grid of equal height."""

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboards import words
from dashboards.headlines.provenance import LAG_TOLERATED
from dashboards.queries import PublishedSet

DELAY_TOLERATED_S = 5.0
"""Seconds from event to page that are promised for 95 of 100 events."""


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
        "Duration: from the broker's time of a record to the set in which it is new. The page "
        "itself looks every 2 s."
    )
    if delay is None:
        return Card(label, "not measured", "no run was at work", "neutral", about)
    newest = words.things(delay["records"], "record")
    beside = f"median {delay['median_s']:.1f} s of the newest {newest}"
    late = delay["p95_s"] > DELAY_TOLERATED_S
    return Card(label, f"{delay['p95_s']:.1f} s", beside, "bad" if late else "neutral", about)


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
