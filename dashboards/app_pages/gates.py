"""Gates: when would our stop rule have fired?"""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
from dashboards.access import viewer_role
from dashboards.charts.gates import nearness
from dashboards.gate_counts import STOPPED, told_paths, told_stops
from dashboards.headlines.gates import peers_stop, when_it_stops
from dashboards.headlines.operations import stratum
from dashboards.page_parts import count_column, open_page, show_provenance
from dashboards.past_waves import (
    CHOSEN,
    FALSE_AT,
    MISSED_AT,
    PLANS_RULE,
    WAVE_MOST,
    PastWave,
    Terms,
    chances,
    first_stops,
    looked_back,
    past_waves,
)
from dashboards.queries import PublishedSet
from dashboards.settings import Settings
from dashboards.suppression import in_row, in_words

NEVER = "never"
PERCENT = st.column_config.NumberColumn(format="%.1f%%")


@st.cache_data(max_entries=64, show_spinner=False)
def looked(
    set_id: str,
    campaign: str,
    tolerance: float,
    alpha: float,
    evidence: int,
    _waves: tuple[PastWave, ...],
) -> tuple[pl.DataFrame, ...]:
    """Stops, paths and chances of a campaign under thresholds; a set never changes."""
    chosen, waves = Terms(tolerance=tolerance, alpha=alpha, evidence=evidence), _waves
    largest = max(waves, key=lambda wave: wave.past.members)
    stops, paths = looked_back(waves, terms=chosen)
    return stops, paths, chances(largest.rule, terms=chosen, members=largest.past.members)


def waves_of(published: PublishedSet, campaign: str) -> tuple[PastWave, ...]:
    """The waves of a campaign that went out."""
    return past_waves(
        published.mart("gate_rules"),
        published.mart("gate_outcomes"),
        published.mart("waves"),
        campaign=campaign,
    )


def chosen_campaign(published: PublishedSet, settings: Settings) -> str:
    """The campaign of the address line or the one that was held; without any the page ends."""
    names = published.mart("gate_outcomes")["campaign_id"].unique().sort().to_list()
    if not names:
        st.header("No gate has looked at a wave yet")
        show_provenance(published, settings)
        st.markdown(
            "No campaign of this set has released a wave yet, so no gate had anything to look at. "
            "Let the twin run on; the first wave goes out with the first campaign."
        )
        st.stop()
    stopped = published.mart("campaign_journal").filter(event="programme.campaign-held")
    held = [name for name in stopped["campaign_id"].to_list() if name in names]
    first = names.index(held[0]) if held else 0
    with st.sidebar:
        return filters.slug("Campaign", "campaign", names, index=first)


def chosen_terms(waves: tuple[PastWave, ...]) -> Terms:
    """The thresholds of the address line; those of the plan unless chosen."""
    rule = waves[0].rule
    with st.sidebar:
        tolerance = filters.number(
            "Tolerance: errors above (%)",
            "tolerance",
            (0.1, 60.0),
            round(100 * rule.errors_above, 2),
            step=0.5,
            about="The error rate above which a wave is to be stopped.",
        )
        alpha = filters.number(
            "Alpha: chance of a false stop (%)",
            "alpha",
            (0.1, 50.0),
            round(100 * rule.alpha, 2),
            step=1.0,
            about="How often a wave within the tolerance may ever be stopped, however often the "
            "gate looks. The published rules have no such promise.",
        )
        evidence = filters.number(
            "Minimum evidence (settled devices)",
            "evidence",
            (1, 100_000),
            rule.evidence_at_least,
            step=5,
            about="No stop before so many outcomes are known, or the whole of a smaller wave.",
        )
    return Terms(tolerance=tolerance / 100, alpha=alpha / 100, evidence=evidence)


def cards(stops: pl.DataFrame, peers: list[str]) -> list[tiles.Card]:
    """First stop of the plan's rule, of the chosen thresholds and of the quickest peer."""
    first = first_stops(stops)
    fired = [row for name, row in first.items() if name in peers]
    quick = fired[0] if fired else None
    named = (
        (PLANS_RULE, first.get(PLANS_RULE)),
        (CHOSEN, first.get(CHOSEN)),
        ("Quickest published rule" if quick is None else str(quick["rule"]), quick),
    )
    return [
        tiles.Card(label, NEVER, "would not have stopped it")
        if row is None
        else tiles.Card(
            label,
            words.short_day(row["stopped_on"]),
            f"wave {row['wave']}, {in_row(row, 'exposed')} devices exposed",
            about="Devices of the campaign that were asked to update before that day.",
        )
        for label, row in named
    ]


def table_of_first(stops: pl.DataFrame) -> pl.DataFrame:
    """The first stop of each rule, in words: one row a rule, those that never fire as well."""
    first = first_stops(stops)
    rows = []
    for name in stops["rule"].unique(maintain_order=True):
        row = first.get(name)
        told = (NEVER, "", "", "", "") if row is None else told_of(row)
        rows.append((name, *told))
    columns = ("Rule", "Would have stopped on", "Gate of", "On", "Devices exposed", "Beyond")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def told_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """A stop in words: day and wave, what was blamed, counts, exposure, figures."""
    return (
        f"{words.short_day(row['stopped_on'])}, wave {row['wave']}",
        stratum(row["stratum"]) if row["stratum"] else "the wave as a whole",
        f"{in_row(row, 'k')} errors of {in_row(row, 'n')}",
        in_row(row, "exposed"),
        figure_told(row["statistic"], row["bound"]),
    )


