"""HAN effectiveness: is 2.4 GHz used first, and is 868 MHz kept scarce?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles
from dashboards.access import viewer_role
from dashboards.changes import changes_of, days_held, show_span, stood
from dashboards.charts.han import band_months, links_histogram
from dashboards.figure_parts import Evidence
from dashboards.headlines import han as finding
from dashboards.headlines.regions import known_share
from dashboards.known_parts import show_known
from dashboards.page_parts import (
    Columns,
    count_column,
    open_page,
    require_known,
    show_provenance,
)
from dashboards.queries import PublishedSet
from dashboards.suppression import (
    KEPT,
    KEPT_BESIDE,
    in_row,
    in_words,
)
from dashboards.told import conditions_told, level_told, mart_told

CONDITIONS = {
    "40.1/34.1": "40.1/34.1: a 2.4 GHz display is provided",
    "40.4/34.4": "40.4/34.4: the same, said again",
    "49.4(d)/43.4(d)": "49.4(d)/43.4(d): it is connected at 2.4 GHz",
}


def show_links(published: PublishedSet, role: str) -> None:
    """Hubs by open links, and the links that were refused."""
    every = published.mart("links")
    links = mart_told(every, "links", role=role)
    told = [in_row(row, "hubs") for row in links.iter_rows(named=True)]
    drawn = links.with_columns(
        pl.Series("told", told, dtype=pl.String), pl.col("hubs").fill_null(0).alias("height")
    )
    whole = level_told(every, "links", role=role).row(0, named=True)
    refused = f"Links refused so far (alert 0x8F2D): {in_row(whole, 'refusals')}"
    st.subheader("Links per hub", help="High bandwidth links that are open on 868 MHz, now.")
    if not every["hubs"].sum():
        st.markdown("No dual band hub has been installed so far, so there is no link to count.")
        return
    st.altair_chart(
        links_histogram(drawn),
        alt=f"Dual band hubs by open high bandwidth links. {refused}",
    )
    st.markdown(f":small[{refused}; the hub had none left.]")


def show_breaches(conditions: pl.DataFrame) -> None:
    """The licence conditions by supplier as a role may see them, those that are missed first."""
    st.subheader("In-home displays on 868 MHz although 2.4 GHz works", help="Counts of premises.")
    ordered = conditions.sort(
        *("failed", "supplier", "condition"), descending=[True, False, False], nulls_last=True
    )
    told = in_words(ordered, "passed", "failed", "not_judged").with_columns(
        pl.col("condition").replace(CONDITIONS)
    )
    columns: Columns = {
        "supplier": "Supplier",
        "condition": st.column_config.TextColumn("Licence condition", width=260),
        "failed": count_column("Missed", told, "failed"),
        "passed": count_column("Met", told, "passed"),
        "not_judged": count_column("Not judged", told, "not_judged"),
    }
    if told.is_empty():
        st.markdown("No premises of this supplier is registered, so nothing is judged.")
        return
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Premises by supplier and licence condition: missed, met and not judged",
    )
    st.markdown(
        ":small[Missed: the display is on 868 MHz although 2.4 GHz was measured to work. Not "
        "judged: no display, no band or no measurement. The installers' code (SMICoP) is not "
        "observed.]"
    )


def show_duty_cycle(duty: pl.DataFrame, role: str) -> None:
    """Hubs by duty cycle state with what happened in it."""
    st.subheader("Duty cycle on 868 MHz", help="A hub may send only for part of each hour.")
    counts = ("hubs", "changes", "suspensions", "discards")
    told = in_words(mart_told(duty, "duty_cycle", role=role), *counts)
    columns: Columns = {
        "state": "State",
        "hubs": count_column("Hubs now", told, "hubs"),
        "changes": count_column("Changes to it", told, "changes"),
        "suspensions": count_column("Suspensions", told, "suspensions"),
        "discards": count_column("Messages discarded", told, "discards"),
    }
    st.dataframe(
        told.select(*columns),
        hide_index=True,
        column_config=columns,
        alt="Dual band hubs by duty cycle state, with changes, suspensions and discarded messages",
    )


def missed_told(conditions: pl.DataFrame, supplier: str | None, *, role: str) -> dict[str, Any]:
    """Premises that miss the condition on a connected display, `failed` as a role may see it."""
    own = conditions_told(conditions, supplier=supplier is not None, role=role)
    return filters.narrowed(own, "supplier", supplier).row(
        by_predicate=pl.col("condition") == finding.CONNECTED, named=True
    )


def told_by(*by: str) -> pl.DataFrame:
    """Premises of the chosen region by month or band, or all, as the viewer may see them."""
    if chosen.region is None:
        return level_told(every, "bands_monthly", *by, role=role)
    told = level_told(every, "bands_monthly", "csp_region", *by, role=role)
    return told.filter(csp_region=chosen.region).drop("csp_region")


st.title("Is 2.4 GHz used first, and 868 MHz kept scarce?")
settings, published = open_page()
role = viewer_role()
every, conditions = published.mart("bands_monthly"), published.mart("licence_conditions")
changes = changes_of(published, "bands_changes")
chosen = filters.choose(
    days=days_held(published, changes),
    regions=True,
    suppliers=conditions["supplier"].unique().sort().to_list(),
)
past = chosen.on is not None
if changes is not None and chosen.on is not None:
    every = stood(changes, on=chosen.on, by=("month", "csp_region", "band"))
bands = filters.narrowed(every, "csp_region", chosen.region)
judged = filters.narrowed(conditions, "supplier", chosen.supplier)
seen = filters.narrowed(conditions_told(conditions, role=role), "supplier", chosen.supplier)
found = finding.totals(told_by("band"), told_by()["premises"].item() if bands.height else 0)
st.header(finding.used_first(found, None if past else judged))
show_provenance(published, settings, on=chosen.on)
if changes is not None and chosen.on is not None:
    show_span(changes, on=chosen.on)
    st.markdown(
        ":small[Links, licence conditions and the duty cycle are not held by the day: below they "
        "are as they stand now.]"
    )
if bands.is_empty():
    st.markdown(
        f"No band was selected in {chosen.scope} in the events read so far. Choose another region, "
        "or let the twin run on: bands are selected when a hub is installed."
    )
    st.stop()
known = require_known(known_share(bands, "csp_region", "premises"), of="a known region")
evidence = Evidence(published, settings, known)

missed = finding.misses(judged)
near, both, whole = found
full = mart_told(published.mart("links"), "links", role=role).filter(
    pl.col("links_open") >= finding.LINKS_MOST
)
cards = [
    tiles.Card(
        "Premises on 2.4 GHz alone",
        finding.share(near, whole),
        finding.against(near, whole, finding.EXPECTED_2_4),
        figures=("bands.premises",),
    ),
    tiles.Card(
        "Premises on 2.4 GHz or 868 MHz",
        finding.share(both, whole),
        finding.against(both, whole, finding.EXPECTED_868),
        figures=("bands.premises",),
    ),
]
if not past:
    cards += [
        tiles.Card(
            "Hubs with all four links in use",
            in_row(full.row(0, named=True), "hubs") if full.height else "0",
            "dual band hubs, all regions",
            figures=("links.hubs", "links.refusals"),
        ),
        tiles.Card(
            "Displays wrongly on 868 MHz",
            in_row(missed_told(conditions, chosen.supplier, role=role), "failed"),
            f"premises of {chosen.supplier or 'all suppliers'}",
            "bad" if missed else "good",
            figures=("conditions.failed", "conditions.passed", "conditions.not-judged"),
        ),
    ]
tiles.show(cards, explain=evidence.explain)

st.subheader("Premises by the furthest band that any of their devices uses")
months = finding.by_month(told_by("month", "band"))
st.altair_chart(
    band_months(months),
    alt=f"Share of premises by furthest band and month, {chosen.scope}: "
    f"{finding.share(near, whole)} by 2.4 GHz alone, {finding.share(both, whole)} with 868 MHz",
)
st.markdown(
    ":small[Dashed: the shares that the consultation expects. A band of few premises in a month "
    "is left out of that month's bar, and another one that would give it away.]"
)
evidence.explain("bands.premises", *(() if changes is None else ("bands.by-day",)))
left, right = st.columns([2, 3])
with left:
    show_links(published, role)
    evidence.explain("links.hubs", "links.refusals")
with right:
    show_breaches(seen)
    evidence.explain("conditions.failed", "conditions.passed", "conditions.not-judged")
show_duty_cycle(published.mart("duty_cycle"), role)
evidence.explain("duty.hubs", "duty.changes", "duty.discards")

table = months.select("month", "band", "premises", "share", KEPT, KEPT_BESIDE).sort(
    "month", descending=True
)
with st.expander("The numbers by month"):
    told = in_words(table, "premises")
    numbers: Columns = {
        "month": st.column_config.DateColumn("Month", format="MMM YYYY"),
        "band": "Furthest band",
        "premises": count_column("Premises", told, "premises"),
        "share": st.column_config.NumberColumn("% of the month", format="%.1f"),
    }
    st.dataframe(
        told.with_columns(pl.col("band").replace(finding.BANDS)).select(*numbers),
        hide_index=True,
        column_config=numbers,
        alt="Premises by month and furthest band, newest month first",
    )
downloads.offer(table, page="han", on=chosen.on or published.meta.day, slugs=chosen.slugs)
show_known(published, settings, role, beside="by band")
