"""The pages of the fleet twin; start with the command line that `dashboards.launch` gives."""

import streamlit as st

st.set_page_config(page_title="Fleet twin", page_icon="📡", layout="wide")

page = st.navigation(
    {
        "Programme": [
            st.Page(
                "app_pages/progress.py",
                title="Progress",
                default=True,
                help="Capable premises against the plan, by day.",
            )
        ],
        "Operations": [
            st.Page(
                "app_pages/operations.py",
                title="Live operations",
                url_path="operations",
                help="Event rates, lag, campaign waves and refused records, renewed every 2 s.",
            ),
            st.Page(
                "app_pages/premises.py",
                title="Premises",
                url_path="premises",
                help="What happened at one premises, and how it stood on a day.",
            ),
        ],
        "Planning": [
            st.Page(
                "app_pages/gates.py",
                title="Gates",
                url_path="gates",
                help="When each stop rule would have fired in a campaign that went out.",
            ),
        ],
        "Reference": [
            st.Page(
                "app_pages/data.py",
                title="Data",
                url_path="data",
                help="Every mart: what it is, columns, rows, checksum, query, downloads.",
            ),
            st.Page(
                "app_pages/about.py",
                title="About",
                url_path="about",
                help="Definitions, provenance, assumptions, glossary, licence, keyboard.",
            ),
        ],
    }
)
page.run()
