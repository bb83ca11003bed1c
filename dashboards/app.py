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
    ),
    st.Page(
        "app_pages/waves.py",
        title="Waves",
        url_path="waves",
        help="Every wave of the plans: planned, done, late, and what its gate said.",
    ),
    st.Page(
        "app_pages/regions.py",
        title="Regions",
        url_path="regions",
        help="GSP groups ahead of the national share and behind it.",
    ),
    st.Page(
        "app_pages/suppliers.py",
        title="Suppliers",
        url_path="suppliers",
        help="Suppliers against the national share, with the limits of chance.",
    ),
    st.Page(
        "app_pages/han.py",
        title="HAN effectiveness",
        url_path="han",
        help="Bands against what was expected, links per hub, and licence conditions.",
    ),
    st.Page(
        "app_pages/pin.py",
        title="Privacy PIN",
        url_path="pin",
        help="PINs in shared and private meter spaces, weak ones, and intruders.",
    ),
    st.Page(
        "app_pages/han_review.py",
        title="HAN review",
        url_path="han-review",
        help="The review pack of a quarter: findings, conditions, who was asked; HTML, PDF, CSV.",
    ),
    st.Page(
        "app_pages/briefing.py",
        title="Briefing",
        url_path="briefing",
        help="Five computed sentences, two pictures, risks and milestones; as PDF.",
    ),
]
OPERATIONS = [
    st.Page(
        "app_pages/ops.py",
        title="Live operations",
        url_path="ops",
        help="Is anything on fire now? Incidents, rates, failures; renewed every second.",
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

PLANNING = [
    st.Page(
        "app_pages/whatif.py",
        title="What-if",
        url_path="what-if",
        help="Another plan simulated: when it ends, whom it exposes, how sure that is.",
    ),
    st.Page(
        "app_pages/compare.py",
        title="Compare",
        url_path="compare",
        help="Two runs that are kept, side by side.",
    ),
    st.Page(
        "app_pages/gates.py",
        title="Gates",
        url_path="gates",
        help="When each stop rule would have fired in a campaign that went out.",
    ),
]
REFERENCE = [
    st.Page(
        "app_pages/evidence.py",
        title="Evidence",
        url_path="evidence",
        help="What the twin holds for each question and duty, and how sure that is.",
    ),
    st.Page(
        "app_pages/process.py",
        title="Processes",
        url_path="process",
        help="Each business process as designed beside how it ran: variants, waits, conformance.",
    ),
    st.Page(
        "app_pages/marts.py",
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
]

page = st.navigation(
    {
        "Programme": PROGRAMME,
        "Operations": OPERATIONS,
        "Planning": PLANNING,
        "Reference": REFERENCE,
    },
    expanded=True,
)
access.require_viewer()
access.show_notice()
guarded(page.run)()
