"""Is anything on fire now? Everything that wants somebody, by how much it touches."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from dashboards import words
from dashboards.campaign_counts import told_campaigns
from dashboards.failures import MEASURES, Course
from dashboards.headlines.operations import why_held
from dashboards.headlines.provenance import LAG_TOLERATED, Freshness
from dashboards.headlines.rebuild import telling
from dashboards.queries import PublishedSet
from dashboards.suppression import FEWER, PROGRAMME, in_row, is_kept, share
from twin.vocabulary import CampaignState

EVERYTHING: Final = 1 << 40
"""Impact of what makes every figure doubtful: it comes first."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that wants attention: a sentence, how much it touches, the page that explains it.

    `impact` counts devices, premises or records, whatever the sentence is about.
    """

    text: str
    impact: int
    page: str
    query: tuple[tuple[str, str], ...] = ()


def incidents(
    published: PublishedSet,
    *,
    fresh: Freshness,
    lag: int,
    courses: dict[str, Course],
    role: str = PROGRAMME,
) -> list[Incident]:
    """All incidents of a set, those that touch most first; empty where nothing wants anybody.

    Counts of few premises or devices are told to operations alone; records are the twin's own.
    """
    found = [
        *_stale(fresh),
        *_held(published, role),
        *_refused(published),
        *_lagging(lag, fresh),
        *_differing(published.mart("proofs"), role),
        *_signals(courses, role),
    ]
    return sorted(found, key=lambda one: (-one.impact, one.text))


def attention(found: list[Incident]) -> str:
    """The headline of the live page: how many things want attention, and the gravest."""
    if not found:
        return "Nothing wants attention: events flow, no campaign is held, no record is refused"
    first = found[0].text
    if len(found) == 1:
        return words.capital(first)
    return f"{len(found)} things want attention, first: {first}"


def _stale(fresh: Freshness) -> list[Incident]:
    if fresh.level == "fresh" or fresh.text.startswith("Behind"):
        return []
    return [Incident(fresh.text[0].lower() + fresh.text[1:], EVERYTHING, "streams")]


def _held(published: PublishedSet, role: str) -> list[Incident]:
    waves = published.mart("campaign_waves")
    rows = published.mart("campaigns").filter(state=CampaignState.HELD.value)
    if rows.is_empty():
        return []
    told = told_campaigns(rows, waves, role=role)
    return [
        Incident(
            f"campaign {row['campaign_id']} is held{why_held(waves, row['campaign_id'])}, "
            f"{_waiting(said)}",
            row["members"] - row["confirmed"],
            "campaign",
            (("id", row["campaign_id"]),),
        )
        for row, said in zip(rows.iter_rows(named=True), told.iter_rows(named=True), strict=True)
    ]


def _waiting(row: dict[str, Any]) -> str:
    """How many devices of a campaign were not asked yet, as far as a role may know."""
    if row["awaiting"] is not None:
        return f"{words.devices(row['awaiting'])} not asked yet"
    return f"not asked yet: {in_row(row, 'awaiting')}"


def _refused(published: PublishedSet) -> list[Incident]:
    summary = published.summary
    letters, found = summary["open_dead_letters"], []
    unreadable = max(summary["unreadable_records"] - summary["dead_letters"], 0)
    if letters:
        wait = "waits" if letters == 1 else "wait"
        text = f"{words.things(letters, 'refused record')} {wait} for an operator"
        found.append(Incident(text, letters, "streams"))
    if unreadable:
        text = f"{words.things(unreadable, 'record')} of the log cannot be read"
        found.append(Incident(text, unreadable, "streams"))
    return found


def _lagging(lag: int, fresh: Freshness) -> list[Incident]:
    if lag <= LAG_TOLERATED:
        return []
    text = f"a stage lies {words.things(lag, 'record')} behind the log"
    return [Incident(text, lag, "streams")]


def _differing(proofs: pl.DataFrame, role: str) -> list[Incident]:
    compared = telling(proofs)
    if compared.is_empty():
        return []
    newest: dict[str, Any] = compared.row(0, named=True)
    if newest["equal"]:
        return []
    found = newest["differing"] or 0
    told = words.premises(found) if not is_kept(found, role=role) else f"{FEWER} premises"
    text = f"the live tables differ from what the lake folds to in {told}"
    return [Incident(text, found, "rebuild")]


def _signals(courses: dict[str, Course], role: str) -> list[Incident]:
    """A measure whose newest point is worse than its limits allow."""
    found = []
    for name, course in courses.items():
        newest = course.newest
        if newest is None or course.band is None or newest["share"] <= course.band.upper:
            continue
        failed = share(newest["failures"], newest["outcomes"], role=role)
        text = (
            f"{MEASURES[name].what} fail more than they do by themselves"
            f"{'' if failed is None else f': {failed}'} up to {words.short_day(newest['day'])}"
        )
        found.append(Incident(text, newest["failures"], MEASURES[name].page))
    return found
