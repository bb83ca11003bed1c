"""Progress: are we on plan for local pairing?"""

import polars as pl
import streamlit as st

from dashboards import tiles, words
from dashboards.charts.progress import s_curve
from dashboards.headlines.progress import on_plan
from dashboards.page_parts import open_page, show_provenance
from dashboards.queries import latest_day

COLUMNS = {
    "day": "Day",
    "capable_premises": "Capable premises",
    "planned_premises": "Planned",
    "believed_premises": "Believed capable",
    "belief_behind_premises": "Belief behind truth",
    "capable_hubs": "Capable hubs",
    "capable_esmes": "Capable electricity meters",
    "installed_premises": "Installed premises",
}

st.title("Are we on plan for local pairing?")
settings, published = open_page()
daily = published.mart("progress_daily")
latest = latest_day(daily)
st.header(on_plan(latest))
show_provenance(published, settings)

if latest is None:
    st.markdown(
        "No hub or electricity meter has been installed in the events read so far. "
        "Let the twin run on: the first installations come with the first day."
    )
    st.stop()

tiles.show(tiles.progress_cards(latest, published.summary))

st.subheader("Capable premises by day", help="Hub and electricity meter both run the firmware.")
st.altair_chart(
    s_curve(daily, as_at=latest["day"]),
    alt=f"Capable premises by day to {words.day(latest['day'])}: {on_plan(latest)}",
)
st.markdown(
    ":small[Solid blue: counted from events. Dashed orange: planned. Days end at midnight UTC. "
    "Mid-2017 is taken as 1 July 2017, an assumption.]"
)
counted = daily.filter(pl.col("day") <= latest["day"]).select(*COLUMNS).sort("day", descending=True)
with st.expander("The numbers by day"):
    st.dataframe(
        counted.rename(COLUMNS),
        hide_index=True,
        column_config={
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Planned": st.column_config.NumberColumn(format="%,.1f"),
        },
        alt="Daily counts of capable, planned, believed and installed premises",
    )
st.download_button(
    "Download the numbers (CSV)",
    data=lambda: daily.write_csv(),
    file_name=f"progress_{latest['day'].isoformat()}.csv",
    mime="text/csv",
    on_click="ignore",
)
