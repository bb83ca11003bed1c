"""A page as anybody would write it with Streamlit and no twin: what this machine makes of one."""

import altair
import polars
import streamlit

ROWS = polars.DataFrame({"day": range(60), "premises": range(60)})

streamlit.title("A plain page")
for column in streamlit.columns(4):
    column.metric("Premises", 60)
for _ in range(3):
    streamlit.altair_chart(altair.Chart(ROWS).mark_line().encode(x="day:Q", y="premises:Q"))
streamlit.dataframe(ROWS)
