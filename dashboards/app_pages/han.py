"""HAN effectiveness: is 2.4 GHz used first, and is 868 MHz kept scarce?"""

import polars as pl
import streamlit as st

from dashboards import downloads, filters, tiles, words
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
from dashboards.suppression import FEWER, KEPT, count, in_words, suppressed

CONDITIONS = {
    "40.1/34.1": "40.1/34.1: a 2.4 GHz display is provided",
    "40.4/34.4": "40.4/34.4: the same, said again",
    "49.4(d)/43.4(d)": "49.4(d)/43.4(d): a 2.4 GHz display is connected at 2.4 GHz",
}


def show_links(published: PublishedSet, role: str) -> None:
    """Hubs by open links, and the links that were refused."""
    links = suppressed(published.mart("links"), "hubs", role=role)
    told = [
        FEWER if "hubs" in kept else words.count(hubs)
        for hubs, kept in links.select("hubs", KEPT).iter_rows()
    ]
    drawn = links.with_columns(
        pl.Series("told", told, dtype=pl.String), pl.col("hubs").fill_null(0).alias("height")
    )
    refused = int(links["refusals"].sum())
    st.subheader("Links per hub", help="High bandwidth links that are open on 868 MHz, now.")
    if not published.mart("links")["hubs"].sum():
        st.markdown("No dual band hub has been installed so far, so there is no link to count.")
        return
    st.altair_chart(
        links_histogram(drawn),
        alt="Dual band hubs by open high bandwidth links; "
        f"{words.things(refused, 'link')} refused because a hub had none left",
    )
    st.markdown(
        f":small[{words.things(refused, 'link')} refused so far (alert 0x8F2D): the hub had none "
        "left.]"
    )


def show_breaches(conditions: pl.DataFrame, role: str) -> None:
    """The licence conditions by supplier, those that are missed first."""
    st.subheader("In-home displays on 868 MHz although 2.4 GHz works")
    ordered = conditions.sort("failed", "supplier", "condition", descending=[True, False, False])
    told = in_words(
        suppressed(ordered, "passed", "failed", "not_judged", role=role),
        *("passed", "failed", "not_judged"),
    ).with_columns(pl.col("condition").replace(CONDITIONS))
    columns: Columns = {
        "supplier": "Supplier",
        "condition": "Licence condition",
        "failed": count_column("Missed (premises)", told, "failed"),
        "passed": count_column("Met (premises)", told, "passed"),
        "not_judged": count_column("Not judged (premises)", told, "not_judged"),
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
    told = in_words(suppressed(duty, "hubs", role=role), "hubs")
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
st.header(finding.used_first(bands, None if past else judged))
show_provenance(published, settings, on=chosen.on)
if changes is not None and chosen.on is not None:
    show_span(changes, on=chosen.on)
    st.markdown(
        ":small[Links, licence conditions and the duty cycle are not held by the day: below they "
        "are as they stand now.]"
    )
near, both, whole = finding.totals(bands)
if not whole:
    st.markdown(
        f"No band was selected in {chosen.scope} in the events read so far. Choose another region, "
        "or let the twin run on: bands are selected when a hub is installed."
    )
    st.stop()
known = require_known(known_share(bands, "csp_region", "premises"), of="a known region")
evidence = Evidence(published, settings, known)

missed = finding.misses(judged)
full = published.mart("links").filter(pl.col("links_open") >= finding.LINKS_MOST)
cards = [
    tiles.Card(
        "Premises on 2.4 GHz alone",
        words.share(near, whole),
        finding.against(near, whole, finding.EXPECTED_2_4),
        figures=("bands.premises",),
    ),
    tiles.Card(
        "Premises on 2.4 GHz or 868 MHz",
        words.share(both, whole),
        finding.against(both, whole, finding.EXPECTED_868),
        figures=("bands.premises",),
    ),
]
if not past:
    cards += [
        tiles.Card(
            "Hubs with all four links in use",
            count(int(full["hubs"].sum()), role=role),
            "dual band hubs, all regions",
            figures=("links.hubs", "links.refusals"),
        ),
        tiles.Card(
            "Displays wrongly on 868 MHz",
            count(missed, role=role),
            f"premises of {chosen.supplier or 'all suppliers'}",
            "bad" if missed else "good",
            figures=("conditions.failed", "conditions.passed", "conditions.not-judged"),
        ),
    ]
tiles.show(cards, explain=evidence.explain)

st.subheader("Premises by the furthest band that any of their devices uses")
months = finding.by_month(bands, role=role)
st.altair_chart(
    band_months(months),
    alt=f"Share of premises by furthest band and month, {chosen.scope}: "
    f"{words.share(near, whole)} by 2.4 GHz alone, {words.share(both, whole)} with 868 MHz",
)
st.markdown(
    ":small[Dashed: the shares that the consultation expects. A band with fewer than 5 premises in "
    "a month is left out of that month's bar.]"
)
evidence.explain("bands.premises", *(() if changes is None else ("bands.by-day",)))
left, right = st.columns([2, 3])
with left:
    show_links(published, role)
    evidence.explain("links.hubs", "links.refusals")
with right:
    show_breaches(judged, role)
    evidence.explain("conditions.failed", "conditions.passed", "conditions.not-judged")
show_duty_cycle(published.mart("duty_cycle"), role)
evidence.explain("duty.hubs", "duty.changes", "duty.discards")

table = months.select("month", "band", "premises", "share", KEPT).sort("month", descending=True)
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