def figure_told(statistic: float | None, bound: float) -> str:
    """The figure on which a rule stopped, and its bound."""
    told = "not told" if statistic is None else f"{statistic:.3g}"
    return f"{told}, bound {bound:.3g}"


def told_of_wave(stops: pl.DataFrame, number: int) -> str:
    """Which rules stop a wave, in words."""
    fired = stops.filter(wave=number).drop_nulls("stopped_on")["rule"].to_list()
    return f"It is stopped by {words.listed(fired)}." if fired else "No rule stops it."


def show_chances(found: pl.DataFrame, terms: Terms, members: int) -> None:
    """False stops and missed stops of each rule."""
    st.subheader("How often each rule errs")
    size = min(members, WAVE_MOST)
    st.markdown(
        f":small[Exact chances, summed over all courses of a wave of {words.count(size)} devices "
        "whose outcomes come one by one, looked at after each; without strata and delays. The "
        f"tolerance is {100 * terms.tolerance:g}%. Assumption: errors strike devices alike.]"
    )
    rates = {f"false_{at:g}": at for at in FALSE_AT} | {f"missed_{at:g}": at for at in MISSED_AT}
    names = {
        column: f"{'Stops' if column.startswith('false') else 'Misses'} at a true "
        f"{100 * terms.tolerance * at:g}%"
        for column, at in rates.items()
    }
    last = 100 * terms.tolerance * MISSED_AT[-1]
    median = f"Half are stopped by device, at {last:g}%"
    shares = found.with_columns(pl.col(*names) * 100).rename(
        {**names, "rule": "Rule", "median": median}
    )
    st.dataframe(
        shares,
        hide_index=True,
        column_config={
            **dict.fromkeys(names.values(), PERCENT),
            median: st.column_config.NumberColumn(format="%,d"),
        },
        alt="False stops and missed stops of each rule by the true error rate",
    )


st.title("When would our stop rule have fired?")
settings, published = open_page()
campaign = chosen_campaign(published, settings)
waves = waves_of(published, campaign)
if not waves:
    show_provenance(published, settings)
    st.markdown(f"The plan of {campaign} cannot be read, so its gates are not known.")
    st.stop()
terms = chosen_terms(waves)
exact, paths, errs = looked(
    published.meta.set_id, campaign, terms.tolerance, terms.alpha, terms.evidence, waves
)
role = viewer_role()
stops, paths = told_stops(exact, role=role), told_paths(paths, role=role)
peers = [name for name in errs["rule"].to_list() if name not in (PLANS_RULE, CHOSEN)]
first = first_stops(stops)
headline = when_it_stops(campaign, first, ours=CHOSEN, plans=PLANS_RULE)
st.header(headline)
show_provenance(published, settings)
st.markdown(peers_stop(first, peers=peers, tolerance=terms.tolerance))
tiles.show(cards(stops, peers))

st.subheader("How near each rule came, wave by wave")
drawn = [PLANS_RULE, CHOSEN, peers[0], peers[1]]
with st.grid(2, min_column_width=360):
    for wave in waves:
        with st.container():
            st.markdown(f"**Wave {wave.number}**, {words.sentence(wave.name)}")
            st.altair_chart(
                nearness(paths.filter(wave=wave.label), rules=drawn),
                alt=f"Wave {wave.number} of {campaign}: how much of its conditions each of "
                f"{words.listed(drawn)} had reached by day. {told_of_wave(stops, wave.number)}",
            )
st.markdown(
    ":small[The line at 100% is where a rule fires: all its conditions are met, the drawn one "
    "being the furthest from it. Our rule weighs evidence (a logarithm of odds) over the wave and "
    "its strata, the others a share of errors. What was recorded before "
    "a day is known on it. After a stop that did happen the past is that of the stopped campaign: "
    f"`twin gates replay {campaign} --plan FILE` decides it all again. Azure's rule (in the "
    "table) divides by the group like hawkBit's, which is an assumption.]"
)
st.subheader("The first stop of each rule")
st.dataframe(
    table_of_first(stops),
    hide_index=True,
    alt=f"The day on which each rule would first have stopped {campaign}, and on what figures",
)
show_chances(errs, terms, max(wave.past.members for wave in waves))
with st.expander("Every rule on every wave"):
    told = in_words(stops, *STOPPED)
    st.dataframe(
        told,
        hide_index=True,
        column_config={
            "rule": "Rule",
            "wave": "Wave",
            "name": "Name",
            "stopped_on": st.column_config.DateColumn("Stops on", format="D MMM YYYY"),
            "stratum": "Gate of",
            "n": count_column("Devices", told, "n"),
            "k": count_column("Errors", told, "k"),
            "statistic": st.column_config.NumberColumn("Statistic", format="%.3f"),
            "bound": st.column_config.NumberColumn("Bound", format="%.3f"),
            "exposed": count_column("Devices exposed", told, "exposed"),
        },
        alt=f"Days on which each rule would have stopped each wave of {campaign}; none: never",
    )
slugs = (campaign, f"{100 * terms.tolerance:g}", f"{100 * terms.alpha:g}", f"{terms.evidence}")
downloads.offer(stops, page="gates", on=published.meta.day, slugs=slugs, what="the stops")
