"""The pages of the fleet twin; `python -m infra.pages` serves them."""

import streamlit as st

from dashboards import access
from dashboards.page_parts import guarded

st.set_page_config(page_title="Fleet twin", page_icon="📡", layout="wide")

PROGRAMME = [
    st.Page(
        "app_pages/progress.py",
        title="Progress",
        default=True,
        help="Capable premises against the plan, by day.",
    )
]
OPERATIONS = [
    st.Page(
        "app_pages/ops.py",
        title="Live operations",
        url_path="ops",
        help="Is anything on fire now? Incidents, rates, failures; renewed every 2 s.",
    ),
    st.Page(
        "app_pages/streams.py",
        title="Streams",
        url_path="streams",
        help="Is the twin itself keeping up? Lag by topic and partition, refused records.",
    ),
    st.Page(
        "app_pages/campaigns.py",
        title="Campaigns",
        url_path="campaigns",
        help="Which campaigns are there, and how do they stand?",
    ),
    st.Page("app_pages/campaign.py", title="Campaign", url_path="campaign", visibility="hidden"),
    st.Page(
        "app_pages/pairing.py",
        title="Pairing",
        url_path="pairing",
        help="Where do consumers give up?",
    ),
    st.Page(
        "app_pages/premises.py",
        title="Premises",
        url_path="premises",
        help="What happened at one premises, and how it stood on a day.",
    ),
    st.Page(
        "app_pages/rebuild.py",
        title="Rebuild",
        url_path="rebuild",
        help="Is the live state the rebuilt state?",
    ),
]

page = st.navigation({"Programme": PROGRAMME, "Operations": OPERATIONS})
access.require_viewer()
access.show_notice()
guarded(page.run)()
