"""Campaigns: which are there, how does each stand, and when will it end?"""

from typing import Any

import streamlit as st

from dashboards import downloads, filters, words
from dashboards.access import viewer_role
from dashboards.campaign_counts import PARTS, told_campaigns
from dashboards.headlines.campaigns import all_standing, end_in_sight, progress, standing
from dashboards.page_parts import Columns, count_column, open_page, show_provenance
from dashboards.suppression import KEPT, KEPT_BESIDE, in_words
from twin.campaign.transitions import TERMINAL

CARDS_MAX = 24
COUNTS = ("members", *PARTS)
COLUMNS: Columns = {
    "campaign_id": "Campaign",
    "title": st.column_config.TextColumn("Title", width="medium"),
    "device_type": "Device type",
    "state": "State",
    "holds": "Held by",
    "members": "Devices",
    "confirmed": "Confirmed",
    "in_flight": "In flight",
    "errors": "Failed",
    "awaiting": "Not asked yet",
    "no_update": "Needs no update any more",
    "planned_to": st.column_config.DateColumn("Planned to end", format="D MMM YYYY"),
    "p50": st.column_config.DateColumn("End foreseen, P50", format="D MMM YYYY"),
    "p90": st.column_config.DateColumn("P90", format="D MMM YYYY"),
    "actual": st.column_config.DateColumn("Ended", format="D MMM YYYY"),
    "version": "Version",
}


def show_card(row: dict[str, Any]) -> None:
    """One campaign: a link to it, its state in a sentence, progress and end."""
    with st.container(border=True, height="stretch"):
        st.page_link(
            "app_pages/campaign.py",
            label=f"**{row['campaign_id']}**",
            query_params={"id": row["campaign_id"]},
        )
        st.markdown(f":small[{row['title']}]")  # a link is cut where it does not fit
        st.markdown(f"{standing(row)}.")
        st.progress(progress(row))
        planned = words.short_day(row["planned_to"])
        st.markdown(f":small[{words.capital(end_in_sight(row))} · planned to end {planned}]")


st.title("Which campaigns are there, and how do they stand?")
settings, published = open_page()
campaigns = told_campaigns(
    published.mart("campaigns"), published.mart("campaign_waves"), role=viewer_role()
)
rows = list(campaigns.iter_rows(named=True))
# held ones first, those that are over last
rows.sort(key=lambda row: (row["state"] in TERMINAL, row["state"] != "HELD", row["campaign_id"]))
st.header(all_standing(rows))
show_provenance(published, settings)
if not rows:
    st.markdown("Hand in a plan with `twin campaign submit FILE`; it shows here with the next set.")
    st.stop()
with st.sidebar:
    state = filters.one("State", "state", campaigns["state"].unique().sort().to_list())
campaigns = filters.narrowed(campaigns, "state", state)
rows = [row for row in rows if state in (None, row["state"])]
with st.grid(2, min_column_width=340):
    for one in rows[:CARDS_MAX]:
        show_card(one)
if len(rows) > CARDS_MAX:
    st.markdown(f"The table names all {words.things(len(rows), 'campaign')}.")
with st.expander("These campaigns as a table"):
    told = in_words(campaigns, *COUNTS)
    counts = {name: count_column(str(COLUMNS[name]), told, name) for name in COUNTS}
    st.dataframe(
        told.select(*COLUMNS),
        hide_index=True,
        column_config={**COLUMNS, **counts},
        alt="Campaigns with state, counts of devices, and planned, foreseen and actual end",
    )
slugs = () if state is None else (state.lower(),)
downloads.offer(
    campaigns.drop(KEPT, KEPT_BESIDE), page="campaigns", on=published.meta.day, slugs=slugs
)
